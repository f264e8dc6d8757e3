// What SHADE_SURF and POLYSHADE share: the light, and shades as pixels.
#ifndef HELIO_LIB_SURFACE_SHADED_H
#define HELIO_LIB_SURFACE_SHADED_H

#include "lib/graphics/canvas.h"
#include "plot/shade.h"

// As SET_SHADING has set it.
ShadeLight shaded_light(Call *c);
// A buffer that is released with the call.
ShadeBuffer *shaded_buffer(Call *c, int width, int height);
// Draws a body; throws.
void shaded_draw(Call *c, ShadeBuffer *b, const ShadeBody *body, const ShadeLight *light);
void shaded_end(Call *c, ShadeFault fault); // throws what shading ended with, but for SHADE_FINE
// Shades as pixels, row by row from below: between SET_SHADING's values (the upper one at most `top`), or as they are
// with is_direct. 0 where nothing is.
uint8_t *shaded_pixels(Call *c, const ShadeBuffer *b, bool is_direct, int top);
// Puts those pixels where something is on the canvas; the buffer covers all of it.
void shaded_show(Canvas *v, const ShadeBuffer *b, const uint8_t *pixels);

#endif
