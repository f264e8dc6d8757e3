// Lines and polygons cut off at a box.
#ifndef HELIO_PLOT_CLIP_H
#define HELIO_PLOT_CLIP_H

#include "plot/point.h"
#include "plot/region.h"

#include <stdint.h>

// The part of a line inside; false if there is none, or an end is not finite.
bool clip_line(const Box *box, Point *a, Point *b);
// The part of a closed polygon inside; where it was cut it follows the box. `out` has room for CLIP_ROOM(n) points, which
// `spare` has, too. Returns how many there are.
#define CLIP_ROOM(n) (6 * (n) + 16)
int64_t clip_polygon(const Box *box, const Point *p, int64_t n, Point *out, Point *spare);

#endif
