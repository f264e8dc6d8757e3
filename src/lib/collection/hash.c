// HASH, ORDEREDHASH and DICTIONARY: construction, subscripts by key, operators, text. The methods are in
// hash_methods.c. Start reading at make_hash.
#include "base/buf.h"
#include "base/mem.h"
#include "lib/collection/collection.h"
#include "vm/call/call.h"
#include "vm/place/place.h"
#include "vm/structure/structure.h"

#include <ctype.h>
#include <string.h>

#define HASH_KEYWORDS(K, R) K(R, EXTRACT, FLAG) K(R, FOLD_CASE, FLAG) K(R, LOWERCASE, FLAG) K(R, NO_COPY, FLAG)
KEYWORDS(HASH)

// --- Construction
// -----------------------------------------------------------------------------------------------------------

static void put_tags(Call *c, Table *t, const char *class_name, const Val *s);

// A structure becomes a hash of the same class when EXTRACT is set.
static Val extracted_take(Call *c, const char *class_name, Val v)
{
    if (v.type != T_STRUCT || v.a->n != 1 || !call_kw_set(c, KW_HASH_EXTRACT)) return v;
    Table *inner;
    const Val *s = call_keep_take(c, v);
    Val *object = collection_new_table(
        c, class_name, call_kw_set(c, KW_HASH_FOLD_CASE) || strcmp(class_name, "DICTIONARY") == 0, &inner);
    put_tags(c, inner, class_name, s);
    return val_take(object);
}

static void put_tags(Call *c, Table *t, const char *class_name, const Val *s)
{
    for (int i = 0; i < s->a->def->ntags; i++) {
        char name[256];
        size_t n = strlen(s->a->def->tag[i].name);
        Val v;
        for (size_t k = 0; k <= n && k < sizeof name; k++) {
            char x = s->a->def->tag[i].name[k];
            name[k] = call_kw_set(c, KW_HASH_LOWERCASE) ? (char)tolower((unsigned char)x) : x;
        }
        const Val *key = call_keep_take(c, val_stringn(name, n < sizeof name ? n : sizeof name - 1));
        TRY(c, struct_get_tag(s, i, &v));
        collection_put_take(c, t, key, extracted_take(c, class_name, v));
    }
}

// Several keys at once: an array or list of values of that number, or one value for all.
static void put_many(Call *c, Table *t, const char *class_name, const Val *keys, const Val *values)
{
    int64_t n = collection_parts(keys);
    bool each = values && collection_is_many(values);
    if (each && collection_parts(values) != n) {
        throw_msg(c, E_SHAPE, "Keys and values must have the same number of elements: %lld, %lld.", (long long)n,
                  (long long)collection_parts(values));
    }
    Val *key = call_keep_take(c, VAL_UNDEF);
    for (int64_t i = 0; i < n; i++) {
        call_poll(c);
        val_set_take(key, collection_part(keys, i));
        Val v = !values ? VAL_NULL : each ? collection_part(values, i) : val_copy(values);
        collection_put_take(c, t, key, extracted_take(c, class_name, v));
    }
}

static void fill(Call *c, Table *t, const char *class_name)
{
    if (c->argc == 1 && call_arg(c, 0)->type == T_STRUCT) {
        put_tags(c, t, class_name, call_arg(c, 0));
        return;
    }
    if (c->argc == 1) {
        put_many(c, t, class_name, call_arg(c, 0), NULL);
        return;
    }
    if (c->argc % 2) throw_msg(c, E_ARGS, "Keys and values must come in pairs.");
    for (int i = 0; i < c->argc; i += 2) {
        const Val *key = call_arg(c, i);
        if (collection_is_many(key)) {
            put_many(c, t, class_name, key, call_arg(c, i + 1));
        } else {
            Val v = collection_argument(c, i + 1, call_kw_set(c, KW_HASH_NO_COPY));
            collection_put_take(c, t, key, extracted_take(c, class_name, v));
        }
    }
}

static void make_hash(Call *c, const char *class_name)
{
    Table *t;
    bool folds = call_kw_set(c, KW_HASH_FOLD_CASE) || strcmp(class_name, "DICTIONARY") == 0;
    Val *object = collection_new_table(c, class_name, folds, &t);
    fill(c, t, class_name);
    call_return_take(c, val_take(object));
}

// HASH, ORDEREDHASH, DICTIONARY([Key1, Value1, ...] | Keys, Values | Keys | Structure [, /EXTRACT] [, /FOLD_CASE] [, /LOWERCASE]
// [, /NO_COPY]): a new object that holds values by key: pairs, an array or list of keys with one of values, or a structure's tags
// (EXTRACT: inner structures become hashes, too). Keys are kept in the order in which they came for all three classes; those of
// a DICTIONARY are also its properties. Manual: HASH, ORDEREDHASH, DICTIONARY.
static void fn_hash(Call *c) { make_hash(c, "HASH"); }
static void fn_ordered_hash(Call *c) { make_hash(c, "ORDEREDHASH"); }
static void fn_dictionary(Call *c) { make_hash(c, "DICTIONARY"); }

// Hash::Init([Key1, Value1, ..., Keyn, Valuen] [, /EXTRACT] [, /FOLD_CASE] [, /LOWERCASE] [, /NO_COPY]): fills the hash as HASH
// does; called by OBJ_NEW and by subclasses.
static void fn_init(Call *c)
{
    Table *t = collection_table(c);
    if (call_kw_set(c, KW_HASH_FOLD_CASE)) t->folds_case = true;
    fill(c, t, "HASH");
    call_return_take(c, val_long(1));
}

// Hash::Cleanup: forgets all pairs; called when the hash is destroyed.
static void pro_cleanup(Call *c)
{
    Table *t = collection_table(c);
    int64_t at = 0;
    for (TableEntry *e; (e = table_next(t, &at));) table_remove(t, e);
}

// --- Subscripts
// -----------------------------------------------------------------------------------------------------------

static void key_text(Call *c, const Val *key, char *text, size_t cap)
{
    const Str *s = val_to_str_peek(c, key, "key");
    size_t n = str_len(s), skip = 0;
    while (key->type != T_STRING && skip < n && str_text(s)[skip] == ' ') skip++;
    n = n - skip < cap - 1 ? n - skip : cap - 1;
    memcpy(text, str_text(s) + skip, n);
    text[n] = '\0';
}

static TableEntry *existing(Call *c, Table *t, const Val *key)
{
    char text[80];
    if (!table_key_is_valid(key)) throw_msg(c, E_TYPE, "Key must be a scalar string or number.");
    TableEntry *e = table_find(t, key);
    if (e) return e;
    key_text(c, key, text, sizeof text);
    throw_msg(c, E_VALUE, "Key \"%s\" does not exist.", text);
}

static bool is_everything(const Subscript *s)
{
    return s->is_range && s->lo->ll == 0 && s->hi->ll == -1 && s->step->ll == 1;
}

static void need_keys(Call *c, const Subscript *s)
{
    if (s->is_range && !is_everything(s))
        throw_msg(c, E_SUBSCRIPT, "A hash has keys, not positions: only [*] is a range of it.");
}

// hash[key], hash[key, i...] (the value subscripted further), hash[keys] and hash[*] (a new hash).
static void fn_get(Call *c)
{
    Table *t = collection_table(c), *part;
    Subscript subs[MAX_RANK];
    int n = collection_subscripts(c, 0, subs);
    need_keys(c, &subs[0]);
    if (!subs[0].is_range && !collection_is_many(subs[0].value)) {
        const Val *v = call_keep_take(c, val_copy(&existing(c, t, subs[0].value)->v));
        Val out;
        if (n == 1)
            out = val_copy(v);
        else
            place_index_get(c->vm, v, subs + 1, n - 1, "HASH value", &out);
        call_return_take(c, out);
        return;
    }
    if (n > 1) throw_msg(c, E_SUBSCRIPT, "Only the value of one key can be subscripted further.");
    Val *object = collection_new_table(c, c->self->h->v.a->def->name, t->folds_case, &part);
    int64_t at = 0, count = subs[0].is_range ? 0 : collection_parts(subs[0].value);
    for (TableEntry *e; subs[0].is_range && (e = table_next(t, &at));)
        collection_put_take(c, part, &e->key, val_copy(&e->v));
    Val *key = call_keep_take(c, VAL_UNDEF);
    for (int64_t i = 0; i < count; i++) {
        call_poll(c);
        val_set_take(key, collection_part(subs[0].value, i));
        collection_put_take(c, part, key, val_copy(&existing(c, t, key)->v));
    }
    call_return_take(c, val_take(object));
}

// hash[key, i...] = v: a key that is not there yet gets a hash of its own.
static void set_inside(Call *c, Table *t, const Subscript *subs, int n, const Val *v)
{
    const Val *key = subs[0].value;
    if (!table_key_is_valid(key)) throw_msg(c, E_TYPE, "Key must be a scalar string or number.");
    if (!table_find(t, key)) {
        Table *inner;
        Val *object = collection_new_table(c, c->self->h->v.a->def->name, t->folds_case, &inner);
        collection_put_take(c, t, key, val_take(object));
    }
    Val *cell = &table_find(t, key)->v;
    if (cell->type == T_OBJ) cell = call_keep_take(c, val_copy(cell)); // its method may change this hash
    place_index_set(c->vm, cell, subs + 1, n - 1, "HASH value", v);
}

static void pro_set(Call *c)
{
    Table *t = collection_table(c);
    Subscript subs[MAX_RANK];
    const Val *v = call_arg(c, 1);
    int n = collection_subscripts(c, 2, subs);
    need_keys(c, &subs[0]);
    if (n > 1) {
        if (subs[0].is_range) throw_msg(c, E_SUBSCRIPT, "Only the value of one key can be subscripted further.");
        set_inside(c, t, subs, n, v);
    } else if (subs[0].is_range) {
        int64_t at = 0;
        for (TableEntry *e; (e = table_next(t, &at));) val_set_take(&e->v, val_copy(v));
    } else if (collection_is_many(subs[0].value)) {
        put_many(c, t, "HASH", subs[0].value, v);
    } else {
        collection_put_take(c, t, subs[0].value, val_copy(v));
    }
}

// --- Operators
// ------------------------------------------------------------------------------------------------------------

// hash + hash: a new one with the pairs of both; the second's values win.
static void fn_plus(Call *c)
{
    Table *t;
    const Table *first = collection_table_of(call_arg(c, 0));
    Val *object = collection_new_table(c, c->self->h->v.a->def->name, first && first->folds_case, &t);
    for (int i = 0; i < 2; i++) {
        const Table *from = collection_table_of(call_arg(c, i));
        int64_t at = 0;
        if (!from) throw_msg(c, E_TYPE, "Both operands must be hashes.");
        for (TableEntry *e; (e = table_next(from, &at));) collection_put_take(c, t, &e->key, val_copy(&e->v));
    }
    call_return_take(c, val_take(object));
}

static bool pair_agrees(Call *c, const TableEntry *e, const Table *other, const Val *value)
{
    const TableEntry *o = other ? table_find(other, &e->key) : NULL;
    return other ? o && collection_same(c, &e->v, &o->v) : collection_same(c, &e->v, value);
}

// hash EQ hash, hash EQ value: the list of keys whose values agree; NE: of the others. !NULL when there are none.
static void compare(Call *c, bool wanted)
{
    const Val *a = call_arg(c, 0), *b = call_arg(c, 1);
    const Table *x = collection_table_of(a), *y = collection_table_of(b);
    const Val *value = x ? b : a;
    List *keys;
    Val *object = collection_new_list(c, 0, &keys);
    int64_t at = 0;
    const Table *other = x ? y : NULL;
    if (!x) x = y;
    if (!x) throw_msg(c, E_TYPE, "Hash expression required in this context: %s.", call_arg_name(c, 0));
    for (TableEntry *e; (e = table_next(x, &at));) {
        if (pair_agrees(c, e, other, value) == wanted) collection_push_take(c, keys, val_copy(&e->key));
    }
    at = 0;
    for (TableEntry *e; !wanted && other && (e = table_next(other, &at));) {
        if (!table_find(x, &e->key)) collection_push_take(c, keys, val_copy(&e->key));
    }
    call_return_take(c, keys->n ? val_take(object) : VAL_NULL);
}

static void fn_eq(Call *c) { compare(c, true); }
static void fn_ne(Call *c) { compare(c, false); }

static void fn_is_true(Call *c) { call_return_take(c, val_byte(collection_table(c)->n > 0)); }

static void fn_size(Call *c) { call_return_take(c, val_long64(collection_table(c)->n)); }

// FOREACH: value and key of the entry behind the one of `key`.
static void fn_foreach(Call *c)
{
    const Table *t = collection_table(c);
    const Val *key = call_arg_peek(c, 1);
    const TableEntry *before = val_is_undef(key) || !table_key_is_valid(key) ? NULL : table_find(t, key);
    int64_t at = before ? before - t->entry + 1 : 0;
    const TableEntry *e = table_next(t, &at);
    if (e) {
        Val *next = call_keep_take(c, val_copy(&e->key));
        call_set_take(c, 0, val_copy(&e->v));
        call_set_take(c, 1, val_take(next));
    }
    call_return_take(c, val_byte(e != NULL));
}

// --- Text
// -----------------------------------------------------------------------------------------------------------------

static void release_buf(void *b) { buf_free(b); }

// "key: value" a line, the value as PRINT shows it.
static void fn_print(Call *c)
{
    const Table *t = collection_table(c);
    Arr *a = t->n ? call_new_array(c, T_STRING, 2, (int64_t[]){1, t->n}, true) : NULL;
    Buf *b = call_alloc(c, sizeof *b);
    *b = BUF_INIT(BUF_NO_LIMIT);
    call_defer(c, release_buf, b);
    int64_t at = 0, i = 0;
    for (TableEntry *e; (e = table_next(t, &at)); i++) {
        char label[300];
        key_text(c, &e->key, label, sizeof label - 2);
        strcat(label, ": ");
        b->len = 0;
        collection_print_element(b, label, &e->v);
        if (!buf_ok(b)) throw_no_memory(c);
        arr_set_take(a, i, val_stringn(b->p, b->len - 1));
    }
    call_return_take(c, a ? val_arr_take(arr_ref(a)) : val_string(""));
}

static const Routine rows[] = {
    {"HASH", FUNCTION, {0, ARGS_ANY}, fn_hash, "[Key1, Value1, ..., Keyn, Valuen]", KEYS(HASH)},
    {"ORDEREDHASH", FUNCTION, {0, ARGS_ANY}, fn_ordered_hash, "[Key1, Value1, ..., Keyn, Valuen]", KEYS(HASH)},
    {"DICTIONARY", FUNCTION, {0, ARGS_ANY}, fn_dictionary, "[Key1, Value1, ..., Keyn, Valuen]", KEYS(HASH)},
    {"HASH::INIT", FUNCTION, {0, ARGS_ANY}, fn_init, "[Key1, Value1, ..., Keyn, Valuen]", KEYS(HASH),
     .spelling = "Hash::Init"},
    {"HASH::CLEANUP", PROCEDURE, {0, 0}, pro_cleanup, "", .spelling = "Hash::Cleanup"},
    {"HASH::_OVERLOADBRACKETSRIGHTSIDE", FUNCTION, {2, 9}, fn_get, "IsRange, Sub1 [, ..., Sub8]",
     .spelling = "Hash::_overloadBracketsRightSide"},
    {"HASH::_OVERLOADBRACKETSLEFTSIDE", PROCEDURE, {4, 11}, pro_set, "ObjRef, Value, IsRange, Sub1 [, ..., Sub8]",
     .spelling = "Hash::_overloadBracketsLeftSide"},
    {"HASH::_OVERLOADPLUS", FUNCTION, {2, 2}, fn_plus, "Arg1, Arg2", .spelling = "Hash::_overloadPlus"},
    {"HASH::_OVERLOADEQ", FUNCTION, {2, 2}, fn_eq, "Arg1, Arg2", .spelling = "Hash::_overloadEQ"},
    {"HASH::_OVERLOADNE", FUNCTION, {2, 2}, fn_ne, "Arg1, Arg2", .spelling = "Hash::_overloadNE"},
    {"HASH::_OVERLOADISTRUE", FUNCTION, {0, 0}, fn_is_true, "", .spelling = "Hash::_overloadIsTrue"},
    {"HASH::_OVERLOADSIZE", FUNCTION, {0, 0}, fn_size, "", .spelling = "Hash::_overloadSize"},
    {"HASH::_OVERLOADFOREACH", FUNCTION, {2, 2}, fn_foreach, "Value, Key", .spelling = "Hash::_overloadForeach"},
    {"HASH::_OVERLOADPRINT", FUNCTION, {0, 0}, fn_print, "", .spelling = "Hash::_overloadPrint"},
};
ROUTINE_TABLE(lib_hash, rows)
