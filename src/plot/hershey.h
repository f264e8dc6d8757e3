// The Hershey fonts: glyphs as strokes, in units of which a capital letter is 21 high. The table is made from Debian's
// hershey-fonts-data when the program is built (tools/hershey.py, which has the credits).
#ifndef HELIO_PLOT_HERSHEY_H
#define HELIO_PLOT_HERSHEY_H

#include <stdint.h>

enum { HERSHEY_FONTS = 21, HERSHEY_GLYPHS = 96, HERSHEY_DEFAULT = 3, HERSHEY_MATH = 9 };
enum { HERSHEY_PEN_UP = -128 }; // x of what stands between two strokes
#define HERSHEY_UNITS 19.0      // of !D.X_CH_SIZE

extern const int8_t hershey_data[];
extern const int32_t hershey_fonts[HERSHEY_FONTS][HERSHEY_GLYPHS + 1];

// Strokes: n points, pairs of x (HERSHEY_PEN_UP between two strokes) and y above the baseline. x is 0 in the middle of
// the glyph.
typedef struct Strokes {
    const int8_t *points;
    int n;
} Strokes;

typedef struct Glyph {
    int left, right; // where it begins and ends
    Strokes body;
    Strokes mark; // an accent, n is 0 where there is none
    int raise;    // of the mark
} Glyph;

// Of a font by IDL's number (3 to 20; others: 3) and a character of Latin-1.
Glyph hershey_glyph(int font, unsigned code);

#endif
