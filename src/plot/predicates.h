// On which side of a line or a circle a point lies: exact, whatever the rounding of doubles. A quick estimate decides
// nearly always; where it cannot, sums of doubles that do not overlap ("expansions", J. R. Shewchuk, Adaptive Precision
// Floating-Point Arithmetic and Fast Robust Geometric Predicates, 1997) carry all digits.
#ifndef HELIO_PLOT_PREDICATES_H
#define HELIO_PLOT_PREDICATES_H

#include "plot/point.h"

// 1: c lies left of the line from a to b, -1: right of it, 0: on it.
int side_of_line(Point a, Point b, Point c);
// For a, b, c counterclockwise: 1: d lies inside the circle through them, -1: outside, 0: on it.
int side_of_circle(Point a, Point b, Point c, Point d);

#endif
