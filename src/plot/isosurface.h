// The surface of equal value in a volume, as triangles: each cube of eight values is cut into six tetrahedra around its
// long diagonal, in which values run linearly, so that triangles of neighbours fit without holes.
#ifndef HELIO_PLOT_ISOSURFACE_H
#define HELIO_PLOT_ISOSURFACE_H

#include <stdbool.h>
#include <stdint.h>

typedef struct IsoSurface {
    double (*p)[3];   // points, in subscripts of the volume
    double *shade;    // of each point, where the volume has shades
    int32_t *polygon; // 3, i, j, k, 3, ...
    int64_t points, point_room, length, polygon_room;
} IsoSurface;

typedef struct Volume {
    const double *value, *shade; // nx*ny*nz, x fastest; no shades: NULL
    int64_t nx, ny, nz;
    int64_t from[3], to[3]; // the subscripts that count, both included
} Volume;

// What is above the level (with `is_low` below it) is inside: triangles run counterclockwise seen from outside. Values
// that are no numbers leave their cubes out. False: no memory, or stopped. Free with isosurface_free.
bool isosurface_make(const Volume *v, double level, bool is_low, bool (*is_stopped)(void), IsoSurface *out);
void isosurface_free(IsoSurface *s);

#endif
