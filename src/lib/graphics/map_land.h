// Land: many polygons in device coordinates, some of which are lakes within others.
#ifndef HELIO_LIB_GRAPHICS_MAP_LAND_H
#define HELIO_LIB_GRAPHICS_MAP_LAND_H

#include "lib/graphics/canvas.h"

typedef struct LandPart {
    int64_t first, n;  // in Land.p
    Box box;
    int depth;         // in how many others it lies: an odd number is that of a lake
    int64_t owner;     // of a lake: the land around it
    int64_t attached;  // of a lake: to which of the land's corners, for the way there and back
} LandPart;

typedef struct Land {
    Point *p;
    int64_t n, room;
    LandPart *part;
    int64_t nparts, part_room;
} Land;

void land_add(Call *c, Land *land, const Point *p, int64_t n);
// Calls `fill` with each piece of land; a lake is part of its outline, reached by a line through the land and back.
void land_fill(Canvas *v, Land *land, void (*fill)(Canvas *v, const Point *p, int64_t n, void *arg), void *arg);

#endif
