// Loops of single routines (BYTSCL, INTERPOLATE, RANDOMU, ...) that profit from wide registers: compiled once per
// instruction set like the operators, and reached by kern_routines()->NAME. No loop here reports anything.
#ifndef HELIO_KERN_ROUTINES_H
#define HELIO_KERN_ROUTINES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// (factor * (x - low) - less) / range towards zero, at most `top`; what is not above `low` (NaN too) gives 0, from `high`
// on `top`.
typedef struct ByteScale {
    double low, high, factor, less, range, top;
} ByteScale;

// Rising knots in buckets: bucket min(max((y - low) * scale, 0), buckets - 1) of y holds the knots from start[bucket] to
// start[bucket + 1] - 1.
typedef struct KernBuckets {
    const double *knot;
    const int32_t *start;
    int32_t knots, buckets, deepest;  // deepest: knots of the fullest bucket
    bool takes_equal;
    double low, scale, sign;
} KernBuckets;
enum { LOCATE_PIECE = 512 };

typedef struct KernRoutines {
    void (*scale_bytes)(uint8_t *out, const double *x, size_t n, const ByteScale *s);
    // x - low towards zero; -1 for what is not between low and high.
    void (*unit_bins)(int32_t *bin, const double *x, size_t n, double low, double high);
    // The last knot that sign * x[i] does not lie before (an equal knot lies before where takes_equal); -1: before all; NaN
    // lies behind all. n at most LOCATE_PIECE.
    void (*locate)(int64_t *at, const double *x, size_t n, const KernBuckets *k);
    // On the line through knots at[i] and at[i] + 1: n values. Indices below 2^31.
    void (*on_lines)(double *out, const double *x, const int32_t *at, size_t n, const double *knot_x, const double *knot_y);
} KernRoutines;

const KernRoutines *kern_routines(void);

#endif
