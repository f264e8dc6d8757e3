// JSON_SERIALIZE. Start reading at fn_json_serialize.
#include "base/buf.h"
#include "base/utf8.h"
#include "fmt/numtext.h"
#include "lib/collection/collection.h"
#include "lib/json/decimal.h"
#include "vm/call/call.h"

#include <ctype.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#define JSON_SERIALIZE_KEYWORDS(K, R)                                                                                  \
    K(R, LOWERCASE, FLAG) K(R, NANINF_LITERAL, FLAG) K(R, PRECISION, "=digits") K(R, PRETTY, FLAG)
KEYWORDS(JSON_SERIALIZE)

enum { DEPTH_MAX = 1000, INDENT = 2, POLL_EACH = 4096 };

typedef struct Writer {
    Call *call;
    Buf out;
    bool lowers, literals, is_pretty;
    int digits; // 0: as many as bring the number back
    int depth;
    unsigned values;
} Writer;

static void put_value(Writer *w, const Val *v);

// --- Brackets

static void new_line(Writer *w)
{
    if (!w->is_pretty) return;
    buf_putc(&w->out, '\n');
    buf_fill(&w->out, ' ', (size_t)w->depth * INDENT);
}

static void open_bracket(Writer *w, char bracket)
{
    if (++w->depth > DEPTH_MAX)
        throw_msg(w->call, E_VALUE, "Values lie more than 1000 deep in each other (one may hold itself).");
    buf_putc(&w->out, bracket);
}

static void close_bracket(Writer *w, char bracket, bool is_empty)
{
    w->depth--;
    if (!is_empty) new_line(w);
    buf_putc(&w->out, bracket);
}

static void next(Writer *w, int64_t i)
{
    if (!(++w->values % POLL_EACH)) call_poll(w->call);
    if (!buf_ok(&w->out)) throw_no_memory(w->call);
    if (i) buf_putc(&w->out, ',');
    new_line(w);
}

// --- Texts

// Bytes that are no UTF-8 count as Latin-1: what is written is JSON in any case.
static void put_text(Buf *b, const char *text, size_t n)
{
    static const char from[] = "\"\\\b\f\n\r\t", to[] = "\"\\bfnrt";
    char latin[UTF8_MAX];
    uint32_t code;
    buf_putc(b, '"');
    for (size_t i = 0, length; i < n; i += length) {
        unsigned char c = (unsigned char)text[i];
        const char *escape = c ? strchr(from, c) : NULL;
        length = c >= 0x20 ? utf8_take(text + i, n - i, &code) : 0;
        if (escape) {
            buf_putc(b, '\\');
            buf_putc(b, to[escape - from]);
        } else if (length) {
            buf_put(b, text + i, length);
        } else if (c < 0x80) {
            buf_printf(b, "\\u%04x", c);
        } else {
            buf_put(b, latin, utf8_put(latin, c));
        }
        if (!length) length = 1;
    }
    buf_putc(b, '"');
}

static void put_tag_name(Writer *w, const char *name)
{
    buf_putc(&w->out, '"');
    for (; *name; name++) buf_putc(&w->out, w->lowers ? (char)tolower((unsigned char)*name) : *name);
    buf_puts(&w->out, w->is_pretty ? "\": " : "\":");
}

// --- Elements of arrays and structures, as they lie in memory

static void put_real(Writer *w, double x, bool is_single)
{
    char text[DECIMAL_MAX];
    if (isfinite(x)) {
        buf_put(&w->out, text, decimal_put(text, x, is_single, w->digits));
        return;
    }
    const char *word = isnan(x) ? "NaN" : x < 0 ? "-Infinity" : "Infinity";
    buf_printf(&w->out, w->literals ? "%s" : "\"%s\"", word);
}

static void put_record(Writer *w, const SDef *d, const char *p);

static void put_element(Writer *w, TypeCode t, const SDef *d, const char *p)
{
    HeapVar *h;
    if (t == T_STRUCT) {
        put_record(w, d, p);
    } else if (t == T_STRING) {
        const Str *s = *(Str *const *)(const void *)p;
        put_text(&w->out, str_text(s), str_len(s));
    } else if (t == T_PTR || t == T_OBJ) {
        memcpy(&h, p, sizeof h);
        put_value(w, &(Val){.type = t, .h = h});
    } else if (t == T_FLOAT || t == T_DOUBLE) {
        put_real(w, numtext_as_real(t, p), t == T_FLOAT);
    } else if (t == T_ULONG64) {
        buf_printf(&w->out, "%llu", (unsigned long long)numtext_as_int(t, p));
    } else if (type_in(t, TYPES_INTEGER)) {
        buf_printf(&w->out, "%lld", (long long)numtext_as_int(t, p));
    } else {
        throw_msg(w->call, E_TYPE, "JSON has nothing for values of type %s.", type_name(t));
    }
}

// The last dimension is the outermost.
static void put_elements(Writer *w, TypeCode t, const SDef *d, const char *p, size_t elem, int rank, const int64_t *dim)
{
    if (rank == 0) {
        put_element(w, t, d, p);
        return;
    }
    size_t step = elem;
    for (int k = 0; k < rank - 1; k++) step *= (size_t)dim[k];
    open_bracket(w, '[');
    for (int64_t i = 0; i < dim[rank - 1]; i++, p += step) {
        next(w, i);
        put_elements(w, t, d, p, elem, rank - 1, dim);
    }
    close_bracket(w, ']', dim[rank - 1] == 0);
}

static void put_record(Writer *w, const SDef *d, const char *p)
{
    open_bracket(w, '{');
    for (int i = 0; i < d->ntags; i++) {
        const Tag *g = &d->tag[i];
        next(w, i);
        put_tag_name(w, g->name);
        put_elements(w, (TypeCode)g->type, g->def, p + g->offset, g->elem, g->rank, g->dim);
    }
    close_bracket(w, '}', d->ntags == 0);
}

// --- Values

static void put_list(Writer *w, const List *l)
{
    open_bracket(w, '[');
    for (int64_t i = 0; i < l->n; i++) {
        next(w, i);
        put_value(w, list_at(l, i));
    }
    close_bracket(w, ']', l->n == 0);
}

static void put_key(Writer *w, const Val *key)
{
    if (key->type == T_STRING) {
        put_text(&w->out, str_text(key->s), str_len(key->s));
    } else {
        buf_putc(&w->out, '"');
        put_element(w, (TypeCode)key->type, NULL, (const char *)&key->bits);
        buf_putc(&w->out, '"');
    }
    buf_puts(&w->out, w->is_pretty ? ": " : ":");
}

static void put_table(Writer *w, const Table *t)
{
    int64_t at = 0, i = 0;
    open_bracket(w, '{');
    for (const TableEntry *e; (e = table_next(t, &at)) != NULL; i++) {
        next(w, i);
        put_key(w, &e->key);
        put_value(w, &e->v);
    }
    close_bracket(w, '}', t->n == 0);
}

static void put_reference(Writer *w, const Val *v)
{
    const List *l = collection_list_of(v);
    const Table *t = collection_table_of(v);
    if (!v->h || v->h->freed)
        buf_puts(&w->out, "null");
    else if (l)
        put_list(w, l);
    else if (t)
        put_table(w, t);
    else if (v->type == T_OBJ)
        throw_msg(w->call, E_TYPE, "JSON has nothing for an object of class %s.", v->h->v.a->def->name);
    else if (++w->depth > DEPTH_MAX)
        throw_msg(w->call, E_VALUE, "Pointers lie more than 1000 deep in each other.");
    else
        put_value(w, &v->h->v), w->depth--;
}

// The truths of an array, the last dimension outermost.
static const uint8_t *put_booleans(Writer *w, const uint8_t *p, int rank, const int64_t *dim)
{
    if (rank == 0) {
        buf_puts(&w->out, *p ? "true" : "false");
        return p + 1;
    }
    open_bracket(w, '[');
    for (int64_t i = 0; i < dim[rank - 1]; i++) {
        next(w, i);
        p = put_booleans(w, p, rank - 1, dim);
    }
    close_bracket(w, ']', dim[rank - 1] == 0);
    return p;
}

static void put_value(Writer *w, const Val *v)
{
    if (val_is_undef(v)) {
        buf_puts(&w->out, "null");
    } else if (v->flags & VF_BOOL) {
        (void)put_booleans(w, val_data_peek(v), val_is_array(v) ? v->a->rank : 0, val_is_array(v) ? v->a->dim : NULL);
    } else if (val_is_array(v)) {
        const Arr *a = v->a;
        bool is_one = a->type == T_STRUCT && a->n == 1;
        put_elements(w, (TypeCode)a->type, a->def, a->data, a->elem, is_one ? 0 : a->rank, a->dim);
    } else if (v->type == T_PTR || v->type == T_OBJ) {
        put_reference(w, v);
    } else {
        put_element(w, (TypeCode)v->type, NULL, (const char *)&v->bits);
    }
}

static void release(void *w) { buf_free(&((Writer *)w)->out); }

// Result = JSON_SERIALIZE(Value [, /LOWERCASE] [, /NANINF_LITERAL] [, PRECISION=digits] [, /PRETTY]): a value as JSON
// text, in one string. LISTs and arrays become arrays (the last dimension outermost), HASHes and structures objects
// (names of tags in upper case; LOWERCASE: in lower), !NULL, undefined and null references null, booleans true and
// false, pointers what they point to. Numbers have as many digits as bring them back (PRECISION: so many) without zeros
// at the end; NaN and infinities are "NaN", "Infinity" and "-Infinity" (NANINF_LITERAL: without quotes). PRETTY: an
// element a line, two blanks a level. Complex numbers and other objects are errors. Manual: JSON_SERIALIZE.
static void fn_json_serialize(Call *c)
{
    Writer *w = call_alloc(c, sizeof *w);
    int64_t digits = call_kw_int(c, KW_JSON_SERIALIZE_PRECISION, 0);
    if (digits < 0) throw_msg(c, E_VALUE, "PRECISION must not be negative.");
    *w = (Writer){.call = c,
                  .out = BUF_INIT(BUF_NO_LIMIT),
                  .lowers = call_kw_set(c, KW_JSON_SERIALIZE_LOWERCASE),
                  .literals = call_kw_set(c, KW_JSON_SERIALIZE_NANINF_LITERAL),
                  .is_pretty = call_kw_set(c, KW_JSON_SERIALIZE_PRETTY),
                  .digits = (int)(digits > DECIMAL_DIGITS ? DECIMAL_DIGITS : digits)};
    call_defer(c, release, w);
    call_hush_math(c); // of texts that were tried
    const Val *v = call_arg_peek(c, 0);
    put_value(w, v ? v : &VAL_NULL);
    if (!buf_ok(&w->out)) throw_no_memory(c);
    call_return_take(c, val_stringn(w->out.p, w->out.len));
}

static const Routine rows[] = {
    {"JSON_SERIALIZE", FUNCTION, {1, 1}, fn_json_serialize, "Value", KEYS(JSON_SERIALIZE)},
};
ROUTINE_TABLE(lib_json_serialize, rows)
