#!/usr/bin/env python3
"""How much sooner two threads are done than one: array expressions and reductions, one and two in turn, the best of each.

Usage: threads.py HELIO [ROUNDS]
"""
import os
import subprocess
import sys

CASES = [("a*b + a", 3000000), ("sin(a)*b + exp(-a)", 1000000), ("gamma(a)", 300000), ("total(a)", 10000000), ("total(a*b)", 3000000),
         ("max(a)", 10000000), ("max(a, at)", 10000000), ("where(a gt b)", 3000000), ("total(t, 1)", 3000000)]


def best(helio, case, n, threads):
    program = f"""cpu, tpool_nthreads={threads}
a = (findgen({n}) mod 1000 + 1)/100 & b = a + 0.1 & t = reform(a, 100, {n // 100})
took = 1e9
for i = 1, 7 do begin & begun = systime(1) & c = {case} & took = took < (systime(1) - begun) & endfor
print, took
"""
    return float(subprocess.run([helio], input=program, capture_output=True, text=True, check=True).stdout)


def main():
    helio, rounds = os.path.abspath(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 5
    print(f"{'':22} {'elements':>9} {'one, ms':>9} {'two, ms':>9} {'ratio':>6}")
    for case, n in CASES:
        one, two = (min(times) for times in zip(*[(best(helio, case, n, 1), best(helio, case, n, 2)) for _ in range(rounds)]))
        print(f"{case:22} {n:9} {one * 1e3:9.3f} {two * 1e3:9.3f} {one / two:6.2f}", flush=True)


if __name__ == "__main__":
    main()
