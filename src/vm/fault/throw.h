// How failures start in the interpreter itself; routines have theirs in call/call.h.
#ifndef HELIO_VM_THROW_H
#define HELIO_VM_THROW_H

#include "vm/engine.h"

#include <stdarg.h>

_Noreturn void vm_throw(Vm *vm, int code, const char *format, ...) PRINTF_LIKE(3, 4);
_Noreturn void vm_throw_status(Vm *vm, Status s);
_Noreturn void vm_throw_of(Vm *vm, const char *routine, Status s);  // a failure of that builtin
// What fails with a code and words of its own; for functions that throw it.
Status throw_worded(int code, const char *format, va_list args) __attribute__((format(printf, 2, 0)));
_Noreturn void vm_throw_reason(Vm *vm, StopReason reason);
// A string that is no number was to become one: an error for ON_IOERROR where the routine has a label, else a warning
// with its place ("% Type conversion error: ...", "% Detected at: ...").
void vm_bad_text(Vm *vm, TypeCode to);
// Throws as vm_throw does, with a name to give advice for. routine: the builtin that fails, NULL: the interpreter.
_Noreturn void throw_unknown(Vm *vm, const char *routine, int code, const UnknownName *u, const char *format, ...)
    PRINTF_LIKE(5, 6);
UnknownName unknown_name(int kind, const char *name);

#endif
