// INTERPOL and DIST. Start reading at fn_interpol.
#include "lib/array/axis.h"
#include "lib/format/convert.h"
#include "vm/convert.h"

#include <math.h>

#define INTERPOL_KEYWORDS(K) K(INTERPOL, LSQUADRATIC) K(INTERPOL, NAN) K(INTERPOL, QUADRATIC) K(INTERPOL, SPLINE)
KEYWORDS(INTERPOL)

// The knots: ordinates and, when given, abscissas.
typedef struct Knots {
    const double *y, *x;  // x NULL: 0, 1, 2, ...
    int64_t n;
} Knots;

static double knot_x(const Knots *k, int64_t i) { return k->x ? k->x[i] : (double)i; }

// Between the two knots around x; beyond the ends along the last line.
static double between(const Knots *k, double x)
{
    int64_t low = 0, high = k->n - 1;
    bool rising = knot_x(k, high) >= knot_x(k, 0);
    while (high - low > 1) {
        int64_t mid = low + (high - low) / 2;
        if (rising ? x < knot_x(k, mid) : x > knot_x(k, mid)) high = mid;
        else low = mid;
    }
    double x0 = knot_x(k, low), x1 = knot_x(k, high);
    return k->y[low] + (x - x0) * (k->y[high] - k->y[low]) / (x1 - x0);
}

static const double *doubles(Call *c, int i, int64_t *n)
{
    const Val *v = call_arg(c, i);
    axis_need_numeric(c, v, call_arg_name(c, i));
    *n = val_count(v);
    return val_data_peek(call_convert(c, v, T_DOUBLE));
}

// Leaves out the knots that are not finite.
static void drop_missing(Call *c, Knots *k)
{
    double *y = call_alloc(c, (size_t)k->n * sizeof *y), *x = call_alloc(c, (size_t)k->n * sizeof *x);
    int64_t kept = 0;
    for (int64_t i = 0; i < k->n; i++) {
        if (!isfinite(k->y[i])) continue;
        x[kept] = knot_x(k, i);
        y[kept++] = k->y[i];
    }
    *k = (Knots){y, x, kept};
}

static void refuse_unsupported(Call *c)
{
    static const int not_done[] = {KW_INTERPOL_LSQUADRATIC, KW_INTERPOL_QUADRATIC, KW_INTERPOL_SPLINE};
    for (size_t i = 0; i < sizeof not_done / sizeof not_done[0]; i++) {
        if (call_kw_set(c, not_done[i])) {
            throw_msg(c, E_UNSUPPORTED, "The keyword %s is not supported by this version.", keywords_INTERPOL[not_done[i]]);
        }
    }
}

// INTERPOL(V, N | V, X, XOUT [, /NAN]): linear interpolation, at N even steps or at the abscissas XOUT; FLOAT, or DOUBLE for
// double-precision input. Manual: INTERPOL.
static void fn_interpol(Call *c)
{
    void *out;
    Knots k = {0};
    int64_t nx, m;
    refuse_unsupported(c);
    if (c->argc == 2 && call_int(c, 1) < 1) throw_msg(c, E_VALUE, "Value out of range: %s.", call_arg_name(c, 1));
    k.y = doubles(c, 0, &k.n);
    int64_t total = k.n;
    const double *at = NULL;
    bool wide = call_arg(c, 0)->type == T_DOUBLE;
    TypeCode t = wide ? T_DOUBLE : T_FLOAT;
    Val *cell;
    if (c->argc > 2) {
        k.x = doubles(c, 1, &nx);
        if (nx != k.n) throw_msg(c, E_SHAPE, "V and X arrays must have same # of elements.");
        at = doubles(c, 2, &m);
        if (call_arg(c, 1)->type == T_DOUBLE || call_arg(c, 2)->type == T_DOUBLE) t = T_DOUBLE;
        cell = convert_new_like(c, call_arg(c, 2), t, &out);
    } else {
        m = call_int(c, 1);
        cell = convert_new_array(c, t, 1, &m);
        out = cell->a->data;
    }
    if (call_kw_set(c, KW_INTERPOL_NAN)) drop_missing(c, &k);
    if (k.n < 2) throw_msg(c, E_VALUE, "V must have at least two elements.");
    for (int64_t i = 0; i < m; i++) {
        double x = at ? at[i] : m > 1 ? (double)i * (double)(total - 1) / (double)(m - 1) : 0;
        double y = between(&k, x);
        if (t == T_DOUBLE) ((double *)out)[i] = y;
        else ((float *)out)[i] = (float)y;
        if (!(i & 0xFFFF)) call_poll(c);
    }
    call_return_take(c, val_take(cell));
}

// DIST(N [, M]): distances from element (0, 0) around the edges, as frequencies of a transform lie. Manual: DIST.
static void fn_dist(Call *c)
{
    int64_t n = call_int(c, 0), m = c->argc > 1 ? call_int(c, 1) : n;
    if (n < 1 || m < 1) throw_msg(c, E_SHAPE, "Array dimensions must be greater than 0.");
    Val *cell = convert_new_array(c, T_FLOAT, 2, (int64_t[]){n, m});
    float *p = cell->a->data;
    for (int64_t j = 0; j < m; j++) {
        double y = (double)(j < m - j ? j : m - j);
        for (int64_t i = 0; i < n; i++) {
            double x = (double)(i < n - i ? i : n - i);
            *p++ = (float)sqrt(x * x + y * y);
        }
        call_poll(c);
    }
    call_return_take(c, val_take(cell));
}

static const Routine rows[] = {
    ROW_FUN(INTERPOL, 2, 3, fn_interpol, "Result = INTERPOL(V, N [, /NAN]) or INTERPOL(V, X, XOUT [, /NAN])"),
    ROW_FUN0(DIST, 1, 2, fn_dist, "Result = DIST(N [, M])"),
};
ROUTINE_TABLE(lib_interpolation, rows)
