// Paths at run time: a[3].b.(k)[2:4], read and written.
#ifndef HELIO_VM_PLACE_H
#define HELIO_VM_PLACE_H

#include "vm/array/subscript.h"
#include "vm/engine.h"
#include "vm/structure/element.h"

// These throw. `name` is the variable's for messages.
// Whether the path from an undefined variable is a call of a static method of the class of that name.
bool place_is_static_call(Vm *vm, const Path *path, const char *name);
// *out of place_get may be a view (core/arr.h).
void place_get(Vm *vm, const Val *base, Path *path, const Operands *o, const char *name, Val *out);
void place_set(Vm *vm, Val *base, Path *path, const Operands *o, const char *name, const Val *v);
// The single plain subscript, fast: a[i].
void place_get1(Vm *vm, const Val *base, const Val *sub, const char *name, Val *out);
void place_set1(Vm *vm, Val *base, const Val *sub, const char *name, const Val *v);

// v[subs] and v[subs] = ..., for builtins that subscript values themselves (LIST, HASH).
void place_index_get(Vm *vm, const Val *v, const Subscript *subs, int n, const char *name, Val *out);
void place_index_set(Vm *vm, Val *base, const Subscript *subs, int n, const char *name, const Val *v);
// Tells the user, or ON_IOERROR, that a string which goes to a number is none.
void place_tell_text(Vm *vm, TypeCode to, const Val *v);

#endif
