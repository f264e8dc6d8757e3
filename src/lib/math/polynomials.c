// LEGENDRE and LAGUERRE: orthogonal polynomials and their associated functions, by recurrence in DOUBLE. Of complex
// numbers the real part counts. Start reading at fn_legendre.
#include "lib/format/convert.h"
#include "lib/math/special.h"

#include <math.h>
#include <stdlib.h>

#define LEGENDRE_KEYWORDS(K, R) K(R, DOUBLE, FLAG)
KEYWORDS(LEGENDRE)
#define LAGUERRE_KEYWORDS(K, R) K(R, COEFFICIENTS, OUT) K(R, DOUBLE, FLAG)
KEYWORDS(LAGUERRE)

enum { DEGREE_MAX = 100000 }; // steps that one element may take

static void need(Call *c, bool fine, const char *trouble)
{
    if (!fine) throw_msg(c, E_VALUE, "%s", trouble);
}

// What the numbers of the arguments must fulfil, checked before anything is computed.
static void check_each(Call *c, const Numbers *x, void (*check)(Call *c, double a, double b, double z))
{
    for (int64_t i = 0, n = val_count(x->shape); i < n; i++) {
        check(c, x->p[0][i * x->step[0]], x->p[1][i * x->step[1]], x->p[2][i * x->step[2]]);
        if (!(i & 0xFFF)) call_poll(c);
    }
}

// --- Legendre -------------------------------------------------------------------------------------------------------

// (-1)^m (1 - x^2)^(m/2) times the m-th derivative of the polynomial of degree l; of -m with the factor that fits.
static double legendre(double degree, double order, double x)
{
    int l = (int)degree, m = abs((int)order);
    double p = 1, before = 0, root = sqrt((1 - x) * (1 + x));
    for (int k = 1; k <= m; k++) p *= -(2 * k - 1) * root;
    for (int k = m + 1; k <= l; k++) {
        double next = ((2 * k - 1) * x * p - (k + m - 1) * before) / (k - m);
        before = p;
        p = next;
    }
    if (order >= 0) return p;
    for (int k = l - m + 1; k <= l + m; k++) p /= k;
    return m % 2 ? -p : p;
}

static void check_legendre(Call *c, double l, double m, double x)
{
    need(c, !(fabs(x) > 1), "X must be in the range -1 to +1.");
    need(c, l >= 0 && l <= DEGREE_MAX, "L must be 0 or more.");
    need(c, fabs(m) <= l, "M must lie between -L and L.");
}

static Numbers whole_orders(Numbers x, Call *c)
{
    int64_t n = val_count(x.shape);
    for (int i = 0; i < 2; i++) {
        int64_t count = x.step[i] ? n : 1;
        double *p = call_alloc(c, (size_t)count * sizeof *p);
        for (int64_t k = 0; k < count; k++) p[k] = trunc(x.p[i][k]);
        x.p[i] = p;
    }
    return x;
}

// LEGENDRE(X, L [, M] [, /DOUBLE]): the Legendre polynomial of degree L at X (-1 to 1), or the associated function of
// order M. Manual: LEGENDRE.
static void fn_legendre(Call *c)
{
    call_hush_math(c);
    Numbers x = special_numbers(c, (int[]){1, c->argc > 2 ? 2 : -1, 0}, call_kw_set(c, KW_LEGENDRE_DOUBLE), true);
    x = whole_orders(x, c);
    check_each(c, &x, check_legendre);
    special_apply(c, legendre, &x);
}

// --- Laguerre -------------------------------------------------------------------------------------------------------

static double laguerre(double degree, double k, double x)
{
    double p = 1, before = 0;
    for (int i = 0; i < (int)degree; i++) {
        double next = ((2 * i + 1 + k - x) * p - (i + k) * before) / (i + 1);
        before = p;
        p = next;
    }
    return p;
}

static void check_laguerre(Call *c, double n, double k, double x)
{
    (void)x;
    need(c, n >= 0 && n <= DEGREE_MAX, "N must be 0 or more.");
    need(c, k >= 0, "K must be 0 or more.");
}

// Those of 1, X, X^2, ...: (-1)^j (n+k over n-j) / j!.
static Val coefficients(Call *c, int n, double k, bool wide)
{
    Val *cell = convert_new_array(c, T_DOUBLE, 1, (int64_t[]){n + 1});
    double *p = cell->a->data;
    p[0] = 1;
    for (int i = 1; i <= n; i++) p[0] *= (k + i) / i;
    for (int j = 0; j < n; j++) p[j + 1] = -p[j] * (n - j) / ((k + j + 1) * (j + 1));
    return val_copy(call_convert(c, cell, wide ? T_DOUBLE : T_FLOAT));
}

// LAGUERRE(X, N [, K] [, COEFFICIENTS=variable] [, /DOUBLE]): the Laguerre polynomial of degree N at X, or the
// associated one of order K (0 or more, fractions too). COEFFICIENTS: those of its powers, N must be one number then.
// Manual: LAGUERRE.
static void fn_laguerre(Call *c)
{
    call_hush_math(c);
    Numbers x = special_numbers(c, (int[]){1, c->argc > 2 ? 2 : -1, 0}, call_kw_set(c, KW_LAGUERRE_DOUBLE), true);
    check_each(c, &x, check_laguerre);
    if (call_kw_is_var(c, KW_LAGUERRE_COEFFICIENTS)) {
        bool one = val_count(call_arg(c, 1)) == 1 && (c->argc < 3 || val_count(call_arg(c, 2)) == 1);
        need(c, one, "N and K must be scalars when COEFFICIENTS are asked for.");
        call_kw_set_take(c, KW_LAGUERRE_COEFFICIENTS, coefficients(c, (int)x.p[0][0], x.p[1][0], x.wide));
    }
    special_apply(c, laguerre, &x);
}

static const Routine rows[] = {
    {"LEGENDRE", FUNCTION, {2, 3}, fn_legendre, "X, L [, M]", KEYS(LEGENDRE)},
    {"LAGUERRE", FUNCTION, {2, 3}, fn_laguerre, "X, N [, K]", KEYS(LAGUERRE)},
};
ROUTINE_TABLE(lib_polynomials, rows)
