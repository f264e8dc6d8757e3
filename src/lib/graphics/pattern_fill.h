// Polygons filled with the pixels of an array, tiled or warped, or with a colour a point (POLYFILL), where there are pixels.
#ifndef HELIO_LIB_GRAPHICS_PATTERN_FILL_H
#define HELIO_LIB_GRAPHICS_PATTERN_FILL_H

#include "lib/graphics/canvas.h"

typedef struct PatternLook {
    const Val *pattern;
    const double *place; // subscripts in it, two a point: it is warped; NULL: tiled over the whole window
    bool is_smooth;      // warped: between the nearest four elements
    const double *least; // what is less is not drawn; NULL: all is
} PatternLook;

void pattern_fill(Canvas *v, const Point *p, int64_t n, const PatternLook *look);
// Colours as programs give them; those between are mixed, of a table's the indices.
void shaded_fill(Canvas *v, const Point *p, int64_t n, const double *color);

#endif
