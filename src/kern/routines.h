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

// Linear interpolation in a field of size[0] * size[1] * ... elements (below 2^31) at n places, which are moved to the nearest
// inside it.
typedef void (*KernLinear)(double *out, const void *field, const int32_t *size, const double *const *place, size_t n);
// The same by cubic convolution with parameter a.
typedef void (*KernCubic)(double *out, const void *field, const int32_t *size, const double *const *place, double a, size_t n);

// Windows of nrows times width elements without NaN, that of result i from row[0][i] on. With an even number of elements
// `extra` is one more: infinity makes the upper of the middle two the median, minus infinity the lower.
typedef struct KernWindow {
    const void *const *row;
    size_t nrows, width;  // at most MEDIAN_MOST elements
    double extra;
} KernWindow;
enum { SUM_BYTES_MOST = 1 << 24 };
enum { MEDIAN_MOST = 81, MEDIAN_LEAST = 32 };

typedef struct KernRoutines {
    void (*scale_bytes)(uint8_t *out, const double *x, size_t n, const ByteScale *s);
    // x - low towards zero; -1 for what is not between low and high.
    void (*unit_bins)(int32_t *bin, const double *x, size_t n, double low, double high);
    // (x - low) / size towards zero; -1 for what is not between low and high, and from count on.
    void (*bins)(int32_t *bin, const double *x, size_t n, double low, double high, double size, int32_t count);
    // The last knot that sign * x[i] does not lie before (an equal knot lies before where takes_equal); -1: before all; NaN
    // lies behind all. n at most LOCATE_PIECE.
    void (*locate)(int64_t *at, const double *x, size_t n, const KernBuckets *k);
    // On the line through knots at[i] and at[i] + 1: n values. Indices below 2^31.
    void (*on_lines)(double *out, const double *x, const int32_t *at, size_t n, const double *knot_x, const double *knot_y);
    // Sums, in 16 lanes (element i in lane i mod 16) that are added in halves at the end, then what is left over; below 64
    // elements one by one. Of at most SUM_BYTES_MOST bytes.
    float (*sum_floats)(const float *p, size_t n);
    double (*sum_doubles)(const double *p, size_t n);
    uint32_t (*sum_bytes)(const uint8_t *p, size_t n);
    // out[i]: the sum of in[i] .. in[i + width - 1]; of element i of all rows, one of which out may be; of in[i + offset[k]] *
    // weight[k].
    void (*sum_along)(double *out, const double *in, size_t n, size_t width);
    void (*sum_rows)(double *out, const double *const *row, size_t nrows, size_t n);
    void (*weigh)(double *out, const double *in, size_t n, const int64_t *offset, const double *weight, size_t taps);
    // Elements of 4 and of 8 bytes: to[y * row + x] = from[x * sx + y * sy] for x below nx, y below ny; sy is 1 or -1.
    void (*turn[2])(void *to, int64_t row, const void *from, int64_t sx, int64_t sy, int64_t nx, int64_t ny);
    // n medians, at least MEDIAN_LEAST; by type (FLOAT, DOUBLE).
    void (*medians[2])(void *out, const KernWindow *w, size_t n);
    // (x - low) * scale, at most count - 1. x is not below low.
    void (*classes)(int32_t *to, const double *x, size_t n, double low, double scale, int32_t count);
    // The Mersenne Twister: the next 624 words in place of the last; words made even; words as numbers in [0, 1).
    void (*twist)(uint32_t *word);
    void (*temper)(uint32_t *out, const uint32_t *word, size_t n);
    void (*unit_floats)(float *out, const uint32_t *word, size_t n);
    // By type (FLOAT, DOUBLE) and dimensions - 1.
    KernLinear linear[2][3];
    KernCubic cubic[2][2];
} KernRoutines;

const KernRoutines *kern_routines(void);

#endif
