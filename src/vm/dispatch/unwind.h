// From a throw to the handler that takes it.
#ifndef HELIO_VM_UNWIND_H
#define HELIO_VM_UNWIND_H

#include "vm/engine.h"

bool unwind(Vm *vm);  // after a throw: true if a handler continues
bool unwind_within(Vm *vm);  // handlers of the frames above the floor only

#endif
