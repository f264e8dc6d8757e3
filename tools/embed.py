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


def check_options(path, lines):
    """`n_elements(x) ? a : b` is false for even counts without LOGICAL_PREDICATE."""
    starts = [i for i, line in enumerate(lines) if re.match(r"(?i)(function|pro) ", line)]
    for i in starts:
        body = next((line for line in lines[i + 1:] if re.match(r"(?i)\s*compile_opt ", line)), "")
        if not re.match(r"(?i)\s*compile_opt idl2, logical_predicate\b", body):
            sys.exit(f"{path}:{i + 1}: the routine begins without 'compile_opt idl2, logical_predicate'")
    if sum(bool(re.match(r"(?i)\s*compile_opt ", line)) for line in lines) != len(starts):
        sys.exit(f"{path}: a routine has no compile_opt")


def row(path):
    name = os.path.basename(path)[:-4].upper()
    lines = open(path, encoding="utf-8").read().split("\n")[:-1]
    use = usage(path, lines)
    is_function = use.startswith("Result = ")
    if not re.search(r"(?im)^(function|pro) +%s\b" % re.escape(name), "\n".join(lines)):
        sys.exit(f"{path}: does not define {name}")
    check_options(path, lines)
    code = ["" if line.lstrip().startswith(";") else line.rstrip() for line in lines]
    size = sum(len(line.encode()) + 1 for line in code)
    body = "\n".join("     " + quoted(line)[:-1] + '\\n"' for line in code)
    return name, f'    {{"{name}", {str(is_function).lower()}, {size},\n     {quoted(use)},\n{body}}},\n'


def main():
    rows = sorted(row(p) for p in sys.argv[2:])
    with open(sys.argv[1], "w", encoding="utf-8") as out:
        out.write('// Made by tools/embed.py from pro/*.pro.\n#include "vm/names/library.h"\n\n')
        out.write("extern const LibraryText library_texts[];\nextern const int library_ntexts;\n")
        out.write("const LibraryText library_texts[] = {\n")
        out.writelines(text for _, text in rows)
        out.write("};\nconst int library_ntexts = %d;\n" % len(rows))


main()
