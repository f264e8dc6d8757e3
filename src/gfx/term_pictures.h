// The ways of showing a picture in a terminal: each appends what is to be written there. The picture has 24 bits a pixel and the
// size that it is to be shown in. Start at device_term.c.
#ifndef HELIO_GFX_TERM_PICTURES_H
#define HELIO_GFX_TERM_PICTURES_H

#include "base/buf.h"
#include "gfx/framebuffer.h"

#include <stdint.h>

MUST_USE Status term_kitty(Buf *out, const Framebuffer *f);
MUST_USE Status term_iterm(Buf *out, const Framebuffer *f);
MUST_USE Status term_sixel(Buf *out, const Framebuffer *f, int registers); // colours that the terminal has; 0: not known
void term_blocks(Buf *out, const Framebuffer *f); // of 24-bit colours, two pixels a character

void term_base64(Buf *out, const void *p, size_t n);

// Colours of f, `most` at most, as exact as these allow, and for each pixel which one it gets. *index is the caller's (mem_free).
enum { TERM_COLORS_MAX = 1024 };
typedef struct TermPalette {
    int n;
    uint8_t rgb[TERM_COLORS_MAX][3];
} TermPalette;
MUST_USE Status term_palette(const Framebuffer *f, int most, TermPalette *p, uint16_t **index);

#endif
