// "Did you mean": the nearest known name to one that is not.
#ifndef HELIO_VM_SUGGEST_H
#define HELIO_VM_SUGGEST_H

#include "vm/engine.h"

enum { SUGGEST_MAX = UNKNOWN_NAME_MAX };  // bytes of a suggestion

// Each writes the nearest name, upper case, and answers true; "" and false when nothing is close.
bool suggest_routine(Vm *vm, const char *name, bool is_function, char *near);  // built in, compiled, along !PATH
// Of an error that is shown: among all these, or keywords of a routine, or variables of the frame that runs with a value.
bool suggest_for(Vm *vm, const UnknownName *u, char *near);

// Throws as vm_throw and throw_msg do, with a name to give advice for.
_Noreturn void throw_unknown(Vm *vm, const Call *c, int code, const UnknownName *u, const char *format, ...) PRINTF_LIKE(5, 6);
UnknownName unknown_name(int kind, const char *name);
_Noreturn void throw_no_class(Call *c, const char *name);  // NAME__DEFINE is not there

#endif
