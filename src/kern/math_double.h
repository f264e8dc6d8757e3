// Elementary functions of DOUBLE, within 0.52 units of the last place: by the value at a point of a grid nearby, from a
// table, with what is left computed to a few bits more than are shown. Each is right where its OK_ condition holds; the C
// library is asked elsewhere, and for the functions that are not here.
#ifndef HELIO_KERN_MATH_DOUBLE_H
#define HELIO_KERN_MATH_DOUBLE_H

#include "kern/math_bits.h"
#include "kern/math_table.h"

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

// x less n quarter turns, to twice the precision; n has at most 20 bits, the result is at most a quarter turn.
ALWAYS Pair less_quarters(double x, double n)
{
    double p = n * 0x1.921fb544p+0, a = x - p, lost = x - (a + p);  // lost: of a small x that becomes greater
    double t = n * 0x1.0b4611a6p-34, b = a - t;
    double rest = n * 0x1.3198a2e037073p-69 - ((a - b) - t) - lost, high = b - rest;
    return (Pair){high, (b - high) - rest};
}

// The sine of a + d + low, where a + d is r.high without its sign, a the nearest point of the grid, but 0 below 24/128.
ALWAYS double sin_half(Pair r)
{
    double h = fabs(r.high), low = from_bits(bits_of(r.low) ^ (bits_of(r.high) & SIGN_BIT));
    uint64_t nearest = bits_of(h * 128 + ROUNDER) & 0x1ff, is_near_0 = (nearest - 24) >> 63;
    uint64_t j = nearest & (is_near_0 - 1);  // no condition: the compiler would make two ways of it, and no vectors
    double d = h - (from_bits(j | bits_of(ROUNDER)) - ROUNDER) * 0x1p-7, z = d * d;
    double s = TABLE_SIN_HIGH[j], c = TABLE_COS[j], p = c * d, sum = s + p;
    const double *k = POLY_SIN_NEAR;
    double odd = (k[0] + k[1] * z) + z * z * ((k[2] + k[3] * z) + z * z * k[4]);  // in this order there is less to wait for
    double even = z * POLY(COS_NEAR, z);
    double rest = c * (d * (z * odd) + low) - s * (even + d * low) + TABLE_SIN_LOW[j];
    double y = sum + (((s - sum) + p) + rest);
    return from_bits(bits_of(y) ^ (bits_of(r.high) & SIGN_BIT));
}

ALWAYS double md_sin(double x)
{
    double t = x * 0x1.45f306dc9c883p-2 + ROUNDER;
    return negate_if_odd(sin_half(less_quarters(x, 2 * (t - ROUNDER))), bits_of(t));
}

// The sine of what is a quarter turn more.
ALWAYS double md_cos(double x)
{
    double t = (x * 0x1.45f306dc9c883p-2 - 0.5) + ROUNDER;
    return negate_if_odd(sin_half(less_quarters(x, 2 * (t - ROUNDER) + 1)), bits_of(t) + 1);
}

// 2^(n/128) is 2^(n div 128), exact, times one of the table.
ALWAYS double md_exp(double x)
{
    double t = x * 0x1.71547652b82fep+7 + ROUNDER, n = t - ROUNDER;
    double r = (x - n * 0x1.62e42fef80000p-8) - n * 0x1.1cf79abc9e3b4p-43;
    uint64_t j = bits_of(t) & 127;
    double p = TABLE_EXP_HIGH[j], rest = p * (r + r * r * POLY(EXP_NEAR, r)) + TABLE_EXP_LOW[j];
    return scale(p + rest, bits_of(t) >> 7);
}

// log(2^k) + log(c) + log(1 + r), r = (m - c)/c in two parts, the first so short that its product with c is exact.
ALWAYS double md_log(double x)
{
    const uint64_t half_step = (uint64_t)1 << 44, first = 0x1ff35;  // first: bits of sqrt(1/2) on the grid
    double k, m = split_exponent(x, &k);
    uint64_t i = (bits_of(m) + half_step) >> 45, j = i - first;
    double c = from_bits(i << 45), d = m - c, q = d * TABLE_LOG_INVERSE[j];
    double high = from_bits(bits_of(q) & ~(uint64_t)0x3fff), low = (d - high * c) * TABLE_LOG_INVERSE[j];
    double w = k * 0x1.62e42fefa3800p-1 + TABLE_LOG_HIGH[j], sum = w + high;
    double rest = q * q * POLY(LOG_NEAR, q) + (low + (k * 0x1.ef35793c76730p-45 + TABLE_LOG_LOW[j]));
    return sum + (((w - sum) + high) + rest);
}

#endif
