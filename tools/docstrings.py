#!/usr/bin/env python3
"""What each routine does, as ?NAME shows it: the comments at the definitions, made into a C table sorted by name.

A comment in src/lib that begins with names of routines and has a colon is their paragraph:

    // CLAMP(X, Lo, Hi [, /QUIET]): X limited to Lo..Hi, as DOUBLE, scalar. Source: hand.
    // STRUPCASE, STRLOWCASE(S): all letters in capitals, in small letters.

"Source: ..." and "Manual: ..." at the end are for programmers and left out. In pro/NAME.pro it is the comment behind the usage lines.

docstrings.py OUT DEPFILE TOP: reads what is below TOP/src/lib and TOP/pro.
"""
import glob
import os
import re
import sys

NAME = r"(?:[A-Z][A-Za-z0-9_]*::[A-Za-z_0-9]+|[A-Z][A-Z0-9_$]+)"
HEAD = re.compile(rf"({NAME}(?:(?:, | and |/){NAME}(?![a-z]))*)(?=[(:,\s])")


def sentences(text):
    text = re.sub(r"\s+", " ", text).strip()
    text = re.sub(r"\s*(Start|Begin) (reading )?(at|with) [^.]*\.", "", text)
    text = re.sub(r"\s*\b(Source|Sources|Manual|Source of [^:]*): [^:]*$", "", text).strip()
    return text[:1].upper() + text[1:] if text[:2].islower() or text[1:2] == " " else text


def colon(text, at):
    """Where the colon behind the arguments is, outside of all brackets; -1: there is none near."""
    depth = 0
    for i in range(at, min(len(text), at + 400)):
        depth += (text[i] in "([{") - (text[i] in ")]}")
        if not depth and text.startswith(": ", i):
            return i
        if not depth and text.startswith(". ", i):
            return -1
    return -1


def of_c(path):
    with open(path, encoding="utf-8") as f:
        text = f.read()
    blocks = re.findall(r"(?:^[ \t]*//[^\n]*\n)+", text, re.M)
    for block in blocks[1:] + blocks[:1]:  # what the file is about, last
        words = " ".join(line.strip()[2:].strip() for line in block.strip().split("\n"))
        head = HEAD.match(words)
        at = colon(words, head.end()) if head else -1
        if at < 0:
            continue
        others = re.findall(r"(?:\)|\w), ([A-Z][A-Za-z0-9_]*::\w+)", words[head.end():at])  # behind the arguments of a method
        for name in re.split(r", | and |/", head.group(1)) + others:
            yield name.upper(), sentences(words[at + 2:])


def of_pro(path):
    with open(path, encoding="utf-8") as f:
        lines = f.read().split("\n")
    at = 1
    while lines[at].startswith(";     "):
        at += 1
    words = []
    while lines[at].startswith("; "):
        words.append(lines[at][2:])
        at += 1
    if words:
        yield os.path.basename(path)[:-4].upper(), sentences(" ".join(words))


def quoted(text):
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def main():
    out_path, depfile, top = sys.argv[1:]
    sources = sorted(glob.glob(f"{top}/src/lib/**/*.c", recursive=True)) + sorted(glob.glob(f"{top}/pro/*.pro"))
    folders = glob.glob(f"{top}/src/lib/**/meson.build", recursive=True) + [f"{top}/pro/meson.build"]  # files that are new
    with open(depfile, "w", encoding="utf-8") as f:
        f.write(f"{out_path}: {' '.join(sources + folders)}\n")
    docs = {}
    for path in sources:
        for name, text in of_pro(path) if path.endswith(".pro") else of_c(path):
            docs.setdefault(name, text)
    with open(out_path, "w", encoding="utf-8") as out:
        out.write('// Made by tools/docstrings.py from the comments at the definitions.\n#include "lib/docstrings.h"\n\n')
        out.write("const Docstring docstrings[] = {\n")
        out.writelines(f"    {{{quoted(n)}, {quoted(t)}}},\n" for n, t in sorted(docs.items()))
        out.write("};\nconst int ndocstrings = sizeof docstrings / sizeof *docstrings;\n")


if __name__ == "__main__":
    main()
