// Arrays of other sizes: REBIN, CONGRID. They go dimension by dimension, each result row a mixture of source rows; computed in
// DOUBLE. Start reading at resample.
#include "kern/kern.h"
#include "lib/array/axis.h"
#include "lib/format/convert.h"
#include "vm/array/threads.h"
#include "vm/call/sharing.h"
#include "vm/dispatch/invoke.h"

#include <math.h>

// --- One dimension --------------------------------------------------------------------------------------------------

// A result row: the mean of `count` source rows from `first` on, or between rows first and next.
typedef struct Tap {
    int64_t first, next, count;
    double weight;  // of next
} Tap;

typedef struct Grid {
    int64_t outer, from, to, inner;
    bool whole;  // results are integers
} Grid;

// n elements of a result row, from `from` on.
static void mix_row(const Grid *g, const Tap *t, const double *in, int64_t from, int64_t n, double *out)
{
    const double *a = in + t->first * g->inner + from, *b = in + t->next * g->inner + from;
    for (int64_t i = 0; i < n; i++) {
        if (!t->count) {
            double x = t->weight == 0 ? a[i] : a[i] + (b[i] - a[i]) * t->weight;
            out[i] = g->whole ? trunc(x) : x;
            continue;
        }
        double sum = 0;
        for (int64_t k = 0; k < t->count; k++) sum += a[k * g->inner + i];
        out[i] = g->whole ? floor(sum / (double)t->count) : sum / (double)t->count;
    }
}

enum { ROOM = 4096 };

typedef struct Mixing {
    Grid g;
    const Tap *taps;
    const double *in;
    TypeCode t;
    char *out;
    int64_t rows, chunk;  // of the result: all, and of an item
} Mixing;

// Some rows at a time, or a run of a long one, so that the results are in DOUBLE for a moment only.
static void mix_item(void *arg, size_t item)
{
    const Mixing *k = arg;
    const Grid *g = &k->g;
    double room[ROOM];
    int64_t row = (int64_t)item * k->chunk, end = k->rows - row < k->chunk ? k->rows : row + k->chunk;
    int64_t columns = g->inner < ROOM ? g->inner : ROOM, most = ROOM / columns, slab = row / g->to, j = row % g->to;
    for (int64_t m; row < end; row += m) {
        m = end - row < most ? end - row : most;
        for (int64_t from = 0; from < g->inner; from += columns) {
            int64_t n = g->inner - from < columns ? g->inner - from : columns, o = slab, at = j;
            for (int64_t r = 0; r < m; r++) {
                mix_row(g, &k->taps[at], k->in + o * g->from * g->inner, from, n, room + r * n);
                if (++at == g->to) at = 0, o++;
            }
            kern_convert(k->t, T_DOUBLE)(k->out + (size_t)(row * g->inner + from) * type_size(k->t), room, (size_t)(m * n));
        }
        slab = (row + m) / g->to;
        j = (row + m) % g->to;
    }
}

// Into an array of type t.
static void mix(Call *c, const Grid *g, const Tap *taps, const double *in, TypeCode t, char *out)
{
    Mixing k = {.g = *g, .taps = taps, .in = in, .t = t, .out = out, .rows = g->outer * g->to};
    double ns = 1 + 0.5 * (double)taps->count;
    int threads = call_threads(c, k.rows * g->inner, ns);
    k.chunk = threads_chunk_within(k.rows, threads, g->inner < ROOM ? ROOM / g->inner : 1, ns * (double)g->inner);
    call_run(c, threads, (size_t)((k.rows + k.chunk - 1) / k.chunk), mix_item, &k);
}

typedef void (*TapMaker)(Call *c, Tap *taps, int64_t from, int64_t to);

static int last_changed(const int64_t *shape, const int64_t *dim, int rank)
{
    int d = rank - 1;
    while (d >= 0 && shape[d] == dim[d]) d--;
    return d;
}

// From the shape of v to `dim`, by taps that `make` works out for each dimension that changes.
static Val *resample(Call *c, const Val *v, int rank, const int64_t *dim, TapMaker make)
{
    int64_t shape[MAX_RANK];
    for (int d = 0; d < MAX_RANK; d++) shape[d] = d < v->a->rank ? v->a->dim[d] : 1;
    int last = last_changed(shape, dim, rank);
    const Val *now = last < 0 ? v : call_convert(c, v, T_DOUBLE);
    for (int d = 0; d <= last; d++) {
        if (shape[d] == dim[d]) continue;
        Grid g = {.outer = 1, .from = shape[d], .to = dim[d], .inner = 1, .whole = type_is_integer(v->type)};
        for (int k = 0; k < MAX_RANK; k++) {
            if (k < d) g.inner *= shape[k];
            if (k > d) g.outer *= shape[k];
        }
        Tap *taps = call_alloc(c, (size_t)g.to * sizeof *taps);
        make(c, taps, g.from, g.to);
        shape[d] = dim[d];
        TypeCode t = d == last ? (TypeCode)v->type : T_DOUBLE;
        Val *next = convert_unset_array(c, t, MAX_RANK, shape);
        mix(c, &g, taps, now->a->data, t, next->a->data);
        now = next;
    }
    return call_keep_take(c, val_copy(now));
}

// --- REBIN ----------------------------------------------------------------------------------------------------------

#define REBIN_KEYWORDS(K, R) K(R, SAMPLE, FLAG)
KEYWORDS(REBIN)

static void rebin_taps(Call *c, Tap *taps, int64_t from, int64_t to)
{
    bool sample = call_kw_set(c, KW_REBIN_SAMPLE);
    if (from % to && to % from) {
        throw_msg(c, E_SHAPE, "Result dimensions must be integer factor of original dimensions.");
    }
    for (int64_t j = 0; j < to; j++) {
        if (to < from) {
            int64_t factor = from / to;
            taps[j] = (Tap){.first = j * factor, .next = j * factor, .count = sample ? 0 : factor};
        } else {
            int64_t factor = to / from, at = j / factor;
            bool last = at + 1 >= from;
            taps[j] = (Tap){.first = at, .next = last ? at : at + 1};
            if (!sample && !last) taps[j].weight = (double)(j % factor) / (double)factor;
        }
    }
}

// REBIN(Array, D1, ..., D8 [, /SAMPLE]): to multiples or fractions of the dimensions, by interpolation or averages, or by
// repeating and leaving out. Manual: REBIN.
static void fn_rebin(Call *c)
{
    int64_t dim[MAX_RANK];
    const Val *v = axis_real_array(c, 0);
    int rank = call_dims(c, 1, dim);
    for (; rank < v->a->rank; rank++) dim[rank] = 1;
    call_return_take(c, val_take(resample(c, v, rank, dim, rebin_taps)));
}

// --- CONGRID --------------------------------------------------------------------------------------------------------

#define CONGRID_KEYWORDS(K, R)                                                                 \
    K(R, CENTER, FLAG) K(R, CUBIC, "=value{-1 to 0}") K(R, INTERP, FLAG) K(R, MINUS_ONE, FLAG)
KEYWORDS(CONGRID)

// The place of element j of the result.
static double congrid_place(Call *c, int64_t j, int64_t from, int64_t to, bool interp)
{
    double half = call_kw_set(c, KW_CONGRID_CENTER) ? 0.5 : 0;
    bool minus_one = call_kw_set(c, KW_CONGRID_MINUS_ONE) && to > 1;
    double scale = minus_one ? (double)(from - 1) / (double)(to - 1) : (double)from / (double)to;
    return fmin(fmax(scale * ((double)j + half) - (interp ? half : 0), 0), (double)(from - 1));
}

static void congrid_taps(Call *c, Tap *taps, int64_t from, int64_t to)
{
    bool interp = call_kw_set(c, KW_CONGRID_INTERP);
    for (int64_t j = 0; j < to; j++) {
        double at = congrid_place(c, j, from, to, interp);
        int64_t first = (int64_t)floor(at);
        taps[j] = (Tap){.first = first, .next = first + 1 < from ? first + 1 : first};
        if (interp) taps[j].weight = at - (double)first;
    }
}

// One part of complex numbers, as DOUBLE.
static Val *part_of(Call *c, const Val *v, bool imaginary)
{
    const Dcx *p = call_convert(c, v, T_DCOMPLEX)->a->data;
    Val *cell = convert_unset_array(c, T_DOUBLE, v->a->rank, v->a->dim);
    for (int64_t i = 0; i < v->a->n; i++) ((double *)cell->a->data)[i] = imaginary ? p[i].im : p[i].re;
    return cell;
}

static Val *resample_complex(Call *c, const Val *v, int rank, const int64_t *dim, TapMaker make)
{
    const Val *re = resample(c, part_of(c, v, false), rank, dim, make);
    const Val *im = resample(c, part_of(c, v, true), rank, dim, make);
    Val *cell = convert_unset_array(c, (TypeCode)v->type, re->a->rank, re->a->dim);
    const double *x = re->a->data, *y = im->a->data;
    for (int64_t i = 0; i < re->a->n; i++) {
        if (v->type == T_DCOMPLEX) ((Dcx *)cell->a->data)[i] = (Dcx){x[i], y[i]};
        else ((Cx *)cell->a->data)[i] = (Cx){(float)x[i], (float)y[i]};
    }
    return cell;
}

// CUBIC, of one or two dimensions: INTERPOLATE at the same places.
static Val by_cubic_take(Call *c, const Val *v, int rank, const int64_t *dim)
{
    static const char *const keyword[] = {"CUBIC", "GRID"};
    Val args[5] = {val_copy(v)};
    for (int d = 0; d < rank; d++) {
        Arr *place = call_new_array(c, T_DOUBLE, 1, dim + d, false);
        for (int64_t j = 0; j < dim[d]; j++)
            ((double *)place->data)[j] = congrid_place(c, j, v->a->dim[d], dim[d], true);
        args[1 + d] = val_arr_take(arr_ref(place));
    }
    args[1 + rank] = val_double(call_kw_double(c, KW_CONGRID_CUBIC, 0));
    args[2 + rank] = val_int(1);
    return invoke_take(c->vm, invoke_site(c->vm, NULL, "INTERPOLATE", false, true, 1 + rank, 2, keyword), 3 + rank, args);
}

// CONGRID(Array, X [, Y [, Z]] [, /CENTER] [, /INTERP | , CUBIC=value] [, /MINUS_ONE]): to any size, by the nearest
// element, by linear interpolation, or by cubic convolution with the parameter CUBIC (-1 to 0; not in three dimensions).
// Manual: CONGRID.
static void fn_congrid(Call *c)
{
    const Val *v = call_arg(c, 0);
    bool is_complex = val_is_array(v) && type_is_complex(v->type);
    if (!is_complex) v = axis_real_array(c, 0);
    int64_t dim[MAX_RANK];
    int rank = call_dims(c, 1, dim);
    if (rank != v->a->rank) throw_msg(c, E_ARGS, "Incorrect number of arguments: one size a dimension.");
    if (call_kw_set(c, KW_CONGRID_CUBIC) && rank < 3) {
        call_return_take(c, by_cubic_take(c, v, rank, dim));
        return;
    }
    call_return_take(c, val_take((is_complex ? resample_complex : resample)(c, v, rank, dim, congrid_taps)));
}

static const Routine rows[] = {
    {"REBIN", FUNCTION, {2, 9}, fn_rebin, "Array, D1 [, ..., D8]", KEYS(REBIN)},
    {"CONGRID", FUNCTION, {2, 4}, fn_congrid, "Array, X [, Y [, Z]]", KEYS(CONGRID)},
};
ROUTINE_TABLE(lib_resample, rows)
