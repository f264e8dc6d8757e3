#!/usr/bin/env python3
"""Filters, morphology and regions of an image, beside SciPy and scikit-image where these are there.

Usage: images.py HELIO [SIDE...] (32 1000): a table of milliseconds for an image of SIDE x SIDE bytes or floats, the fastest of several turns, in one
thread. PYTHON says which Python has scipy and skimage."""
import json
import os
import subprocess
import sys

# name: our statement, theirs. a: bytes, b: truths, f: FLOAT; s: 3 x 3.
CASES = {
    "DILATE, gray 3 x 3": ("r = dilate(a, s, /gray)", "nd.grey_dilation(a, footprint=s, mode='constant')"),
    "ERODE, binary 3 x 3": ("r = erode(b, s)", "nd.binary_erosion(b, s)"),
    "LABEL_REGION": ("r = label_region(b, /ulong)", "nd.label(b)"),
    "MORPH_DISTANCE, 1": ("r = morph_distance(b, neighbor_sampling=1)", "nd.distance_transform_cdt(b, 'chessboard')"),
    "WATERSHED": ("r = watershed(a, /long)", "watershed(a, watershed_line=True)"),
    "SOBEL": ("r = sobel(f)", "abs(nd.sobel(f, 0)) + abs(nd.sobel(f, 1))"),
    "GAUSS_SMOOTH, 2": ("r = gauss_smooth(f, 2, /edge_truncate)", "nd.gaussian_filter(f, 2, mode='nearest', truncate=3)"),
    "CANNY": ("r = canny(f)", "canny(f, 1)"),
    "HIST_EQUAL": ("r = hist_equal(a)", "equalize_hist(a)"),
    "CONVOL_FFT, 31 x 31": ("r = convol_fft(f, k)", "fftconvolve(f, k, 'same')"),
    "HILBERT, SIDE^2": ("r = hilbert(v)", "hilbert(v)"),
    "POLYFILLV": ("r = polyfillv(px, py, n, n)", "polygon(py, px, (n, n))"),
}
OURS = """n = {side}L & !cpu.tpool_nthreads = 1
f = randomu(1, n, n) & a = byte(f * 256) & b = a gt 100 & s = replicate(1, 3, 3) & k = randomu(2, 31, 31) & v = reform(f, n^2)
t = findgen(500) * 2 * !pi / 500 & px = n / 2 + n / 2.2 * cos(t) * (1 + 0.1 * sin(9 * t)) & py = n / 2 + n / 2.2 * sin(t)
best = !values.d_infinity
for turn = 0, {turns} do begin & t0 = systime(1) & for i = 1, {inner} do {code} & best <= (systime(1) - t0) / {inner} & endfor
print, best * 1000
"""
THEIRS = """
import json, sys, time, numpy as np, scipy.ndimage as nd
from scipy.signal import fftconvolve, hilbert
from skimage.segmentation import watershed
from skimage.feature import canny
from skimage.exposure import equalize_hist
from skimage.draw import polygon
cases, n, turns, inner = json.loads(sys.argv[1])
r = np.random.default_rng(1)
f = r.random((n, n)).astype(np.float32); a = (f * 256).astype(np.uint8); b = a > 100; s = np.ones((3, 3)); k = r.random((31, 31)).astype(np.float32)
v = f.ravel(); t = np.arange(500) * 2 * np.pi / 500
px = n / 2 + n / 2.2 * np.cos(t) * (1 + 0.1 * np.sin(9 * t)); py = n / 2 + n / 2.2 * np.sin(t)
out = {}
for name, code in cases.items():
    code = compile(code, name, 'eval'); best = 1e9
    for turn in range(turns + 1):
        t0 = time.perf_counter()
        for i in range(inner): eval(code)
        best = min(best, (time.perf_counter() - t0) / inner)
    out[name] = best * 1000
print(json.dumps(out))
"""


def ours(helio, code, side, turns, inner):
    text = OURS.format(side=side, turns=turns, inner=inner, code=code)
    run = subprocess.run([helio], input=text, capture_output=True, text=True, check=False)
    return float(run.stdout.split()[-1])


def theirs(side, turns, inner):
    python = os.environ.get("PYTHON", "python3")
    cases = {name: pair[1] for name, pair in CASES.items()}
    run = subprocess.run([python, "-c", THEIRS, json.dumps([cases, side, turns, inner])], capture_output=True, text=True, check=False)
    return json.loads(run.stdout) if run.returncode == 0 else {}


def main():
    helio = os.path.abspath(sys.argv[1])
    for side in [int(x) for x in sys.argv[2:]] or [32, 1000]:
        turns, inner = (5, 200) if side < 200 else (4, 1)
        beside = theirs(side, turns, inner)
        for name, (code, _) in CASES.items():
            mine, other = ours(helio, code, side, turns, inner), beside.get(name)
            print(f"{side:5d}  {name:22s} {mine:10.4f} ms", "  not there" if other is None else f"{other:10.4f} ms  {other / mine:6.2f}")


if __name__ == "__main__":
    main()
