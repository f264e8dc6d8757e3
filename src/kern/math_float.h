// The elementary functions of FLOAT, computed in double precision to some 40 bits: after rounding nearly always the float
// that is nearest to the true value. Each is right in its range; elsewhere the C library is asked.
#ifndef HELIO_KERN_MATH_FLOAT_H
#define HELIO_KERN_MATH_FLOAT_H

#include "kern/math_bits.h"

#define FLOAT_MAX 0x1.fffffep127
#define LEAST_FLOAT 0x1p-126  // of the normal numbers
static const MathRange COS_FLOAT = {0, 0x1p24, false}, SIN_FLOAT = {LEAST_FLOAT, 0x1p24, false}, EXP_FLOAT = {0, 200, false},
                       SINH_FLOAT = {LEAST_FLOAT, 200, false}, LOG_FLOAT = {0x1p-149, FLOAT_MAX, true},
                       ASIN_FLOAT = {LEAST_FLOAT, 1, false}, ACOS_FLOAT = {0, 1, false},
                       ATAN_FLOAT = {LEAST_FLOAT, FLOAT_MAX, false};

// x less q times pi, from a pi in three pieces whose products with q are exact.
ALWAYS double less_turns(double x, double q)
{
    return x - q * 0x1.921fb54p+1 - q * 0x1.10b461p-29 - q * 0x1.a62633145c06ep-57;
}

ALWAYS double half_turn(Halfway h)
{
    double r = h.x, z = r * r;
    return r + (r * z) * POLY_PAIRS(SIN_HALF_TURN, z);
}

// What half_turn is to be taken of for the sine, and for the cosine.
ALWAYS Halfway sin_first(double x)
{
    double t = x * 0x1.45f306dc9c883p-2 + ROUNDER;
    return (Halfway){negate_if_odd(less_turns(x, t - ROUNDER), bits_of(t)), 0, 0};
}

ALWAYS Halfway cos_first(double x)
{
    double t = (x * 0x1.45f306dc9c883p-2 - 0.5) + ROUNDER;
    return (Halfway){negate_if_odd(less_turns(x, (t - ROUNDER) + 0.5), bits_of(t) + 1), 0, 0};
}

ALWAYS double mf_sin(double x) { return half_turn(sin_first(x)); }
ALWAYS double mf_cos(double x) { return half_turn(cos_first(x)); }

ALWAYS double mf_tan(double x)
{
    double t = x * 0x1.45f306dc9c883p-1 + ROUNDER;
    double r = less_turns(x, (t - ROUNDER) * 0.5), z = r * r;
    double s = r + (r * z) * POLY_PAIRS(SIN_SHORT, z), c = (1 - 0.5 * z) + z * z * POLY_PAIRS(COS_SHORT, z);
    int odd = (bits_of(t) & 1) != 0;
    return pick(odd, -c, s) / pick(odd, s, c);
}

// x less k times log(2); the lowest bits of k.
ALWAYS Halfway exp_first(double x)
{
    double t = x * 0x1.71547652b82fep+0 + ROUNDER, n = t - ROUNDER;
    return (Halfway){(x - n * 0x1.62e42fefa3800p-1) - n * 0x1.ef35793c76730p-45, t, 0};
}

ALWAYS double exp_last(Halfway h)
{
    double r = h.x;
    return scale(1 + (r + r * r * POLY_PAIRS(EXP_SHORT, r)), bits_of(h.k));
}

ALWAYS double mf_exp(double x) { return exp_last(exp_first(x)); }

// exp(x) - 1 for x >= 0, to all its bits near 0.
ALWAYS double expm1_short(double x)
{
    double t = x * 0x1.71547652b82fep+0 + ROUNDER, n = t - ROUNDER;
    double r = (x - n * 0x1.62e42fefa3800p-1) - n * 0x1.ef35793c76730p-45;
    double s = scale(1, bits_of(t));
    return s * (r + r * r * POLY_PAIRS(EXP_SHORT, r)) + (s - 1);
}

// x = 2^k * (1 + s)/(1 - s).
ALWAYS Halfway log_first(double x)
{
    double k, m = split_exponent(x, &k);
    return (Halfway){(m - 1) / (m + 1), k, 0};
}

ALWAYS double log_last(Halfway h)
{
    double s = h.x, z = s * s;
    return h.k * 0x1.62e42fefa39efp-1 + 2 * (s + (s * z) * POLY_PAIRS(LOG_SHORT, z));
}

ALWAYS double log10_last(Halfway h) { return log_last(h) * 0x1.bcb7b1526e50ep-2; }
ALWAYS double log2_last(Halfway h) { return log_last(h) * 0x1.71547652b82fep+0; }
ALWAYS double mf_log(double x) { return log_last(log_first(x)); }
ALWAYS double mf_log10(double x) { return log10_last(log_first(x)); }
ALWAYS double mf_log2(double x) { return log2_last(log_first(x)); }

ALWAYS double asin_short(double r, double z) { return r + (r * z) * POLY_PAIRS(ASIN_SHORT, z); }

ALWAYS double mf_asin(double x)
{
    double a = fabs(x);
    int big = a > 0.5;
    double z = big ? (1 - a) * 0.5 : a * a, r = big ? sqrt(z) : a, p = asin_short(r, z);
    return with_sign(big ? 0x1.921fb54442d18p+0 - 2 * p : p, x);
}

ALWAYS double mf_acos(double x)
{
    double a = fabs(x);
    int big = a > 0.5;
    double z = big ? (1 - a) * 0.5 : a * a, r = big ? sqrt(z) : a, p = asin_short(r, z);
    double near = x < 0 ? 0x1.921fb54442d18p+1 - 2 * p : 2 * p;
    return big ? near : 0x1.921fb54442d18p+0 - with_sign(p, x);
}

// The angle of num/den, which is not negative.
ALWAYS double atan_ratio(double num, double den)
{
    int high = num > 2.4142135 * den, middle = num > 0.4142136 * den;
    double base = high ? 0x1.921fb54442d18p+0 : middle ? 0x1.921fb54442d18p-1 : 0;
    double n = pick(high, -den, pick(middle, num - den, num)), d = pick(high, num, pick(middle, num + den, den));
    double u = n / d, z = u * u;
    return base + (u + (u * z) * POLY_PAIRS(ATAN_SHORT, z));
}

ALWAYS double mf_atan(double x) { return with_sign(atan_ratio(fabs(x), 1), x); }

ALWAYS double mf_sinh(double x)
{
    double e = expm1_short(fabs(x));
    return with_sign((e + e / (e + 1)) * 0.5, x);
}

ALWAYS double mf_cosh(double x)
{
    double e = mf_exp(fabs(x));
    return (e + 1 / e) * 0.5;
}

ALWAYS double mf_tanh(double x)
{
    double e = expm1_short(2 * fabs(x));
    return with_sign(e / (e + 2), x);
}

// --- Two numbers ------------------------------------------------------------------------------------------------------

#define OK_ATAN2_FLOAT(y, x) \
    (is_inside(y, ATAN_FLOAT) && is_within(x, FLOAT_MAX) && ((bits_of(y) | bits_of(x)) & ~SIGN_BIT) != 0)
#define OK_POW_FLOAT(x, y) (is_between(x, 0x1p-126, FLOAT_MAX) && is_within(y, FLOAT_MAX))

ALWAYS double mf_atan2(double y, double x)
{
    double angle = atan_ratio(fabs(y), fabs(x));
    return with_sign(bits_of(x) & SIGN_BIT ? 0x1.921fb54442d18p+1 - angle : angle, y);
}

// The logarithm of x^y, and from it the power. Beyond the limits floats end.
ALWAYS double mf_pow_log(double x, double y) { return y * mf_log(x); }
ALWAYS double limit_exponent(double w) { return w > 200 ? 200 : w < -200 ? -200 : w; }

#endif
