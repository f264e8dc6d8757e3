#!/usr/bin/env python3
"""Makes src/kern/math_poly.h: `minimax.py >src/kern/math_poly.h`, each polynomial with its greatest error; and
`minimax.py --tables >src/kern/math_table.h`, the values of functions at the points of grids.

Remez' exchange in 60 digits (needs python3-mpmath). A polynomial approximates a function of z on [0, end] or [-end, end]."""
import sys

import mpmath as mp

mp.mp.dps = 60


def solve(f, nodes, n):
    """Coefficients whose error alternates at the n + 1 nodes, and that error."""
    rows = [[z**k for k in range(n)] + [(-1)**i] for i, z in enumerate(nodes)]
    x = mp.lu_solve(mp.matrix(rows), mp.matrix([f(z) for z in nodes]))
    return list(x[:n]), x[n]


def remez(f, lo, hi, n):
    """n coefficients of the polynomial that is nearest to f on [lo, hi], and the greatest error."""
    nodes = sorted((lo + hi)/2 + (hi - lo)/2*mp.cos(mp.pi*k/n) for k in range(n + 1))
    grid = [lo + (hi - lo)*(1 - mp.cos(mp.pi*k/(40*n)))/2 for k in range(40*n + 1)]
    for _ in range(6):
        c, _ = solve(f, nodes, n)
        error = [f(z) - mp.polyval(c[::-1], z) for z in grid]
        peaks, start = [], 0
        for k in range(1, len(grid) + 1):
            if k == len(grid) or error[k]*error[start] < 0:
                peaks.append(max(range(start, k), key=lambda j: abs(error[j])))
                start = k
        if len(peaks) != n + 1:
            break
        nodes = [grid[k] for k in peaks]
    return c, max(map(abs, error))


def odd(g):
    """(g(r)/r - 1)/z of an odd function g, in z = r*r."""
    def f(z):
        if z < mp.mpf(10)**-40:
            return mp.taylor(lambda x: g(x), 0, 3)[3]
        r = mp.sqrt(z)
        return (g(r)/r - 1)/z
    return f


def cosine(z):
    """(cos(r) - 1 + z/2)/z^2."""
    return mp.mpf(1)/24 if z < mp.mpf(10)**-20 else (mp.cos(mp.sqrt(z)) - 1 + z/2)/z**2


def exponential(r):
    """(exp(r) - 1 - r)/r^2."""
    return mp.mpf(1)/2 + r/6 if abs(r) < mp.mpf(10)**-20 else (mp.exp(r) - 1 - r)/r**2


def versine(z):
    """(1 - cos(r))/z."""
    return mp.mpf(1)/2 if z < mp.mpf(10)**-30 else 2*mp.sin(mp.sqrt(z)/2)**2/z


def logarithm(r):
    """(log(1 + r) - r)/r^2."""
    return -mp.mpf(1)/2 + r/3 if abs(r) < mp.mpf(10)**-20 else (mp.log1p(r) - r)/r**2


eighth, quarter, half = (mp.pi/8)**2, (mp.pi/4)**2, (mp.pi/2)**2
step = mp.log(2)/2*mp.mpf("1.0001")
log_end = ((mp.sqrt(2) - 1)/(mp.sqrt(2) + 1))**2*mp.mpf("1.0001")
atan_end = mp.mpf(7)/16
TABLES = [  # name, function, lo, hi, coefficients
    ("sin_half_turn", odd(mp.sin), 0, half*mp.mpf("1.0001"), 6),
    ("sin_short", odd(mp.sin), 0, quarter*mp.mpf("1.0001"), 4),
    ("cos_short", cosine, 0, quarter*mp.mpf("1.0001"), 4),
    ("exp_short", exponential, -step, step, 7),
    ("log_short", odd(mp.atanh), 0, log_end, 5),
    ("atan_short", odd(mp.atan), 0, atan_end**2, 8),
    ("asin_short", odd(mp.asin), 0, mp.mpf("0.25"), 9),
    ("sin_near", odd(mp.sin), 0, mp.mpf("0.184")**2, 5),
    ("cos_near", versine, 0, mp.mpf(2)**-16, 3),
    ("exp_near", exponential, -step/128, step/128, 4),
    ("log_near", logarithm, -mp.mpf(2)**-8, mp.mpf(2)**-8, 6),
]


HEAD = """// Polynomials of the elementary functions (math_float.h, math_double.h), made by tools/minimax.py: coefficients from the
// lowest power on. SIN, LOG (of atanh), ATAN, ASIN: (f(r)/r - 1)/r^2 in z = r^2; COS: (cos(r) - 1 + z/2)/z^2;
// EXP: (exp(r) - 1 - r)/r^2 in r.
#ifndef HELIO_KERN_MATH_POLY_H
#define HELIO_KERN_MATH_POLY_H
"""


def pieces(x, grid=None):
    """x as the nearest double (or multiple of grid) and the double that is nearest to the rest."""
    high = float(x) if grid is None else float(mp.nint(x/grid)*grid)
    return high, float(x - mp.mpf(high))


def log_points():
    """The doubles with 7 bits behind the point from sqrt(1/2) to sqrt(2)."""
    return [mp.mpf(k)/256 for k in range(181, 256)] + [mp.mpf(k)/128 for k in range(128, 182)]


TABLE_HEAD = """// Values of the functions of DOUBLE at the points of grids (math_double.h), made by tools/minimax.py --tables.
// Where a value has a HIGH and a LOW part, LOW is what HIGH leaves.
#ifndef HELIO_KERN_MATH_TABLE_H
#define HELIO_KERN_MATH_TABLE_H
"""


def table(comment, name, values):
    if comment:
        print(f"// {comment}")
    print(f"static const double TABLE_{name}[{len(values)}] = {{")
    for i in range(0, len(values), 4):
        print("    " + ", ".join(x.hex() for x in values[i:i + 4]) + ",")
    print("};\n")


def tables():
    print(TABLE_HEAD)
    powers = [pieces(mp.mpf(2)**(mp.mpf(k)/128)) for k in range(128)]
    table("2^(k/128).", "EXP_HIGH", [p[0] for p in powers])
    table("", "EXP_LOW", [p[1] for p in powers])
    logs = [pieces(mp.log(c), mp.mpf(2)**-42) for c in log_points()]
    table("log(c), HIGH a multiple of 2^-42, at the numbers c of eight bits from sqrt(1/2) to sqrt(2).", "LOG_HIGH",
          [p[0] for p in logs])
    table("", "LOG_LOW", [p[1] for p in logs])
    table("1/c.", "LOG_INVERSE", [float(1/c) for c in log_points()])
    sines = [pieces(mp.sin(mp.mpf(k)/128)) for k in range(203)]
    table("sin(k/128).", "SIN_HIGH", [p[0] for p in sines])
    table("", "SIN_LOW", [p[1] for p in sines])
    table("cos(k/128).", "COS", [float(mp.cos(mp.mpf(k)/128)) for k in range(203)])
    print("#endif")


def main():
    print(HEAD)
    for name, f, lo, hi, n in TABLES:
        c, error = remez(f, mp.mpf(lo), mp.mpf(hi), n)
        print(f"// Off by 2^{float(mp.log(error, 2)):.1f}.")
        print(f"static const double POLY_{name.upper()}[{n}] = {{")
        for i in range(0, n, 4):
            print("    " + ", ".join(float(x).hex() for x in c[i:i + 4]) + ",")
        print("};\n")
    print("#endif")


tables() if "--tables" in sys.argv else main()
