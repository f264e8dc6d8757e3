// The median filter. Small windows are sorted out many at a time (kern); of large ones the elements are kept as marks on a
// line of ranks, on which the median moves a few places from window to window. Start reading at median_filter.
#include "lib/math/median_filter.h"

#include "kern/kern.h"
#include "kern/routines.h"
#include "lib/array/sort.h"
#include "lib/format/convert.h"
#include "lib/math/ranks.h"

#include <math.h>
#include <string.h>

typedef struct Filter {
    const char *in;
    size_t size;       // of an element
    TypeCode t;        // FLOAT or DOUBLE
    int64_t nx, ny;    // ny 1: a vector
    int64_t width, rows, half;
    bool even;
} Filter;

static double element(const Filter *f, int64_t i)
{
    return f->t == T_DOUBLE ? ((const double *)f->in)[i] : ((const float *)f->in)[i];
}

static void put(const Filter *f, void *out, int64_t i, double x)
{
    if (f->t == T_DOUBLE) ((double *)out)[i] = x;
    else ((float *)out)[i] = (float)x;
}

// The first row of the window around row y.
static int64_t first_row(const Filter *f, int64_t y) { return f->rows > 1 ? y - f->half : 0; }

// --- Small windows --------------------------------------------------------------------------------------------------

static double filtered(const Filter *f, int64_t x, int64_t y, double *window, double *room)
{
    int64_t n = 0;
    for (int64_t j = 0; j < f->rows; j++) {
        for (int64_t i = 0; i < f->width; i++) window[n++] = element(f, (first_row(f, y) + j) * f->nx + x - f->half + i);
    }
    return median_of(window, n, f->even, room);
}

static void filter_lanes(const Filter *f, int64_t y, int64_t n, char *out, double *lower)
{
    const void *row[MEDIAN_MOST];
    bool is_double = f->t == T_DOUBLE;
    KernWindow w = {.row = row, .nrows = (size_t)f->rows, .width = (size_t)f->width, .extra = INFINITY};
    for (int64_t j = 0; j < f->rows; j++) row[j] = f->in + (size_t)((first_row(f, y) + j) * f->nx) * f->size;
    kern_routines()->medians[is_double](out, &w, (size_t)n);
    if (!f->even || f->rows * f->width % 2) return;
    w.extra = -INFINITY;
    kern_routines()->medians[is_double](lower, &w, (size_t)n);
    for (int64_t i = 0; i < n; i++) {
        double high = is_double ? ((double *)out)[i] : ((float *)out)[i], low = is_double ? lower[i] : ((float *)lower)[i];
        put(f, out, i, (low + high) / 2);
    }
}

// holes[i]: how many NaNs the columns of the window rows hold from 0 to i - 1; false: none.
static bool count_holes(const Filter *f, int64_t y, int64_t *holes)
{
    holes[0] = 0;
    for (int64_t i = 0; i < f->nx; i++) {
        holes[i + 1] = holes[i];
        for (int64_t j = 0; j < f->rows; j++) holes[i + 1] += isnan(element(f, (first_row(f, y) + j) * f->nx + i)) != 0;
    }
    return holes[f->nx] > 0;
}

static bool has_holes(const Filter *f)
{
    for (int64_t i = 0; i < f->nx * f->ny; i++) {
        if (isnan(element(f, i))) return true;
    }
    return false;
}

// Rows y of results, from element `half` on; windows with NaN and short rows go one by one.
static void filter_small(Call *c, const Filter *f, int64_t y0, int64_t y1, char *out)
{
    double window[MEDIAN_MOST], room[MEDIAN_MOST];
    int64_t n = f->nx - f->width + 1, *holes = call_alloc(c, (size_t)(f->nx + 1) * sizeof *holes);
    double *lower = call_scratch(c, (size_t)f->nx * sizeof *lower);
    bool any = has_holes(f), lanes = n >= MEDIAN_LEAST;
    for (int64_t y = y0; y <= y1; y++) {
        char *to = out + (size_t)(y * f->nx + f->half) * f->size;
        bool here = any && count_holes(f, y, holes);
        if (lanes) filter_lanes(f, y, n, to, lower);
        for (int64_t i = 0; (here || !lanes) && i < n; i++) {
            if (!lanes || holes[i + f->width] > holes[i]) put(f, to, i, filtered(f, i + f->half, y, window, room));
        }
        call_poll(c);
    }
}

// --- Large windows --------------------------------------------------------------------------------------------------

// Marks (or unmarks) column x of the window rows.
static void mark_column(const Filter *f, Ranks *r, const int32_t *rank, int64_t x, int64_t y, bool on)
{
    for (int64_t j = 0; j < f->rows; j++) {
        int32_t k = rank[(first_row(f, y) + j) * f->nx + x];
        if (k < 0) continue;
        if (on) ranks_add(r, k);
        else ranks_remove(r, k);
    }
}

static double median_of_ranks(const Filter *f, Ranks *r, const int32_t *order)
{
    if (!r->count) return NAN;
    int64_t upper = ranks_find(r, r->count / 2);
    double x = element(f, order[upper]);
    if (!f->even || r->count % 2) return x;
    return (element(f, order[ranks_before(r, upper)]) + x) / 2;
}

static void filter_large(Call *c, const Filter *f, const Val *v, int64_t y0, int64_t y1, char *out)
{
    int64_t n = f->nx * f->ny;
    const int32_t *order = val_data_peek(sort_subscripts(c, v));
    int32_t *rank = call_scratch(c, (size_t)n * sizeof *rank);
    for (int64_t k = 0; k < n; k++) rank[order[k]] = isnan(element(f, order[k])) ? -1 : (int32_t)k;
    Ranks *r = ranks_new(c, n);
    for (int64_t y = y0; y <= y1; y++) {
        for (int64_t x = 0; x < f->width - 1; x++) mark_column(f, r, rank, x, y, true);
        for (int64_t x = f->width - 1; x < f->nx; x++) {
            mark_column(f, r, rank, x, y, true);
            put(f, out, y * f->nx + x - f->width + 1 + f->half, median_of_ranks(f, r, order));
            mark_column(f, r, rank, x - f->width + 1, y, false);
            if (!(x & 0xFFF)) call_poll(c);
        }
        for (int64_t x = f->nx - f->width + 1; x < f->nx; x++) mark_column(f, r, rank, x, y, false);
        call_poll(c);
    }
}

// Elements nearer than half the width to an edge stay as they are.
void median_filter(Call *c, const Val *v, TypeCode t, bool even)
{
    int64_t width = call_int(c, 1);
    int rank = val_is_array(v) ? v->a->rank : 0;
    if (rank < 1 || rank > 2) throw_msg(c, E_SHAPE, "Only 1 or 2 dimensions allowed: %s.", call_arg_name(c, 0));
    Filter f = {.nx = v->a->dim[0], .ny = rank > 1 ? v->a->dim[1] : 1, .width = width, .rows = rank > 1 ? width : 1,
                .half = width / 2, .even = even, .t = t, .size = type_size(t)};
    if (width < 2 || width >= f.nx || (rank > 1 && width >= f.ny)) {
        throw_msg(c, E_VALUE, "Width must be > 1, and < dimensions: %s.", call_arg_name(c, 1));
    }
    if (v->a->n > INT32_MAX) throw_msg(c, E_VALUE, "Too many elements: %s.", call_arg_name(c, 0));
    const Val *w = call_convert(c, v, t);
    f.in = val_data_peek(w);
    void *out;
    Val *cell = convert_unset_like(c, w, t, &out);
    memcpy(out, f.in, (size_t)v->a->n * f.size);
    int64_t y0 = rank > 1 ? f.half : 0, y1 = rank > 1 ? f.ny - (f.width - f.half) : 0;
    if (f.rows * width <= MEDIAN_MOST) filter_small(c, &f, y0, y1, out);
    else filter_large(c, &f, w, y0, y1, out);
    call_return_take(c, val_copy(call_convert(c, cell, v->type == T_BYTE && t == T_FLOAT ? T_BYTE : t)));
}
