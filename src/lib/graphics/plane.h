// A plane in three dimensions to draw on: what is drawn on a canvas with a plane is drawn flat there, axes and texts
// too, and seen through the matrix !P.T.
#ifndef HELIO_LIB_GRAPHICS_PLANE_H
#define HELIO_LIB_GRAPHICS_PLANE_H

#include "plot/point.h"

// Normal coordinates of the space: (x, y) of the device, as parts of its width and height, are origin + x*right + y*up.
typedef struct Plane {
    double origin[3], right[3], up[3];
    double t[16]; // !P.T, row by row
    double width, height;
} Plane;

Point plane_point(const Plane *plane, Point p);
// Space to normal coordinates of the page, with depth.
// A step of one along x or y (with a sign) that goes most to the right on the page.
void plane_rightmost(const double *t, double right[3]);
void plane_turn(const double *t, const double p[3], double out[3]);

#endif
