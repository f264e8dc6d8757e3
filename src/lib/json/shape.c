// See shape.h. Each value is replaced where it lies, so that what holds the outermost one holds all.
#include "lib/json/shape.h"

#include "fmt/numtext.h"
#include "lib/collection/collection.h"
#include "vm/array/convert.h"
#include "vm/structure/structure.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

enum { NAME_ROOM = 16 }; // for what makes a tag's name a name of its own

// --- Arrays

// What LISTs in LISTs are as one array, as far as it is known.
typedef struct Block {
    int64_t outer[MAX_RANK]; // elements of each level, from the outside in
    int levels;
    const Val *first; // the first value that is no LIST
    TypeCode type;    // that takes all of them
    bool is_bool;
} Block;

static bool is_simple(const Val *v)
{
    if (v->type == T_STRUCT) return v->a->n == 1;
    return !val_is_array(v) && type_in((TypeCode)v->type, TYPES_NUMERIC | TM(STRING));
}

static bool have_same_tags(const SDef *a, const SDef *b)
{
    if (!sdef_same_layout(a, b)) return false;
    for (int k = 0; k < a->ntags; k++) {
        if (strcmp(a->tag[k].name, b->tag[k].name) != 0) return false;
    }
    return true;
}

// Whether v goes into the block, too.
static bool take_simple(Block *b, const Val *v)
{
    if (!is_simple(v)) return false;
    if (!b->first) {
        *b = (Block){.levels = b->levels, .first = v, .type = (TypeCode)v->type, .is_bool = v->flags & VF_BOOL};
        return true;
    }
    if (v->type == T_STRUCT && b->type == T_STRUCT) return have_same_tags(b->first->a->def, v->a->def);
    bool are_numbers = type_in(b->type, TYPES_NUMERIC) && type_in((TypeCode)v->type, TYPES_NUMERIC);
    if ((!are_numbers && b->type != v->type) || b->is_bool != (bool)(v->flags & VF_BOOL)) return false;
    if (are_numbers) b->type = type_join(b->type, (TypeCode)v->type);
    return true;
}

// Looks through a LIST at a level; the first way down says how many levels there are.
static bool take_list(Block *b, const List *l, int level)
{
    bool is_first = !b->first;
    if (!l->n || level == MAX_RANK || (!is_first && level >= b->levels)) return false;
    if (is_first) b->levels = level + 1;
    for (int64_t i = 0; i < l->n; i++) {
        const List *inner = collection_list_of(list_at(l, i));
        bool is_deepest = level + 1 == b->levels && b->first;
        if (inner ? !take_list(b, inner, level + 1) : (b->first && !is_deepest) || !take_simple(b, list_at(l, i)))
            return false;
    }
    if (is_first) b->outer[level] = l->n;
    return b->outer[level] == l->n;
}

static void store(Arr *a, int64_t at, const Val *v)
{
    if (a->type == T_STRUCT)
        arr_copy_elements(a, at, v->a, 0, 1);
    else if (a->type == v->type)
        arr_set_take(a, at, val_copy(v));
    else if (type_is_integer((TypeCode)a->type))
        numtext_store_int((TypeCode)a->type, arr_at(a, at), numtext_as_int((TypeCode)v->type, &v->bits));
    else
        numtext_store_real((TypeCode)a->type, arr_at(a, at), numtext_as_real((TypeCode)v->type, &v->bits));
}

static int64_t fill(Arr *a, int64_t at, const List *l)
{
    for (int64_t i = 0; i < l->n; i++) {
        const List *inner = collection_list_of(list_at(l, i));
        if (inner)
            at = fill(a, at, inner);
        else
            store(a, at++, list_at(l, i));
    }
    return at;
}

// The LIST in *cell, or, where its elements do not go together, those in it.
static void make_arrays(Call *c, Val *cell)
{
    List *l = collection_list_of(cell);
    Block b = {0};
    if (!l) return;
    call_poll(c);
    if (!l->n) {
        val_set_take(cell, VAL_NULL);
    } else if (take_list(&b, l, 0)) {
        int64_t dim[MAX_RANK];
        for (int k = 0; k < b.levels; k++) dim[k] = b.outer[b.levels - 1 - k];
        Arr *a = b.type == T_STRUCT ? arr_new_struct(b.first->a->def, arr_trim_rank(b.levels, dim), dim)
                                    : arr_new(b.type, arr_trim_rank(b.levels, dim), dim, true);
        if (!a) throw_no_memory(c);
        fill(a, 0, l);
        val_set_take(cell, val_arr_take(a));
    } else {
        for (int64_t i = 0; i < l->n; i++) make_arrays(c, list_at(l, i));
    }
}

// --- Structures

static bool is_taken(const char *const *tags, int n, const char *name)
{
    for (int i = 0; i < n; i++) {
        if (strcmp(tags[i], name) == 0) return true;
    }
    return false;
}

// A key as IDL_VALIDNAME(/CONVERT_ALL) has it; where that is taken, with a number behind it.
static const char *tag_name(Call *c, const Val *key, const char *const *tags, int n)
{
    size_t len = key->type == T_STRING ? str_len(key->s) : 0;
    const char *p = len ? str_text(key->s) : "";
    char *name = call_alloc(c, len + NAME_ROOM), *to = name;
    if (!len || !(isalpha((unsigned char)*p) || *p == '_')) *to++ = '_';
    for (size_t i = 0; i < len; i++) {
        bool is_of_names = isalnum((unsigned char)p[i]) || p[i] == '_' || p[i] == '$';
        *to++ = is_of_names ? (char)toupper((unsigned char)p[i]) : '_';
    }
    for (int k = 1; is_taken(tags, n, name); k++) snprintf(to, NAME_ROOM - 1, "_%d", k);
    return name;
}

static void make_struct(Call *c, Val *cell, const Table *t)
{
    if (!t->n) {
        val_set_take(cell, VAL_NULL);
        return;
    }
    const char **tags = call_alloc(c, (size_t)t->n * sizeof *tags);
    Val *values = call_alloc(c, (size_t)t->n * sizeof *values), out;
    int n = 0;
    int64_t at = 0;
    for (const TableEntry *e; (e = table_next(t, &at)) != NULL; n++) {
        tags[n] = tag_name(c, &e->key, tags, n);
        values[n] = val_is_undef(&e->v) ? (Val){.type = T_PTR} : e->v; // a structure has no !NULL
    }
    TRY(c, struct_make(c->vm, NULL, tags, values, n, &out));
    val_set_take(cell, out);
}

static void make_structs(Call *c, Val *cell, JsonShape shape)
{
    List *l = collection_list_of(cell);
    Table *t = collection_table_of(cell);
    call_poll(c);
    for (int64_t i = 0; l && i < l->n; i++) make_structs(c, list_at(l, i), shape);
    int64_t at = 0;
    for (TableEntry *e; t && (e = table_next(t, &at)) != NULL;) {
        make_structs(c, &e->v, shape);
        if (shape.arrays) make_arrays(c, &e->v);
    }
    if (t && shape.structs) make_struct(c, cell, t);
}

void json_shape(Call *c, Val *cell, JsonShape shape)
{
    make_structs(c, cell, shape);
    if (shape.arrays) make_arrays(c, cell);
}
