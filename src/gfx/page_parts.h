// Paths and polygons as pages take them: cut off at the clip rectangle, lines without what nobody can see.
#ifndef HELIO_GFX_PAGE_PARTS_H
#define HELIO_GFX_PAGE_PARTS_H

#include "gfx/page.h"

typedef struct PartSink {
    void (*part)(void *arg);                   // a new part begins with the next point
    void (*point)(void *arg, double x, double y);
    Status (*flush)(void *arg);                // now and then; NULL: never
    void *arg;
} PartSink;

// Joined lines through two or more finite points, in whole units. Ctrl-C ends it.
Status page_lines(const Page *p, const Point *q, int64_t n, const PartSink *sink);
// Closed polygons, NaN between them.
Status page_polygons(const Page *p, const Point *q, int64_t n, const PartSink *sink);
bool page_shows(const Page *p, Point at);  // is inside the clip rectangle

#endif
