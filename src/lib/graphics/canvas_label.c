// A text that is drawn on a window, as characters: for what shows the window in characters (gfx/term_blocks.c). Texts that are
// turned but upright, of several lines, or with signs that are no letters, are drawings only. Start at canvas_label.
#include "lib/graphics/writing.h"

#include <math.h>
#include <string.h>

enum { GREEK = 4, GREEK_COMPLEX = 7, MATH = 9, SPECIAL = 10, CYRILLIC = 16, USERS = 20, SIGMA = 17, GREEK_LETTERS = 24 };
#define HALF_CAPITAL 10.5 // Hershey units, from the baseline to the middle of a capital letter
#define SMALL        0.9  // below which a character is an index or an exponent

// Of the Greek fonts, whose letters stand in the order of the alphabet; 0: none.
static unsigned greek(unsigned code)
{
    bool is_small = code >= 'a' && code < 'a' + GREEK_LETTERS, is_capital = code >= 'A' && code < 'A' + GREEK_LETTERS;
    unsigned i = code - (is_small ? 'a' : 'A');
    if (i >= SIGMA && (is_small || is_capital)) i++; // the final sigma has no letter
    return is_small ? 0x3b1 + i : is_capital ? 0x391 + i : code < 'A' ? code : 0;
}

static unsigned small(unsigned code, bool is_above)
{
    static const unsigned above[] = {0x2070, 0xb9, 0xb2, 0xb3, 0x2074, 0x2075, 0x2076, 0x2077, 0x2078, 0x2079};
    if (code >= '0' && code <= '9') return is_above ? above[code - '0'] : 0x2080 + code - '0';
    if (code == '-') return is_above ? 0x207b : 0x208b;
    if (code == '+') return is_above ? 0x207a : 0x208a;
    return code;
}

static unsigned code_of(const TextGlyph *g)
{
    if (g->font == MATH || g->font == SPECIAL || g->font == CYRILLIC || g->font == USERS || g->code < ' ') return 0;
    if (g->font == GREEK || g->font == GREEK_COMPLEX) return greek(g->code);
    if (g->size >= SMALL) return g->y != 0 || g->code > 0xffff ? 0 : g->code;
    return small(g->code, g->y > 0);
}

static size_t put_code(char *to, unsigned c)
{
    size_t n = 0;
    if (c >= 0x800) to[n++] = (char)(0xe0 | c >> 12);
    if (c >= 0x80) to[n++] = (char)((c >= 0x800 ? 0x80 | (c >> 6 & 0x3f) : 0xc0 | c >> 6));
    to[n++] = (char)(c >= 0x80 ? 0x80 | (c & 0x3f) : c);
    return n;
}

bool canvas_label(const Writing *w, double alignment)
{
    DrawingLabel l = {.alignment = alignment};
    const TextLayout *t = w->layout;
    size_t n = 0;
    l.is_upright = w->cosine == 0 && w->sine == 1;
    if (!t->glyphs.len || (w->cosine != 1 && !l.is_upright)) return false;
    for (int i = 0; i < t->glyphs.len; i++) {
        unsigned code = code_of(&t->glyphs.p[i]);
        if (!code || n + 4 > sizeof l.text) return false;
        n += put_code(l.text + n, code);
    }
    double from = t->glyphs.p[0].x;
    Point middle = writing_place(w, from + t->width / 2, HALF_CAPITAL);
    l.left = l.is_upright ? middle.x : writing_place(w, from, 0).x;
    l.right = l.is_upright ? middle.x : l.left + t->width * w->unit;
    l.middle = middle.y;
    return isfinite(l.left + l.right + l.middle) && canvas_begin_label(w->canvas, &l);
}
