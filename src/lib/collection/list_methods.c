// The methods of LIST: Add, Remove, Move, ToArray, Where, and those that call a function of the program for each
// element. Start reading at pro_add.
#include "base/mem.h"
#include "lib/collection/collection.h"
#include "lib/collection/sorting.h"
#include "vm/array/convert.h"
#include "vm/array/operate.h"
#include "vm/call/call.h"

#include <stdlib.h>
#include <string.h>

static Val count_value(int64_t n) { return n > INT32_MAX ? val_long64(n) : val_long((int32_t)n); }

// --- Adding and removing
// ----------------------------------------------------------------------------------------------------

// List::Add, Value [, Index] [, /EXTRACT] [, /NO_COPY]: before element Index (negative: from the end), else at the end.
#define LIST_ADD_KEYWORDS(K, R) K(R, EXTRACT, FLAG) K(R, NO_COPY, FLAG)
KEYWORDS(LIST_ADD)

static void insert_take(Call *c, List *l, int64_t at, Val v)
{
    if (!list_insert_take(l, at, v)) throw_no_memory(c);
}

static void pro_add(Call *c)
{
    List *l = collection_list(c);
    const Val *v = call_arg(c, 0);
    int64_t at = c->argc > 1 ? call_int(c, 1) : l->n, given = at;
    if (at < 0) at += l->n + 1;
    if (at < 0 || at > l->n) {
        throw_msg(c, E_SUBSCRIPT, "Index out of range: %lld of %lld elements.", (long long)given, (long long)l->n);
    }
    if (!call_kw_set(c, KW_LIST_ADD_EXTRACT) || !collection_is_many(v)) {
        insert_take(c, l, at, collection_argument(c, 0, call_kw_set(c, KW_LIST_ADD_NO_COPY)));
        return;
    }
    int64_t n = collection_parts(v);
    const Val *same = call_keep_take(c, val_copy(v));
    for (int64_t i = 0; i < n; i++) {
        call_poll(c);
        insert_take(c, l, at + i, collection_part(same, collection_list_of(same) == l && i > at ? 2 * i - at : i));
    }
}

// List::Remove([Indices] [, /ALL]): takes elements out, the last one without Indices. The function returns the element,
// or a LIST of them for an array of indices or /ALL.
#define LIST_REMOVE_KEYWORDS(K, R) K(R, ALL, FLAG)
KEYWORDS(LIST_REMOVE)

static int descending(const void *a, const void *b)
{
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
    return x < y ? 1 : x > y ? -1 : 0;
}

static Val *remove_at(Call *c, List *l, int64_t *at, int64_t count)
{
    List *out;
    Val *object = collection_new_list(c, count, &out);
    for (int64_t i = 0; i < count; i++) collection_push_take(c, out, val_copy(list_at(l, at[i])));
    int64_t room = count * (int64_t)sizeof *at;  // which the C library may take
    if (!mem_claim(room)) throw_no_memory(c);
    qsort(at, (size_t)count, sizeof *at, descending);
    mem_unclaim(room);
    for (int64_t i = 0; i < count; i++) {
        if (i && at[i] == at[i - 1]) continue;
        Val gone = list_remove(l, at[i]);
        val_drop(&gone);
    }
    return object;
}

static Val list_take_out(Call *c)
{
    List *l = collection_list(c);
    int64_t count;
    bool single;
    if (call_kw_set(c, KW_LIST_REMOVE_ALL)) {
        List *all;
        Val *object = collection_new_list(c, l->n, &all);
        for (int64_t i = 0; i < l->n; i++) collection_push_take(c, all, val_copy(list_at(l, i)));
        while (l->n) {
            Val gone = list_remove(l, l->n - 1);
            val_drop(&gone);
        }
        return val_take(object);
    }
    if (!c->argc) {
        if (!l->n) throw_msg(c, E_SUBSCRIPT, "The list is empty: there is nothing to remove.");
        return list_remove(l, l->n - 1);
    }
    Subscript sub = {.value = call_arg(c, 0)};
    int64_t *at = collection_positions(c, &sub, l->n, &count, &single);
    return single ? list_remove(l, at[0]) : val_take(remove_at(c, l, at, count));
}

static void fn_remove(Call *c) { call_return_take(c, list_take_out(c)); }

static void pro_remove(Call *c)
{
    Val gone = list_take_out(c);
    val_drop(&gone);
}

static int64_t position_argument(Call *c, int i, const List *l)
{
    int64_t given = call_int(c, i), at = given < 0 ? given + l->n : given;
    if (at < 0 || at >= l->n) {
        throw_msg(c, E_SUBSCRIPT, "Index out of range: %lld of %lld elements.", (long long)given, (long long)l->n);
    }
    return at;
}

// List::Move, Source, Destination: takes element Source out and puts it in at index Destination.
static void pro_move(Call *c)
{
    List *l = collection_list(c);
    int64_t from = position_argument(c, 0, l), to = position_argument(c, 1, l);
    insert_take(c, l, to, list_remove(l, from));
}

// List::Swap, Index1, Index2: the two elements change places.
static void pro_swap(Call *c)
{
    List *l = collection_list(c);
    Val *a = list_at(l, position_argument(c, 0, l)), *b = list_at(l, position_argument(c, 1, l)), v = *a;
    *a = *b;
    *b = v;
}

// List::Reverse: turns the order of the elements round, in place.
static void pro_reverse(Call *c) { list_reverse(collection_list(c)); }

// --- Asking
// -----------------------------------------------------------------------------------------------------------------

// List::Count([Value]): elements, or those equal to Value.
static void fn_count(Call *c)
{
    const List *l = collection_list(c);
    int64_t n = 0;
    for (int64_t i = 0; i < l->n; i++) n += !c->argc || collection_same(c, list_at(l, i), call_arg(c, 0));
    call_return_take(c, count_value(n));
}

// List::IsEmpty(): 1 if the list has no elements, else 0.
static void fn_is_empty(Call *c) { call_return_take(c, val_bool(collection_list(c)->n == 0)); }

// List::Where(Value [, COMPLEMENT=v] [, COUNT=v] [, NCOMPLEMENT=v]): indices of elements equal to Value, !NULL if none.
#define LIST_WHERE_KEYWORDS(K, R) K(R, COMPLEMENT, OUT) K(R, COUNT, OUT) K(R, NCOMPLEMENT, OUT)
KEYWORDS(LIST_WHERE)

static Val indices(Call *c, const bool *equal, int64_t n, int64_t count, bool wanted)
{
    if (!count) return VAL_NULL;
    Arr *a = call_new_array(c, T_LONG, 1, &count, true);
    for (int64_t i = 0, k = 0; i < n; i++) {
        if (equal[i] == wanted) ((int32_t *)a->data)[k++] = (int32_t)i;
    }
    return val_arr_take(arr_ref(a));
}

static void fn_where(Call *c)
{
    const List *l = collection_list(c);
    bool *equal = call_alloc(c, (size_t)l->n);
    int64_t count = 0;
    for (int64_t i = 0; i < l->n; i++) count += equal[i] = collection_same(c, list_at(l, i), call_arg(c, 0));
    call_kw_set_take(c, KW_LIST_WHERE_COUNT, count_value(count));
    call_kw_set_take(c, KW_LIST_WHERE_NCOMPLEMENT, count_value(l->n - count));
    call_kw_set_take(c, KW_LIST_WHERE_COMPLEMENT, indices(c, equal, l->n, l->n - count, false));
    call_return_take(c, indices(c, equal, l->n, count, true));
}

// --- ToArray
// ------------------------------------------------------------------------------------------------------------------

// List::ToArray([DIMENSION=d] [, MISSING=v] [, /NO_COPY] [, /PROMOTE_TYPE] [, TYPE=code or name] [, /TRANSPOSE]): one
// array of the elements, converted to the type of the first (PROMOTE_TYPE: the highest). Arrays of one shape give an
// array with the list's index first (TRANSPOSE: last), or are joined along DIMENSION. MISSING stands for !NULL.
#define LIST_TOARRAY_KEYWORDS(K, R)                                                                \
    K(R, DIMENSION, "=value") K(R, MISSING, "=value") K(R, NO_COPY, FLAG) K(R, PROMOTE_TYPE, FLAG) \
    K(R, TRANSPOSE, FLAG) K(R, TYPE, "=value")
KEYWORDS(LIST_TOARRAY)

static TypeCode named_type(Call *c)
{
    const Val *v = call_kw(c, KW_LIST_TOARRAY_TYPE);
    if (v->type != T_STRING) {
        int64_t t = call_kw_int(c, KW_LIST_TOARRAY_TYPE, 0);
        if (t < T_BYTE || t > T_ULONG64) throw_msg(c, E_VALUE, "TYPE is no type code: %lld.", (long long)t);
        return (TypeCode)t;
    }
    const Str *s = call_kw_str_peek(c, KW_LIST_TOARRAY_TYPE);
    for (int t = T_BYTE; t <= T_ULONG64; t++) {
        if (strcasecmp(type_name((TypeCode)t), str_text(s)) == 0) return (TypeCode)t;
    }
    throw_msg(c, E_VALUE, "TYPE is no type name: %s.", str_text(s));
}

// The first element that is something: what the others should be like.
static int64_t model_of(const List *l)
{
    int64_t i = 0;
    while (i < l->n && val_is_undef(list_at(l, i))) i++;
    return i < l->n ? i : 0;
}

// Of a type that converts, with as many elements.
static bool is_like(const Val *v, const Val *model)
{
    const unsigned convertible = TYPES_NUMERIC | TM(STRING);
    bool converts = type_in((TypeCode)v->type, convertible) && type_in((TypeCode)model->type, convertible);
    return (v->type == model->type || converts) && val_count(v) == val_count(model);
}

// Element i, or what stands for it.
static const Val *present(Call *c, const List *l, int64_t model, int64_t i)
{
    const Val *v = list_at(l, i), *missing = call_kw(c, KW_LIST_TOARRAY_MISSING);
    if (!val_is_undef(v) && (!missing || is_like(v, list_at(l, model)))) return v;
    if (!missing)
        throw_msg(c, E_UNDEFVAR, "Element %lld is !NULL; give MISSING= a value to stand for it.", (long long)i);
    return missing;
}

static TypeCode common_type(Call *c, const List *l, int64_t model)
{
    if (call_kw(c, KW_LIST_TOARRAY_TYPE)) return named_type(c);
    TypeCode t = (TypeCode)present(c, l, model, model)->type;
    for (int64_t i = 0; i < l->n; i++) {
        TypeCode u = (TypeCode)present(c, l, model, i)->type;
        bool both = type_in(t, TYPES_NUMERIC | TM(STRING)) && type_in(u, TYPES_NUMERIC | TM(STRING));
        if (t != u && !both)
            throw_msg(c, E_TYPE, "Elements of types %s and %s do not go into one array.", type_name(t), type_name(u));
        if (call_kw_set(c, KW_LIST_TOARRAY_PROMOTE_TYPE))
            t = t == T_STRING || u == T_STRING ? T_STRING : type_join(t, u);
    }
    return t;
}

// All elements converted, each kept by the call.
static Val *converted(Call *c, const List *l, int64_t model, TypeCode t)
{
    Val *v = call_alloc(c, (size_t)l->n * sizeof *v);
    for (int64_t i = 0; i < l->n; i++) {
        const Val *x = present(c, l, model, i);
        call_poll(c);
        v[i] = x->type == t ? *call_keep_take(c, val_copy(x)) : *call_convert(c, x, t);
        if (t == T_STRUCT && v[i].a->def != v[0].a->def && !sdef_same_layout(v[i].a->def, v[0].a->def)) {
            throw_msg(c, E_STRUCT, "Conflicting data structures: element %lld differs from the first.", (long long)i);
        }
    }
    return v;
}

static Arr *make_array(Call *c, const Val *first, TypeCode t, int rank, const int64_t *dim)
{
    if (t != T_STRUCT) return call_new_array(c, t, rank, dim, true);
    Arr *a = arr_new_struct(first->a->def, arr_trim_rank(rank, dim), dim);
    if (!a) throw_no_memory(c);
    call_keep_take(c, val_arr_take(arr_ref(a)));
    arr_drop(a);
    return a;
}

// Arrays of one shape: element k of array i goes to [i, k], or to [k, i] when transposed.
static void stack_arrays(Call *c, const Val *v, int64_t n, int64_t model, TypeCode t)
{
    const Arr *first = v[model].a;
    bool last = call_kw_set(c, KW_LIST_TOARRAY_TRANSPOSE);
    int64_t dim[MAX_RANK + 1];
    if (first->rank == MAX_RANK) throw_msg(c, E_SHAPE, "Only 8 dimensions allowed.");
    memcpy(&dim[!last], first->dim, (size_t)first->rank * sizeof *dim);
    dim[last ? first->rank : 0] = n;
    Arr *a = make_array(c, &v[model], t, first->rank + 1, dim);
    for (int64_t i = 0; i < n; i++) {
        if (!val_is_array(&v[i]) && t != T_STRUCT && call_kw(c, KW_LIST_TOARRAY_MISSING)) {
            for (int64_t k = 0; k < first->n; k++) arr_set_take(a, last ? i * first->n + k : k * n + i, val_copy(&v[i]));
            continue;
        }
        if (!val_is_array(&v[i]) || v[i].a->n != first->n) {
            throw_msg(c, E_SHAPE, "Element %lld does not have as many elements as the first.", (long long)i);
        }
        if (last) arr_copy_elements(a, i * first->n, v[i].a, 0, first->n);
        for (int64_t k = 0; !last && k < first->n; k++) arr_copy_elements(a, k * n + i, v[i].a, k, 1);
    }
    call_return_take(c, val_arr_take(arr_ref(a)));
}

// MISSING in the shape of the model, where arrays are joined.
static void spread_missing(Call *c, Val *v, int64_t n, const Arr *model, TypeCode t)
{
    for (int64_t i = 0; i < n; i++) {
        if (val_is_array(&v[i])) continue;
        Arr *a = call_new_array(c, t, model->rank, model->dim, true);  // the call keeps it
        for (int64_t k = 0; k < a->n; k++) arr_set_take(a, k, val_copy(&v[i]));
        v[i] = val_arr_take(a);
    }
}

static void fn_to_array(Call *c)
{
    List *l = collection_list(c);
    if (!l->n) {
        call_return_take(c, VAL_NULL);
        return;
    }
    int64_t model = model_of(l);
    TypeCode t = common_type(c, l, model);
    Val *v = converted(c, l, model, t);
    int64_t along = call_kw_int(c, KW_LIST_TOARRAY_DIMENSION, 0), n = l->n;
    if (along < 0 || along > MAX_RANK) throw_msg(c, E_VALUE, "DIMENSION must be 1 to 8: %lld.", (long long)along);
    if (along) {
        Val out;
        if (n > INT32_MAX) throw_msg(c, E_VALUE, "Too many elements to join.");
        bool arrays = val_is_array(&v[model]) && t != T_STRUCT && call_kw(c, KW_LIST_TOARRAY_MISSING);
        if (arrays) spread_missing(c, v, n, v[model].a, t);
        TRY(c, operate_concat(v, (int)n, (int)along, false, &out));
        call_return_take(c, out);
    } else if (val_is_array(&v[model]) && !(t == T_STRUCT && v[model].a->n == 1)) {
        stack_arrays(c, v, n, model, t);
    } else {
        Arr *a = make_array(c, &v[model], t, 1, &n);
        for (int64_t i = 0; i < n; i++) {
            if (val_is_array(&v[i]) && v[i].a->n != 1)
                throw_msg(c, E_SHAPE, "Element %lld is an array, the first is not.", (long long)i);
            if (val_is_array(&v[i]))
                arr_copy_elements(a, i, v[i].a, 0, 1);
            else
                arr_set_take(a, i, val_copy(&v[i]));
        }
        call_return_take(c, val_arr_take(arr_ref(a)));
    }
    while (call_kw_set(c, KW_LIST_TOARRAY_NO_COPY) && l->n) {
        Val gone = list_remove(l, l->n - 1);
        val_drop(&gone);
    }
}

// --- Functions for each element
// -------------------------------------------------------------------------------------------

// List::Map(Function [, Args...]), List::Filter(Function [, Args...]): a list of the results, or of the elements for
// which the function is true.
static void map_or_filter(Call *c, bool filters)
{
    const List *l = collection_list(c);
    const char *function = collection_function(c, 0);
    List *out;
    Val *object = collection_new_list(c, 0, &out);
    for (int64_t i = 0; i < l->n; i++) {
        Val *x = call_keep_take(c, val_copy(list_at(l, i)));
        Val result = collection_apply(c, function, x, NULL, 1);
        if (!filters) {
            collection_push_take(c, out, result);
            continue;
        }
        bool good;
        TRY(c, val_truth(call_keep_take(c, result), false, &good));
        if (good) collection_push_take(c, out, val_take(x));
    }
    call_return_take(c, val_take(object));
}

static void fn_map(Call *c) { map_or_filter(c, false); }
static void fn_filter(Call *c) { map_or_filter(c, true); }

// List::NestedMap(Function, List2 [, Args...]): the function of each element with each of the other list.
static void fn_nested_map(Call *c)
{
    const List *l = collection_list(c), *m = collection_list_of(call_arg(c, 1));
    const char *function = collection_function(c, 0);
    List *out;
    if (!m) throw_msg(c, E_TYPE, "The second argument of NestedMap must be a list: %s.", call_arg_name(c, 1));
    Val *object = collection_new_list(c, 0, &out);
    for (int64_t i = 0; i < l->n; i++) {
        for (int64_t k = 0; i < l->n && k < m->n; k++) {
            const Val *x = call_keep_take(c, val_copy(list_at(l, i))), *y = call_keep_take(c, val_copy(list_at(m, k)));
            collection_push_take(c, out, collection_apply(c, function, x, y, 2));
        }
    }
    call_return_take(c, val_take(object));
}

// List::Reduce(Function [, Args...] [, /CUMULATIVE] [, VALUE=start]): function(function(first, second), third)...
#define LIST_REDUCE_KEYWORDS(K, R) K(R, CUMULATIVE, FLAG) K(R, VALUE, "=value")
KEYWORDS(LIST_REDUCE)

static void fn_reduce(Call *c)
{
    const List *l = collection_list(c);
    const char *function = collection_function(c, 0);
    const Val *start = call_kw(c, KW_LIST_REDUCE_VALUE);
    List *steps;
    Val *object = collection_new_list(c, 0, &steps);
    Val *sum = call_keep_take(c, start ? val_copy(start) : l->n ? val_copy(list_at(l, 0)) : VAL_NULL);
    if (!start && l->n) collection_push_take(c, steps, val_copy(sum));
    for (int64_t i = start ? 0 : 1; i < l->n; i++) {
        const Val *x = call_keep_take(c, val_copy(list_at(l, i)));
        val_set_take(sum, collection_apply(c, function, sum, x, 1));
        collection_push_take(c, steps, val_copy(sum));
    }
    call_return_take(c, val_take(call_kw_set(c, KW_LIST_REDUCE_CUMULATIVE) ? object : sum));
}

// List::Sort([COMPARE_FUNCTION=name] [, INDICES=v] [, /OVERWRITE] [, /REVERSE]): a sorted list (itself with OVERWRITE).
// COMPARE_FUNCTION(a, b) returns -1, 0 or 1.
#define LIST_SORT_KEYWORDS(K, R)                                                                   \
    K(R, COMPARE_FUNCTION, "=string") K(R, INDICES, OUT) K(R, OVERWRITE, FLAG) K(R, REVERSE, FLAG)
KEYWORDS(LIST_SORT)

static void fn_sort(Call *c)
{
    List *l = collection_list(c), *sorted;
    const Str *compare = call_kw_str_peek(c, KW_LIST_SORT_COMPARE_FUNCTION);
    Val *object = collection_new_list(c, l->n, &sorted);
    for (int64_t i = 0; i < l->n; i++) collection_push_take(c, sorted, val_copy(list_at(l, i)));
    int64_t n = sorted->n, *order = sorting_order(c, sorted, compare, call_kw_set(c, KW_LIST_SORT_REVERSE));
    Val *moved = call_alloc(c, (size_t)n * sizeof *moved);
    for (int64_t i = 0; i < n; i++) moved[i] = *list_at(sorted, order[i]);
    for (int64_t i = 0; i < n; i++) *list_at(sorted, i) = moved[i];
    if (n) {
        Arr *a = call_new_array(c, T_LONG, 1, &n, true);
        for (int64_t i = 0; i < n; i++) ((int32_t *)a->data)[i] = (int32_t)order[i];
        call_kw_set_take(c, KW_LIST_SORT_INDICES, val_arr_take(arr_ref(a)));
    }
    if (!call_kw_set(c, KW_LIST_SORT_OVERWRITE)) {
        call_return_take(c, val_take(object));
        return;
    }
    for (int64_t i = 0; i < n && i < l->n; i++) val_set_take(list_at(l, i), val_copy(list_at(sorted, i)));
    call_return_take(c, val_copy(c->self));
}

static const Routine rows[] = {
    {"LIST::ADD", PROCEDURE, {1, 2}, pro_add, "Value [, Index]", KEYS(LIST_ADD), .spelling = "List::Add"},
    {"LIST::REMOVE", FUNCTION, {0, 1}, fn_remove, "[Indices]", KEYS(LIST_REMOVE), .spelling = "List::Remove"},
    {"LIST::REMOVE", PROCEDURE, {0, 1}, pro_remove, "[, Indices]", KEYS(LIST_REMOVE), .spelling = "List::Remove"},
    {"LIST::MOVE", PROCEDURE, {2, 2}, pro_move, "Source, Destination", .spelling = "List::Move"},
    {"LIST::SWAP", PROCEDURE, {2, 2}, pro_swap, "Index1, Index2", .spelling = "List::Swap"},
    {"LIST::REVERSE", PROCEDURE, {0, 0}, pro_reverse, "", .spelling = "List::Reverse"},
    {"LIST::COUNT", FUNCTION, {0, 1}, fn_count, "[Value]", .spelling = "List::Count"},
    {"LIST::ISEMPTY", FUNCTION, {0, 0}, fn_is_empty, "", .spelling = "List::IsEmpty"},
    {"LIST::WHERE", FUNCTION, {1, 1}, fn_where, "Value", KEYS(LIST_WHERE), .spelling = "List::Where"},
    {"LIST::TOARRAY", FUNCTION, {0, 0}, fn_to_array, "", KEYS(LIST_TOARRAY), .spelling = "List::ToArray"},
    {"LIST::MAP", FUNCTION, {1, ARGS_ANY}, fn_map, "Function [, Arg1, ..., Argn]", .spelling = "List::Map"},
    {"LIST::FILTER", FUNCTION, {1, ARGS_ANY}, fn_filter, "Function [, Arg1, ..., Argn]", .spelling = "List::Filter"},
    {"LIST::NESTEDMAP", FUNCTION, {2, ARGS_ANY}, fn_nested_map, "Function, List2 [, Arg1, ..., Argn]",
     .spelling = "List::NestedMap"},
    {"LIST::REDUCE", FUNCTION, {1, ARGS_ANY}, fn_reduce, "Function [, Arg1, ..., Argn]", KEYS(LIST_REDUCE),
     .spelling = "List::Reduce"},
    {"LIST::SORT", FUNCTION, {0, 0}, fn_sort, "", KEYS(LIST_SORT), .spelling = "List::Sort"},
};
ROUTINE_TABLE(lib_list_methods, rows)
