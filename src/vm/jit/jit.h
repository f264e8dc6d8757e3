// Hot loops become machine code (x86-64). The run loop counts jumps back; a loop that keeps jumping is compiled for the
// types its variables have, and its jump back becomes Q_LOOP, which enters the code. Whatever the code does not do (other
// types, a bad subscript, a call of a routine, Ctrl-C) it leaves to the interpreter, at that instruction and with every
// variable up to date. HELIO_JIT=0 turns it off, HELIO_JIT=1 compiles a loop at its first jump (for tests). Code under the
// debugger is not entered.
#ifndef HELIO_VM_JIT_JIT_H
#define HELIO_VM_JIT_JIT_H

#include "base/buf.h"
#include "vm/engine.h"

// A jump back at pc, one in a while. Returns how many the run loop lets go by until it asks again.
int jit_warm(Vm *vm, CallFrame *f, uint32_t pc);
// The loop whose jump back, a Q_LOOP, is at pc. True: it ran, and goes on at *pc. False: *op is what the jump back is.
bool jit_enter(Vm *vm, CallFrame *f, uint32_t *pc, uint16_t *op);
// A call of a function that has been called more often than jit_hot_calls: true when machine code has made it, and *out is a
// number. Else it is to be made as always.
bool jit_call(Vm *vm, const CallSite *s, Val *args, Val *out);
int64_t jit_hot_calls(void);
// What the instruction at pc is behind Q_LOOP.
uint16_t jit_plain(const Code *code, uint32_t pc);
// For Code.loops.
void jit_forget(Code *code);
// A line about machine code as such, when there is none.
void jit_describe_state(Vm *vm, Buf *out);
// One line a loop of the code: compiled, entered how often, or why not.
void jit_describe(const Code *code, Buf *out);

#endif
