// One element behind a path (m[i, j], s.v[3], r[i].p.x), found where it lies: no value is made for what is between.
#ifndef HELIO_VM_ELEMENT_H
#define HELIO_VM_ELEMENT_H

#include "vm/place.h"

typedef struct Element {
    char *p;
    TypeCode type;
    const Arr *owner;  // the array whose data it is part of
} Element;

// False where the path leads to more than one element, to a structure, by a way that has not been gone before (place_get and
// place_set remember where a tag was), or to an error.
bool element_find(Vm *vm, const Val *base, const Path *path, const Operands *o, Element *out);

#endif
