// Into the run loop, from statements and programs.
#ifndef HELIO_VM_ENTER_H
#define HELIO_VM_ENTER_H

#include "vm/vm.h"

typedef enum Outcome { RUN_DONE, RUN_STOPPED, RUN_EXIT } Outcome;
Outcome vm_enter(Vm *vm, int floor);

#endif
