// Calls from C into routines and methods, IDL's or built-in. A failure in them leaves through the C code that called:
// handlers outside see it, frames stay alive for the prompt.
#ifndef HELIO_VM_INVOKE_H
#define HELIO_VM_INVOKE_H

#include "vm/engine.h"

// The call site for these names, kept for the next call. object: methods take the object as their first value.
CallSite *invoke_site(Vm *vm, const char *class_name, const char *name, bool is_method, bool is_function, int npos, int nkw,
                      const char *const *kw);
// Calls it with n values (object, positional, keywords; T_REF for variables), all consumed. Returns the result (owned).
Val invoke_take(Vm *vm, CallSite *s, int n, Val *args);
// Finds what a method call means for the class of this object; throws when there is no such method. False: the class's
// _overloadMethod answers (callable_any_method_take). An undefined object: a static method, of which the null object is
// the self.
bool method_resolve(Vm *vm, CallSite *s, Val *object);
void invoke_free(Engine *e);

#endif
