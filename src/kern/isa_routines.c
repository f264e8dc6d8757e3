// Loops of single routines, and their table (kern/routines.h). Compiled once per instruction set.
#include "kern/isa.h"

#include <math.h>
#include <string.h>

// --- BYTSCL ---------------------------------------------------------------------------------------------------------

enum { SCALE_PIECE = 256 };

static inline uint8_t scaled(double p, double x, const ByteScale *s)
{
    x = p >= s->high ? s->top : x > s->top ? s->top : x;
    return (uint8_t)(int32_t)(p > s->low ? (x > 0 ? x : 0) : 0);
}

// By the reciprocal, which is off by less than 1e-12: true when no quotient was that near to an integer.
static bool scale_quickly(uint8_t *out, const double *p, size_t n, ByteScale s)
{
    const double reciprocal = 1 / s.range, magic = 6755399441055744.0;  // 1.5 * 2^52: adding it rounds
    int64_t near = 0;
    for (size_t i = 0; i < n; i++) {
        double x = (s.factor * (p[i] - s.low) - s.less) * reciprocal;
        double part = fabs(x - ((x + magic) - magic));
        near |= part >= 1e-12 ? 0 : 1;
        out[i] = scaled(p[i], x, &s);
    }
    return !near;
}

static void scale_bytes(uint8_t *out, const double *p, size_t n, const ByteScale *scale)
{
    ByteScale s = *scale;
    for (size_t at = 0; at < n; at += SCALE_PIECE) {
        size_t m = n - at < SCALE_PIECE ? n - at : SCALE_PIECE;
        if (scale_quickly(out + at, p + at, m, s)) continue;
        for (size_t i = at; i < at + m; i++) {
            double x = (s.factor * (p[i] - s.low) - s.less) / s.range;
            out[i] = scaled(p[i], x, &s);
        }
    }
}

// --- HIST_2D --------------------------------------------------------------------------------------------------------

static void unit_bins(int32_t *bin, const double *x, size_t n, double low, double high)
{
    for (size_t i = 0; i < n; i++) {
        bool inside = (x[i] >= low) & (x[i] <= high);
        bin[i] = (int32_t)(inside ? x[i] - low : -1);
    }
}

// --- Searching --------------------------------------------------------------------------------------------------------

// Step by step for all, which needs no branches that depend on the numbers.
static void locate(int64_t *at, const double *x, size_t n, const KernBuckets *k)
{
    const double *knot = k->knot, low = k->low, scale = k->scale, sign = k->sign, top = k->buckets - 1;
    const int32_t *start = k->start, last = k->knots - 1;
    int32_t pos[LOCATE_PIECE], end[LOCATE_PIECE];
    for (size_t i = 0; i < n; i++) {
        double b = (sign * x[i] - low) * scale;
        int32_t bucket = (int32_t)(b < top ? (b > 0 ? b : 0) : top);
        pos[i] = start[bucket];
        end[i] = start[bucket + 1];
    }
    for (int32_t step = 0; step < k->deepest; step++) {
        if (k->takes_equal) {
            for (size_t i = 0; i < n; i++) {
                double y = knot[pos[i] < last ? pos[i] : last];
                pos[i] += pos[i] < end[i] ? (sign * x[i] <= y ? 0 : 1) : 0;
            }
        } else {
            for (size_t i = 0; i < n; i++) {
                double y = knot[pos[i] < last ? pos[i] : last];
                pos[i] += pos[i] < end[i] ? (sign * x[i] < y ? 0 : 1) : 0;
            }
        }
    }
    for (size_t i = 0; i < n; i++) at[i] = pos[i] - 1;
}

// --- INTERPOL -------------------------------------------------------------------------------------------------------

static void on_lines(double *out, const double *x, const int32_t *at, size_t n, const double *kx, const double *ky)
{
    for (size_t i = 0; i < n; i++) {
        double x0 = kx[at[i]], x1 = kx[at[i] + 1], y0 = ky[at[i]], y1 = ky[at[i] + 1];
        out[i] = y0 + (x[i] - x0) * (y1 - y0) / (x1 - x0);
    }
}

// --- INTERPOLATE ------------------------------------------------------------------------------------------------------

#define INSIDE(x, last) (!((x) > 0) ? 0 : (x) > (last) ? (last) : (x))
#define T float
#define TN FLOAT
#include "kern/linear.tmpl.h"
#define T double
#define TN DOUBLE
#include "kern/linear.tmpl.h"

// --- RANDOMU ----------------------------------------------------------------------------------------------------------

#include "kern/twister.tmpl.h"

// --- SMOOTH, CONVOL ---------------------------------------------------------------------------------------------------

#include "kern/windows.tmpl.h"

// --- MEDIAN -----------------------------------------------------------------------------------------------------------

#define T float
#define TN FLOAT
#include "kern/select.tmpl.h"
#define T double
#define TN DOUBLE
#include "kern/select.tmpl.h"

// Classes of equal width from `low` on; what rounding puts behind the last belongs to it.
static void classes(int32_t *to, const double *x, size_t n, double low, double scale, int32_t count)
{
    const double top = count - 1;
    for (size_t i = 0; i < n; i++) {
        double k = (x[i] - low) * scale;
        to[i] = (int32_t)(k < top ? k : top);
    }
}

const KernRoutines ISA_NAME(kern_routine_table) = {
    .scale_bytes = scale_bytes,
    .unit_bins = unit_bins,
    .locate = locate,
    .on_lines = on_lines,
    .sum_along = sum_along,
    .sum_rows = sum_rows,
    .weigh = weigh,
    .medians = {medians_FLOAT, medians_DOUBLE},
    .classes = classes,
    .twist = twist,
    .temper = temper,
    .unit_floats = unit_floats,
    .linear = {{linear1_FLOAT, linear2_FLOAT, linear3_FLOAT}, {linear1_DOUBLE, linear2_DOUBLE, linear3_DOUBLE}},
};
