// Pictures of half-block characters, for terminals that show none: each character shows an upper pixel by its foreground and a
// lower one by its background. Texts stand before them as characters. Start at term_blocks.
#include "gfx/term_pictures.h"

#include "base/mem.h"
#include "base/utf8.h"
#include "core/errors.h"

#include <math.h>
#include <string.h>

#define HALF_BLOCK 0x2580 // the upper half

// --- Texts

Status term_texts_init(TermTexts *t, int width, int height)
{
    *t = (TermTexts){width, (height + 1) / 2, NULL};
    t->cell = mem_zalloc((size_t)t->columns * (size_t)t->rows * sizeof *t->cell);
    return t->cell ? STATUS_OK : status_fail(E_NO_MEMORY, "Unable to allocate memory: to show a picture.");
}

void term_texts_free(TermTexts *t) { mem_free(t->cell); }

// The character at *p, which goes on to the next.
static unsigned next_code(const char **p)
{
    uint32_t code = (unsigned char)**p;
    size_t n = utf8_take(*p, strnlen(*p, UTF8_MAX), &code);
    *p += n ? n : 1;
    return code;
}

static int count_codes(const char *p)
{
    int n = 0;
    for (; *p; n++) next_code(&p);
    return n;
}

// The letters of an upright text stand below each other.
bool term_texts_take(void *texts, const DrawingLabel *l, const uint8_t color[3])
{
    TermTexts *t = texts;
    const char *p = l->text;
    int n = count_codes(p);
    double stays = l->left + (l->right - l->left) * l->alignment;
    double column = l->is_upright ? floor(stays * t->columns) : floor(stays * t->columns - n * l->alignment + 0.5);
    double row = l->is_upright ? floor((1 - l->middle) * t->rows - n / 2.0 + 0.5) : floor((1 - l->middle) * t->rows);
    if (!(fabs(row) < FRAME_MAX_SIDE && fabs(column) < FRAME_MAX_SIDE)) return true; // far outside
    for (int i = 0; *p; i++) {
        unsigned code = next_code(&p);
        int x = (int)column + (l->is_upright ? 0 : i), y = (int)row + (l->is_upright ? i : 0);
        if (x < 0 || x >= t->columns || y < 0 || y >= t->rows) continue;
        struct TermCharacter *c = t->cell + (size_t)y * (size_t)t->columns + (size_t)x;
        c->code = code;
        memcpy(c->color, color, 3);
    }
    return true;
}

// --- Blocks

typedef struct CellColors {
    int fore, back; // red, green, blue; -1: the terminal's own
} CellColors;

static int color_of(const uint8_t *p) { return p[0] << 16 | p[1] << 8 | p[2]; }

static void put_code(Buf *out, unsigned c)
{
    if (c < 0x80)
        buf_putc(out, (char)c);
    else if (c < 0x800)
        buf_printf(out, "%c%c", 0xc0 | c >> 6, 0x80 | (c & 0x3f));
    else
        buf_printf(out, "%c%c%c", 0xe0 | c >> 12, 0x80 | (c >> 6 & 0x3f), 0x80 | (c & 0x3f));
}

// The colours of a character; what is behind a text is the mean of its two pixels.
static CellColors cell_colors(const uint8_t *up, const uint8_t *down, const struct TermCharacter *text)
{
    if (!text->code) return (CellColors){color_of(up), down ? color_of(down) : -1};
    uint8_t mean[3];
    for (int k = 0; k < 3; k++) mean[k] = (uint8_t)((up[k] + (down ? down : up)[k]) / 2);
    return (CellColors){color_of(text->color), color_of(mean)};
}

static void put_color(Buf *out, int kind, int c)
{
    if (c < 0)
        buf_printf(out, "\033[%d9m", kind);
    else
        buf_printf(out, "\033[%d8;2;%d;%d;%dm", kind, c >> 16, c >> 8 & 255, c & 255);
}

void term_blocks(Buf *out, const Framebuffer *f, const TermTexts *texts)
{
    size_t row = (size_t)f->width * 3;
    for (int y = 0; y < f->height; y += 2) {
        CellColors last = {-2, -1};
        for (int x = 0; x < f->width; x++) {
            const uint8_t *up = f->px + (size_t)y * row + (size_t)x * 3, *down = y + 1 < f->height ? up + row : NULL;
            const struct TermCharacter *text = texts->cell + (size_t)(y / 2) * (size_t)f->width + (size_t)x;
            CellColors now = cell_colors(up, down, text);
            if (now.fore != last.fore) put_color(out, 3, now.fore);
            if (now.back != last.back) put_color(out, 4, now.back);
            last = now;
            put_code(out, text->code ? text->code : HALF_BLOCK);
        }
        buf_puts(out, "\033[0m\n");
    }
}
