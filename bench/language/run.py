#!/usr/bin/env python3
"""Language benchmarks: each NAME.pro here under Heliograph and GDL, and NAME.lua, which does the same, under Lua 5.4.

Usage: run.py HELIO [NAME...]. A program gets a number of turns that takes a good part of a second; the three take turns,
and the medians of three runs are shown as nanoseconds a turn. The last line has the geometric means.
"""
import math
import os
import shutil
import statistics
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
SECONDS, RUNS, LIMIT = 0.3, 3, 120


def run(command, text, folder):
    env = {k: v for k, v in os.environ.items() if k != "DISPLAY"}
    p = subprocess.run(command, input=text, capture_output=True, text=True, timeout=LIMIT, cwd=folder, env=env)
    for line in p.stdout.split("\n"):
        if line.startswith("seconds"):
            return float(line.split()[1])
    raise RuntimeError((p.stdout + p.stderr)[-300:])


def idl(program, name):
    def seconds(turns):
        return run(program, f".compile {name}\nt = systime(1)\n{name}, {turns}L\nprint, 'seconds', systime(1) - t, format='(a,1x,f0.6)'\nexit\n", HERE)
    return seconds


def lua(name):
    def seconds(turns):
        return run(["lua5.4", "-"], f"local f = dofile('{name}.lua')\nlocal t = os.clock()\nf({turns})\nprint('seconds ' .. (os.clock() - t))\n", HERE)
    return seconds


def turns_for(seconds):
    n = 20000
    while True:
        t = seconds(n)
        if t > SECONDS / 3:
            return max(n, int(n * SECONDS / t))
        n *= 10 if t < SECONDS / 30 else 3


def measure(engines):
    """Nanoseconds a turn of each; None where it fails."""
    turns, times = {}, {k: [] for k in engines}
    for k, f in engines.items():
        try:
            turns[k] = turns_for(f)
        except (RuntimeError, subprocess.TimeoutExpired, FileNotFoundError) as e:
            print(f"  {k}: {str(e).strip()[-100:]}", file=sys.stderr)
    for _ in range(RUNS):
        for k in turns:
            times[k].append(engines[k](turns[k]) / turns[k] * 1e9)
    return {k: statistics.median(t) if t else None for k, t in times.items()}


def show(name, t):
    ratio = lambda k: t[k] / t["ours"] if t.get(k) else None
    cell = lambda x, unit: f"{x:9.1f}{unit}" if x else "        - "
    print(f"{name:16}{cell(t['ours'], ' ns')}{cell(t.get('gdl'), ' ns')}{cell(ratio('gdl'), 'x')}{cell(t.get('lua'), ' ns')}{cell(ratio('lua'), 'x')}",
          flush=True)
    return ratio("gdl"), ratio("lua")


def main():
    helio = os.path.abspath(sys.argv[1])
    names = sys.argv[2:] or sorted(f[:-4] for f in os.listdir(HERE) if f.endswith(".pro"))
    print(f"{'':16}{'ours':>12}{'GDL':>12}{'GDL/ours':>10}{'Lua 5.4':>12}{'Lua/ours':>10}")
    ratios = {"gdl": [], "lua": []}
    for name in names:
        engines = {"ours": idl([helio, "-quiet"], name)}
        if shutil.which("gdl"):
            engines["gdl"] = idl(["gdl", "-quiet"], name)
        if shutil.which("lua5.4"):
            engines["lua"] = lua(name)
        for k, r in zip(ratios, show(name, measure(engines))):
            if r:
                ratios[k].append(r)
    mean = lambda r: math.exp(sum(map(math.log, r)) / len(r)) if r else 0
    for k, r in ratios.items():
        if r:
            print(f"{k}: geometric mean {mean(r):.1f}x, least {min(r):.2f}x")


if __name__ == "__main__":
    main()
