// SOBEL, PREWITT, ROBERTS: how much an image's elements differ from their neighbours. Rows are worked on as DOUBLE and
// go back into the result's type, within its range. Start reading at enhance.
#include "kern/kern.h"
#include "lib/array/axis.h"
#include "lib/format/convert.h"
#include "vm/call/sharing.h"

#include <float.h>
#include <math.h>

// n results from the rows below, here and above, which have an element more on either side of them.
typedef void (*RowMaker)(const double *below, const double *here, const double *above, int64_t n, double *out);

typedef struct Edges {
    const Arr *in;
    Arr *out;
    RowMaker make;
    bool corner;  // a result belongs to its element and the next ones, not to those all around
    double top;   // of the result's type
    double *room; // for each thread four rows
    int64_t chunk;
} Edges;

static void sobel_row(const double *d, const double *h, const double *u, int64_t n, double *out)
{
    for (int64_t i = 0; i < n; i++) {
        double x = (u[i + 1] + 2 * h[i + 1] + d[i + 1]) - (u[i - 1] + 2 * h[i - 1] + d[i - 1]);
        double y = (u[i - 1] + 2 * u[i] + u[i + 1]) - (d[i - 1] + 2 * d[i] + d[i + 1]);
        out[i] = fabs(x) + fabs(y);
    }
}

static void prewitt_row(const double *d, const double *h, const double *u, int64_t n, double *out)
{
    for (int64_t i = 0; i < n; i++) {
        double x = (u[i + 1] + h[i + 1] + d[i + 1]) - (u[i - 1] + h[i - 1] + d[i - 1]);
        double y = (u[i - 1] + u[i] + u[i + 1]) - (d[i - 1] + d[i] + d[i + 1]);
        out[i] = sqrt(x * x + y * y);
    }
}

static void roberts_row(const double *d, const double *h, const double *u, int64_t n, double *out)
{
    (void)d;
    for (int64_t i = 0; i < n; i++) out[i] = fabs(h[i] - u[i + 1]) + fabs(u[i] - h[i + 1]);
}

static void make_row(const Edges *e, int64_t row)
{
    int64_t nx = e->in->dim[0], ny = e->in->dim[1], first = e->corner ? 0 : 1, n = nx - 1 - first;
    double *p = e->room + thread_pool_here() * 4 * nx, *result = p + 3 * nx;
    for (int64_t i = 0; i < nx; i++) result[i] = 0;
    if (row >= first && row < ny - 1 && n > 0) {
        KernUnary convert = kern_convert(T_DOUBLE, e->in->type);
        for (int k = e->corner ? 1 : 0; k < 3; k++) convert(p + k * nx, arr_at(e->in, (row + k - 1) * nx), (size_t)nx);
        e->make(p + first, p + nx + first, p + 2 * nx + first, n, result + first);
    }
    for (int64_t i = 0; e->top != 0 && i < nx; i++) result[i] = fmin(result[i], e->top);
    kern_convert(e->out->type, T_DOUBLE)(arr_at(e->out, row * nx), result, (size_t)nx);
}

static void rows_item(void *arg, size_t item)
{
    const Edges *e = arg;
    int64_t row = (int64_t)item * e->chunk, end = e->in->dim[1] - row < e->chunk ? e->in->dim[1] : row + e->chunk;
    for (; row < end; row++) make_row(e, row);
}

static void enhance(Call *c, RowMaker make, bool corner)
{
    // The greatest numbers that are DOUBLE, too.
    static const double tops[T_COUNT] = {[T_INT] = INT16_MAX,
                                         [T_UINT] = UINT16_MAX,
                                         [T_LONG] = INT32_MAX,
                                         [T_ULONG] = UINT32_MAX,
                                         [T_LONG64] = 0x1.fffffffffffffp62,
                                         [T_ULONG64] = 0x1.fffffffffffffp63};
    const Val *v = axis_real_array(c, 0);
    if (v->a->rank != 2) throw_msg(c, E_SHAPE, "Array must have 2 dimensions: %s.", call_arg_name(c, 0));
    TypeCode t = v->type == T_BYTE ? T_INT : (TypeCode)v->type;
    Val *cell = convert_unset_array(c, t, 2, v->a->dim);
    Edges e = {.in = v->a, .out = cell->a, .make = make, .corner = corner, .top = tops[t]};
    call_hush_math(c); // NaN
    int threads = call_threads(c, v->a->n, 2);
    e.room = call_scratch(c, (size_t)(threads * 4 * v->a->dim[0]) * sizeof *e.room);
    e.chunk = threads_chunk_within(v->a->dim[1], threads, 1, 2 * (double)v->a->dim[0]);
    call_run(c, threads, (size_t)((v->a->dim[1] + e.chunk - 1) / e.chunk), rows_item, &e);
    call_return_take(c, val_take(cell));
}

// SOBEL(Image): |x| + |y| of the differences x and y between the columns and the rows beside each element, the middle
// ones counted twice; 0 at the edges. INT of bytes, else in Image's type, at most its greatest number. Manual: SOBEL.
static void fn_sobel(Call *c) { enhance(c, sobel_row, false); }

// PREWITT(Image): the square root of x^2 + y^2 of the differences x and y between the columns and the rows beside each
// element; 0 at the edges. INT of bytes, else in Image's type, at most its greatest number. Manual: PREWITT.
static void fn_prewitt(Call *c) { enhance(c, prewitt_row, false); }

// ROBERTS(Image): the sum of the two diagonal differences, as magnitudes, of each element and the next column and row;
// 0 in the last column and row. INT of bytes, else in Image's type, at most its greatest number. Manual: ROBERTS.
static void fn_roberts(Call *c) { enhance(c, roberts_row, true); }

static const Routine rows[] = {
    {"SOBEL", FUNCTION, {1, 1}, fn_sobel, "Image"},
    {"PREWITT", FUNCTION, {1, 1}, fn_prewitt, "Image"},
    {"ROBERTS", FUNCTION, {1, 1}, fn_roberts, "Image"},
};
ROUTINE_TABLE(lib_edges, rows)
