// POLYFILL's PATTERN: a polygon tiled with an array of pixels.
#ifndef HELIO_LIB_GRAPHICS_PATTERN_FILL_H
#define HELIO_LIB_GRAPHICS_PATTERN_FILL_H

#include "lib/graphics/canvas.h"

// Fills a polygon of device coordinates with the pattern's colours; tiles begin at the window's lower left corner.
void pattern_fill(Canvas *v, const Point *p, int64_t n, const Val *pattern);

#endif
