// Implied print: what an expression alone at the prompt shows. Full digits, string vectors one element a line,
// structures tag by tag. Everything else prints as default.c does. Start reading at default_implied.
#include "core/arr.h"
#include "core/heap.h"
#include "core/list.h"
#include "core/table.h"
#include "fmt/default.h"
#include "fmt/numtext.h"
#include "sys/interrupt.h"

#include <string.h>

enum {
    COLLECTION_INDENT = 4,
    COLLECTIONS_MAX = 30,
    INDENT = 2,
    NAME_FIELD = 23
}; // the manual's example: values stand 23 columns after the indent

void default_brief(Buf *out, TypeCode t, const void *p, char quote)
{
    if (t == T_STRING) {
        buf_putc(out, quote);
        default_scalar(out, t, p, true);
        buf_putc(out, quote);
        return;
    }
    Buf text = BUF_INIT(256);
    default_scalar(&text, t, p, true);
    for (size_t i = 0; i < text.len; i++)
        if (text.p[i] != ' ') buf_putc(out, text.p[i]);
    buf_free(&text);
}

static void put_tags(Buf *out, const SDef *def, const char *p, size_t indent);

// [1, 2, 3]; further dimensions nest, the first innermost.
static void put_list(Buf *out, const Tag *g, const char *p, int rank, int64_t n, size_t indent)
{
    buf_putc(out, '[');
    int64_t outer = rank > 0 ? g->dim[rank - 1] : 1, step = n / outer;
    for (int64_t i = 0; i < outer && !sys_interrupted(); i++, p += (size_t)step * g->elem) {
        if (i) buf_puts(out, ", ");
        if (rank > 1)
            put_list(out, g, p, rank - 1, step, indent);
        else if (g->type == T_STRUCT)
            put_tags(out, g->def, p, indent);
        else
            default_brief(out, g->type, p, '"');
    }
    buf_putc(out, ']');
}

static void put_tag(Buf *out, const Tag *g, const char *p, size_t indent)
{
    buf_fill(out, ' ', indent);
    buf_puts(out, g->name);
    buf_putc(out, ':');
    bool nested = g->type == T_STRUCT && g->n == 1;
    size_t used = strlen(g->name) + 1;
    bool column = !nested && !(g->type == T_STRING && g->rank == 0);
    buf_fill(out, ' ', column && used < NAME_FIELD ? NAME_FIELD - used : 1);
    if (nested)
        put_tags(out, g->def, p, indent);
    else if (g->rank)
        put_list(out, g, p, g->rank, g->n, indent);
    else
        default_brief(out, g->type, p, '"');
}

static void put_tags(Buf *out, const SDef *def, const char *p, size_t indent)
{
    buf_puts(out, "{\n");
    for (int i = 0; i < def->ntags; i++) {
        put_tag(out, &def->tag[i], p + def->tag[i].offset, indent + INDENT);
        buf_puts(out, i + 1 < def->ntags ? ",\n" : "\n");
    }
    buf_fill(out, ' ', indent);
    buf_putc(out, '}');
}

static void put_structures(Buf *out, const Arr *a, Spill *spill)
{
    for (int64_t i = 0; i < a->n && !sys_interrupted() && !spill_failed(spill); i++) {
        put_tags(out, a->def, arr_at(a, i), 0);
        buf_putc(out, '\n');
        spill_lines(spill, out);
    }
}

// --- LIST and HASH, as JSON
// ---------------------------------------------------------------------------------------------

static bool is_collection(const Val *v)
{
    return v->type == T_OBJ && !val_is_array(v) && v->h && !v->h->freed && v->h->native && v->h->native->is_plain;
}

// The collections that are being written, from the inside out: one that contains itself is named where it comes again.
typedef struct Within {
    const HeapVar *h;
    const struct Within *outer;
    int depth;
} Within;

static bool is_within(const Within *w, const HeapVar *h)
{
    while (w && w->h != h) w = w->outer;
    return w;
}

static void put_collection(Buf *out, const Val *v, const Within *outer);

static void put_element(Buf *out, const Val *v, const Within *in)
{
    size_t indent = (size_t)in->depth * COLLECTION_INDENT;
    if (is_collection(v) && in->depth < COLLECTIONS_MAX && !is_within(in, v->h)) {
        put_collection(out, v, in);
    } else if (v->type == T_UNDEF) {
        buf_puts(out, "null");
    } else if (v->flags & VF_BOOL) {
        buf_puts(out, v->b ? "true" : "false");
    } else if (v->type == T_STRUCT && v->a->n == 1) {
        put_tags(out, v->a->def, v->a->data, indent);
    } else if (val_is_array(v)) {
        Tag g = {.type = v->a->type, .rank = v->a->rank, .n = v->a->n, .def = v->a->def, .elem = v->a->elem};
        memcpy(g.dim, v->a->dim, sizeof g.dim);
        put_list(out, &g, v->a->data, g.rank, g.n, indent);
    } else {
        default_brief(out, v->type, val_data_peek(v), '"');
    }
}

static void put_key(Buf *out, const Val *key)
{
    if (key->type != T_STRING) buf_putc(out, '"');
    default_brief(out, key->type, val_data_peek(key), '"');
    if (key->type != T_STRING) buf_putc(out, '"');
    buf_puts(out, ": ");
}

static void put_collection(Buf *out, const Val *v, const Within *outer)
{
    Within in = {v->h, outer, outer ? outer->depth + 1 : 1};
    size_t indent = (size_t)in.depth * COLLECTION_INDENT;
    const List *l = v->h->native->kind == &list_kind ? (const List *)v->h->native : NULL;
    const Table *t = l ? NULL : (const Table *)v->h->native;
    int64_t n = l ? l->n : t->n, at = 0;
    buf_putc(out, l ? '[' : '{');
    for (int64_t i = 0; i < n && !sys_interrupted(); i++) {
        const TableEntry *e = t ? table_next(t, &at) : NULL;
        buf_puts(out, i ? ",\n" : "\n");
        buf_fill(out, ' ', indent);
        if (e) put_key(out, &e->key);
        put_element(out, e ? &e->v : list_at(l, i), &in);
    }
    if (n) {
        buf_putc(out, '\n');
        buf_fill(out, ' ', indent - COLLECTION_INDENT);
    }
    buf_putc(out, l ? ']' : '}');
}

// Booleans are words, placed as strings are; false: there is no memory for them.
static bool put_booleans(Buf *out, const Val *v, int width, Spill *spill)
{
    const uint8_t *p = val_data_peek(v);
    Arr *words = val_is_array(v) ? arr_new_like(v->a, T_STRING, true) : arr_new1(T_STRING, 1, true);
    if (!words) return false;
    for (int64_t i = 0; i < words->n; i++) arr_set_take(words, i, val_string(p[i] ? "true" : "false"));
    Val all = val_arr_take(words);
    DefaultOut d;
    default_start(&d, out, width);
    d.spill = spill;
    default_value(&d, &all);
    default_end(&d);
    val_drop(&all);
    return true;
}

void default_implied(Buf *out, const Val *v, int width, Spill *spill)
{
    const Arr *a = val_is_array(v) ? v->a : NULL;
    if (is_collection(v)) {
        put_collection(out, v, NULL);
        buf_putc(out, '\n');
        return;
    }
    if (a && a->type == T_STRUCT) {
        put_structures(out, a, spill);
        return;
    }
    if (v->flags & VF_BOOL && put_booleans(out, v, width, spill)) return;
    if (a && a->type == T_STRING && a->rank == 1) {
        for (int64_t i = 0; i < a->n && !sys_interrupted() && !spill_failed(spill); i++) {
            default_scalar(out, T_STRING, arr_at(a, i), true);
            buf_putc(out, '\n');
            spill_lines(spill, out);
        }
        return;
    }
    DefaultOut d;
    default_start(&d, out, width);
    d.implied = true;
    d.spill = spill;
    default_value(&d, v);
    default_end(&d);
}
