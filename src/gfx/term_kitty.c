// Pictures by kitty's graphics protocol (sw.kovidgoyal.net/kitty/graphics-protocol) and by iTerm2's inline images
// (iterm2.com/documentation-images.html). Start at term_kitty.
#include "gfx/term_pictures.h"

#include "base/mem.h"
#include "base/utf8.h"
#include "core/errors.h"
#include "image/png.h"
#include "sys/dynlib.h"

#include <stdio.h>

#include <zlib.h>

#define KITTY_CHUNK 4096 // base64 characters in one escape sequence, at most

void term_base64(Buf *out, const void *data, size_t n)
{
    static const char digit[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    const uint8_t *p = data;
    for (size_t i = 0; i < n; i += 3) {
        unsigned v = (unsigned)p[i] << 16 | (i + 1 < n ? (unsigned)p[i + 1] << 8 : 0) | (i + 2 < n ? p[i + 2] : 0);
        char c[4] = {digit[v >> 18], digit[v >> 12 & 63], i + 1 < n ? digit[v >> 6 & 63] : '=',
                     i + 2 < n ? digit[v & 63] : '='};
        buf_put(out, c, 4);
    }
}

// A command with its payload in chunks: `first` has the keys of the first. `open` and `close` are what stands around each.
static void put_chunks(Buf *out, const uint8_t *data, size_t n, const char *first, const char *open, const char *close)
{
    size_t step = KITTY_CHUNK / 4 * 3;
    for (size_t at = 0; at < n; at += step) {
        size_t k = n - at < step ? n - at : step;
        buf_printf(out, "%s%s,m=%d;", open, at ? "q=2" : first, at + k < n);
        term_base64(out, data + at, k);
        buf_puts(out, close);
    }
}

static Status put_picture(Buf *out, const Framebuffer *f, const char *first, const char *open, const char *close)
{
    size_t n = (size_t)f->width * (size_t)f->height * 3;
    uLongf packed = compressBound(n);
    uint8_t *z = mem_alloc(packed);
    Status s = STATUS_OK;
    if (!z || compress2(z, &packed, f->px, n, 1) != Z_OK)
        s = status_fail(E_NO_MEMORY, "Unable to allocate memory: to show a picture.");
    else
        put_chunks(out, z, packed, first, open, close);
    mem_free(z);
    return s;
}

Status term_kitty(Buf *out, const Framebuffer *f)
{
    char first[64];
    snprintf(first, sizeof first, "a=T,f=24,o=z,q=2,s=%d,v=%d", f->width, f->height);
    Status s = put_picture(out, f, first, "\033_G", "\033\\");
    buf_putc(out, '\n');
    return s;
}

// --- Within tmux: commands are passed on to the terminal outside, which knows nothing of panes and scrolling. So the picture is
// --- shown by characters (U+10EEEE) that tmux keeps where they are: their colour is the picture's number, the marks above
// --- them say which row and column of it they show.

static const uint16_t marks[TERM_RELAYED_ROWS] = {
    0x305, 0x30D, 0x30E, 0x310, 0x312, 0x33D, 0x33E, 0x33F, 0x346, 0x34A, 0x34B, 0x34C, 0x350, 0x351, 0x352, 0x357,
    0x35B, 0x363, 0x364, 0x365, 0x366, 0x367, 0x368, 0x369, 0x36A, 0x36B, 0x36C, 0x36D, 0x36E, 0x36F, 0x483, 0x484,
    0x485, 0x486, 0x487, 0x592, 0x593, 0x594, 0x595, 0x597, 0x598, 0x599, 0x59C, 0x59D, 0x59E, 0x59F, 0x5A0, 0x5A1,
    0x5A8, 0x5A9, 0x5AB, 0x5AC, 0x5AF, 0x5C4, 0x610, 0x611, 0x612, 0x613, 0x614, 0x615, 0x616, 0x617, 0x657, 0x658};

static void put_utf8(Buf *out, uint32_t code)
{
    char c[UTF8_MAX];
    buf_put(out, c, utf8_put(c, code));
}

Status term_kitty_relayed(Buf *out, const Framebuffer *f, int columns, int rows, unsigned number)
{
    char first[128];
    number = number % 0xFFFFFF + 1;
    snprintf(first, sizeof first, "a=T,U=1,f=24,o=z,q=2,i=%u,c=%d,r=%d,s=%d,v=%d", number, columns, rows, f->width, f->height);
    STATUS_TRY(put_picture(out, f, first, "\033Ptmux;\033\033_G", "\033\033\\\033\\"));
    for (int y = 0; y < rows; y++) {
        buf_printf(out, "\033[38;2;%u;%u;%um", number >> 16, number >> 8 & 255, number & 255);
        for (int x = 0; x < columns; x++) {
            put_utf8(out, 0x10EEEE);
            if (x > 0) continue; // it goes on from the one before
            put_utf8(out, marks[y]);
            put_utf8(out, marks[0]);
        }
        buf_puts(out, "\033[39m\n");
    }
    return STATUS_OK;
}

Status term_iterm(Buf *out, const Framebuffer *f)
{
    const void *codec;
    STATUS_TRY(dynlib_table(PNG_MODULE, &codec));
    Buf file = BUF_INIT(BUF_NO_LIMIT);
    Pixels pixels = {f->width, f->height, 3, 8, f->px};
    Status s = ((const PngCodec *)codec)->write(&pixels, &(PngWriteOptions){.compression = 1}, &file);
    if (status_ok(s)) {
        buf_printf(out, "\033]1337;File=inline=1;size=%zu;width=%dpx;height=%dpx:", file.len, f->width, f->height);
        term_base64(out, file.p, file.len);
        buf_puts(out, "\a\n");
    }
    buf_free(&file);
    return s;
}
