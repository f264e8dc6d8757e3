#!/usr/bin/env python3
"""The widths of PostScript's 35 fonts as a C table: afm.py OUT FOLDER, FOLDER with the metrics (.afm) of Debian's fonts-urw-base35,
whose characters are as wide as those of the fonts that they stand for.

A font has two rows of 256 widths, thousandths of an em: by its own encoding, and by ISO Latin-1. Accents and signs that an encoding
does not have are 0 wide, as printers have them."""
import sys

FONTS = [  # in the order of PsFamily (plot/psfont.h), each upright, slanted, bold, bold and slanted
    ("AvantGarde-Book", "URWGothic-Book"), ("AvantGarde-BookOblique", "URWGothic-BookOblique"),
    ("AvantGarde-Demi", "URWGothic-Demi"), ("AvantGarde-DemiOblique", "URWGothic-DemiOblique"),
    ("Bookman-Light", "URWBookman-Light"), ("Bookman-LightItalic", "URWBookman-LightItalic"),
    ("Bookman-Demi", "URWBookman-Demi"), ("Bookman-DemiItalic", "URWBookman-DemiItalic"),
    ("Courier", "NimbusMonoPS-Regular"), ("Courier-Oblique", "NimbusMonoPS-Italic"),
    ("Courier-Bold", "NimbusMonoPS-Bold"), ("Courier-BoldOblique", "NimbusMonoPS-BoldItalic"),
    ("Helvetica", "NimbusSans-Regular"), ("Helvetica-Oblique", "NimbusSans-Italic"),
    ("Helvetica-Bold", "NimbusSans-Bold"), ("Helvetica-BoldOblique", "NimbusSans-BoldItalic"),
    ("Helvetica-Narrow", "NimbusSansNarrow-Regular"), ("Helvetica-Narrow-Oblique", "NimbusSansNarrow-Oblique"),
    ("Helvetica-Narrow-Bold", "NimbusSansNarrow-Bold"), ("Helvetica-Narrow-BoldOblique", "NimbusSansNarrow-BoldOblique"),
    ("Palatino-Roman", "P052-Roman"), ("Palatino-Italic", "P052-Italic"),
    ("Palatino-Bold", "P052-Bold"), ("Palatino-BoldItalic", "P052-BoldItalic"),
    ("NewCenturySchlbk-Roman", "C059-Roman"), ("NewCenturySchlbk-Italic", "C059-Italic"),
    ("NewCenturySchlbk-Bold", "C059-Bold"), ("NewCenturySchlbk-BoldItalic", "C059-BdIta"),
    ("Times-Roman", "NimbusRoman-Regular"), ("Times-Italic", "NimbusRoman-Italic"),
    ("Times-Bold", "NimbusRoman-Bold"), ("Times-BoldItalic", "NimbusRoman-BoldItalic"),
    ("Symbol", "StandardSymbolsPS"), ("ZapfChancery-MediumItalic", "Z003-MediumItalic"), ("ZapfDingbats", "D050000L"),
]
OWN_ENCODING = ("Symbol", "ZapfDingbats")

# ISOLatin1Encoding as the PostScript Language Reference has it.
LATIN1 = {45: "minus"}
LATIN1.update(zip(range(144, 160), "dotlessi grave acute circumflex tilde macron breve dotaccent dieresis . ring cedilla . "
                                   "hungarumlaut ogonek caron".split()))
LATIN1.update(zip(range(160, 256), (
    "space exclamdown cent sterling currency yen brokenbar section dieresis copyright ordfeminine guillemotleft logicalnot hyphen "
    "registered macron degree plusminus twosuperior threesuperior acute mu paragraph periodcentered cedilla onesuperior "
    "ordmasculine guillemotright onequarter onehalf threequarters questiondown Agrave Aacute Acircumflex Atilde Adieresis Aring AE "
    "Ccedilla Egrave Eacute Ecircumflex Edieresis Igrave Iacute Icircumflex Idieresis Eth Ntilde Ograve Oacute Ocircumflex Otilde "
    "Odieresis multiply Oslash Ugrave Uacute Ucircumflex Udieresis Yacute Thorn germandbls agrave aacute acircumflex atilde "
    "adieresis aring ae ccedilla egrave eacute ecircumflex edieresis igrave iacute icircumflex idieresis eth ntilde ograve oacute "
    "ocircumflex otilde odieresis divide oslash ugrave uacute ucircumflex udieresis yacute thorn ydieresis").split()))


def read(path):
    """Widths by code (the font's own encoding), and by name."""
    by_code, by_name = {}, {}
    with open(path, encoding="latin-1") as f:
        for line in f:
            if not line.startswith("C "):
                continue
            part = dict(p.strip().split(" ", 1) for p in line.split(";") if " " in p.strip())
            by_name[part["N"]] = round(float(part["WX"]))
            if int(part["C"]) >= 0:
                by_code[int(part["C"])] = round(float(part["WX"]))
    return by_code, by_name


def row(widths):
    return "{" + ", ".join(str(widths.get(i, 0)) for i in range(256)) + "}"


def main():
    out_path, folder = sys.argv[1:]
    with open(out_path, "w", encoding="utf-8") as out:
        out.write('// Made by tools/afm.py.\n#include "plot/psfont.h"\n\nconst PsFont psfonts[PSFONTS] = {\n')
        for name, file in FONTS:
            by_code, by_name = read(f"{folder}/{file}.afm")
            latin1 = dict(by_code)
            if name not in OWN_ENCODING:
                latin1 = {i: w for i, w in by_code.items() if i < 127}
                latin1.update({i: by_name.get(glyph, 0) for i, glyph in LATIN1.items()})
            out.write(f'    {{"{name}", {row(by_code)}, {row(latin1)}}},\n')
        out.write("};\n")


if __name__ == "__main__":
    main()
