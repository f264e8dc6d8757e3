// MAX and MIN. NaN is passed over, with NAN or without (IDL since 8.5.1), infinity with NAN alone. Where the extremes are is
// found on keys: the array itself, or its magnitudes (ABSOLUTE, complex numbers); the values are then taken from the array.
// Start at extremes.
#include "core/str.h"
#include "kern/kern.h"
#include "lib/array/axis.h"
#include "vm/array/convert.h"
#include "vm/array/operate.h"
#include "vm/array/threads.h"
#include "vm/peephole/fuse.h"

#include <fenv.h>
#include <float.h>
#include <math.h>
#include <string.h>

#define CODE_(name) T_##name
#define CODE(name) CODE_(name)
#define NEVER(x) ((void)(x), false)
#define NOT_FINITE_F(x) (!(fabsf(x) <= FLT_MAX))
#define NOT_FINITE(x) (!(fabs(x) <= DBL_MAX))
#define T uint8_t
#define TN BYTE
#define MISSING NEVER
#include "lib/array/extremes.tmpl.h"
#define T int16_t
#define TN INT
#define MISSING NEVER
#include "lib/array/extremes.tmpl.h"
#define T uint16_t
#define TN UINT
#define MISSING NEVER
#include "lib/array/extremes.tmpl.h"
#define T int32_t
#define TN LONG
#define MISSING NEVER
#include "lib/array/extremes.tmpl.h"
#define T uint32_t
#define TN ULONG
#define MISSING NEVER
#include "lib/array/extremes.tmpl.h"
#define T int64_t
#define TN LONG64
#define MISSING NEVER
#include "lib/array/extremes.tmpl.h"
#define T uint64_t
#define TN ULONG64
#define MISSING NEVER
#include "lib/array/extremes.tmpl.h"
#define T float
#define TN FLOAT
#define MISSING NOT_FINITE_F
#include "lib/array/extremes.tmpl.h"
#define T double
#define TN DOUBLE
#define MISSING NOT_FINITE
#include "lib/array/extremes.tmpl.h"
#include "vm/call/sharing.h"

static void find_STRING(const void *data, int64_t from, int64_t n, int64_t stride, bool nan, int64_t *min, int64_t *max)
{
    const StrSlot *p = data;
    (void)nan;
    *min = *max = 0;
    for (int64_t i = from ? from : 1; i < n; i++) {
        if (str_cmp(p[i * stride].p, p[*min * stride].p) < 0) *min = i;
        if (str_cmp(p[i * stride].p, p[*max * stride].p) > 0) *max = i;
    }
}

typedef void (*Finder)(const void *data, int64_t from, int64_t n, int64_t stride, bool nan, int64_t *min, int64_t *max);
#define FIND(t) [T_##t] = find_##t
static const Finder finders[T_COUNT] = {FIND(BYTE),  FIND(INT),    FIND(UINT),  FIND(LONG),   FIND(ULONG),
                                        FIND(LONG64), FIND(ULONG64), FIND(FLOAT), FIND(DOUBLE), FIND(STRING)};

#define MAX_KEYWORDS(K, R)                                                                                 \
    K(R, ABSOLUTE, FLAG) K(R, DIMENSION, "=value") K(R, MIN, OUT) K(R, NAN, FLAG) K(R, SUBSCRIPT_MIN, OUT)
KEYWORDS(MAX)
#define MIN_KEYWORDS(K, R)                                                                                 \
    K(R, ABSOLUTE, FLAG) K(R, DIMENSION, "=value") K(R, MAX, OUT) K(R, NAN, FLAG) K(R, SUBSCRIPT_MAX, OUT)
KEYWORDS(MIN)

// The values at the given subscripts, in a cell.
static Val *values_at(Call *c, const Val *v, const Axis *x, const int64_t *at, int64_t n)
{
    void *out;
    Val *cell = axis_reduced(c, v, x, v->type, &out);
    if (val_is_array(cell)) {
        for (int64_t k = 0; k < n; k++) arr_copy_elements(cell->a, k, v->a, at[k], 1);
    } else {
        val_set_take(cell, val_is_array(v) ? arr_get(v->a, at[0]) : val_copy(v));
    }
    return cell;
}

static Val *subscripts(Call *c, const Val *v, const Axis *x, const int64_t *at, int64_t n)
{
    void *out;
    bool wide = val_count(v) > INT32_MAX;
    Val *cell = axis_reduced(c, v, x, wide ? T_LONG64 : T_LONG, &out);
    for (int64_t k = 0; k < n; k++) {
        if (wide) ((int64_t *)out)[k] = at[k];
        else ((int32_t *)out)[k] = (int32_t)at[k];
    }
    return cell;
}

static const Val *keys_of(Call *c, const Val *v, bool absolute)
{
    if (v->type == T_STRING || (!absolute && !type_is_complex(v->type))) return v;
    unsigned math = 0;
    Val *keys = call_keep_take(c, VAL_UNDEF);
    TRY(c, operate_unary(KUOP_ABS, v, false, keys, &math));
    return keys;
}

// Nothing but the values of real numbers is asked for: no need to know where they are.
static bool asks_values_only(Call *c, const Val *v)
{
    static const int others[] = {KW_MAX_ABSOLUTE, KW_MAX_MIN, KW_MAX_NAN, KW_MAX_SUBSCRIPT_MIN};
    for (size_t i = 0; i < sizeof others / sizeof others[0]; i++) {
        if (call_kw(c, others[i]) || call_kw_is_var(c, others[i])) return false;
    }
    return c->argc == 1 && val_is_array(v) && kern_widen((TypeCode)v->type);
}

// Vectors that are contiguous one after another, others side by side.
typedef struct Values {
    TypeCode type;
    Axis x;
    bool max;
    const char *in;
    char *out;
    int64_t chunk;  // slabs of an item; of a single vector: elements
    char *ends;     // of a single vector: the least and the greatest of each item, 8 bytes each
    const char *first;  // where an item of a single vector begins: the first that is no NaN
} Values;

static bool is_nan(TypeCode t, const void *p)
{
    return t == T_FLOAT ? isnan(*(const float *)p) : t == T_DOUBLE && isnan(*(const double *)p);
}

// The first of n numbers that is no NaN; the first of all if there is none.
static const char *first_number(TypeCode t, const char *p, int64_t n)
{
    int64_t i = 0;
    if (t == T_FLOAT) while (i < n && isnan(((const float *)p)[i])) i++;
    if (t == T_DOUBLE) while (i < n && isnan(((const double *)p)[i])) i++;
    return i < n ? p + (size_t)i * type_size(t) : p;
}

static void widen(const Values *w, const char *first, void *low, void *high, const char *p, int64_t n)
{
    size_t size = type_size(w->type);
    memcpy(low, first, size);
    memcpy(high, first, size);
    kern_widen(w->type)(low, high, p, (size_t)n);
}

// Numbers of the next row in place of NaN; how many NaN are left.
#define OVER_NAN(T)                                              \
    for (int64_t j = 0; j < n; j++) {                            \
        if (!isnan(((T *)out)[j])) continue;                     \
        if (isnan(((const T *)row)[j])) left++;                  \
        else ((T *)out)[j] = ((const T *)row)[j];                \
    }
static int64_t replace_nan(TypeCode t, void *out, const void *row, int64_t n)
{
    int64_t left = 0;
    if (t == T_FLOAT) OVER_NAN(float)
    else if (t == T_DOUBLE) OVER_NAN(double)
    return left;
}

// The first number of each column, to begin with.
static void begin_columns(TypeCode t, char *out, const char *p, const Axis *x)
{
    size_t row = (size_t)x->inner * type_size(t);
    memcpy(out, p, row);
    for (int64_t i = 0; i < x->len && replace_nan(t, out, p + row * (size_t)i, x->inner) > 0;) i++;
}

static void values_of_slab(const Values *w, int64_t k)
{
    const Axis *x = &w->x;
    size_t size = type_size(w->type), row = (size_t)x->inner * size;
    const char *p = w->in + (size_t)k * row * (size_t)x->len;
    char *o = w->out + (size_t)k * row;
    if (x->inner == 1) {
        _Alignas(8) char low[8], high[8];
        widen(w, first_number(w->type, p, x->len), low, high, p, x->len);
        memcpy(o, w->max ? high : low, size);
        return;
    }
    begin_columns(w->type, o, p, x);
    KernBinary better = kern_binary(w->max ? KOP_MAX : KOP_MIN, w->type);
    for (int64_t i = 1; i < x->len; i++) better(o, p + row * (size_t)i, o, (size_t)x->inner, KSHAPE_AA);
}

static void values_item(void *arg, size_t i)
{
    const Values *w = arg;
    int64_t at = (int64_t)i * w->chunk, end = w->x.outer - at < w->chunk ? w->x.outer : at + w->chunk;
    for (; at < end; at++) values_of_slab(w, at);
}

static void ends_item(void *arg, size_t i)
{
    const Values *w = arg;
    int64_t at = (int64_t)i * w->chunk, m = w->x.len - at < w->chunk ? w->x.len - at : w->chunk;
    widen(w, w->first, w->ends + 16 * i, w->ends + 16 * i + 8, w->in + (size_t)at * type_size(w->type), m);
}

// A single vector: each item begins with the first number, as the whole does.
static void values_of_vector(Call *c, Values *w, int threads)
{
    w->chunk = threads_chunk(w->x.len, threads, FUSE_PIECE);
    w->first = first_number(w->type, w->in, w->x.len);
    size_t items = (size_t)((w->x.len + w->chunk - 1) / w->chunk);
    w->ends = call_scratch(c, items * 16);
    call_run(c, threads, items, ends_item, w);
    for (size_t i = 1; i < items; i++) kern_widen(w->type)(w->ends, w->ends + 8, w->ends + 16 * i, 1);
    for (size_t i = 1; i < items; i++) kern_widen(w->type)(w->ends, w->ends + 8, w->ends + 16 * i + 8, 1);
    memcpy(w->out, w->ends + (w->max ? 8 : 0), type_size(w->type));
}

static Val *values_only(Call *c, const Val *v, const Axis *x, bool max)
{
    enum { SLABS = 4096 };  // an item without threads
    void *out;
    TypeCode t = (TypeCode)v->type;
    Val *cell = axis_reduced(c, v, x, t, &out);
    int threads = call_threads(c, v->a->n, 0.02 * (double)type_size(t));
    Values w = {.type = t, .x = *x, .max = max, .in = v->a->data, .out = out};
    if (threads > 1 && x->outer == 1 && x->inner == 1) {
        values_of_vector(c, &w, threads);
    } else if (x->outer == 1) {
        values_of_slab(&w, 0);
    } else {
        w.chunk = threads > 1 ? threads_chunk(x->outer, threads, 1) : SLABS;
        call_run(c, threads, (size_t)((x->outer + w.chunk - 1) / w.chunk), values_item, &w);
    }
    return cell;
}

// --- Where they are -------------------------------------------------------------------------------------------------

typedef struct Search {
    Finder find;
    Axis x;
    size_t size;  // bytes of a key
    bool nan;
    const char *p;
    int64_t *low, *high;  // of each vector
    int64_t chunk;        // vectors of an item; of a single vector: elements
} Search;

static void find_vectors(void *arg, size_t i)
{
    const Search *s = arg;
    const Axis *x = &s->x;
    int64_t n = x->outer * x->inner, at = (int64_t)i * s->chunk;
    for (int64_t k = at, end = n - at < s->chunk ? n : at + s->chunk; k < end; k++) {
        int64_t start = k / x->inner * x->len * x->inner + k % x->inner;
        s->find(s->p + (size_t)start * s->size, 0, x->len, x->inner, s->nan, &s->low[k], &s->high[k]);
        s->low[k] = start + s->low[k] * x->inner;
        s->high[k] = start + s->high[k] * x->inner;
    }
}

static void find_in_part(void *arg, size_t i)
{
    const Search *s = arg;
    int64_t at = (int64_t)i * s->chunk, end = s->x.len - at < s->chunk ? s->x.len : at + s->chunk;
    s->find(s->p, at, end, 1, s->nan, &s->low[i], &s->high[i]);
}

// Of what the parts have found the first that is best; keys has room for a key a part.
static int64_t best_part(const Search *s, const int64_t *found, size_t parts, char *keys, bool max)
{
    int64_t low, high;
    for (size_t i = 0; i < parts; i++) memcpy(keys + i * s->size, s->p + (size_t)found[i] * s->size, s->size);
    s->find(keys, 0, (int64_t)parts, 1, s->nan, &low, &high);
    return found[max ? high : low];
}

static void find_in_vector(Call *c, const Search *whole, int threads)
{
    Search s = *whole;
    s.chunk = threads_chunk(s.x.len, threads, FUSE_PIECE);
    size_t parts = (size_t)((s.x.len + s.chunk - 1) / s.chunk);
    s.low = call_scratch(c, parts * sizeof *s.low);
    s.high = call_scratch(c, parts * sizeof *s.high);
    char *keys = call_scratch(c, parts * s.size);
    call_run(c, threads, parts, find_in_part, &s);
    *whole->low = best_part(&s, s.low, parts, keys, false);
    *whole->high = best_part(&s, s.high, parts, keys, true);
}

static void find_all(Call *c, Search *s)
{
    enum { VECTORS = 4096 };  // an item without threads
    int64_t n = s->x.outer * s->x.inner;
    int threads = call_threads(c, n * s->x.len, s->find == find_STRING ? 10 : 0.025 * (double)s->size);
    if (threads > 1 && n == 1) {
        find_in_vector(c, s, threads);
        return;
    }
    s->chunk = threads > 1 ? threads_chunk(n, threads, 1) : VECTORS;
    call_run(c, threads, (size_t)((n + s->chunk - 1) / s->chunk), find_vectors, s);
}

// The slots of MAX and MIN are the same; `max` says which value is the result and which the keyword's.
static void extremes(Call *c, bool max)
{
    const Val *v = call_arg(c, 0);
    if (v->type != T_STRING) axis_need_numeric(c, v, 0);
    Axis x = axis_of(c, v, call_kw_int(c, KW_MAX_DIMENSION, 0));
    call_hush_math(c);
    if (asks_values_only(c, v)) {
        call_return_take(c, val_take(values_only(c, v, &x, max)));
        return;
    }
    const Val *keys = keys_of(c, v, call_kw_set(c, KW_MAX_ABSOLUTE));
    int64_t n = x.outer * x.inner;
    int64_t *low = call_alloc(c, (size_t)n * sizeof *low), *high = call_alloc(c, (size_t)n * sizeof *high);
    bool nan = call_kw_set(c, KW_MAX_NAN);
    StrSlot one = {.p = keys->s};
    const void *p = keys->type == T_STRING && !val_is_array(keys) ? (const void *)&one : val_data_peek(keys);
    find_all(c, &(Search){finders[keys->type], x, type_size(keys->type), nan, p, low, high, 0});
    const int64_t *mine = max ? high : low, *other = max ? low : high;
    call_return_take(c, val_take(values_at(c, v, &x, mine, n)));
    Val *at = subscripts(c, v, &x, mine, n), *at_other = subscripts(c, v, &x, other, n);
    Val *opposite = values_at(c, v, &x, other, n);
    if (c->argc > 1) call_set_take(c, 1, val_take(at));
    call_kw_set_take(c, KW_MAX_SUBSCRIPT_MIN, val_take(at_other));
    call_kw_set_take(c, KW_MAX_MIN, val_take(opposite));
}

// MAX(Array [, Max_Subscript] [, /ABSOLUTE] [, DIMENSION=n] [, MIN=v] [, /NAN] [, SUBSCRIPT_MIN=v]): the greatest value,
// of Array's type. Manual: MAX.
static void fn_max(Call *c) { extremes(c, true); }

// MIN(Array [, Min_Subscript] [, /ABSOLUTE] [, DIMENSION=n] [, MAX=v] [, /NAN] [, SUBSCRIPT_MAX=v]). Manual: MIN.
static void fn_min(Call *c) { extremes(c, false); }

// --- Piece by piece -------------------------------------------------------------------------------------------------

typedef struct Extremes {
    _Alignas(8) char low[8], high[8];
    TypeCode type;
    bool begun;  // low and high are numbers, not NaN
} Extremes;
_Static_assert(sizeof(Extremes) <= REDUCER_STATE, "a reducer's state has room");

static bool extremes_begin(void *state, TypeCode t, int64_t n)
{
    (void)n;
    *(Extremes *)state = (Extremes){.type = t};
    return kern_widen(t) != NULL;
}

static void extremes_piece(void *state, const void *p, int64_t n)
{
    Extremes *e = state;
    int before = fetestexcept(FE_INVALID);
    if (!e->begun) {
        const char *first = first_number(e->type, p, n);
        memcpy(e->low, first, type_size(e->type));
        memcpy(e->high, first, type_size(e->type));
        e->begun = !is_nan(e->type, first);
    }
    kern_widen(e->type)(e->low, e->high, p, (size_t)n);
    if (!before && fetestexcept(FE_INVALID)) feclearexcept(FE_INVALID);  // comparing with NaN is no error
}

// A chunk begins where the first piece has ended.
static void extremes_fork(void *chunk, const void *state, int64_t skip)
{
    (void)skip;
    *(Extremes *)chunk = *(const Extremes *)state;
}

static void extremes_join(void *state, const void *chunk)
{
    Extremes *e = state;
    const Extremes *k = chunk;
    if (!e->begun) {
        *e = *k;
        return;
    }
    if (!k->begun) return;
    kern_widen(e->type)(e->low, e->high, k->low, 1);
    kern_widen(e->type)(e->low, e->high, k->high, 1);
}

static Val max_end(void *state) { return val_from_element(((Extremes *)state)->type, ((Extremes *)state)->high); }
static Val min_end(void *state) { return val_from_element(((Extremes *)state)->type, ((Extremes *)state)->low); }

static const Reducer max_reducer = {extremes_begin, extremes_piece, max_end, extremes_fork, extremes_piece, extremes_join};
static const Reducer min_reducer = {extremes_begin, extremes_piece, min_end, extremes_fork, extremes_piece, extremes_join};

static const Routine rows[] = {
    {"MAX", FUNCTION, {1, 2}, fn_max, "Array [, Max_Subscript]", KEYS(MAX), .reducer = &max_reducer, .pooled = true},
    {"MIN", FUNCTION, {1, 2}, fn_min, "Array [, Min_Subscript]", KEYS(MIN), .reducer = &min_reducer, .pooled = true},
};
ROUTINE_TABLE(lib_extremes, rows)
