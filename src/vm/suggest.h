// "Did you mean": the nearest known name to one that is not.
#ifndef HELIO_VM_SUGGEST_H
#define HELIO_VM_SUGGEST_H

#include "vm/engine.h"

enum { SUGGEST_MAX = 68 };  // bytes of a suggestion

// Each writes the nearest name, upper case, and answers true; "" and false when nothing is close.
bool suggest_routine(Vm *vm, const char *name, bool is_function, char *near);  // built in, compiled, along !PATH
bool suggest_keyword(const CallSite *s, const char *name, char *near);
bool suggest_variable(Vm *vm, const char *name, char *near);  // with a value, of the frame that runs

#endif
