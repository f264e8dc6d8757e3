// Polygons filled by parallel lines: POLYFILL's LINE_FILL, MAP_CONTINENTS' FILL_CONTINENTS=2.
#ifndef HELIO_LIB_GRAPHICS_LINE_FILL_H
#define HELIO_LIB_GRAPHICS_LINE_FILL_H

#include "lib/graphics/canvas.h"

// With the canvas' pen; device coordinates, the even-odd rule.
void line_fill(Canvas *v, const Point *p, int64_t n, double degrees, double spacing);

#endif
