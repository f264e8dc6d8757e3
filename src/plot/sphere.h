// Delaunay's triangulation on a sphere: the convex hull of points on it.
#ifndef HELIO_PLOT_SPHERE_H
#define HELIO_PLOT_SPHERE_H

#include "plot/delaunay.h"

typedef struct Vector {
    double x, y, z;
} Vector;

static inline double vector_dot(Vector a, Vector b) { return a.x * b.x + a.y * b.y + a.z * b.z; }
static inline Vector vector_cross(Vector a, Vector b)
{
    return (Vector){a.y * b.z - a.z * b.y, a.z * b.x - a.x * b.z, a.x * b.y - a.y * b.x};
}
static inline Vector vector_sum(Vector a, Vector b, double times)
{
    return (Vector){a.x + times * b.x, a.y + times * b.y, a.z + times * b.z};
}
Vector vector_unit(Vector a);
// Above 0 if a, b, c run counterclockwise, seen from outside.
static inline double vector_turn(Vector a, Vector b, Vector c) { return vector_dot(vector_cross(a, b), c); }

// Of longitude and latitude in radians.
Vector sphere_point(double lon, double lat);
// Triangles counterclockwise, seen from outside. Points that lie within half a sphere have a border. Faults as
// delaunay_make; free with mesh_free.
DelaunayFault sphere_triangulate(const Vector *p, int n, bool (*is_stopped)(void), TriangleMesh *out);

#endif
