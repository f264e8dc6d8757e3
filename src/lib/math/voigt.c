// VOIGT: the profile of a spectral line. Start reading at profile.
#include "lib/math/special.h"

#include <math.h>

enum { TERMS = 11 };

// EXP(-t^2) at t = k h and (k + 0.5) h, h = sqrt(pi / 12).
static const double at_points[TERMS + 1] = {1.0,
                                            0.76966541249323981,
                                            0.35091980717841097,
                                            0.094780224842154853,
                                            0.01516461986454657,
                                            0.0014373060804075318,
                                            8.0699517570304599e-5,
                                            2.6840867930967433e-6,
                                            5.2884221169441573e-8,
                                            6.1724788652243096e-10,
                                            4.2677311354552247e-12,
                                            1.7479879405655013e-14};
static const double at_middles[TERMS + 1] = {0.93664602123659591,    0.55485491015985341,    0.1947095780852903,
                                             0.040476144603805742,   0.0049844231324685865,  0.00036360898638930447,
                                             1.571296901780048e-5,   4.0224054215648139e-7,  6.0998249159121596e-9,
                                             5.4796502397575271e-11, 2.9160317551794994e-13, 9.1925415251343727e-16};

// The real part of 2 EXP(-z^2) / (1 +- EXP(-2 i pi z / h)), z = x + i y.
static double pole_part(double x, double y, double h, int sign)
{
    double fall = exp(-2 * M_PI * y / h), turn = 2 * M_PI * x / h, size = 2 * exp(y * y - x * x) * fall;
    double re = size * cos(2 * x * y), im = -size * sin(2 * x * y);
    double below_re = fall + sign * cos(turn), below_im = -sign * sin(turn);
    return (re * below_re + im * below_im) / (below_re * below_re + below_im * below_im);
}

// The real part of EXP(-z^2) ERFC(-i z) by the trapezoidal rule with its poles taken out, or by midpoints, whichever is
// far from them (Al Azah and Chandler-Wilde, SIAM J. Numer. Anal. 59, 2346, 2021): to 2e-15. All terms have one sign.
static double faddeeva(double x, double y)
{
    double h = sqrt(M_PI / (TERMS + 1)), phase = x / h - floor(x / h), sum = 0;
    bool is_high = y >= (x > M_PI / h ? x : M_PI / h), middles = is_high || phase < 0.25 || phase > 0.75;
    const double *falls = middles ? at_middles : at_points;
    for (int k = middles ? 0 : 1; k <= TERMS; k++) {
        double t = (middles ? k + 0.5 : k) * h, a = (x - y) * (x + y) - t * t, b = 2 * x * y;
        sum += falls[k] * (x * x + y * y + t * t) / (a * a + b * b);
    }
    double r = 2 * h / M_PI * y * sum;
    if (!middles) r += h * y / (M_PI * (x * x + y * y));
    return is_high ? r : r + pole_part(x, y, h, middles ? 1 : -1);
}

// H(a, u) = a / pi times the integral of EXP(-t^2) / (a^2 + (u - t)^2); it is odd in a, but EXP(-u^2) at 0.
static double profile(double unused, double a, double u)
{
    double x = fabs(u), y = fabs(a);
    (void)unused;
    if (y == 0) return exp(-x * x);
    if (isinf(x) || isinf(y)) return 0;
    double far = hypot(x, y);
    double r = far > 1e8 ? y / far / far * M_2_SQRTPI / 2 : faddeeva(x, y);
    return a < 0 ? -r : r;
}

// VOIGT(A, U): the Voigt function of the damping A and the distance U from the line's centre in Doppler widths; DOUBLE
// when A is. Manual: VOIGT.
static void fn_voigt(Call *c)
{
    call_hush_math(c);
    Numbers x = special_numbers(c, (int[]){-1, 0, 1}, false, false);
    x.wide = call_arg(c, 0)->type == T_DOUBLE;
    special_apply(c, profile, &x);
}

static const Routine rows[] = {
    {"VOIGT", FUNCTION, {2, 2}, fn_voigt, "A, U", .pooled = true},
};
ROUTINE_TABLE(lib_voigt, rows)
