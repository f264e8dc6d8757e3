// A point of the plane.
#ifndef HELIO_PLOT_POINT_H
#define HELIO_PLOT_POINT_H

typedef struct Point {
    double x, y;
} Point;

#endif
