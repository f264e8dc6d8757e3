// Operators on objects: the _overload methods of classes that inherit from IDL_OBJECT, and the plain LIST and HASH
// without the detour. Each function says false, having done nothing, when the object does not overload the operation.
#ifndef HELIO_VM_OVERLOAD_H
#define HELIO_VM_OVERLOAD_H

#include "vm/array/subscript.h"
#include "vm/engine.h"

// A live scalar object whose class inherits from IDL_OBJECT.
bool overload_applies(const Val *v);
// a op b and op a (lang's OP_ADD ... OP_MATMUL2, OP_NEG, OP_NOT, OP_LNOT); *out is owned.
bool overload_binary(Vm *vm, int op, const Val *a, const Val *b, Val *out);
bool overload_unary(Vm *vm, int op, const Val *a, Val *out);
bool overload_truth(Vm *vm, const Val *v, bool *truth);
// object[subs] and object[subs] = v; object is the variable's cell.
bool overload_get(Vm *vm, const Val *object, const Subscript *subs, int n, Val *out);
bool overload_set(Vm *vm, Val *object, const Subscript *subs, int n, const Val *v);
// FOREACH: the next value and key into the variables (key may be NULL). *at is the loop's own cell, undefined at first.
// *more says whether there was one.
bool overload_each(Vm *vm, const Val *object, Val *at, Val *value, Val *key, bool *more);
// The shape that N_ELEMENTS and SIZE see: *rank 0 for a scalar.
bool overload_size(Vm *vm, const Val *v, int *rank, int64_t *dim, int64_t *n);
// What _overloadPrint, _overloadImpliedPrint or _overloadHelp return for the object: name is that of the method.
bool overload_text(Vm *vm, const Val *v, const char *name, const char *variable, Val *out);

#endif
