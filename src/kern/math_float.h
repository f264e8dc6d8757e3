// The elementary functions of FLOAT, computed in double precision to some 40 bits: after rounding nearly always the float
// that is nearest to the true value. Each is right where its OK_ condition holds; elsewhere the C library is asked.
#ifndef HELIO_KERN_MATH_FLOAT_H
#define HELIO_KERN_MATH_FLOAT_H

#include "kern/math_bits.h"

#define FLOAT_MAX 0x1.fffffep127
#define IS_NORMAL_FLOAT(x) is_not_below(x, 0x1p-126)  // or zero
#define OK_COS_FLOAT(x) is_within(x, 0x1p24)
#define OK_SIN_FLOAT(x) (is_within(x, 0x1p24) && IS_NORMAL_FLOAT(x))
#define OK_EXP_FLOAT(x) is_within(x, 200)
#define OK_SINH_FLOAT(x) (is_within(x, 200) && IS_NORMAL_FLOAT(x))
#define OK_LOG_FLOAT(x) is_between(x, 0x1p-149, FLOAT_MAX)
#define OK_ASIN_FLOAT(x) (is_within(x, 1) && IS_NORMAL_FLOAT(x))
#define OK_ACOS_FLOAT(x) is_within(x, 1)
#define OK_ATAN_FLOAT(x) (is_within(x, FLOAT_MAX) && IS_NORMAL_FLOAT(x))

// x less q times pi, from a pi in three pieces whose products with q are exact.
ALWAYS double less_turns(double x, double q)
{
    return x - q * 0x1.921fb54p+1 - q * 0x1.10b461p-29 - q * 0x1.a62633145c06ep-57;
}

ALWAYS double half_turn(double r)
{
    double z = r * r;
    return r * (1 + z * POLY(SIN_HALF_TURN, z));
}

ALWAYS double mf_sin(double x)
{
    double t = x * 0x1.45f306dc9c883p-2 + ROUNDER;
    return negate_if_odd(half_turn(less_turns(x, t - ROUNDER)), bits_of(t));
}

ALWAYS double mf_cos(double x)
{
    double t = (x * 0x1.45f306dc9c883p-2 - 0.5) + ROUNDER;
    return negate_if_odd(half_turn(less_turns(x, (t - ROUNDER) + 0.5)), bits_of(t) + 1);
}

ALWAYS double mf_tan(double x)
{
    double t = x * 0x1.45f306dc9c883p-1 + ROUNDER;
    double r = less_turns(x, (t - ROUNDER) * 0.5), z = r * r;
    double s = r * (1 + z * POLY(SIN_SHORT, z)), c = (1 - 0.5 * z) + z * z * POLY(COS_SHORT, z);
    int odd = (bits_of(t) & 1) != 0;
    return (odd ? -c : s) / (odd ? s : c);
}

ALWAYS double mf_exp(double x)
{
    double t = x * 0x1.71547652b82fep+0 + ROUNDER, n = t - ROUNDER;
    double r = (x - n * 0x1.62e42fefa3800p-1) - n * 0x1.ef35793c76730p-45;
    return scale(1 + (r + r * r * POLY(EXP_SHORT, r)), bits_of(t));
}

// exp(x) - 1 for x >= 0, to all its bits near 0.
ALWAYS double expm1_short(double x)
{
    double t = x * 0x1.71547652b82fep+0 + ROUNDER, n = t - ROUNDER;
    double r = (x - n * 0x1.62e42fefa3800p-1) - n * 0x1.ef35793c76730p-45;
    double s = scale(1, bits_of(t));
    return s * (r + r * r * POLY(EXP_SHORT, r)) + (s - 1);
}

ALWAYS double mf_log(double x)
{
    double k, m = split_exponent(x, &k), s = (m - 1) / (m + 1), z = s * s;
    return k * 0x1.62e42fefa39efp-1 + 2 * (s + s * (z * POLY(LOG_SHORT, z)));
}

ALWAYS double mf_log10(double x) { return mf_log(x) * 0x1.bcb7b1526e50ep-2; }
ALWAYS double mf_log2(double x) { return mf_log(x) * 0x1.71547652b82fep+0; }

ALWAYS double asin_short(double r, double z) { return r + r * (z * POLY(ASIN_SHORT, z)); }

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
    double n = high ? -den : middle ? num - den : num, d = high ? num : middle ? num + den : den;
    double u = n / d, z = u * u;
    return base + (u + u * (z * POLY(ATAN_SHORT, z)));
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
    (OK_ATAN_FLOAT(y) && is_within(x, FLOAT_MAX) && ((bits_of(y) | bits_of(x)) & ~SIGN_BIT) != 0)
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
