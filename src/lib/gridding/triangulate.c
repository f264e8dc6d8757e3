// TRIANGULATE: triangles between scattered points. Start reading at pro_triangulate.
#include "lib/graphics/settings.h"
#include "lib/gridding/sphere.h"
#include "sys/interrupt.h"

#include <math.h>
#include <string.h>

// clang-format off
#define TRIANGULATE_KEYWORDS(K, R)                                                                                  \
    K(R, CONNECTIVITY, OUT) K(R, DEGREES, FLAG) K(R, FVALUE, "=variable") K(R, REPEATS, OUT) K(R, SPHERE, OUT)       \
    K(R, TOLERANCE, "=value")
// clang-format on
KEYWORDS(TRIANGULATE)

#define COLLINEAR_WITHIN 1e-12 // of the largest coordinate

static Val longs(Call *c, const int32_t *p, int rank, const int64_t *dim)
{
    Arr *a = call_new_array(c, T_LONG, rank, dim, false);
    memcpy(a->data, p, (size_t)a->n * sizeof *p);
    return val_arr_take(arr_ref(a));
}

static void return_connectivity(Call *c, const TriangleMesh *m)
{
    int64_t total = m->points + 1;
    for (int i = 0; i < m->points; i++) {
        bool is_border;
        total += mesh_around(m, i, NULL, 0, &is_border) + is_border;
    }
    if (total > INT32_MAX) throw_no_memory(c);
    int32_t *list = call_scratch(c, (size_t)total * sizeof *list), at = m->points + 1;
    for (int i = 0; i < m->points; i++) {
        bool is_border = m->first[i] >= 0 && m->twin[m->first[i]] < 0;
        list[i] = at;
        if (is_border) list[at++] = i;
        at += mesh_around(m, i, list + at, (int)(total - at), NULL);
    }
    list[m->points] = at;
    call_kw_set_take(c, KW_TRIANGULATE_CONNECTIVITY, longs(c, list, 1, (int64_t[]){total}));
}

static void return_repeats(Call *c, const TriangleMesh *m)
{
    int32_t *pair = call_scratch(c, (size_t)(m->points + 1) * 2 * sizeof *pair);
    int n = 0;
    for (int i = 0; i < m->points; i++) {
        if (m->same[i] < 0) continue;
        pair[2 * n] = m->same[i];
        pair[2 * n++ + 1] = i;
    }
    if (!n) pair[0] = pair[1] = -1;
    call_kw_set_take(c, KW_TRIANGULATE_REPEATS, longs(c, pair, n ? 2 : 1, (int64_t[]){2, n}));
}

static void return_border(Call *c, const TriangleMesh *m)
{
    int32_t *border = call_scratch(c, (size_t)(m->points + 1) * sizeof *border);
    int n = mesh_border(m, border);
    if (!n) border[n++] = -1; // a whole sphere has none
    call_set_take(c, 3, longs(c, border, 1, (int64_t[]){n}));
}

static const TriangleMesh *in_plane(Call *c, const double *x, const double *y, int n)
{
    Point *p = call_scratch(c, (size_t)(n + 1) * sizeof *p);
    double largest = 0;
    for (int i = 0; i < n; i++) {
        p[i] = (Point){x[i], y[i]};
        if (isfinite(x[i]) && isfinite(y[i])) largest = fmax(largest, fmax(fabs(x[i]), fabs(y[i])));
    }
    TriangleMesh *m = mesh_of_call(c);
    double tolerance = call_kw_double(c, KW_TRIANGULATE_TOLERANCE, COLLINEAR_WITHIN * largest);
    mesh_check(c, delaunay_make(p, n, tolerance, sys_interrupted, m));
    if (!m->n) mesh_check(c, DELAUNAY_COLLINEAR);
    return m;
}

static const TriangleMesh *on_sphere(Call *c, const double *x, const double *y, int n)
{
    Vector *p = call_scratch(c, (size_t)(n + 1) * sizeof *p);
    double unit = call_kw_set(c, KW_TRIANGULATE_DEGREES) ? M_PI / 180 : 1;
    for (int i = 0; i < n; i++) p[i] = sphere_point(x[i] * unit, y[i] * unit);
    TriangleMesh *m = mesh_of_call(c);
    mesh_check(c, sphere_triangulate(p, n, sys_interrupted, m));
    call_kw_set_take(c, KW_TRIANGULATE_SPHERE, sphere_record(c, p, m));
    return m;
}

// FVALUE: the values in the order of the points. Ours stay where they are.
static void check_values(Call *c, int64_t n)
{
    const Val *v = call_kw(c, KW_TRIANGULATE_FVALUE);
    if (!v) return;
    if (!call_kw_given(c, KW_TRIANGULATE_SPHERE))
        throw_msg(c, E_VALUE, "FVALUE is for spherical triangulations (SPHERE).");
    if (val_count(v) != n) throw_msg(c, E_SHAPE, "FVALUE must have as many elements as X and Y.");
}

// TRIANGULATE, X, Y, Triangles [, B]: Delaunay's triangulation of points: subscripts of corners as LONG (3, n),
// counterclockwise, and of the border's points. Of points at one place the first counts; REPEATS returns the others as
// pairs, or [-1, -1]. CONNECTIVITY returns the neighbours of point i, counterclockwise, as elements L[i] to L[i+1]-1 of
// a list L, at the border with i itself before them. Triangles at the border lower than TOLERANCE are left out. SPHERE:
// X and Y are longitude and latitude, in radians or DEGREES; the structure returned there and the values FVALUE are for
// TRIGRID. Manual: TRIANGULATE.
static void pro_triangulate(Call *c)
{
    int64_t nx, ny;
    const double *x = arg_numbers(c, 0, &nx), *y = arg_numbers(c, 1, &ny);
    if (nx != ny) throw_msg(c, E_SHAPE, "X and Y must have the same number of elements.");
    if (nx < 3) throw_msg(c, E_SHAPE, "Not enough valid and unique points specified.");
    if (nx > DELAUNAY_POINTS_MAX) throw_no_memory(c);
    check_values(c, nx);
    call_hush_math(c);
    bool is_sphere = call_kw_given(c, KW_TRIANGULATE_SPHERE);
    const TriangleMesh *m = is_sphere ? on_sphere(c, x, y, (int)nx) : in_plane(c, x, y, (int)nx);
    if (c->argc > 2) call_set_take(c, 2, longs(c, m->corner, 2, (int64_t[]){3, m->n}));
    if (c->argc > 3) return_border(c, m);
    if (call_kw_given(c, KW_TRIANGULATE_CONNECTIVITY)) return_connectivity(c, m);
    if (call_kw_given(c, KW_TRIANGULATE_REPEATS)) return_repeats(c, m);
}

static const Routine rows[] = {
    {"TRIANGULATE", PROCEDURE, {2, 4}, pro_triangulate, "X, Y [, Triangles [, B]]", KEYS(TRIANGULATE)},
};
ROUTINE_TABLE(lib_triangulate, rows)
