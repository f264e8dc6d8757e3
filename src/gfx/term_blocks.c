// Pictures of half-block characters, for terminals that show none: each character shows an upper pixel by its foreground and a
// lower one by its background.
#include "gfx/term_pictures.h"

void term_blocks(Buf *out, const Framebuffer *f)
{
    for (int y = 0; y < f->height; y += 2) {
        int last_up = -1, last_down = -1;
        for (int x = 0; x < f->width; x++) {
            const uint8_t *up = f->px + ((size_t)y * (size_t)f->width + (size_t)x) * 3, *down = up + 3 * (size_t)f->width;
            bool has_down = y + 1 < f->height;
            int a = up[0] << 16 | up[1] << 8 | up[2], b = has_down ? down[0] << 16 | down[1] << 8 | down[2] : -1;
            if (a != last_up) buf_printf(out, "\033[38;2;%d;%d;%dm", up[0], up[1], up[2]);
            if (has_down && b != last_down) buf_printf(out, "\033[48;2;%d;%d;%dm", down[0], down[1], down[2]);
            last_up = a;
            last_down = b;
            buf_puts(out, "\xe2\x96\x80"); // upper half block
        }
        buf_puts(out, "\033[0m\n");
    }
}
