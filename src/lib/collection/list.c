// LIST: construction, subscripts, operators, text. What its methods do is in list_methods.c. Start reading at fn_list.
#include "base/buf.h"
#include "lib/collection/collection.h"
#include "vm/call/call.h"
#include "vm/place/place.h"

#define LIST_KEYWORDS(K, R) K(R, EXTRACT, FLAG) K(R, LENGTH, "=value") K(R, NO_COPY, FLAG)
KEYWORDS(LIST)

static void add_argument(Call *c, List *l, int i)
{
    const Val *v = call_arg(c, i);
    if (call_kw_set(c, KW_LIST_EXTRACT) && collection_is_many(v)) {
        int64_t n = collection_parts(v);
        for (int64_t k = 0; k < n; k++) collection_push_take(c, l, collection_part(v, k));
        return;
    }
    collection_push_take(c, l, collection_argument(c, i, call_kw_set(c, KW_LIST_NO_COPY)));
}

// The arguments as elements; LENGTH repeats them in turn, or cuts them off.
static void fill(Call *c, List *l)
{
    for (int i = 0; i < c->argc; i++) add_argument(c, l, i);
    if (!call_kw_given(c, KW_LIST_LENGTH)) return;
    int64_t length = call_kw_int(c, KW_LIST_LENGTH, 0), given = l->n;
    if (length < 0) throw_msg(c, E_VALUE, "LENGTH must not be negative: %lld.", (long long)length);
    while (l->n < length) collection_push_take(c, l, given ? val_copy(list_at(l, l->n % given)) : VAL_NULL);
    while (l->n > length) {
        Val last = list_remove(l, l->n - 1);
        val_drop(&last);
    }
}

// LIST([Value1, ...] [, /EXTRACT] [, LENGTH=n] [, /NO_COPY]): a new list. Manual: LIST.
static void fn_list(Call *c)
{
    List *l;
    Val *object = collection_new_list(c, c->argc, &l);
    fill(c, l);
    call_return_take(c, val_take(object));
}

// List::Init([Value1, ..., Valuen] [, /EXTRACT] [, LENGTH=n] [, /NO_COPY]): fills the list as LIST does; called by OBJ_NEW and by
// subclasses.
static void fn_init(Call *c)
{
    fill(c, collection_list(c));
    call_return_take(c, val_long(1));
}

// List::Cleanup: forgets all elements; called when the list is destroyed.
static void pro_cleanup(Call *c)
{
    List *l = collection_list(c);
    while (l->n) {
        Val last = list_remove(l, l->n - 1);
        val_drop(&last);
    }
}

// --- Subscripts
// -----------------------------------------------------------------------------------------------------------

// list[i], list[i, j...] (an element, subscripted further), list[range or array] (a new list).
static void fn_get(Call *c)
{
    List *l = collection_list(c);
    Subscript subs[MAX_RANK];
    int n = collection_subscripts(c, 0, subs);
    int64_t count;
    bool single;
    int64_t *at = collection_positions(c, &subs[0], l->n, &count, &single);
    if (single) {
        Val element = val_copy(list_at(l, at[0])), out;
        const Val *kept = call_keep_take(c, element);
        if (n == 1)
            out = val_copy(kept);
        else
            place_index_get(c->vm, kept, subs + 1, n - 1, "LIST element", &out);
        call_return_take(c, out);
        return;
    }
    if (n > 1) throw_msg(c, E_SUBSCRIPT, "Only one element of a list can be subscripted further.");
    List *part;
    Val *object = collection_new_list(c, count, &part);
    for (int64_t i = 0; i < count; i++) collection_push_take(c, part, val_copy(list_at(l, at[i])));
    call_return_take(c, val_take(object));
}

// list[i] = v; list[i, j...] = v; list[range or array] = values of that number, or one for all.
static void pro_set(Call *c)
{
    List *l = collection_list(c);
    Subscript subs[MAX_RANK];
    const Val *v = call_arg(c, 1);
    int n = collection_subscripts(c, 2, subs);
    int64_t count, parts = collection_parts(v);
    bool single;
    int64_t *at = collection_positions(c, &subs[0], l->n, &count, &single);
    if (n > 1) {
        if (!single) throw_msg(c, E_SUBSCRIPT, "Only one element of a list can be subscripted further.");
        Val *element = list_at(l, at[0]);
        if (element->type == T_OBJ) element = call_keep_take(c, val_copy(element)); // its method may change this list
        place_index_set(c->vm, element, subs + 1, n - 1, "LIST element", v);
        return;
    }
    if (!single && collection_is_many(v) && parts != count) {
        throw_msg(c, E_SHAPE, "%lld values for %lld elements of the list.", (long long)parts, (long long)count);
    }
    for (int64_t i = 0; i < count; i++) {
        val_set_take(list_at(l, at[i]), single || !collection_is_many(v) ? val_copy(v) : collection_part(v, i));
    }
}

// --- Operators
// ------------------------------------------------------------------------------------------------------------

// list + list, list + value, value + list: a new list with the elements of both.
static void fn_plus(Call *c)
{
    List *l;
    Val *object = collection_new_list(c, 0, &l);
    for (int i = 0; i < 2; i++) {
        const Val *v = call_arg(c, i);
        const List *from = collection_list_of(v);
        if (!from) collection_push_take(c, l, val_copy(v));
        for (int64_t k = 0; from && k < from->n; k++) collection_push_take(c, l, val_copy(list_at(from, k)));
    }
    call_return_take(c, val_take(object));
}

// Element by element for two lists (as far as the shorter one goes), each element against the value otherwise.
static void compare(Call *c, bool wanted)
{
    const Val *a = call_arg(c, 0), *b = call_arg(c, 1);
    const List *x = collection_list_of(a), *y = collection_list_of(b);
    const List *only = x ? x : y;
    int64_t n = x && y ? (x->n < y->n ? x->n : y->n) : only ? only->n : 0;
    if (n == 0) {
        call_return_take(c, x && y && x->n == y->n ? val_byte(wanted) : val_byte(!wanted));
        return;
    }
    Arr *r = call_new_array(c, T_BYTE, 1, &n, true);
    for (int64_t i = 0; i < n; i++) {
        ((uint8_t *)r->data)[i] = collection_same(c, x ? list_at(x, i) : a, y ? list_at(y, i) : b) == wanted;
    }
    call_return_take(c, val_arr_take(arr_ref(r)));
}

static void fn_eq(Call *c) { compare(c, true); }
static void fn_ne(Call *c) { compare(c, false); }

static void fn_is_true(Call *c) { call_return_take(c, val_byte(collection_list(c)->n > 0)); }

static void fn_size(Call *c) { call_return_take(c, val_long64(collection_list(c)->n)); }

// FOREACH: value and index of the next element.
static void fn_foreach(Call *c)
{
    const List *l = collection_list(c);
    const Val *key = call_arg_peek(c, 1);
    int64_t at = val_is_undef(key) ? -1 : call_int(c, 1), i = at < 0 || at >= l->n ? 0 : at + 1;
    bool more = at < l->n - 1;
    if (more) call_set_take(c, 0, val_copy(list_at(l, i)));
    if (more) call_set_take(c, 1, val_long((int32_t)i));
    call_return_take(c, val_byte(more));
}

// --- Text
// -----------------------------------------------------------------------------------------------------------------

static void release_buf(void *b) { buf_free(b); }

// One element a line, as PRINT shows each.
static void fn_print(Call *c)
{
    const List *l = collection_list(c);
    Arr *a = l->n ? call_new_array(c, T_STRING, 2, (int64_t[]){1, l->n}, true) : NULL;
    Buf *b = call_alloc(c, sizeof *b);
    *b = BUF_INIT(BUF_NO_LIMIT);
    call_defer(c, release_buf, b);
    for (int64_t i = 0; i < l->n; i++) {
        b->len = 0;
        collection_print_element(b, "", list_at(l, i));
        if (!buf_ok(b)) throw_no_memory(c);
        arr_set_take(a, i, val_stringn(b->p, b->len - 1));
    }
    call_return_take(c, a ? val_arr_take(arr_ref(a)) : val_string(""));
}

static const Routine rows[] = {
    {"LIST", FUNCTION, {0, ARGS_ANY}, fn_list, "[Value1, ..., Valuen]", KEYS(LIST)},
    {"LIST::INIT", FUNCTION, {0, ARGS_ANY}, fn_init, "[Value1, ..., Valuen]", KEYS(LIST), .spelling = "List::Init"},
    {"LIST::CLEANUP", PROCEDURE, {0, 0}, pro_cleanup, "", .spelling = "List::Cleanup"},
    {"LIST::_OVERLOADBRACKETSRIGHTSIDE", FUNCTION, {2, 9}, fn_get, "IsRange, Sub1 [, ..., Sub8]",
     .spelling = "List::_overloadBracketsRightSide"},
    {"LIST::_OVERLOADBRACKETSLEFTSIDE", PROCEDURE, {4, 11}, pro_set, "ObjRef, Value, IsRange, Sub1 [, ..., Sub8]",
     .spelling = "List::_overloadBracketsLeftSide"},
    {"LIST::_OVERLOADPLUS", FUNCTION, {2, 2}, fn_plus, "Arg1, Arg2", .spelling = "List::_overloadPlus"},
    {"LIST::_OVERLOADEQ", FUNCTION, {2, 2}, fn_eq, "Arg1, Arg2", .spelling = "List::_overloadEQ"},
    {"LIST::_OVERLOADNE", FUNCTION, {2, 2}, fn_ne, "Arg1, Arg2", .spelling = "List::_overloadNE"},
    {"LIST::_OVERLOADISTRUE", FUNCTION, {0, 0}, fn_is_true, "", .spelling = "List::_overloadIsTrue"},
    {"LIST::_OVERLOADSIZE", FUNCTION, {0, 0}, fn_size, "", .spelling = "List::_overloadSize"},
    {"LIST::_OVERLOADFOREACH", FUNCTION, {2, 2}, fn_foreach, "Value, Key", .spelling = "List::_overloadForeach"},
    {"LIST::_OVERLOADPRINT", FUNCTION, {0, 0}, fn_print, "", .spelling = "List::_overloadPrint"},
};
ROUTINE_TABLE(lib_list, rows)
