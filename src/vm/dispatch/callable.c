// What a name before parentheses or behind a point can mean besides a routine or a method: see callable.h. Start
// reading at callable_static and callable_any_method_take.
#include "vm/dispatch/callable.h"

#include "vm/call/call.h"
#include "vm/dispatch/call_site.h"
#include "vm/dispatch/classes.h"
#include "vm/dispatch/invoke.h"
#include "vm/dispatch/overload.h"
#include "vm/fault/throw.h"
#include "vm/scope/variables.h"

#include <string.h>

// --- Static methods ---------------------------------------------------------------------------------------------------

static bool find_static(Vm *vm, const char *class_name, const char *name, bool is_function, Method *m)
{
    SDef plain = {.name = (char *)(uintptr_t)class_name};
    const SDef *d = class_find(vm, class_name);
    return class_method(vm, d ? d : &plain, name, is_function, true, m);
}

static bool is_static(const Method *m)
{
    return m->kind == TARGET_USER && ((const UserRoutine *)m->target)->code->options & OPT_STATIC;
}

bool callable_is_class(Vm *vm, const char *class_name, const char *name, bool is_function)
{
    Method m;
    return class_find(vm, class_name) || find_static(vm, class_name, name, is_function, &m);
}

void callable_load_object(Vm *vm, const CallSite *s, Val *object)
{
    const Val *v = object->ref;
    if (v->type != T_UNDEF || val_is_null(v)) {
        *object = val_copy(v);
        return;
    }
    if (!s->object_name || !callable_is_class(vm, s->object_name, s->name, s->is_function)) vm_throw_undefined(vm, v);
    *object = VAL_UNDEF;
}

bool callable_static(Vm *vm, CallSite *s, Val *object)
{
    const char *class_name = s->object_name ? s->object_name : s->class_name;
    Method m;
    if (!find_static(vm, class_name, s->name, s->is_function, &m)) {
        if (find_static(vm, class_name, "_OVERLOADMETHOD", s->is_function, &m) && is_static(&m)) return false;
        vm_throw(vm, s->is_function ? E_NO_FUNC : E_NO_PROC, "Attempt to call undefined method: '%s::%s'.", class_name, s->name);
    }
    // a builtin of a class without instances (no definition) is static
    if (!is_static(&m) && (m.kind == TARGET_USER || class_find(vm, class_name))) {
        vm_throw(vm, E_HEAP, "Attempt to call a method that is not static without an object: '%s::%s'.", class_name, s->name);
    }
    s->target = m.target;
    s->target_kind = (uint8_t)m.kind;
    s->seen = NULL;
    site_check(vm, s);
    *object = (Val){.type = T_OBJ};
    return true;
}

// --- Methods and functions that are anything ----------------------------------------------------------------------------

bool callable_has_any(Vm *vm, const SDef *d, bool is_function)
{
    Method m;
    return sdef_is_a(d, "IDL_OBJECT") && class_method(vm, d, "_OVERLOADMETHOD", is_function, true, &m);
}

Val callable_any_method_take(Vm *vm, const CallSite *s, Val *object)
{
    int n = s->npos + s->nkw;
    Val args[ARGS_ANY + KEYWORDS_MAX + 2];
    if (s->npos >= ARGS_ANY || s->nkw >= KEYWORDS_MAX) vm_throw(vm, E_ARGS, "%s: Incorrect number of arguments.", s->name);
    const char *class_name = object->type == T_UNDEF ? s->object_name ? s->object_name : s->class_name : NULL;
    CallSite *any = invoke_site(vm, class_name, "_OVERLOADMETHOD", true, s->is_function, s->npos + 1, s->nkw,
                                (const char *const *)s->kw);
    args[0] = val_copy(object);
    args[1] = val_string(s->name);
    for (int i = 0; i < n; i++) args[2 + i] = val_take(&object[1 + i]);
    return invoke_take(vm, any, n + 2, args);
}

static bool is_callable(Vm *vm, const Val *v)
{
    Method m;
    return overload_applies(v) && class_method(vm, v->h->v.a->def, "_OVERLOADFUNCTION", true, true, &m);
}

const Val *callable_object(Vm *vm, const char *name)
{
    Engine *e = vm->engine;
    const Val *v = frame_cell(vm, frame_top(e)->target, name, false);
    if (v) v = val_deref_const(v);
    return v && is_callable(vm, v) ? v : NULL;
}

Val callable_object_call_take(Vm *vm, const CallSite *s, Val *args)
{
    int n = s->npos + s->nkw;
    Val passed[ARGS_ANY + KEYWORDS_MAX + 1];
    if (s->npos > ARGS_ANY || s->nkw > KEYWORDS_MAX) vm_throw(vm, E_ARGS, "%s: Incorrect number of arguments.", s->name);
    passed[0] = val_copy(callable_object(vm, s->name));
    for (int i = 0; i < n; i++) passed[1 + i] = val_take(&args[i]);
    CallSite *site = invoke_site(vm, NULL, "_OVERLOADFUNCTION", true, true, s->npos, s->nkw, (const char *const *)s->kw);
    return invoke_take(vm, site, n + 1, passed);
}

// --- Subscripts that look like calls ------------------------------------------------------------------------------------

TargetKind callable_variable(Vm *vm, const CallSite *s)
{
    if (callable_object(vm, s->name)) return TARGET_OBJECT;
    if (!s->is_paren || s->nkw || s->npos < 1 || s->npos > MAX_RANK) return TARGET_NONE;
    const Val *v = frame_cell(vm, frame_top(vm->engine)->target, s->name, false);
    return v && val_deref_const(v)->type != T_UNDEF ? TARGET_ELEMENTS : TARGET_NONE;
}

// --- Increments ---------------------------------------------------------------------------------------------------------

bool callable_increment(Vm *vm, const Val *object, bool up, Val *was)
{
    static const char *const names[] = {"_OVERLOADMINUSMINUS", "_OVERLOADPLUSPLUS"};
    Method m;
    if (!overload_applies(object) || !class_method(vm, object->h->v.a->def, names[up], false, true, &m)) return false;
    if (was && class_method(vm, object->h->v.a->def, "_OVERLOADPOSTINCREMENTCOPY", true, true, &m)) {
        Val args[1] = {val_copy(object)};
        val_set_take(was, invoke_take(vm, invoke_site(vm, NULL, "_OVERLOADPOSTINCREMENTCOPY", true, true, 0, 0, NULL), 1, args));
    }
    Val args[1] = {val_copy(object)};
    Val none = invoke_take(vm, invoke_site(vm, NULL, names[up], true, false, 0, 0, NULL), 1, args);
    val_drop(&none);
    return true;
}
