// Loops of single routines, and their table (kern/routines.h). Compiled once per instruction set.
#include "kern/isa.h"

#include <math.h>
#include <string.h>

// Loads one by one: many processors do them faster than their gather instructions, which the compiler would choose.
enum { LINEAR_LANES = 128 };
#define LOAD(to, from)                        \
    do {                                      \
        (to)[i] = from;                       \
        __asm__ volatile("" : : : "memory"); \
    } while (0)

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
    if (!(fabs(reciprocal) > 1e-300 && fabs(reciprocal) < 1e300)) return false;
    int64_t least = INT64_MAX;  // bits of the least distance, which are in order; those of NaN are great
    for (size_t i = 0; i < n; i++) {
        double x = (s.factor * (p[i] - s.low) - s.less) * reciprocal;
        double part = fabs(x - ((x + magic) - magic));
        int64_t bits;
        memcpy(&bits, &part, sizeof bits);
        least = bits < least ? bits : least;
        out[i] = scaled(p[i], x, &s);
    }
    return least >= 0x3d719799812dea11;  // 1e-12
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

// --- TOTAL -----------------------------------------------------------------------------------------------------------

#define SUM(T, NAME)                                                                            \
    static T sum_##NAME(const T *p, size_t n)                                                   \
    {                                                                                           \
        enum { LANES = 16 };                                                                    \
        T lane[LANES] = {0}, total = 0;                                                         \
        size_t i = 0;                                                                           \
        if (n >= 64) {                                                                          \
            for (; i + LANES <= n; i += LANES) {                                                \
                for (int k = 0; k < LANES; k++) lane[k] += p[i + k];                            \
            }                                                                                   \
            _Pragma("GCC unroll 4")                                                             \
            for (int half = LANES / 2; half; half /= 2) {                                       \
                for (int k = 0; k < half; k++) lane[k] += lane[k + half];                       \
            }                                                                                   \
            total = lane[0];                                                                    \
        }                                                                                       \
        for (; i < n; i++) total += p[i];                                                       \
        return total;                                                                           \
    }
SUM(float, floats)
SUM(double, doubles)

static uint32_t sum_bytes(const uint8_t *p, size_t n)
{
    enum { LANES = 64, PIECE = 512 };  // lanes of 16 bits have room for a piece
    uint32_t total = 0;
    size_t i = 0;
    for (; i + PIECE <= n; i += PIECE) {
        uint16_t lane[LANES] = {0};
        for (size_t j = i; j < i + PIECE; j += LANES) {
            for (int k = 0; k < LANES; k++) lane[k] += p[j + (size_t)k];
        }
        for (int k = 0; k < LANES; k++) total += lane[k];
    }
    for (; i < n; i++) total += p[i];
    return total;
}

// --- HIST_2D --------------------------------------------------------------------------------------------------------

static void unit_bins(int32_t *bin, const double *x, size_t n, double low, double high)
{
    for (size_t i = 0; i < n; i++) {
        bool inside = (x[i] >= low) & (x[i] <= high);
        bin[i] = (int32_t)(inside ? x[i] - low : -1);
    }
}

// --- HISTOGRAM ------------------------------------------------------------------------------------------------------

static void bins(int32_t *bin, const double *x, size_t n, double low, double high, double size, int32_t count)
{
    for (size_t i = 0; i < n; i++) {
        bool inside = (x[i] >= low) & (x[i] <= high);
        double k = (x[i] - low) / size;
        bin[i] = (int32_t)(inside & (k < count) ? k : -1);
    }
}

// --- Searching --------------------------------------------------------------------------------------------------------

enum { LOCATE_SOME = 64 };

// Step by step for all, which needs no branches that depend on the numbers.
static void locate_some(int64_t *at, const double *x, size_t n, const KernBuckets *k)
{
    const double *knot = k->knot, low = k->low, scale = k->scale, sign = k->sign, top = k->buckets - 1;
    const int32_t *start = k->start, last = k->knots - 1;
    int32_t pos[LOCATE_SOME], end[LOCATE_SOME];
    double y[LOCATE_SOME];
    for (size_t i = 0; i < n; i++) {
        double b = (sign * x[i] - low) * scale;
        pos[i] = (int32_t)(b < top ? (b > 0 ? b : 0) : top);
    }
    for (size_t i = 0; i < n; i++) {
        const int32_t *here = start + pos[i];
        LOAD(pos, here[0]);
        LOAD(end, here[1]);
    }
    for (int32_t step = 0; step < k->deepest; step++) {
        for (size_t i = 0; i < n; i++) LOAD(y, knot[pos[i] < last ? pos[i] : last]);
        if (k->takes_equal) {
            for (size_t i = 0; i < n; i++) pos[i] += pos[i] < end[i] ? (sign * x[i] <= y[i] ? 0 : 1) : 0;
        } else {
            for (size_t i = 0; i < n; i++) pos[i] += pos[i] < end[i] ? (sign * x[i] < y[i] ? 0 : 1) : 0;
        }
    }
    for (size_t i = 0; i < n; i++) at[i] = pos[i] - 1;
}

// Whether all lie in the interval behind knot `before`.
static bool all_behind(const double *x, size_t n, const KernBuckets *k, int64_t before)
{
    double low = before < 0 ? -INFINITY : k->knot[before], high = before + 1 < k->knots ? k->knot[before + 1] : INFINITY;
    double sign = k->sign;
    int out = 0;
    if (k->takes_equal) {
        for (size_t i = 0; i < n; i++) out |= !(sign * x[i] > low) | !(sign * x[i] <= high);
    } else {
        for (size_t i = 0; i < n; i++) out |= !(sign * x[i] >= low) | !(sign * x[i] < high);
    }
    return !out;
}

// Numbers in order lie in the interval of those before them for long.
static void locate(int64_t *at, const double *x, size_t n, const KernBuckets *k)
{
    for (size_t done = 0; done < n; done += LOCATE_SOME) {
        size_t m = n - done < LOCATE_SOME ? n - done : LOCATE_SOME;
        if (done && all_behind(x + done, m, k, at[done - 1])) {
            for (size_t i = 0; i < m; i++) at[done + i] = at[done - 1];
        } else {
            locate_some(at + done, x + done, m, k);
        }
    }
}

// --- INTERPOL -------------------------------------------------------------------------------------------------------

static void on_lines(double *out, const double *x, const int32_t *at, size_t n, const double *kx, const double *ky)
{
    double x0[LINEAR_LANES], x1[LINEAR_LANES], y0[LINEAR_LANES], y1[LINEAR_LANES];
    for (size_t done = 0; done < n; done += LINEAR_LANES) {
        size_t m = n - done < LINEAR_LANES ? n - done : LINEAR_LANES;
        for (size_t i = 0; i < m; i++) {
            const double *kn = kx + at[done + i], *of = ky + at[done + i];
            LOAD(x0, kn[0]);
            LOAD(x1, kn[1]);
            LOAD(y0, of[0]);
            LOAD(y1, of[1]);
        }
        for (size_t i = 0; i < m; i++) out[done + i] = y0[i] + (x[done + i] - x0[i]) * (y1[i] - y0[i]) / (x1[i] - x0[i]);
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

enum { CUBIC_LANES = 64 };

// The elements of one dimension that places mix, and how much of each: those of a place on an element but itself have no weight.
typedef struct CubicTaps {
    int32_t at[4][CUBIC_LANES];
    double weight[4][CUBIC_LANES];
} CubicTaps;

// Of an element at a distance of up to one, and of up to two.
static inline double near_weight(double a, double d) { return ((a + 2) * d - (a + 3)) * d * d + 1; }
static inline double far_weight(double a, double d) { return ((a * d - 5 * a) * d + 8 * a) * d - 4 * a; }

static inline void cubic_taps(CubicTaps *t, const double *place, size_t m, int32_t size, double a)
{
    const double last = size - 1;
    for (size_t i = 0; i < m; i++) {
        double u = INSIDE(place[i], last);
        int32_t low = (int32_t)u, top = size - 1;
        double d = u - low;
        bool between = d > 0;
        t->at[0][i] = low > 0 ? low - 1 : 0;
        t->at[1][i] = low;
        t->at[2][i] = low + 1 < top ? low + 1 : top;
        t->at[3][i] = low + 2 < top ? low + 2 : top;
        t->weight[0][i] = between ? far_weight(a, 1 + d) : 0;
        t->weight[1][i] = between ? near_weight(a, d) : 1;
        t->weight[2][i] = between ? near_weight(a, 1 - d) : 0;
        t->weight[3][i] = between ? far_weight(a, 2 - d) : 0;
    }
}

#define T float
#define TN FLOAT
#include "kern/cubic.tmpl.h"
#define T double
#define TN DOUBLE
#include "kern/cubic.tmpl.h"

// --- RANDOMU ----------------------------------------------------------------------------------------------------------

#include "kern/twister.tmpl.h"

// --- SMOOTH, CONVOL ---------------------------------------------------------------------------------------------------

#include "kern/windows.tmpl.h"

// --- TRANSPOSE --------------------------------------------------------------------------------------------------------

#define T uint32_t
#define S int32_t
#define TN 4
#include "kern/turn.tmpl.h"
#define T uint64_t
#define S int64_t
#define TN 8
#include "kern/turn.tmpl.h"

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
    .bins = bins,
    .locate = locate,
    .on_lines = on_lines,
    .sum_floats = sum_floats,
    .sum_doubles = sum_doubles,
    .sum_bytes = sum_bytes,
    .sum_along = sum_along,
    .sum_rows = sum_rows,
    .weigh = weigh,
    .medians = {medians_FLOAT, medians_DOUBLE},
    .classes = classes,
    .turn = {turn_4, turn_8},
    .twist = twist,
    .temper = temper,
    .unit_floats = unit_floats,
    .linear = {{linear1_FLOAT, linear2_FLOAT, linear3_FLOAT}, {linear1_DOUBLE, linear2_DOUBLE, linear3_DOUBLE}},
    .cubic = {{cubic1_FLOAT, cubic2_FLOAT}, {cubic1_DOUBLE, cubic2_DOUBLE}},
};
