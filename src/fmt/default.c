// Free-format output: default fields, rows and planes of arrays, structures in braces, wrapping. Implied print of
// structures is default_implied.c; single numbers are numtext.c. Start reading at default_value.
#include "fmt/default.h"

#include "core/arr.h"
#include "core/heap.h"
#include "core/list.h"
#include "core/table.h"
#include "fmt/numtext.h"
#include "sys/interrupt.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

void default_start(DefaultOut *d, Buf *out, int width)
{
    *d = (DefaultOut){.out = out, .width = width > 0 ? (size_t)width : 0};
}

static void newline(DefaultOut *d)
{
    if (d->ends) VEC_PUSH(&d->ends->at, d->out->len);
    buf_putc(d->out, '\n');
    d->col = 0;
    spill_lines(d->spill, d->out);
}

static bool stops(const DefaultOut *d) { return sys_interrupted() || spill_failed(d->spill); }

// An item is never split: it starts a new line if it would end past the width, unless the line is empty.
static void put_item(DefaultOut *d, const char *p, size_t n)
{
    if (d->width && d->col && d->col + n > d->width) newline(d);
    buf_put(d->out, p, n);
    d->col += n;
    d->ended = false;
}

void default_text(DefaultOut *d, const char *p, size_t n)
{
    put_item(d, p, n);
    const char *last = memrchr(p, '\n', n);
    if (last) d->col = (size_t)(p + n - last - 1);
}

static int reference_text(char *out, size_t cap, TypeCode t, const HeapVar *h)
{
    if (!h || h->freed) {
        return snprintf(out, cap, h ? "<%sHeapVar%lld>" : "<Null%s>", t == T_PTR ? (h ? "Ptr" : "Pointer")
                                                                             : h ? "Obj" : "Object",
                        h ? (long long)h->id : 0LL);
    }
    if (t == T_PTR) return snprintf(out, cap, "<PtrHeapVar%lld>", (long long)h->id);
    const int64_t *n = h->native && h->native->kind == &list_kind    ? &((const List *)h->native)->n
                       : h->native && h->native->kind == &table_kind ? &((const Table *)h->native)->n
                                                                     : NULL;
    const char *class = val_is_array(&h->v) && h->v.a->def && h->v.a->def->name ? h->v.a->def->name : "";
    if (n && sdef_is_a(h->v.a->def, "IDL_OBJECT")) {
        return snprintf(out, cap, "%.128s  <ID=%lld  NELEMENTS=%lld>", class, (long long)h->id, (long long)*n);
    }
    return snprintf(out, cap, "<ObjHeapVar%lld(%.128s)>", (long long)h->id, class);
}

void default_scalar(Buf *out, TypeCode t, const void *p, bool implied)
{
    char text[256];
    if (t == T_STRING) {
        const Str *s = *(Str *const *)p;
        buf_put(out, str_text(s), str_len(s));
    } else if (t == T_PTR || t == T_OBJ) {
        buf_put(out, text, (size_t)reference_text(text, sizeof text, t, *(HeapVar *const *)p));
    } else {
        buf_put(out, text, (size_t)numtext_put(text, t, p, implied));
    }
}

static void put_string(DefaultOut *d, const Str *s, bool blank_before, bool blank_after)
{
    size_t n = str_len(s) + blank_before + blank_after;
    if (d->width && d->col && d->col + n > d->width) newline(d);
    if (blank_before) buf_putc(d->out, ' ');
    buf_put(d->out, str_text(s), str_len(s));
    if (blank_after) buf_putc(d->out, ' ');
    d->col += n;
    d->ended = false;
    const char *last = s ? memrchr(s->s, '\n', s->len) : NULL;
    if (last) d->col = (size_t)(s->s + s->len - last - 1) + blank_after;
}

// The C library's words for what is not finite, right-aligned as IDL's are.
static void use_library_words(char *text)
{
    for (char *q = text; *q; q++) *q = (char)tolower((unsigned char)*q);
    for (char *q; (q = strstr(text, "infinity"));) {
        char *from = q;
        while (from > text && from[-1] != '(' && from[-1] != ',') from--;
        memmove(from + 5, from, (size_t)(q - from) + 3);
        memset(from, ' ', 5);
    }
}

static void put_element(DefaultOut *d, TypeCode t, const void *p)
{
    char text[256];
    int n = t == T_PTR || t == T_OBJ ? reference_text(text, sizeof text, t, *(HeapVar *const *)p)
                                     : numtext_put(text, t, p, d->implied);
    if (d->stdio_non_finite && type_is_numeric(t)) use_library_words(text);
    put_item(d, text, (size_t)n);
}

// One row: along the line, strings with a blank between them (in structures before each, and no line of its own).
static void put_row(DefaultOut *d, TypeCode t, const char *p, size_t step, int64_t n)
{
    for (int64_t i = 0; i < n && !stops(d); i++, p += step) {
        if (t == T_STRING) put_string(d, *(Str *const *)p, d->in_struct && i == 0, i + 1 < n);
        else put_element(d, t, p);
    }
    if (!d->in_struct) newline(d);
}

static void put_record(DefaultOut *d, const SDef *def, const char *p);

static void put_array(DefaultOut *d, TypeCode t, const SDef *def, const char *p, size_t step, int rank,
                      const int64_t *dim, int64_t n)
{
    if (t == T_STRUCT) {
        for (int64_t i = 0; i < n && !stops(d); i++) put_record(d, def, p + (size_t)i * step);
        return;
    }
    int64_t row = dim[0], plane = rank > 1 ? dim[1] : 1;
    for (int64_t i = 0; i < n && !stops(d); i += row) {
        if (i && i / row % plane == 0 && !d->in_struct) newline(d);
        put_row(d, t, p + (size_t)i * step, step, row);
    }
    d->ended = !d->in_struct;
}

static void put_record(DefaultOut *d, const SDef *def, const char *p)
{
    bool outer = d->in_struct;
    put_item(d, "{", 1);
    d->in_struct = true;
    for (int i = 0; i < def->ntags; i++) {
        const Tag *g = &def->tag[i];
        const char *q = p + g->offset;
        if (g->rank || g->type == T_STRUCT) put_array(d, g->type, g->def, q, g->elem, g->rank, g->dim, g->n);
        else if (g->type == T_STRING) put_string(d, *(Str *const *)q, true, false);
        else put_element(d, g->type, q);
    }
    put_item(d, "}", 1);
    d->in_struct = outer;
}

void default_value(DefaultOut *d, const Val *v)
{
    if (v->type == T_UNDEF) {
        if (val_is_null(v)) put_item(d, "!NULL", 5);
    } else if (val_is_array(v)) {
        const Arr *a = v->a;
        if (d->array_before && !d->ended && a->type != T_STRUCT) newline(d);
        d->array_before = a->type != T_STRUCT;
        put_array(d, a->type, a->def, a->data, a->elem, a->rank, a->dim, a->n);
    } else if (v->type == T_STRING) {
        put_string(d, v->s, false, false);
    } else {
        put_element(d, v->type, val_data_peek(v));
    }
}

void default_end(DefaultOut *d)
{
    if (!d->ended) newline(d);
}
