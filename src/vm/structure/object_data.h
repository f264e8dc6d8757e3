// What the running method sees of objects.
#ifndef HELIO_VM_OBJECT_DATA_H
#define HELIO_VM_OBJECT_DATA_H

#include "vm/engine.h"

// The instance data of an object, if the running routine is a method of its class; NULL: not visible here.
Val *object_data(Vm *vm, const Val *object);
// A structure, or what the running method sees of an object: its instance data; NULL: neither.
Val *object_structure(Vm *vm, Val *v);

#endif
