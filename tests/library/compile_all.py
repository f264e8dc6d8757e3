#!/usr/bin/env python3
"""Compiles every file of gdl-astrolib, gdl-mpfit and gdl-coyote (and of GDL's own library where GDL is installed), unmodified,
in one session each. UNCOMPILABLE lists the files that no IDL accepts, with the reason; any other complaint is a failure.

Usage: compile_all.py HELIO. Prints the time that all files took; last line: "N passed, N failed"."""
import glob
import os
import subprocess
import sys
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from run import fetch  # noqa: E402

GDL_LIBRARY = "/usr/share/gnudatalanguage/lib"
UNCOMPILABLE = {"heap_save.pro": "'return 1' lacks its comma", "read_image.pro": "RETURN without a value in a function"}
MARK = "@@@"


def complaints(helio, files, path):
    """The lines that begin with % behind each file's mark."""
    text = "!quiet=1\n" + "".join(f"print,'{MARK}{f}'\n.compile '{f}'\n" for f in files)
    run = subprocess.run([helio, "-quiet"], input=text.encode(), stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=600,
                         env=dict(os.environ, IDL_PATH=path))
    said, name, seen = {}, None, 0
    for line in run.stdout.decode("utf-8", "replace").split("\n"):
        if line.startswith(MARK):
            name, seen = line[len(MARK):], seen + 1
        elif line.startswith("%") and name:
            said.setdefault(name, []).append(line)
    if run.returncode < 0 or seen != len(files):
        said[name or "(start)"] = [f"exit status {run.returncode}, {seen} of {len(files)} files"]
    return said


def main():
    helio = os.path.abspath(sys.argv[1])
    top = fetch(os.path.dirname(helio))
    folders = [top] + ([GDL_LIBRARY] if os.path.isdir(GDL_LIBRARY) else [])
    files = sorted(f for d in folders for f in glob.glob(d + "/**/*.pro", recursive=True))
    start = time.time()
    said = complaints(helio, files, ":".join("+" + d for d in folders))
    failed = 0
    for f, lines in said.items():
        if os.path.basename(f) in UNCOMPILABLE:
            continue
        failed += 1
        print(f"{f}: {lines[0]}")
    print(f"{len(files)} files in {time.time() - start:.2f} s, of which no IDL accepts {len(said) - failed}")
    print(f"{len(files) - failed} passed, {failed} failed")
    return failed != 0


if __name__ == "__main__":
    sys.exit(main())
