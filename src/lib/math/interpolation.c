// INTERPOL and DIST. Start reading at fn_interpol.
#include "kern/kern.h"
#include "kern/routines.h"
#include "lib/array/axis.h"
#include "lib/array/locate.h"
#include "lib/array/pieces.h"
#include "lib/format/convert.h"
#include "vm/array/convert.h"

#include <math.h>

#define INTERPOL_KEYWORDS(K, R) K(R, LSQUADRATIC, FLAG) K(R, NAN, FLAG) K(R, QUADRATIC, FLAG) K(R, SPLINE, FLAG)
KEYWORDS(INTERPOL)

// The knots: ordinates and, when given, abscissas.
typedef struct Knots {
    const double *y, *x;  // x NULL: 0, 1, 2, ...
    int64_t n;
} Knots;

static double knot_x(const Knots *k, int64_t i) { return k->x ? k->x[i] : (double)i; }

// The knot i with x between it and the next, 0 to n - 2; beyond the ends the first or last.
static int64_t interval(const Knots *k, double x)
{
    int64_t low = 0, high = k->n - 1;
    bool rising = knot_x(k, high) >= knot_x(k, 0);
    while (high - low > 1) {
        int64_t mid = low + (high - low) / 2;
        if (rising ? x < knot_x(k, mid) : x > knot_x(k, mid)) high = mid;
        else low = mid;
    }
    return low;
}

// --- Curves through a neighbourhood ---------------------------------------------------------------------------------

// The first of `count` knots around the interval of x, one of them before it.
static int64_t neighbourhood(const Knots *k, double x, int64_t count)
{
    int64_t first = interval(k, x) - 1;
    return first < 0 ? 0 : first > k->n - count ? k->n - count : first;
}

static double on_parabola(const Knots *k, double x)
{
    int64_t i = neighbourhood(k, x, 3);
    double a = knot_x(k, i), b = knot_x(k, i + 1), c = knot_x(k, i + 2);
    return k->y[i] * (x - b) * (x - c) / ((a - b) * (a - c)) + k->y[i + 1] * (x - a) * (x - c) / ((b - a) * (b - c)) +
           k->y[i + 2] * (x - a) * (x - b) / ((c - a) * (c - b));
}

// The parabola nearest to four knots: as a sum of polynomials that are orthogonal over them.
static double on_nearest_parabola(const Knots *k, double x)
{
    int64_t i = neighbourhood(k, x, 4);
    double t[4], mean = 0, t2 = 0, t3 = 0, y0 = 0, y1 = 0, y2 = 0, q2 = 0;
    for (int j = 0; j < 4; j++) mean += knot_x(k, i + j) / 4;
    for (int j = 0; j < 4; j++) {
        t[j] = knot_x(k, i + j) - mean;
        t2 += t[j] * t[j];
        t3 += t[j] * t[j] * t[j];
        y0 += k->y[i + j] / 4;
        y1 += k->y[i + j] * t[j];
    }
    for (int j = 0; j < 4; j++) {
        double q = t[j] * t[j] - t3 / t2 * t[j] - t2 / 4;
        y2 += k->y[i + j] * q;
        q2 += q * q;
    }
    double u = x - mean;
    return y0 + y1 / t2 * u + y2 / q2 * (u * u - t3 / t2 * u - t2 / 4);
}

// The natural cubic spline through four knots.
static double on_spline(const Knots *k, double x)
{
    int64_t i = neighbourhood(k, x, 4);
    double h[3], s[3], m[4] = {0};
    for (int j = 0; j < 3; j++) {
        h[j] = knot_x(k, i + j + 1) - knot_x(k, i + j);
        s[j] = (k->y[i + j + 1] - k->y[i + j]) / h[j];
    }
    double a = 2 * (h[0] + h[1]), b = 2 * (h[1] + h[2]), r = 6 * (s[1] - s[0]), q = 6 * (s[2] - s[1]);
    m[2] = (a * q - h[1] * r) / (a * b - h[1] * h[1]);
    m[1] = (r - h[1] * m[2]) / a;
    int64_t p = interval(k, x) - i;
    double up = (x - knot_x(k, i + p)) / h[p], down = 1 - up;
    return down * k->y[i + p] + up * k->y[i + p + 1] +
           ((down * down * down - down) * m[p] + (up * up * up - up) * m[p + 1]) * h[p] * h[p] / 6;
}

static const double *doubles(Call *c, int i, int64_t *n)
{
    const Val *v = call_arg(c, i);
    axis_need_numeric(c, v, i);
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

typedef double (*Curve)(const Knots *k, double x);

// NULL: straight lines.
static Curve curve_of(Call *c, int64_t *least)
{
    *least = 4;
    if (call_kw_set(c, KW_INTERPOL_LSQUADRATIC)) return on_nearest_parabola;
    if (call_kw_set(c, KW_INTERPOL_SPLINE)) return on_spline;
    *least = call_kw_set(c, KW_INTERPOL_QUADRATIC) ? 3 : 2;
    return *least == 3 ? on_parabola : NULL;
}

// --- Where to ------------------------------------------------------------------------------------------------------

// The abscissas: those of v, or n even steps from the first of `total` knots to the last.
typedef struct Places {
    const Val *v;
    int64_t n, total;
} Places;

static const double *places_piece(const Places *p, int64_t at, int64_t m, double *room)
{
    if (p->v) return pieces_doubles(p->v, at, m, room);
    for (int64_t i = 0; i < m; i++) {
        room[i] = p->n > 1 ? (double)(at + i) * (double)(p->total - 1) / (double)(p->n - 1) : 0;
    }
    return room;
}

static const double *numbered(Call *c, int64_t n)
{
    double *x = call_scratch(c, (size_t)n * sizeof *x);
    for (int64_t i = 0; i < n; i++) x[i] = (double)i;
    return x;
}

// Between two knots, beyond the ends along the last line.
static void lines_piece(const Locator *where, const Knots *k, const double *x, int64_t m, double *y)
{
    int64_t at[PIECE];
    int32_t near[PIECE];
    locate_piece(where, x, m, at);
    for (int64_t i = 0; i < m; i++) {
        int64_t low = at[i] < 0 ? 0 : at[i];
        near[i] = (int32_t)(low > k->n - 2 ? k->n - 2 : low);
    }
    kern_routines()->on_lines(y, x, near, (size_t)m, k->x, k->y);
}

static void follow(Call *c, Knots *k, Curve curve, const Places *to, TypeCode t, void *out)
{
    double room[PIECE], y[PIECE];
    Locator where = {0};
    if (k->n > INT32_MAX) throw_msg(c, E_VALUE, "Too many elements.");
    if (!curve) {
        if (!k->x) k->x = numbered(c, k->n);
        where = locate_prepare(c, k->x, k->n, to->n, LOCATE_EQUAL_BEHIND);
    }
    for (int64_t at = 0; at < to->n; at += PIECE) {
        int64_t m = to->n - at < PIECE ? to->n - at : PIECE;
        const double *x = places_piece(to, at, m, room);
        if (curve) for (int64_t i = 0; i < m; i++) y[i] = curve(k, x[i]);
        else lines_piece(&where, k, x, m, y);
        kern_convert(t, T_DOUBLE)((char *)out + (size_t)at * type_size(t), y, (size_t)m);
        if (!(at & 0xFFFF)) call_poll(c);
    }
}

// INTERPOL(V, N | V, X, XOUT [, /LSQUADRATIC | /QUADRATIC | /SPLINE] [, /NAN]): linear interpolation, or by a curve through the
// knots around, at N even steps or at the abscissas XOUT; FLOAT, or DOUBLE for double-precision input. Manual: INTERPOL.
static void fn_interpol(Call *c)
{
    void *out;
    Knots k = {0};
    int64_t nx;
    if (c->argc == 2 && call_int(c, 1) < 1) throw_msg(c, E_VALUE, "Value out of range: %s.", call_arg_name(c, 1));
    k.y = doubles(c, 0, &k.n);
    Places to = {.total = k.n};
    bool wide = call_arg(c, 0)->type == T_DOUBLE;
    TypeCode t = wide ? T_DOUBLE : T_FLOAT;
    Val *cell;
    if (c->argc > 2) {
        k.x = doubles(c, 1, &nx);
        if (nx != k.n) throw_msg(c, E_SHAPE, "V and X arrays must have same # of elements.");
        to.v = call_arg(c, 2);
        axis_need_numeric(c, to.v, 2);
        to.n = val_count(to.v);
        if (call_arg(c, 1)->type == T_DOUBLE || to.v->type == T_DOUBLE) t = T_DOUBLE;
        cell = convert_unset_like(c, to.v, t, &out);
    } else {
        to.n = call_int(c, 1);
        cell = convert_unset_array(c, t, 1, &to.n);
        out = cell->a->data;
    }
    if (call_kw_set(c, KW_INTERPOL_NAN)) drop_missing(c, &k);
    int64_t least;
    Curve curve = curve_of(c, &least);
    const char *words[] = {"two", "three", "four"};
    if (k.n < least) throw_msg(c, E_VALUE, "V must have at least %s elements.", words[least - 2]);
    follow(c, &k, curve, &to, t, out);
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
    {"INTERPOL", FUNCTION, {2, 3}, fn_interpol, "V, {N | X, XOUT}", KEYS(INTERPOL)},
    {"DIST", FUNCTION, {1, 2}, fn_dist, "N [, M]"},
};
ROUTINE_TABLE(lib_interpolation, rows)
