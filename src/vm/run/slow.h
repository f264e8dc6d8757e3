// The instructions that are not worth inlining in the run loop. All may throw; the frame's pc has been saved.
#ifndef HELIO_VM_SLOW_H
#define HELIO_VM_SLOW_H

#include "vm/engine.h"

void slow_interrupt(Vm *vm);
_Noreturn void slow_undefined(Vm *vm, const Val *cell);
bool slow_is_zero_divide(int op, const Val *divisor);
void slow_binary(Vm *vm, CallFrame *f, Instr i);
void slow_unary(Vm *vm, CallFrame *f, Instr i);
bool slow_truth(Vm *vm, CallFrame *f, uint16_t r, bool nonzero);
bool slow_for_prep(Vm *vm, CallFrame *f, Instr i);  // true: the body runs
bool slow_for_next(Vm *vm, CallFrame *f, Instr i);
void slow_each_prep(Vm *vm, CallFrame *f, Instr i);
bool slow_each_next(Vm *vm, CallFrame *f, Instr i);
// True: nothing is done, the code goes on at f->pc (a detour).
bool slow_index1(Vm *vm, CallFrame *f, Instr i);
void slow_store1(Vm *vm, CallFrame *f, Instr i);
void slow_has_method(Vm *vm, CallFrame *f, Instr i);
bool slow_path_get(Vm *vm, CallFrame *f, Instr i);
void slow_path_set(Vm *vm, CallFrame *f, Instr i);
void slow_set_ref(Vm *vm, CallFrame *f, Instr i);
void slow_sysvar(Vm *vm, CallFrame *f, Instr i);
void slow_sysvar_done(Vm *vm, CallFrame *f, Instr i);
void slow_deref(Vm *vm, CallFrame *f, Instr i);
void slow_concat(Vm *vm, CallFrame *f, Instr i, Instr ext);
void slow_sequence(Vm *vm, CallFrame *f, Instr i);
void slow_struct(Vm *vm, CallFrame *f, Instr i);
void slow_incr(Vm *vm, CallFrame *f, Instr i);
void slow_print(Vm *vm, CallFrame *f, Instr i);
void slow_common(Vm *vm, CallFrame *f, Instr i);
_Noreturn void slow_fail(Vm *vm, CallFrame *f, Instr i);
bool slow_return(Vm *vm, CallFrame *f, Instr i);  // false: leave the run loop

#endif
