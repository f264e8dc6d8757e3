// How failures start: what is wrong is put into the engine, then control jumps to vm_enter (run/enter.c).
#include "vm/fault/throw.h"

#include "base/mem.h"
#include "fmt/numtext.h"
#include "vm/fault/error_line.h"
#include "vm/fault/traceback.h"

#include <stdio.h>
#include <string.h>

static _Noreturn void jump(Vm *vm)
{
    longjmp(*vm->engine->jump, 1);
}

static void set_thrown(Vm *vm, Status s)
{
    Thrown *t = &vm->engine->thrown;
    mem_free(t->text);
    if (s.code == E_NO_MEMORY) mem_clear_low();  // it is told now, not again at the next call
    const ErrorRow *row = error_row(s.code);
    *t = (Thrown){.reason = s.code == E_INTERRUPT ? STOP_INTERRUPT : STOP_ERROR, .code = s.code, .sys = s.sys,
                  .text = s.text ? s.text : mem_strdup(row->text), .is_io = row->kind == EK_IO};
}

_Noreturn void vm_throw_status(Vm *vm, Status s)
{
    set_thrown(vm, s);
    jump(vm);
}

_Noreturn void vm_throw_of(Vm *vm, const char *routine, Status s)
{
    set_thrown(vm, s);
    vm->engine->thrown.routine = routine;
    jump(vm);
}

Status throw_worded(int code, const char *format, va_list args)
{
    char text[4096];
    vsnprintf(text, sizeof text, format, args);
    return (Status){code, 0, mem_strdup(text)};
}

_Noreturn void vm_throw(Vm *vm, int code, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    Status s = throw_worded(code, format, args);
    va_end(args);
    vm_throw_status(vm, s);
}

_Noreturn void vm_throw_reason(Vm *vm, StopReason reason)
{
    Thrown *t = &vm->engine->thrown;
    mem_free(t->text);
    *t = (Thrown){.reason = reason};
    jump(vm);
}

void vm_bad_text(Vm *vm, TypeCode to)
{
    const char *word = numtext_type_word(to);
    if (frame_top(vm->engine)->io_pc != NO_PLACE) {
        vm_throw(vm, E_CONVERT, "Type conversion error: Unable to convert given STRING to %s.", word);
    }
    vm_error_line(vm, "%% Type conversion error: Unable to convert given STRING to %s.", word);
    traceback_print(vm, "Detected at");
}

UnknownName unknown_name(int kind, const char *name)
{
    UnknownName u = {.kind = UNKNOWN_NOTHING};
    size_t n = strlen(name);
    if (n >= sizeof u.name) return u;
    u.kind = kind;
    memcpy(u.name, name, n + 1);
    return u;
}

_Noreturn void throw_unknown(Vm *vm, const char *routine, int code, const UnknownName *u, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    Status s = throw_worded(code, format, args);
    va_end(args);
    set_thrown(vm, s);
    vm->engine->thrown.unknown = *u;
    vm->engine->thrown.routine = routine;
    jump(vm);
}
