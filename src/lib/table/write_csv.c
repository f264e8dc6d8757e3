// WRITE_CSV. Start at pro_write_csv.
#include "lib/archive/sink.h"
#include "lib/io/record.h"
#include "lib/json/decimal.h"
#include "vm/names/library.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#define WRITE_CSV_KEYWORDS(K, R) K(R, HEADER, "=names") K(R, TABLE_HEADER, "=lines")
KEYWORDS(WRITE_CSV)

enum { PIECE = 1 << 20, POLL_ROWS = 4096 };

// A column: where its values are.
typedef struct Written {
    TypeCode type;
    const char *at;
    size_t stride;
} Written;

typedef struct Writing {
    Call *c;
    Written *columns;
    int64_t n, rows, cap;
    Buf line;
    Sink *sink;
} Writing;

static void release(void *p) { buf_free(&((Writing *)p)->line); }

// --- What is written
// ----------------------------------------------------------------------------------------------------

static void add_column(Writing *x, TypeCode t, const void *at, size_t stride, int64_t rows)
{
    if (!type_is_numeric(t) && t != T_STRING) throw_msg(x->c, E_TYPE, "Data must be numbers or strings.");
    if (x->n && rows != x->rows) throw_msg(x->c, E_SHAPE, "Data fields must have the same number of elements.");
    if (x->n == x->cap) {
        x->cap = x->cap ? 2 * x->cap : 16;
        Written *more = call_scratch(x->c, (size_t)x->cap * sizeof *more);
        if (x->n) memcpy(more, x->columns, (size_t)x->n * sizeof *more);
        x->columns = more;
    }
    x->rows = rows;
    x->columns[x->n++] = (Written){t, at, stride};
}

// A structure of vectors, or an array of structures with scalars.
static void add_structure(Writing *x, const Arr *a)
{
    for (int i = 0; i < a->def->ntags; i++) {
        const Tag *t = &a->def->tag[i];
        if (a->n > 1 && t->n != 1) throw_msg(x->c, E_SHAPE, "Tags of an array of structures must be scalars.");
        const char *at = (const char *)a->data + t->offset;
        if (a->n > 1)
            add_column(x, (TypeCode)t->type, at, a->elem, a->n);
        else
            add_column(x, (TypeCode)t->type, at, t->elem, t->n);
    }
}

static void add_data(Writing *x, int i)
{
    const Val *v = call_arg(x->c, i);
    if (v->type == T_STRUCT) {
        add_structure(x, v->a);
    } else if (!val_is_array(v)) {
        Val *one = call_keep_take(x->c, val_copy(v));
        add_column(x, (TypeCode)v->type, v->type == T_STRING ? (const void *)&one->s : (const void *)&one->bits, 0, 1);
    } else if (v->a->rank == 1) {
        add_column(x, (TypeCode)v->type, v->a->data, v->a->elem, v->a->n);
    } else if (v->a->rank == 2) {
        size_t stride = v->a->elem * (size_t)v->a->dim[0];
        for (int64_t k = 0; k < v->a->dim[0]; k++)
            add_column(x, (TypeCode)v->type, arr_at(v->a, k), stride, v->a->dim[1]);
    } else {
        throw_msg(x->c, E_SHAPE, "Data must have one or two dimensions.");
    }
}

// --- Values
// -------------------------------------------------------------------------------------------------------------

static void put_text(Buf *b, const char *p, size_t n)
{
    bool plain = true;
    for (size_t i = 0; i < n && plain; i++) plain = p[i] != ',' && p[i] != '"' && p[i] != '\n' && p[i] != '\r';
    if (plain && n && (p[0] == ' ' || p[n - 1] == ' ')) plain = false;
    if (plain) {
        buf_put(b, p, n);
        return;
    }
    buf_putc(b, '"');
    for (size_t i = 0; i < n; i++) {
        if (p[i] == '"') buf_putc(b, '"');
        buf_putc(b, p[i]);
    }
    buf_putc(b, '"');
}

static void put_real(Buf *b, double v, bool is_single)
{
    char text[DECIMAL_MAX];
    if (isfinite(v))
        buf_put(b, text, decimal_put(text, v, is_single, 0));
    else
        buf_puts(b, isnan(v) ? "NaN" : v > 0 ? "Inf" : "-Inf");
}

static void put_complex(Buf *b, double re, double im, bool is_single)
{
    buf_puts(b, "\"(");
    put_real(b, re, is_single);
    buf_putc(b, ',');
    put_real(b, im, is_single);
    buf_puts(b, ")\"");
}

static void put_value(Buf *b, TypeCode t, const void *at)
{
    float f[2];
    double d[2];
    int64_t whole = 0;
    switch (t) {
    case T_STRING: {
        const Str *s = ((const StrSlot *)at)->p;
        put_text(b, str_text(s), str_len(s));
        break;
    }
    case T_FLOAT:
    case T_COMPLEX:
        memcpy(f, at, type_size(t));
        if (t == T_FLOAT)
            put_real(b, (double)f[0], true);
        else
            put_complex(b, (double)f[0], (double)f[1], true);
        break;
    case T_DOUBLE:
    case T_DCOMPLEX:
        memcpy(d, at, type_size(t));
        if (t == T_DOUBLE)
            put_real(b, d[0], false);
        else
            put_complex(b, d[0], d[1], false);
        break;
    case T_INT:
        whole = *(const int16_t *)at;
        buf_printf(b, "%lld", (long long)whole);
        break;
    case T_LONG:
        whole = *(const int32_t *)at;
        buf_printf(b, "%lld", (long long)whole);
        break;
    case T_LONG64:
        memcpy(&whole, at, sizeof whole);
        buf_printf(b, "%lld", (long long)whole);
        break;
    default: memcpy(&whole, at, type_size(t)); buf_printf(b, "%llu", (unsigned long long)whole);
    }
}

// --- The file
// -----------------------------------------------------------------------------------------------------------

static void flush(Writing *x, size_t least)
{
    if (x->line.len < least) return;
    if (!buf_ok(&x->line)) throw_no_memory(x->c);
    if (!sink_put(x->sink, x->line.p, x->line.len)) sink_throw(x->c, x->sink);
    buf_clear(&x->line);
}

static void put_rows(Writing *x)
{
    for (int64_t i = 0; i < x->rows; i++) {
        if (i % POLL_ROWS == 0) call_poll(x->c);
        for (int64_t k = 0; k < x->n; k++) {
            if (k) buf_putc(&x->line, ',');
            put_value(&x->line, x->columns[k].type, x->columns[k].at + (size_t)i * x->columns[k].stride);
        }
        buf_putc(&x->line, '\n');
        flush(x, PIECE);
    }
}

// The strings of a keyword, each followed by `between`, or by a line's end after the last.
static void put_strings(Writing *x, int slot, const char *name, int64_t expected, bool as_fields)
{
    const Val *v = call_kw(x->c, slot);
    if (!v) return;
    if (v->type != T_STRING) throw_msg(x->c, E_TYPE, "%s must be of type STRING.", name);
    int64_t n = val_count(v);
    if (n == 1 && !val_is_array(v) && !str_len(v->s)) return;
    if (expected && n != expected)
        throw_msg(x->c, E_SHAPE, "%s must have as many elements as there are columns.", name);
    for (int64_t i = 0; i < n; i++) {
        const Str *s = val_is_array(v) ? ((const StrSlot *)v->a->data)[i].p : v->s;
        if (as_fields)
            put_text(&x->line, str_text(s), str_len(s));
        else
            buf_put(&x->line, str_text(s), str_len(s));
        buf_putc(&x->line, as_fields && i < n - 1 ? ',' : '\n');
    }
}

// WRITE_CSV, Filename, Data1 [, ..., Data8] [, HEADER=names] [, TABLE_HEADER=lines]: columns as comma-separated values
// (RFC 4180): vectors, the rows of one matrix, or the tags of one structure. Texts are in quotes where they need be;
// numbers have the fewest digits that bring them back. HEADER: a first line of names; TABLE_HEADER: lines before it.
// Manual: WRITE_CSV.
static void pro_write_csv(Call *c)
{
    Writing *x = call_alloc(c, sizeof *x);
    *x = (Writing){.c = c, .line = BUF_INIT(BUF_NO_LIMIT)};
    call_defer(c, release, x);
    library_look_again(c->vm);
    Paths paths = paths_of(c, 0, PATHS_NAMES);
    if (paths.n != 1) throw_msg(c, E_SHAPE, "Filename must be a scalar string.");
    for (int i = 1; i < c->argc; i++) {
        const Val *v = call_arg(c, i);
        bool is_table = v->type == T_STRUCT || (val_is_array(v) && v->a->rank > 1);
        if (is_table && c->argc > 2) throw_msg(c, E_SHAPE, "A structure or matrix must be the only data.");
        add_data(x, i);
    }
    put_strings(x, KW_WRITE_CSV_TABLE_HEADER, "TABLE_HEADER", 0, false);
    put_strings(x, KW_WRITE_CSV_HEADER, "HEADER", x->n, true);
    x->sink = sink_file(c, paths.p[0], 0666);
    put_rows(x);
    flush(x, 1);
    sink_keep(c, x->sink);
}

static const Routine rows[] = {
    {"WRITE_CSV", PROCEDURE, {2, 9}, pro_write_csv, "Filename, Data1 [, Data2, ..., Data8]", KEYS(WRITE_CSV)},
};
ROUTINE_TABLE(lib_write_csv, rows)
