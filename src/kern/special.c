// The module `special`: GSL behind kern/special.h. Its error handler is off: results say what happened. Start at
// helio_special_table.
#include "kern/special.h"

#include <gsl/gsl_cdf.h>
#include <gsl/gsl_errno.h>
#include <gsl/gsl_sf.h>
#include <math.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

extern const SpecialTable helio_special_table;

__attribute__((constructor)) static void no_abort(void) { gsl_set_error_handler_off(); }

static double value(int status, const gsl_sf_result *r)
{
    return status == GSL_EUNDRFLW ? 0 : status == GSL_EOVRFLW ? INFINITY : status == GSL_EDOM ? NAN : r->val;
}

// One of GSL's functions of two numbers, whose result tells of errors.
#define OF_TWO(name, fn)                                   \
    static double name(double unused, double a, double x)  \
    {                                                      \
        gsl_sf_result r;                                   \
        (void)unused;                                      \
        return value(fn(a, x, &r), &r);                    \
    }
OF_TWO(igamma, gsl_sf_gamma_inc_P_e)
OF_TWO(beta, gsl_sf_beta_e)
OF_TWO(bessel_i, gsl_sf_bessel_Inu_e)
OF_TWO(bessel_j, gsl_sf_bessel_Jnu_e)
OF_TWO(bessel_k, gsl_sf_bessel_Knu_e)
OF_TWO(besel_y, gsl_sf_bessel_Ynu_e)

static int is_odd(double order) { return fmod(order, 2) != 0; }

// Of whole order they are defined for negative numbers too.
static double besel_i(double unused, double a, double x)
{
    if (x >= 0) return bessel_i(unused, a, x);
    return a == floor(a) ? (is_odd(a) ? -1 : 1) * bessel_i(unused, a, -x) : NAN;
}

static double besel_j(double unused, double a, double x)
{
    if (x >= 0) return bessel_j(unused, a, x);
    return a == floor(a) ? (is_odd(a) ? -1 : 1) * bessel_j(unused, a, -x) : NAN;
}

static double ibeta(double a, double b, double x)
{
    gsl_sf_result r;
    return value(gsl_sf_beta_inc_e(a, b, x, &r), &r);
}

// GSL takes a step for each unit of the order. Abramowitz and Stegun 9.7.8.
static double besel_k(double unused, double a, double x)
{
    if (a < 1e5 || !(x > 0)) return a < 1e5 ? bessel_k(unused, a, x) : x == 0 ? INFINITY : NAN;
    if (isinf(x)) return isinf(a) ? NAN : 0;
    double z = x / a, root = hypot(1, z), t = 1 / root, q = t * t, eta = root + log(z / (1 + root));
    double u1 = t * (3 - 5 * q) / 24, u2 = q * (81 + q * (385 * q - 462)) / 1152;
    return sqrt(M_PI_2 / a * t) * exp(-a * eta) * (1 - u1 / a + u2 / (a * a));
}

// For large n Abramowitz and Stegun 5.1.52.
static double expint(double unused, double n, double x)
{
    gsl_sf_result r;
    (void)unused;
    if (n > 1e4 && x >= 0) {
        double s = x + n, q = n / (s * s);
        return isinf(x) ? 0 : exp(-x) / s * (1 + q * (1 + q * ((n - 2 * x) / n + (6 * x * x - 8 * n * x + n * n) / (s * s) / n)));
    }
    return value(gsl_sf_expint_En_e((int)n, x, &r), &r);
}

static double erfcx(double a, double b, double x)
{
    (void)a, (void)b;
    return x < 0 ? exp(x * x) * erfc(x) : exp(x * x + gsl_sf_log_erfc(x));
}

static double chisqr_pdf(double unused, double df, double v)
{
    (void)unused;
    return gsl_cdf_chisq_P(v, df);
}

static double chisqr_cvf(double unused, double df, double p)
{
    (void)unused;
    return gsl_cdf_chisq_Qinv(p, df);
}

static double f_pdf(double dfn, double dfd, double v) { return gsl_cdf_fdist_P(v, dfn, dfd); }

// Doubles from 0 up are in the order of their bits, so halving those ends after 63 steps, whatever the numbers; GSL's own search
// has no end for some. The tail that is less than a half is compared, since it is exact.
static double f_cvf(double dfn, double dfd, double p)
{
    uint64_t low = 0, high = 0x7FF0000000000000;
    if (!isfinite(dfn) || !isfinite(dfd)) return NAN;
    if (p <= 0 || p >= 1) return p <= 0 ? INFINITY : 0;
    while (high - low > 1) {
        uint64_t middle = low + (high - low) / 2;
        double v;
        memcpy(&v, &middle, sizeof v);
        bool is_below = p < 0.5 ? gsl_cdf_fdist_Q(v, dfn, dfd) > p : gsl_cdf_fdist_P(v, dfn, dfd) < 1 - p;
        if (is_below) low = middle;
        else high = middle;
    }
    double v;
    memcpy(&v, &high, sizeof v);
    return v;
}

static double gauss_pdf(double a, double b, double v)
{
    (void)a, (void)b;
    return gsl_cdf_ugaussian_P(v);
}

static double gauss_cvf(double a, double b, double p)
{
    (void)a, (void)b;
    return gsl_cdf_ugaussian_Qinv(p);
}

static double t_pdf(double unused, double df, double v)
{
    (void)unused;
    return gsl_cdf_tdist_P(v, df);
}

static double t_cvf(double unused, double df, double p)
{
    (void)unused;
    return gsl_cdf_tdist_Qinv(p, df);
}

const SpecialTable helio_special_table = {
#define X(name) .name = name,
    SPECIAL_LIST(X)
#undef X
};
