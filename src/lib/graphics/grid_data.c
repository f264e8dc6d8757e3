// See grid_data.h.
#include "lib/graphics/grid_data.h"

#include "lib/graphics/settings.h"

#include <math.h>

void grid_throw_incompatible(Call *c) { throw_msg(c, E_SHAPE, "X, Y, or Z array dimensions are incompatible."); }

const double *grid_heights(Call *c, int max_slot, int min_slot, int64_t *n)
{
    const double *z = arg_numbers(c, 0, n);
    if (!call_kw(c, max_slot) && !call_kw(c, min_slot)) return z;
    double most = call_kw_double(c, max_slot, INFINITY), least = call_kw_double(c, min_slot, -INFINITY);
    double *out = call_scratch(c, (size_t)(*n + 1) * sizeof *out);
    for (int64_t i = 0; i < *n; i++) out[i] = z[i] > most || z[i] < least ? NAN : z[i];
    return out;
}

void grid_range(const double *p, int64_t n, double range[2])
{
    range[0] = INFINITY;
    range[1] = -INFINITY;
    for (int64_t i = 0; i < n; i++) {
        if (!isfinite(p[i])) continue;
        if (p[i] < range[0]) range[0] = p[i];
        if (p[i] > range[1]) range[1] = p[i];
    }
}

static const double *subscripts(Call *c, int64_t n)
{
    double *p = call_scratch(c, (size_t)(n + 1) * sizeof *p);
    for (int64_t i = 0; i < n; i++) p[i] = (double)i;
    return p;
}

// X or Y: a value a column (row), or one a point.
static const double *places(Call *c, int i, int64_t wanted, int64_t points, bool *has_all)
{
    int64_t n;
    if (c->argc <= i) return subscripts(c, wanted);
    const double *p = arg_numbers(c, i, &n);
    const Val *v = call_arg(c, i);
    *has_all = n == points && val_is_array(v) && v->a->rank == 2;
    if (!*has_all && n != wanted) grid_throw_incompatible(c);
    return p;
}

GridPlaces grid_places(Call *c)
{
    const Val *z = call_arg(c, 0);
    if (c->argc == 2) throw_msg(c, E_ARGS, "Incorrect number of arguments.");
    if (!val_is_array(z) || z->a->rank != 2)
        throw_msg(c, E_SHAPE, "Array must have 2 dimensions: %s.", call_arg_name(c, 0));
    GridPlaces g = {.nx = z->a->dim[0], .ny = z->a->dim[1]};
    int64_t points = g.nx * g.ny;
    g.x = places(c, 1, g.nx, points, &g.has_all_x);
    g.y = places(c, 2, g.ny, points, &g.has_all_y);
    grid_range(g.x, g.has_all_x ? points : g.nx, g.x_range);
    grid_range(g.y, g.has_all_y ? points : g.ny, g.y_range);
    return g;
}
