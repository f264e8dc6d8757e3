// a = [a, ...] and s = s + ... in place: whether nobody else has the value.
#ifndef HELIO_VM_GROW_H
#define HELIO_VM_GROW_H

#include "vm/engine.h"

// Of [v, ...] whose result goes to `variable`: v belongs to nobody but the instruction and that variable, which may have given
// it up already.
bool grow_array_may(const Val *v, const Val *variable);
// The instruction at f->pc is t = s + ..., s a string variable: true when those that follow add further strings to t and then
// assign it to s. *bytes: the length of all that will be added.
bool grow_string_may(CallFrame *f, const Val *s, size_t *bytes);

#endif
