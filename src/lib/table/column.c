// See column.h.
#include "lib/table/column.h"

#include "lib/table/number.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

const char *column_name(Call *c, int i, int n)
{
    int width = snprintf(NULL, 0, "%d", n);
    char *name = call_alloc(c, 24);
    snprintf(name, 24, "FIELD%0*d", width, i + 1);
    return name;
}

static void add_tag(Call *c, SDef *d, const Group *g, int64_t rows)
{
    const int64_t dims[2] = {g->count, rows};
    bool matrix = g->is_matrix || g->count > 1;
    int rank = matrix ? arr_trim_rank(2, dims) : 1;
    const int64_t *shape = matrix ? dims : &rows;
    if (arr_count(2, dims) < 0) throw_no_memory(c);
    if (sdef_add(d, g->name, g->type, rank, shape, NULL)) return;
    for (int k = 1;; k++) {
        char other[160];
        snprintf(other, sizeof other, "%.128s_%d", g->name, k);
        if (sdef_add(d, other, g->type, rank, shape, NULL)) return;
    }
}

static void drop_definition(void *d) { sdef_drop(d); }

Arr *columns_make(Call *c, Column *columns, int n, const Group *groups, int ngroups, int64_t rows)
{
    SDef *d = sdef_new(NULL);
    call_defer(c, drop_definition, d);
    for (int i = 0; i < ngroups; i++) add_tag(c, d, &groups[i], rows);
    sdef_close(d);
    Arr *a = arr_new_struct(d, 1, &(int64_t){1});
    if (!a) throw_no_memory(c);
    call_keep_take(c, val_arr_take(a));
    for (int i = 0; i < n; i++) {
        if (columns[i].type == T_UNDEF) continue;
        const Tag *t = &d->tag[columns[i].group];
        columns[i].at = (char *)a->data + t->offset + (size_t)columns[i].place * t->elem;
        columns[i].stride = t->elem * (size_t)groups[columns[i].group].count;
    }
    return a;
}

void columns_set_missing(Call *c, Column *columns, int n, double missing)
{
    call_hush_math(c);
    for (int i = 0; i < n; i++) {
        Column *k = &columns[i];
        k->missing = missing;
        if (k->type == T_UNDEF || k->type == T_STRING || k->type == T_COMPLEX || k->type == T_DCOMPLEX) continue;
        const Val v = val_double(missing);
        k->missing_bits = call_convert(c, &v, k->type)->bits;
    }
}

// --- Values ---------------------------------------------------------------------------------------------------------

static void put_real(const Column *k, char *to, double v)
{
    const float single[2] = {(float)v, 0};
    const double both[2] = {v, 0};
    switch (k->type) {
    case T_FLOAT: memcpy(to, single, sizeof *single); break;
    case T_COMPLEX: memcpy(to, single, sizeof single); break;
    case T_DCOMPLEX: memcpy(to, both, sizeof both); break;
    default: memcpy(to, both, sizeof *both);
    }
}

static void put_whole(const Column *k, char *to, int64_t v)
{
    memcpy(to, &v, type_size(k->type)); // the low bytes come first
}

void column_put_missing(const Column *k, int64_t i)
{
    char *to = k->at + (size_t)i * k->stride;
    if (k->type == T_UNDEF || k->type == T_STRING) return;
    if (k->type == T_COMPLEX || k->type == T_DCOMPLEX)
        put_real(k, to, k->missing);
    else
        memcpy(to, &k->missing_bits, type_size(k->type));
}

// A text in quotes without its doubled ones.
static Str *unquoted(Call *c, const Piece *f)
{
    char *text = call_scratch(c, f->n + 1);
    size_t n = 0;
    for (size_t i = 0; i < f->n; i++) {
        text[n++] = f->p[i];
        if (f->p[i] == '"' && i + 1 < f->n && f->p[i + 1] == '"') i++;
    }
    return str_new(text, n);
}

static void put_text(Call *c, char *to, const Piece *f)
{
    bool doubled = f->is_quoted && memchr(f->p, '"', f->n);
    Str *s = doubled ? unquoted(c, f) : str_new(f->p, f->n);
    if (!s && f->n) throw_no_memory(c);
    str_drop(((StrSlot *)to)->p);
    ((StrSlot *)to)->p = s;
}

static bool is_whole(TypeCode t) { return t != T_FLOAT && t != T_DOUBLE && t != T_COMPLEX && t != T_DCOMPLEX; }

void column_put(Call *c, const Column *k, int64_t i, const Piece *field)
{
    char *to = k->at + (size_t)i * k->stride;
    Number x;
    int64_t whole;
    if (k->type == T_UNDEF) return;
    if (k->type == T_STRING) {
        put_text(c, to, field);
        return;
    }
    NumberKind kind = number_read(field->p, field->n, &x);
    if (kind < NUMBER_INTEGER) {
        column_put_missing(k, i);
    } else if (!is_whole(k->type)) {
        put_real(k, to, number_double(&x));
    } else if (kind == NUMBER_INTEGER && number_integer(&x, &whole)) {
        put_whole(k, to, whole);
    } else {
        double v = number_double(&x);
        bool fits = v > -9.2e18 && v < 1.8e19;
        put_whole(k, to, !fits ? INT64_MIN : v < 9.2e18 ? (int64_t)v : (int64_t)(uint64_t)v);
    }
}
