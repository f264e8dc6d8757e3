#!/usr/bin/env python3
"""Special functions, distributions and iterations end at once, whatever number stands in any place: a number or a clear error.

Usage: special.py HELIO [LIMIT [EACH]]: seconds a call may take (default 1); 3: each third call only. Each entry of TABLE is tried with each hostile value at each place
while the others are ordinary ones, with the same value everywhere, as DOUBLE, FLOAT and in an array.
"""
import os
import re
import subprocess
import sys
import tempfile

HELIO = os.path.abspath(sys.argv[1])
LIMIT = float(sys.argv[2]) if len(sys.argv) > 2 else 1.0  # seconds a call
EACH = int(sys.argv[3]) if len(sys.argv) > 3 else 1

# Calls, and an ordinary value for each place.
TABLE = [(name + "(" + ",".join(["{}"] * len(usual)) + ")", usual) for name, usual in {
    "gauss_pdf": ["1"], "gauss_cvf": ["0.5"], "t_pdf": ["1", "3"], "t_cvf": ["0.1", "3"], "chisqr_pdf": ["1", "3"],
    "chisqr_cvf": ["0.1", "3"], "f_pdf": ["1", "3", "7"], "f_cvf": ["0.1", "3", "7"], "beta": ["2", "3"], "ibeta": ["2", "3", "0.5"],
    "igamma": ["2", "3"], "expint": ["2", "3"], "erfcx": ["1"], "errorf": ["1"], "gaussint": ["1"], "beseli": ["2", "3"],
    "beselj": ["2", "3"], "beselk": ["2", "3"], "besely": ["2", "3"], "gamma": ["3"], "lngamma": ["3"], "erf": ["1"], "erfc": ["1"],
    "factorial": ["3"], "poly": ["2", "3"], "exp": ["1"], "alog": ["1"], "alog10": ["1"], "alog2": ["1"], "sqrt": ["1"], "sin": ["1"],
    "cos": ["1"], "tan": ["1"], "asin": ["1"], "acos": ["1"], "atan": ["1", "2"], "sinh": ["1"], "cosh": ["1"], "tanh": ["1"],
}.items()] + [
    ("factorial({},/stirling)", ["3"]), ("qromb('sin',{},{})", ["0d", "1d"]), ("qromb('exp',{},{},eps={})", ["0d", "1d", "1d-6"]),
    ("fz_roots([{},{},{}])", ["1", "3", "2"]), ("int_tabulated([0d,1,2,3,{}],[1d,2,3,4,{}])", ["4d", "5d"]),
    ("ladfit([1d,2,3,4,{}],[2d,4,6,9,{}])", ["5", "11"]), ("linfit([1d,2,3,{}],[2d,4,7,{}])", ["4", "8"]),
    ("poly_fit([1d,2,3,4,{}],[2d,4,7,9,{}],2)", ["5", "8"]), ("gaussfit(dindgen(9),[0,0,1,3,4,{},1,0,0d])", ["3"]),
    ("spl_init([1d,2,3,{}],[2d,4,7,{}])", ["4", "8"]), ("interpol([1d,2,3,{}],[2d,4,7,{}],{})", ["4", "8", "3"]),
    ("norm([1d,{},3])", ["2"]), ("determ([[1d,{}],[3,4]])", ["2"]), ("moment([1d,2,{}])", ["3"]), ("median([1d,2,{}])", ["3"]),
    ("correlate([1d,2,{}],[2d,3,{}])", ["3", "5"]), ("r_correlate([1d,2,{}],[2d,3,{}])", ["3", "5"]),
    ("randomu(1L,4,gamma={})", ["2"]), ("randomu(1L,4,poisson={})", ["2"]), ("randomu(1L,4,binomial=[{},{}])", ["9", "0.5"]),
    ("histogram([1d,2,3],binsize={},min={},max={})", ["1", "0", "3"]), ("sort([1d,{},0])", ["2"]), ("smooth([1d,{},3,4,5],3)", ["2"]),
    ("invert([[1d,{}],[3,4]])", ["2"]), ("svsol([[1d,0],[0,1]],[1d,1],[[1d,0],[0,1]],[1d,{}])", ["1"]),
    ("hqr([[1d,{}],[3,4]])", ["2"]), ("elmhes([[1d,{}],[3,4]])", ["2"]), ("eigenql([[2d,{}],[1,4]])", ["1"]),
    ("la_eigenql([[2d,{}],[1,4]])", ["1"]), ("la_eigenproblem([[2d,{}],[1,4]])", ["1"]), ("dist({})", ["4"]), ("hanning({})", ["4"]),
    ("rebin([1d,2],{})", ["4"]), ("interpolate([1d,2,3],{})", ["1"]), ("convol([1d,{},3,4],[1d,{}])", ["2", "1"]), ("fft([1d,{},3])", ["2"]),
]
HOSTILE = ["!values.d_nan", "!values.d_infinity", "-!values.d_infinity", "0d", "-0d", "-1d", "-0.5d", "1d-300", "-1d-300", "5d-324", "1d300",
           "-1d300", "1.79d308", "1d10", "-1d10", "2147483647d", "-2147483648d", "1d7", "1d18", "170.7d", "1d3", "1d-16", "0.999999999999d"]
BIG_RESULT = ("dist(", "hanning(", "rebin(")  # what makes an array of that size takes the time of one


def statements():
    for call, usual in TABLE:
        for value in HOSTILE:
            if call.startswith(BIG_RESULT) and re.match(r"1d(7|10|18|300)|2147|1\.79", value):
                continue
            for form in ("{}", "float({})", "[{0},{0}]"):
                if form[0] == "[" and "[" in call:
                    continue
                hostile = form.format(value)
                for place in range(len(usual) + (len(usual) > 1)):
                    yield call.format(*[hostile if place in (i, len(usual)) else u for i, u in enumerate(usual)])


def run(texts, folder):
    """How many statements have been run; prints those that took too long."""
    path = os.path.join(folder, "calls.pro")
    with open(path, "w") as f:
        for i, text in enumerate(texts):
            f.write(f"retall\nt = systime(1)\nr = {text}\nretall\nprint, '@', {i}, systime(1) - t, format='(a, i0, 1x, f0.3)'\nflush, -1\n")
    with open(path) as source, open(os.path.join(folder, "out"), "w") as out:
        child = subprocess.Popen([HELIO], stdin=source, stdout=out, stderr=subprocess.STDOUT, env=dict(os.environ, HELIO_MAX_MEMORY="1G"))
        size = 0
        while child.poll() is None:
            try:
                child.wait(10)
            except subprocess.TimeoutExpired:
                before, size = size, os.path.getsize(out.name)
                if size == before:
                    child.kill()
    with open(os.path.join(folder, "out"), errors="replace") as f:
        told = re.findall(r"^@(\d+) (-?[\d.]+)", f.read(), re.M)
    late = [texts[int(i)] + f": {t} s" for i, t in told if float(t) > LIMIT]
    done = 1 + max((int(i) for i, _ in told), default=-1)
    late += [texts[i] + ": it ended the statements around it" for i in sorted(set(range(done)) - {int(i) for i, _ in told})]
    return done, late


def main():
    texts, failed, passed = list(statements())[::EACH], 0, 0
    with tempfile.TemporaryDirectory(prefix="helio-special-") as folder:
        while texts:
            done, late = run(texts, folder)
            failed += len(late)
            passed += done - len(late)
            for line in late:
                print(line)
            if done < len(texts):
                failed += 1
                print(f"{texts[done]}: no end, or a crash")
            if failed > 20:
                break
            texts = texts[done + 1:]
    print(f"{passed} passed, {failed} failed")
    return failed != 0


if __name__ == "__main__":
    sys.exit(main())
