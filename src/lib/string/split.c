// STRSPLIT and STRJOIN. Pieces are found as positions and lengths first; the result is cut from them. Start at
// fn_strsplit.
#include "base/vec.h"
#include "lib/format/convert.h"
#include "lib/string/pattern.h"
#include "lib/collection/collection.h"
#include "lib/string/texts.h"
#include "sys/interrupt.h"

#include <string.h>

#define STRSPLIT_KEYWORDS(K, R)                                                                          \
    K(R, COUNT, OUT) K(R, ESCAPE, "=string") K(R, EXTRACT, FLAG) K(R, FOLD_CASE, FLAG) K(R, LENGTH, OUT) \
    K(R, PRESERVE_NULL, FLAG) K(R, REGEX, FLAG)
KEYWORDS(STRSPLIT)

typedef struct Piece {
    size_t at, len;
} Piece;

typedef struct Splitter {
    bool is_separator[256];
    const Str *escape;
    Pattern *re;  // NULL: single characters
    bool keep_empty, is_null;  // is_null: an empty pattern was given, which finds no pieces and counts 0 (manual, COUNT)
    VEC(Piece) pieces;
} Splitter;

static void release_splitter(void *p) { VEC_FREE(&((Splitter *)p)->pieces); }

static bool is_escape(const Splitter *s, char ch)
{
    return s->escape && memchr(s->escape->s, ch, s->escape->len) != NULL;
}

static void add_piece(Splitter *s, size_t from, size_t to)
{
    if (to > from || s->keep_empty) VEC_PUSH(&s->pieces, (Piece){from, to - from});
}

static void split_by_characters(Call *c, Splitter *s, const char *p, size_t n)
{
    size_t from = 0;
    for (size_t i = 0; i < n; i++) {
        if (!(~i & 0xFFFFF)) call_poll(c);
        if (is_escape(s, p[i]) && i + 1 < n) {
            i++;
        } else if (s->is_separator[(unsigned char)p[i]]) {
            add_piece(s, from, i);
            from = i + 1;
        }
    }
    add_piece(s, from, n);
}

static void split_by_pattern(Call *c, Splitter *s, const char *p, size_t n)
{
    size_t from = 0, look = 0;
    Span m;
    while (look < n && pattern_match(c, s->re, p, look, n, 1, &m)) {
        if (m.to == m.from) {  // an empty match separates nothing
            look = (size_t)m.to + 1;
            continue;
        }
        add_piece(s, from, (size_t)m.from);
        from = look = (size_t)m.to;
    }
    add_piece(s, from, n);
}

// The piece without its escape characters.
static void put_piece(Call *c, const Splitter *s, TextsResult *r, int64_t i, const char *p, size_t n)
{
    if (!s->escape) {
        texts_set(c, r, i, p, n);
        return;
    }
    char *out = call_alloc(c, n + 1);
    size_t len = 0;
    for (size_t k = 0; k < n; k++) {
        if (is_escape(s, p[k]) && k + 1 < n) k++;
        out[len++] = p[k];
    }
    texts_set(c, r, i, out, len);
}

static void prepare(Call *c, Splitter *s)
{
    const Str *pattern = c->argc > 1 ? texts_scalar(c, 1) : NULL;
    s->escape = call_kw_str_peek(c, KW_STRSPLIT_ESCAPE);
    if (!str_len(s->escape)) s->escape = NULL;
    s->keep_empty = call_kw_set(c, KW_STRSPLIT_PRESERVE_NULL);
    s->is_null = c->argc > 1 && !str_len(pattern);
    if (call_kw_set(c, KW_STRSPLIT_REGEX)) {
        if (c->argc < 2) throw_msg(c, E_ARGS, "A pattern is needed with REGEX.");
        if (s->is_null) return;
        s->re = pattern_compile(c, pattern, call_kw_set(c, KW_STRSPLIT_FOLD_CASE));
        return;
    }
    if (c->argc < 2) s->is_separator[' '] = s->is_separator['\t'] = true;
    for (size_t i = 0; i < str_len(pattern); i++) s->is_separator[(unsigned char)pattern->s[i]] = true;
}

// One value of the result: a scalar in place of a vector when there was nothing to split.
static TextsResult pieces_result(Call *c, const Texts *t, const Splitter *s, TypeCode type)
{
    return s->pieces.len ? texts_vector(c, type, s->pieces.len) : texts_result(c, t, type);
}

// The pieces of one string: their texts or places; *lengths gets their lengths. Both are kept by the call.
static Val *split_one(Call *c, Splitter *s, const Str *text, const Texts *shape, Val **lengths)
{
    const char *p = str_text(text);
    s->pieces.len = 0;
    if (str_len(text) && !s->is_null) (s->re ? split_by_pattern : split_by_characters)(c, s, p, str_len(text));
    TextsResult length = pieces_result(c, shape, s, T_LONG);
    for (int i = 0; i < s->pieces.len; i++) ((int32_t *)length.data)[i] = (int32_t)s->pieces.p[i].len;
    *lengths = length.cell;
    bool extract = call_kw_set(c, KW_STRSPLIT_EXTRACT);
    TextsResult r = pieces_result(c, shape, s, extract ? T_STRING : T_LONG);
    for (int i = 0; i < s->pieces.len; i++) {
        const Piece *q = &s->pieces.p[i];
        if (extract) put_piece(c, s, &r, i, p + q->at, q->len);
        else ((int32_t *)r.data)[i] = (int32_t)q->at;
    }
    return r.cell;
}

// Of several strings: a LIST of what each gives; COUNT is an array, LENGTH a LIST.
static void split_many(Call *c, Splitter *s, const Texts *t)
{
    List *parts, *sizes;
    Val *result = collection_new_list(c, t->n, &parts), *length = collection_new_list(c, t->n, &sizes), *one;
    Arr *count = call_new_array(c, T_LONG, 1, &t->n, true);
    Texts scalar = {.v = t->v, .n = 1};
    for (int64_t i = 0; i < t->n; i++) {
        collection_push_take(c, parts, val_take(split_one(c, s, texts_at(t, i), &scalar, &one)));
        collection_push_take(c, sizes, val_take(one));
        ((int32_t *)count->data)[i] = s->pieces.len;
    }
    call_kw_set_take(c, KW_STRSPLIT_COUNT, val_arr_take(arr_ref(count)));
    call_kw_set_take(c, KW_STRSPLIT_LENGTH, val_take(length));
    call_return_take(c, val_take(result));
}

static void fn_strsplit(Call *c)
{
    Texts t = texts_arg(c, 0);
    Splitter *s = call_alloc(c, sizeof *s);
    call_defer(c, release_splitter, s);
    prepare(c, s);
    if (t.is_array && t.n > 1) {
        split_many(c, s, &t);
        return;
    }
    Val *length, *result = split_one(c, s, texts_at(&t, 0), &t, &length);
    call_kw_set_take(c, KW_STRSPLIT_COUNT, val_long(s->pieces.len));
    call_kw_set_take(c, KW_STRSPLIT_LENGTH, val_take(length));
    call_return_take(c, val_take(result));
}

// ---- STRJOIN -------------------------------------------------------------------------------------------------------

#define STRJOIN_KEYWORDS(K, R) K(R, SINGLE, FLAG)
KEYWORDS(STRJOIN)

// Behind the copy of n bytes at p; short ones without a call.
static char *copied(char *to, const char *p, size_t n)
{
    if (n > 16) return mempcpy(to, p, n);
    if (n >= 8) {
        memcpy(to + n - 8, p + n - 8, 8);
        memcpy(to, p, 8);
    } else if (n >= 4) {
        memcpy(to + n - 4, p + n - 4, 4);
        memcpy(to, p, 4);
    } else {
        for (size_t i = 0; i < n; i++) to[i] = p[i];
    }
    return to + n;
}

static void drop_if_interrupted(Call *c, Str *s)
{
    if (sys_interrupted()) str_drop(s);
    call_poll(c);
}

// n strings from `from` on, into one.
static void join(Call *c, const Texts *t, int64_t from, int64_t n, const Str *between, TextsResult *r, int64_t at)
{
    size_t total = 0;
    for (int64_t i = 0; i < n; i++) {
        if (!(i & 0xFFFFF)) call_poll(c);
        total += str_len(texts_at(t, from + i)) + (i ? str_len(between) : 0);
    }
    Str *joined = str_new(NULL, total);
    if (!joined && total) throw_no_memory(c);
    char *q = joined ? joined->s : NULL;
    for (int64_t i = 0; i < n; i++) {
        const Str *s = texts_at(t, from + i);
        if (!(~i & 0xFFFFF)) drop_if_interrupted(c, joined);
        if (i && between) q = copied(q, between->s, between->len);
        if (s) q = copied(q, s->s, s->len);
    }
    texts_set_take(r, at, joined);
}

static void fn_strjoin(Call *c)
{
    Texts t = texts_arg(c, 0);
    const Str *between = c->argc > 1 ? texts_scalar(c, 1) : NULL;
    TextsResult r;
    if (!t.is_array || t.v->a->rank == 1 || call_kw_set(c, KW_STRJOIN_SINGLE)) {
        Val scalar = val_string("");
        r = (TextsResult){.cell = call_keep_take(c, scalar)};
        join(c, &t, 0, t.n, between, &r, 0);
    } else {
        const Arr *a = t.v->a;
        Val *cell = convert_new_array(c, T_STRING, a->rank - 1, a->dim + 1);
        r = texts_filling(c, cell, cell->a->data);
        for (int64_t i = 0; i < r.cell->a->n; i++) join(c, &t, i * a->dim[0], a->dim[0], between, &r, i);
    }
    texts_return(c, &r);
}

// STRSPLIT(Text [, Pattern]): The places where parts of a text begin, or with /EXTRACT the parts; Pattern's
// characters (blanks) divide them.

// STRTOK(Text [, Pattern]): the name that STRSPLIT had before IDL 5.3; all is as there.

// STRJOIN(Texts [, Between]): Texts joined to one; of an array of more dimensions along the first.

static const Routine rows[] = {
    {"STRSPLIT", FUNCTION, {1, 2}, fn_strsplit, "String [, Pattern]", KEYS(STRSPLIT)},
    {"STRTOK", FUNCTION, {1, 2}, fn_strsplit, "String [, Pattern]", KEYS(STRSPLIT)},
    {"STRJOIN", FUNCTION, {1, 2}, fn_strjoin, "String [, Delimiter]", KEYS(STRJOIN)},
};
ROUTINE_TABLE(lib_string_split, rows)
