// The 35 fonts that every PostScript interpreter has: their names, and how wide their characters are. The table is made
// from Debian's fonts-urw-base35 when the program is built (tools/afm.py).
#ifndef HELIO_PLOT_PSFONT_H
#define HELIO_PLOT_PSFONT_H

#include <stdbool.h>
#include <stdint.h>

enum { PSFONTS = 35, PSFONT_NUMBERS = 21 };

typedef struct PsFont {
    const char *name;
    int16_t own[256], latin1[256]; // widths in thousandths of an em, by the font's own encoding and by ISO Latin-1
} PsFont;

extern const PsFont psfonts[PSFONTS];

// Each of four fonts: upright, slanted, bold, bold and slanted; but for the last three, which have one.
typedef enum PsFamily {
    PS_AVANTGARDE, PS_BOOKMAN, PS_COURIER, PS_HELVETICA, PS_HELVETICA_NARROW, PS_PALATINO, PS_SCHOOLBOOK, PS_TIMES,
    PS_SYMBOL, PS_ZAPFCHANCERY, PS_ZAPFDINGBATS
} PsFamily;

int psfont_of(PsFamily family, bool is_bold, bool is_slanted);
int psfont_named(const char *name); // in any case; -1: there is none

// What IDL's !3 to !20 mean on PostScript devices.
int psfont_usual(int number);

// What a character of Symbol is in Unicode; itself where that is not known.
unsigned psfont_symbol_meaning(unsigned code);

// How a character is written.
typedef struct PsChar {
    int font;
    bool is_latin1;
    uint8_t code;
    int width;
} PsChar;

// Of a character by its Unicode, or of a byte as the program has it (is_byte), which means what the font's own encoding has, or
// ISO Latin-1. What the font lacks is taken from Symbol, if that has it, else it is a question mark.
PsChar psfont_char(int font, unsigned code, bool is_byte, bool is_latin1);

#endif
