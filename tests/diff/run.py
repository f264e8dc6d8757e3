#!/usr/bin/env python3
"""Replays tests/golden/language.txt (what GDL makes of some 1,700 statements, see language_golden.py) and compares. A known
difference stands in language_verdicts.txt with a verdict: the statement must match a line's pattern there; "gdl refuses"
holds only where GDL stops with an error.

Usage: run.py HELIO [-v]. Last line: "N passed, N failed". -v also shows the known differences.
"""
import os
import re
import subprocess
import sys
import tempfile

from language_golden import MARK, ROUTINES

# Told by IDL after each statement (manual: !EXCEPT); GDL keeps silent about most, so the lines are not compared here
# but in tests/pro/language/check_math.pro.
FLOATING = "% Program caused arithmetic error: Floating"
TOP = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))


def golden():
    """Pairs of statement and expected lines."""
    out = []
    for line in open(os.path.join(TOP, "tests/golden/language.txt")).read().split("\n")[:-1]:
        if line.startswith("# "):
            out.append((line[2:], []))
        else:
            out[-1][1].append(line)
    return out


def verdicts():
    """Pairs of pattern and verdict."""
    lines = open(os.path.join(TOP, "tests/diff/language_verdicts.txt")).read().split("\n")
    rows = [x.split("\t") for x in lines if x and not x.startswith("#")]
    return [(re.compile(pattern), verdict, reason) for verdict, pattern, reason in rows]


def replay(helio, cases):
    with tempfile.TemporaryDirectory() as folder:
        open(os.path.join(folder, "routines.pro"), "w").write(ROUTINES)
        text = ".compile routines.pro\n"
        text += "".join("print,'%s%d'\n%s\n" % (MARK, i, c[0]) for i, c in enumerate(cases)) + "print,'%send'\n" % MARK
        env = dict(os.environ, HOME=folder)
        env.pop("DISPLAY", None)
        run = subprocess.run([os.path.abspath(helio), "-quiet"], input=text.encode(), stdout=subprocess.PIPE,
                             stderr=subprocess.STDOUT, cwd=folder, env=env, timeout=300)
    found = {}
    for part in run.stdout.decode("utf-8", "replace").split(MARK)[1:]:
        head, _, body = part.partition("\n")
        lines = [x for x in body.split("\n")[:-1] if not x.startswith(FLOATING)]
        if any(x.startswith("% ") and "Program caused arithmetic error" not in x for x in lines):
            lines = ["!error"]
        found[head] = lines
    return found


def main():
    cases, known, rules = golden(), {}, verdicts()
    found = replay(sys.argv[1], cases)
    passed = failed = 0
    for i, (statement, want) in enumerate(cases):
        got = found.get(str(i))
        if got == want:
            passed += 1
            continue
        fits = [r for r in rules if r[0].search(statement) and (r[1] != "gdl refuses" or want == ["!error"])]
        rule = fits[0] if fits and got is not None else None
        if rule:
            known[rule[1]] = known.get(rule[1], 0) + 1
            passed += 1
        else:
            failed += 1
        if not rule or "-v" in sys.argv:
            print("%s: %s" % (rule[1] + " (" + rule[2] + ")" if rule else "differs", statement))
            print("  gdl:   " + "\n         ".join(want))
            print("  helio: " + "\n         ".join(got if got is not None else ["(no output)"]))
    if "end" not in found:
        failed += 1
        print("the run ended early")
    for verdict in sorted(known):
        print("%d known differences: %s" % (known[verdict], verdict))
    print("%d passed, %d failed" % (passed, failed))
    return failed != 0


if __name__ == "__main__":
    sys.exit(main())
