// MEDIAN: of everything, along a dimension, or of a window around each element. Values are compared in DOUBLE, which holds
// every FLOAT; NaN counts as missing. Start reading at fn_median.
#include "lib/array/axis.h"
#include "lib/format/convert.h"

#include <math.h>
#include <string.h>

#define MEDIAN_KEYWORDS(K) K(MEDIAN, DIMENSION) K(MEDIAN, DOUBLE) K(MEDIAN, EVEN)
KEYWORDS(MEDIAN)

// Puts the element of rank k (0: smallest) of p[0..n-1] at p[k], smaller ones before it, larger ones behind.
static double select_rank(double *p, int64_t n, int64_t k)
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

// The median of p[0..n-1], which it reorders: element n/2, or with `even` the mean of the middle two.
static double median_of(double *p, int64_t n, bool even)
{
    int64_t kept = 0;
    for (int64_t i = 0; i < n; i++) {
        if (!isnan(p[i])) p[kept++] = p[i];
    }
    if (!kept) return NAN;
    double upper = select_rank(p, kept, kept / 2);
    if (!even || kept % 2) return upper;
    double lower = p[0];
    for (int64_t i = 1; i < kept / 2; i++) {
        if (p[i] > lower) lower = p[i];
    }
    return (lower + upper) / 2;
}

// --- The filter -----------------------------------------------------------------------------------------------------

typedef struct Filter {
    const double *in;
    int64_t nx, ny;    // ny 1: a vector
    int64_t width;
    bool even;
    double *window;
} Filter;

static double filtered(const Filter *f, int64_t x, int64_t y)
{
    int64_t half = f->width / 2, n = 0, rows = f->ny > 1 ? f->width : 1, first = f->ny > 1 ? y - half : 0;
    for (int64_t j = 0; j < rows; j++) {
        memcpy(f->window + n, f->in + (first + j) * f->nx + x - half, (size_t)f->width * sizeof(double));
        n += f->width;
    }
    return median_of(f->window, n, f->even);
}

// Elements nearer than half the width to an edge stay as they are.
static void filter_all(Call *c, const Filter *f, double *out)
{
    int64_t half = f->width / 2, past = f->width - half;
    bool flat = f->ny == 1;
    memcpy(out, f->in, (size_t)(f->nx * f->ny) * sizeof *out);
    for (int64_t y = flat ? 0 : half; y <= (flat ? 0 : f->ny - past); y++) {
        for (int64_t x = half; x <= f->nx - past; x++) {
            out[y * f->nx + x] = filtered(f, x, y);
            if (!(x & 0xFFF)) call_poll(c);
        }
    }
}

static void median_filter(Call *c, const Val *v, TypeCode t)
{
    int64_t width = call_int(c, 1), n = val_count(v);
    int rank = val_is_array(v) ? v->a->rank : 0;
    if (rank < 1 || rank > 2) throw_msg(c, E_SHAPE, "Only 1 or 2 dimensions allowed: %s.", call_arg_name(c, 0));
    Filter f = {.nx = v->a->dim[0], .ny = rank > 1 ? v->a->dim[1] : 1, .width = width, .even = call_kw_set(c, KW_MEDIAN_EVEN)};
    if (width < 2 || width >= f.nx || (rank > 1 && width >= f.ny)) {
        throw_msg(c, E_VALUE, "Width must be > 1, and < dimensions: %s.", call_arg_name(c, 1));
    }
    f.in = val_data_peek(call_convert(c, call_convert(c, v, t), T_DOUBLE));
    f.window = call_alloc(c, (size_t)(rank > 1 ? width * width : width) * sizeof *f.window);
    Val *cell = convert_new_array(c, T_DOUBLE, rank, v->a->dim);
    if (n) filter_all(c, &f, cell->a->data);
    call_return_take(c, val_copy(call_convert(c, cell, v->type == T_BYTE && t == T_FLOAT ? T_BYTE : t)));
}

// --- Whole arrays and dimensions ------------------------------------------------------------------------------------

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
    if (c->argc > 1) {
        median_filter(c, v, t);
        return;
    }
    Axis x = axis_of(c, v, call_kw_int(c, KW_MEDIAN_DIMENSION, 0));
    const double *p = val_data_peek(call_convert(c, call_convert(c, v, t), T_DOUBLE));
    double *row = call_alloc(c, (size_t)x.len * sizeof *row);
    void *out;
    Val *cell = axis_reduced(c, v, &x, t, &out);
    bool even = call_kw_set(c, KW_MEDIAN_EVEN);
    for (int64_t o = 0; o < x.outer; o++) {
        for (int64_t i = 0; i < x.inner; i++) {
            for (int64_t j = 0; j < x.len; j++) row[j] = p[(o * x.len + j) * x.inner + i];
            put(out, t, o * x.inner + i, median_of(row, x.len, even));
        }
        call_poll(c);
    }
    call_return_take(c, val_take(cell));
}

static const Routine rows[] = {
    ROW_FUN(MEDIAN, 1, 2, fn_median, "Result = MEDIAN(Array [, Width] [, DIMENSION=value] [, /DOUBLE] [, /EVEN])"),
};
ROUTINE_TABLE(lib_median, rows)
