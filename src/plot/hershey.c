// See hershey.h. What the files lack, signs and accents of Latin-1, is drawn here. Start at hershey_glyph.
#include "plot/hershey.h"

#include <stdbool.h>
#include <string.h>

#define UP HERSHEY_PEN_UP, 0
#define PATH(...)                                                                                                      \
    {                                                                                                                  \
        (const int8_t[]){__VA_ARGS__}, (int)(sizeof((const int8_t[]){__VA_ARGS__}) / 2)                                \
    }

enum { FIRST = ' ', LAST = '~', REPEATED = 123, HIGH_LETTER = 6 };

// Signs without a letter in them.
static const struct Sign {
    unsigned code;
    int left, right;
    Strokes body;
} signs[] = {
    {0xB0, -6, 6, PATH(-1, 21, -3, 20, -4, 18, -3, 16, -1, 15, 1, 15, 3, 16, 4, 18, 3, 20, 1, 21, -1, 21)},
    {0xB1, -13, 13, PATH(0, 18, 0, 4, UP, -9, 11, 9, 11, UP, -9, 0, 9, 0)},
    {0xB7, -5, 5, PATH(0, 10, -1, 9, 0, 8, 1, 9, 0, 10)},
    {0xD7, -11, 11, PATH(-7, 16, 7, 2, UP, 7, 16, -7, 2)},
    {0xF7, -13, 13, PATH(0, 18, -1, 17, 0, 16, 1, 17, 0, 18, UP, -9, 9, 9, 9, UP, 0, 2, -1, 1, 0, 0, 1, 1, 0, 2)},
};

// Accents as they stand above a small letter, under it (cedilla) and through it (stroke).
static const struct Accent {
    char name;
    Strokes strokes;
} accents[] = {
    {'`', PATH(-3, 22, 2, 18)},
    {'\'', PATH(3, 22, -2, 18)},
    {'^', PATH(-4, 18, 0, 22, 4, 18)},
    {'~', PATH(-5, 18, -4, 20, -2, 21, 0, 20, 2, 19, 4, 20, 5, 22)},
    {':', PATH(-4, 21, -4, 20, UP, 4, 21, 4, 20)},
    {'o', PATH(0, 24, -2, 23, -3, 21, -2, 19, 0, 18, 2, 19, 3, 21, 2, 23, 0, 24)},
    {',', PATH(1, 0, 0, -2, 2, -3, 2, -5, 0, -6, -2, -6)},
    {'/', PATH(-8, -1, 8, 16)},
};

// From 0xC0 on: the letter, and the accent it carries.
static const char letters[] = "AAAAAAACEEEEIIIIDNOOOOO OUUUUYPsaaaaaaaceeeeiiiidnooooo ouuuuypy";
static const char marks[] = "`'^~:o ,`'^:`'^: ~`'^~: /`'^:'  `'^~:o ,`'^:`'^: ~`'^~: /`'^:' :";

static bool has_table(int font) { return font >= 0 && font < HERSHEY_FONTS && hershey_fonts[font][HERSHEY_GLYPHS] > 0; }

static Glyph of_table(int font, unsigned code)
{
    if (code >= REPEATED && code < 128) code -= 32; // as IDL: the Roman fonts' last ones repeat those above Z
    if (code < FIRST || code > LAST) code = FIRST;
    const int32_t *at = &hershey_fonts[font][code - FIRST];
    const int8_t *p = hershey_data + at[0];
    return (Glyph){.left = p[0], .right = p[1], .body = {p + 2, (at[1] - at[0] - 2) / 2}};
}

static Glyph marked(int font, unsigned code)
{
    Glyph g = of_table(font, (unsigned char)letters[code - 0xC0]);
    for (size_t i = 0; i < sizeof accents / sizeof *accents; i++) {
        if (accents[i].name == marks[code - 0xC0]) g.mark = accents[i].strokes;
    }
    if (code < 0xE0 && !strchr(",/", marks[code - 0xC0])) g.raise = HIGH_LETTER;
    return g;
}

Glyph hershey_glyph(int font, unsigned code)
{
    if (!has_table(font)) font = HERSHEY_DEFAULT;
    for (size_t i = 0; i < sizeof signs / sizeof *signs; i++) {
        if (signs[i].code == code) return (Glyph){signs[i].left, signs[i].right, signs[i].body, {0}, 0};
    }
    return code >= 0xC0 && code <= 0xFF ? marked(font, code) : of_table(font, code);
}
