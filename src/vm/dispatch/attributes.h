// Variables as objects: attributes (a.length) and the classes whose methods a plain value has (s.split(',')).
#ifndef HELIO_VM_ATTRIBUTES_H
#define HELIO_VM_ATTRIBUTES_H

#include "vm/engine.h"

// DIM, LENGTH, NDIM, TNAME, TYPECODE, TYPENAME, TYPESIZE of a value; false: no attribute of that name (upper case).
// Objects answer with what _overloadSize says. Manual: Variable Attributes.
bool attribute_get(Vm *vm, const Val *v, const char *name, Val *out);
// TYPENAME: the type, a structure's name or ANONYMOUS, the class of a live object.
const char *attribute_typename(const Val *v);
// The classes of a plain value, nearest first, NULL at the end: IDL_STRING, IDL_VARIABLE.
const char *const *attribute_classes(TypeCode t);

#endif
