// a = [a, ...], *p = [*p, ...] and s = s + ... in place: whether nobody else has the value.
#ifndef HELIO_VM_GROW_H
#define HELIO_VM_GROW_H

#include "vm/engine.h"

// Of [v, ...] whose result goes to `variable`: v belongs to nobody but the instruction and that variable, which may have given
// it up already.
bool grow_array_may(const Val *v, const Val *variable);
// What the instructions at pc assign `made` to, if they are *p = made, p a pointer in a variable or a tag; else NULL.
const Val *grow_pointee(Vm *vm, const CallFrame *f, uint32_t pc, uint16_t made);
// The instructions at f->pc are t = [v, ...] and *p = t, p a pointer in a variable or a tag: v belongs to nobody but the
// instruction and what p points to.
bool grow_pointee_may(Vm *vm, const CallFrame *f, const Val *v);
// The instruction at f->pc is t = s + ..., s a string variable: true when those that follow add further strings to t and then
// assign it to s. *bytes: the length of all that will be added.
bool grow_string_may(CallFrame *f, const Val *s, size_t *bytes);

// The quick ways, for what is met at each turn of a loop. False or 0: nothing has happened, and slow.c does it.
// Of i, the instruction at f->pc, an OP_ADD whose left operand is a string: it has room for the right one, and nobody misses it.
bool grow_string_quickly(CallFrame *f, Instr i);
// Of a = [a, x, ...], i the OP_CONCAT, x numbers of a's type, which has room for them. How many instructions it has done.
int grow_array_quickly(CallFrame *f, const Instr *i);

#endif
