// Pixels in memory: copying images in (TV) and out (TVRD) with clipping. Knows no device and no coordinate system but
// its own. Start at frame_put.
#include "gfx/framebuffer.h"

#include "base/mem.h"
#include "core/errors.h"

#include <string.h>

Status frame_init(Framebuffer *f, int width, int height, int bytes)
{
    *f = (Framebuffer){.bytes = bytes};
    if (width < 1 || height < 1 || width > FRAME_MAX_SIDE || height > FRAME_MAX_SIDE) {
        return status_fail(E_WINDOW, "Window size must be 1 to %d pixels each way.", FRAME_MAX_SIDE);
    }
    f->px = mem_zalloc((size_t)width * (size_t)height * (size_t)bytes);
    if (!f->px) return status_fail(E_NO_MEMORY, "Unable to allocate memory: for a window.");
    f->width = width;
    f->height = height;
    return STATUS_OK;
}

void frame_free(Framebuffer *f)
{
    mem_free(f->px);
    mem_free(f->depth);
    *f = (Framebuffer){.bytes = f->bytes};
}

Status frame_resize(Framebuffer *f, int width, int height)
{
    if (width == f->width && height == f->height) return STATUS_OK;
    Framebuffer next;
    STATUS_TRY(frame_init(&next, width, height, f->bytes));
    frame_copy(&next, 0, 0, f, frame_rect(f));
    mem_free(f->px);
    *f = next;
    return STATUS_OK;
}

void frame_fill(Framebuffer *f, const uint8_t *pixel)
{
    size_t n = (size_t)f->width * (size_t)f->height;
    if (f->bytes == 1 || (pixel[0] == pixel[1] && pixel[1] == pixel[2])) {
        memset(f->px, pixel[0], n * (size_t)f->bytes);
        return;
    }
    for (size_t i = 0; i < n; i++) memcpy(f->px + 3 * i, pixel, 3);
}

Rect rect_union(Rect a, Rect b)
{
    if (rect_empty(a)) return b;
    if (rect_empty(b)) return a;
    int x = a.x < b.x ? a.x : b.x, y = a.y < b.y ? a.y : b.y;
    int right = a.x + a.width > b.x + b.width ? a.x + a.width : b.x + b.width;
    int top = a.y + a.height > b.y + b.height ? a.y + a.height : b.y + b.height;
    return (Rect){x, y, right - x, top - y};
}

// The part of [at, at + n) inside [0, limit); false if there is none.
static bool clip_span(int64_t at, int64_t n, int64_t limit, int64_t *first, int64_t *last)
{
    if (at >= limit || n <= 0 || at <= -n) return false;
    *first = at < 0 ? 0 : at;
    *last = at + n > limit ? limit : at + n;
    return true;
}

Rect rect_clip(Rect a, int width, int height)
{
    int64_t x0, x1, y0, y1;
    if (!clip_span(a.x, a.width, width, &x0, &x1) || !clip_span(a.y, a.height, height, &y0, &y1)) return (Rect){0};
    return (Rect){(int)x0, (int)y0, (int)(x1 - x0), (int)(y1 - y0)};
}

// --- rows of TV, by kinds of image and frame

static void put_index_row(uint8_t *to, const uint8_t *from, int64_t step, int n)
{
    if (step == 1) {
        memcpy(to, from, (size_t)n);
        return;
    }
    for (int i = 0; i < n; i++) to[i] = from[i * step];
}

static void put_grey_row(uint8_t *to, const uint8_t *from, int64_t step, int n)
{
    for (int i = 0; i < n; i++) {
        uint8_t v = from[i * step];
        to[3 * i] = to[3 * i + 1] = to[3 * i + 2] = v;
    }
}

static void put_table_row(uint8_t *to, const uint8_t *from, int64_t step, int n, const ColorTable *t)
{
    for (int i = 0; i < n; i++) {
        uint8_t v = from[i * step];
        to[3 * i] = t->r[v];
        to[3 * i + 1] = t->g[v];
        to[3 * i + 2] = t->b[v];
    }
}

static void put_channel_row(uint8_t *to, const uint8_t *from, int64_t step, int n, int channel)
{
    for (int i = 0; i < n; i++) to[3 * i + channel - 1] = from[i * step];
}

static void put_rgb_row(uint8_t *to, const uint8_t *from, int64_t step, int64_t step_c, int n)
{
    if (step == 3 && step_c == 1) {
        memcpy(to, from, 3 * (size_t)n);
        return;
    }
    for (int i = 0; i < n; i++) {
        to[3 * i] = from[i * step];
        to[3 * i + 1] = from[i * step + step_c];
        to[3 * i + 2] = from[i * step + 2 * step_c];
    }
}

Rect frame_put(Framebuffer *f, const FrameImage *img, int64_t x, int64_t y, int channel, const ColorTable *colors)
{
    int64_t x0, x1, y0, y1;
    if (!clip_span(x, img->width, f->width, &x0, &x1) || !clip_span(y, img->height, f->height, &y0, &y1)) {
        return (Rect){0};
    }
    int n = (int)(x1 - x0);
    for (int64_t row = y0; row < y1; row++) {
        const uint8_t *from = img->data + (x0 - x) * img->step_x + (row - y) * img->step_y;
        uint8_t *to = frame_row(f, (int)row) + x0 * f->bytes;
        if (f->bytes == 1)
            put_index_row(to, from, img->step_x, n);
        else if (img->channels == 3 && channel > 0) {
            put_channel_row(to, from + (channel - 1) * img->step_c, img->step_x, n, channel);
        } else if (img->channels == 3)
            put_rgb_row(to, from, img->step_x, img->step_c, n);
        else if (channel > 0)
            put_channel_row(to, from, img->step_x, n, channel);
        else if (colors)
            put_table_row(to, from, img->step_x, n, colors);
        else
            put_grey_row(to, from, img->step_x, n);
    }
    return (Rect){(int)x0, (int)y0, n, (int)(y1 - y0)};
}

static uint8_t largest(const uint8_t *p)
{
    uint8_t m = p[0] > p[1] ? p[0] : p[1];
    return m > p[2] ? m : p[2];
}

void frame_get(const Framebuffer *f, int x, int y, int channel, FrameImage *dst)
{
    for (int64_t row = 0; row < dst->height; row++) {
        const uint8_t *from = frame_row(f, y + (int)row) + (size_t)x * (size_t)f->bytes;
        uint8_t *to = dst->data + row * dst->step_y;
        for (int64_t i = 0; i < dst->width; i++, from += f->bytes, to += dst->step_x) {
            if (f->bytes == 1) {
                for (int c = 0; c < dst->channels; c++) to[c * dst->step_c] = from[0];
            } else if (dst->channels == 3) {
                for (int c = 0; c < 3; c++) to[c * dst->step_c] = from[c];
            } else {
                to[0] = channel > 0 ? from[channel - 1] : largest(from);
            }
        }
    }
}

Rect frame_copy(Framebuffer *dst, int x, int y, const Framebuffer *src, Rect from)
{
    Rect part = rect_clip(from, src->width, src->height);
    if (rect_empty(part)) return (Rect){0};
    int64_t at_x = (int64_t)x + part.x - from.x, at_y = (int64_t)y + part.y - from.y;
    int64_t x0, x1, y0, y1;
    if (!clip_span(at_x, part.width, dst->width, &x0, &x1) || !clip_span(at_y, part.height, dst->height, &y0, &y1)) {
        return (Rect){0};
    }
    size_t bytes = (size_t)dst->bytes, n = (size_t)(x1 - x0) * bytes;
    // Within one frame the rows are taken in the order that does not overwrite what is still to be read.
    bool is_upwards = at_y <= part.y;
    for (int64_t k = 0; k < y1 - y0; k++) {
        int64_t row = is_upwards ? y0 + k : y1 - 1 - k;
        const uint8_t *p = frame_row(src, (int)(part.y + row - at_y)) + (size_t)(part.x + x0 - at_x) * bytes;
        memmove(frame_row(dst, (int)row) + (size_t)x0 * bytes, p, n);
    }
    return (Rect){(int)x0, (int)y0, (int)(x1 - x0), (int)(y1 - y0)};
}
