// What the elementary functions share: bits of doubles, rounding, polynomials. Only additions, multiplications, divisions and
// square roots of IEEE, in an order that is written out (no fused multiply-add): every instruction set gives the same bits,
// in a vector and alone.
#ifndef HELIO_KERN_MATH_BITS_H
#define HELIO_KERN_MATH_BITS_H

#include "kern/math_poly.h"

#include <math.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#define ALWAYS static inline __attribute__((always_inline))
#define NOINLINE __attribute__((noinline))

#define SIGN_BIT 0x8000000000000000u
#define ROUNDER 0x1.8p52  // added to a small number, its lowest bits hold the nearest whole number

ALWAYS uint64_t bits_of(double x)
{
    uint64_t b;
    memcpy(&b, &x, sizeof b);
    return b;
}

ALWAYS double from_bits(uint64_t b)
{
    double x;
    memcpy(&x, &b, sizeof x);
    return x;
}

ALWAYS double with_sign(double magnitude, double sign) { return from_bits(bits_of(magnitude) | (bits_of(sign) & SIGN_BIT)); }
// a where the condition (0 or 1) holds, else b: by bits, so that no compiler makes two computations of it and drops one, whose
// division by zero would be reported.
ALWAYS double pick(int condition, double a, double b)
{
    uint64_t mask = 0 - (uint64_t)condition;
    return from_bits((bits_of(a) & mask) | (bits_of(b) & ~mask));
}

// Negated where the lowest bit of n is set.
ALWAYS double negate_if_odd(double x, uint64_t n) { return from_bits(bits_of(x) ^ n << 63); }
// x * 2^n, where neither that nor x is subnormal; n counts from any multiple of 2^12.
ALWAYS double scale(double x, uint64_t n) { return from_bits(bits_of(x) + (n << 52)); }

// Conditions on bits, since comparing a NaN would count as a math error.
ALWAYS int is_within(double x, double limit) { return (int64_t)(bits_of(x) & ~SIGN_BIT) <= (int64_t)bits_of(limit); }
ALWAYS int is_between(double x, double least, double greatest)  // positive limits
{
    return (int64_t)bits_of(x) >= (int64_t)bits_of(least) && (int64_t)bits_of(x) <= (int64_t)bits_of(greatest);
}
// Zero, or at least so much in magnitude: a function that is nearly x itself loses bits (an underflow) below the normal numbers.
ALWAYS int is_not_below(double x, double least) { return (bits_of(x) << 1) - 1 >= (bits_of(least) << 1) - 1; }

// Where a function holds: of a magnitude between these, or zero; of positive numbers only.
typedef struct MathRange {
    double least, most;
    bool is_positive;
} MathRange;

ALWAYS int is_inside(double x, MathRange r)
{
    if (r.is_positive) return is_between(x, r.least, r.most);
    return is_within(x, r.most) && (r.least == 0 || is_not_below(x, r.least));
}

#define MOST_FLOAT INT32_MAX
#define MOST_DOUBLE INT64_MAX
ALWAYS int64_t bits_DOUBLE(double x) { return (int64_t)bits_of(x); }
ALWAYS int32_t bits_FLOAT(float x)
{
    int32_t b;
    memcpy(&b, &x, sizeof b);
    return b;
}

// What the first half of a function leaves to the second.
typedef struct Halfway {
    double x, k, low;
} Halfway;

ALWAYS double poly(const double *c, int n, double z)
{
    double y = c[n - 1];
    for (int i = n - 2; i >= 0; i--) y = y * z + c[i];
    return y;
}

// By pairs, which need not wait for each other.
ALWAYS double poly_pairs(const double *c, int n, double z)
{
    double z2 = z * z, y = n % 2 ? c[n - 1] : c[n - 2] + c[n - 1] * z;
    for (int i = n % 2 ? n - 3 : n - 4; i >= 0; i -= 2) y = y * z2 + (c[i] + c[i + 1] * z);
    return y;
}
#define POLY_SIZE(name) (int)(sizeof POLY_##name / sizeof POLY_##name[0])
#define POLY(name, z) poly(POLY_##name, POLY_SIZE(name), z)
#define POLY_PAIRS(name, z) poly_pairs(POLY_##name, POLY_SIZE(name), z)

// x = 2^k * m with m in [sqrt(1/2), sqrt(2)); x is positive, finite, and not subnormal.
ALWAYS double split_exponent(double x, double *k)
{
    const uint64_t root_half = 0x3FE6A09E667F3BCDu, one = 0x3FF0000000000000u;
    uint64_t b = bits_of(x) + (one - root_half);
    *k = from_bits(b >> 52 | 0x4330000000000000u) - (0x1p52 + 1023);
    return from_bits((b & 0x000FFFFFFFFFFFFFu) + root_half);
}

#endif
