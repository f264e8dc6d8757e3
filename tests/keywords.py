#!/usr/bin/env python3
"""Every keyword of every built-in routine is passed by some test, or listed in tests/keywords_untested.txt with the reason.

A test passes a keyword when /KEY or KEY= (shortened or not) stands in a call of the routine, outside the calls nested in it.
Usage: keywords.py BUILD [--list]. --list prints what would have to be listed. Last line "N passed, N failed".
"""
import glob
import os
import re
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
LISTED = os.path.join(HERE, "keywords_untested.txt")
CALL = re.compile(r"(?:->|\.|::|\b)([A-Z_][A-Z0-9_$]*)\s*([(,])", re.I)
KEYWORD = re.compile(r"(?:[(,]\s*)(?:/\s*([A-Z_][A-Z0-9_$]*)|([A-Z_][A-Z0-9_$]*)\s*=(?!=))", re.I)
OPENS, CLOSES = "([{", ")]}"


def rows(build):
    """Routine name -> its keywords; of a method the part behind '::', all classes together."""
    out = subprocess.run([os.path.join(build, "tests", "unit", "test_tables"), "keywords"], stdout=subprocess.PIPE,
                         text=True, check=True).stdout
    for line in out.splitlines():
        name, *keywords = line.split()
        yield name, keywords


def statements(text):
    """Lines with comments and the contents of strings gone, continued ones joined. Quotes are paired a line at a time."""
    joined = ""
    for line in text.split("\n"):
        line = re.sub(r"'[^']*'|\"[^\"]*\"", "''", line)
        line = line.split(";")[0].rstrip()
        if line.endswith("$"):
            joined += line[:-1] + " "
            continue
        yield joined + line
        joined = ""


def arguments(text, at, is_function):
    """The text of a call's arguments from `at` on, without what stands inside nested brackets."""
    depth, kept = 0, ["("]
    for c in text[at:]:
        if c in CLOSES:
            depth -= 1
            if depth < 0:
                break
        elif depth == 0 and c == "&" and not is_function:
            break
        elif depth == 0:
            kept.append(c)
        if c in OPENS:
            depth += 1
    return "".join(kept)


def used(paths):
    """(routine, keyword as written) of every call in the files."""
    found = set()
    for path in paths:
        with open(path, encoding="utf-8", errors="replace") as f:
            text = f.read()
        # Python tests and texts for EXECUTE hold programs in strings: there the raw lines are looked at, too
        for line in list(statements(text)) + text.split("\n"):
            for call in CALL.finditer(line):
                inside = arguments(line, call.end(), call.group(2) == "(")
                for k in KEYWORD.finditer(inside):
                    found.add((call.group(1).upper(), (k.group(1) or k.group(2)).upper()))
    return found


def matching(written, keywords):
    """The keyword that the written form means; None when it is none, or could be several."""
    if written in keywords:
        return written
    fits = [k for k in keywords if k.startswith(written)]
    return fits[0] if len(fits) == 1 else None


def untested(build):
    paths = [p for p in glob.glob(os.path.join(HERE, "**", "*"), recursive=True)
             if p.endswith((".pro", ".py", ".txt")) and p != LISTED and os.path.basename(p) != "keywords.py"]
    calls = {}
    for routine, keyword in used(paths):
        calls.setdefault(routine, set()).add(keyword)
    missing, total = [], 0
    for name, keywords in rows(build):
        short = name.split("::")[-1]
        names = {short} if short != "INIT" else {name.split("::")[0]}
        seen = {matching(w, keywords) for n in names for w in calls.get(n, ())}
        total += len(keywords)
        missing += [(name, k) for k in keywords if k not in seen]
    return missing, total


def main():
    missing, total = untested(sys.argv[1])
    if "--list" in sys.argv:
        for name, keyword in missing:
            print(name, keyword)
        return 0
    with open(LISTED, encoding="utf-8") as f:
        rows_of = [line.split(None, 2) for line in f if line.strip() and not line.startswith("#")]
    listed = {(r[0], r[1]) for r in rows_of}
    trouble = [f"{n} {k}: no test passes this keyword" for n, k in missing if (n, k) not in listed]
    trouble += [f"{n} {k}: listed as untested, but tested or gone" for n, k in sorted(listed - set(missing))]
    trouble += [f"{' '.join(r).strip()}: listed without a reason" for r in rows_of if len(r) < 3]
    for line in trouble:
        print(line)
    print(f"{total - len(missing)} passed, {len(trouble)} failed")
    return bool(trouble)


if __name__ == "__main__":
    sys.exit(main())
