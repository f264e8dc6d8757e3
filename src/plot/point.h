// A point of the plane, or of what is seen in space.
#ifndef HELIO_PLOT_POINT_H
#define HELIO_PLOT_POINT_H

typedef struct Point {
    double x, y;
    double z; // how near it is: 0 at the back, where all that is flat lies, 1 in front
} Point;

#endif
