// Pictures by kitty's graphics protocol (sw.kovidgoyal.net/kitty/graphics-protocol) and by iTerm2's inline images
// (iterm2.com/documentation-images.html). Start at term_kitty.
#include "gfx/term_pictures.h"

#include "base/mem.h"
#include "core/errors.h"
#include "image/png.h"
#include "sys/dynlib.h"

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

// One image command in chunks.
static void put_chunks(Buf *out, const uint8_t *data, size_t n, const Framebuffer *f)
{
    size_t step = KITTY_CHUNK / 4 * 3;
    for (size_t at = 0; at < n; at += step) {
        size_t k = n - at < step ? n - at : step;
        int more = at + k < n;
        if (at == 0)
            buf_printf(out, "\033_Ga=T,f=24,o=z,q=2,s=%d,v=%d,m=%d;", f->width, f->height, more);
        else
            buf_printf(out, "\033_Gq=2,m=%d;", more);
        term_base64(out, data + at, k);
        buf_puts(out, "\033\\");
    }
    buf_putc(out, '\n');
}

Status term_kitty(Buf *out, const Framebuffer *f)
{
    size_t n = (size_t)f->width * (size_t)f->height * 3;
    uLongf packed = compressBound(n);
    uint8_t *z = mem_alloc(packed);
    Status s = STATUS_OK;
    if (!z || compress2(z, &packed, f->px, n, 1) != Z_OK)
        s = status_fail(E_NO_MEMORY, "Unable to allocate memory: to show a picture.");
    else
        put_chunks(out, z, packed, f);
    mem_free(z);
    return s;
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
