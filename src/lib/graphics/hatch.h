// Polygons filled by parallel lines.
#ifndef HELIO_LIB_GRAPHICS_HATCH_H
#define HELIO_LIB_GRAPHICS_HATCH_H

#include "lib/graphics/canvas.h"

// Lines with the canvas' pen inside a polygon (even-odd), `centimeters` apart (0 and less: a few pixels), turned by
// `degrees`. Throws where there were very many of them.
void hatch_polygon(Canvas *v, const Point *p, int64_t n, double degrees, double centimeters);

#endif
