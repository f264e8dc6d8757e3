// Arrays of other sizes and smoothed ones: REBIN, CONGRID, SMOOTH. REBIN and CONGRID go dimension by dimension, each result
// row a mixture of source rows; computed in DOUBLE. Start reading at resample.
#include "lib/array/axis.h"
#include "lib/format/convert.h"
#include "vm/convert.h"

#include <math.h>
#include <string.h>

static const Val *real_array(Call *c, int i)
{
    const Val *v = call_arg(c, i);
    axis_need_numeric(c, v, i);
    if (!val_is_array(v)) throw_msg(c, E_SHAPE, "Expression must be an array in this context: %s.", call_arg_name(c, i));
    if (type_is_complex(v->type)) {
        throw_msg(c, E_TYPE, "Complex expression not allowed in this context: %s.", call_arg_name(c, i));
    }
    return v;
}

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

static void mix(Call *c, const Grid *g, const Tap *taps, const double *in, double *out)
{
    for (int64_t o = 0; o < g->outer; o++, in += g->from * g->inner) {
        for (int64_t j = 0; j < g->to; j++, out += g->inner) {
            const Tap *t = &taps[j];
            const double *a = in + t->first * g->inner, *b = in + t->next * g->inner;
            for (int64_t i = 0; i < g->inner; i++) {
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
        call_poll(c);
    }
}

typedef void (*TapMaker)(Call *c, Tap *taps, int64_t from, int64_t to);

// From the shape of v to `dim`, by taps that `make` works out for each dimension that changes.
static Val *resample(Call *c, const Val *v, int rank, const int64_t *dim, TapMaker make)
{
    int64_t shape[MAX_RANK];
    for (int d = 0; d < MAX_RANK; d++) shape[d] = d < v->a->rank ? v->a->dim[d] : 1;
    const Val *now = call_convert(c, v, T_DOUBLE);
    for (int d = 0; d < rank; d++) {
        if (shape[d] == dim[d]) continue;
        Grid g = {.outer = 1, .from = shape[d], .to = dim[d], .inner = 1, .whole = type_is_integer(v->type)};
        for (int k = 0; k < MAX_RANK; k++) {
            if (k < d) g.inner *= shape[k];
            if (k > d) g.outer *= shape[k];
        }
        Tap *taps = call_alloc(c, (size_t)g.to * sizeof *taps);
        make(c, taps, g.from, g.to);
        shape[d] = dim[d];
        Val *next = convert_new_array(c, T_DOUBLE, MAX_RANK, shape);
        mix(c, &g, taps, now->a->data, next->a->data);
        now = next;
    }
    Val *out = call_keep_take(c, val_copy(now));
    TRY(c, val_convert_mut(out, (TypeCode)v->type));
    return out;
}

// --- REBIN ----------------------------------------------------------------------------------------------------------

#define REBIN_KEYWORDS(K) K(REBIN, SAMPLE)
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
    const Val *v = real_array(c, 0);
    int rank = call_dims(c, 1, dim);
    for (; rank < v->a->rank; rank++) dim[rank] = 1;
    call_return_take(c, val_take(resample(c, v, rank, dim, rebin_taps)));
}

// --- CONGRID --------------------------------------------------------------------------------------------------------

#define CONGRID_KEYWORDS(K) K(CONGRID, CENTER) K(CONGRID, CUBIC) K(CONGRID, INTERP) K(CONGRID, MINUS_ONE)
KEYWORDS(CONGRID)

static void congrid_taps(Call *c, Tap *taps, int64_t from, int64_t to)
{
    bool minus_one = call_kw_set(c, KW_CONGRID_MINUS_ONE), interp = call_kw_set(c, KW_CONGRID_INTERP);
    double half = call_kw_set(c, KW_CONGRID_CENTER) ? 0.5 : 0;
    double scale = minus_one && to > 1 ? (double)(from - 1) / (double)(to - 1) : (double)from / (double)to;
    for (int64_t j = 0; j < to; j++) {
        double at = fmin(fmax(scale * ((double)j + half) - (interp ? half : 0), 0), (double)(from - 1));
        int64_t first = (int64_t)floor(at);
        taps[j] = (Tap){.first = first, .next = first + 1 < from ? first + 1 : first};
        if (interp) taps[j].weight = at - (double)first;
    }
}

// CONGRID(Array, X [, Y [, Z]] [, /CENTER] [, /INTERP] [, /MINUS_ONE]): to any size, by the nearest element or by linear
// interpolation. Manual: CONGRID.
static void fn_congrid(Call *c)
{
    const Val *v = real_array(c, 0), *cubic = call_kw(c, KW_CONGRID_CUBIC);
    int64_t dim[MAX_RANK];
    if (cubic) throw_msg(c, E_UNSUPPORTED, "The keyword CUBIC is not supported by this version.");
    int rank = call_dims(c, 1, dim);
    if (rank != v->a->rank) throw_msg(c, E_ARGS, "Incorrect number of arguments: one size a dimension.");
    call_return_take(c, val_take(resample(c, v, rank, dim, congrid_taps)));
}

// --- SMOOTH ---------------------------------------------------------------------------------------------------------

#define SMOOTH_KEYWORDS(K)                                                                                \
    K(SMOOTH, EDGE_MIRROR) K(SMOOTH, EDGE_TRUNCATE) K(SMOOTH, EDGE_WRAP) K(SMOOTH, EDGE_ZERO)              \
    K(SMOOTH, MISSING) K(SMOOTH, NAN)
KEYWORDS(SMOOTH)

typedef enum Edge { EDGE_KEEP, EDGE_TRUNCATE, EDGE_WRAP, EDGE_MIRROR, EDGE_ZERO } Edge;

// The row that stands for row j; -1 for one of zeros.
static int64_t row_for(int64_t j, int64_t n, Edge edge)
{
    if (j >= 0 && j < n) return j;
    if (edge == EDGE_WRAP) return (j % n + n) % n;
    if (edge == EDGE_MIRROR) return j < 0 ? -j - 1 : 2 * n - 1 - j;
    if (edge == EDGE_ZERO) return -1;
    return j < 0 ? 0 : n - 1;
}

// Sums over 2 * half + 1 rows around each.
static void box(Call *c, const Axis *x, int64_t half, Edge edge, const double *in, double *out)
{
    int64_t slab = x->len * x->inner;
    memset(out, 0, (size_t)(x->outer * slab) * sizeof *out);
    for (int64_t o = 0; o < x->outer; o++, in += slab, out += slab) {
        for (int64_t j = 0; j < x->len; j++) {
            for (int64_t k = j - half; k <= j + half; k++) {
                int64_t row = row_for(k, x->len, edge);
                if (row < 0) continue;
                for (int64_t i = 0; i < x->inner; i++) out[j * x->inner + i] += in[row * x->inner + i];
            }
            if (!(j & 0xFF)) call_poll(c);
        }
    }
}

// Where a window would reach over an edge the elements stay what they were.
static void keep_edges(const Arr *shape, const int64_t *half, const double *in, double *out)
{
    int64_t at[MAX_RANK] = {0};
    for (int64_t i = 0; i < shape->n; i++) {
        for (int d = 0; d < shape->rank; d++) {
            if (at[d] < half[d] || at[d] >= shape->dim[d] - half[d]) out[i] = in[i];
        }
        for (int d = 0; d < shape->rank && ++at[d] == shape->dim[d]; d++) at[d] = 0;
    }
}

static void read_widths(Call *c, const Arr *a, int64_t *half)
{
    const Val *w = call_arg(c, 1);
    axis_need_numeric(c, w, 1);
    const int64_t *p = val_data_peek(call_convert(c, w, T_LONG64));
    if (val_is_array(w) && val_count(w) != a->rank) {
        throw_msg(c, E_VALUE, "Number of Array dimensions must equal Width dimensions.");
    }
    for (int d = 0; d < a->rank; d++) {
        int64_t width = p[val_is_array(w) ? d : 0];
        half[d] = width / 2;
        if (width < 0 || half[d] * 2 + 1 > a->dim[d]) {
            if (width == 0 || width == 1) continue;
            throw_msg(c, E_VALUE, "Width must be nonnegative and smaller than array dimensions.");
        }
    }
}

// Sums along all dimensions; the result is in one of the two buffers.
static double *box_all(Call *c, const Val *v, const int64_t *half, Edge edge, double *a, double *b)
{
    for (int d = 0; d < v->a->rank; d++) {
        if (!half[d]) continue;
        Axis x = axis_of(c, v, d + 1);
        box(c, &x, half[d], edge, a, b);
        double *t = a;
        a = b, b = t;
    }
    return a;
}

static Edge edge_wanted(Call *c)
{
    if (call_kw_set(c, KW_SMOOTH_EDGE_TRUNCATE)) return EDGE_TRUNCATE;
    if (call_kw_set(c, KW_SMOOTH_EDGE_WRAP)) return EDGE_WRAP;
    if (call_kw_set(c, KW_SMOOTH_EDGE_MIRROR)) return EDGE_MIRROR;
    return call_kw_set(c, KW_SMOOTH_EDGE_ZERO) ? EDGE_ZERO : EDGE_KEEP;
}

// SMOOTH(Array, Width [, /EDGE_MIRROR | /EDGE_TRUNCATE | /EDGE_WRAP | /EDGE_ZERO] [, MISSING=value] [, /NAN]): averages over
// windows of Width (made odd). Manual: SMOOTH.
static void fn_smooth(Call *c)
{
    int64_t half[MAX_RANK] = {0};
    const Val *v = real_array(c, 0);
    read_widths(c, v->a, half);
    Edge edge = edge_wanted(c);
    bool nan = call_kw_set(c, KW_SMOOTH_NAN);
    if (nan) call_hush_math(c);
    int64_t n = v->a->n;
    size_t bytes = (size_t)n * sizeof(double);
    const double *p = val_data_peek(call_convert(c, v, T_DOUBLE));
    double *value = call_alloc(c, bytes), *known = nan ? call_alloc(c, bytes) : NULL, cells = 1;
    for (int64_t i = 0; i < n; i++) {
        bool use = !nan || isfinite(p[i]);
        value[i] = use ? p[i] : 0;
        if (nan) known[i] = use;
    }
    for (int d = 0; d < v->a->rank; d++) cells *= (double)(2 * half[d] + 1);
    value = box_all(c, v, half, edge, value, call_alloc(c, bytes));
    if (nan) known = box_all(c, v, half, edge, known, call_alloc(c, bytes));
    double missing = call_kw_double(c, KW_SMOOTH_MISSING, NAN);
    for (int64_t i = 0; i < n; i++) {
        double count = nan ? known[i] : cells;
        value[i] = count > 0 ? value[i] / count : missing;
    }
    if (edge == EDGE_KEEP) keep_edges(v->a, half, p, value);
    Val *cell = convert_new_array(c, T_DOUBLE, v->a->rank, v->a->dim);
    memcpy(cell->a->data, value, bytes);
    TRY(c, val_convert_mut(cell, (TypeCode)v->type));
    call_return_take(c, val_take(cell));
}

static const Routine rows[] = {
    ROW_FUN(REBIN, 2, 9, fn_rebin, "Result = REBIN(Array, D1 [, ..., D8] [, /SAMPLE])"),
    ROW_FUN(CONGRID, 2, 4, fn_congrid, "Result = CONGRID(Array, X [, Y [, Z]] [, /CENTER] [, /INTERP] [, /MINUS_ONE])"),
    ROW_FUN(SMOOTH, 2, 2, fn_smooth,
            "Result = SMOOTH(Array, Width [, /EDGE_MIRROR | /EDGE_TRUNCATE | /EDGE_WRAP | /EDGE_ZERO] [, MISSING=value] "
            "[, /NAN])"),
};
ROUTINE_TABLE(lib_resample, rows)
