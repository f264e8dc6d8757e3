#!/usr/bin/env python3
"""The engine beside GDL, NumPy/SciPy and C: run.py HELIO [-n ROUNDS] [-g GROUP] [-s LARGEST] [-b OTHER] [NAME...]

Every case (cases.py) runs in a process of its own for each of them, turns repeated until they take SECONDS, ROUNDS times;
the fastest round counts. Shown: our time of a turn, then theirs / ours (above 1 we are faster), and the peak memory beyond
the empty program. Geometric means by group end the table. HELIO_JIT and other variables reach the programs.
With -b another build of ours is measured instead of the others, in turn with the first, ROUNDS processes each."""
import argparse
import math
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

from cases import CASES

SECONDS, LIMIT = 0.1, 60

IDL = """{routines}
pro turns, rounds_
  common clock, best_
  {setup}
  turns_ = 1L
  repeat begin
    began_ = systime(1)
    for turn_ = 1L, turns_ do begin
      {statement}
    endfor
    spent_ = systime(1) - began_
    enough_ = spent_ gt {seconds}
    if not enough_ then turns_ = turns_*2 > long(turns_*{seconds}*1.2/(spent_ > 1d-6) < 100000000L)
  endrep until enough_
  best_ = spent_/turns_
  for round_ = 2, rounds_ do begin
    began_ = systime(1)
    for turn_ = 1L, turns_ do begin
      {statement}
    endfor
    best_ = best_ < (systime(1) - began_)/turns_
  endfor
end
turns, {rounds}
common clock, best_
print, 'seconds', best_, format='(a,1x,e15.8)'
end
"""

PYTHON = """import numpy as np, time
np.seterr(all='ignore')
{setup}
def turn():
    global a, s, c, t, w, h, i, r, u, m, p, q, v
    {statement}
k = 1
while True:
    t0 = time.perf_counter()
    for _ in range(k): turn()
    spent = time.perf_counter() - t0
    if spent > {seconds}: break
    k = max(2*k, int(k*{seconds}*1.2/max(spent, 1e-6)))
best = spent/k
for _ in range({rounds} - 1):
    t0 = time.perf_counter()
    for _ in range(k): turn()
    best = min(best, (time.perf_counter() - t0)/k)
print('seconds', best)
"""

C = """#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#define KEEP(x) __asm__ volatile("" : : "g"(x) : "memory")
volatile double sink;
%(setup)s
static void __attribute__((noinline)) turn(long n) { (void)n; %(statement)s }
static double now(void) { struct timespec t; clock_gettime(CLOCK_MONOTONIC, &t); return t.tv_sec + 1e-9*t.tv_nsec; }
static double turns(long k, long n) { double t = now(); for (long i = 0; i < k; i++) turn(n); return now() - t; }
int main(void)
{
    long k = 1, n = %(n)d; double t;
    while ((t = turns(k, n)) < %(seconds)g) k = k*2 > k*%(seconds)g*1.2/(t > 1e-6 ? t : 1e-6) ? k*2 : k*%(seconds)g*1.2/(t > 1e-6 ? t : 1e-6);
    double best = t/k;
    for (int r = 1; r < %(rounds)d; r++) { t = turns(k, n)/k; if (t < best) best = t; }
    printf("seconds %%.9e\\n", best);
    return 0;
}
"""


class Failed(Exception):
    pass


class Engines:
    def __init__(self, helio, rounds):
        self.helio, self.rounds = os.path.abspath(helio), rounds
        self.work = pathlib.Path(tempfile.mkdtemp(prefix="helio-engine-"))
        self.gdl, self.cc = shutil.which("gdl"), shutil.which("gcc")
        python = "/usr/bin/python3" if os.path.exists("/usr/bin/python3") else sys.executable
        self.python = python if subprocess.run([python, "-c", "import numpy, scipy"], capture_output=True).returncode == 0 else None
        self.base = {}

    def run(self, command, text=None):
        """Seconds of a turn and peak memory in bytes."""
        env = {k: v for k, v in os.environ.items() if k != "DISPLAY"}
        with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as source:
            source.write((text or "").encode())
            source.seek(0)
            p = subprocess.Popen(["timeout", str(LIMIT), *command], stdin=source, stdout=out, stderr=out, cwd=self.work, env=env)
            _, status, usage = os.wait4(p.pid, 0)
            p.returncode = os.waitstatus_to_exitcode(status)
            out.seek(0)
            text = out.read().decode(errors="replace")
        for line in text.split("\n"):
            if line.startswith("seconds"):
                return float(line.split()[1]), usage.ru_maxrss*1024
        raise Failed("too slow" if p.returncode == 124 else text.strip()[-100:].replace("\n", " | "))

    def fill(self, template, c, setup, statement):
        return template.format(routines=c.routines, setup=setup.replace("{n}", str(c.n)), statement=statement.replace("{n}", str(c.n)),
                               seconds=SECONDS, rounds=self.rounds)

    def idl(self, c, path):
        path.write_text(self.fill(IDL, c, c.setup, c.idl))

    def ours(self, c):
        self.idl(c, self.work / "ours.pro")
        return self.run([self.helio, "-quiet", "ours.pro"])

    def other_build(self, c, other):
        """Both builds' fastest of ROUNDS processes, taken in turn and each first in every second round."""
        best = {}
        for i in range(self.rounds):
            for helio in (self.helio, other) if i % 2 == 0 else (other, self.helio):
                seconds = self.run([helio, "-quiet", "ours.pro"])
                best[helio] = min(best.get(helio, seconds), seconds)
        return best[self.helio], {"other": best[other]}

    def in_gdl(self, c):
        if not self.gdl:
            raise Failed("no GDL")
        self.idl(c, self.work / "other.pro")
        return self.run([self.gdl, "-quiet"], ".run other.pro\nexit\n")

    def numpy(self, c, statement):
        if not self.python or not statement:
            raise Failed("no NumPy" if statement else "")
        (self.work / "other.py").write_text(self.fill(PYTHON, c, c.py_setup or "pass", statement))
        return self.run([self.python, "other.py"])

    def c(self, c):
        if not self.cc or not c.c:
            raise Failed("no compiler" if c.c else "")
        (self.work / "other.c").write_text(C % {"setup": c.c_setup, "statement": c.c, "n": c.n, "seconds": SECONDS, "rounds": self.rounds})
        subprocess.run([self.cc, "-O2", "-o", "other", "other.c", "-lm"], cwd=self.work, check=True)
        return self.run(["./other"])


def show_time(s):
    for unit, scale in (("s ", 1), ("ms", 1e-3), ("us", 1e-6)):
        if s >= scale:
            return f"{s/scale:8.3g} {unit}"
    return f"{s*1e9:8.3g} ns"


COLUMNS = ("GDL", "NumPy", "out=", "C")


def measure_builds(engines, c, complaints, other):
    engines.idl(c, engines.work / "ours.pro")
    try:
        return engines.other_build(c, other)
    except Failed as e:
        complaints.append(f"{c.name}: {e}")
        return None, {}


def measure(engines, c, complaints):
    """Our seconds and memory, and theirs by column (None where there is no such program)."""
    calls = {"GDL": lambda: engines.in_gdl(c), "NumPy": lambda: engines.numpy(c, c.py), "out=": lambda: engines.numpy(c, c.out),
             "C": lambda: engines.c(c)}
    ours, theirs = None, {}
    try:
        ours = engines.ours(c)
    except Failed as e:
        complaints.append(f"{c.name}: {e}")
    for k in COLUMNS:
        try:
            theirs[k] = calls[k]()
        except Failed as e:
            if str(e):
                complaints.append(f"{c.name}, {k}: {e}")
    return ours, theirs


def row(columns, c, ours, theirs):
    cells = [f"{c.name:34}", show_time(ours[0]) if ours else "       -   "]
    for k in columns:
        cells.append(f"{theirs[k][0]/ours[0]:8.2f}" if ours and k in theirs else "       -")
    memory = [ours, theirs.get("NumPy")]
    cells += [f"{m[1]/1e6:7.0f}" if m else "      -" for m in memory]
    return " ".join(cells)


def mean(values):
    return math.exp(sum(map(math.log, values))/len(values)) if values else None


def means(columns, results):
    lines = []
    for group in dict.fromkeys(c.group for c, _, _ in results):
        cells = [f"{'geometric mean, ' + group:34}", "           "]
        for k in columns:
            m = mean([t[k][0]/o[0] for c, o, t in results if c.group == group and o and k in t])
            cells.append(f"{m:8.2f}" if m else "       -")
        lines.append(" ".join(cells))
    return lines


def main():
    p = argparse.ArgumentParser()
    p.add_argument("helio")
    p.add_argument("-n", type=int, default=3)
    p.add_argument("-g", default="")
    p.add_argument("-s", type=float, default=1e8)
    p.add_argument("-b", default="")
    p.add_argument("name", nargs="*")
    args = p.parse_intermixed_args()
    engines = Engines(args.helio, args.n)
    chosen = [c for c in CASES if c.group.startswith(args.g) and c.n <= args.s and (not args.name or any(x in c.name for x in args.name))]
    other = os.path.abspath(args.b) if args.b else ""
    columns = ("other",) if other else COLUMNS
    print(f"{os.cpu_count()} processors, load {os.getloadavg()[0]:.1f}; theirs / ours; peak memory in MB")
    print(f"{'':34} {'a turn':>11} " + " ".join(f"{k:>8}" for k in columns) + f" {'ours':>7} {'NumPy':>7}")
    results, complaints = [], []
    for c in chosen:
        ours, theirs = measure_builds(engines, c, complaints, other) if other else measure(engines, c, complaints)
        results.append((c, ours, theirs))
        print(row(columns, c, ours, theirs), flush=True)
    print("\n".join(means(columns, results) + complaints))
    shutil.rmtree(engines.work)


main()
