// How failures start: what is wrong is put into the engine, then control jumps to vm_enter (enter.c).
#include "base/mem.h"
#include "fmt/numtext.h"
#include "vm/engine.h"
#include "vm/names/suggest.h"

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

_Noreturn void vm_throw(Vm *vm, int code, const char *format, ...)
{
    char text[1024];
    va_list args;
    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    vm_throw_status(vm, (Status){code, 0, mem_strdup(text)});
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

_Noreturn void vm_throw_undefined(Vm *vm, const Val *cell)
{
    if (val_is_null(cell)) vm_throw(vm, E_UNDEFVAR, "Variable is undefined: !NULL.");
    const char *name = frame_var_name(vm, cell);
    if (!name) vm_throw(vm, E_UNDEFVAR, "Variable is undefined: <UNDEFINED>.");
    UnknownName u = unknown_name(UNKNOWN_VARIABLE, name);
    throw_unknown(vm, NULL, E_UNDEFVAR, &u, "Variable is undefined: %s.", name);
}

_Noreturn void throw_unknown(Vm *vm, const Call *c, int code, const UnknownName *u, const char *format, ...)
{
    char text[1024];
    va_list args;
    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    set_thrown(vm, (Status){code, 0, mem_strdup(text)});
    vm->engine->thrown.unknown = *u;
    if (c) vm->engine->thrown.routine = c->routine->name;
    jump(vm);
}

_Noreturn void throw_no_class(Call *c, const char *name)
{
    char define[256];
    snprintf(define, sizeof define, "%s__DEFINE", name);
    UnknownName u = unknown_name(UNKNOWN_PROCEDURE, define);
    throw_unknown(c->vm, c, E_NO_PROC, &u, "Attempt to call undefined procedure: '%s'.", define);
}

_Noreturn void throw_status(Call *c, Status s)
{
    set_thrown(c->vm, s);
    c->vm->engine->thrown.routine = c->routine->name;
    jump(c->vm);
}

_Noreturn void throw_msg(Call *c, int code, const char *format, ...)
{
    char text[4096];
    va_list args;
    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    throw_status(c, (Status){code, 0, mem_strdup(text)});
}

_Noreturn void throw_no_memory(Call *c) { throw_msg(c, E_NO_MEMORY, "Unable to allocate memory: to make array."); }
