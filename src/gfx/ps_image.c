// Images in PostScript. Start at ps_image.
#include "gfx/ps.h"

#include <math.h>

enum { HEX_LINE = 39, GROUPS_LINE = 18 };

// Bytes as text: pairs of hexadecimal digits, or groups of four in base 85.
typedef struct Coder {
    Buf *out;
    bool is_hex;
    uint32_t group;
    int bytes, items;
} Coder;

static void put_group(Coder *k)
{
    char text[6] = "";
    uint32_t v = k->group << 8 * (4 - k->bytes);
    if (v == 0 && k->bytes == 4) {
        text[0] = 'z';
        text[1] = 0;
    } else {
        for (int i = 4; i >= 0; i--, v /= 85) text[i] = (char)('!' + v % 85);
        text[k->bytes + 1] = 0;
    }
    // "%%" at the beginning of a line would be taken for a comment
    if (k->items == 0 && text[0] == '%') buf_putc(k->out, ' ');
    buf_puts(k->out, text);
    k->group = 0;
    k->bytes = 0;
}

static void put_byte(Coder *k, uint8_t value)
{
    static const char digits[] = "0123456789abcdef";
    int most = k->is_hex ? HEX_LINE : GROUPS_LINE;
    if (k->is_hex) {
        buf_putc(k->out, digits[value >> 4]);
        buf_putc(k->out, digits[value & 15]);
    } else {
        k->group = k->group << 8 | value;
        if (++k->bytes < 4) return;
        put_group(k);
    }
    if (++k->items < most) return;
    k->items = 0;
    buf_putc(k->out, '\n');
}

static void end_data(Coder *k)
{
    if (k->is_hex) {
        buf_putc(k->out, '\n');
        return;
    }
    if (k->bytes) put_group(k);
    buf_puts(k->out, "~>\n");
}

// Samples of so many bits side by side; a row begins with a new byte.
typedef struct Packer {
    Coder *to;
    int bits, have;
    unsigned held;
} Packer;

static void pack(Packer *p, uint8_t sample)
{
    p->held = p->held << p->bits | (unsigned)(sample >> (8 - p->bits));
    p->have += p->bits;
    if (p->have < 8) return;
    put_byte(p->to, (uint8_t)p->held);
    p->held = 0;
    p->have = 0;
}

static void end_row(Packer *p)
{
    while (p->have) pack(p, 0);
}

static uint8_t grey_of(const uint8_t *px, int64_t step_c)
{
    return (uint8_t)lround(0.30 * px[0] + 0.59 * px[step_c] + 0.11 * px[2 * step_c]);
}

static void put_row(Packer *p, const FrameImage *img, int64_t y, bool is_color)
{
    const uint8_t *px = img->data + y * img->step_y;
    for (int64_t x = 0; x < img->width; x++, px += img->step_x) {
        if (img->channels == 1) {
            pack(p, px[0]);
        } else if (is_color) {
            for (int c = 0; c < 3; c++) pack(p, px[c * img->step_c]);
        } else {
            pack(p, grey_of(px, img->step_c));
        }
    }
    end_row(p);
}

static void put_head(Page *p, const FrameImage *img, const Box *to, bool is_color, bool is_hex)
{
    Buf *b = &p->out;
    int64_t w = img->width, h = img->height, bits = p->setup.bits;
    int64_t row = (w * bits * (is_color ? 3 : 1) + 7) / 8;
    buf_puts(b, "gsave ");
    if (p->is_clipped) {
        const Box *c = &p->clip;
        buf_printf(b, "%.0f %.0f %.0f %.0f B ", c->x1 - c->x0, c->y1 - c->y0, c->x0, c->y0);
    }
    buf_printf(b, "%.0f %.0f translate %.0f %.0f scale\n", to->x0, to->y0, to->x1 - to->x0, to->y1 - to->y0);
    if (is_hex) buf_printf(b, "/row %lld string def\n", (long long)row);
    buf_printf(b, "%lld %lld %lld [%lld 0 0 %lld 0 0]\n", (long long)w, (long long)h, (long long)bits, (long long)w,
               (long long)h);
    buf_puts(b, is_hex ? "{currentfile row readhexstring pop}\n" : "currentfile /ASCII85Decode filter\n");
    buf_puts(b, is_color ? "false 3 colorimage\n" : "image\n");
}

Status ps_image(void *page, const FrameImage *img, const Box *to)
{
    Page *p = page;
    bool is_color = img->channels == 3 && p->setup.is_color, is_hex = p->setup.language_level < 2;
    ps_settle(p);
    put_head(p, img, to, is_color, is_hex);
    Coder coder = {.out = &p->out, .is_hex = is_hex};
    Packer packer = {.to = &coder, .bits = p->setup.bits};
    for (int64_t y = 0; y < img->height; y++) {
        put_row(&packer, img, y, is_color);
        STATUS_TRY(page_flush(p, false));
    }
    end_data(&coder);
    buf_puts(&p->out, "grestore\n");
    ps_of(p)->line = p->out.len;
    return page_flush(p, false);
}
