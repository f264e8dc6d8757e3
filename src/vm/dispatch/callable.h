// Calls that no method or routine of that name answers: static methods, _overloadMethod, _overloadFunction, and the
// increments of objects.
#ifndef HELIO_VM_CALLABLE_H
#define HELIO_VM_CALLABLE_H

#include "vm/engine.h"

// What stands before the point, given by reference, into its own register: the variable's value, or nothing when the
// name is that of a class whose static method is called. Throws when it is neither.
void callable_load_object(Vm *vm, const CallSite *s, Val *object);
// The static method of the class before the point; *object becomes the null object. False: it is for _overloadMethod.
bool callable_static(Vm *vm, CallSite *s, Val *object);
// Whether NAME.METHOD(...) of an undefined variable means a static method: there is a class of that name.
bool callable_is_class(Vm *vm, const char *class_name, const char *name, bool is_function);
// Whether class d answers to methods that it does not have.
bool callable_has_any(Vm *vm, const SDef *d, bool is_function);
// object->NAME(arguments) by _overloadMethod, which gets the name before the arguments: npos + nkw values behind
// object, consumed. Result (owned) of functions.
Val callable_any_method_take(Vm *vm, const CallSite *s, Val *object);
// NAME(arguments) where NAME is a variable that holds an object with _overloadFunction; NULL: it is none.
const Val *callable_object(Vm *vm, const char *name);
Val callable_object_call_take(Vm *vm, const CallSite *s, Val *args);
// What NAME(arguments) means where there is no such function but a variable: TARGET_OBJECT, TARGET_ELEMENTS (without
// STRICTARR: one that came into being after the routine was compiled, or further down in its text), TARGET_NONE.
TargetKind callable_variable(Vm *vm, const CallSite *s);
// object++, object--: false when the class does not overload it. was: receives what the old value is for an assignment
// (NULL: nobody asks).
bool callable_increment(Vm *vm, const Val *object, bool up, Val *was);

#endif
