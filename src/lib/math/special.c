// Special functions and distributions, from GSL: BESELI, BESELJ, BESELK, BESELY, BETA, IBETA, IGAMMA, EXPINT, ERFCX, ERRORF,
// GAUSSINT, and *_PDF, *_CVF. Computed in DOUBLE, element by element; the shortest array sets the length, scalars go with each
// element. Start reading at special_apply.
#include "lib/math/special.h"

#include "lib/array/axis.h"
#include "lib/format/convert.h"
#include "sys/dynlib.h"

#include <math.h>

#define SPECIAL_KEYWORDS(K, R) K(R, DOUBLE, FLAG)
KEYWORDS(SPECIAL)
// EPS and ITMAX bound series that IDL sums: every result here is as near as DOUBLE allows, which fulfils any EPS.
#define SERIES_KEYWORDS(K, R) K(R, DOUBLE, FLAG) K(R, EPS, "=value") K(R, ITMAX, "=value")
KEYWORDS(SERIES)

static const SpecialTable *table(Call *c)
{
    const void *t;
    TRY(c, dynlib_table(SPECIAL_MODULE, &t));
    return t;
}

// The smallest array among the arguments, the first of several as small, as with operators; a scalar when there is none.
static const Val *shape_of_result(Call *c)
{
    const Val *shape = call_arg(c, 0);
    for (int i = 1; i < c->argc; i++) {
        const Val *v = call_arg(c, i);
        if (val_is_array(v) && (!val_is_array(shape) || val_count(v) < val_count(shape))) shape = v;
    }
    return shape;
}

Numbers special_numbers(Call *c, const int *order, bool wide, bool real_parts)
{
    Numbers x = {.wide = wide};
    for (int i = 0; i < NUMBERS_MAX; i++) {
        static const double none = 0;
        x.p[i] = &none;
        if (order[i] < 0) continue;
        const Val *v = call_arg(c, order[i]);
        axis_need_numeric(c, v, order[i]);
        if (type_is_complex(v->type) && !real_parts) {
            throw_msg(c, E_TYPE, "Complex expression not allowed in this context: %s.", call_arg_name(c, order[i]));
        }
        x.p[i] = val_data_peek(call_convert(c, v, T_DOUBLE));
        x.step[i] = val_is_array(v);
        x.wide |= v->type == T_DOUBLE || v->type == T_DCOMPLEX;
    }
    x.shape = shape_of_result(c);
    return x;
}

// GSL's searches for what is no number may have no end.
static double value_of(SpecialFn fn, double a, double b, double x)
{
    return isnan(a) || isnan(b) || isnan(x) ? NAN : fn(a, b, x);
}

void special_apply(Call *c, SpecialFn fn, const Numbers *x)
{
    void *out;
    Val *cell = convert_new_like(c, x->shape, x->wide ? T_DOUBLE : T_FLOAT, &out);
    for (int64_t i = 0, n = val_count(x->shape); i < n; i++) {
        double y = value_of(fn, x->p[0][i * x->step[0]], x->p[1][i * x->step[1]], x->p[2][i * x->step[2]]);
        if (x->wide) ((double *)out)[i] = y;
        else ((float *)out)[i] = (float)y;
        if (!(i & 0xFFF)) call_poll(c);
    }
    call_return_take(c, val_take(cell));
}

static void run(Call *c, SpecialFn fn, const int *order, int double_slot)
{
    Numbers x = special_numbers(c, order, double_slot >= 0 && call_kw_set(c, double_slot), false);
    special_apply(c, fn, &x);
}

// --- Functions ------------------------------------------------------------------------------------------------------

static void need_range(Call *c, int i, double low, double high, bool whole)
{
    const Val *v = call_arg(c, i);
    axis_need_numeric(c, v, i);
    const double *p = val_data_peek(call_convert(c, v, T_DOUBLE));
    for (int64_t k = 0, n = val_count(v); k < n; k++) {
        if (p[k] < low || p[k] > high || (whole && p[k] != floor(p[k]))) {
            throw_msg(c, E_VALUE, "Value out of range: %s.", call_arg_name(c, i));
        }
    }
}

static void besel(Call *c, SpecialFn fn)
{
    call_hush_math(c);
    if (c->argc > 1) need_range(c, 1, 0, INFINITY, false);
    run(c, fn, (int[]){-1, c->argc > 1 ? 1 : -1, 0}, KW_SPECIAL_DOUBLE);
}

// BESELI(X [, N] [, /DOUBLE]) and its kin: Bessel functions of order N (0, or more, fractions too). Manual: BESELI, BESELJ,
// BESELK, BESELY.
static void fn_beseli(Call *c) { besel(c, table(c)->besel_i); }
static void fn_beselj(Call *c) { besel(c, table(c)->besel_j); }
static void fn_beselk(Call *c) { besel(c, table(c)->besel_k); }
static void fn_besely(Call *c) { besel(c, table(c)->besel_y); }

// BETA(Z, W [, /DOUBLE]). Manual: BETA.
static void fn_beta(Call *c) { run(c, table(c)->beta, (int[]){-1, 0, 1}, KW_SPECIAL_DOUBLE); }

// IBETA(A, B, Z [, /DOUBLE]): the regularised incomplete beta function. Manual: IBETA.
static void fn_ibeta(Call *c)
{
    need_range(c, 2, 0, 1, false);
    run(c, table(c)->ibeta, (int[]){0, 1, 2}, KW_SERIES_DOUBLE);
}

// IGAMMA(A, Z [, /DOUBLE]): the regularised lower incomplete gamma function. Manual: IGAMMA.
static void fn_igamma(Call *c)
{
    need_range(c, 0, 0, INFINITY, false);
    need_range(c, 1, 0, INFINITY, false);
    run(c, table(c)->igamma, (int[]){-1, 0, 1}, KW_SERIES_DOUBLE);
}

// EXPINT(N, X [, /DOUBLE]): the exponential integral of order N. Manual: EXPINT.
static void fn_expint(Call *c)
{
    need_range(c, 0, 0, INT32_MAX, true);
    run(c, table(c)->expint, (int[]){-1, 0, 1}, KW_SERIES_DOUBLE);
}

// ERFCX(Z): EXP(Z^2) * ERFC(Z). Manual: ERFCX.
static void fn_erfcx(Call *c) { run(c, table(c)->erfcx, (int[]){-1, -1, 0}, -1); }

static double error_function(double a, double b, double x)
{
    (void)a, (void)b;
    return erf(x);
}

static double normal_integral(double a, double b, double x)
{
    (void)a, (void)b;
    return 0.5 * erfc(-x * M_SQRT1_2);
}

// ERRORF(X): ERF by its old name. GAUSSINT(X): the integral of the normal distribution up to X. Manual: ERF, GAUSSINT.
static void fn_errorf(Call *c) { run(c, error_function, (int[]){-1, -1, 0}, -1); }
static void fn_gaussint(Call *c) { run(c, normal_integral, (int[]){-1, -1, 0}, -1); }

// --- Distributions --------------------------------------------------------------------------------------------------

// GAUSS_PDF(V), T_PDF(V, Df), CHISQR_PDF(V, Df), F_PDF(V, Dfn, Dfd): the probability of a value up to V. Manual: each.
static void fn_gauss_pdf(Call *c) { run(c, table(c)->gauss_pdf, (int[]){-1, -1, 0}, -1); }

static void with_freedom(Call *c, SpecialFn fn)
{
    for (int i = 1; i < c->argc; i++) need_range(c, i, 1e-300, INFINITY, false);
    run(c, fn, c->argc > 2 ? (int[]){1, 2, 0} : (int[]){-1, 1, 0}, -1);
}

static void fn_t_pdf(Call *c) { with_freedom(c, table(c)->t_pdf); }
static void fn_f_pdf(Call *c) { with_freedom(c, table(c)->f_pdf); }

static void fn_chisqr_pdf(Call *c) { with_freedom(c, table(c)->chisqr_pdf); }

// GAUSS_CVF(P), T_CVF(P, Df), CHISQR_CVF(P, Df), F_CVF(P, Dfn, Dfd): the value exceeded with probability P. Manual: each.
static void fn_gauss_cvf(Call *c)
{
    need_range(c, 0, 0, 1, false);
    run(c, table(c)->gauss_cvf, (int[]){-1, -1, 0}, -1);
}

static void critical(Call *c, SpecialFn fn)
{
    call_hush_math(c);
    need_range(c, 0, 0, 1, false);
    with_freedom(c, fn);
}

static void fn_t_cvf(Call *c) { critical(c, table(c)->t_cvf); }
static void fn_chisqr_cvf(Call *c) { critical(c, table(c)->chisqr_cvf); }
static void fn_f_cvf(Call *c) { critical(c, table(c)->f_cvf); }

// BESELI, BESELJ, BESELK, BESELY(X [, N]): The Bessel functions I, J, K and Y of order N (0, or more, fractions too).

// BETA(Z, W): The beta function.

// CHISQR_PDF, F_PDF, T_PDF, GAUSSINT(V, ...): The probability of a value of V or less in the chi-square, F, Student's
// or normal distribution.

// CHISQR_CVF, F_CVF, T_CVF(P, ...): The value that is exceeded with the probability P in the chi-square, F or
// Student's distribution.

static const Routine rows[] = {
    {"BESELI", FUNCTION, {1, 2}, fn_beseli, "X [, N]", KEYS(SPECIAL), .pooled = true},
    {"BESELJ", FUNCTION, {1, 2}, fn_beselj, "X [, N]", KEYS(SPECIAL), .pooled = true},
    {"BESELK", FUNCTION, {1, 2}, fn_beselk, "X [, N]", KEYS(SPECIAL), .pooled = true},
    {"BESELY", FUNCTION, {1, 2}, fn_besely, "X [, N]", KEYS(SPECIAL), .pooled = true},
    {"BETA", FUNCTION, {2, 2}, fn_beta, "Z, W", KEYS(SPECIAL)},
    {"IBETA", FUNCTION, {3, 3}, fn_ibeta, "A, B, Z", KEYS(SERIES)},
    {"IGAMMA", FUNCTION, {2, 2}, fn_igamma, "A, Z", KEYS(SERIES)},
    {"EXPINT", FUNCTION, {2, 2}, fn_expint, "N, X", KEYS(SERIES), .pooled = true},
    {"ERFCX", FUNCTION, {1, 1}, fn_erfcx, "Z"},
    {"ERRORF", FUNCTION, {1, 1}, fn_errorf, "X", .pooled = true},
    {"GAUSSINT", FUNCTION, {1, 1}, fn_gaussint, "X", .pooled = true},
    {"GAUSS_PDF", FUNCTION, {1, 1}, fn_gauss_pdf, "V"},
    {"GAUSS_CVF", FUNCTION, {1, 1}, fn_gauss_cvf, "P"},
    {"T_PDF", FUNCTION, {2, 2}, fn_t_pdf, "V, Df"},
    {"T_CVF", FUNCTION, {2, 2}, fn_t_cvf, "P, Df"},
    {"CHISQR_PDF", FUNCTION, {2, 2}, fn_chisqr_pdf, "V, Df"},
    {"CHISQR_CVF", FUNCTION, {2, 2}, fn_chisqr_cvf, "P, Df"},
    {"F_PDF", FUNCTION, {3, 3}, fn_f_pdf, "V, Dfn, Dfd"},
    {"F_CVF", FUNCTION, {3, 3}, fn_f_cvf, "P, Dfn, Dfd"},
};
ROUTINE_TABLE(lib_special, rows)
