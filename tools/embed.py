#!/usr/bin/env python3
"""Turns the library routines written in IDL (pro/*.pro) into a C table, sorted by name. A file's first lines are its usage:

    ; Usage: Result = NORM(A [, /DOUBLE])
    ;     goes on here

embed.py OUT FILE... Comment lines are left out of the table's text, but stay counted, so that tracebacks name the right line.
"""
import os
import re
import sys


def usage(path, lines):
    if not lines[0].startswith("; Usage: "):
        sys.exit(f"{path}: the first line must be '; Usage: ...'")
    text = lines[0][9:]
    for line in lines[1:]:
        if not line.startswith(";     "):
            break
        text += " " + line[6:].strip()
    return text


def quoted(text):
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def row(path):
    name = os.path.basename(path)[:-4].upper()
    lines = open(path, encoding="utf-8").read().split("\n")[:-1]
    use = usage(path, lines)
    is_function = use.startswith("Result = ")
    if not re.search(r"(?im)^(function|pro) +%s\b" % re.escape(name), "\n".join(lines)):
        sys.exit(f"{path}: does not define {name}")
    code = ["" if line.lstrip().startswith(";") else line.rstrip() for line in lines]
    size = sum(len(line.encode()) + 1 for line in code)
    body = "\n".join("     " + quoted(line)[:-1] + '\\n"' for line in code)
    return name, f'    {{"{name}", {str(is_function).lower()}, {size},\n     {quoted(use)},\n{body}}},\n'


def main():
    rows = sorted(row(p) for p in sys.argv[2:])
    with open(sys.argv[1], "w", encoding="utf-8") as out:
        out.write('// Made by tools/embed.py from pro/*.pro.\n#include "vm/library.h"\n\n')
        out.write("extern const LibraryText library_texts[];\nextern const int library_ntexts;\n")
        out.write("const LibraryText library_texts[] = {\n")
        out.writelines(text for _, text in rows)
        out.write("};\nconst int library_ntexts = %d;\n" % len(rows))


main()
