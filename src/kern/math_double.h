// Elementary functions of DOUBLE, within 0.52 units of the last place: by the value at a point of a grid nearby, from a
// table, with what is left computed to a few bits more than are shown. Each is right in its range; the C
// library is asked elsewhere, and for the functions that are not here.
#ifndef HELIO_KERN_MATH_DOUBLE_H
#define HELIO_KERN_MATH_DOUBLE_H

#include "kern/math_bits.h"
#include "kern/math_table.h"

static const MathRange COS_DOUBLE = {0, 0x1p20, false}, SIN_DOUBLE = {0x1p-1022, 0x1p20, false}, EXP_DOUBLE = {0, 708, false},
                       LOG_DOUBLE = {0x1p-1022, 0x1.fffffffffffffp1023, true};

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

// Of a number of at most a quarter turn, r.high and r.low: what is more than the nearest point of the grid, which is 0 below
// 24/128; in k the sign, and which point.
ALWAYS Halfway to_grid(Pair r, uint64_t is_negated)
{
    uint64_t sign = bits_of(r.high) & SIGN_BIT;
    double h = fabs(r.high), t = h * 128 + ROUNDER;
    uint64_t nearest = bits_of(t) & 0x1ff;
    uint64_t is_far = (uint64_t)((int64_t)(23 - nearest) >> 63);  // all bits; a condition would be two ways, and no vectors
    double point = from_bits(bits_of((t - ROUNDER) * 0x1p-7) & is_far);
    return (Halfway){h - point, from_bits((nearest & is_far) | (sign ^ is_negated << 63)), from_bits(bits_of(r.low) ^ sign)};
}

// The sine of what to_grid has split.
ALWAYS double sin_last(Halfway h)
{
    uint64_t j = bits_of(h.k) & 0x1ff;
    double d = h.x, z = d * d;
    double s = TABLE_SIN_HIGH[j], c = TABLE_COS[j], p = c * d, sum = s + p;
    const double *k = POLY_SIN_NEAR;
    double odd = (k[0] + k[1] * z) + z * z * ((k[2] + k[3] * z) + z * z * k[4]);  // in this order there is less to wait for
    double even = z * POLY(COS_NEAR, z);
    double rest = c * (d * (z * odd) + h.low) - s * (even + d * h.low) + TABLE_SIN_LOW[j];
    double y = sum + (((s - sum) + p) + rest);
    return from_bits(bits_of(y) ^ (bits_of(h.k) & SIGN_BIT));
}

#define EVEN_ROUNDER 0x1.8p53  // added to a small number, its lowest bits hold half the nearest even number

ALWAYS Halfway md_sin_first(double x)
{
    double t = x * 0x1.45f306dc9c883p-1 + EVEN_ROUNDER;
    return to_grid(less_quarters(x, t - EVEN_ROUNDER), bits_of(t));
}

// Of what is a quarter turn more.
ALWAYS Halfway md_cos_first(double x)
{
    double t = (x * 0x1.45f306dc9c883p-1 - 1) + EVEN_ROUNDER;
    return to_grid(less_quarters(x, (t - EVEN_ROUNDER) + 1), bits_of(t) + 1);
}

ALWAYS double md_sin(double x) { return sin_last(md_sin_first(x)); }
ALWAYS double md_cos(double x) { return sin_last(md_cos_first(x)); }

// 2^(n/128) is 2^(n div 128), exact, times one of the table.
ALWAYS Halfway md_exp_first(double x)
{
    double t = x * 0x1.71547652b82fep+7 + ROUNDER, n = t - ROUNDER;
    return (Halfway){(x - n * 0x1.62e42fef80000p-8) - n * 0x1.1cf79abc9e3b4p-43, t, 0};
}

ALWAYS double md_exp_last(Halfway h)
{
    double r = h.x;
    uint64_t j = bits_of(h.k) & 127;
    double p = TABLE_EXP_HIGH[j], rest = p * (r + r * r * POLY_PAIRS(EXP_NEAR, r)) + TABLE_EXP_LOW[j];
    return scale(p + rest, bits_of(h.k) >> 7);
}

ALWAYS double md_exp(double x) { return md_exp_last(md_exp_first(x)); }

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
