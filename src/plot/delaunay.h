// Delaunay's triangulation of points: no circle through a triangle's corners has a point inside. Exact decisions
// (plot/predicates.h), so that points on a line, on a circle or nearly so end in a triangulation, never in a loop.
#ifndef HELIO_PLOT_DELAUNAY_H
#define HELIO_PLOT_DELAUNAY_H

#include "plot/point.h"

#include <stdbool.h>
#include <stdint.h>

typedef enum DelaunayFault { DELAUNAY_FINE, DELAUNAY_COLLINEAR, DELAUNAY_NO_MEMORY, DELAUNAY_STOPPED } DelaunayFault;

enum { DELAUNAY_POINTS_MAX = 300000000 };

// Triangles and who is beside whom. Side s of triangle t is the half-edge 3t + s, which runs from corner[3t + s] to the
// triangle's next corner, counterclockwise.
typedef struct TriangleMesh {
    int n, points;
    int32_t *corner; // 3n: indices of points
    int32_t *twin;   // 3n: the half-edge on the other side, -1 at the border
    int32_t *first;  // of each point: a half-edge that begins there, the border's if it lies there; -1: in no triangle
    int32_t *same;   // of each point: the earlier one at the same place; -1: there is none
} TriangleMesh;

static inline int side_next(int h) { return h % 3 == 2 ? h - 2 : h + 1; }
static inline int side_before(int h) { return h % 3 == 0 ? h + 2 : h - 1; }

// Points that are no numbers are left out, and of several at one place all but the first. Triangles at the border that
// are not higher than `tolerance` are dropped. `is_stopped` is asked now and then. Free with mesh_free, whatever comes
// back.
DelaunayFault delaunay_make(const Point *p, int n, double tolerance, bool (*is_stopped)(void), TriangleMesh *out);
// A mesh of given triangles: 3n corners below `points`, counterclockwise; mesh_of_triangles turns those that are not.
DelaunayFault mesh_of_corners(const int32_t *corner, int n, int points, TriangleMesh *out);
DelaunayFault mesh_of_triangles(int32_t *corner, int n, const Point *p, int points, TriangleMesh *out);
void mesh_free(TriangleMesh *m);

// Points around point i, counterclockwise, at most `room`; of one at the border the list begins at the border. Returns
// how many there are. *is_border may be NULL.
int mesh_around(const TriangleMesh *m, int i, int32_t *out, int room, bool *is_border);
// The outer border counterclockwise, beginning at the border point of the lowest index; returns how many. `out` has
// room for all points.
int mesh_border(const TriangleMesh *m, int32_t *out);

#endif
