// Lines of equal height through values on a grid or on triangles, and the rings around what lies at or above a level.
// Between two points of the net the height runs linearly; the four corners of a cell whose diagonals differ are joined
// as the cell's mean says. A line has what is higher on its left side (in the order of subscripts of a grid,
// counterclockwise triangles).
#ifndef HELIO_PLOT_ISOLINE_H
#define HELIO_PLOT_ISOLINE_H

#include "plot/delaunay.h"

#include <stddef.h>

// What is contoured: nx * ny values, x fastest, or those at the points of a mesh.
typedef struct IsoField {
    const double *z;
    int64_t nx, ny;
    const TriangleMesh *mesh; // NULL: a grid
    // Made by iso_begin:
    uint8_t *is_cell, *is_up, *state; // of cells; of points; of cells' sides
    int64_t cells, points;
    int64_t *border; // sides with nothing beyond
    int64_t borders;
} IsoField;

// A point of a line: `part` of the way from point a of the net to b; a == b: at that point.
typedef struct IsoPoint {
    int64_t a, b;
    double part;
} IsoPoint;

typedef struct IsoPath {
    int64_t first, n;
    bool is_closed; // its last point is its first
} IsoPath;

typedef struct IsoPaths {
    IsoPoint *p;
    IsoPath *path;
    int64_t n, room, paths, path_room;
    int64_t *crossed; // scratch
    int64_t crossed_room;
} IsoPaths;

// Values that are no numbers are left out, with the cells that they touch. False: no memory. Free with iso_end.
bool iso_begin(IsoField *f);
void iso_end(IsoField *f);
// The lines at a level; with `is_closed` the rings around what is at or above it, which run along the border as well.
// What was in `out` (zeros at first) is replaced. False: no memory.
bool iso_trace(IsoField *f, double level, bool is_closed, IsoPaths *out);
void iso_free(IsoPaths *p);

#endif
