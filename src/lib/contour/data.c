// What CONTOUR is given: a grid with places of columns and rows or of each point, or scattered points. Start at
// contour_data.
#include "lib/contour/contour.h"
#include "lib/graphics/grid_data.h"
#include "lib/graphics/settings.h"
#include "sys/interrupt.h"

#include <math.h>
#include <string.h>

#define DEG       (M_PI / 180)
#define FOLD_DUST 1e-6
enum { MAP_AXIS = 3 };

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

static inline Point point_of(const ContourData *d, int64_t k)
{
    int64_t nx = d->field.mesh ? 1 : d->field.nx;
    return (Point){d->x[d->has_all_x ? k : k % nx], d->y[d->has_all_y ? k : k / nx]};
}

// Points without a place, over a map also those beyond the poles, are left out as NaN is.
static void leave_out(Call *c, ContourData *d, int64_t n)
{
    double *z = NULL;
    for (int64_t k = 0; k < n; k++) {
        Point at = point_of(d, k);
        bool is_place = d->is_map ? map_is_place((LonLat){at.x, at.y}) : isfinite(at.x) && isfinite(at.y);
        if (is_place || !isfinite(d->field.z[k])) continue;
        if (!z) {
            z = call_scratch(c, (size_t)(n + 1) * sizeof *z);
            memcpy(z, d->field.z, (size_t)n * sizeof *z);
        }
        z[k] = NAN;
    }
    if (z) d->field.z = z;
}

static bool is_monotonic(const double *x, int64_t n)
{
    bool is_up = true, is_down = true;
    for (int64_t k = 1; k < n; k++) is_up &= x[k] > x[k - 1], is_down &= x[k] < x[k - 1];
    return is_up || is_down;
}

// What the cells cover of the globe, together: 1 is all of it.
static double covered(const ContourData *d)
{
    double sum = 0;
    for (int64_t k = 0; k < d->field.cells; k++) {
        if (!d->field.is_cell[k]) continue;
        ContourCell cell = contour_cell(&d->field, k);
        double area = 0;
        for (int s = 0; s < cell.n; s++) {
            Point a = point_of(d, cell.corner[s]), b = point_of(d, cell.corner[(s + 1) % cell.n]);
            double dx = b.x - a.x;
            if (d->is_round && fabs(dx) > 180) dx = remainder(dx, 360);
            area += dx * (sin(a.y * DEG) + sin(b.y * DEG)) / 2;
        }
        sum += fabs(area);
    }
    return sum / 720;
}

static void lay_on_globe(Call *c, ContourData *d)
{
    bool is_vector = !d->field.mesh && !d->has_all_x;
    d->is_round = is_vector ? !is_monotonic(d->x, d->field.nx) : !d->field.mesh || call_kw(c, KW_CONTOUR_TRIANGULATION);
    d->is_folded = covered(d) > 1 + FOLD_DUST || (is_vector && d->x_range[1] - d->x_range[0] > 360 * (1 + FOLD_DUST));
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
    d->is_map = call_kw_set(c, KW_CONTOUR_OVERPLOT) && setting_long(c, 'X', "TYPE") == MAP_AXIS;
    leave_out(c, d, n);
    if (!iso_begin(&d->field)) throw_no_memory(c);
    if (d->is_map) lay_on_globe(c, d);
    return d;
}

Point contour_place(const ContourData *d, IsoPoint p)
{
    Point a = point_of(d, p.a);
    if (p.a == p.b) return a;
    Point b = point_of(d, p.b);
    double dx = b.x - a.x;
    if (d->is_round && fabs(dx) > 180) dx = remainder(dx, 360);
    return (Point){a.x + p.part * dx, a.y + p.part * (b.y - a.y)};
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
