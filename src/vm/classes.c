// Classes and objects: definitions, methods, instance data, properties, end of life. Start reading at class_find.
#include "vm/classes.h"

#include "base/mem.h"
#include "vm/invoke.h"
#include "vm/library.h"

#include <stdio.h>
#include <string.h>

enum { METHOD_NAME = 300 };

// --- Definitions ------------------------------------------------------------------------------------------------------

// IDL_OBJECT, which classes inherit for properties and operators: three tags as HELP shows them in IDL.
static SDef *define_idl_object(Vm *vm)
{
    SDef *d = sdef_new("IDL_OBJECT");
    sdef_add(d, "IDL_OBJECT_TOP", T_LONG64, 0, NULL, NULL);
    sdef_add(d, "__OBJ__", T_OBJ, 0, NULL, NULL);
    sdef_add(d, "IDL_OBJECT_BOTTOM", T_LONG64, 0, NULL, NULL);
    sdef_close(d);
    map_set(&vm->structs, "IDL_OBJECT", d);
    return d;
}

SDef *class_find(Vm *vm, const char *name)
{
    SDef *d = map_get(&vm->structs, name);
    if (d) return d;
    if (strcmp(name, "IDL_OBJECT") == 0) return define_idl_object(vm);
    char define[METHOD_NAME];
    if (snprintf(define, sizeof define, "%s__DEFINE", name) >= (int)sizeof define) return NULL;
    if (!library_find(vm, define, false)) return NULL;
    Val none = invoke_take(vm, invoke_site(vm, NULL, define, false, false, 0, 0, NULL), 0, NULL);
    val_drop(&none);
    return map_get(&vm->structs, name);
}

// --- Methods ----------------------------------------------------------------------------------------------------------

static bool own_method(Vm *vm, const SDef *d, const char *name, bool is_function, bool with_files, Method *out)
{
    Engine *e = vm->engine;
    char full[METHOD_NAME];
    if (!d->name || snprintf(full, sizeof full, "%s::%s", d->name, name) >= (int)sizeof full) return false;
    *out = (Method){TARGET_USER, map_get(is_function ? &e->functions : &e->procedures, full)};
    if (out->target) return true;
    *out = (Method){TARGET_BUILTIN, map_get(is_function ? &e->builtin_fun : &e->builtin_pro, full)};
    if (out->target) return true;
    *out = (Method){TARGET_USER, with_files ? library_find(vm, full, is_function) : NULL};
    return out->target != NULL;
}

bool class_method(Vm *vm, const SDef *d, const char *name, bool is_function, bool with_files, Method *out)
{
    if (own_method(vm, d, name, is_function, with_files, out)) return true;
    for (int i = 0; i < d->nsupers; i++) {
        if (class_method(vm, d->super[i], name, is_function, with_files, out)) return true;
    }
    return false;
}

// --- Objects ----------------------------------------------------------------------------------------------------------

SDef *object_class(Vm *vm, const Val *object, const char *name)
{
    if (object->type != T_OBJ || val_is_array(object)) {
        vm_throw(vm, E_HEAP, "Object reference type required in this context: %s.", name);
    }
    if (!object->h) vm_throw(vm, E_HEAP, "Unable to invoke method on NULL object reference: %s.", name);
    if (object->h->freed) vm_throw(vm, E_HEAP, "Invalid object reference: %s. The object has been destroyed.", name);
    return object->h->v.a->def;
}

Val *object_data(Vm *vm, const Val *object)
{
    Engine *e = vm->engine;
    const char *class_name = e->frame[frame_top(e)->target].code->class_name;
    if (!class_name || !object->h || object->h->freed) return NULL;
    return sdef_is_a(object->h->v.a->def, class_name) ? &object->h->v : NULL;
}

static _Noreturn void not_visible(Vm *vm, const SDef *d, const char *name)
{
    vm_throw(vm, E_TAG, "Object instance data is not visible outside class methods: %s.\n  Class %s has no %s to ask.", name,
             d->name, "GetProperty or SetProperty");
}

void property_get(Vm *vm, const Val *object, const char *name, Val *out)
{
    Engine *e = vm->engine;
    Method m;
    SDef *d = object_class(vm, object, name);
    if (!class_method(vm, d, "GETPROPERTY", false, true, &m)) not_visible(vm, d, name);
    if (e->top >= e->stack + STACK_VALUES) vm_throw(vm, E_DEPTH, "The value stack is full.");
    Val *cell = e->top++;
    *cell = VAL_UNDEF;
    Val args[2] = {val_copy(object), {.type = T_REF, .ref = cell}};
    Val none = invoke_take(vm, invoke_site(vm, NULL, "GETPROPERTY", true, false, 0, 1, &name), 2, args);
    val_drop(&none);
    *out = val_take(cell);
    e->top--;
    if (out->tag == T_UNDEF) vm_throw(vm, E_TAG, "Class %s has no property %s.", d->name, name);
}

void property_set(Vm *vm, const Val *object, const char *name, const Val *v)
{
    Method m;
    SDef *d = object_class(vm, object, name);
    if (!class_method(vm, d, "SETPROPERTY", false, true, &m)) not_visible(vm, d, name);
    Val args[2] = {val_copy(object), val_copy(v)};
    Val none = invoke_take(vm, invoke_site(vm, NULL, "SETPROPERTY", true, false, 0, 1, &name), 2, args);
    val_drop(&none);
}

// --- End of life ------------------------------------------------------------------------------------------------------

bool object_keep(void *arg, HeapVar *x)
{
    Vm *vm = arg;
    Method m;
    if (x->freed || x->v.type != T_STRUCT || !class_method(vm, x->v.a->def, "CLEANUP", false, false, &m)) return false;
    VEC_PUSH(&vm->engine->doomed, x);
    return true;
}

void object_destroy(Vm *vm, HeapVar *x, int npos, int nkw, char *const *kw, Val *args)
{
    Method m;
    if (x->freed) return;
    x->cleaned = true;
    heap_ref(x);
    Val object = {.type = T_OBJ, .flags = VF_CELL, .h = x};
    if (class_method(vm, x->v.a->def, "CLEANUP", false, true, &m)) {
        args[0] = val_copy(&object);
        CallSite *s = invoke_site(vm, NULL, "CLEANUP", true, false, npos, nkw, (const char *const *)kw);
        Val none = invoke_take(vm, s, 1 + npos + nkw, args);
        val_drop(&none);
    }
    heap_release(x);
    val_drop(&object);
}

void objects_clean_up(Vm *vm)
{
    Engine *e = vm->engine;
    while (e->doomed.len) {
        HeapVar *x = e->doomed.p[--e->doomed.len];
        Val args[1];
        object_destroy(vm, x, 0, 0, NULL, args);
        heap_drop(x);
    }
}
