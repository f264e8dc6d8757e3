// Two values of two engines, side by side. Start at compare_values.
#include "save_made.h"

#include "core/arr.h"
#include "core/heap.h"
#include "core/list.h"
#include "core/sdef.h"
#include "core/table.h"

#include <stdio.h>
#include <string.h>

enum { PAIRS_MAX = 20000 };

static struct Pair {
    const HeapVar *a, *b;
} pairs[PAIRS_MAX];
static int npairs;

void compare_start(void) { npairs = 0; }

static bool differ(const char *what)
{
    fprintf(stderr, "what comes back differs: %s\n", what);
    return false;
}

static bool same_elements(TypeCode t, const SDef *da, const SDef *db, const void *a, const void *b, int64_t n);

static bool same_native(const HeapVar *a, const HeapVar *b)
{
    if (!a->native != !b->native) return differ("a collection");
    if (!a->native || a->native->kind != b->native->kind) return !a->native || differ("the kind of a collection");
    if (a->native->kind == &list_kind) {
        const List *x = (const List *)a->native, *y = (const List *)b->native;
        if (x->n != y->n) return differ("the length of a list");
        for (int64_t i = 0; i < x->n; i++) {
            if (!compare_values(list_at(x, i), list_at(y, i))) return false;
        }
    } else if (a->native->kind == &table_kind) {
        const Table *x = (const Table *)a->native, *y = (const Table *)b->native;
        if (x->n != y->n || x->folds_case != y->folds_case) return differ("a table");
        int64_t at = 0;
        for (const TableEntry *e; (e = table_next(x, &at));) {
            const TableEntry *f = table_find(y, &e->key);
            if (!f || !compare_values(&e->v, &f->v)) return f || differ("a key");
        }
    }
    return true;
}

static bool same_heap(const HeapVar *a, const HeapVar *b)
{
    if (!a || !b) return a == b || differ("a null reference");
    for (int i = 0; i < npairs; i++) {
        if (pairs[i].a == a || pairs[i].b == b) return (pairs[i].a == a && pairs[i].b == b) || differ("which references are the same");
    }
    if (npairs == PAIRS_MAX) return true;
    pairs[npairs++] = (struct Pair){a, b};
    if (a->is_object != b->is_object) return differ("object or pointer");
    return compare_values(&a->v, &b->v) && same_native(a, b);
}

static bool same_text(const Str *a, const Str *b) { return str_eq(a, b) || differ("a text"); }

static bool same_names(const SDef *a, const SDef *b)
{
    if (!a->name != !b->name || (a->name && strcmp(a->name, b->name) != 0)) return differ("the name of a structure");
    if (a->ntags != b->ntags) return differ("how many tags there are");
    for (int i = 0; i < a->ntags; i++) {
        const Tag *x = &a->tag[i], *y = &b->tag[i];
        if (strcmp(x->name, y->name) != 0 || x->type != y->type) return differ("a tag's name or type");
        if (x->rank != y->rank || memcmp(x->dim, y->dim, sizeof x->dim) != 0) {
            fprintf(stderr, "tag %s: %d dimensions, %d dimensions\n", x->name, x->rank, y->rank);
            return differ("a tag's shape");
        }
    }
    return true;
}

static bool same_records(const SDef *da, const SDef *db, const char *a, const char *b, int64_t n)
{
    for (int64_t i = 0; i < n; i++, a += da->size, b += db->size) {
        for (int k = 0; k < da->ntags; k++) {
            const Tag *x = &da->tag[k], *y = &db->tag[k];
            if (x->def && !same_names(x->def, y->def)) return false;
            if (!same_elements((TypeCode)x->type, x->def, y->def, a + x->offset, b + y->offset, x->n)) return false;
        }
    }
    return true;
}

static bool same_elements(TypeCode t, const SDef *da, const SDef *db, const void *a, const void *b, int64_t n)
{
    if (t == T_STRUCT) return same_records(da, db, a, b, n);
    if (t != T_STRING && t != T_PTR && t != T_OBJ) return memcmp(a, b, (size_t)n * type_size(t)) == 0 || differ("the bits of numbers");
    for (int64_t i = 0; i < n; i++) {
        bool same = t == T_STRING ? same_text(((const StrSlot *)a)[i].p, ((const StrSlot *)b)[i].p)
                                  : same_heap(((HeapVar *const *)a)[i], ((HeapVar *const *)b)[i]);
        if (!same) return false;
    }
    return true;
}

static bool same_arrays(const Arr *a, const Arr *b)
{
    if (a->type != b->type || a->rank != b->rank || memcmp(a->dim, b->dim, sizeof a->dim) != 0) return differ("a shape");
    if (a->def && !same_names(a->def, b->def)) return false;
    return same_elements((TypeCode)a->type, a->def, b->def, a->data, b->data, a->n);
}

bool compare_values(const Val *a, const Val *b)
{
    if (a->type != b->type || (a->flags ^ b->flags) & (VF_ARR | VF_NULL | VF_BOOL)) return differ("a type");
    if (val_is_array(a)) return same_arrays(a->a, b->a);
    switch (a->type) {
    case T_UNDEF: return true;
    case T_STRING: return same_text(a->s, b->s);
    case T_PTR:
    case T_OBJ: return same_heap(a->h, b->h);
    case T_DCOMPLEX: return memcmp(&a->z->z, &b->z->z, sizeof a->z->z) == 0 || differ("the bits of a number");
    default: return memcmp(&a->bits, &b->bits, type_size((TypeCode)a->type)) == 0 || differ("the bits of a number");
    }
}
