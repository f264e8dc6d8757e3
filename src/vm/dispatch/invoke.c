// Calls from C. The routine runs in a nested run loop whose handlers are tried first; what they do not take goes on to
// the loop outside by a second jump. Start reading at invoke_take.
#include "vm/dispatch/invoke.h"

#include "base/mem.h"
#include "sys/stack.h"
#include "vm/dispatch/attributes.h"
#include "vm/dispatch/call_site.h"
#include "vm/dispatch/callable.h"
#include "vm/dispatch/classes.h"
#include "vm/dispatch/unwind.h"
#include "vm/fault/throw.h"
#include "vm/scope/variables.h"

#include <stdio.h>
#include <string.h>

enum { NESTED_MAX = 400 };  // run loops: each takes C stack

// Never NULL: the values of a call are made before its site is asked for, and a throw here would leave them behind.
static char *site_key(const char *class_name, const char *name, bool is_method, bool is_function, int npos, int nkw,
                      const char *const *kw)
{
    if (!class_name) class_name = "";
    size_t cap = strlen(class_name) + strlen(name) + 32, at;
    for (int i = 0; i < nkw; i++) cap += strlen(kw[i]) + 1;
    char *key = mem_must(cap);
    at = (size_t)snprintf(key, cap, "%s:%s:%d%d:%d", class_name, name, is_method, is_function, npos);
    for (int i = 0; i < nkw; i++) at += (size_t)snprintf(key + at, cap - at, ":%s", kw[i]);
    return key;
}

CallSite *invoke_site(Vm *vm, const char *class_name, const char *name, bool is_method, bool is_function, int npos, int nkw,
                      const char *const *kw)
{
    AUTO_FREE char *key = site_key(class_name, name, is_method, is_function, npos, nkw, kw);
    CallSite *s = map_get(&vm->engine->sites, key);
    if (s) return s;
    s = mem_must(sizeof *s);
    *s = (CallSite){.name = mem_strdup(name), .npos = npos, .nkw = nkw, .is_function = is_function, .is_method = is_method,
                    .class_name = class_name ? mem_strdup(class_name) : NULL};
    s->kw = mem_must((size_t)nkw * sizeof *s->kw + 1);
    for (int i = 0; i < nkw; i++) s->kw[i] = mem_strdup(kw[i]);
    map_set(&vm->engine->sites, key, s);
    return s;
}

void invoke_free(Engine *e)
{
    const MapEntry *x;
    for (size_t at = 0; (x = map_next(&e->sites, &at));) {
        CallSite *s = x->value;
        for (int i = 0; i < s->nkw; i++) mem_free(s->kw[i]);
        mem_free(s->kw);
        mem_free(s->slot);
        mem_free(s->name);
        mem_free(s->class_name);
        mem_free(s->object_name);
        mem_free(s);
    }
    map_free(&e->sites);
}

// A method of a plain value: found anew when the type has changed.
static void resolve_for_value(Vm *vm, CallSite *s, const Val *v)
{
    const char *const *classes = attribute_classes((TypeCode)v->type);
    Method m;
    if (s->seen == classes && s->generation == vm->engine->generation) return;
    if (!s->is_function || s->class_name || !*classes) {
        object_class(vm, v, s->object_name ? s->object_name : s->name);  // which says what is wrong
    }
    if (val_is_undef(v) && !val_is_null(v)) vm_throw_undefined(vm, v);
    if (!value_method(vm, v, s->name, &m)) {
        vm_throw(vm, E_NO_FUNC, "Attempt to call undefined method: '%s::%s'.", *classes, s->name);
    }
    s->target = m.target;
    s->target_kind = (uint8_t)m.kind;
    site_check(vm, s);
    s->seen = classes;
}

bool method_resolve(Vm *vm, CallSite *s, Val *object)
{
    Engine *e = vm->engine;
    if (object->type == T_UNDEF && !val_is_null(object) && (s->object_name || s->class_name)) {
        return callable_static(vm, s, object);
    }
    if (object->type != T_OBJ || val_is_array(object)) {
        resolve_for_value(vm, s, object);
        return true;
    }
    SDef *d = object_class(vm, object, s->object_name ? s->object_name : NULL_OBJECT);
    if (s->seen == d && s->generation == e->generation) return true;
    Method m;
    const SDef *from = s->class_name ? class_find(vm, s->class_name) : d;
    if (s->class_name && (!from || !sdef_is_a(d, s->class_name))) {
        vm_throw(vm, E_NO_PROC, "%s is no class of this object (it is a %s).", s->class_name, d->name);
    }
    if (!class_method(vm, from, s->name, s->is_function, true, &m)) {
        if (callable_has_any(vm, d, s->is_function)) return false;
        vm_throw(vm, s->is_function ? E_NO_FUNC : E_NO_PROC, "Attempt to call undefined method: '%s::%s'.", from->name, s->name);
    }
    s->target = m.target;
    s->target_kind = (uint8_t)m.kind;
    site_check(vm, s);
    s->seen = d;
    return true;
}

// Runs the frame on top until it returns.
static void run_nested(Vm *vm)
{
    Engine *e = vm->engine;
    jmp_buf here, *const outer_jump = e->jump;
    const int outer_floor = e->floor, outer_calls = e->call_floor;
    e->floor = e->depth;
    e->call_floor = e->ncalls;
    e->jump = &here;
    e->nested++;
    volatile bool failed = false;
    if (setjmp(here) == 0 || unwind_within(vm)) e->above.run(vm);
    else failed = true;
    e->nested--;
    e->jump = outer_jump;
    e->floor = outer_floor;
    e->call_floor = outer_calls;
    if (failed) longjmp(*outer_jump, 1);
}

static _Noreturn void refuse_depth_take(Vm *vm, int n, Val *args)
{
    for (int i = 0; i < n; i++) val_drop(&args[i]);
    if (sys_stack_is_low()) vm_throw(vm, E_DEPTH, "Routines call each other too deeply for this stack.");
    if (vm->engine->nested < NESTED_MAX) vm_throw(vm, E_DEPTH, "The value stack is full.");
    vm_throw(vm, E_DEPTH, "Routines call each other too deeply through built-in ones (limit %d).", NESTED_MAX);
}

Val invoke_take(Vm *vm, CallSite *s, int n, Val *args)
{
    Engine *e = vm->engine;
    Val *base = e->top, result = VAL_UNDEF;
    if (e->nested >= NESTED_MAX || sys_stack_is_low() || e->top + n >= e->stack + STACK_VALUES) refuse_depth_take(vm, n, args);
    for (int i = 0; i < n; i++) *e->top++ = val_take(&args[i]);
    bool is_any = s->is_method && !method_resolve(vm, s, val_deref(base));
    if (!s->is_method && (s->generation != e->generation || s->target_kind == TARGET_NONE)) site_resolve(vm, s);
    if (is_any) {
        result = callable_any_method_take(vm, s, base);
    } else if (s->target_kind == TARGET_OBJECT) {
        result = callable_object_call_take(vm, s, base);
    } else if (s->target_kind == TARGET_BUILTIN) {
        call_builtin(vm, s, base + s->is_method, &result);
    } else {
        call_user(vm, s, base + s->is_method, INVOKED);
        run_nested(vm);
        result = val_take(&e->invoked);
    }
    while (e->top > base) val_drop(--e->top);
    return result;
}
