// Pictures as sixels (DEC, VT330/VT340 Programmer Reference Manual, chapter 14): bands of six rows, and over each band a pass for
// every colour that is in it. Start at term_sixel.
#include "gfx/term_pictures.h"

#include "base/mem.h"

#include <string.h>

enum { BAND = 6, USUAL_REGISTERS = 256, FEWEST = 2, FIRST_SIXEL = '?', SHORT_RUN = 3 };

static void put_palette(Buf *out, const TermPalette *p)
{
    for (int i = 0; i < p->n; i++) {
        const uint8_t *c = p->rgb[i]; // in hundredths
        buf_printf(out, "#%d;2;%d;%d;%d", i, (c[0] * 100 + 127) / 255, (c[1] * 100 + 127) / 255, (c[2] * 100 + 127) / 255);
    }
}

static void put_run(Buf *out, int n, char c)
{
    if (n > SHORT_RUN)
        buf_printf(out, "!%d%c", n, c);
    else
        buf_fill(out, c, (size_t)n);
}

// One colour's pixels of a band; what follows the last of them is left out.
static void put_pass(Buf *out, const uint16_t *band, int width, int rows, int color)
{
    int run = 0;
    char last = FIRST_SIXEL;
    for (int x = 0; x < width; x++) {
        int bits = 0;
        for (int y = 0; y < rows; y++) bits |= (band[(size_t)y * (size_t)width + (size_t)x] == color) << y;
        char c = (char)(FIRST_SIXEL + bits);
        if (c != last) {
            put_run(out, run, last);
            run = 0;
            last = c;
        }
        run++;
    }
    if (last != FIRST_SIXEL) put_run(out, run, last);
}

static void put_band(Buf *out, const uint16_t *band, int width, int rows, int colors)
{
    bool is_there[TERM_COLORS_MAX] = {false}, is_first = true;
    for (size_t i = 0; i < (size_t)rows * (size_t)width; i++) is_there[band[i]] = true;
    for (int k = 0; k < colors; k++) {
        if (!is_there[k]) continue;
        if (!is_first) buf_putc(out, '$');
        is_first = false;
        buf_printf(out, "#%d", k);
        put_pass(out, band, width, rows, k);
    }
}

Status term_sixel(Buf *out, const Framebuffer *f, int registers)
{
    TermPalette palette;
    uint16_t *index;
    int most = registers <= 0 ? USUAL_REGISTERS : registers < FEWEST ? FEWEST : registers;
    STATUS_TRY(term_palette(f, most < TERM_COLORS_MAX ? most : TERM_COLORS_MAX, &palette, &index));
    buf_printf(out, "\033P0;0;0q\"1;1;%d;%d", f->width, f->height);
    put_palette(out, &palette);
    for (int y = 0; y < f->height; y += BAND) {
        int rows = f->height - y < BAND ? f->height - y : BAND;
        if (y) buf_putc(out, '-');
        put_band(out, index + (size_t)y * (size_t)f->width, f->width, rows, palette.n);
    }
    buf_puts(out, "\033\\\n");
    mem_free(index);
    return STATUS_OK;
}
