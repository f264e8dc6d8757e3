// The median filter. Small windows are sorted out many at a time (kern); of large ones the elements are kept as marks on a
// line of ranks, on which the median moves a few places from window to window. Start reading at median_filter.
#include "lib/math/median_filter.h"

#include "kern/kern.h"
#include "kern/routines.h"
#include "lib/array/sort.h"
#include "lib/format/convert.h"
#include "lib/math/ranks.h"
#include "vm/array/threads.h"
#include "vm/call/sharing.h"

#include <math.h>
#include <string.h>

typedef struct Filter {
    const char *in;
    size_t size;       // of an element
    TypeCode t;        // FLOAT or DOUBLE
    int64_t nx, ny;    // ny 1: a vector
    int64_t width, rows, half;
    bool even;
    int64_t y0, n;     // the first row that is filtered; windows in a row
    char *out;
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

// --- Shares ---------------------------------------------------------------------------------------------------------

enum { RUN = 2048 };

// Rows are filtered in runs of RUN windows; the last one of a row has what is left, too.
typedef struct Shares {
    const Filter *f;
    int64_t run, runs, n, chunk;  // windows of a run; runs of a row, in all, of an item
    // Of small windows; holes and lower: room for each thread, `each` numbers.
    bool any_holes;
    int64_t *holes, each;
    double *lower;
    // Of large ones: the elements in order, their ranks, and a set for each thread.
    const int32_t *order, *rank;
    Ranks **marked;
} Shares;

typedef struct Run {
    int64_t y, x, n;  // from window x of row y on
} Run;

static Run run_at(const Shares *k, int64_t i)
{
    int64_t in_row = i % k->runs, x = in_row * k->run;
    return (Run){k->f->y0 + i / k->runs, x, in_row + 1 < k->runs ? k->run : k->f->n - x};
}

// ns: of a window.
static void share(Call *c, Shares *k, int64_t rows, int threads, double ns, ThreadTask task)
{
    const Filter *f = k->f;
    k->n = rows * k->runs;
    k->chunk = threads_chunk_within(k->n, threads, f->n < RUN ? RUN / f->n : 1, ns * (double)(f->n / k->runs));
    call_run(c, threads, (size_t)((k->n + k->chunk - 1) / k->chunk), task, k);
}

// --- Small windows --------------------------------------------------------------------------------------------------

static double filtered(const Filter *f, int64_t x, int64_t y, double *window, double *room)
{
    int64_t n = 0;
    for (int64_t j = 0; j < f->rows; j++) {
        for (int64_t i = 0; i < f->width; i++) window[n++] = element(f, (first_row(f, y) + j) * f->nx + x - f->half + i);
    }
    return median_of(window, n, f->even, room);
}

static void filter_lanes(const Filter *f, Run r, char *out, double *lower)
{
    const void *row[MEDIAN_MOST];
    bool is_double = f->t == T_DOUBLE;
    KernWindow w = {.row = row, .nrows = (size_t)f->rows, .width = (size_t)f->width, .extra = INFINITY};
    for (int64_t j = 0; j < f->rows; j++) row[j] = f->in + (size_t)((first_row(f, r.y) + j) * f->nx + r.x) * f->size;
    kern_routines()->medians[is_double](out, &w, (size_t)r.n);
    if (!f->even || f->rows * f->width % 2) return;
    w.extra = -INFINITY;
    kern_routines()->medians[is_double](lower, &w, (size_t)r.n);
    for (int64_t i = 0; i < r.n; i++) {
        double high = is_double ? ((double *)out)[i] : ((float *)out)[i], low = is_double ? lower[i] : ((float *)lower)[i];
        put(f, out, i, (low + high) / 2);
    }
}

// holes[i]: how many NaNs the run's columns of the window rows hold from 0 to i - 1; false: none.
static bool count_holes(const Filter *f, Run r, int64_t *holes)
{
    int64_t columns = r.n + f->width - 1;
    holes[0] = 0;
    for (int64_t i = 0; i < columns; i++) {
        holes[i + 1] = holes[i];
        for (int64_t j = 0; j < f->rows; j++) holes[i + 1] += isnan(element(f, (first_row(f, r.y) + j) * f->nx + r.x + i)) != 0;
    }
    return holes[columns] > 0;
}

static bool has_holes(const Filter *f)
{
    for (int64_t i = 0; i < f->nx * f->ny; i++) {
        if (isnan(element(f, i))) return true;
    }
    return false;
}

// Windows with NaN and those of short rows go one by one.
static void small_item(void *arg, size_t item)
{
    const Shares *k = arg;
    const Filter *f = k->f;
    double window[MEDIAN_MOST], room[MEDIAN_MOST], *lower = k->lower + thread_pool_here() * k->each;
    int64_t *holes = k->holes + thread_pool_here() * k->each;
    int64_t at = (int64_t)item * k->chunk, end = k->n - at < k->chunk ? k->n : at + k->chunk;
    for (; at < end; at++) {
        Run r = run_at(k, at);
        char *to = f->out + (size_t)(r.y * f->nx + r.x + f->half) * f->size;
        bool here = k->any_holes && count_holes(f, r, holes), lanes = r.n >= MEDIAN_LEAST;
        if (lanes) filter_lanes(f, r, to, lower);
        for (int64_t i = 0; (here || !lanes) && i < r.n; i++) {
            if (!lanes || holes[i + f->width] > holes[i]) put(f, to, i, filtered(f, r.x + i + f->half, r.y, window, room));
        }
    }
}

static void filter_small(Call *c, const Filter *f, int64_t rows)
{
    Shares k = {.f = f, .run = RUN, .runs = f->n < RUN ? 1 : f->n / RUN, .any_holes = has_holes(f)};
    double ns = 0.5 * (double)(f->rows * f->width);
    int threads = call_threads(c, f->n * rows, ns);
    k.each = f->nx < 2 * RUN + MEDIAN_MOST ? f->nx + 1 : 2 * RUN + MEDIAN_MOST;
    k.holes = call_scratch(c, (size_t)(threads * k.each) * sizeof *k.holes);
    k.lower = call_scratch(c, (size_t)(threads * k.each) * sizeof *k.lower);
    share(c, &k, rows, threads, ns, small_item);
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

static void large_item(void *arg, size_t item)
{
    const Shares *k = arg;
    const Filter *f = k->f;
    Ranks *marked = k->marked[thread_pool_here()];
    int64_t at = (int64_t)item * k->chunk, end = k->n - at < k->chunk ? k->n : at + k->chunk;
    for (; at < end; at++) {
        Run r = run_at(k, at);
        int64_t last = f->width - 1;
        for (int64_t x = r.x; x < r.x + last; x++) mark_column(f, marked, k->rank, x, r.y, true);
        for (int64_t x = r.x; x < r.x + r.n; x++) {
            mark_column(f, marked, k->rank, x + last, r.y, true);
            put(f, f->out, r.y * f->nx + x + f->half, median_of_ranks(f, marked, k->order));
            mark_column(f, marked, k->rank, x, r.y, false);
        }
        for (int64_t x = r.x + r.n; x < r.x + r.n + last; x++) mark_column(f, marked, k->rank, x, r.y, false);
    }
}

static void filter_large(Call *c, const Filter *f, const Val *v, int64_t rows)
{
    enum { WIDTHS = 8 };  // a run marks as many columns more than it has windows as one is wide
    int64_t n = f->nx * f->ny, run = f->width * WIDTHS < RUN ? RUN : f->width * WIDTHS;
    Shares k = {.f = f, .run = run, .runs = f->n < run ? 1 : f->n / run, .order = val_data_peek(sort_subscripts(c, v))};
    int32_t *rank = call_scratch(c, (size_t)n * sizeof *rank);
    for (int64_t i = 0; i < n; i++) rank[k.order[i]] = isnan(element(f, k.order[i])) ? -1 : (int32_t)i;
    k.rank = rank;
    double ns = 10 * (double)f->rows;
    int threads = call_threads(c, f->n * rows, ns);
    k.marked = call_alloc(c, (size_t)threads * sizeof *k.marked);
    for (int i = 0; i < threads; i++) k.marked[i] = ranks_new(c, n);
    share(c, &k, rows, threads, ns, large_item);
}

// Elements nearer than half the width to an edge stay as they are.
void median_filter(Call *c, const Val *v, TypeCode t, bool even)
{
    int64_t width = call_int(c, 1);
    int rank = val_is_array(v) ? v->a->rank : 0;
    if (rank < 1 || rank > 2) throw_msg(c, E_SHAPE, "Only 1 or 2 dimensions allowed: %s.", call_arg_name(c, 0));
    Filter f = {.nx = v->a->dim[0], .ny = rank > 1 ? v->a->dim[1] : 1, .width = width, .rows = rank > 1 ? width : 1,
                .half = width / 2, .even = even, .t = t, .size = type_size(t)};
    if (width < 2 || width > f.nx || (rank > 1 && width > f.ny)) {
        throw_msg(c, E_VALUE, "Width must be > 1, and < dimensions: %s.", call_arg_name(c, 1));
    }
    if (v->a->n > INT32_MAX) throw_msg(c, E_VALUE, "Too many elements: %s.", call_arg_name(c, 0));
    const Val *w = call_convert(c, v, t);
    f.in = val_data_peek(w);
    void *out;
    Val *cell = convert_unset_like(c, w, t, &out);
    memcpy(out, f.in, (size_t)v->a->n * f.size);
    f.out = out;
    f.n = f.nx - f.width + 1;
    f.y0 = rank > 1 ? f.half : 0;
    int64_t rows = rank > 1 ? f.ny - f.width + 1 : 1;
    if (f.rows * width <= MEDIAN_MOST) filter_small(c, &f, rows);
    else filter_large(c, &f, w, rows);
    call_return_take(c, val_copy(call_convert(c, cell, v->type == T_BYTE && t == T_FLOAT ? T_BYTE : t)));
}
