// NAME(arguments) where no function has the name, but a variable.
#ifndef HELIO_VM_CALLED_H
#define HELIO_VM_CALLED_H

#include "vm/engine.h"

// Its value (owned), of a site whose target is TARGET_OBJECT or TARGET_ELEMENTS (callable_variable); the arguments are consumed.
Val place_called_take(Vm *vm, const CallSite *s, Val *args);

#endif
