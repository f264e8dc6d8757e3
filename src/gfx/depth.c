// See depth.h.
#include "gfx/depth.h"

#include "base/mem.h"
#include "core/errors.h"

#include <math.h>
#include <string.h>

int16_t depth_of(double z)
{
    if (!(z > 0)) return DEPTH_BACK;
    return z >= 1 ? DEPTH_FRONT : (int16_t)lround(DEPTH_BACK + z * (DEPTH_FRONT - DEPTH_BACK));
}

void frame_erase_depth(Framebuffer *f)
{
    size_t n = (size_t)f->width * (size_t)f->height;
    for (size_t i = 0; f->depth && i < n; i++) f->depth[i] = DEPTH_BACK;
    f->is_deep = false;
}

Status frame_keep_depth(Framebuffer *f, bool keeps)
{
    if (!keeps || !f->depth) {
        mem_free(f->depth);
        f->depth = keeps ? mem_alloc((size_t)f->width * (size_t)f->height * sizeof *f->depth) : NULL;
        if (keeps && !f->depth) return status_fail(E_NO_MEMORY, "Unable to allocate memory: for depths.");
    }
    frame_erase_depth(f);
    return STATUS_OK;
}

static int64_t larger(int64_t a, int64_t b) { return a > b ? a : b; }
static int64_t smaller(int64_t a, int64_t b) { return a < b ? a : b; }

void frame_put_depth(Framebuffer *f, const DepthImage *img, int64_t x, int64_t y)
{
    int64_t x0 = larger(x, 0), x1 = smaller(x + img->width, f->width), y1 = smaller(y + img->height, f->height);
    for (int64_t row = larger(y, 0); x0 < x1 && row < y1; row++) {
        const int16_t *from = img->data + (row - y) * img->step_y + (x0 - x);
        memcpy(frame_depth_row(f, (int)row) + x0, from, (size_t)(x1 - x0) * sizeof *from);
    }
    f->is_deep = true;
}

void frame_get_depth(const Framebuffer *f, int x, int y, const DepthImage *dst)
{
    for (int64_t row = 0; row < dst->height; row++)
        memcpy(dst->data + row * dst->step_y, frame_depth_row(f, y + (int)row) + x,
               (size_t)dst->width * sizeof *dst->data);
}
