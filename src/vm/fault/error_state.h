// !ERROR_STATE: what the last error was.
#ifndef HELIO_VM_ERROR_STATE_H
#define HELIO_VM_ERROR_STATE_H

#include "vm/engine.h"

// What has been thrown becomes the last error.
void error_record(Vm *vm);
// The lines of advice that an error of the engine's ends in, each after "\n  "; NULL: none.
const char *error_advice(const Thrown *t);

#endif
