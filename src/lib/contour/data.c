// What CONTOUR is given: a grid with places of columns and rows or of each point, or scattered points. Start at
// contour_data.
#include "lib/contour/contour.h"
#include "lib/graphics/grid_data.h"
#include "lib/graphics/settings.h"
#include "sys/interrupt.h"

#include <math.h>
#include <string.h>

static void free_field(void *d)
{
    ContourData *data = d;
    iso_end(&data->field);
    mesh_free(&data->mesh);
}

static void grid(Call *c, ContourData *d)
{
    GridPlaces g = grid_places(c);
    d->field.nx = g.nx;
    d->field.ny = g.ny;
    d->x = g.x;
    d->y = g.y;
    d->has_all_x = g.has_all_x;
    d->has_all_y = g.has_all_y;
    memcpy(d->x_range, g.x_range, sizeof d->x_range);
    memcpy(d->y_range, g.y_range, sizeof d->y_range);
}

static void given_triangles(Call *c, const Point *p, int n, TriangleMesh *m)
{
    const Val *v = call_convert(c, call_kw(c, KW_CONTOUR_TRIANGULATION), T_LONG);
    int count = (int)(val_count(v) / 3);
    int32_t *corner = call_scratch(c, (size_t)(3 * count + 3) * sizeof *corner);
    memcpy(corner, val_data_peek(v), (size_t)(3 * count) * sizeof *corner);
    for (int h = 0; h < 3 * count; h++) {
        if (corner[h] < 0 || corner[h] >= n) throw_msg(c, E_VALUE, "TRIANGULATION must have subscripts of points.");
    }
    if (mesh_of_triangles(corner, count, p, n, m) == DELAUNAY_NO_MEMORY) throw_no_memory(c);
}

static void scattered(Call *c, ContourData *d, int64_t points)
{
    int64_t nx, ny;
    if (c->argc < 3) throw_msg(c, E_ARGS, "Incorrect number of arguments.");
    d->x = arg_numbers(c, 1, &nx);
    d->y = arg_numbers(c, 2, &ny);
    if (nx != points || ny != points) grid_throw_incompatible(c);
    if (points < 3) throw_msg(c, E_SHAPE, "Not enough valid and unique points specified.");
    if (points > DELAUNAY_POINTS_MAX) throw_no_memory(c);
    d->has_all_x = d->has_all_y = true;
    grid_range(d->x, nx, d->x_range);
    grid_range(d->y, ny, d->y_range);
    Point *p = call_scratch(c, (size_t)(points + 1) * sizeof *p);
    for (int64_t i = 0; i < points; i++) p[i] = (Point){d->x[i], d->y[i]};
    TriangleMesh *m = &d->mesh;
    d->field.mesh = m;
    if (call_kw(c, KW_CONTOUR_TRIANGULATION)) {
        given_triangles(c, p, (int)points, m);
        return;
    }
    DelaunayFault fault = delaunay_make(p, (int)points, 0, sys_interrupted, m);
    if (fault == DELAUNAY_COLLINEAR) throw_msg(c, E_VALUE, "Points are co-linear, no solution.");
    if (fault == DELAUNAY_NO_MEMORY) throw_no_memory(c);
    call_poll(c);
}

ContourData *contour_data(Call *c)
{
    int64_t n;
    ContourData *d = call_alloc(c, sizeof *d);
    call_hush_math(c);
    d->field.z = grid_heights(c, KW_CONTOUR_MAX_VALUE, KW_CONTOUR_MIN_VALUE, &n);
    grid_range(d->field.z, n, d->z_range);
    call_defer(c, free_field, d);
    if (c->argc == 2) throw_msg(c, E_ARGS, "Incorrect number of arguments.");
    if (call_kw_set(c, KW_CONTOUR_IRREGULAR) || call_kw(c, KW_CONTOUR_TRIANGULATION))
        scattered(c, d, n);
    else
        grid(c, d);
    if (!iso_begin(&d->field)) throw_no_memory(c);
    return d;
}

static inline Point point_of(const ContourData *d, int64_t k)
{
    int64_t nx = d->field.mesh ? 1 : d->field.nx;
    return (Point){d->x[d->has_all_x ? k : k % nx], d->y[d->has_all_y ? k : k / nx]};
}

Point contour_place(const ContourData *d, IsoPoint p)
{
    Point a = point_of(d, p.a);
    if (p.a == p.b) return a;
    Point b = point_of(d, p.b);
    return (Point){a.x + p.part * (b.x - a.x), a.y + p.part * (b.y - a.y)};
}

bool contour_is_mirrored(const ContourData *d)
{
    if (d->field.mesh || d->field.nx < 2 || d->field.ny < 2) return false;
    for (int64_t cell = 0; cell < d->field.cells; cell++) {
        if (!d->field.is_cell[cell]) continue;
        Point a = point_of(d, cell), b = point_of(d, cell + 1), c = point_of(d, cell + d->field.nx);
        double turn = (b.x - a.x) * (c.y - a.y) - (b.y - a.y) * (c.x - a.x);
        if (turn != 0 && isfinite(turn)) return turn < 0;
    }
    return false;
}
