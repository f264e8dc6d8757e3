// The least and the greatest of many numbers. Compiled once per instruction set.
#include "kern/isa.h"

#include <stdbool.h>

// LANES results side by side, which the compiler keeps in a few vector registers. Comparisons with NaN are false: a NaN in
// *lowest or *highest stays, others are passed over. Of equal elements the first counts: a zero keeps its sign.
#define WIDEN(T, NAME)                                                                                   \
    static T first_##NAME(const T *p, size_t n, T x)                                                      \
    {                                                                                                     \
        if (x != 0) return x;                                                                             \
        for (size_t i = 0; i < n; i++) {                                                                  \
            if (p[i] == x) return p[i];                                                                   \
        }                                                                                                 \
        return x;                                                                                         \
    }                                                                                                     \
    static bool widen_##NAME(void *lowest, void *highest, const void *data, size_t n)                     \
    {                                                                                                     \
        enum { LANES = 256 / sizeof(T) };                                                                 \
        const T *p = data, low = *(T *)lowest, high = *(T *)highest;                                      \
        T min[LANES], max[LANES];                                                                         \
        size_t i = 0;                                                                                     \
        for (int k = 0; k < LANES; k++) min[k] = low, max[k] = high;                                      \
        for (; i + LANES <= n; i += LANES) {                                                              \
            for (int k = 0; k < LANES; k++) min[k] = p[i + k] < min[k] ? p[i + k] : min[k];               \
            for (int k = 0; k < LANES; k++) max[k] = p[i + k] > max[k] ? p[i + k] : max[k];               \
        }                                                                                                 \
        for (; i < n; i++) {                                                                              \
            min[0] = p[i] < min[0] ? p[i] : min[0];                                                       \
            max[0] = p[i] > max[0] ? p[i] : max[0];                                                       \
        }                                                                                                 \
        _Pragma("GCC unroll 8")                                                                           \
        for (int half = LANES / 2; half; half /= 2) {                                                     \
            for (int k = 0; k < half; k++) min[k] = min[k + half] < min[k] ? min[k + half] : min[k];      \
            for (int k = 0; k < half; k++) max[k] = max[k + half] > max[k] ? max[k + half] : max[k];      \
        }                                                                                                 \
        if (min[0] < low) *(T *)lowest = first_##NAME(p, n, min[0]);                                      \
        if (max[0] > high) *(T *)highest = first_##NAME(p, n, max[0]);                                    \
        return min[0] < low || max[0] > high;                                                             \
    }
WIDEN(uint8_t, BYTE)
WIDEN(int16_t, INT)
WIDEN(uint16_t, UINT)
WIDEN(int32_t, LONG)
WIDEN(uint32_t, ULONG)
WIDEN(int64_t, LONG64)
WIDEN(uint64_t, ULONG64)
WIDEN(float, FLOAT)
WIDEN(double, DOUBLE)

#define ROW(NAME) [T_##NAME] = widen_##NAME
const KernWiden ISA_NAME(kern_widen_table)[T_COUNT] = {ROW(BYTE),  ROW(INT),    ROW(UINT),    ROW(LONG),  ROW(ULONG),
                                                       ROW(LONG64), ROW(ULONG64), ROW(FLOAT), ROW(DOUBLE)};
