// Objects: OBJ_NEW and its kin, CALL_METHOD. What classes and methods are is vm/dispatch/classes.c. Start reading at fn_obj_new.
#include "base/mem.h"
#include "core/heap.h"
#include "lib/control/passing.h"
#include "vm/array/convert.h"
#include "vm/dispatch/classes.h"
#include "vm/dispatch/invoke.h"

#include <stdlib.h>
#include <string.h>

static Val invoke_method(Call *c, const Val *object, const char *name, bool is_function, int first)
{
    int n;
    Val *v = passed_values(c, first, 1, &n);
    v[0] = val_copy(object);
    CallSite *s = invoke_site(c->vm, NULL, name, true, is_function, c->argc - first, c->npassed, (const char *const *)c->passed);
    return invoke_take(c->vm, s, n, v);
}

// Whether the method's result counts as true when it is not zero, or (IDL's default) an odd number.
static bool is_any_nonzero(const Method *m)
{
    return m->kind == TARGET_BUILTIN || ((const UserRoutine *)m->target)->code->options & OPT_LOGICAL_PREDICATE;
}

// OBJ_NEW([ClassName [, Arg1, ...]] [, keywords]): a new object, its INIT called with the arguments; the null object
// without a name, or when INIT returns 0 (without CLEANUP). ClassName(Arg1, ...) does the same. Manual: OBJ_NEW.
static void fn_obj_new(Call *c)
{
    Method m;
    bool good = true;
    call_return_take(c, (Val){.type = T_OBJ});
    if (!c->argc && !c->constructs) return;
    const char *name = c->constructs ? c->constructs : upper_name(c, call_str_peek(c, 0));
    SDef *d = class_find(c->vm, name);
    if (!d) throw_no_class(c, name);
    HeapVar *h = object_make(c->vm, d, NULL);
    if (!h) throw_no_memory(c);
    Val *object = call_keep_take(c, (Val){.type = T_OBJ, .flags = VF_CELL, .h = h});
    h->cleaned = true;  // while it is being made
    if (class_method(c->vm, d, "INIT", true, true, &m)) {
        Val *answer = call_keep_take(c, invoke_method(c, object, "INIT", true, c->constructs ? 0 : 1));
        TRY(c, val_truth(answer, is_any_nonzero(&m), &good));
    }
    if (h->freed) return;
    h->cleaned = !good;
    if (good) call_return_take(c, val_take(object));
    else heap_release(h);
}

// OBJ_DESTROY, Object [, Arg1, ...] [, keywords]: CLEANUP with the arguments, then the object is gone; references
// to it are invalid. Arrays: each element. Manual: OBJ_DESTROY.
static void pro_obj_destroy(Call *c)
{
    const Val *v = call_arg(c, 0);
    int n;
    if (v->type != T_OBJ) throw_msg(c, E_HEAP, "Object reference type required in this context: %s.", call_arg_name(c, 0));
    v = call_keep_take(c, val_copy(v));
    for (int64_t i = 0; i < val_count(v); i++) {
        HeapVar *h = val_is_array(v) ? ((HeapVar **)v->a->data)[i] : v->h;
        if (!h) continue;
        Val *passed = passed_values(c, 1, 1, &n);
        object_destroy(c->vm, h, c->argc - 1, c->npassed, c->passed, passed);
        for (int k = 1; k < n; k++) val_drop(&passed[k]);
    }
}

static SDef *class_of(const Val *v)
{
    return v->type == T_OBJ && !val_is_array(v) && v->h && !v->h->freed ? v->h->v.a->def : NULL;
}

// What `ask` says of each object of an array, or of the one: INT or BYTE.
static void each_object(Call *c, bool (*ask)(Call *c, HeapVar *h))
{
    const Val *v = call_arg(c, 0);
    if (v->type != T_OBJ || !val_is_array(v)) {
        call_return_take(c, val_byte(v->type == T_OBJ && v->h && !v->h->freed && ask(c, v->h)));
        return;
    }
    Arr *a = call_new_array(c, T_BYTE, v->a->rank, v->a->dim, true);
    for (int64_t i = 0; i < a->n; i++) {
        HeapVar *h = ((HeapVar **)v->a->data)[i];
        ((uint8_t *)a->data)[i] = h && !h->freed && ask(c, h);
    }
    call_return_take(c, val_arr_take(arr_ref(a)));
}

#define OBJ_CLASS_KEYWORDS(K, R) K(R, COUNT, OUT) K(R, SUPERCLASS, FLAG)
KEYWORDS(OBJ_CLASS)

static int by_name(const void *a, const void *b) { return strcmp(*(char *const *)a, *(char *const *)b); }

// The names of all classes and named structures that are known, sorted; those of system variables are not among them.
static void return_all_classes(Call *c)
{
    const Map *known = &c->vm->structs;
    class_define_builtin(c->vm);
    const char **name = call_alloc(c, (known->len + 1) * sizeof *name);
    int64_t n = 0;
    size_t at = 0;
    for (const MapEntry *m; (m = map_next(known, &at)) != NULL;) {
        if (m->key[0] != '!') name[n++] = m->key;
    }
    qsort(name, (size_t)n, sizeof *name, by_name);
    call_kw_set_take(c, KW_OBJ_CLASS_COUNT, val_long((int32_t)n));
    if (!n) {
        call_return_take(c, val_string(""));
        return;
    }
    Arr *a = call_new_array(c, T_STRING, 1, &n, true);
    for (int64_t i = 0; i < n; i++) arr_set_take(a, i, val_string(name[i]));
    call_return_take(c, val_arr_take(arr_ref(a)));
}

// The structures of system variables are no classes.
static const SDef *class_named(Call *c, const char *name) { return name[0] == '!' ? NULL : class_find(c->vm, name); }

// OBJ_CLASS([Object or name] [, COUNT=n] [, /SUPERCLASS]): the name of the class ('' for the null object), or those of
// its direct superclasses; without an argument those of all classes. Manual: OBJ_CLASS.
static void fn_obj_class(Call *c)
{
    if (!c->argc) {
        if (call_kw_set(c, KW_OBJ_CLASS_SUPERCLASS)) throw_msg(c, E_ARGS, "Incorrect number of arguments.");
        return_all_classes(c);
        return;
    }
    const Val *v = call_arg(c, 0);
    const SDef *d = v->type == T_STRING ? class_named(c, upper_name(c, call_str_peek(c, 0))) : class_of(v);
    int64_t n = !d ? 0 : call_kw_set(c, KW_OBJ_CLASS_SUPERCLASS) ? d->nsupers : 1;
    call_kw_set_take(c, KW_OBJ_CLASS_COUNT, val_long((int32_t)n));
    if (!call_kw_set(c, KW_OBJ_CLASS_SUPERCLASS) || n == 0) {
        call_return_take(c, val_string(n ? d->name : ""));
        return;
    }
    Arr *a = call_new_array(c, T_STRING, 1, &n, true);
    for (int64_t i = 0; i < n; i++) arr_set_take(a, i, val_string(d->super[i]->name));
    call_return_take(c, n == 1 ? arr_get(a, 0) : val_arr_take(arr_ref(a)));
}

static bool is_of_class(Call *c, HeapVar *h) { return sdef_is_a(h->v.a->def, upper_name(c, call_str_peek(c, 1))); }

// OBJ_ISA(Object, ClassName): 1 where the object is of the class or inherits from it. Manual: OBJ_ISA.
static void fn_obj_isa(Call *c) { each_object(c, is_of_class); }

// OBJ_HASMETHOD(Object or class name, Methods): 1 for each method name that the class has. Manual: OBJ_HASMETHOD.
static void fn_obj_hasmethod(Call *c)
{
    const Val *v = call_arg(c, 0), *names = call_arg(c, 1);
    const SDef *d = v->type == T_STRING ? class_find(c->vm, upper_name(c, call_str_peek(c, 0))) : class_of(v);
    names = call_convert(c, names, T_STRING);
    int64_t n = val_count(names);
    Arr *a = call_new_array(c, T_BYTE, 1, &n, true);
    for (int64_t i = 0; d && i < n; i++) {
        Method m;
        call_poll(c);
        const char *name = upper_name(c, val_is_array(names) ? ((const StrSlot *)names->a->data)[i].p : names->s);
        ((uint8_t *)a->data)[i] = class_method(c->vm, d, name, false, true, &m) || class_method(c->vm, d, name, true, true, &m);
    }
    call_return_take(c, val_is_array(names) ? val_arr_take(arr_ref(a)) : arr_get(a, 0));
}

// CALL_METHOD, Name, Object [, Arg1, ...] [, keywords], and as a function: the method named by a string; "CLASS::NAME"
// calls that class's own. Manual: CALL_METHOD.
static Val call_method(Call *c, bool is_function)
{
    char *name = upper_name(c, call_str_peek(c, 0)), *colons = strstr(name, "::");
    const Val *object = call_keep_take(c, val_copy(call_arg(c, 1)));
    if (colons) *colons = '\0';
    int n;
    Val *v = passed_values(c, 2, 1, &n);
    v[0] = val_copy(object);
    CallSite *s = invoke_site(c->vm, colons ? name : NULL, colons ? colons + 2 : name, true, is_function, c->argc - 2, c->npassed,
                              (const char *const *)c->passed);
    return invoke_take(c->vm, s, n, v);
}

static void fn_call_method(Call *c) { call_return_take(c, call_method(c, true)); }

static void pro_call_method(Call *c)
{
    Val none = call_method(c, false);
    val_drop(&none);
}

static const Routine rows[] = {
    {"CALL_METHOD", FUNCTION, {2, ARGS_ANY}, fn_call_method, "Name, Object [, Arg1, ..., Argn]",
     .passes_keywords = true},
    {"CALL_METHOD", PROCEDURE, {2, ARGS_ANY}, pro_call_method, "Name, Object [, Arg1, ..., Argn]",
     .passes_keywords = true},
    {"OBJ_CLASS", FUNCTION, {0, 1}, fn_obj_class, "[Object]", KEYS(OBJ_CLASS)},
    {"OBJ_DESTROY", PROCEDURE, {1, ARGS_ANY}, pro_obj_destroy, "Object [, Arg1, ..., Argn]", .passes_keywords = true},
    {"OBJ_HASMETHOD", FUNCTION, {2, 2}, fn_obj_hasmethod, "Object, Method"},
    {"OBJ_ISA", FUNCTION, {2, 2}, fn_obj_isa, "Object, ClassName"},
    {"OBJ_NEW", FUNCTION, {0, ARGS_ANY}, fn_obj_new, "[ClassName [, Arg1, ..., Argn]]", .passes_keywords = true},
};
ROUTINE_TABLE(lib_objects, rows)
