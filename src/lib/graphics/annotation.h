// What PLOTS, XYOUTS and POLYFILL share: the canvas as a call has it, and places as points of the device.
#ifndef HELIO_LIB_GRAPHICS_ANNOTATION_H
#define HELIO_LIB_GRAPHICS_ANNOTATION_H

#include "lib/graphics/series.h"

// The canvas with the call's colour (the first, where there are several) and, if NOCLIP=0 is said, its clip rectangle; *s is the
// scaling in force.
Canvas *annotation_open(Call *c, Coords *s);
// Lives as long as the call.
Point *annotation_points(Call *c, const Coords *s, const Place *p, int64_t n, CoordSystem from);

#endif
