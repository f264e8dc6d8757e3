// The ways of showing a picture in a terminal: each appends what is to be written there. The picture has 24 bits a pixel and the
// size that it is to be shown in. Start at device_term.c.
#ifndef HELIO_GFX_TERM_PICTURES_H
#define HELIO_GFX_TERM_PICTURES_H

#include "base/buf.h"
#include "gfx/drawing.h"

#include <stdint.h>

MUST_USE Status term_kitty(Buf *out, const Framebuffer *f);
// Through tmux, over so many columns and rows of characters; `number` is another one for each picture.
enum { TERM_RELAYED_ROWS = 64 };
MUST_USE Status term_kitty_relayed(Buf *out, const Framebuffer *f, int columns, int rows, unsigned number);
MUST_USE Status term_iterm(Buf *out, const Framebuffer *f);
MUST_USE Status term_sixel(Buf *out, const Framebuffer *f, int registers); // colours that the terminal has; 0: not known
// Of 24-bit colours, two pixels a character, with texts before them.
typedef struct TermTexts {
    int columns, rows;
    struct TermCharacter {
        unsigned code; // of Unicode; 0: none
        uint8_t color[3];
    } *cell;
} TermTexts;
MUST_USE Status term_texts_init(TermTexts *t, int width, int height); // pixels
void term_texts_free(TermTexts *t);
bool term_texts_take(void *texts, const DrawingLabel *label, const uint8_t color[3]); // as LabelTaker has it
void term_blocks(Buf *out, const Framebuffer *f, const TermTexts *texts);

void term_base64(Buf *out, const void *p, size_t n);

// Colours of f, `most` at most, as exact as these allow, and for each pixel which one it gets. *index is the caller's (mem_free).
enum { TERM_COLORS_MAX = 1024 };
typedef struct TermPalette {
    int n;
    uint8_t rgb[TERM_COLORS_MAX][3];
} TermPalette;
MUST_USE Status term_palette(const Framebuffer *f, int most, TermPalette *p, uint16_t **index);

#endif
