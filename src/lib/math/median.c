// MEDIAN: of everything or along a dimension; the filter is in lib/math/median_filter.c. Values are compared in DOUBLE, which
// holds every FLOAT; NaN counts as missing. Start reading at fn_median.
#include "kern/kern.h"
#include "kern/routines.h"
#include "lib/array/axis.h"
#include "lib/format/convert.h"
#include "lib/math/median_filter.h"

#include <math.h>
#include <string.h>

#define MEDIAN_KEYWORDS(K, R) K(R, DIMENSION, "=value") K(R, DOUBLE, FLAG) K(R, EVEN, FLAG)
KEYWORDS(MEDIAN)

// Puts the element of rank k (0: smallest) of p[0..n-1] at p[k], smaller ones before it, larger ones behind.
static double select_few(double *p, int64_t n, int64_t k)
{
    int64_t low = 0, high = n - 1;
    while (low < high) {
        double pivot = p[low + (high - low) / 2];
        int64_t i = low, j = high;
        while (i <= j) {
            while (p[i] < pivot) i++;
            while (p[j] > pivot) j--;
            if (i > j) break;
            double swapped = p[i];
            p[i++] = p[j];
            p[j--] = swapped;
        }
        if (k <= j) high = j;
        else if (k >= i) low = i;
        else break;
    }
    return p[k];
}

enum { CLASSES = 2048, MANY = 4 * CLASSES, SOME = 512 };

// Of many numbers, the class that holds rank *k: its members go to `room`, *k becomes the rank among them. Returns how many
// there are; 0: there are no classes.
static int64_t narrow(const double *p, int64_t n, int64_t *k, double *room)
{
    int32_t class[SOME];
    int64_t times[CLASSES] = {0}, before = 0, kept = 0, wanted = 0;
    double low = p[0], high = p[0];
    kern_widen(T_DOUBLE)(&low, &high, p, (size_t)n);
    double scale = CLASSES / (high - low);
    if (!(high > low) || !isfinite(scale) || !(scale > 0)) return 0;
    for (int64_t at = 0; at < n; at += SOME) {
        int64_t m = n - at < SOME ? n - at : SOME;
        kern_routines()->classes(class, p + at, (size_t)m, low, scale, CLASSES);
        for (int64_t i = 0; i < m; i++) times[class[i]]++;
    }
    while (before + times[wanted] <= *k) before += times[wanted++];
    for (int64_t at = 0; at < n; at += SOME) {
        int64_t m = n - at < SOME ? n - at : SOME;
        kern_routines()->classes(class, p + at, (size_t)m, low, scale, CLASSES);
        for (int64_t i = 0; i < m; i++) {
            if (class[i] == wanted) room[kept++] = p[at + i];
        }
    }
    *k -= before;
    return kept;
}

// The element of rank k of p[0..n-1]; `room` is for n numbers.
static double select_rank(const double *p, int64_t n, int64_t k, double *room)
{
    int64_t kept = n >= MANY ? narrow(p, n, &k, room) : 0;
    if (!kept) {
        memcpy(room, p, (size_t)n * sizeof *p);
        kept = n;
    }
    return select_few(room, kept, k);
}

// The median of p[0..n-1], which loses its NaNs: element n/2, or with `even` the mean of the middle two.
double median_of(double *p, int64_t n, bool even, double *room)
{
    int64_t kept = 0;
    for (int64_t i = 0; i < n; i++) {
        double x = p[i];
        p[kept] = x;
        kept += x == x;
    }
    if (!kept) return NAN;
    double upper = select_rank(p, kept, kept / 2, room);
    if (!even || kept % 2) return upper;
    return (select_rank(p, kept, kept / 2 - 1, room) + upper) / 2;
}

// --- Whole arrays and dimensions ------------------------------------------------------------------------------------

static double get(const void *p, TypeCode t) { return t == T_DOUBLE ? *(const double *)p : *(const float *)p; }

static void put(void *out, TypeCode t, int64_t i, double x)
{
    if (t == T_DOUBLE) ((double *)out)[i] = x;
    else ((float *)out)[i] = (float)x;
}

// MEDIAN(Array [, Width] [, DIMENSION=n] [, /DOUBLE] [, /EVEN]): FLOAT, or DOUBLE for double-precision input; a filter of
// BYTEs gives BYTEs. Manual: MEDIAN.
static void fn_median(Call *c)
{
    const Val *v = call_arg(c, 0);
    if (v->type != T_STRING) axis_need_numeric(c, v, 0);
    bool wide = v->type == T_DOUBLE || v->type == T_DCOMPLEX || call_kw_set(c, KW_MEDIAN_DOUBLE);
    TypeCode t = wide ? T_DOUBLE : T_FLOAT;
    call_hush_math(c);  // nothing is computed but a mean of two
    if (c->argc > 1) {
        median_filter(c, v, t, call_kw_set(c, KW_MEDIAN_EVEN));
        return;
    }
    Axis x = axis_of(c, v, call_kw_int(c, KW_MEDIAN_DIMENSION, 0));
    const Val *w = call_convert(c, v, t);
    const char *p = val_data_peek(w);
    size_t size = type_size(t);
    double *row = call_scratch(c, (size_t)x.len * sizeof *row), *room = call_scratch(c, (size_t)x.len * sizeof *room);
    void *out;
    Val *cell = axis_reduced(c, v, &x, t, &out);
    bool even = call_kw_set(c, KW_MEDIAN_EVEN);
    KernUnary convert = kern_convert(T_DOUBLE, t);
    for (int64_t o = 0; o < x.outer; o++) {
        for (int64_t i = 0; i < x.inner; i++) {
            const char *from = p + (size_t)(o * x.len * x.inner + i) * size;
            if (x.inner == 1) convert(row, from, (size_t)x.len);
            else for (int64_t j = 0; j < x.len; j++) row[j] = get(from + (size_t)(j * x.inner) * size, t);
            put(out, t, o * x.inner + i, median_of(row, x.len, even, room));
        }
        call_poll(c);
    }
    call_return_take(c, val_take(cell));
}

static const Routine rows[] = {
    {"MEDIAN", FUNCTION, {1, 2}, fn_median, "Array [, Width]", KEYS(MEDIAN)},
};
ROUTINE_TABLE(lib_median, rows)
