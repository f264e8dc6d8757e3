// Classes: named structures with methods. What a class is, where a method is found, who may see instance data.
#ifndef HELIO_VM_CLASSES_H
#define HELIO_VM_CLASSES_H

#include "core/sdef.h"
#include "vm/engine.h"

// A named structure or class; runs NAME__DEFINE (found along !PATH) when it is not known yet. NULL: there is none.
SDef *class_find(Vm *vm, const char *name);

// The same, running nothing: one that is known, or comes with the language.
SDef *class_known(Vm *vm, const char *name);
// Those that come with the language are known from here on.
void class_define_builtin(Vm *vm);

#define NULL_OBJECT "<OBJREF    (<NullObject>)>"  // how messages name an expression that is the null object

typedef struct Method {
    TargetKind kind;
    const void *target;
} Method;
// The method of class d or of the nearest superclass, depth first, in the order of INHERITS. with_files: CLASS__NAME.pro
// is looked for along !PATH. False: there is none.
bool class_method(Vm *vm, const SDef *d, const char *name, bool is_function, bool with_files, Method *out);
// The function method that a plain value has (IDL_STRING::SPLIT). False: there is none.
bool value_method(Vm *vm, const Val *v, const char *name, Method *out);
// Whether the method has the keyword, or takes any.
bool site_takes_keyword(const Method *m, const char *name);
// The definition of the class of a live object. Throws for null and destroyed ones; name is for the message.
SDef *object_class(Vm *vm, const Val *object, const char *name);
// Object.Name outside the class: through GetProperty and SetProperty. These throw.
void property_get(Vm *vm, const Val *object, const char *name, Val *out);
void property_set(Vm *vm, const Val *object, const char *name, const Val *v);
// A new object of class d, not initialised, with one reference; native (may be NULL) becomes its own. NULL when memory is
// out (native freed).
HeapVar *object_make(Vm *vm, SDef *d, Native *native);
// Objects that lost their last reference wait for their CLEANUP until the interpreter is between instructions.
bool object_keep(void *vm, HeapVar *x);  // for heap_on_dead_object
void objects_clean_up(Vm *vm);
// CLEANUP, if there is one, then the instance data goes.
void object_destroy(Vm *vm, HeapVar *x, int npos, int nkw, char *const *kw, Val *args);

#endif
