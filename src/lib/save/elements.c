// Packs and unpacks the elements of LIST, HASH and IDL_CONTAINER objects. Start reading at elements_pack.
#include "lib/save/elements.h"

#include "core/list.h"
#include "core/table.h"
#include "vm/structure/structure.h"
#include "vm/vm.h"

#include <string.h>

enum { OBJECT, KEYS, ITEMS, FOLDS, NTAGS };
static const char *const tags[NTAGS] = {"HELIO_OBJECT", "HELIO_KEYS", "HELIO_ITEMS", "HELIO_FOLDS"};

// --- Packing -------------------------------------------------------------------------------------------------------

static Val *new_pointer(Call *c, Val v)
{
    HeapVar *h = heap_var_take(c->vm->heap, v, false);
    if (!h) throw_no_memory(c);
    return call_keep_take(c, (Val){.type = T_PTR, .flags = VF_CELL, .h = h});
}

static void put_pointer(Call *c, Arr *a, int64_t i, const Val *v)
{
    HeapVar *h = heap_var_take(c->vm->heap, val_copy(v), false);
    if (!h) throw_no_memory(c);
    ((HeapVar **)a->data)[i] = h;
}

// A pointer to an array of n pointers; the null pointer for none. *a: the array, to be filled.
static Val *new_pointers(Call *c, int64_t n, Arr **a)
{
    *a = NULL;
    if (!n) return call_keep_take(c, (Val){.type = T_PTR});
    *a = arr_new1(T_PTR, n, true);
    if (!*a) throw_no_memory(c);
    return new_pointer(c, val_arr_take(*a));
}

bool elements_has(const HeapVar *h) { return h->native && (h->native->kind == &list_kind || h->native->kind == &table_kind); }

HeapVar *elements_pack(Call *c, HeapVar *object)
{
    Val part[NTAGS] = {[OBJECT] = {.type = T_OBJ, .flags = VF_CELL, .h = object}, [KEYS] = {.type = T_PTR}};
    Arr *keys, *items;
    if (object->native->kind == &list_kind) {
        const List *l = (const List *)object->native;
        part[ITEMS] = *new_pointers(c, l->n, &items);
        for (int64_t i = 0; i < l->n; i++) put_pointer(c, items, i, list_at(l, i));
        part[FOLDS] = val_byte(0);
    } else {
        const Table *t = (const Table *)object->native;
        int64_t at = 0, i = 0;
        part[KEYS] = *new_pointers(c, t->n, &keys);
        part[ITEMS] = *new_pointers(c, t->n, &items);
        for (const TableEntry *e; (e = table_next(t, &at)); i++) {
            put_pointer(c, keys, i, &e->key);
            put_pointer(c, items, i, &e->v);
        }
        part[FOLDS] = val_byte(t->folds_case);
    }
    Val made = VAL_UNDEF;
    TRY(c, struct_make(c->vm, NULL, tags, part, NTAGS, &made));
    return new_pointer(c, made)->h;
}

// --- Unpacking -----------------------------------------------------------------------------------------------------

static HeapVar *reference_at(const Val *v, int tag) { return *(HeapVar **)((char *)v->a->data + v->a->def->tag[tag].offset); }

static bool is_packed(const Val *v)
{
    static const TypeCode types[NTAGS] = {T_OBJ, T_PTR, T_PTR, T_BYTE};
    if (v->type != T_STRUCT || v->a->def->name || v->a->def->ntags != NTAGS) return false;
    for (int i = 0; i < NTAGS; i++) {
        const Tag *t = &v->a->def->tag[i];
        if (t->type != types[i] || t->rank || strcmp(t->name, tags[i]) != 0) return false;
    }
    const HeapVar *object = reference_at(v, OBJECT);
    return object && !object->freed && !object->native;
}

// The pointers of an array of them; *n 0 when there is none.
static HeapVar **pointers_of(const HeapVar *h, int64_t *n)
{
    bool good = h && val_is_array(&h->v) && h->v.type == T_PTR;
    *n = good ? h->v.a->n : 0;
    return good ? h->v.a->data : NULL;
}

static Native *unpack_list(Call *c, const Val *v)
{
    int64_t n;
    HeapVar **item = pointers_of(reference_at(v, ITEMS), &n);
    List *l = list_new(n);
    if (!l) throw_no_memory(c);
    for (int64_t i = 0; i < n; i++) {
        if (!list_push_take(l, item[i] ? val_copy(&item[i]->v) : VAL_NULL)) break;
    }
    return &l->native;
}

static Native *unpack_table(Call *c, const Val *v, const SDef *d)
{
    int64_t n, nkeys;
    HeapVar **item = pointers_of(reference_at(v, ITEMS), &n), **key = pointers_of(reference_at(v, KEYS), &nkeys);
    Table *t = table_new(((const uint8_t *)v->a->data)[v->a->def->tag[FOLDS].offset]);
    if (!t) throw_no_memory(c);
    t->names_only = sdef_is_a(d, "DICTIONARY");
    for (int64_t i = 0; i < n && i < nkeys; i++) {
        Val *cell = key[i] && table_key_is_valid(&key[i]->v) ? table_cell(t, &key[i]->v) : NULL;
        if (cell) val_set_take(cell, item[i] ? val_copy(&item[i]->v) : VAL_NULL);
    }
    return &t->native;
}

void elements_unpack(Call *c, const Val *v)
{
    static const char *const plain[] = {"LIST", "HASH", "ORDEREDHASH", "DICTIONARY"};
    if (!is_packed(v)) return;
    HeapVar *object = reference_at(v, OBJECT);
    const SDef *d = object->v.a->def;
    if (sdef_is_a(d, "LIST") || sdef_is_a(d, "IDL_CONTAINER")) object->native = unpack_list(c, v);
    else if (sdef_is_a(d, "HASH")) object->native = unpack_table(c, v, d);
    for (size_t i = 0; object->native && i < sizeof plain / sizeof *plain; i++) {
        if (strcmp(d->name, plain[i]) == 0) object->native->is_plain = true;
    }
}
