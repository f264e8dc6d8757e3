// SORT and UNIQ. Numbers of all types become 64-bit keys that order as the numbers do, which one radix sort puts in
// order; strings are compared. Both are stable: equal elements keep their order. Start reading at fn_sort.
#include "core/heap.h"
#include "lib/array/sort.h"

#include "base/mem.h"
#include "core/str.h"
#include "kern/kern.h"
#include "lib/array/axis.h"
#include "lib/format/convert.h"
#include "vm/array/convert.h"
#include "vm/array/operate.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

typedef struct Pair {
    uint64_t key;
    int64_t at;
} Pair;

// --- Keys -----------------------------------------------------------------------------------------------------------

// Order of the bits as that of the numbers: -0 is 0, NaN comes last.
static uint64_t real_key(double x)
{
    if (isnan(x)) return UINT64_MAX;
    if (x == 0) x = 0;
    uint64_t bits;
    memcpy(&bits, &x, sizeof bits);
    return bits >> 63 ? ~bits : bits | 1ull << 63;
}

static uint64_t float_key(float x)
{
    if (isnan(x)) return UINT32_MAX;
    if (x == 0) x = 0;
    uint32_t bits;
    memcpy(&bits, &x, sizeof bits);
    return bits >> 31 ? (uint32_t)~bits : bits | 1u << 31;
}

static void make_keys(Pair *k, const Val *v, int64_t n)
{
    const void *p = val_data_peek(v);
    for (int64_t i = 0; i < n; i++) {
        k[i].at = i;
        switch (v->type) {
        case T_BYTE: k[i].key = ((const uint8_t *)p)[i]; break;
        case T_INT: k[i].key = (uint64_t)(((const int16_t *)p)[i] + 0x8000); break;
        case T_UINT: k[i].key = ((const uint16_t *)p)[i]; break;
        case T_LONG: k[i].key = (uint32_t)((const int32_t *)p)[i] ^ 1u << 31; break;
        case T_ULONG: k[i].key = ((const uint32_t *)p)[i]; break;
        case T_LONG64: k[i].key = (uint64_t)((const int64_t *)p)[i] ^ 1ull << 63; break;
        case T_ULONG64: k[i].key = ((const uint64_t *)p)[i]; break;
        case T_FLOAT: k[i].key = float_key(((const float *)p)[i]); break;
        default: k[i].key = real_key(((const double *)p)[i]); break;
        }
    }
}

// Keys of 32 bits with the subscript in the lower half: half the bytes to move.
static void make_narrow_keys(uint64_t *k, const Val *v, int64_t n)
{
    const void *p = val_data_peek(v);
    for (int64_t i = 0; i < n; i++) {
        uint64_t key;
        switch (v->type) {
        case T_BYTE: key = ((const uint8_t *)p)[i]; break;
        case T_INT: key = (uint64_t)(((const int16_t *)p)[i] + 0x8000); break;
        case T_UINT: key = ((const uint16_t *)p)[i]; break;
        case T_LONG: key = (uint32_t)((const int32_t *)p)[i] ^ 1u << 31; break;
        case T_ULONG: key = ((const uint32_t *)p)[i]; break;
        default: key = float_key(((const float *)p)[i]); break;
        }
        k[i] = key << 32 | (uint64_t)i;
    }
}

// --- Sorting --------------------------------------------------------------------------------------------------------

// By the upper half, `bits` at a time (11, or 8 of few keys: fewer counts to clear) from the lowest; digits that are the same
// everywhere need no pass.
static inline uint64_t *sort_digits(Call *c, uint64_t *from, uint64_t *to, int64_t n, int bits)
{
    int digits = (32 + bits - 1) / bits, values = 1 << bits;
    int64_t *count = call_alloc(c, (size_t)digits * (size_t)values * sizeof *count);
    for (int64_t i = 0; i < n; i++) {
        for (int d = 0; d < digits; d++) count[d * values + (int)(from[i] >> (32 + bits * d) & (uint64_t)(values - 1))]++;
    }
    for (int d = 0; d < digits; d++, count += values) {
        int shift = 32 + bits * d;
        int64_t sum = 0;
        if (count[from[0] >> shift & (uint64_t)(values - 1)] == n) continue;
        for (int k = 0; k < values; k++) {
            int64_t here = count[k];
            count[k] = sum;
            sum += here;
        }
        for (int64_t i = 0; i < n; i++) {
            if (!(i & 0xFFFFF)) call_poll(c);
            to[count[from[i] >> shift & (uint64_t)(values - 1)]++] = from[i];
        }
        uint64_t *sorted = to;
        to = from;
        from = sorted;
        call_poll(c);
    }
    return from;
}

static uint64_t *sort_narrow(Call *c, uint64_t *from, uint64_t *to, int64_t n)
{
    enum { MANY = 1500 };
    return n < MANY ? sort_digits(c, from, to, n, 8) : sort_digits(c, from, to, n, 11);
}

enum { FEW = 48 };  // up to here insertion is quicker

static void insertion_sort(Pair *k, int64_t n)
{
    for (int64_t i = 1; i < n; i++) {
        Pair x = k[i];
        int64_t j = i;
        for (; j > 0 && k[j - 1].key > x.key; j--) k[j] = k[j - 1];
        k[j] = x;
    }
}

// Byte by byte from the lowest; bytes that are the same everywhere need no pass. Returns the array that holds the result.
static Pair *radix_sort(Call *c, Pair *from, Pair *to, int64_t n)
{
    int64_t(*count)[256] = call_alloc(c, sizeof(int64_t[8][256]));
    for (int64_t i = 0; i < n; i++) {
        for (int b = 0; b < 8; b++) count[b][from[i].key >> 8 * b & 255]++;
    }
    for (int b = 0; b < 8; b++) {
        int64_t sum = 0;
        if (count[b][from[0].key >> 8 * b & 255] == n) continue;
        for (int d = 0; d < 256; d++) {
            int64_t here = count[b][d];
            count[b][d] = sum;
            sum += here;
        }
        for (int64_t i = 0; i < n; i++) {
            if (!(i & 0xFFFFF)) call_poll(c);
            to[count[b][from[i].key >> 8 * b & 255]++] = from[i];
        }
        Pair *sorted = to;
        to = from;
        from = sorted;
        call_poll(c);
    }
    return from;
}

typedef struct Word {
    const Str *s;
    int64_t at;
} Word;

static int compare_words(const void *a, const void *b)
{
    const Word *x = a, *y = b;
    int order = str_cmp(x->s, y->s);
    return order ? order : (x->at > y->at) - (x->at < y->at);
}

static void put(Val *cell, void *out, int64_t i, int64_t at)
{
    if (cell->type == T_LONG64) ((int64_t *)out)[i] = at;
    else ((int32_t *)out)[i] = (int32_t)at;
}

// How many bytes all strings begin with.
static size_t common_beginning(const StrSlot *p, int64_t n)
{
    const Str *first = p[0].p;
    size_t common = str_len(first);
    for (int64_t i = 1; i < n && common; i++) {
        size_t len = str_len(p[i].p), k = 0, most = len < common ? len : common;
        while (k < most && first->s[k] == p[i].p->s[k]) k++;
        common = k;
    }
    return common;
}

// The eight bytes from `skip` on as a number that orders as they do; zeros stand for what is not there.
static uint64_t text_key(const Str *s, size_t skip)
{
    uint64_t key = 0;
    size_t n = str_len(s) - skip;
    memcpy(&key, str_text(s) + skip, n < sizeof key ? n : sizeof key);
    return __builtin_bswap64(key);
}

// The C library may take as much memory again.
static void sort_words(Call *c, Word *w, int64_t n)
{
    int64_t bytes = n * (int64_t)sizeof *w;
    if (!mem_claim(bytes)) throw_no_memory(c);
    qsort(w, (size_t)n, sizeof *w, compare_words);
    mem_unclaim(bytes);
}

// By the first bytes that differ at all; where those agree, string against string.
static void sort_strings(Call *c, const Val *v, int64_t n, Val *cell, void *out)
{
    if (!val_is_array(v)) {
        put(cell, out, 0, 0);
        return;
    }
    const StrSlot *p = v->a->data;
    size_t skip = common_beginning(p, n);
    Pair *k = call_scratch(c, (size_t)n * sizeof *k);
    for (int64_t i = 0; i < n; i++) k[i] = (Pair){text_key(p[i].p, skip), i};
    if (n < FEW) insertion_sort(k, n);
    else k = radix_sort(c, k, call_scratch(c, (size_t)n * sizeof *k), n);
    Word *w = call_scratch(c, (size_t)n * sizeof *w);
    for (int64_t i = 0; i < n; i++) w[i] = (Word){p[k[i].at].p, k[i].at};
    for (int64_t i = 0, end; i < n; i = end) {
        for (end = i + 1; end < n && k[end].key == k[i].key; end++) continue;
        if (end - i > 1) sort_words(c, w + i, end - i);
    }
    for (int64_t i = 0; i < n; i++) put(cell, out, i, w[i].at);
}

static void sort_numbers(Call *c, const Val *v, int64_t n, Val *cell, void *out)
{
    if (n >= FEW && n <= INT32_MAX && type_size(v->type) <= 4) {
        uint64_t *k = call_scratch(c, (size_t)n * sizeof *k);
        make_narrow_keys(k, v, n);
        k = sort_narrow(c, k, call_scratch(c, (size_t)n * sizeof *k), n);
        for (int64_t i = 0; i < n; i++) put(cell, out, i, (int64_t)(uint32_t)k[i]);
        return;
    }
    Pair *k = call_scratch(c, (size_t)n * sizeof *k);
    make_keys(k, v, n);
    if (n < FEW) insertion_sort(k, n);
    else k = radix_sort(c, k, call_scratch(c, (size_t)n * sizeof *k), n);
    for (int64_t i = 0; i < n; i++) put(cell, out, i, k[i].at);
}

const Val *sort_subscripts(Call *c, const Val *v)
{
    int64_t n = val_count(v);
    Val *cell = convert_unset_array(c, T_LONG, 1, &n);
    sort_numbers(c, v, n, cell, cell->a->data);
    return cell;
}

#define SORT_KEYWORDS(K, R) K(R, L64, FLAG)
KEYWORDS(SORT)

// References by the numbers of their heap variables, null ones first.
static const Val *numbers_of_references(Call *c, const Val *v)
{
    void *out;
    Val *cell = convert_unset_like(c, v, T_LONG64, &out);
    for (int64_t i = 0, n = val_count(v); i < n; i++) {
        const HeapVar *h = val_is_array(v) ? ((HeapVar *const *)v->a->data)[i] : v->h;
        ((int64_t *)out)[i] = h ? h->id : 0;
    }
    return cell;
}

// SORT(Array [, /L64]): the subscripts that put Array in ascending order; NaN last, complex numbers by magnitude, equal
// elements in their own order; pointers and objects by their numbers. Manual: SORT.
static void fn_sort(Call *c)
{
    const Val *v = call_arg(c, 0);
    int64_t n = val_count(v);
    bool wide = call_kw_set(c, KW_SORT_L64) || n > INT32_MAX;
    if (v->type == T_PTR || v->type == T_OBJ) v = numbers_of_references(c, v);
    if (v->type != T_STRING) axis_need_numeric(c, v, 0);
    Val *cell = convert_new_array(c, wide ? T_LONG64 : T_LONG, 1, &n);
    void *out = cell->a->data;
    if (v->type == T_STRING) {
        sort_strings(c, v, n, cell, out);
    } else {
        if (type_is_complex(v->type)) {
            unsigned math = 0;
            Val *size = call_keep_take(c, VAL_UNDEF);
            TRY(c, operate_unary(KUOP_ABS, v, false, size, &math));
            v = size;
        }
        sort_numbers(c, v, n, cell, out);
    }
    call_return_take(c, val_take(cell));
}

// --- UNIQ -----------------------------------------------------------------------------------------------------------

// differs[i]: element i is not the one after it; the last is compared with the first, as the manual's own code does.
static void find_changes(Call *c, const Val *v, const int64_t *order, int64_t n, uint8_t *differs)
{
    size_t size = type_size(v->type);
    const char *p = val_data_peek(v);
    int64_t total = val_count(v);
    KernBinary ne = v->type == T_STRING ? NULL : kern_binary(KOP_NE, v->type);
    if (ne && !order && n) {
        ne(differs, p, p + size, (size_t)n - 1, KSHAPE_AA);
        ne(&differs[n - 1], p + (size_t)(n - 1) * size, p, 1, KSHAPE_AA);
        return;
    }
    for (int64_t i = 0; i < n; i++) {
        int64_t a = order ? order[i] : i, b = i + 1 < n ? (order ? order[i + 1] : i + 1) : (order ? order[0] : 0);
        a = a < 0 ? 0 : a >= total ? total - 1 : a;  // as subscripts by an array are
        b = b < 0 ? 0 : b >= total ? total - 1 : b;
        const void *x = p + (size_t)a * size, *y = p + (size_t)b * size;
        if (ne) ne(&differs[i], x, y, 1, KSHAPE_AA);
        else differs[i] = !str_eq(((const StrSlot *)x)->p, ((const StrSlot *)y)->p);
        if (!(i & 0xFFFFF)) call_poll(c);
    }
}

enum { EIGHT = 8 };
#define ALL_EIGHT 0x0101010101010101ull

// Flags i to i + 7 in one word, the first lowest.
static uint64_t eight(const uint8_t *flag, int64_t i, int64_t n)
{
    uint64_t word = 0;
    if (i + EIGHT <= n) memcpy(&word, flag + i, EIGHT);
    else memcpy(&word, flag + i, (size_t)(n - i));
    return word;
}

// The `count` places where differs[i] is 1, or what `order` has there, as t.
static Val *places_of(Call *c, const uint8_t *differs, const int64_t *order, int64_t n, int64_t count, TypeCode t)
{
    Val *cell = convert_unset_array(c, order || t != T_LONG ? T_LONG64 : T_LONG, 1, &count);
    if (cell->type == T_LONG) {
        int32_t *out = cell->a->data;
        for (int64_t i = 0; i < n; i += EIGHT) {
            uint64_t flags = eight(differs, i, n);
            if (flags == ALL_EIGHT) {
                for (int64_t k = 0; k < EIGHT; k++) *out++ = (int32_t)(i + k);
            }
            for (; flags && flags != ALL_EIGHT; flags &= flags - 1) *out++ = (int32_t)i + __builtin_ctzll(flags) / 8;
        }
        return cell;
    }
    int64_t *out = cell->a->data;
    for (int64_t i = 0; i < n; i++) {
        if (differs[i]) *out++ = order ? order[i] : i;
    }
    TRY(c, val_convert_mut(cell, t));
    return cell;
}

// UNIQ(Array [, Index]): the subscripts of the last element of each run of equal elements; with Index, of the runs in
// that order. Manual: UNIQ.
static void fn_uniq(Call *c)
{
    const Val *v = call_arg(c, 0), *index = c->argc > 1 ? call_arg(c, 1) : NULL;
    if (v->type != T_STRING) axis_need_numeric(c, v, 0);
    int64_t n = index ? val_count(index) : val_count(v), count = 0;
    const int64_t *order = index ? val_data_peek(call_convert(c, index, T_LONG64)) : NULL;
    uint8_t *differs = val_is_array(v) ? call_scratch(c, (size_t)n) : call_alloc(c, (size_t)n);
    if (val_is_array(v)) find_changes(c, v, order, n, differs);
    for (int64_t i = 0; i < n; i += EIGHT) count += (int64_t)(eight(differs, i, n) * ALL_EIGHT >> 56);
    int64_t last = n ? n - 1 : 0;
    if (!count) {
        call_return_take(c, val_count(v) > INT32_MAX ? val_long64(last) : val_long((int32_t)last));
        return;
    }
    TypeCode t = index && type_is_integer(index->type) ? (TypeCode)index->type : n > INT32_MAX ? T_LONG64 : T_LONG;
    call_return_take(c, val_take(places_of(c, differs, order, n, count, t)));
}

static const Routine rows[] = {
    {"SORT", FUNCTION, {1, 1}, fn_sort, "Array", KEYS(SORT)},
    {"UNIQ", FUNCTION, {1, 2}, fn_uniq, "Array [, Index]"},
};
ROUTINE_TABLE(lib_sort, rows)
