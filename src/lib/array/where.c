// WHERE, ARRAY_EQUAL, ARRAY_INDICES: subscripts of what is true, equality of whole arrays, subscripts split by dimension.
// Start reading at fn_where.
#include "core/str.h"
#include "kern/kern.h"
#include "lib/array/axis.h"
#include "lib/format/convert.h"
#include "vm/array/convert.h"
#include "vm/array/threads.h"
#include "vm/call/sharing.h"

#include <string.h>

// --- WHERE ----------------------------------------------------------------------------------------------------------

#define WHERE_KEYWORDS(K, R) K(R, COMPLEMENT, OUT) K(R, L64, FLAG) K(R, NCOMPLEMENT, OUT) K(R, NULL, FLAG)
KEYWORDS(WHERE)

// The truths of n elements, one bit each, and how many are true.
typedef struct Truths {
    const uint64_t *bits;
    int64_t n, count;
} Truths;

// Elements at..at+m-1 as bytes, non-zero where true.
static const uint8_t *truths_of_piece(const Val *v, int64_t at, int64_t m, uint8_t *room)
{
    const char *p = val_data_peek(v);
    if (v->type == T_BYTE) return (const uint8_t *)p + at;
    if (type_in(v->type, TM(PTR) | TM(OBJ))) {
        for (int64_t i = 0; i < m; i++) room[i] = ((HeapVar *const *)(const void *)p)[at + i] != NULL;
    } else if (v->type != T_STRING) {
        kern_unary(KUOP_TRUE, v->type)(room, p + (size_t)at * type_size(v->type), (size_t)m);
    } else if (val_is_array(v)) {
        for (int64_t i = 0; i < m; i++) room[i] = str_len(((const StrSlot *)v->a->data)[at + i].p) > 0;
    } else {
        room[0] = str_len(v->s) > 0;
    }
    return room;
}

enum { TRUTHS_PIECE = 4096 };

// Runs of pieces, each with its own count.
typedef struct Packing {
    const Val *v;
    uint64_t *bits;
    int64_t n, chunk;  // elements
    int64_t *count;
} Packing;

static void pack_some(void *arg, size_t i)
{
    const Packing *k = arg;
    uint8_t room[TRUTHS_PIECE];
    int64_t at = (int64_t)i * k->chunk, end = k->n - at < k->chunk ? k->n : at + k->chunk;
    k->count[i] = 0;
    for (; at < end; at += TRUTHS_PIECE) {
        int64_t m = end - at < TRUTHS_PIECE ? end - at : TRUTHS_PIECE;
        k->count[i] += kern_select()->pack(k->bits + at / 64, truths_of_piece(k->v, at, m, room), (size_t)m);
    }
}

static Truths truths(Call *c, const Val *v)
{
    if (val_is_array(v) && v->a->is_bits) {
        const FuseBits *b = v->a->data;
        return (Truths){b->bits, b->n, b->count};
    }
    if (!type_in(v->type, TM(STRING) | TM(PTR) | TM(OBJ))) axis_need_numeric(c, v, 0);
    Truths t = {.n = val_count(v)};
    int threads = call_threads(c, t.n, 0.12);
    Packing k = {.v = v, .n = t.n, .chunk = threads_chunk(t.n, threads, TRUTHS_PIECE)};
    size_t items = (size_t)((t.n + k.chunk - 1) / k.chunk);
    k.bits = call_scratch(c, ((size_t)t.n + 63) / 64 * sizeof *k.bits);
    int64_t one;
    k.count = items == 1 ? &one : call_scratch(c, items * sizeof *k.count);
    call_run(c, threads, items, pack_some, &k);
    for (size_t i = 0; i < items; i++) t.count += k.count[i];
    t.bits = k.bits;
    return t;
}

// Subscripts of the elements whose truth is `wanted`; -1 or !NULL when there are none.
static Val *subscripts_of(Call *c, const Truths *t, bool wanted)
{
    int64_t count = wanted ? t->count : t->n - t->count;
    bool wide = call_kw_set(c, KW_WHERE_L64) || t->n > INT32_MAX;
    if (!count) {
        Val none = wide ? val_long64(-1) : val_long(-1);
        return call_keep_take(c, call_kw_set(c, KW_WHERE_NULL) ? VAL_NULL : none);
    }
    Val *cell = convert_new_array(c, wide ? T_LONG64 : T_LONG, 1, &count);
    call_poll(c);
    kern_select()->expand(cell->a->data, wide, t->bits, (size_t)t->n, count, wanted);
    return cell;
}

static Val number(Call *c, int64_t n)
{
    return call_kw_set(c, KW_WHERE_L64) || n > INT32_MAX ? val_long64(n) : val_long((int32_t)n);
}

// WHERE(Array [, Count] [, COMPLEMENT=v] [, /L64] [, NCOMPLEMENT=v] [, /NULL]): the subscripts of the true elements (of
// references: those that are not null), a LONG vector (LONG64 for /L64 and beyond 2^31); none: -1, or !NULL
// with /NULL. Manual: WHERE.
static void fn_where(Call *c)
{
    const Val *v = call_arg(c, 0);
    Truths t = val_count(v) ? truths(c, v) : (Truths){.n = 0};
    call_poll(c);
    Val *found = subscripts_of(c, &t, true);
    if (call_kw_is_var(c, KW_WHERE_COMPLEMENT)) {
        Val *rest = subscripts_of(c, &t, false);
        call_kw_set_take(c, KW_WHERE_COMPLEMENT, val_take(rest));
    }
    call_kw_set_take(c, KW_WHERE_NCOMPLEMENT, number(c, t.n - t.count));
    if (c->argc > 1) call_set_take(c, 1, number(c, t.count));
    call_return_take(c, val_take(found));
}

// --- ARRAY_EQUAL ----------------------------------------------------------------------------------------------------

#define ARRAY_EQUAL_KEYWORDS(K, R) K(R, NO_TYPECONV, FLAG) K(R, NOT_EQUAL, FLAG) K(R, QUIET, FLAG)
KEYWORDS(ARRAY_EQUAL)

static int64_t count_true(const uint8_t *t, int64_t n)
{
    int64_t count = 0;
    for (int64_t at = 0; at < n;) {  // in blocks whose counts fit a register's lanes
        int64_t end = n - at < 65536 ? n : at + 65536;
        uint32_t some = 0;
        for (; at < end; at++) some += t[at] != 0;
        count += some;
    }
    return count;
}

static const Str *string_at(const Val *v, int64_t i)
{
    return val_is_array(v) ? ((const StrSlot *)v->a->data)[i].p : v->s;
}

// True when all pairs are equal (want_equal), or all differ.
static bool all_pairs(Call *c, const Val *a, const Val *b, int64_t n, bool want_equal)
{
    enum { CHUNK = 4096 };
    uint8_t same[CHUNK];
    if (a->type == T_STRING) {
        for (int64_t i = 0; i < n; i++) {
            bool eq = str_eq(string_at(a, val_is_array(a) ? i : 0), string_at(b, val_is_array(b) ? i : 0));
            if (eq != want_equal) return false;
        }
        return true;
    }
    int shape = !val_is_array(b) ? KSHAPE_AS : !val_is_array(a) ? KSHAPE_SA : KSHAPE_AA;
    KernBinary eq = kern_binary(KOP_EQ, a->type);
    const char *p = val_data_peek(a), *q = val_data_peek(b);
    size_t size = type_size(a->type);
    for (int64_t at = 0; at < n; at += CHUNK) {
        int64_t m = n - at < CHUNK ? n - at : CHUNK;
        eq(same, shape == KSHAPE_SA ? p : p + (size_t)at * size, shape == KSHAPE_AS ? q : q + (size_t)at * size,
           (size_t)m, shape);
        if (count_true(same, m) != (want_equal ? m : 0)) return false;
        if (!(at & 0xFFFFF)) call_poll(c);
    }
    return true;
}

static bool same_pointers(const Val *a, const Val *b, int64_t n, bool want_equal)
{
    HeapVar *const *p = val_data_peek(a), *const *q = val_data_peek(b);
    for (int64_t i = 0; i < n; i++) {
        if ((p[val_is_array(a) ? i : 0] == q[val_is_array(b) ? i : 0]) != want_equal) return false;
    }
    return true;
}

// ARRAY_EQUAL(Op1, Op2 [, /NO_TYPECONV] [, /NOT_EQUAL] [, /QUIET]): 1 when all elements are equal (or with /NOT_EQUAL all
// differ); a scalar is compared with each element, otherwise the numbers of elements must agree. References equal
// themselves alone. Manual: ARRAY_EQUAL.
static void fn_array_equal(Call *c)
{
    const Val *a = call_arg_peek(c, 0), *b = call_arg_peek(c, 1);
    if (val_is_undef(a) || val_is_undef(b)) {
        if (!call_kw_set(c, KW_ARRAY_EQUAL_QUIET)) a = call_arg(c, 0), b = call_arg(c, 1);
        call_return_take(c, val_byte(val_is_undef(a) && val_is_undef(b)));
        return;
    }
    int64_t na = val_count(a), nb = val_count(b), n = na > nb ? na : nb;
    bool want_equal = !call_kw_set(c, KW_ARRAY_EQUAL_NOT_EQUAL), result = false;
    bool shapes = na == nb || !val_is_array(a) || !val_is_array(b);
    bool types = a->type == b->type || !call_kw_set(c, KW_ARRAY_EQUAL_NO_TYPECONV);
    if (shapes && types) {
        bool references = type_in(a->type, TM(PTR) | TM(OBJ)) || type_in(b->type, TM(PTR) | TM(OBJ));
        if (references && a->type == b->type) {
            result = same_pointers(a, b, n, want_equal);
        } else if (references) {
            result = !want_equal;  // a reference equals nothing of another type
        } else {
            if (a->type != T_STRING) axis_need_numeric(c, a, 0);
            if (b->type != T_STRING) axis_need_numeric(c, b, 1);
            TypeCode t = type_promote(a->type, b->type);
            result = all_pairs(c, call_convert(c, a, t), call_convert(c, b, t), n, want_equal);
        }
    }
    call_return_take(c, val_byte(result));
}

// --- ARRAY_INDICES --------------------------------------------------------------------------------------------------

#define ARRAY_INDICES_KEYWORDS(K, R) K(R, DIMENSIONS, FLAG)
KEYWORDS(ARRAY_INDICES)

static int indices_shape(Call *c, const Val *v, int64_t *dim)
{
    if (!call_kw_set(c, KW_ARRAY_INDICES_DIMENSIONS)) {
        if (!val_is_array(v)) return dim[0] = 1;
        memcpy(dim, v->a->dim, sizeof v->a->dim);
        return v->a->rank;
    }
    const int64_t *p = val_data_peek(call_convert(c, v, T_LONG64));
    int rank = (int)(val_count(v) < MAX_RANK ? val_count(v) : MAX_RANK);
    for (int i = 0; i < rank; i++) {
        dim[i] = p[i];
        if (p[i] < 1) throw_msg(c, E_SHAPE, "Array dimensions must be greater than 0.");
    }
    return rank;
}

// ARRAY_INDICES(Array | Dims, Index [, /DIMENSIONS]): subscripts by dimension of one-dimensional subscripts: a vector,
// or one row an index. Manual: ARRAY_INDICES.
static void fn_array_indices(Call *c)
{
    int64_t dim[MAX_RANK], total = 1;
    int rank = indices_shape(c, call_arg(c, 0), dim);
    const Val *index = call_arg(c, 1);
    axis_need_numeric(c, index, 1);
    const int64_t *p = val_data_peek(call_convert(c, index, T_LONG64));
    int64_t n = val_count(index);
    for (int i = 0; i < rank; i++) total *= dim[i];
    bool wide = total > INT32_MAX;
    Val *cell = convert_new_array(c, wide ? T_LONG64 : T_LONG, 2, (int64_t[]){rank, n});
    for (int64_t k = 0; k < n; k++) {
        int64_t rest = p[k];
        if (rest < 0 || rest >= total) throw_msg(c, E_SUBSCRIPT, "Index out of range.");
        for (int i = 0; i < rank; i++) {
            if (wide) ((int64_t *)cell->a->data)[k * rank + i] = rest % dim[i];
            else ((int32_t *)cell->a->data)[k * rank + i] = (int32_t)(rest % dim[i]);
            rest /= dim[i];
        }
    }
    call_return_take(c, val_take(cell));
}

static const Routine rows[] = {
    {"WHERE", FUNCTION, {1, 2}, fn_where, "Array [, Count]", KEYS(WHERE), .takes_bits = true, .pooled = true},
    {"ARRAY_EQUAL", FUNCTION, {2, 2}, fn_array_equal, "Op1, Op2", KEYS(ARRAY_EQUAL)},
    {"ARRAY_INDICES", FUNCTION, {2, 2}, fn_array_indices, "Array, Index", KEYS(ARRAY_INDICES)},
};
ROUTINE_TABLE(lib_where, rows)
