#!/usr/bin/env python3
"""Special functions, matrices, fits, minima and differential equations beside NumPy and SciPy, one thread each.

Usage: numerics.py HELIO [ROUNDS] (5). Best of the rounds, ms; PYTHON says which Python has scipy."""
import os
import subprocess
import sys
import tempfile

HELIO, ROUNDS = sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else 5
PYTHON = os.environ.get("PYTHON", "/usr/bin/python3")

# What, what is prepared in IDL, and measured; the same in Python.
CASES = [
    ("VOIGT, 1e3", "x = dindgen(1000) / 100", "y = voigt(0.1d, x)",
     "x = np.arange(1e3) / 100", "y = sp.wofz(x + 0.1j).real"),
    ("VOIGT, 1e6", "x = dindgen(1000000) / 1e5", "y = voigt(0.1d, x)",
     "x = np.arange(1e6) / 1e5", "y = sp.wofz(x + 0.1j).real"),
    ("LEGENDRE of degree 10, 1e6", "x = dindgen(1000000) / 1e6", "y = legendre(x, 10)",
     "x = np.arange(1e6) / 1e6", "y = sp.eval_legendre(10, x)"),
    ("LEGENDRE of degree 5, order 2, 1e6", "x = dindgen(1000000) / 1e6", "y = legendre(x, 5, 2)",
     "x = np.arange(1e6) / 1e6", "y = sp.lpmv(2, 5, x)"),
    ("LA_SVD, 200 x 200", "a = randomn(1, 200, 200, /double)", "la_svd, a, w, u, v",
     "a = np.random.randn(200, 200)", "w = sl.svd(a, full_matrices=False)"),
    ("LA_EIGENPROBLEM, 200 x 200", "a = randomn(1, 200, 200, /double)", "e = la_eigenproblem(a, eigenvectors=v)",
     "a = np.random.randn(200, 200)", "e = sl.eig(a)"),
    ("LA_EIGENQL, 200 x 200", "a = randomn(1, 200, 200, /double) & a += transpose(a)", "e = la_eigenql(a, eigenvectors=v)",
     "a = np.random.randn(200, 200); a += a.T", "e = sl.eigh(a)"),
    ("LA_INVERT, 300 x 300", "a = randomn(1, 300, 300, /double)", "b = la_invert(a)",
     "a = np.random.randn(300, 300)", "b = sl.inv(a)"),
    ("LA_INVERT, 4 x 4", "a = randomn(1, 4, 4, /double)", "for k = 0, 999 do b = la_invert(a)",
     "a = np.random.randn(4, 4)", "for k in range(1000): b = sl.inv(a)"),
    ("SVDFIT, 5 coefficients, 1e5 points", "x = dindgen(100000) / 1e5 & y = sin(x)", "c = svdfit(x, y, 5)",
     "x = np.arange(1e5) / 1e5; y = np.sin(x)", "c = np.polyfit(x, y, 4)"),
    ("AMOEBA, Rosenbrock's function", "", "r = amoeba(1d-10, function_name='rosen', p0=[-1.2d, 1], scale=1d)",
     "", "r = so.minimize(rosen, [-1.2, 1], method='Nelder-Mead', tol=1e-10)"),
    ("POWELL, Rosenbrock's function", "", "p = [-1.2d, 1] & xi = identity(2) & powell, p, xi, 1d-10, f, 'rosen'",
     "", "r = so.minimize(rosen, [-1.2, 1], method='Powell', tol=1e-10)"),
    ("LSODE, Robertson's kinetics to 40", "", "y = lsode([1d, 0, 0], 0d, 40d, 'robertson', atol=1d-10, rtol=1d-6)",
     "", "y = si.solve_ivp(robertson, (0, 40), [1, 0, 0], method='LSODA', atol=1e-10, rtol=1e-6)"),
    ("LMFIT, 4 parameters, 1000 points", "x = dindgen(1000) / 500 & y = 8.8d * exp(-9.9d * x) + 11.11d + 4.9d * sin(x)",
     "a = [8d, -5, 10, 4] & f = lmfit(x, y, a)",
     "x = np.arange(1e3) / 500; y = 8.8 * np.exp(-9.9 * x) + 11.11 + 4.9 * np.sin(x)",
     "r = so.curve_fit(lambda x, a, b, c, d: a * np.exp(b * x) + c + d * np.sin(x), x, y, [8, -5, 10, 4])"),
]

IDL = """function rosen, x
  return, 100 * (x[1] - x[0]^2)^2 + (1 - x[0])^2
end
function robertson, t, y
  return, [-.04d*y[0]+1d4*y[1]*y[2], .04d*y[0]-1d4*y[1]*y[2]-3d7*y[1]^2, 3d7*y[1]^2]
end
"""
PY = """import numpy as np, scipy.special as sp, scipy.linalg as sl, scipy.optimize as so, scipy.integrate as si, time
def rosen(x): return 100 * (x[1] - x[0]**2)**2 + (1 - x[0])**2
def robertson(t, y): return [-.04*y[0]+1e4*y[1]*y[2], .04*y[0]-1e4*y[1]*y[2]-3e7*y[1]**2, 3e7*y[1]**2]
"""


def best(command, name, text):
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, name)
        with open(path, "w") as f:
            f.write(text)
        env = dict(os.environ, OPENBLAS_NUM_THREADS="1")
        out = subprocess.run([command, path], capture_output=True, text=True, env=env, check=True).stdout
    return min(float(t) for t in out.split())


def main():
    print(f"{'':40}{'ours':>10}{'SciPy':>10}   ratio")
    for what, prepared, measured, py_prepared, py_measured in CASES:
        ours = best(HELIO, "case.pro", f"{IDL}{prepared}\nfor round = 1, {ROUNDS} do begin & t = systime(1) & {measured} & "
                    "print, (systime(1) - t) * 1e3 & end\n")
        theirs = best(PYTHON, "case.py", f"{PY}{py_prepared}\nfor round in range({ROUNDS}):\n    t = time.perf_counter()\n"
                      f"    {py_measured}\n    print((time.perf_counter() - t) * 1e3)\n")
        print(f"{what:40}{ours:10.3f}{theirs:10.3f}{theirs / ours:7.2f}x")


if __name__ == "__main__":
    main()
