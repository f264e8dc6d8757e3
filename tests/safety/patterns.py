#!/usr/bin/env python3
"""STREGEX against the C library's regexec: random small patterns and texts, the whole match and the groups.

Usage: patterns.py HELIO [COUNT [SEED]]. The C library keeps what a group took in an earlier turn of a repetition, POSIX (and Henry
Spencer's library, which IDL has) does not: groups within repetitions are compared only where the pattern repeats none. It also
has its troubles with ^ and $ within groups (it finds `b{2}$c` in `bbc` and no `(^b|c)+` in `ba`): they stand outside of them.
"""
import ctypes
import os
import random
import subprocess
import sys
import tempfile

HELIO = os.path.abspath(sys.argv[1])
COUNT = int(sys.argv[2]) if len(sys.argv) > 2 else 6000
RNG = random.Random(int(sys.argv[3]) if len(sys.argv) > 3 else 16)
DEPTH = 2  # of groups
LIBC = ctypes.CDLL(None)


class Match(ctypes.Structure):
    _fields_ = [("from_", ctypes.c_int), ("to", ctypes.c_int)]


def oracle(pattern, text, fold):
    """The spans of the first match, [] for none, None for a bad pattern."""
    compiled = ctypes.create_string_buffer(256)
    if LIBC.regcomp(compiled, pattern.encode(), 1 | (2 if fold else 0)):
        return None
    groups = pattern.count("(")
    spans = (Match * (groups + 1))()
    found = LIBC.regexec(compiled, text.encode(), groups + 1, spans, 0) == 0
    LIBC.regfree(compiled)
    return [(s.from_, s.to) for s in spans] if found else []


def atom(depth):
    kind = RNG.random()
    if kind < 0.3 and depth:
        return "(" + alternatives(depth - 1) + ")"
    if kind < 0.4:
        return RNG.choice((".", "[ab]", "[^a]", "[b-d]", "[[:alpha:]]"))
    return RNG.choice("aabbcd")


def piece(depth):
    one = atom(depth)
    if RNG.random() < 0.6:
        return one
    return one + RNG.choice(("*", "+", "?", "*", "+", "?", "{2}", "{1,2}", "{0,2}", "{2,}"))


def branch(depth):
    text = "".join(piece(depth) for _ in range(RNG.randint(1, 4)))
    return RNG.choice("^         ").strip() * (depth == DEPTH) + text + RNG.choice("$         ").strip() * (depth == DEPTH)


def alternatives(depth):
    return "|".join(branch(depth) for _ in range(RNG.choice((1, 1, 1, 2, 3))))


def repeats_group(pattern):
    return any(")" + op in pattern for op in "*+?{")


def cases():
    while True:
        pattern = alternatives(DEPTH)
        if len(pattern) > 24:
            continue  # the C library takes minutes for some
        text = "".join(RNG.choice("aabbcdA") for _ in range(RNG.randint(0, 9)))
        fold = RNG.random() < 0.2
        spans = oracle(pattern, text, fold)
        if spans is not None:
            yield pattern, text, fold, spans


def program(tried):
    lines = []
    for pattern, text, fold, _ in tried:
        lines.append(f"r = stregex('{text}', '{pattern}', /subexpr, length=n{', /fold_case' if fold else ''}) & print, r, n, format='(100(i0,1x))'")
    return "\n".join(lines) + "\nend\n"


def told(line):
    numbers = [int(x) for x in line.split()]
    half = len(numbers) // 2
    return [(a, a + n if a >= 0 else -1) for a, n in zip(numbers[:half], numbers[half:])]


def main():
    source = cases()
    tried = [next(source) for _ in range(COUNT)]
    with tempfile.TemporaryDirectory(prefix="helio-patterns-") as folder:
        path = os.path.join(folder, "patterns.pro")
        with open(path, "w") as f:
            f.write(program(tried))
        run = subprocess.run([HELIO, path], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=100)
    lines = run.stdout.splitlines()
    failed = abs(len(lines) - len(tried))
    if failed:
        print("\n".join(lines[-5:]))
    for (pattern, text, fold, spans), line in zip(tried, lines):
        try:
            ours = told(line)
        except ValueError:
            ours = line
        if not spans:
            right = all(s == (-1, -1) for s in ours)
        elif repeats_group(pattern):
            right = ours[0] == spans[0]
        else:
            right = ours == spans
        if not right:
            failed += 1
            print(f"{pattern!r} in {text!r}{' (fold)' if fold else ''}: {ours}, the C library {spans}")
    print(f"{len(tried) - failed} passed, {failed} failed")
    return failed != 0


if __name__ == "__main__":
    sys.exit(main())
