// Depth: how near what each pixel of a frame shows is, kept beside the pixels (the Z device), so that what lies behind is
// not drawn. 16 bits, as IDL's manual has them: -32765 for 0, the back, to 32765 for 1.
#ifndef HELIO_GFX_DEPTH_H
#define HELIO_GFX_DEPTH_H

#include "gfx/framebuffer.h"

enum { DEPTH_BACK = -32765, DEPTH_FRONT = 32765 };

// What lies beyond an end counts as that end; what is no number is at the back.
int16_t depth_of(double z);

// Begins to keep depths, or no longer does. On failure there are none.
MUST_USE Status frame_keep_depth(Framebuffer *f, bool keeps);
void frame_erase_depth(Framebuffer *f); // all is at the back

// The leftmost of row y, counted from below.
static inline int16_t *frame_depth_row(const Framebuffer *f, int y) { return f->depth + (size_t)y * (size_t)f->width; }

// Numbers as they are; element (x, y), y upwards, is at data[x + y*step_y].
typedef struct DepthImage {
    int16_t *data;
    int64_t width, height, step_y;
} DepthImage;

// With its lower left at (x, y), clipped.
void frame_put_depth(Framebuffer *f, const DepthImage *img, int64_t x, int64_t y);
// The region at (x, y) of dst's size, which must lie inside the frame.
void frame_get_depth(const Framebuffer *f, int x, int y, const DepthImage *dst);

#endif
