#!/usr/bin/env python3
"""Random programs of READU, READF, WRITEU, PRINTF, POINT_LUN, ASSOC, EOF, ... against a file as plain bytes (model.py).

Usage: run.py HELIO [PROGRAMS [SEED]]. A build with checks is tried with HELIO_STRESS=short and copy, too.
"""
import multiprocessing
import os
import subprocess
import sys
import tempfile

import model

HERE = os.path.dirname(os.path.abspath(__file__))
AT_ONCE = 250


def has_checks(helio):
    """Whether the build knows HELIO_STRESS: options of meson stand in the build folder."""
    folder = os.path.dirname(helio)
    asked = subprocess.run(["meson", "introspect", "--buildoptions", folder], stdout=subprocess.PIPE,
                           stderr=subprocess.DEVNULL, text=True)
    return '"checks", "value": true' in asked.stdout.replace("'", '"')


def last_program(ops, at):
    begin = max(i for i in range(at + 1) if ops[i].startswith("program"))
    return ops[begin:at + 1]


def differences(helio, stress, seed, first, count):
    """What went wrong with `count` programs in one process, as text; "" when nothing did."""
    made = model.programs(seed, first, count)
    with tempfile.TemporaryDirectory(prefix="helio-units-") as folder:
        with open(os.path.join(folder, "ops.txt"), "w") as f:
            f.write("\n".join(made.ops) + "\n")
        env = dict(os.environ, HELIO_PREFERENCES="", HELIO_STRESS=stress)
        run = subprocess.run([helio, os.path.join(HERE, "driver.pro")], cwd=folder, env=env, stdin=subprocess.DEVNULL,
                             stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=300)
        bytes_differ = [n for n, data in made.files.items() if not n.endswith(".gz") and open_or_none(folder, n) != data]
    lines = run.stdout.decode("utf-8", "replace").split("\n")
    for i, want in enumerate(made.lines):
        got = lines[i] if i < len(lines) else "<end of output>"
        if got != want:
            shown = "\n    ".join(last_program(made.ops, i))
            return f"seed {seed} stress {stress or 'none'}: got [{got}] for [{want}] at the last of\n    {shown}\n" + run.stderr.decode()[-300:]
    if bytes_differ:
        return f"seed {seed}: bytes of {bytes_differ} are not the model's"
    return "" if run.returncode == 0 else f"seed {seed} stress {stress}: status {run.returncode}\n" + run.stderr.decode()[-2000:]


def open_or_none(folder, name):
    path = os.path.join(folder, name)
    if not os.path.exists(path):
        return None
    with open(path, "rb") as f:
        return f.read()


def main():
    helio = os.path.abspath(sys.argv[1])
    count = int(sys.argv[2]) if len(sys.argv) > 2 else 5000
    seed = int(sys.argv[3]) if len(sys.argv) > 3 else 1
    runs = [("", count)] + ([("short", count // 10), ("copy", count // 5)] if has_checks(helio) else [])
    jobs = [(helio, stress, seed * 100000 + first + len(stress), first, min(AT_ONCE, n - first))
            for stress, n in runs for first in range(0, n, AT_ONCE)]
    with multiprocessing.Pool() as pool:
        texts = pool.starmap(differences, jobs)
    failed = sum(bool(t) for t in texts)
    passed = len(texts) - failed
    print("\n".join([t for t in texts if t][:3]))
    print(f"{passed} passed, {failed} failed")
    return failed != 0


if __name__ == "__main__":
    sys.exit(main())
