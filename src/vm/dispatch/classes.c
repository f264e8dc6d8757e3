// Classes and objects: definitions, methods, instance data, properties, end of life. Start reading at class_find.
#include "vm/dispatch/classes.h"

#include "base/mem.h"
#include "core/table.h"
#include "vm/dispatch/attributes.h"
#include "vm/dispatch/invoke.h"
#include "vm/fault/throw.h"
#include "vm/names/library.h"

#include <stdio.h>
#include <string.h>

enum { METHOD_NAME = 300 };

// --- Definitions ------------------------------------------------------------------------------------------------------

// The classes that come with the language and what they inherit from.
static const struct {
    const char *name, *super;
} builtin_classes[] = {
    {"IDL_OBJECT", NULL},   {"COLLECTION", "IDL_OBJECT"}, {"LIST", "COLLECTION"},
    {"HASH", "COLLECTION"}, {"ORDEREDHASH", "HASH"},      {"DICTIONARY", "HASH"},
    {"IDL_CONTAINER", NULL}, {"IDL_IDLBRIDGE", NULL},         {"IDL_SAVEFILE", NULL},
    {"IDLFFXMLSAX", NULL}, {"IDLFFXMLDOMNODE", NULL},
    {"IDLFFXMLDOMNODELIST", NULL}, {"IDLFFXMLDOMNAMEDNODEMAP", NULL},
    {"IDLFFXMLDOMATTR", "IDLFFXMLDOMNODE"},
    {"IDLFFXMLDOMCHARACTERDATA", "IDLFFXMLDOMNODE"},
    {"IDLFFXMLDOMCOMMENT", "IDLFFXMLDOMCHARACTERDATA"},
    {"IDLFFXMLDOMDOCUMENT", "IDLFFXMLDOMNODE"},
    {"IDLFFXMLDOMDOCUMENTFRAGMENT", "IDLFFXMLDOMNODE"},
    {"IDLFFXMLDOMDOCUMENTTYPE", "IDLFFXMLDOMNODE"},
    {"IDLFFXMLDOMELEMENT", "IDLFFXMLDOMNODE"},
    {"IDLFFXMLDOMENTITY", "IDLFFXMLDOMNODE"},
    {"IDLFFXMLDOMENTITYREFERENCE", "IDLFFXMLDOMNODE"},
    {"IDLFFXMLDOMNOTATION", "IDLFFXMLDOMNODE"},
    {"IDLFFXMLDOMPROCESSINGINSTRUCTION", "IDLFFXMLDOMNODE"},
    {"IDLFFXMLDOMTEXT", "IDLFFXMLDOMCHARACTERDATA"},
    {"IDLFFXMLDOMCDATASECTION", "IDLFFXMLDOMTEXT"},
};

// Their tags: what HELP,/STRUCTURES shows in IDL of IDL_OBJECT; the others keep their data beside the tags (native).
static SDef *define_builtin_class(Vm *vm, const char *name)
{
    size_t n = sizeof builtin_classes / sizeof builtin_classes[0], i = 0;
    while (i < n && strcmp(builtin_classes[i].name, name) != 0) i++;
    if (i == n) return NULL;
    SDef *d = sdef_new(name);
    if (builtin_classes[i].super) {
        sdef_inherit(d, class_find(vm, builtin_classes[i].super));
    } else {
        char tag[METHOD_NAME];
        snprintf(tag, sizeof tag, "%s_TOP", name);
        sdef_add(d, tag, T_LONG64, 0, NULL, NULL);
        if (strcmp(name, "IDL_OBJECT") == 0) sdef_add(d, "__OBJ__", T_OBJ, 0, NULL, NULL);
        snprintf(tag, sizeof tag, "%s_BOTTOM", name);
        sdef_add(d, tag, T_LONG64, 0, NULL, NULL);
    }
    sdef_close(d);
    map_set(&vm->structs, name, d);
    return d;
}

void class_define_builtin(Vm *vm)
{
    for (size_t i = 0; i < sizeof builtin_classes / sizeof builtin_classes[0]; i++) class_known(vm, builtin_classes[i].name);
}

SDef *class_known(Vm *vm, const char *name)
{
    SDef *d = map_get(&vm->structs, name);
    return d ? d : define_builtin_class(vm, name);
}

// The structure of a function's result (Routine.defines) is known before the first call: mglib's MGffFile inherits FILE_INFO.
static SDef *define_by_result(Vm *vm, const char *name)
{
    const Engine *e = vm->engine;
    int i = 0;
    while (i < e->builtins.len && (!e->builtins.p[i]->defines || strcmp(e->builtins.p[i]->defines, name) != 0)) i++;
    if (i == e->builtins.len) return NULL;
    Val zero = val_string("0");
    Val record = invoke_take(vm, invoke_site(vm, NULL, e->builtins.p[i]->name, false, true, 1, 0, NULL), 1, &zero);
    val_drop(&record);
    return map_get(&vm->structs, name);
}

SDef *class_find(Vm *vm, const char *name)
{
    SDef *d = class_known(vm, name);
    if (!d) d = define_by_result(vm, name);
    if (d) return d;
    char define[METHOD_NAME];
    if (snprintf(define, sizeof define, "%s__DEFINE", name) >= (int)sizeof define) return NULL;
    if (!library_find(vm, define, false)) return NULL;
    Val none = invoke_take(vm, invoke_site(vm, NULL, define, false, false, 0, 0, NULL), 0, NULL);
    val_drop(&none);
    return map_get(&vm->structs, name);
}

// --- Methods ----------------------------------------------------------------------------------------------------------

// Of a class that RESTORE has defined: its NAME__DEFINE, which is not called, may have the methods in its file.
static const UserRoutine *beside_definition(Vm *vm, const SDef *d, const char *full, bool is_function)
{
    char define[METHOD_NAME];
    if (snprintf(define, sizeof define, "%s__DEFINE", d->name) >= (int)sizeof define) return NULL;
    return library_find(vm, define, false) ? user_routine(vm, full, is_function) : NULL;
}

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
    if (!out->target && with_files && d->is_restored) out->target = beside_definition(vm, d, full, is_function);
    return out->target != NULL;
}

bool value_method(Vm *vm, const Val *v, const char *name, Method *out)
{
    for (const char *const *class_name = attribute_classes((TypeCode)v->type); *class_name; class_name++) {
        char define[METHOD_NAME];
        snprintf(define, sizeof define, "%s__DEFINE", *class_name);  // the file has the methods before it
        library_find(vm, define, false);
        SDef plain = {.name = (char *)(uintptr_t)*class_name};
        if (own_method(vm, &plain, name, true, true, out)) return true;
    }
    return false;
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

static _Noreturn void not_visible(Vm *vm, const SDef *d, const char *name)
{
    if (sdef_is_a(d, "DICTIONARY")) vm_throw(vm, E_TAG, "Key \"%s\" does not exist.", name);
    vm_throw(vm, E_TAG, "Object instance data is not visible outside class methods: %s.\n  Class %s has no %s to ask.", name,
             d->name, "GetProperty or SetProperty");
}

// A DICTIONARY's values are its properties.
static Table *dictionary(const Val *object)
{
    bool is = object->h->native && object->h->native->kind == &table_kind && sdef_is_a(object->h->v.a->def, "DICTIONARY");
    return is ? (Table *)object->h->native : NULL;
}

static bool dictionary_get(const Val *object, const char *name, Val *out)
{
    const Table *t = dictionary(object);
    Val key = t ? val_string(name) : VAL_UNDEF;
    const TableEntry *e = t ? table_find(t, &key) : NULL;
    val_drop(&key);
    if (e) *out = val_copy(&e->v);
    return e != NULL;
}

static bool dictionary_set(Vm *vm, const Val *object, const char *name, const Val *v)
{
    Table *t = dictionary(object);
    if (!t) return false;
    Val key = val_string(name), *cell = table_cell(t, &key);
    val_drop(&key);
    if (!cell) vm_throw(vm, E_NO_MEMORY, "Unable to allocate memory.");
    val_set_take(cell, val_copy(v));
    return true;
}

void property_get(Vm *vm, const Val *object, const char *name, Val *out)
{
    Engine *e = vm->engine;
    Method m;
    SDef *d = object_class(vm, object, name);
    if (dictionary_get(object, name, out)) return;
    bool has_attributes = sdef_is_a(d, "IDL_OBJECT");
    bool known = class_method(vm, d, "GETPROPERTY", false, true, &m);
    if (!known || !site_takes_keyword(&m, name)) {
        if (has_attributes && attribute_get(vm, object, name, out)) return;
        if (!known) not_visible(vm, d, name);
    }
    if (e->top >= e->stack + STACK_VALUES) vm_throw(vm, E_DEPTH, "The value stack is full.");
    Val *cell = e->top++;
    *cell = VAL_UNDEF;
    Val args[2] = {val_copy(object), {.type = T_REF, .ref = cell}};
    Val none = invoke_take(vm, invoke_site(vm, NULL, "GETPROPERTY", true, false, 0, 1, &name), 2, args);
    val_drop(&none);
    *out = val_take(cell);
    e->top--;
    if (out->tag == T_UNDEF && has_attributes && attribute_get(vm, object, name, out)) return;
    if (out->tag == T_UNDEF) vm_throw(vm, E_TAG, "Class %s has no property %s.", d->name, name);
}

void property_set(Vm *vm, const Val *object, const char *name, const Val *v)
{
    Method m;
    SDef *d = object_class(vm, object, name);
    if (dictionary_set(vm, object, name, v)) return;
    if (!class_method(vm, d, "SETPROPERTY", false, true, &m)) not_visible(vm, d, name);
    Val args[2] = {val_copy(object), val_copy(v)};
    Val none = invoke_take(vm, invoke_site(vm, NULL, "SETPROPERTY", true, false, 0, 1, &name), 2, args);
    val_drop(&none);
}

HeapVar *object_make(Vm *vm, SDef *d, Native *native)
{
    Arr *data = arr_new_struct(d, 1, (int64_t[]){1});
    HeapVar *h = data ? heap_var_take(vm->heap, val_arr_take(data), true) : NULL;
    if (h) h->native = native;
    else if (native) native->kind->free(native);
    return h;
}

// --- End of life ------------------------------------------------------------------------------------------------------

bool object_keep(void *arg, HeapVar *x)
{
    Vm *vm = arg;
    Method m;
    if (x->freed || x->v.type != T_STRUCT || (x->native && x->native->is_plain)) return false;
    if (!class_method(vm, x->v.a->def, "CLEANUP", false, false, &m)) return false;
    if (m.kind == TARGET_BUILTIN && ((const Routine *)m.target)->is_idle) return false;
    if (m.kind == TARGET_USER && ((const UserRoutine *)m.target)->is_restored) return false;  // nobody has called it
    VEC_PUSH(&vm->engine->doomed, x);
    return true;
}

// A reference on the value stack: it goes with the frame when CLEANUP fails.
static void hold_take(Vm *vm, HeapVar *x, uint8_t flags)
{
    Engine *e = vm->engine;
    *e->top++ = (Val){.type = T_OBJ, .flags = VF_CELL | flags, .h = x};
}

// Whether its CLEANUP has begun and has not been left, be it by an error.
static bool is_being_cleaned(const Engine *e, const HeapVar *x)
{
    for (const Val *v = x->cleaning ? e->stack : e->top; v < e->top; v++) {
        if (v->type == T_OBJ && v->flags & VF_CLEANING && v->h == x) return true;
    }
    return false;
}

static void let_go(Vm *vm) { val_drop(--vm->engine->top); }

void object_destroy(Vm *vm, HeapVar *x, int npos, int nkw, char *const *kw, Val *args)
{
    Method m;
    Engine *e = vm->engine;
    if (x->freed || is_being_cleaned(e, x)) return;
    if (e->top + 2 >= e->stack + STACK_VALUES) vm_throw(vm, E_DEPTH, "The value stack is full.");
    x->cleaned = x->cleaning = true;
    hold_take(vm, heap_ref(x), VF_CLEANING);
    if (class_method(vm, x->v.a->def, "CLEANUP", false, true, &m)) {
        args[0] = (Val){.type = T_OBJ, .flags = VF_CELL, .h = heap_ref(x)};
        CallSite *s = invoke_site(vm, NULL, "CLEANUP", true, false, npos, nkw, (const char *const *)kw);
        Val none = invoke_take(vm, s, 1 + npos + nkw, args);
        val_drop(&none);
    }
    heap_release(x);
    let_go(vm);
}

void objects_clean_up(Vm *vm)
{
    Engine *e = vm->engine;
    while (e->doomed.len) {
        HeapVar *x = e->doomed.p[--e->doomed.len];
        Val args[1];
        hold_take(vm, x, 0);
        object_destroy(vm, x, 0, 0, NULL, args);
        let_go(vm);
    }
}
