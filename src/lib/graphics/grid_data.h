// Values on a grid as CONTOUR, SURFACE and SHADE_SURF are given them: Z [, X, Y].
#ifndef HELIO_LIB_GRAPHICS_GRID_DATA_H
#define HELIO_LIB_GRAPHICS_GRID_DATA_H

#include "vm/call/call.h"

typedef struct GridPlaces {
    int64_t nx, ny;
    const double *x, *y;       // of columns and rows, or of each point
    bool has_all_x, has_all_y; // of each point
    double x_range[2], y_range[2];
} GridPlaces;

// Z as numbers; what is outside the values of the two keywords is NaN.
const double *grid_heights(Call *c, int max_slot, int min_slot, int64_t *n);
// The places of a two-dimensional Z; throws IDL's errors.
GridPlaces grid_places(Call *c);
// Smallest and largest finite number; range[0] > range[1] where there is none.
void grid_range(const double *p, int64_t n, double range[2]);
_Noreturn void grid_throw_incompatible(Call *c);

static inline double grid_x(const GridPlaces *g, int64_t k) { return g->x[g->has_all_x ? k : k % g->nx]; }
static inline double grid_y(const GridPlaces *g, int64_t k) { return g->y[g->has_all_y ? k : k / g->nx]; }

#endif
