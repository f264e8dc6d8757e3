// "Did you mean": the nearest known name to one that is not.
#ifndef HELIO_VM_SUGGEST_H
#define HELIO_VM_SUGGEST_H

#include "vm/engine.h"

enum { SUGGEST_MAX = UNKNOWN_NAME_MAX };  // bytes of a suggestion

// Each writes the nearest name, upper case, and answers true; "" and false when nothing is close.
bool suggest_routine(Vm *vm, const char *name, bool is_function, char *near);  // built in, compiled, along !PATH
// Of an error that is shown: among all these, or keywords of a routine, or variables of the frame that runs with a value.
bool suggest_for(Vm *vm, const UnknownName *u, char *near);

#endif
