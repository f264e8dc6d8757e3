// Real numbers to integers as the x86 instructions give them: cut towards zero; out of range and NaN are the type's smallest
// number. To unsigned ones by way of a wider type, so 300. is byte 44 and -1. is 65535U. Results in the language, and the only
// way from a real number of unknown size to an integer in C: a plain cast is undefined out of range.
#ifndef HELIO_KERN_TRUNCATE_H
#define HELIO_KERN_TRUNCATE_H

#include <stdint.h>

#ifdef __x86_64__
// The cast is the instruction.
#define TRUNCATE_(name, F, I, lowest, above) \
    __attribute__((no_sanitize("float-cast-overflow"))) static inline I name(F x) { return (I)x; }
#else
#define TRUNCATE_(name, F, I, lowest, above) \
    static inline I name(F x) { return x >= (lowest) && x < (above) ? (I)x : (I)(lowest); }
#endif

TRUNCATE_(truncate_float_i32, float, int32_t, -0x1p31f, 0x1p31f)
TRUNCATE_(truncate_float_i64, float, int64_t, -0x1p63f, 0x1p63f)
TRUNCATE_(truncate_double_i64, double, int64_t, -0x1p63, 0x1p63)
#ifdef __x86_64__
TRUNCATE_(truncate_double_i32, double, int32_t, 0, 0)
#else
static inline int32_t truncate_double_i32(double x) { return x > -0x1p31 - 1 && x < 0x1p31 ? (int32_t)x : INT32_MIN; }
#endif
#undef TRUNCATE_

#define truncate_i32(x) _Generic((x), float: truncate_float_i32, default: truncate_double_i32)(x)
#define truncate_i64(x) _Generic((x), float: truncate_float_i64, default: truncate_double_i64)(x)

// What the x86 instruction sequence gives: 0 at 2^64 and above, 2^63 for NaN and far below zero. An integer vector
// instruction of v4 would saturate instead.
static inline uint64_t truncate_u64(double x)
{
    const double half = 0x1p63;
    if (x >= half) return x < 2 * half ? (uint64_t)(int64_t)(x - half) ^ (uint64_t)1 << 63 : 0;
    return x > -half ? (uint64_t)(int64_t)x : (uint64_t)1 << 63;
}

#endif
