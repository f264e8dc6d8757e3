// STRMID, STRPOS, STRPUT: parts of strings by position. Positions count bytes from 0, or from the end when reversed.
// Start at fn_strmid.
#include "lib/format/convert.h"
#include "lib/string/texts.h"
#include "sys/interrupt.h"
#include "vm/array/threads.h"
#include "vm/call/sharing.h"

#include <string.h>

// Positions and lengths: one for all strings, or arrays: n for each string, the same for all, or (of more dimensions) a row
// of n for each of them.
typedef struct Numbers {
    const int64_t *p;
    int64_t n, row;  // row: from one string's to the next one's; 0: the same
    bool is_array;
} Numbers;

static Numbers numbers_arg(Call *c, int i, const Texts *t)
{
    const Val *v = call_convert(c, call_arg(c, i), T_LONG64);
    Numbers x = {val_data_peek(v), val_count(v), 0, val_is_array(v)};
    if (x.is_array && v->a->rank > 1 && t->n > 1 && x.n / v->a->dim[0] >= t->n) x.n = x.row = v->a->dim[0];
    return x;
}

static int64_t number_at(const Numbers *x, int64_t string, int64_t k) { return x->p[x->is_array ? string * x->row + k : 0]; }

#define STRMID_KEYWORDS(K, R) K(R, REVERSE_OFFSET, FLAG)
KEYWORDS(STRMID)

// The part of s from `first`, at most `len` long; positions before the start count as the start.
static inline void put_part(Call *c, TextsResult *r, int64_t at, const Str *s, int64_t first, int64_t len, bool reverse)
{
    int64_t n = (int64_t)str_len(s);
    if (reverse) first = first < -n ? n : n - 1 - first;
    if (first < 0) first = 0;
    if (first > n) first = n;
    if (len > n - first) len = n - first;
    if (len < 0) len = 0;
    if (len == n) texts_set_same(r, at, s);
    else if (!texts_set_seen(r, at, str_text(s) + first, (size_t)len)) texts_set(c, r, at, str_text(s) + first, (size_t)len);
}

// The same part of each of the texts of an array.
static void put_same_parts(Call *c, const TextsResult *result, const Texts *texts, int64_t first, int64_t len, bool reverse)
{
    TextsResult r = *result;  // as Texts: in registers
    Texts t = *texts;
    for (int64_t i = 0; i < t.n; i++) {
        texts_ahead(&t, i);
        if (!(i & 0x3FFF)) call_poll(c);
        put_part(c, &r, i, t.p[i].p, first, len, reverse);
    }
}

// The shape of one part a string: the strings' own, or when there is one string, that of the positions.
static TextsResult parts_result(Call *c, const Texts *t, int arg)
{
    void *data;
    Val *cell = convert_new_like(c, t->is_array ? t->v : call_arg(c, arg), T_STRING, &data);
    return texts_filling(c, cell, data);
}

// Position arrays give several parts of each string: the first dimension, before those of the strings.
static TextsResult several_result(Call *c, const Texts *t, int64_t per_string)
{
    int64_t dim[MAX_RANK + 1] = {per_string};
    int rank = 1;
    if (t->is_array) {
        memcpy(dim + 1, t->v->a->dim, (size_t)t->v->a->rank * sizeof *dim);
        rank += t->v->a->rank;
    }
    if (rank > MAX_RANK) throw_msg(c, E_SHAPE, "Array would have more than %d dimensions.", MAX_RANK);
    Val *cell = convert_new_array(c, T_STRING, rank, dim);
    return texts_filling(c, cell, cell->a->data);
}

static void fn_strmid(Call *c)
{
    Texts t = texts_arg(c, 0);
    Numbers first = numbers_arg(c, 1, &t), len = {0};
    if (c->argc > 2) len = numbers_arg(c, 2, &t);
    bool reverse = call_kw_set(c, KW_STRMID_REVERSE_OFFSET);
    bool several = first.is_array || len.is_array;
    int64_t per = 1;
    if (several) per = !first.is_array ? len.n : !len.is_array || first.n < len.n ? first.n : len.n;
    TextsResult r = several && !(per == 1 && t.n > 1) ? several_result(c, &t, per) : parts_result(c, &t, 1);
    if (!several && t.p) put_same_parts(c, &r, &t, *first.p, len.p ? *len.p : INT64_MAX, reverse);
    else for (int64_t i = 0; i < t.n; i++) {
        texts_ahead(&t, i);
        texts_poll(c, &t, i);
        for (int64_t k = 0; k < per; k++)
            put_part(c, &r, i * per + k, texts_at(&t, i), number_at(&first, i, k),
                     len.p ? number_at(&len, i, k) : INT64_MAX, reverse);
    }
    texts_return(c, &r);
}

#define STRPOS_KEYWORDS(K, R) K(R, REVERSE_OFFSET, FLAG) K(R, REVERSE_SEARCH, FLAG)
KEYWORDS(STRPOS)

// The first place of the m bytes at `what` in the n at p; -1: none. A call of the library's search costs more than a short text.
static int64_t find_bytes(const char *p, int64_t n, const char *what, int64_t m)
{
    enum { SHORT = 64 };
    if (m == 0) return 0;
    if (n > SHORT) {
        const char *hit = memmem(p, (size_t)n, what, (size_t)m);
        return hit ? hit - p : -1;
    }
    for (int64_t i = 0; i <= n - m; i++) {
        if (p[i] != what[0]) continue;
        int64_t k = 1;
        while (k < m && p[i + k] == what[k]) k++;
        if (k == m) return i;
    }
    return -1;
}

// Of a long text, in pieces, so that Ctrl-C is seen; the answer is then of no account.
static int64_t find_in_pieces(const char *p, int64_t n, const char *what, int64_t m)
{
    enum { STEP = 1 << 22 };
    for (int64_t at = 0; at <= n - m && !sys_interrupted(); at += STEP) {
        int64_t hit = find_bytes(p + at, n - at < STEP + m - 1 ? n - at : STEP + m - 1, what, m);
        if (hit >= 0) return at + hit;
    }
    return -1;
}

static int64_t find(const Str *s, const Str *what, int64_t start, bool backwards)
{
    int64_t n = (int64_t)str_len(s), m = (int64_t)str_len(what), last = n - m;
    const char *p = str_text(s);
    if (last < 0) return -1;
    if (!backwards) {
        if (start > last) return -1;
        int64_t at = find_in_pieces(p + start, n - start, str_text(what), m);
        return at < 0 ? -1 : start + at;
    }
    for (int64_t i = start < last ? start : last; i >= 0 && !sys_interrupted(); i--)
        if (!memcmp(p + i, str_text(what), (size_t)m)) return i;
    return -1;
}

typedef struct Search {
    Texts t;
    const Str *what;
    bool reverse, backwards, has_start;
    int64_t pos, chunk;
    int32_t *out;
} Search;

static void find_item(void *arg, size_t item)
{
    const Search *k = arg;
    int64_t i = (int64_t)item * k->chunk, end = k->t.n - i < k->chunk ? k->t.n : i + k->chunk;
    for (; i < end; i++) {
        const Str *s = texts_at(&k->t, i);
        int64_t n = (int64_t)str_len(s), start = k->reverse || k->backwards ? n - 1 : 0;
        if (k->has_start) start = !k->reverse ? k->pos : k->pos < -n ? n : n - 1 - k->pos;
        if (start < 0) start = 0;
        k->out[i] = n && (start < n || k->backwards) ? (int32_t)find(s, k->what, start, k->backwards) : -1;
    }
}

static void fn_strpos(Call *c)
{
    enum { PIECE = 512 };
    Search k = {.t = texts_arg(c, 0), .what = texts_scalar(c, 1), .has_start = c->argc > 2};
    k.reverse = call_kw_set(c, KW_STRPOS_REVERSE_OFFSET);
    k.backwards = call_kw_set(c, KW_STRPOS_REVERSE_SEARCH);
    k.pos = k.has_start ? call_int(c, 2) : 0;
    TextsResult r = texts_result(c, &k.t, T_LONG);
    k.out = r.data;
    int threads = call_threads(c, k.t.n, 5);
    k.chunk = threads_chunk(k.t.n, threads, PIECE);
    call_run(c, threads, (size_t)((k.t.n + k.chunk - 1) / k.chunk), find_item, &k);
    call_poll(c);
    texts_return(c, &r);
}

// ---- STRPUT --------------------------------------------------------------------------------------------------------

// Overwrites characters of s from `first` on; what would lie outside is dropped. A shared string is copied first.
static Str *overwritten(Call *c, Str *s, const Str *with, int64_t first)
{
    int64_t n = (int64_t)str_len(s), m = (int64_t)str_len(with);
    if (first < 0) first = 0;
    if (first >= n || m == 0) return s;
    if (s->refs > 1) {
        Str *own = str_new(s->s, s->len);
        if (!own) throw_no_memory(c);
        str_drop(s);
        s = own;
    }
    memcpy(s->s + first, with->s, (size_t)(m < n - first ? m : n - first));
    return s;
}

static void pro_strput(Call *c)
{
    Val *v = call_var_mut(c, 0);
    if (v->type != T_STRING)
        throw_msg(c, E_TYPE, "String expression required in this context: %s.", call_arg_name(c, 0));
    // A second reference: the source may be the destination.
    const Str *with = call_keep_take(c, val_str_take(str_ref((Str *)texts_scalar(c, 1))))->s;
    int64_t first = c->argc > 2 ? call_int(c, 2) : 0;
    if (!val_is_array(v)) {
        if (v->s) v->s = overwritten(c, v->s, with, first);
        return;
    }
    Arr *a = arr_mut(v);
    if (!a) throw_no_memory(c);
    StrSlot *slots = a->data;
    for (int64_t i = 0; i < a->n; i++)
        if (slots[i].p) slots[i].p = overwritten(c, slots[i].p, with, first);
}

static const Routine rows[] = {
    {"STRMID", FUNCTION, {2, 3}, fn_strmid, "Expression, First_Character [, Length]", KEYS(STRMID)},
    {"STRPOS", FUNCTION, {2, 3}, fn_strpos, "Expression, Search_String [, Pos]", KEYS(STRPOS)},
    {"STRPUT", PROCEDURE, {2, 3}, pro_strput, "Destination, Source [, Position]"},
};
ROUTINE_TABLE(lib_string_part, rows)
