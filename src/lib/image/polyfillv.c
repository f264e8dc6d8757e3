// POLYFILLV: the elements whose middles lie in a polygon. The line through the middle of each row meets the edges in
// places that are found edge by edge, then sorted row by row: between the first and the second it is inside, and so on.
#include "lib/array/axis.h"
#include "lib/format/convert.h"

#include <math.h>
#include <stdlib.h>

enum { OFTEN = 1 << 16 };

typedef struct Fill {
    Call *call;
    const double *x, *y;
    int64_t n, nx, ny, rows; // rows: that the polygon may reach, of ny
    int64_t *end;            // of a row's crossings
    double *at;              // crossings, by row
} Fill;

typedef struct Run {
    int64_t start, length;
} Run;

// The rows whose middles an edge from y0 to y1 meets.
static void rows_met(const Fill *f, double y0, double y1, int64_t *first, int64_t *past)
{
    double low = fmin(fmax(fmin(y0, y1), 0), (double)f->rows), high = fmin(fmax(fmax(y0, y1), 0), (double)f->rows);
    *first = (int64_t)ceil(low - 0.5);
    *past = (int64_t)ceil(high - 0.5);
}

// Counts each row's crossings, or with `at` stores them.
static void cross(Fill *f)
{
    int64_t done = 0;
    for (int64_t i = 0; i < f->n; i++) {
        int64_t j = i + 1 < f->n ? i + 1 : 0, first, past;
        rows_met(f, f->y[i], f->y[j], &first, &past);
        for (int64_t row = first; row < past; row++) {
            int64_t k = f->end[row]++;
            if (f->at) f->at[k] = f->x[i] + ((double)row + 0.5 - f->y[i]) / (f->y[j] - f->y[i]) * (f->x[j] - f->x[i]);
        }
        if ((done += past - first + 1) > 1 << 20) done = 0, call_poll(f->call);
    }
}

static int by_place(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static int64_t column_after(const Fill *f, double x) { return (int64_t)ceil(fmin(fmax(x, 0), (double)f->nx) - 0.5); }

// Runs of elements; `out` NULL: only how many, and their elements.
static int64_t find_runs(const Fill *f, Run *out, int64_t *elements)
{
    int64_t runs = 0, from = 0;
    *elements = 0;
    for (int64_t row = 0; row < f->rows; from = f->end[row++]) {
        if (row % OFTEN == 0) call_poll(f->call);
        if (!out) qsort(f->at + from, (size_t)(f->end[row] - from), sizeof *f->at, by_place);
        for (int64_t k = from; k + 1 < f->end[row]; k += 2) {
            int64_t first = column_after(f, f->at[k]), past = column_after(f, f->at[k + 1]);
            if (first >= past) continue;
            if (out) out[runs] = (Run){row * f->nx + first, past - first};
            *elements += past - first;
            runs++;
        }
    }
    return runs;
}

static void put(void *out, bool wide, int64_t i, int64_t x)
{
    if (wide)
        ((int64_t *)out)[i] = x;
    else
        ((int32_t *)out)[i] = (int32_t)x;
}

static void give(Call *c, const Fill *f, bool as_runs)
{
    int64_t elements, runs = find_runs(f, NULL, &elements);
    if (!runs) {
        call_warn(c, true, "No points in polygon.");
        call_return_take(c, val_long(-1));
        return;
    }
    bool wide = f->nx * f->ny > INT32_MAX;
    Run *run = call_scratch(c, (size_t)runs * sizeof *run);
    find_runs(f, run, &elements);
    int64_t n = as_runs ? 2 * runs : elements, at = 0;
    Val *cell = convert_unset_array(c, wide ? T_LONG64 : T_LONG, 1, &n);
    for (int64_t i = 0; i < runs; i++) {
        if (as_runs) {
            put(cell->a->data, wide, at++, run[i].length);
            put(cell->a->data, wide, at++, run[i].start);
        } else {
            for (int64_t k = 0; k < run[i].length; k++) put(cell->a->data, wide, at++, run[i].start + k);
        }
    }
    call_return_take(c, val_take(cell));
}

static const double *coordinates(Call *c, int i, int64_t *n)
{
    const Val *v = call_arg(c, i);
    axis_need_numeric(c, v, i);
    *n = val_count(v);
    const double *p = val_data_peek(call_convert(c, v, T_DOUBLE));
    for (int64_t k = 0; k < *n; k++) {
        if (!isfinite(p[k])) throw_msg(c, E_VALUE, "Coordinates must be finite: %s.", call_arg_name(c, i));
    }
    return p;
}

// POLYFILLV(X, Y, Sx, Sy [, Run_Length]): subscripts, in increasing order, of the elements of an Sx by Sy array whose
// middles, (i + 0.5, j + 0.5), lie in the polygon; with Run_Length the length and the first subscript of each run of
// elements. -1 when there is none. LONG, or LONG64 for large arrays. Manual: POLYFILLV.
static void fn_polyfillv(Call *c)
{
    Fill f = {.call = c, .nx = call_int(c, 2), .ny = call_int(c, 3)};
    int64_t m;
    f.x = coordinates(c, 0, &f.n);
    f.y = coordinates(c, 1, &m);
    if (f.n != m) throw_msg(c, E_SHAPE, "X and Y must have the same number of elements.");
    if (f.n < 3) throw_msg(c, E_VALUE, "At least 3 points are needed.");
    if (f.nx < 1 || f.ny < 1 || f.nx > INT64_MAX / f.ny)
        throw_msg(c, E_VALUE, "Array dimensions must be greater than 0.");
    double top = 0;
    for (int64_t k = 0; k < m; k++) top = fmax(top, f.y[k]);
    f.rows = top < (double)f.ny ? (int64_t)ceil(top) : f.ny;
    f.end = call_alloc(c, (size_t)(f.rows + 1) * sizeof *f.end);
    cross(&f);
    int64_t all = 0;
    for (int64_t row = 0; row < f.rows; row++) {
        int64_t count = f.end[row];
        f.end[row] = all;
        all += count;
    }
    f.at = call_scratch(c, (size_t)(all + 1) * sizeof *f.at);
    cross(&f);
    give(c, &f, c->argc > 4 && call_int(c, 4) != 0);
}

static const Routine rows[] = {
    {"POLYFILLV", FUNCTION, {4, 5}, fn_polyfillv, "X, Y, Sx, Sy [, Run_Length]"},
};
ROUTINE_TABLE(lib_polyfillv, rows)
