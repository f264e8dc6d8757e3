// Texts with embedded commands (!U, !N, !7, !C, ...) as glyphs at places: spec graphics.md 2.2. Widths come from the
// fonts of the device, here only those of Hershey. Lengths are Hershey units (1/19 of !D.X_CH_SIZE at CHARSIZE 1).
#ifndef HELIO_PLOT_TEXT_H
#define HELIO_PLOT_TEXT_H

#include "base/vec.h"

#include <stdbool.h>
#include <stddef.h>

typedef struct TextGlyph {
    int font;
    unsigned code; // a character of Unicode
    bool is_byte;  // it stood there as a byte, which a device's font may take for another one
    double x, y;   // of the pen: from the beginning of the text, above its baseline
    double size;   // relative to the text's
} TextGlyph;

// How wide a character of a font is at size 1, and how far lines are apart.
typedef struct TextMetrics {
    double (*advance)(const void *arg, const TextGlyph *g);
    const void *arg;
    double line;
} TextMetrics;

typedef struct TextLayout {
    VEC(TextGlyph) glyphs;
    double width;        // of the widest line
    double end_x, end_y; // where the pen is at the end
    int font;            // the one in force at the end: the next text begins with it
} TextLayout;

// Lays out n bytes that begin in `font`, by its number or, as devices have it, 0 for the one that was chosen last.
// Lines (!C) are each aligned by themselves: `alignment` 0 left, 0.5 middle, 1
// right of x = 0. Bytes that are UTF-8 are taken as such, others as Latin-1. Free with text_free.
// False: no memory.
bool text_layout(const char *text, size_t n, int font, double alignment, const TextMetrics *metrics, TextLayout *out);
void text_free(TextLayout *t);

// The metrics of the Hershey fonts; `line` is the height of a line, in units.
TextMetrics text_hershey(double line);

// Strokes of the glyphs, each a run of at least one point (x, y in units, before scaling and turning).
typedef void TextStroke(void *arg, const double (*points)[2], int n);
void text_strokes(const TextLayout *t, TextStroke *stroke, void *arg);

#endif
