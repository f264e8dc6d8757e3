// See screen_font.h. Start at screen_font_parse.
#include "gfx/screen_font.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum { SIZE_LEAST = 5, SIZE_MOST = 500 };

// Words that stand in names of the X Window System's and are no family.
static bool is_passed_over(const char *word)
{
    static const char *const words[] = {"adobe",  "b&h",     "bitstream", "misc", "urw", "schumacher", "sony",    "dec",
                                        "medium", "regular", "normal",    "r",    "p",   "m",          "c",       "iso8859",
                                        "iso10646"};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        if (strcasecmp(words[i], word) == 0) return true;
    }
    return false;
}

static bool is_one_of(const char *word, const char *a, const char *b, const char *c)
{
    return strcasecmp(word, a) == 0 || strcasecmp(word, b) == 0 || strcasecmp(word, c) == 0;
}

static void take_word(ScreenFont *f, const char *word, bool *has_style)
{
    char *end;
    long number = strtol(word, &end, 10);
    bool is_cell = end > word && *end == 'x' && isdigit((unsigned char)end[1]);
    if (is_cell) {
        snprintf(f->family, sizeof f->family, "Monospace");
        f->size = (double)strtol(end + 1, NULL, 10);
    } else if (end > word && !*end) {
        if (!f->size && number >= SIZE_LEAST && number <= SIZE_MOST) f->size = (double)number;
    } else if (is_one_of(word, "bold", "demi", "demibold")) {
        f->is_bold = *has_style = true;
    } else if (is_one_of(word, "italic", "oblique", "i") || strcasecmp(word, "o") == 0) {
        f->is_slanted = *has_style = true;
    } else if (is_passed_over(word)) {
        *has_style = f->family[0];
    } else if (!*has_style) {
        size_t n = strlen(f->family); // names of several words
        snprintf(f->family + n, sizeof f->family - n, "%s%s", n ? " " : "", word);
    }
}

ScreenFont screen_font_parse(const char *name)
{
    ScreenFont f = {.size = 0};
    bool has_style = false;
    char word[64];
    while (*name) {
        size_t n = strcspn(name, "-* ,");
        if (n && n < sizeof word) {
            memcpy(word, name, n);
            word[n] = 0;
            take_word(&f, word, &has_style);
        }
        name += n;
        if (*name) name++;
    }
    if (!f.family[0]) snprintf(f.family, sizeof f.family, "Helvetica");
    return f;
}

void screen_font_name(const ScreenFont *f, char *out, size_t room)
{
    int n = snprintf(out, room, "%s%s%s", f->family, f->is_bold ? " Bold" : "", f->is_slanted ? " Italic" : "");
    if (f->size > 0 && n > 0 && (size_t)n < room) snprintf(out + n, room - (size_t)n, "*%g", f->size);
}

ScreenFont screen_font_numbered(const ScreenFont *usual, int number)
{
    static const struct {
        const char *family;
        bool is_bold, is_slanted;
    } fonts[PSFONT_NUMBERS] = {
        [3] = {"Helvetica", 0, 0}, [4] = {"Helvetica", 1, 0}, [5] = {"Helvetica", 0, 1}, [6] = {"Helvetica", 1, 1},
        [7] = {"Times", 0, 0}, [8] = {"Times", 0, 1}, [9] = {"Symbol", 0, 0}, [10] = {"Symbol", 0, 0},
        [11] = {"Courier", 0, 0}, [12] = {"Courier", 0, 1}, [13] = {"Courier", 1, 0}, [14] = {"Courier", 1, 1},
        [15] = {"Times", 1, 0}, [16] = {"Times", 1, 1}, [17] = {"Helvetica", 0, 0}, [18] = {"Helvetica", 0, 0},
        [20] = {"Symbol", 0, 0},
    };
    ScreenFont f = *usual;
    if (number <= 0 || number >= PSFONT_NUMBERS || !fonts[number].family) return f;
    snprintf(f.family, sizeof f.family, "%s", fonts[number].family);
    f.is_bold = fonts[number].is_bold;
    f.is_slanted = fonts[number].is_slanted;
    return f;
}
