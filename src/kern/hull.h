// Convex hulls and Delaunay's simplices in any number of dimensions, exported by the module `qhull` (libqhull_r) as
// helio_hull_table.
#ifndef HELIO_KERN_HULL_H
#define HELIO_KERN_HULL_H

#include "base/status.h"

enum { HULL_DIMENSIONS_MAX = 16, HULL_POINTS_MAX = 1 << 24, HULL_SIMPLICES_MAX = 1 << 24 };

// Simplices with `corners` subscripts of points each; beside[k] is the one across from corner k, or -1. Those that divide one
// facet whose points are on one sphere (of a hull: in one plane) have the same owner, the number of one of them.
typedef struct Hull {
    int corners, n;
    int32_t *corner, *beside, *owner; // of mem_alloc
} Hull;

typedef struct HullTable {
    // p: n points of `dim` finite coordinates. E_INTERRUPT when stop() says so.
    Status (*make)(const double *p, int dim, int n, bool is_delaunay, bool (*stop)(void), Hull *out);
} HullTable;

#define HULL_MODULE "qhull", "helio_hull_table", "libqhull-r8.0"

#endif
