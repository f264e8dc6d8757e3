#!/usr/bin/env python3
"""Writes doc/routines.md: every routine with how it is called and what it does, as ?NAME shows it.

routines.py HELIO [--check]. --check: says whether the file is up to date, and writes nothing.
"""
import os
import subprocess
import sys
import tempfile

TOP = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
OUT = os.path.join(TOP, "doc", "routines.md")
MARK = "== "
LIST = """
p = [routine_info(/system), routine_info(/system, /functions)]
for i = 0, n_elements(p) - 1 do print, p[i]
"""


def ask(helio, lines, folder):
    env = dict(os.environ, COLUMNS="2000", HOME=folder, HELIO_PREFERENCES="", HELIO_PATH="", IDL_PATH="")
    run = subprocess.run([os.path.abspath(helio), "-quiet"], input=lines, capture_output=True, text=True, env=env, cwd=folder, check=True)
    return run.stdout


def document(helio):
    with tempfile.TemporaryDirectory() as folder:
        names = set(ask(helio, LIST, folder).split())
        names |= {f[:-4].upper() for f in os.listdir(os.path.join(TOP, "pro")) if f.endswith(".pro")}
        names = sorted(n for n in names if not n.endswith("__DEFINE"))
        answers = ask(helio, "".join(f"print, '{MARK}{n}'\n?{n}\n" for n in names), folder)
    entries = {}
    for part in answers.split(MARK)[1:]:
        name, _, text = part.partition("\n")
        entries[name] = text.strip().split("\n")
    routines = [n for n in names if "::" not in n]
    methods = [n for n in names if "::" in n]
    out = ["# Routines\n", "Made by `tools/routines.py` from the routines' tables and the comments at their definitions. "
           f"{len(routines)} routines, {len(methods)} methods.\n"]
    for title, some in ("Procedures and functions", routines), ("Methods", methods):
        out.append(f"## {title}\n")
        for name in some:
            usage = [x for x in entries[name] if x.startswith("Result = ") or x.upper().startswith(name.upper())]
            text = " ".join(x for x in entries[name] if x not in usage)
            out.append("\n".join(f"    {u}" for u in usage) + "\n" + (f"\n{text}\n" if text else ""))
    return "\n".join(out)


def main():
    text = document(sys.argv[1])
    if "--check" in sys.argv:
        with open(OUT, encoding="utf-8") as f:
            if f.read() == text:
                return 0
        print("doc/routines.md is not up to date: tools/routines.py build/helio")
        return 1
    with open(OUT, "w", encoding="utf-8") as f:
        f.write(text)
    return 0


if __name__ == "__main__":
    sys.exit(main())
