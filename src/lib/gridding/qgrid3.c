// QGRID3: a volume of values between scattered ones, linear in the tetrahedra of QHULL. Start reading at fn_qgrid3.
#include "lib/graphics/settings.h"

#include <math.h>
#include <string.h>

#define QGRID3_KEYWORDS(K, R)                                                                                          \
    K(R, DELTA, "=vector") K(R, DIMENSION, "=vector") K(R, MISSING, "=value") K(R, START, "=vector")
KEYWORDS(QGRID3)

enum { SIDE = 25, SIDE_MAX = 1 << 20 };
#define DUST 1e-9 // of a tetrahedron, of a step

typedef struct Volume {
    const double *p[3], *f; // point i: p[k][i * stride]
    int64_t stride, n;
    int64_t dim[3];
    double start[3], delta[3];
    Arr *out;
} Volume;

// A keyword's three numbers, or a scalar for all; false: not given. What is missing of three is the first.
static bool three(Call *c, int slot, double out[3])
{
    int given;
    const double *p = kw_numbers(c, slot, 1, 3, &given);
    for (int k = 0; p && k < 3; k++) out[k] = given == 3 ? p[k] : p[0];
    return p != NULL;
}

static void shape(Call *c, Volume *v)
{
    double lo[3], hi[3], sides[3] = {SIDE, SIDE, SIDE};
    three(c, KW_QGRID3_DIMENSION, sides);
    for (int k = 0; k < 3; k++) {
        lo[k] = INFINITY, hi[k] = -INFINITY;
        for (int64_t i = 0; i < v->n; i++)
            lo[k] = fmin(lo[k], v->p[k][i * v->stride]), hi[k] = fmax(hi[k], v->p[k][i * v->stride]);
        if (!(sides[k] <= SIDE_MAX)) throw_msg(c, E_VALUE, "DIMENSION is too large.");
        v->dim[k] = sides[k] < 2 ? SIDE : (int64_t)sides[k];
        v->start[k] = lo[k];
    }
    three(c, KW_QGRID3_START, v->start);
    for (int k = 0; k < 3; k++) v->delta[k] = (hi[k] - v->start[k]) / (double)(v->dim[k] - 1);
    three(c, KW_QGRID3_DELTA, v->delta);
    for (int k = 0; k < 3; k++) {
        if (!(v->delta[k] > 0) || !isfinite(v->delta[k]) || !isfinite(v->start[k]))
            throw_msg(c, E_VALUE, "The grid's spacing must be positive.");
    }
}

static void put(const Volume *v, int64_t at, double x)
{
    if (v->out->type == T_DOUBLE)
        ((double *)v->out->data)[at] = x;
    else
        ((float *)v->out->data)[at] = (float)x;
}

// The parts of the corners 1 to 3 at a place grow by m[part][k] a unit along k; false: the tetrahedron is flat.
static bool slopes(const double e[3][3], double m[3][3])
{
    for (int a = 0; a < 3; a++) {
        const double *u = e[(a + 1) % 3], *w = e[(a + 2) % 3];
        for (int k = 0; k < 3; k++) m[a][k] = u[(k + 1) % 3] * w[(k + 2) % 3] - u[(k + 2) % 3] * w[(k + 1) % 3];
    }
    double volume = e[0][0] * m[0][0] + e[0][1] * m[0][1] + e[0][2] * m[0][2];
    if (!(fabs(volume) > 0)) return false;
    for (int i = 0; i < 9; i++) m[i / 3][i % 3] /= volume;
    return true;
}

// All grid points in a tetrahedron.
static void fill(Call *c, const Volume *v, const int32_t corner[4])
{
    double e[3][3], m[3][3], o[3], df[3];
    int64_t first[3], last[3];
    for (int k = 0; k < 3; k++) {
        double lo, hi;
        lo = hi = o[k] = v->p[k][corner[0] * v->stride];
        for (int a = 0; a < 3; a++) {
            double x = v->p[k][corner[a + 1] * v->stride];
            e[a][k] = x - o[k], lo = fmin(lo, x), hi = fmax(hi, x);
        }
        lo = ceil((lo - v->start[k]) / v->delta[k] - DUST), hi = floor((hi - v->start[k]) / v->delta[k] + DUST);
        if (!(lo < (double)v->dim[k] && hi >= 0)) return;
        first[k] = lo > 0 ? (int64_t)lo : 0, last[k] = hi < (double)v->dim[k] ? (int64_t)hi : v->dim[k] - 1;
    }
    if (!slopes(e, m)) return;
    for (int a = 0; a < 3; a++) df[a] = v->f[corner[a + 1]] - v->f[corner[0]];
    for (int64_t z = first[2]; z <= last[2]; z++) {
        call_poll(c);
        for (int64_t y = first[1]; y <= last[1]; y++) {
            for (int64_t x = first[0]; x <= last[0]; x++) {
                double d[3] = {v->start[0] + (double)x * v->delta[0] - o[0],
                               v->start[1] + (double)y * v->delta[1] - o[1],
                               v->start[2] + (double)z * v->delta[2] - o[2]};
                double part[3], rest = 1, value = v->f[corner[0]];
                for (int a = 0; a < 3; a++) {
                    part[a] = m[a][0] * d[0] + m[a][1] * d[1] + m[a][2] * d[2];
                    rest -= part[a], value += part[a] * df[a];
                }
                if (!(part[0] >= -DUST && part[1] >= -DUST && part[2] >= -DUST && rest >= -DUST)) continue;
                put(v, x + v->dim[0] * (y + v->dim[1] * z), value);
            }
        }
    }
}

static const double *real(Call *c, int i, int64_t *n, bool *is_double)
{
    const Val *v = call_arg(c, i);
    if (v->type == T_STRING)
        throw_msg(c, E_TYPE, "String expression not allowed in this context: %s.", call_arg_name(c, i));
    *is_double |= v->type == T_DOUBLE || v->type == T_DCOMPLEX;
    return arg_numbers(c, i, n);
}

static void points(Call *c, Volume *v, bool *is_double)
{
    int64_t n;
    int count = c->argc == 5 ? 3 : 1;
    for (int k = 0; k < count; k++) {
        v->p[k] = real(c, k, &n, is_double);
        if (k && n != v->n) throw_msg(c, E_SHAPE, "X, Y and Z must have the same number of elements.");
        v->n = n;
    }
    v->stride = 1;
    if (count == 1) {
        const Val *a = call_arg(c, 0);
        if (!val_is_array(a) || a->a->rank != 2 || a->a->dim[0] != 3)
            throw_msg(c, E_SHAPE, "XYZ must be an array of (3, n).");
        v->stride = 3, v->n /= 3, v->p[1] = v->p[0] + 1, v->p[2] = v->p[0] + 2;
    }
}

// QGRID3(XYZ, F, Tetrahedra) | QGRID3(X, Y, Z, F, Tetrahedra): values F at scattered points, XYZ (3, n) or three
// vectors, interpolated linearly in Tetrahedra, the LONG (4, nt) of QHULL with DELAUNAY. The volume has DIMENSION
// points along each axis (25; also for what is below 2), from START on (the smallest X, Y, Z), DELTA apart (so that it
// ends at the largest); these are three numbers or one for all. Outside the tetrahedra stands MISSING (0). FLOAT, or
// DOUBLE if a point or F is; of complex numbers the real part counts. Errors: sizes that do not agree, subscripts
// without a point. Manual: QGRID3.
static void fn_qgrid3(Call *c)
{
    if (c->argc == 4) throw_msg(c, E_ARGS, "Incorrect number of arguments.");
    Volume v = {0};
    bool is_double = false;
    int64_t n, nt;
    call_hush_math(c);
    points(c, &v, &is_double);
    v.f = real(c, c->argc - 2, &n, &is_double);
    if (n != v.n) throw_msg(c, E_SHAPE, "F must have as many elements as there are points.");
    (void)real(c, c->argc - 1, &nt, &(bool){false});
    const Val *t = call_convert(c, call_arg(c, c->argc - 1), T_LONG);
    const int32_t *corner = val_data_peek(t);
    if (nt < 4 || nt % 4) throw_msg(c, E_SHAPE, "Tetrahedra must be an array of (4, n).");
    for (int64_t i = 0; i < nt; i++) {
        if (corner[i] < 0 || corner[i] >= n) throw_msg(c, E_VALUE, "Tetrahedra must have subscripts of points.");
    }
    shape(c, &v);
    v.out = call_new_array(c, is_double ? T_DOUBLE : T_FLOAT, 3, v.dim, false);
    double missing = call_kw_double(c, KW_QGRID3_MISSING, 0);
    for (int64_t i = 0; i < v.out->n; i++) put(&v, i, missing);
    for (int64_t i = 0; i < nt; i += 4) fill(c, &v, corner + i);
    call_return_take(c, val_arr_take(arr_ref(v.out)));
}

static const Routine rows[] = {
    {"QGRID3", FUNCTION, {3, 5}, fn_qgrid3, "X, Y, Z [, F [, Tetrahedra]]", KEYS(QGRID3)},
};
ROUTINE_TABLE(lib_qgrid3, rows)
