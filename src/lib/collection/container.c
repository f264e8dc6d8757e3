// IDL_Container: an object that holds objects, in order, and destroys them when it is destroyed. Start at pro_add.
#include "lib/collection/collection.h"
#include "vm/call/call.h"
#include "vm/dispatch/classes.h"

#include <ctype.h>
#include <string.h>

static List *held(Call *c)
{
    List *l = collection_list(c);
    l->native.is_plain = false; // its CLEANUP has work to do
    return l;
}

static const Val *objects(Call *c, int i)
{
    const Val *v = call_arg(c, i);
    if (v->type != T_OBJ)
        throw_msg(c, E_HEAP, "Object reference type required in this context: %s.", call_arg_name(c, i));
    return v;
}

static HeapVar *object_at(const Val *v, int64_t i) { return val_is_array(v) ? ((HeapVar **)v->a->data)[i] : v->h; }

static int64_t find(const List *l, const HeapVar *h)
{
    for (int64_t i = 0; i < l->n; i++) {
        if (list_at(l, i)->h == h) return i;
    }
    return -1;
}

// IDL_Container::Add, Objects [, POSITION=indices]: puts objects in, at the end or at these places.
#define CONTAINER_ADD_KEYWORDS(K, R) K(R, POSITION, "=indices")
KEYWORDS(CONTAINER_ADD)

static void pro_add(Call *c)
{
    List *l = held(c);
    const Val *v = objects(c, 0), *where = call_kw(c, KW_CONTAINER_ADD_POSITION);
    if (where) where = call_convert(c, where, T_LONG64);
    for (int64_t i = 0; i < val_count(v); i++) {
        int64_t at = !where                 ? l->n
                     : !val_is_array(where) ? where->ll + i
                     : i < where->a->n      ? ((int64_t *)where->a->data)[i]
                                            : l->n;
        if (!object_at(v, i)) throw_msg(c, E_HEAP, "A container does not take null objects.");
        if (at < 0 || at > l->n)
            throw_msg(c, E_SUBSCRIPT, "POSITION is out of range: %lld of %lld.", (long long)at, (long long)l->n);
        if (!list_insert_take(l, at, val_obj(object_at(v, i)))) throw_no_memory(c);
    }
}

// IDL_Container::Count(): how many objects it holds, LONG.
static void fn_count(Call *c) { call_return_take(c, val_long((int32_t)held(c)->n)); }

// IDL_Container::IsContained(Objects [, POSITION=variable]): 1 where the object is in the container.
#define CONTAINER_HAS_KEYWORDS(K, R) K(R, POSITION, OUT)
KEYWORDS(CONTAINER_HAS)

static void fn_is_contained(Call *c)
{
    const List *l = held(c);
    const Val *v = objects(c, 0);
    int64_t n = val_count(v);
    Arr *found = call_new_array(c, T_LONG, 1, &n, true), *at = call_new_array(c, T_LONG, 1, &n, true);
    for (int64_t i = 0; i < n; i++) {
        int64_t k = find(l, object_at(v, i));
        ((int32_t *)found->data)[i] = k >= 0;
        ((int32_t *)at->data)[i] = (int32_t)k;
    }
    bool many = val_is_array(v);
    call_kw_set_take(c, KW_CONTAINER_HAS_POSITION, many ? val_arr_take(arr_ref(at)) : arr_get(at, 0));
    call_return_take(c, many ? val_arr_take(arr_ref(found)) : arr_get(found, 0));
}

// IDL_Container::Get([/ALL] [, COUNT=variable] [, ISA=class names] [, POSITION=indices]): objects; -1 when there are
// none.
#define CONTAINER_GET_KEYWORDS(K, R)                                                      \
    K(R, ALL, FLAG) K(R, COUNT, OUT) K(R, ISA, "=class_names") K(R, POSITION, "=indices")
KEYWORDS(CONTAINER_GET)

static bool is_of_classes(Call *c, const Val *names, const HeapVar *h)
{
    if (!names) return true;
    if (h->freed) return false;
    for (int64_t i = 0; i < val_count(names); i++) {
        const Str *s = val_is_array(names) ? ((StrSlot *)names->a->data)[i].p : names->s;
        char *upper = call_alloc(c, str_len(s) + 1);
        for (size_t k = 0; k < str_len(s); k++) upper[k] = (char)toupper((unsigned char)s->s[k]);
        if (sdef_is_a(h->v.a->def, upper)) return true;
    }
    return false;
}

static void fn_get(Call *c)
{
    const List *l = held(c);
    const Val *where = call_kw(c, KW_CONTAINER_GET_POSITION), *isa = call_kw(c, KW_CONTAINER_GET_ISA);
    if (where) where = call_convert(c, where, T_LONG64);
    if (isa) isa = call_convert(c, isa, T_STRING);
    bool all = call_kw_set(c, KW_CONTAINER_GET_ALL);
    int64_t n = all ? l->n : where ? val_count(where) : 1, count = 0;
    HeapVar **taken = call_alloc(c, (size_t)n * sizeof(HeapVar *));
    for (int64_t i = 0; i < n; i++) {
        int64_t at = all || !where ? i : val_is_array(where) ? ((int64_t *)where->a->data)[i] : where->ll;
        if (!all && where && (at < 0 || at >= l->n))
            throw_msg(c, E_SUBSCRIPT, "POSITION is out of range: %lld of %lld.", (long long)at, (long long)l->n);
        if (at < l->n && is_of_classes(c, isa, list_at(l, at)->h)) taken[count++] = list_at(l, at)->h;
    }
    call_kw_set_take(c, KW_CONTAINER_GET_COUNT, val_long((int32_t)count));
    if (!count) {
        call_return_take(c, val_long(-1));
        return;
    }
    Arr *a = call_new_array(c, T_OBJ, 1, &count, true);
    for (int64_t i = 0; i < count; i++) ((HeapVar **)a->data)[i] = heap_ref(taken[i]);
    bool single = !all && (!where || !val_is_array(where));
    call_return_take(c, single ? arr_get(a, 0) : val_arr_take(arr_ref(a)));
}

// IDL_Container::Remove [, Objects] [, /ALL] [, POSITION=indices]: takes them out; they live on. Without arguments: the
// first.
#define CONTAINER_REMOVE_KEYWORDS(K, R) K(R, ALL, FLAG) K(R, POSITION, "=indices")
KEYWORDS(CONTAINER_REMOVE)

static void take_out(List *l, int64_t at)
{
    if (at < 0 || at >= l->n) return;
    Val gone = list_remove(l, at);
    val_drop(&gone);
}

static void pro_remove(Call *c)
{
    List *l = held(c);
    const Val *where = call_kw(c, KW_CONTAINER_REMOVE_POSITION);
    if (call_kw_set(c, KW_CONTAINER_REMOVE_ALL)) {
        while (l->n) take_out(l, l->n - 1);
    } else if (c->argc) {
        const Val *v = call_keep_take(c, val_copy(objects(c, 0)));
        for (int64_t i = 0; i < val_count(v); i++) take_out(l, find(l, object_at(v, i)));
    } else if (where) {
        where = call_convert(c, where, T_LONG64);
        int64_t n = val_count(where), before = l->n;
        bool *gone = call_alloc(c, (size_t)before + 1);
        for (int64_t i = 0; i < n; i++) {
            int64_t at = val_is_array(where) ? ((int64_t *)where->a->data)[i] : where->ll;
            if (at < 0 || at >= before)
                throw_msg(c, E_SUBSCRIPT, "POSITION is out of range: %lld of %lld.", (long long)at, (long long)before);
            gone[at] = true;
        }
        for (int64_t i = before; i-- > 0;) {
            if (gone[i]) take_out(l, i);
        }
    } else {
        take_out(l, 0);
    }
}

// IDL_Container::Move, Source, Destination: moves an object from one place to another, both counted from 0.
static void pro_move(Call *c)
{
    List *l = held(c);
    int64_t from = call_int(c, 0), to = call_int(c, 1);
    if (from < 0 || from >= l->n || to < 0 || to >= l->n)
        throw_msg(c, E_SUBSCRIPT, "Index out of range: the container holds %lld.", (long long)l->n);
    if (!list_insert_take(l, to, list_remove(l, from))) throw_no_memory(c);
}

// IDL_Container::Init(): 1; an empty container.
static void fn_init(Call *c)
{
    held(c);
    call_return_take(c, val_long(1));
}

// IDL_Container::Cleanup: destroys the objects that it holds.
static void pro_cleanup(Call *c)
{
    List *l = held(c);
    Val args[1];
    while (l->n) {
        Val *object = call_keep_take(c, list_remove(l, l->n - 1));
        if (object->h) object_destroy(c->vm, object->h, 0, 0, NULL, args);
    }
}

static const Routine rows[] = {
    {"IDL_CONTAINER::ADD", PROCEDURE, {1, 1}, pro_add, "Objects", KEYS(CONTAINER_ADD),
     .spelling = "IDL_Container::Add"},
    {"IDL_CONTAINER::COUNT", FUNCTION, {0, 0}, fn_count, "", .spelling = "IDL_Container::Count"},
    {"IDL_CONTAINER::ISCONTAINED", FUNCTION, {1, 1}, fn_is_contained, "Objects", KEYS(CONTAINER_HAS),
     .spelling = "IDL_Container::IsContained"},
    {"IDL_CONTAINER::GET", FUNCTION, {0, 0}, fn_get, "", KEYS(CONTAINER_GET), .spelling = "IDL_Container::Get"},
    {"IDL_CONTAINER::REMOVE", PROCEDURE, {0, 1}, pro_remove, "[, Objects]", KEYS(CONTAINER_REMOVE),
     .spelling = "IDL_Container::Remove"},
    {"IDL_CONTAINER::MOVE", PROCEDURE, {2, 2}, pro_move, "Source, Destination", .spelling = "IDL_Container::Move"},
    {"IDL_CONTAINER::INIT", FUNCTION, {0, 0}, fn_init, "", .spelling = "IDL_Container::Init"},
    {"IDL_CONTAINER::CLEANUP", PROCEDURE, {0, 0}, pro_cleanup, "", .spelling = "IDL_Container::Cleanup"},
};
ROUTINE_TABLE(lib_container, rows)
