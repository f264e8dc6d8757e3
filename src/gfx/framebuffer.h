// Framebuffer: the pixels of a window, ours and not the display's: 8 bits of index or 24 bits of RGB a pixel.
// Coordinates have their origin at the lower left, as IDL's; in memory the top row comes first, as displays and files
// want it.
#ifndef HELIO_GFX_FRAMEBUFFER_H
#define HELIO_GFX_FRAMEBUFFER_H

#include "base/status.h"

#include <stddef.h>
#include <stdint.h>

#define FRAME_MAX_SIDE 32767

typedef struct Framebuffer {
    int width, height;
    int bytes;   // of a pixel: 1 an index, 3 R G B
    uint8_t *px; // width * bytes a row, top row first
    int16_t *depth; // of each pixel, row by row from below (gfx/depth.h); NULL: none are kept
    bool is_deep;   // something may lie before the back
} Framebuffer;

// A region in frame coordinates, lower left origin; empty when width or height is 0.
typedef struct Rect {
    int x, y, width, height;
} Rect;

// Three look-up tables; index -> R, G, B.
typedef struct ColorTable {
    uint8_t r[256], g[256], b[256];
} ColorTable;

// An image somewhere in memory: sample c of pixel (x, y), y upwards, is at data[x*step_x + y*step_y + c*step_c].
// Steps may be negative. One channel, or three.
typedef struct FrameImage {
    uint8_t *data;
    int64_t width, height;
    int64_t step_x, step_y, step_c;
    int channels;
} FrameImage;

MUST_USE Status frame_init(Framebuffer *f, int width, int height, int bytes); // black
void frame_free(Framebuffer *f);
// Another size; what fits of the picture stays, at the lower left. On failure the frame is unchanged.
MUST_USE Status frame_resize(Framebuffer *f, int width, int height);
void frame_fill(Framebuffer *f, const uint8_t *pixel); // f->bytes bytes

// Copies img with its lower left at (x, y), clipped; returns what changed. One channel onto RGB: through `colors`, or
// the same byte thrice when that is NULL. channel 1, 2, 3 writes only red, green or blue; 0 all.
Rect frame_put(Framebuffer *f, const FrameImage *img, int64_t x, int64_t y, int channel, const ColorTable *colors);

// Reads the region at (x, y) of dst's size, which must lie inside the frame. Into three channels RGB; into one the
// channel, or for channel 0 the largest of R, G and B. Indices come as they are.
void frame_get(const Framebuffer *f, int x, int y, int channel, FrameImage *dst);

// Copies a region of src to (x, y) of dst (DEVICE, COPY=), clipped on both sides; both have the same depth.
Rect frame_copy(Framebuffer *dst, int x, int y, const Framebuffer *src, Rect from);

Rect rect_union(Rect a, Rect b);
Rect rect_clip(Rect a, int width, int height);
static inline bool rect_empty(Rect a) { return a.width <= 0 || a.height <= 0; }
static inline Rect frame_rect(const Framebuffer *f) { return (Rect){0, 0, f->width, f->height}; }
// The leftmost pixel of row y counted from below.
static inline uint8_t *frame_row(const Framebuffer *f, int y)
{
    return f->px + (size_t)(f->height - 1 - y) * (size_t)f->width * (size_t)f->bytes;
}

#endif
