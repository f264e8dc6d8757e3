// QHULL: convex hulls, Delaunay's simplices and Voronoi diagrams in any number of dimensions. Start reading at
// pro_qhull.
#include "base/mem.h"
#include "kern/hull.h"
#include "lib/graphics/settings.h"
#include "sys/dynlib.h"
#include "sys/interrupt.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

// clang-format off
#define QHULL_KEYWORDS(K, R)                                                                                        \
    K(R, BOUNDS, OUT) K(R, CONNECTIVITY, OUT) K(R, DELAUNAY, FLAG) K(R, SPHERE, OUT) K(R, VDIAGRAM, OUT)             \
    K(R, VNORMALS, OUT) K(R, VVERTICES, OUT)
// clang-format on
KEYWORDS(QHULL)

typedef struct Cloud {
    const double *p;
    int dim, n;
    bool is_double, is_delaunay;
    Hull hull;
} Cloud;

static void release(void *arg)
{
    Hull *h = arg;
    mem_free(h->corner);
    mem_free(h->beside);
    mem_free(h->owner);
}

static Val longs(Call *c, const int32_t *p, int rank, const int64_t *dim)
{
    Arr *a = call_new_array(c, T_LONG, rank, dim, false);
    memcpy(a->data, p, (size_t)a->n * sizeof *p);
    return val_arr_take(arr_ref(a));
}

static Val numbers(Call *c, const Cloud *d, const double *p, int rows, int n)
{
    Arr *a = call_new_array(c, d->is_double ? T_DOUBLE : T_FLOAT, 2, (int64_t[]){rows, n}, false);
    for (int64_t i = 0; i < a->n; i++) {
        if (d->is_double)
            ((double *)a->data)[i] = p[i];
        else
            ((float *)a->data)[i] = (float)p[i];
    }
    return val_arr_take(arr_ref(a));
}

// --- The points

static const double *coordinates(Call *c, int i, int64_t *n, Cloud *d)
{
    const Val *v = call_arg(c, i);
    if (v->type == T_STRING)
        throw_msg(c, E_TYPE, "String expression not allowed in this context: %s.", call_arg_name(c, i));
    if (v->type == T_DOUBLE || v->type == T_DCOMPLEX) d->is_double = true;
    const double *p = arg_numbers(c, i, n);
    for (int64_t k = 0; k < *n; k++) {
        if (!isfinite(p[k])) throw_msg(c, E_VALUE, "The points must be finite.");
    }
    return p;
}

static void points_of_array(Call *c, Cloud *d)
{
    int64_t n;
    const Val *v = call_arg(c, 0);
    d->p = coordinates(c, 0, &n, d);
    int64_t rows = val_is_array(v) && v->a->rank == 2 ? v->a->dim[0] : 0;
    if (rows < 2) throw_msg(c, E_SHAPE, "V must be an array of (dimensions, points).");
    if (rows > HULL_DIMENSIONS_MAX)
        throw_msg(c, E_SHAPE, "Points may have at most %d dimensions.", HULL_DIMENSIONS_MAX);
    if (n / rows > HULL_POINTS_MAX) throw_no_memory(c);
    d->dim = (int)rows, d->n = (int)(n / rows);
}

static void points_of_vectors(Call *c, Cloud *d)
{
    int64_t n = 0, other;
    d->dim = c->argc - 1;
    (void)coordinates(c, 0, &n, d);
    if (n > HULL_POINTS_MAX) throw_no_memory(c);
    double *p = call_scratch(c, (size_t)(n + 1) * (size_t)d->dim * sizeof *p);
    for (int k = 0; k < d->dim; k++) {
        const double *x = coordinates(c, k, &other, d);
        if (other != n) throw_msg(c, E_SHAPE, "The vectors of coordinates must have the same number of elements.");
        for (int64_t i = 0; i < n; i++) p[i * d->dim + k] = x[i];
    }
    d->p = p, d->n = (int)n;
}

static void raise_to_sphere(Call *c, Cloud *d)
{
    if (d->dim != 2) throw_msg(c, E_SHAPE, "SPHERE: points must be longitudes and latitudes.");
    double *p = call_scratch(c, (size_t)(d->n + 1) * 3 * sizeof *p);
    for (int i = 0; i < d->n; i++) {
        double lon = d->p[2 * i] * M_PI / 180, lat = d->p[2 * i + 1] * M_PI / 180;
        p[3 * i] = cos(lat) * cos(lon), p[3 * i + 1] = cos(lat) * sin(lon), p[3 * i + 2] = sin(lat);
    }
    d->p = p, d->dim = 3, d->is_delaunay = false;
    call_kw_set_take(c, KW_QHULL_SPHERE, numbers(c, d, p, 3, d->n));
}

static bool stop(void) { return sys_interrupted(); }

static void make(Call *c, Cloud *d)
{
    const void *table;
    if (d->n < d->dim + 1) throw_msg(c, E_SHAPE, "%d points are too few in %d dimensions.", d->n, d->dim);
    TRY(c, dynlib_table(HULL_MODULE, &table));
    call_defer(c, release, &d->hull);
    Status s = ((const HullTable *)table)->make(d->p, d->dim, d->n, d->is_delaunay, stop, &d->hull);
    call_poll(c);
    TRY(c, s);
}

// --- Points at the border, and neighbours

static void return_bounds(Call *c, const Cloud *d)
{
    const Hull *h = &d->hull;
    uint8_t *is_there = call_alloc(c, (size_t)d->n + 1);
    for (int64_t i = 0; i < (int64_t)h->n * h->corners; i++) {
        int64_t first = i / h->corners * h->corners;
        if (d->is_delaunay && h->beside[i] >= 0) continue;
        for (int k = 0; k < h->corners; k++) {
            if (!d->is_delaunay || first + k != i) is_there[h->corner[first + k]] = 1;
        }
    }
    int32_t *list = call_scratch(c, (size_t)(d->n + 1) * sizeof *list);
    int n = 0;
    for (int i = 0; i < d->n; i++) {
        if (is_there[i]) list[n++] = i;
    }
    call_kw_set_take(c, KW_QHULL_BOUNDS, longs(c, list, 1, (int64_t[]){n}));
}

static int by_value(const void *a, const void *b)
{
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
    return (x > y) - (x < y);
}

// All edges in both directions, in order: from << 32 | to.
static int64_t *edges(Call *c, const Cloud *d, int64_t *count)
{
    const Hull *h = &d->hull;
    int64_t n = (int64_t)h->n * h->corners * (h->corners - 1), at = 0;
    if (n > INT32_MAX) throw_no_memory(c);
    int64_t *edge = call_scratch(c, (size_t)(n + 1) * sizeof *edge);
    for (int t = 0; t < h->n; t++) {
        const int32_t *p = h->corner + (int64_t)t * h->corners;
        for (int i = 0; i < h->corners; i++) {
            for (int k = 0; k < h->corners; k++) {
                if (i != k) edge[at++] = (int64_t)p[i] << 32 | p[k];
            }
        }
    }
    qsort(edge, (size_t)n, sizeof *edge, by_value);
    at = 0;
    for (int64_t i = 0; i < n; i++) {
        if (!i || edge[i] != edge[i - 1]) edge[at++] = edge[i];
    }
    *count = at;
    return edge;
}

static void return_connectivity(Call *c, const Cloud *d)
{
    int64_t n;
    const int64_t *edge = edges(c, d, &n);
    int32_t *list = call_scratch(c, (size_t)(n + d->n + 1) * sizeof *list);
    int64_t at = 0;
    for (int i = 0; i <= d->n; i++) {
        list[i] = (int32_t)(d->n + 1 + at);
        for (; at < n && edge[at] >> 32 == i; at++) list[d->n + 1 + at] = (int32_t)edge[at];
    }
    call_kw_set_take(c, KW_QHULL_CONNECTIVITY, longs(c, list, 1, (int64_t[]){d->n + 1 + n}));
}

// --- The Voronoi diagram

// The centre of the sphere through a simplex; returns its volume (times a constant), 0: it is flat.
static double centre(const Cloud *d, const int32_t *corner, double *at)
{
    enum { M = HULL_DIMENSIONS_MAX };
    double a[M][M + 1], volume = 1;
    const double *o = d->p + (int64_t)corner[0] * d->dim;
    int n = d->dim;
    for (int i = 0; i < n; i++) {
        a[i][n] = 0;
        for (int k = 0; k < n; k++) {
            a[i][k] = d->p[(int64_t)corner[i + 1] * n + k] - o[k];
            a[i][n] += a[i][k] * a[i][k] / 2;
        }
    }
    for (int i = 0; i < n; i++) {
        int best = i;
        for (int k = i + 1; k < n; k++) best = fabs(a[k][i]) > fabs(a[best][i]) ? k : best;
        for (int k = 0; k <= n; k++) {
            double t = a[i][k];
            a[i][k] = a[best][k], a[best][k] = t;
        }
        volume *= fabs(a[i][i]);
        if (!(volume > 0)) return 0;
        for (int r = 0; r < n; r++) {
            double f = r == i ? 0 : a[r][i] / a[i][i];
            for (int k = i; k <= n; k++) a[r][k] -= f * a[i][k];
        }
    }
    for (int k = 0; k < n; k++) at[k] = o[k] + a[k][n] / a[k][k];
    return volume;
}

typedef struct Voronoi {
    double *vertex;
    int32_t *of; // simplex: its vertex
    int n;
} Voronoi;

// Simplices of one owner have one vertex, which is computed from the largest of them.
static Voronoi vertices(Call *c, const Cloud *d)
{
    const Hull *h = &d->hull;
    size_t n = (size_t)h->n + 1;
    Voronoi v = {call_alloc(c, n * (size_t)d->dim * sizeof(double)), call_scratch(c, n * sizeof(int32_t)), 0};
    double *size = call_alloc(c, n * sizeof *size), at[HULL_DIMENSIONS_MAX];
    int32_t *name = call_alloc(c, n * sizeof *name);
    for (int t = 0; t < h->n; t++) {
        if ((t & 0xFFFF) == 0) call_poll(c);
        int32_t *mine = &name[h->owner[t]];
        if (!*mine) *mine = ++v.n;
        v.of[t] = *mine - 1;
        double volume = centre(d, h->corner + (int64_t)t * h->corners, at);
        if (!(volume > size[v.of[t]])) continue;
        size[v.of[t]] = volume;
        memcpy(v.vertex + (int64_t)v.of[t] * d->dim, at, (size_t)d->dim * sizeof *at);
    }
    return v;
}

// a x + b y + c = 0 between two points.
static void bisector(const double *p, const double *q, double line[3])
{
    double length = hypot(q[0] - p[0], q[1] - p[1]);
    line[0] = (q[0] - p[0]) / length, line[1] = (q[1] - p[1]) / length;
    line[2] = -(line[0] * (p[0] + q[0]) + line[1] * (p[1] + q[1])) / 2;
}

static void return_ridges(Call *c, const Cloud *d, const Voronoi *v)
{
    const Hull *h = &d->hull;
    size_t most = (size_t)h->n * 3 + 1;
    int32_t *ridge = call_scratch(c, 4 * most * sizeof *ridge);
    double *line = call_scratch(c, 3 * most * sizeof *line);
    int n = 0, open = 0;
    for (int i = 0; i < 3 * h->n; i++) {
        int t = i / 3, p = h->corner[3 * t + (i + 1) % 3], q = h->corner[3 * t + (i + 2) % 3], other = h->beside[i];
        if (other >= 0 && (other < t || v->of[other] == v->of[t])) continue;
        int32_t *r = ridge + 4 * (int64_t)n++;
        r[0] = p < q ? p : q, r[1] = p < q ? q : p;
        r[2] = other >= 0 ? v->of[other] : -(++open), r[3] = v->of[t];
        if (other < 0) bisector(d->p + 2 * (int64_t)r[0], d->p + 2 * (int64_t)r[1], line + 3 * (int64_t)(open - 1));
    }
    call_kw_set_take(c, KW_QHULL_VDIAGRAM, longs(c, ridge, 2, (int64_t[]){4, n}));
    call_kw_set_take(c, KW_QHULL_VNORMALS, numbers(c, d, line, 3, open));
}

static void return_voronoi(Call *c, const Cloud *d)
{
    bool ridges = call_kw_given(c, KW_QHULL_VDIAGRAM) || call_kw_given(c, KW_QHULL_VNORMALS);
    if (!ridges && !call_kw_given(c, KW_QHULL_VVERTICES)) return;
    if (!d->is_delaunay) throw_msg(c, E_VALUE, "VDIAGRAM, VNORMALS and VVERTICES need /DELAUNAY.");
    if (ridges && d->dim != 2) throw_msg(c, E_VALUE, "VDIAGRAM and VNORMALS are for points in two dimensions.");
    Voronoi v = vertices(c, d);
    if (ridges) return_ridges(c, d, &v);
    call_kw_set_take(c, KW_QHULL_VVERTICES, numbers(c, d, v.vertex, d->dim, v.n));
}

// QHULL, V, Tr | QHULL, V0, V1 [, ... V6], Tr: the convex hull of points, V (d, n) or a vector for each of the d
// dimensions: subscripts of the corners of its facets as LONG (d, nt), or with DELAUNAY of Delaunay's simplices, (d+1,
// nt). BOUNDS returns the points at the border, CONNECTIVITY the neighbours of point i as elements L[i] to L[i+1]-1 of
// a list L. SPHERE: V0 and V1 are longitude and latitude in degrees, the triangles are Delaunay's on the sphere, and
// the points on it are returned there, (3, n). The Voronoi diagram has VVERTICES (d, nv) and, in the plane, VDIAGRAM
// (4, nr): for each ridge the two points it lies between and the two vertices it joins; if it has no end, the first of
// these is -k-1, and column k of VNORMALS has a, b, c of its line a x + b y + c = 0. Of complex numbers the real part
// counts. Errors: points that are too few or flat. By libqhull (Barber, Dobkin, Huhdanpaa 1996). Manual: QHULL.
static void pro_qhull(Call *c)
{
    Cloud *d = call_alloc(c, sizeof *d);
    d->is_delaunay = call_kw_set(c, KW_QHULL_DELAUNAY);
    call_hush_math(c);
    if (c->argc == 2)
        points_of_array(c, d);
    else
        points_of_vectors(c, d);
    if (call_kw_given(c, KW_QHULL_SPHERE)) raise_to_sphere(c, d);
    make(c, d);
    const Hull *h = &d->hull;
    return_voronoi(c, d);
    if (call_kw_given(c, KW_QHULL_BOUNDS)) return_bounds(c, d);
    if (call_kw_given(c, KW_QHULL_CONNECTIVITY)) return_connectivity(c, d);
    call_set_take(c, c->argc - 1, longs(c, h->corner, 2, (int64_t[]){h->corners, h->n}));
}

static const Routine rows[] = {
    {"QHULL", PROCEDURE, {2, 8}, pro_qhull, "V0, V1 [, V2 [, V3 [, V4 [, V5 [, V6 [, Tr]]]]]]", KEYS(QHULL)},
};
ROUTINE_TABLE(lib_qhull, rows)
