// Dashed lines: a path cut into the pieces that are drawn. Lengths of dashes were measured in IDL's PostScript (spec
// graphics.md 1.6), in 1/1000 cm.
#ifndef HELIO_PLOT_DASH_H
#define HELIO_PLOT_DASH_H

#include "plot/clip.h"
#include "plot/point.h"

// How far a walk along a path has come; the dashes go on around corners.
typedef struct DashWalk {
    const double *pattern; // on, off, on, ...; NULL: a solid line
    int n, at;             // parts of the pattern; the one the pen is in
    double unit, left;     // pixels a 1/1000 cm; what is left of the part, pixels
} DashWalk;

typedef void DashDraw(void *arg, Point a, Point b);

// LINESTYLE 0 to 5 (others: solid) at a resolution in pixels a centimetre.
DashWalk dash_begin(int linestyle, double pixels_per_cm);
// The pattern of a LINESTYLE in 1/1000 cm: on, off, on, ...; n is 0 for a solid line.
const double *dash_pattern(int linestyle, int *n);
// Draws what is drawn of the line from a to b within the box, and keeps where the pattern is.
void dash_line(DashWalk *walk, const Box *seen, Point a, Point b, DashDraw *draw, void *arg);

#endif
