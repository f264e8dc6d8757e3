// The methods of HASH, ORDEREDHASH and DICTIONARY: keys, values, removal, ToStruct, Where, and those that call a
// function of the program for each pair. Start reading at fn_keys.
#include "base/mem.h"
#include "lib/collection/collection.h"
#include "vm/array/convert.h"
#include "vm/call/call.h"
#include "vm/structure/structure.h"

#include <ctype.h>
#include <string.h>

static Val count_value(int64_t n) { return n > INT32_MAX ? val_long64(n) : val_long((int32_t)n); }

// --- Asking
// -----------------------------------------------------------------------------------------------------------------

// Hash::Keys(), Hash::Values(): lists, in the same order.
static void list_of_parts(Call *c, bool keys)
{
    const Table *t = collection_table(c);
    List *l;
    Val *object = collection_new_list(c, t->n, &l);
    int64_t at = 0;
    for (TableEntry *e; (e = table_next(t, &at));) collection_push_take(c, l, val_copy(keys ? &e->key : &e->v));
    call_return_take(c, val_take(object));
}

static void fn_keys(Call *c) { list_of_parts(c, true); }
static void fn_values(Call *c) { list_of_parts(c, false); }

// Hash::Count([Value]): pairs, or those whose value equals Value.
static void fn_count(Call *c)
{
    const Table *t = collection_table(c);
    int64_t at = 0, n = 0;
    for (TableEntry *e; (e = table_next(t, &at));) n += !c->argc || collection_same(c, &e->v, call_arg(c, 0));
    call_return_take(c, count_value(n));
}

// Hash::IsEmpty(): 1 if the hash has no pairs, else 0.
static void fn_is_empty(Call *c) { call_return_take(c, val_bool(collection_table(c)->n == 0)); }
// Hash::IsFoldCase(): 1 if keys are found in letters of either case (HASH with /FOLD_CASE), else 0.
static void fn_is_fold_case(Call *c) { call_return_take(c, val_bool(collection_table(c)->folds_case)); }

// Hash::HasKey(Keys): true where the key is there; an array (or list) of keys gives an array.
static void fn_has_key(Call *c)
{
    const Table *t = collection_table(c);
    const Val *keys = call_arg(c, 0);
    int64_t n = collection_parts(keys);
    if (!collection_is_many(keys)) {
        call_return_take(c, val_bool(table_key_is_valid(keys) && table_find(t, keys)));
        return;
    }
    if (n == 0) {
        call_return_take(c, VAL_NULL);
        return;
    }
    Arr *a = call_new_array(c, T_BYTE, 1, &n, true);
    for (int64_t i = 0; i < n; i++) {
        Val key = collection_part(keys, i);
        ((uint8_t *)a->data)[i] = table_key_is_valid(&key) && table_find(t, &key) != NULL;
        val_drop(&key);
    }
    call_return_take(c, val_arr_take(arr_ref(a)));
}

// Hash::Where(Value [, COMPLEMENT=v] [, COUNT=v] [, NCOMPLEMENT=v]): the list of keys whose values equal Value.
#define HASH_WHERE_KEYWORDS(K, R) K(R, COMPLEMENT, OUT) K(R, COUNT, OUT) K(R, NCOMPLEMENT, OUT)
KEYWORDS(HASH_WHERE)

static void fn_where(Call *c)
{
    const Table *t = collection_table(c);
    const Val *wanted = call_arg(c, 0);
    List *list[2];
    Val *object[2];
    int64_t at = 0;
    for (int i = 0; i < 2; i++) object[i] = collection_new_list(c, 0, &list[i]);
    for (TableEntry *e; (e = table_next(t, &at));) {
        bool same = collection_same(c, &e->v, wanted);
        collection_push_take(c, list[same], val_copy(&e->key));
    }
    call_kw_set_take(c, KW_HASH_WHERE_COUNT, count_value(list[1]->n));
    call_kw_set_take(c, KW_HASH_WHERE_NCOMPLEMENT, count_value(list[0]->n));
    call_kw_set_take(c, KW_HASH_WHERE_COMPLEMENT, val_take(object[0]));
    call_return_take(c, val_take(object[1]));
}

// --- Removing
// -----------------------------------------------------------------------------------------------------------------

// Hash::Remove([Keys] [, /ALL]): takes pairs out; the function returns the value of a scalar key, a hash for an array
// of keys or /ALL. Without keys: the pair that came last.
#define HASH_REMOVE_KEYWORDS(K, R) K(R, ALL, FLAG)
KEYWORDS(HASH_REMOVE)

static TableEntry *last_entry(const Table *t)
{
    for (int64_t i = t->used; i-- > 0;) {
        if (!t->entry[i].is_gone) return &t->entry[i];
    }
    return NULL;
}

static TableEntry *entry_of(Call *c, const Table *t, const Val *key)
{
    if (!table_key_is_valid(key)) throw_msg(c, E_TYPE, "Key must be a scalar string or number.");
    TableEntry *e = table_find(t, key);
    if (!e) throw_msg(c, E_VALUE, "Key \"%s\" does not exist.", str_text(val_to_str_peek(c, key, "key")));
    return e;
}

static Val remove_pairs(Call *c)
{
    Table *t = collection_table(c), *out;
    const Val *keys = c->argc ? call_arg(c, 0) : NULL;
    bool all = call_kw_set(c, KW_HASH_REMOVE_ALL);
    if (!all && (!keys || !collection_is_many(keys))) {
        TableEntry *e = keys ? entry_of(c, t, keys) : last_entry(t);
        if (!e) throw_msg(c, E_VALUE, "The hash is empty: there is nothing to remove.");
        Val v = val_copy(&e->v);
        table_remove(t, e);
        return v;
    }
    Val *object = collection_new_table(c, c->self->h->v.a->def->name, t->folds_case, &out);
    int64_t at = 0, n = all ? 0 : collection_parts(keys);
    for (TableEntry *e; all && (e = table_next(t, &at));) {
        collection_put_take(c, out, &e->key, val_copy(&e->v));
        table_remove(t, e);
    }
    for (int64_t i = 0; i < n; i++) {
        const Val *key = call_keep_take(c, collection_part(keys, i));
        TableEntry *e = entry_of(c, t, key);
        collection_put_take(c, out, &e->key, val_copy(&e->v));
        table_remove(t, e);
    }
    return val_take(object);
}

static void fn_remove(Call *c) { call_return_take(c, remove_pairs(c)); }

static void pro_remove(Call *c)
{
    Val gone = remove_pairs(c);
    val_drop(&gone);
}

// --- ToStruct
// -----------------------------------------------------------------------------------------------------------------

// Hash::ToStruct([MISSING=v] [, /NO_COPY] [, /RECURSIVE] [, SKIPPED=v]): a structure with the keys as tags. Characters
// that a tag cannot have become "_". Values that are !NULL are left out (SKIPPED: the list of their keys) unless
// MISSING stands for them; RECURSIVE makes structures of hashes inside.
#define HASH_TOSTRUCT_KEYWORDS(K, R)                                                     \
    K(R, MISSING, "=value") K(R, NO_COPY, FLAG) K(R, RECURSIVE, FLAG) K(R, SKIPPED, OUT)
KEYWORDS(HASH_TOSTRUCT)

static char *tag_name(Call *c, const Val *key)
{
    const Str *s = val_to_str_peek(c, key, "key");
    size_t n = str_len(s), skip = 0, k = 0;
    while (key->type != T_STRING && skip < n && str_text(s)[skip] == ' ') skip++;
    char *name = call_alloc(c, n + 2);
    if (skip == n || !isalpha((unsigned char)str_text(s)[skip])) name[k++] = '_';
    for (size_t i = skip; i < n; i++) {
        char x = str_text(s)[i];
        name[k++] = isalnum((unsigned char)x) || x == '$' ? (char)toupper((unsigned char)x) : '_';
    }
    return name;
}

enum { STRUCT_DEPTH = 500 };

static Val to_struct(Call *c, const Table *t, List *skipped, int depth)
{
    if (depth > STRUCT_DEPTH) {
        throw_msg(c, E_VALUE, "Hashes are nested too deeply (limit %d), or one contains itself.", STRUCT_DEPTH);
    }
    const Val *missing = call_kw(c, KW_HASH_TOSTRUCT_MISSING);
    Val *made = call_keep_take(c, VAL_UNDEF);
    int64_t at = 0;
    for (TableEntry *e; (e = table_next(t, &at));) {
        const Val *v = val_is_undef(&e->v) && missing ? missing : &e->v;
        Val grown;
        const Table *inner = collection_table_of(v);
        if (val_is_undef(v)) {
            collection_push_take(c, skipped, val_copy(&e->key));
            continue;
        }
        bool wanted = inner && call_kw_set(c, KW_HASH_TOSTRUCT_RECURSIVE);
        if (wanted) v = call_keep_take(c, to_struct(c, inner, skipped, depth + 1));
        if (val_is_undef(v)) continue; // an empty hash inside
        TRY(c, struct_append(made, tag_name(c, &e->key), v, &grown));
        val_set_take(made, grown);
    }
    return made->type == T_STRUCT ? val_take(made) : VAL_NULL;
}

static void fn_to_struct(Call *c)
{
    Table *t = collection_table(c);
    List *skipped;
    Val *object = collection_new_list(c, 0, &skipped);
    call_return_take(c, to_struct(c, t, skipped, 0));
    call_kw_set_take(c, KW_HASH_TOSTRUCT_SKIPPED, skipped->n ? val_take(object) : VAL_NULL);
    int64_t at = 0;
    for (TableEntry *e; call_kw_set(c, KW_HASH_TOSTRUCT_NO_COPY) && (e = table_next(t, &at));) table_remove(t, e);
}

// --- Functions for each pair
// ----------------------------------------------------------------------------------------------

// A function of one parameter gets the value, others get key and value.
static Val apply_to_pair(Call *c, const char *function, const TableEntry *e)
{
    const Val *v = call_keep_take(c, val_copy(&e->v)), *key = call_keep_take(c, val_copy(&e->key));
    if (collection_parameters(c, function) == 1) return collection_apply(c, function, v, NULL, 1);
    return collection_apply(c, function, key, v, 1);
}

// Hash::Map(Function [, Args...]), Hash::Filter(Function [, Args...]): a hash of the results, or of the pairs for which
// the function is true.
static void map_or_filter(Call *c, bool filters)
{
    const Table *t = collection_table(c);
    const char *function = collection_function(c, 0);
    Table *out;
    Val *object = collection_new_table(c, c->self->h->v.a->def->name, t->folds_case, &out);
    for (int64_t at = 0; table_next(t, &at);) {
        int64_t place = at - 1;
        const Val *key = call_keep_take(c, val_copy(&t->entry[place].key)),
                  *v = call_keep_take(c, val_copy(&t->entry[place].v));
        Val result = apply_to_pair(c, function, &t->entry[place]);
        bool good = true;
        if (filters) {
            TRY(c, val_truth(call_keep_take(c, result), false, &good));
            if (good) collection_put_take(c, out, key, val_copy(v));
        } else {
            collection_put_take(c, out, key, result);
        }
    }
    call_return_take(c, val_take(object));
}

static void fn_map(Call *c) { map_or_filter(c, false); }
static void fn_filter(Call *c) { map_or_filter(c, true); }

// Hash::Reduce(Function [, Args...] [, /CUMULATIVE] [, VALUE=start]): over the values, in the order of the keys.
#define HASH_REDUCE_KEYWORDS(K, R) K(R, CUMULATIVE, FLAG) K(R, VALUE, "=value")
KEYWORDS(HASH_REDUCE)

static void fn_reduce(Call *c)
{
    const Table *t = collection_table(c);
    const char *function = collection_function(c, 0);
    const Val *start = call_kw(c, KW_HASH_REDUCE_VALUE);
    List *steps;
    Val *object = collection_new_list(c, 0, &steps);
    Val *sum = call_keep_take(c, start ? val_copy(start) : VAL_NULL);
    bool begun = start != NULL;
    int64_t at = 0;
    for (TableEntry *e; (e = table_next(t, &at)); begun = true) {
        const Val *v = call_keep_take(c, val_copy(&e->v));
        val_set_take(sum, begun ? collection_apply(c, function, sum, v, 1) : val_copy(v));
        collection_push_take(c, steps, val_copy(sum));
    }
    call_return_take(c, val_take(call_kw_set(c, KW_HASH_REDUCE_CUMULATIVE) ? object : sum));
}

static const Routine rows[] = {
    {"HASH::KEYS", FUNCTION, {0, 0}, fn_keys, "", .spelling = "Hash::Keys"},
    {"HASH::VALUES", FUNCTION, {0, 0}, fn_values, "", .spelling = "Hash::Values"},
    {"HASH::COUNT", FUNCTION, {0, 1}, fn_count, "[Value]", .spelling = "Hash::Count"},
    {"HASH::ISEMPTY", FUNCTION, {0, 0}, fn_is_empty, "", .spelling = "Hash::IsEmpty"},
    {"HASH::ISFOLDCASE", FUNCTION, {0, 0}, fn_is_fold_case, "", .spelling = "Hash::IsFoldCase"},
    {"HASH::HASKEY", FUNCTION, {1, 1}, fn_has_key, "Keys", .spelling = "Hash::HasKey"},
    {"HASH::WHERE", FUNCTION, {1, 1}, fn_where, "Value", KEYS(HASH_WHERE), .spelling = "Hash::Where"},
    {"HASH::REMOVE", FUNCTION, {0, 1}, fn_remove, "[Keys]", KEYS(HASH_REMOVE), .spelling = "Hash::Remove"},
    {"HASH::REMOVE", PROCEDURE, {0, 1}, pro_remove, "[, Keys]", KEYS(HASH_REMOVE), .spelling = "Hash::Remove"},
    {"HASH::TOSTRUCT", FUNCTION, {0, 0}, fn_to_struct, "", KEYS(HASH_TOSTRUCT), .spelling = "Hash::ToStruct"},
    {"HASH::MAP", FUNCTION, {1, ARGS_ANY}, fn_map, "Function [, Arg1, ..., Argn]", .spelling = "Hash::Map"},
    {"HASH::FILTER", FUNCTION, {1, ARGS_ANY}, fn_filter, "Function [, Arg1, ..., Argn]", .spelling = "Hash::Filter"},
    {"HASH::REDUCE", FUNCTION, {1, ARGS_ANY}, fn_reduce, "Function [, Arg1, ..., Argn]", KEYS(HASH_REDUCE),
     .spelling = "Hash::Reduce"},
};
ROUTINE_TABLE(lib_hash_methods, rows)
