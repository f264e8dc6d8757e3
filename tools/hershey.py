#!/usr/bin/env python3
"""The Hershey fonts as a C table: hershey.py OUT FOLDER, FOLDER with the .jhf files of Debian's hershey-fonts-data.

The Hershey Fonts were originally created by Dr. A. V. Hershey while working at the U. S. National Bureau of Standards.
The format of the font data that is read here was originally created by James Hurt, Cognition, Inc., 900 Technology Park Drive,
Billerica, MA 01821 (mit-eddie!ci-dandelion!hurt).

A glyph is a run of bytes: left, right, then x and y of points; PEN_UP stands between strokes. y points upwards from the baseline
(which the files have at +9, pointing down). A font is the place of its 96 glyphs, from the blank on."""
import sys

# By number, as IDL's !3 to !20 have them (spec graphics.md 2.1). Those that have no file of their own take the nearest.
FONTS = {
    3: "rowmans", 4: "greeks", 5: "rowmand", 6: "timesr", 7: "greekc", 8: "timesi", 9: "mathupp", 10: "markers", 11: "gothiceng",
    12: "scripts", 13: "scriptc", 14: "gothicita", 15: "gothicger", 16: "cyrilc_1", 17: "rowmant", 18: "timesib", 20: "meteorology",
}
GLYPHS, BASELINE, PEN_UP = 96, 9, -128
# Font 9 (and !M) in IDL's order, as far as public programs tell it (their tables of TeX names, of symbols by name): which glyph of
# mathupp, or of another file, stands at each character. The rest is mathupp's own.
MATH = dict(zip("@*3.1E$e:+/0245" + "67=?ADGaXlb%", "w*g$ev_h@!xdfkl" + "ij?^\x7fmn|#&'`"))
MATH_GREEK = {"P": "u", "t": "h"}  # phi and theta, for the variants that no file has
MATH_DRAWN = {  # left, right, points
    "n": (-11, 11, [(7, 9), (6, 13), (4, 15), (0, 16), (-4, 15), (-6, 13), (-7, 9), (-6, 5), (-4, 3), (0, 2), (4, 3), (6, 5), (7, 9), None,
                    (0, 10), (-1, 9), (0, 8), (1, 9), (0, 10)]),
    "'": (-5, 5, [(2, 21), (-1, 14)]),
    "`": (-5, 5, [(2, 21), (-1, 14)]),
}


def glyphs(path):
    """(left, right, [(x, y) or None]) of each glyph."""
    with open(path, encoding="ascii") as f:
        text = f.read()
    at, lines = 0, text.split("\n")
    while at < len(lines) and lines[at].strip():
        head, body = lines[at][:8], lines[at][8:]
        at += 1
        count = int(head[5:8])
        while len(body) < 2 * count:  # long glyphs go on in the next line
            body += lines[at]
            at += 1
        pairs = [body[2 * i:2 * i + 2] for i in range(count)]
        left, right = (ord(c) - ord("R") for c in pairs[0])
        points = [None if p == " R" else (ord(p[0]) - ord("R"), BASELINE - (ord(p[1]) - ord("R"))) for p in pairs[1:]]
        yield left, right, points


def mathematical(folder):
    """The glyphs of font 9."""
    own, greek = (list(glyphs(f"{folder}/{name}.jhf")) for name in ("mathupp", "greeks"))
    font = list(own[:GLYPHS])
    for table, source in ((MATH, own), (MATH_GREEK, greek)):
        for to, by in table.items():
            font[ord(to) - 32] = source[ord(by) - 32]
    for to, glyph in MATH_DRAWN.items():
        font[ord(to) - 32] = glyph
    return font


def main():
    out_path, folder = sys.argv[1:]
    data, fonts = [], {}
    for number, name in FONTS.items():
        places = []
        font = mathematical(folder) if number == 9 else list(glyphs(f"{folder}/{name}.jhf"))[:GLYPHS]  # one file has one more
        if number == 7:
            font[2] = list(glyphs(f"{folder}/timesg.jhf"))[2]  # a quotation mark, which greekc has as a semicolon
        for left, right, points in font:
            places.append(len(data))
            data += [left, right]
            for p in points:
                data += [PEN_UP, PEN_UP] if p is None else list(p)
        if len(places) != GLYPHS:
            sys.exit(f"{name}: {len(places)} glyphs, not {GLYPHS}")
        fonts[number] = places + [len(data)]
    with open(out_path, "w", encoding="utf-8") as out:
        out.write("// Made by tools/hershey.py.\n")
        out.write("// The Hershey Fonts were originally created by Dr. A. V. Hershey while working at the U. S. National Bureau of\n"
                  "// Standards. The format of the font data they were made from was originally created by James Hurt, Cognition,\n"
                  "// Inc., 900 Technology Park Drive, Billerica, MA 01821 (mit-eddie!ci-dandelion!hurt).\n")
        out.write('#include "plot/hershey.h"\n\nconst int8_t hershey_data[] = {\n')
        for i in range(0, len(data), 30):
            out.write("    " + "".join(f"{x}, " for x in data[i:i + 30]).rstrip() + "\n")
        out.write("};\n\nconst int32_t hershey_fonts[HERSHEY_FONTS][HERSHEY_GLYPHS + 1] = {\n")
        for number, places in fonts.items():
            out.write(f"    [{number}] = {{{', '.join(map(str, places))}}},\n")
        out.write("};\n")


if __name__ == "__main__":
    main()
