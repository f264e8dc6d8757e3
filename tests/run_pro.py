#!/usr/bin/env python3
"""Runs tests/pro/**/*.pro: each file is a batch whose output stands beside the statements.

  ;= text    a line of output (leading blanks count)
  ;! text    how an error message begins, without "% " (and "NAME: " if you like); its traceback is not compared
  ;~ regex   a line of output that matches

A first line with "run: stdin" feeds the file to standard input, where an error ends no program.
Usage: run_pro.py HELIO [--jit|--threads|--base] [FILE...]. Prints each failure and a last line "N passed, N failed".
"""
import concurrent.futures
import glob
import os
import re
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
TIMEOUT = 60


def expectations(path):
    for number, line in enumerate(open(path, encoding="utf-8", errors="replace"), 1):
        text = line.strip("\n")
        mark = text.lstrip()[:2]
        if mark in (";=", ";!", ";~"):
            body = text.lstrip()[2:]
            yield number, mark, body[1:] if body.startswith(" ") else body


def is_traceback(line, want=""):
    if line.startswith("% Error occurred at: "):  # where an error was that ON_ERROR has left
        return not want.startswith("% Error occurred at: ")
    return line.startswith(("% Execution halted at: ", "% Detected at: ")) or re.match(r"^%( {22}|\s+)\S+", line) and not re.match(r"^% \S", line)


def outputs(helio, path, folder):
    env = dict(os.environ, HOME=folder, TMPDIR=folder)
    for name in ("DISPLAY", "XDG_CONFIG_HOME", "HELIO_PREFERENCES"):
        env.pop(name, None)
    typed = "run: stdin" in open(path, errors="replace").readline()
    source = open(path) if typed else subprocess.DEVNULL
    run = subprocess.run([helio] if typed else [helio, path], stdin=source, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                         timeout=TIMEOUT, cwd=folder, env=env)
    text = run.stdout.decode("utf-8", "replace")
    return run.returncode, text.split("\n")[:-1] if text.endswith("\n") else text.split("\n")


def compare(path, lines):
    """The first difference as text, or None."""
    at = 0

    def skip_traceback(want=""):
        nonlocal at
        while at < len(lines) and is_traceback(lines[at], want):
            at += 1
            if at < len(lines) and re.match(r"^   /", lines[at]):
                at += 1

    def skip_source(want=""):  # the line a stop is about, and its caret
        nonlocal at
        while at + 1 < len(lines) and lines[at][:2] == "  " and lines[at] != want and re.match(r"^ {2,}\s*\^$", lines[at + 1]):
            at += 2

    def skip_details(want=None):  # the system's line and the advice below an error
        nonlocal at
        while after_error and at < len(lines) and re.match(r"^ {2,}\S", lines[at]) and lines[at] != want:
            at += 1
        skip_traceback(want or "")
        skip_source(want)

    after_error = False
    for number, mark, want in expectations(path):
        skip_details(want)
        skip_traceback(want)
        skip_source(want)
        got = lines[at] if at < len(lines) else "<end of output>"
        if mark == ";=":
            ok = got == want
        elif mark == ";~":
            ok = re.fullmatch(want, got) is not None
        else:
            ok = got.startswith("% " + want) or re.sub(r"^% (?:[A-Z0-9_$]+: )?", "", got).startswith(want)
        if not ok:
            return f"{path}:{number}: got      [{got}]\n{' ' * len(path)}  expected [{'% ' if mark == ';!' else ''}{want}]"
        at += 1
        after_error = mark == ";!"
    skip_traceback()
    skip_details()
    if at < len(lines) and lines[at:] != [""]:
        return f"{path}: output beyond the expectations: [{lines[at]}]"
    return None


def run_one(helio, path):
    if not any(True for _ in expectations(path)):
        return f"{path}: no expectation"
    with tempfile.TemporaryDirectory() as folder:
        try:
            code, lines = outputs(helio, os.path.abspath(path), folder)
        except subprocess.TimeoutExpired:
            return f"{path}: no end after {TIMEOUT} s"
    trouble = compare(path, lines)
    if code < 0 or code in (99, 134, 139) or any("ERROR: AddressSanitizer" in x or "runtime error:" in x for x in lines):
        tail = "\n".join(lines[-30:])
        return f"{path}: exit status {code}\n{tail}"
    return trouble


def main():
    helio = os.path.abspath(sys.argv[1])
    files = sys.argv[2:]
    if files[:1] == ["--jit"]:  # every loop becomes machine code at its first way back
        os.environ["HELIO_JIT"] = "1"
        files = files[1:]
    if files[:1] == ["--threads"]:  # whatever has more than a thousand elements runs in two
        os.environ["IDL_CPU_TPOOL_NTHREADS"], os.environ["IDL_CPU_TPOOL_MIN_ELTS"] = "2", "1"
        files = files[1:]
    if files[:1] == ["--base"]:  # as on the oldest processor of the family
        os.environ["HELIO_ISA"] = "base"
        files = files[1:]
    files = files or sorted(glob.glob(os.path.join(HERE, "pro", "**", "*.pro"), recursive=True))
    failed = 0
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count() or 1) as pool:
        for trouble in pool.map(lambda path: run_one(helio, os.path.relpath(path)), files):
            if trouble:
                failed += 1
                print(trouble, flush=True)
    print(f"{len(files) - failed} passed, {failed} failed")
    return failed != 0


if __name__ == "__main__":
    sys.exit(main())
