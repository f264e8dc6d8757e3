// CONVOL: an array with a kernel, in up to eight dimensions. Sums are in DOUBLE (part by part for complex arrays) and go back
// to the array's type. Start reading at fn_convol.
#include "kern/kern.h"
#include "kern/routines.h"
#include "lib/array/axis.h"
#include "lib/format/convert.h"
#include "vm/array/threads.h"
#include "vm/call/sharing.h"

#include <math.h>
#include <stdatomic.h>
#include <string.h>

#define CONVOL_KEYWORDS(K, R)                                                                      \
    K(R, BIAS, "=value") K(R, CENTER, FLAG) K(R, EDGE_CONSTANT, "=value") K(R, EDGE_MIRROR, FLAG)  \
    K(R, EDGE_REFLECT, FLAG) K(R, EDGE_TRUNCATE, FLAG) K(R, EDGE_WRAP, FLAG) K(R, EDGE_ZERO, FLAG) \
    K(R, INVALID, "=value") K(R, MISSING, "=value") K(R, NAN, FLAG) K(R, NORMALIZE, FLAG)
KEYWORDS(CONVOL)

typedef enum Edge { EDGE_NONE, EDGE_CONSTANT, EDGE_MIRROR, EDGE_REFLECT, EDGE_TRUNCATE, EDGE_WRAP, EDGE_ZERO } Edge;

// A kernel element: where it lies from the element computed, and its value.
typedef struct Tap {
    int64_t by[MAX_RANK], offset;
    double k, bias;
} Tap;

typedef struct Convolution {
    const double *in;
    int parts;  // numbers of an element
    int rank;
    int64_t dim[MAX_RANK], stride[MAX_RANK];
    int64_t before[MAX_RANK], after[MAX_RANK];  // how far the kernel reaches
    Tap *tap;
    int64_t ntaps;
    Edge edge;
    double constant;
    bool skips, has_invalid, normalizes, wants_bias;  // skips: NaN or INVALID are left out
    double invalid, missing, scale, bias, size;       // size: of the whole kernel, absolute values
} Convolution;

// An index outside brought inside; -1: there is no element.
static int64_t bring_in(const Convolution *v, int64_t i, int64_t n)
{
    if (i >= 0 && i < n) return i;
    int64_t period;
    switch (v->edge) {
    case EDGE_TRUNCATE: return i < 0 ? 0 : n - 1;
    case EDGE_WRAP: return (i % n + n) % n;
    case EDGE_MIRROR:  // the outermost element once
        if (n == 1) return 0;
        period = 2 * (n - 1);
        i = (i % period + period) % period;
        return i < n ? i : period - i;
    case EDGE_REFLECT:  // twice
        period = 2 * n;
        i = (i % period + period) % period;
        return i < n ? i : period - 1 - i;
    default: return -1;
    }
}

// The element under a tap; false when it is missing.
static bool tapped(const Convolution *v, const Tap *t, const int64_t *at, int64_t here, bool inside, int part, double *x)
{
    int64_t from = here + t->offset;
    for (int d = 0; !inside && d < v->rank; d++) {
        int64_t i = at[d] + t->by[d], j = bring_in(v, i, v->dim[d]);
        if (j < 0) {
            *x = v->edge == EDGE_CONSTANT ? v->constant : 0;
            return true;
        }
        from += (j - i) * v->stride[d];
    }
    *x = v->in[from * v->parts + part];
    return !v->skips || !(isnan(*x) || (v->has_invalid && *x == v->invalid));
}

// From sums over the taps used: of products, of the kernel's absolute values and of its bias.
static double value_of(const Convolution *v, double sum, double size, double bias)
{
    if (!v->normalizes) return sum / v->scale + v->bias;
    return (size == 0 ? v->missing : sum / size) + (v->wants_bias && size != 0 ? bias / size : 0);
}

static double convolve_one(const Convolution *v, const int64_t *at, int64_t here, bool inside, int part)
{
    double sum = 0, size = 0, bias = 0;
    int64_t used = 0;
    for (int64_t i = 0; i < v->ntaps; i++) {
        double x;
        const Tap *t = &v->tap[i];
        if (!tapped(v, t, at, here, inside, part, &x)) continue;
        sum += x * t->k;
        size += fabs(t->k);
        bias += t->bias;
        used++;
    }
    return used ? value_of(v, sum, size, bias) : v->missing;
}

// Whether the kernel lies within the array at `at`.
static bool is_inside(const Convolution *v, const int64_t *at)
{
    for (int d = 0; d < v->rank; d++) {
        if (at[d] < v->before[d] || at[d] + v->after[d] >= v->dim[d]) return false;
    }
    return true;
}

// One element after the other, from `at` on in its row.
static void convolve_some(const Convolution *v, int64_t *at, int64_t here, int64_t n, double *out)
{
    for (int64_t i = 0; i < n; i++, at[0]++) {
        bool inside = is_inside(v, at);
        for (int part = 0; part < v->parts; part++) {
            out[i * v->parts + part] = inside || v->edge != EDGE_NONE ? convolve_one(v, at, here + i, inside, part) : 0;
        }
    }
}

// --- Without missing elements, inside ---------------------------------------------------------------------------------

// The taps as kern wants them, and what is the same for all elements.
typedef struct Inside {
    int64_t *offset;
    double *weight, size, bias;
} Inside;

static Inside inside_of(Call *c, const Convolution *v)
{
    Inside x = {.offset = call_alloc(c, (size_t)v->ntaps * sizeof *x.offset),
                .weight = call_alloc(c, (size_t)v->ntaps * sizeof *x.weight)};
    for (int64_t i = 0; i < v->ntaps; i++) {
        x.offset[i] = v->tap[i].offset * v->parts;
        x.weight[i] = v->tap[i].k;
        x.size += fabs(v->tap[i].k);
        x.bias += v->tap[i].bias;
    }
    return x;
}

static void convolve_inside(const Convolution *v, const Inside *x, int64_t here, int64_t n, double *out)
{
    int64_t m = n * v->parts;
    kern_routines()->weigh(out, v->in + here * v->parts, (size_t)m, x->offset, x->weight, (size_t)v->ntaps);
    for (int64_t i = 0; i < m; i++) out[i] = value_of(v, out[i], x->size, x->bias);
}

// --- All of it ------------------------------------------------------------------------------------------------------

enum { ROOM = 4096 };  // numbers worked out at once

typedef struct Work {
    const Convolution *v;
    Inside inside;
    atomic_bool complete;  // no element is NaN or INVALID
    int64_t n, chunk;      // elements, and how many of them an item has
    TypeCode work, t;
    char *out;
} Work;

static void look_item(void *arg, size_t item)
{
    Work *k = arg;
    const Convolution *v = k->v;
    int64_t at = (int64_t)item * k->chunk, end = k->n - at < k->chunk ? k->n : at + k->chunk;
    for (int64_t i = at * v->parts; i < end * v->parts; i++) {
        if (!isnan(v->in[i]) && !(v->has_invalid && v->in[i] == v->invalid)) continue;
        atomic_store_explicit(&k->complete, false, memory_order_relaxed);
        return;
    }
}

// n elements of a row, the first at `at`, which moves behind them: what is inside at once, the rest one by one.
static void convolve_run(const Work *k, int64_t *at, int64_t here, int64_t n, double *out)
{
    const Convolution *v = k->v;
    int64_t start = at[0], end = start + n, first = v->before[0], past = v->dim[0] - v->after[0];
    at[0] = first;
    bool quick = atomic_load_explicit(&k->complete, memory_order_relaxed) && is_inside(v, at);
    at[0] = start;
    if (first < start) first = start;
    if (past > end) past = end;
    if (!quick || first >= past) {
        convolve_some(v, at, here, n, out);
        return;
    }
    convolve_some(v, at, here, first - start, out);
    convolve_inside(v, &k->inside, here + first - start, past - first, out + (first - start) * v->parts);
    at[0] = past;
    convolve_some(v, at, here + past - start, end - past, out + (past - start) * v->parts);
}

// Integers are rounded towards zero; BYTEs and UINTs are clipped to their range.
static void limit(TypeCode t, double *p, int64_t n)
{
    double top = t == T_BYTE ? 255 : t == T_UINT ? 65535 : 0;
    for (int64_t i = 0; top != 0 && i < n; i++) p[i] = !(p[i] > 0) ? 0 : p[i] > top ? top : p[i];
}

static void convolve_item(void *arg, size_t item)
{
    const Work *k = arg;
    const Convolution *v = k->v;
    double room[ROOM];
    int64_t i = (int64_t)item * k->chunk, end = k->n - i < k->chunk ? k->n : i + k->chunk, at[MAX_RANK];
    for (int64_t d = 0, left = i; d < v->rank; left /= v->dim[d++]) at[d] = left % v->dim[d];
    for (int64_t m; i < end; i += m) {
        m = v->dim[0] - at[0] < ROOM / v->parts ? v->dim[0] - at[0] : ROOM / v->parts;
        if (m > end - i) m = end - i;
        convolve_run(k, at, i, m, room);
        limit(k->t, room, m);
        kern_convert(k->t, k->work)(k->out + (size_t)i * type_size(k->t), room, (size_t)m);
        for (int d = 0; d + 1 < v->rank && at[d] == v->dim[d]; at[++d]++) at[d] = 0;
    }
}

static void convolve(Call *c, const Convolution *v, Work *k)
{
    double quickly = v->parts * (1.5 + 0.2 * (double)v->ntaps), one_by_one = v->parts * 2 * (double)v->ntaps;
    int threads = call_threads(c, k->n, quickly);
    int64_t row = v->dim[0] < ROOM ? v->dim[0] * (ROOM / v->dim[0]) : ROOM;  // whole rows, if short
    k->chunk = threads_chunk_within(k->n, threads, row, one_by_one);
    size_t items = (size_t)((k->n + k->chunk - 1) / k->chunk);
    k->inside = inside_of(c, v);
    atomic_init(&k->complete, true);
    if (v->skips) call_run(c, threads, items, look_item, k);
    call_run(c, threads, items, convolve_item, k);
}

// --- Setting up -----------------------------------------------------------------------------------------------------

// centered: element i of the kernel lies over t + i - m/2, else over t - i.
static void make_taps(Call *c, Convolution *v, const Val *kernel, bool centered)
{
    const double *k = val_data_peek(call_convert(c, kernel, T_DOUBLE));
    int rank = val_is_array(kernel) ? kernel->a->rank : 0;
    int64_t at[MAX_RANK] = {0};
    v->ntaps = val_count(kernel);
    v->tap = call_alloc(c, (size_t)v->ntaps * sizeof *v->tap);
    for (int64_t i = 0; i < v->ntaps; i++) {
        Tap *t = &v->tap[i];
        t->k = k[i];
        v->size += fabs(k[i]);
        if (v->wants_bias && k[i] < 0) t->bias = -k[i];
        for (int d = 0; d < rank; d++) {
            int64_t m = kernel->a->dim[d];
            t->by[d] = centered ? at[d] - m / 2 : -at[d];
            t->offset += t->by[d] * v->stride[d];
            if (-t->by[d] > v->before[d]) v->before[d] = -t->by[d];
            if (t->by[d] > v->after[d]) v->after[d] = t->by[d];
        }
        for (int d = 0; d < rank && ++at[d] == kernel->a->dim[d]; d++) at[d] = 0;
    }
}

static Edge edge_of(Call *c)
{
    if (call_kw(c, KW_CONVOL_EDGE_CONSTANT)) return EDGE_CONSTANT;
    if (call_kw_set(c, KW_CONVOL_EDGE_MIRROR)) return EDGE_MIRROR;
    if (call_kw_set(c, KW_CONVOL_EDGE_REFLECT)) return EDGE_REFLECT;
    if (call_kw_set(c, KW_CONVOL_EDGE_TRUNCATE)) return EDGE_TRUNCATE;
    if (call_kw_set(c, KW_CONVOL_EDGE_WRAP)) return EDGE_WRAP;
    return call_kw_set(c, KW_CONVOL_EDGE_ZERO) ? EDGE_ZERO : EDGE_NONE;
}

// With NORMALIZE the result is divided by the kernel's absolute values, and with integers a bias for its negative ones is
// added, so that it fits the type.
static void read_options(Call *c, Convolution *v, TypeCode t)
{
    static const double full[T_COUNT] = {[T_BYTE] = 255, [T_UINT] = 65535};
    v->edge = edge_of(c);
    v->constant = call_kw_double(c, KW_CONVOL_EDGE_CONSTANT, 0);
    v->has_invalid = call_kw(c, KW_CONVOL_INVALID) != NULL;
    v->invalid = call_kw_double(c, KW_CONVOL_INVALID, 0);
    v->skips = call_kw_set(c, KW_CONVOL_NAN) || v->has_invalid;
    v->missing = call_kw_double(c, KW_CONVOL_MISSING, call_kw_set(c, KW_CONVOL_NAN) && !type_is_integer(t) ? NAN : 0);
    v->normalizes = call_kw_set(c, KW_CONVOL_NORMALIZE);
    v->scale = c->argc > 2 ? call_double(c, 2) : 1;
    if (v->scale == 0) v->scale = 1;
    v->bias = v->normalizes ? 0 : call_kw_double(c, KW_CONVOL_BIAS, 0);
    v->wants_bias = v->normalizes && full[t] != 0;
    for (int64_t i = 0; v->wants_bias && i < v->ntaps; i++) v->tap[i].bias *= full[t];
}

static void check_shapes(Call *c, const Val *a, const Val *k)
{
    axis_need_numeric(c, a, 0);
    axis_need_numeric(c, k, 1);
    if (!val_is_array(a)) throw_msg(c, E_SHAPE, "Expression must be an array in this context: %s.", call_arg_name(c, 0));
    if (!val_is_array(k)) throw_msg(c, E_SHAPE, "Expression must be an array in this context: %s.", call_arg_name(c, 1));
    bool fits = k->a->rank <= a->a->rank;
    for (int d = 0; fits && d < k->a->rank; d++) fits = k->a->dim[d] <= a->a->dim[d];
    if (!fits) throw_msg(c, E_SHAPE, "Incompatible dimensions for Array and Kernel.");
}

// CONVOL(Array, Kernel [, Scale_Factor] [, BIAS=] [, /CENTER] [, edges] [, INVALID=] [, MISSING=] [, /NAN] [, /NORMALIZE]): in
// the type of Array. CENTER=0: the mathematical convolution. Manual: CONVOL.
static void fn_convol(Call *c)
{
    const Val *a = call_arg(c, 0), *kernel = call_arg(c, 1);
    check_shapes(c, a, kernel);
    TypeCode t = a->type, work = type_is_complex(t) ? T_DCOMPLEX : T_DOUBLE;
    Convolution v = {.rank = a->a->rank, .parts = type_is_complex(t) ? 2 : 1};
    int64_t n = val_count(a), stride = 1;
    for (int d = 0; d < v.rank; d++) {
        v.dim[d] = a->a->dim[d];
        v.stride[d] = stride;
        stride *= v.dim[d];
    }
    v.wants_bias = call_kw_set(c, KW_CONVOL_NORMALIZE);
    bool centered = !call_kw_given(c, KW_CONVOL_CENTER) || call_kw_set(c, KW_CONVOL_CENTER);
    make_taps(c, &v, type_is_integer(t) && !v.wants_bias ? call_convert(c, kernel, t) : kernel, centered);
    read_options(c, &v, t);
    v.in = val_data_peek(call_convert(c, a, work));
    Val *cell = convert_unset_array(c, t, v.rank, v.dim);
    convolve(c, &v, &(Work){.v = &v, .n = n, .work = work, .t = t, .out = cell->a->data});
    call_return_take(c, val_take(cell));
}

static const Routine rows[] = {
    {"CONVOL", FUNCTION, {2, 3}, fn_convol, "Array, Kernel [, Scale_Factor]", KEYS(CONVOL), .pooled = true},
};
ROUTINE_TABLE(lib_convolution, rows)
