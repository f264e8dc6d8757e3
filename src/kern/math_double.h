// The elementary functions of DOUBLE, within one unit of the last place. Each is right where its OK_ condition holds;
// elsewhere, and for the functions that are not here, the C library is asked.
#ifndef HELIO_KERN_MATH_DOUBLE_H
#define HELIO_KERN_MATH_DOUBLE_H

#include "kern/math_bits.h"

#define IS_NORMAL_DOUBLE(x) is_not_below(x, 0x1p-1022)  // or zero
#define OK_COS_DOUBLE(x) is_within(x, 0x1p20)
#define OK_SIN_DOUBLE(x) (is_within(x, 0x1p20) && IS_NORMAL_DOUBLE(x))
#define OK_EXP_DOUBLE(x) is_within(x, 708)
#define OK_LOG_DOUBLE(x) is_between(x, 0x1p-1022, 0x1.fffffffffffffp1023)
#define OK_ATAN_DOUBLE(x) (is_within(x, 0x1p60) && IS_NORMAL_DOUBLE(x))

// Numbers so small that they are their own sine, and that their square may underflow, do not come here (math.tmpl.h).
#define SMALL_DOUBLE 0x1p-27

typedef struct Pair {
    double high, low;
} Pair;

// x less n quarter turns, to twice the precision; n has at most 20 bits.
ALWAYS Pair less_quarters(double x, double n)
{
    double a = x - n * 0x1.921fb544p+0, t = n * 0x1.0b4611a6p-34, b = a - t;
    double rest = n * 0x1.3198a2e037073p-69 - ((a - b) - t), high = b - rest;
    return (Pair){high, (b - high) - rest};
}

ALWAYS double sin_quarter(Pair r)
{
    double z = r.high * r.high;
    return r.high + (r.high * z * POLY(SIN_LONG, z) + (r.low - 0.5 * z * r.low));
}

ALWAYS double cos_quarter(Pair r)
{
    double z = r.high * r.high, half = 0.5 * z, w = 1 - half;
    return w + (((1 - w) - half) + (z * z * POLY(COS_LONG, z) - r.high * r.low));
}

ALWAYS double md_sin(double x)
{
    double t = x * 0x1.45f306dc9c883p-1 + ROUNDER;
    Pair r = less_quarters(x, t - ROUNDER);
    double y = bits_of(t) & 1 ? cos_quarter(r) : sin_quarter(r);
    return negate_if_odd(y, bits_of(t) >> 1);
}

ALWAYS double md_cos(double x)
{
    double t = x * 0x1.45f306dc9c883p-1 + ROUNDER;
    Pair r = less_quarters(x, t - ROUNDER);
    double y = bits_of(t) & 1 ? sin_quarter(r) : cos_quarter(r);
    return negate_if_odd(y, (bits_of(t) + 1) >> 1);
}

ALWAYS double md_exp(double x)
{
    double t = x * 0x1.71547652b82fep+0 + ROUNDER, n = t - ROUNDER;
    double high = x - n * 0x1.62e42fefa3800p-1, low = n * 0x1.ef35793c76730p-45, r = high - low;
    double rest = ((high - r) - low) + r * r * POLY(EXP_LONG, r), sum = 1 + r;
    return scale(sum + (((1 - sum) + r) + rest), bits_of(t));
}

ALWAYS double md_log(double x)
{
    double k, f = split_exponent(x, &k) - 1, s = f / (2 + f), z = s * s;
    double rest = s * (f - 2 * z * POLY(LOG_LONG, z)) - k * 0x1.ef35793c76730p-45;
    double a = k * 0x1.62e42fefa3800p-1, sum = a + f;
    return sum + (((a - sum) + f) - rest);
}

// By the difference to the nearest of 0, atan(1/2), atan(1), atan(3/2), 90 degrees.
ALWAYS double md_atan(double x)
{
    double a = fabs(x), at = 0, high = 0, low = 0;
    if (a > 7. / 16) at = 0.5, high = 0x1.dac670561bb4fp-2, low = 0x1.a2b7f222f65e2p-56;
    if (a > 11. / 16) at = 1, high = 0x1.921fb54442d18p-1, low = 0x1.1a62633145c07p-55;
    if (a > 19. / 16) at = 1.5, high = 0x1.f730bd281f69bp-1, low = 0x1.007887af0cbbdp-56;
    double num = a - at, den = 1 + at * a;
    if (a > 39. / 16) num = -1, den = a, high = 0x1.921fb54442d18p+0, low = 0x1.1a62633145c07p-54;
    double u = num / den, z = u * u;
    return with_sign(high + (u + (u * (z * POLY(ATAN_LONG, z)) + low)), x);
}

#endif
