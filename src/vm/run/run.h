// The run loop.
#ifndef HELIO_VM_RUN_H
#define HELIO_VM_RUN_H

#include "vm/vm.h"

// Runs the frame on top until the engine's floor has returned, or something is thrown.
void run(Vm *vm);

#endif
