// Smooth surfaces over triangles: slopes and curvatures at points, estimated from the points around, and the polynomial
// of degree 5 that has them at a triangle's corners (H. Akima, ACM TOMS 4, 1978: neighbouring triangles meet without an
// edge).
#ifndef HELIO_PLOT_PATCH_H
#define HELIO_PLOT_PATCH_H

#include "plot/delaunay.h"

// A point's surroundings: z + zx*dx + zy*dy + (zxx*dx*dx + 2*zxy*dx*dy + zyy*dy*dy)/2.
typedef struct Jet {
    double z, zx, zy, zxx, zxy, zyy;
} Jet;

// The jet that fits n differences (dx, dy, dz) from a point of height z best, near ones most.
Jet jet_fit(const double (*difference)[3], int n, double z);
// The jets of all points of a mesh. False: no memory.
bool jets_of_mesh(const TriangleMesh *m, const Point *p, const double *z, Jet *out);
double jet_at(const Jet *j, double dx, double dy);

typedef struct Patch {
    double coefficient[6][6]; // by the powers of the first two barycentric coordinates
} Patch;

Patch patch_make(const Point p[3], const Jet jet[3]);
// At barycentric coordinates.
double patch_at(const Patch *patch, const double part[3]);

#endif
