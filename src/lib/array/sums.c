// TOTAL, PRODUCT and MEAN. Values are added in FLOAT, DOUBLE or 64-bit integers (complex numbers part by part), long
// vectors through 16 lanes in one fixed order, so that results are the same on every machine. A sum of whole numbers that is
// wanted in FLOAT is rounded once, at its end. Start at reduce.
#include "kern/kern.h"
#include "kern/routines.h"
#include "lib/array/axis.h"
#include "lib/format/convert.h"
#include "vm/array/convert.h"
#include "vm/array/operate.h"
#include "vm/array/threads.h"
#include "vm/peephole/fuse.h"

#include <float.h>
#include <math.h>
#include <string.h>

#define ADD(a, b) ((a) + (b))
#define MULTIPLY(a, b) ((a) * (b))
#define NEVER(x) ((x) != (x))
#define NOT_FINITE_F(x) (!(fabsf(x) <= FLT_MAX))
#define NOT_FINITE(x) (!(fabs(x) <= DBL_MAX))

#define T float
#define TN add_f
#define LONG_SUM sum_floats
#define OP ADD
#define UNIT 0
#define MISSING NOT_FINITE_F
#include "lib/array/sum.tmpl.h"
#define T double
#define TN add_d
#define LONG_SUM sum_doubles
#define OP ADD
#define UNIT 0
#define MISSING NOT_FINITE
#include "lib/array/sum.tmpl.h"
#define T uint64_t
#define TN add_i
#define OP ADD
#define UNIT 0
#define MISSING NEVER
#include "lib/array/sum.tmpl.h"
#define T float
#define TN mul_f
#define OP MULTIPLY
#define UNIT 1
#define MISSING NOT_FINITE_F
#include "lib/array/sum.tmpl.h"
#define T double
#define TN mul_d
#define OP MULTIPLY
#define UNIT 1
#define MISSING NOT_FINITE
#include "lib/array/sum.tmpl.h"
#define T uint64_t
#define TN mul_i
#define OP MULTIPLY
#define UNIT 1
#define MISSING NEVER
#include "lib/array/sum.tmpl.h"
#include "vm/call/sharing.h"

typedef struct Sum {
    void (*mask)(void *p, int64_t n);
    void (*gather)(void *total, const void *p, int64_t n);
    void (*along)(const void *in, void *out, const Axis *x);
    void (*running)(const void *in, void *out, const Axis *x);
    TypeCode type;
} Sum;

#define SUM(n, t) {mask_##n, gather_##n, along_##n, running_##n, T_##t}
static const Sum sums[2][3] = {{SUM(add_f, FLOAT), SUM(add_d, DOUBLE), SUM(add_i, ULONG64)},
                               {SUM(mul_f, FLOAT), SUM(mul_d, DOUBLE), SUM(mul_i, ULONG64)}};

// --- Complex products -----------------------------------------------------------------------------------------------

static void multiply_complex(Dcx *a, Dcx b)
{
    *a = (Dcx){a->re * b.re - a->im * b.im, a->re * b.im + a->im * b.re};
}

static void along_mul_z(const void *in, void *out, const Axis *x)
{
    const Dcx *p = in;
    Dcx *q = out;
    for (int64_t o = 0; o < x->outer; o++, q += x->inner) {
        for (int64_t i = 0; i < x->inner; i++) q[i] = (Dcx){1, 0};
        for (int64_t j = 0; j < x->len; j++, p += x->inner) {
            for (int64_t i = 0; i < x->inner; i++) multiply_complex(&q[i], p[i]);
        }
    }
}

static void running_mul_z(const void *in, void *out, const Axis *x)
{
    Dcx *p = out;
    memcpy(out, in, (size_t)(x->outer * x->len * x->inner) * sizeof *p);
    for (int64_t o = 0; o < x->outer; o++) {
        p += x->inner;
        for (int64_t k = x->inner; k < x->len * x->inner; k++, p++) multiply_complex(p, p[-x->inner]);
    }
}

static void mask_mul_z(void *data, int64_t n)
{
    Dcx *p = data;
    for (int64_t i = 0; i < n; i++) {
        if (NOT_FINITE(p[i].re) || NOT_FINITE(p[i].im)) p[i] = (Dcx){1, 0};
    }
}

static const Sum product_complex = {mask_mul_z, NULL, along_mul_z, running_mul_z, T_DCOMPLEX};

// --- The reduction --------------------------------------------------------------------------------------------------

typedef struct Reduction {
    TypeCode t;  // what to compute in: FLOAT, DOUBLE, ULONG64, COMPLEX or DCOMPLEX
    bool product, nan;
} Reduction;

static const Sum *sum_for(const Reduction *r)
{
    bool wide = r->t == T_DOUBLE || r->t == T_DCOMPLEX;
    if (r->product && type_is_complex(r->t)) return &product_complex;
    return &sums[r->product][r->t == T_ULONG64 ? 2 : wide ? 1 : 0];
}

// Complex sums are sums of two interleaved arrays of reals.
static bool by_parts(const Reduction *r) { return type_is_complex(r->t) && !r->product; }

// Everything into one number, converted piece by piece: the pieces that a fused expression delivers (sum_reducer). In threads
// each piece's total is put down, and they are taken in order at the end, as without threads.
typedef struct Whole {
    const Reduction *r;
    const Sum *s;
    KernUnary convert;
    const char *p;
    size_t size;  // bytes of an element
    int64_t n, chunk;
    bool bytes;       // whose sum is wanted in DOUBLE: pieces are added as they are
    uint64_t *piece;  // totals of the pieces, in threads
} Whole;

static void take_converted(const Whole *w, const void *piece, int64_t m, void *total)
{
    double room[FUSE_PIECE];
    w->convert(room, piece, (size_t)m);
    if (w->r->nan) w->s->mask(room, m);
    w->s->gather(total, room, m);
}

static inline void take_piece(const Whole *w, int64_t at, void *total)
{
    int64_t m = w->n - at < FUSE_PIECE ? w->n - at : FUSE_PIECE;
    const void *piece = w->p + (size_t)at * w->size;
    if (w->bytes) *(double *)total += kern_routines()->sum_bytes((const uint8_t *)piece, (size_t)m);
    else if (w->convert) take_converted(w, piece, m, total);
    else w->s->gather(total, piece, m);
}

static void set_unit(const Reduction *r, void *total)
{
    if (r->t == T_FLOAT) *(float *)total = (float)r->product;
    else if (r->t == T_DOUBLE) *(double *)total = r->product;
    else *(uint64_t *)total = r->product;
}

static void take_chunk(void *arg, size_t i)
{
    Whole *w = arg;
    int64_t at = (int64_t)i * w->chunk, end = w->n - at < w->chunk ? w->n : at + w->chunk;
    for (; at < end; at += FUSE_PIECE) {
        set_unit(w->r, &w->piece[at / FUSE_PIECE]);
        take_piece(w, at, &w->piece[at / FUSE_PIECE]);
    }
}

static void reduce_whole(Call *c, const Val *v, const Reduction *r, const Sum *s, void *total)
{
    bool as_is = v->type == r->t && !r->nan;
    Whole w = {.r = r, .s = s, .convert = as_is ? NULL : kern_convert(r->t, v->type), .p = val_data_peek(v),
               .size = type_size(v->type), .n = val_count(v),
               .bytes = v->type == T_BYTE && r->t == T_DOUBLE && !r->product};
    int threads = call_threads(c, w.n, as_is ? 0.026 * (double)w.size : 0.3);
    set_unit(r, total);
    if (threads == 1) {
        for (int64_t at = 0; at < w.n; at += FUSE_PIECE) {
            take_piece(&w, at, total);
            if (!(at & 0xFFFFF)) call_poll(c);
        }
        return;
    }
    int64_t pieces = (w.n + FUSE_PIECE - 1) / FUSE_PIECE;
    w.piece = call_scratch(c, (size_t)pieces * sizeof *w.piece);
    w.chunk = threads_chunk(w.n, threads, FUSE_PIECE);
    call_run(c, threads, (size_t)((w.n + w.chunk - 1) / w.chunk), take_chunk, &w);
    for (int64_t i = 0; i < pieces; i++) s->gather(total, &w.piece[i], 1);
}

// v with its missing values replaced by the unit, in the type of the computation; a copy unless nothing is to be done.
static const Val *prepared(Call *c, const Val *v, const Reduction *r, const Sum *s)
{
    const Val *w = call_convert(c, v, r->t);
    if (!r->nan) return w;
    void *out;
    Val *copy = convert_new_like(c, w, r->t, &out);
    int64_t n = val_count(w);
    memcpy(out, val_data_peek(w), (size_t)n * type_size(r->t));
    s->mask(out, by_parts(r) ? 2 * n : n);
    return copy;
}

// Slabs of the array, each reduced on its own.
typedef struct Slabs {
    const Sum *s;
    Axis x;
    const char *in;
    char *out;
    size_t size;  // bytes of an element
    int64_t chunk;
} Slabs;

static void reduce_slabs(void *arg, size_t i)
{
    const Slabs *b = arg;
    Axis x = b->x;
    int64_t at = (int64_t)i * b->chunk;
    x.outer = b->x.outer - at < b->chunk ? b->x.outer - at : b->chunk;
    b->s->along(b->in + (size_t)(at * x.len * x.inner) * b->size, b->out + (size_t)(at * x.inner) * b->size, &x);
}

static Val *reduce(Call *c, const Val *v, Axis x, const Reduction *r)
{
    void *out;
    const Sum *s = sum_for(r);
    Val *cell = axis_reduced(c, v, &x, r->t, &out);
    if (!x.dimension && !type_is_complex(r->t)) {
        reduce_whole(c, v, r, s, out);
        return cell;
    }
    const Val *w = prepared(c, v, r, s);
    if (by_parts(r)) x.inner *= 2;
    int threads = call_threads(c, val_count(v), 0.026 * (double)type_size(v->type));
    Slabs b = {.s = s, .x = x, .in = val_data_peek(w), .out = out, .size = type_size(s->type)};
    b.chunk = threads == 1 ? x.outer : threads_chunk(x.outer, threads, 1);
    call_run(c, threads, (size_t)((x.outer + b.chunk - 1) / b.chunk), reduce_slabs, &b);
    return cell;
}

// Whether sums of n such numbers may be more than FLOAT, which has 24 bits, holds exactly.
static bool float_is_narrow(TypeCode t, int64_t n)
{
    const int64_t exact = 1 << 24;
    int64_t most = t == T_BYTE ? UINT8_MAX : type_in(t, TM(INT) | TM(UINT)) ? UINT16_MAX : exact;
    return type_is_integer(t) && n > exact / most;
}

// reduce, in DOUBLE where FLOAT would round on the way.
static Val *reduce_rounded_once(Call *c, const Val *v, Axis x, Reduction r)
{
    TypeCode want = r.t;
    if (want == T_FLOAT && float_is_narrow(v->type, x.len)) r.t = T_DOUBLE;
    Val *cell = reduce(c, v, x, &r);
    if (cell->type != want) TRY(c, val_convert_mut(cell, want));
    return cell;
}

static Val *accumulate(Call *c, const Val *v, Axis x, const Reduction *r)
{
    void *out;
    const Sum *s = sum_for(r);
    const Val *w = prepared(c, v, r, s);
    Val *cell = convert_unset_like(c, v, r->t, &out);
    if (by_parts(r)) x.inner *= 2;
    s->running(val_data_peek(w), out, &x);
    return cell;
}

// --- TOTAL, PRODUCT -------------------------------------------------------------------------------------------------

#define TOTAL_KEYWORDS(K, R)                                                                                \
    K(R, CUMULATIVE, FLAG) K(R, DOUBLE, FLAG) K(R, INTEGER, FLAG) K(R, NAN, FLAG) K(R, PRESERVE_TYPE, FLAG)
KEYWORDS(TOTAL)

static TypeCode result_type(Call *c, TypeCode t, bool product)
{
    bool is_unsigned = type_in(t, TM(BYTE) | TM(UINT) | TM(ULONG) | TM(ULONG64));
    if (call_kw_set(c, KW_TOTAL_PRESERVE_TYPE)) return t;
    if (call_kw_set(c, KW_TOTAL_INTEGER)) return is_unsigned && t == T_ULONG64 ? T_ULONG64 : T_LONG64;
    bool wide = product || t == T_DOUBLE || t == T_DCOMPLEX || call_kw_set(c, KW_TOTAL_DOUBLE);
    if (type_is_complex(t)) return wide ? T_DCOMPLEX : T_COMPLEX;
    return wide ? T_DOUBLE : T_FLOAT;
}

static void total_or_product(Call *c, bool product)
{
    const Val *v = call_arg(c, 0);
    axis_need_numeric(c, v, 0);
    Axis x = axis_of(c, v, c->argc > 1 ? call_int(c, 1) : 0);
    TypeCode want = result_type(c, v->type, product);
    Reduction r = {.t = want, .product = product};
    if (type_is_integer(want)) r.t = T_ULONG64;
    if (product && type_is_complex(want)) r.t = T_DCOMPLEX;
    r.nan = call_kw_set(c, KW_TOTAL_NAN) && type_in(v->type, TYPES_REAL | TYPES_COMPLEX) && r.t != T_ULONG64;
    if (r.nan) call_hush_math(c);
    Val *cell = call_kw_set(c, KW_TOTAL_CUMULATIVE) ? accumulate(c, v, x, &r) : reduce_rounded_once(c, v, x, r);
    if (cell->type != want) TRY(c, val_convert_mut(cell, want));
    call_return_take(c, val_take(cell));
}

// TOTAL(Array [, Dimension] [, /CUMULATIVE] [, /DOUBLE] [, /INTEGER] [, /NAN] [, /PRESERVE_TYPE]): FLOAT, or DOUBLE for
// double-precision input. Manual: TOTAL.
static void fn_total(Call *c) { total_or_product(c, false); }

// PRODUCT: the same for products, in DOUBLE unless /INTEGER or /PRESERVE_TYPE. Manual: PRODUCT.
static void fn_product(Call *c) { total_or_product(c, true); }

// --- MEAN -----------------------------------------------------------------------------------------------------------

#define MEAN_KEYWORDS(K, R) K(R, DIMENSION, "=value") K(R, DOUBLE, FLAG) K(R, NAN, FLAG)
KEYWORDS(MEAN)

// How many elements are finite, by a sum of ones and zeros.
static Val *finite_count(Call *c, const Val *v, Axis x, TypeCode t)
{
    void *out;
    const double *p = val_data_peek(call_convert(c, v, type_is_complex(v->type) ? T_DCOMPLEX : T_DOUBLE));
    Val *ones = convert_new_like(c, v, T_BYTE, &out);
    int64_t n = val_count(v);
    for (int64_t i = 0; i < n; i++) {
        ((uint8_t *)out)[i] = type_is_complex(v->type) ? isfinite(p[2 * i]) && isfinite(p[2 * i + 1]) : isfinite(p[i]);
    }
    return reduce(c, ones, x, &(Reduction){.t = t});
}

// MEAN(X [, DIMENSION=n] [, /DOUBLE] [, /NAN]): FLOAT, or DOUBLE for double-precision input. Manual: MEAN.
static void fn_mean(Call *c)
{
    const Val *v = call_arg(c, 0);
    axis_need_numeric(c, v, 0);
    Axis x = axis_of(c, v, call_kw_int(c, KW_MEAN_DIMENSION, 0));
    bool wide = v->type == T_DOUBLE || v->type == T_DCOMPLEX || call_kw_set(c, KW_MEAN_DOUBLE);
    TypeCode real = wide ? T_DOUBLE : T_FLOAT;
    Reduction r = {.t = type_is_complex(v->type) ? (wide ? T_DCOMPLEX : T_COMPLEX) : real};
    r.nan = call_kw_set(c, KW_MEAN_NAN) && !type_is_integer(v->type);
    if (r.nan) call_hush_math(c);
    Val *total = reduce_rounded_once(c, v, x, r), *n = call_keep_take(c, VAL_UNDEF), *mean = call_keep_take(c, VAL_UNDEF);
    if (r.nan) *n = val_copy(finite_count(c, v, x, real));
    else *n = wide ? val_double((double)x.len) : val_float((float)x.len);
    unsigned math = 0;
    TRY(c, operate_binary(KOP_DIV, total, false, n, false, mean, &math));
    call_return_take(c, val_take(mean));
}

// --- Piece by piece -------------------------------------------------------------------------------------------------

typedef struct Summing {
    KernUnary convert;  // NULL: of the type already
    int64_t n;
    TypeCode from;
    bool wide;  // added in DOUBLE
    union {
        float f;
        double d;
    } total;
} Summing;
_Static_assert(sizeof(Summing) <= REDUCER_STATE, "a reducer's state has room");

static bool sum_begin(void *state, TypeCode t, int64_t n)
{
    TypeCode to = t == T_DOUBLE || float_is_narrow(t, n) ? T_DOUBLE : T_FLOAT;
    *(Summing *)state = (Summing){.convert = t == to ? NULL : kern_convert(to, t), .n = n, .from = t, .wide = to == T_DOUBLE};
    return !type_is_complex(t);
}

// The sum of a piece of bytes is a whole number that is exact in whatever order.
static void sum_piece(void *state, const void *p, int64_t n)
{
    Summing *s = state;
    double room[FUSE_PIECE];
    if (s->from == T_BYTE) {
        int64_t sum = (int64_t)kern_routines()->sum_bytes(p, (size_t)n);
        if (s->wide) s->total.d += (double)sum;
        else s->total.f += (float)sum;
        return;
    }
    if (s->convert) s->convert(room, p, (size_t)n);
    sums[0][s->wide].gather(&s->total, s->convert ? room : p, n);
}

// Of a chunk: the sums of its pieces, which are added in order when it is joined.
typedef struct SumChunk {
    Summing part;
    int n;
    union {
        float f;
        double d;
    } sum[CHUNK_PIECES];
} SumChunk;
_Static_assert(sizeof(SumChunk) <= REDUCER_CHUNK, "a chunk's state has room");

static void sum_fork(void *chunk, const void *state, int64_t skip)
{
    SumChunk *k = chunk;
    (void)skip;
    k->part = *(const Summing *)state;
    k->n = 0;
}

static void sum_chunk_piece(void *chunk, const void *p, int64_t n)
{
    SumChunk *k = chunk;
    k->part.total.d = 0;
    sum_piece(&k->part, p, n);
    memcpy(&k->sum[k->n++], &k->part.total, sizeof k->part.total);
}

static void sum_join(void *state, const void *chunk)
{
    Summing *s = state;
    const SumChunk *k = chunk;
    for (int i = 0; i < k->n; i++) sums[0][s->wide].gather(&s->total, &k->sum[i], 1);
}

static float float_sum(const Summing *s) { return s->wide ? (float)s->total.d : s->total.f; }

static Val total_end(void *state)
{
    const Summing *s = state;
    return s->from == T_DOUBLE ? val_double(s->total.d) : val_float(float_sum(s));
}

static Val mean_end(void *state)
{
    const Summing *s = state;
    return s->from == T_DOUBLE ? val_double(s->total.d / (double)s->n) : val_float(float_sum(s) / (float)s->n);
}

#define SUM_REDUCER(end) {sum_begin, sum_piece, end, sum_fork, sum_chunk_piece, sum_join}
static const Reducer total_reducer = SUM_REDUCER(total_end), mean_reducer = SUM_REDUCER(mean_end);

static const Routine rows[] = {
    {"TOTAL", FUNCTION, {1, 2}, fn_total, "Array [, Dimension]", KEYS(TOTAL), .reducer = &total_reducer,
     .pooled = true},
    {"PRODUCT", FUNCTION, {1, 2}, fn_product, "Array [, Dimension]", KEYS(TOTAL), .pooled = true},
    {"MEAN", FUNCTION, {1, 1}, fn_mean, "X", KEYS(MEAN), .reducer = &mean_reducer, .pooled = true},
};
ROUTINE_TABLE(lib_sums, rows)
