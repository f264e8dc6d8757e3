// The module `special`: GSL behind kern/special.h. Its error handler is off: results say what happened. Start at
// helio_special_table.
#include "kern/special.h"

#include <gsl/gsl_cdf.h>
#include <gsl/gsl_errno.h>
#include <gsl/gsl_sf.h>
#include <math.h>

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
OF_TWO(besel_k, gsl_sf_bessel_Knu_e)
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

static double expint(double unused, double n, double x)
{
    gsl_sf_result r;
    (void)unused;
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
static double f_cvf(double dfn, double dfd, double p) { return gsl_cdf_fdist_Qinv(p, dfn, dfd); }

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
