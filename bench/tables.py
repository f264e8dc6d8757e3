#!/usr/bin/env python3
"""READ_CSV, READ_ASCII and WRITE_CSV of a table of five columns, beside numpy.loadtxt and pandas where these are there.

Usage: tables.py HELIO [LINES [ROUNDS]] (1,000,000, 3). Processor time in user mode, medians; PYTHON says which Python has numpy."""
import os
import random
import statistics
import subprocess
import sys
import tempfile

OURS = {
    "READ_CSV": "x = read_csv('a.csv')",
    "READ_ASCII": "x = read_ascii('a.txt')",
    "READ_CSV, WRITE_CSV": "write_csv, 'b.csv', read_csv('a.csv')",
}
THEIRS = {
    "numpy.loadtxt": "import numpy; x = numpy.loadtxt('a.csv', delimiter=',')",
    "pandas.read_csv": "import pandas; x = pandas.read_csv('a.csv', header=None)",
    "pandas, to_csv": "import pandas; pandas.read_csv('a.csv', header=None).to_csv('b.csv', header=False, index=False)",
}


def seconds(command, folder):
    before = os.times().children_user
    run = subprocess.run(command, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False)
    return None if run.returncode else os.times().children_user - before


def main():
    helio = os.path.abspath(sys.argv[1])
    lines = int(sys.argv[2]) if len(sys.argv) > 2 else 1000000
    rounds = int(sys.argv[3]) if len(sys.argv) > 3 else 3
    python = os.environ.get("PYTHON", "python3")
    r = random.Random(1)
    with tempfile.TemporaryDirectory(prefix="helio-bench-") as folder:
        with open(os.path.join(folder, "a.csv"), "w", encoding="ascii") as f:
            for i in range(lines):
                f.write(f"{i},{r.random():.6f},{r.gauss(0, 1e3):.8g},{r.randrange(10**6)},{r.random():.15g}\n")
        with open(os.path.join(folder, "a.csv"), encoding="ascii") as f, open(os.path.join(folder, "a.txt"), "w", encoding="ascii") as g:
            g.write(f.read().replace(",", " "))
        commands = [(name, [helio, "-e", code]) for name, code in OURS.items()]
        commands += [(name, [python, "-c", code]) for name, code in THEIRS.items()]
        for name, command in commands:
            times = [seconds(command, folder) for _ in range(rounds)]
            print(f"{name:22s}", "is not there" if None in times else f"{statistics.median(times):6.2f} s")


if __name__ == "__main__":
    main()
