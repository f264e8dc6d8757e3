// How builtins fail. What is wrong gets the routine's name.
#include "base/mem.h"
#include "vm/call/call.h"
#include "vm/engine.h"
#include "vm/fault/error_state.h"
#include "vm/fault/throw.h"

#include <stdio.h>
#include <string.h>

_Noreturn void throw_no_class(Call *c, const char *name)
{
    char define[256];
    snprintf(define, sizeof define, "%s__DEFINE", name);
    UnknownName u = unknown_name(UNKNOWN_PROCEDURE, define);
    throw_unknown(c->vm, c->routine->name, E_NO_PROC, &u, "Attempt to call undefined procedure: '%s'.", define);
}

const char *call_speaker(const Call *c)
{
    const Engine *e = c->vm->engine;
    const Code *code = e->frame[e->depth].code;
    bool is_inner = strncmp(c->routine->name, "HELIO_", 6) == 0;
    if (is_inner && c > e->calls && c[-1].depth == c->depth) return call_speaker(c - 1);  // another one in C called it
    return is_inner && e->depth > 0 && code && code->name ? code->name : c->routine->name;
}

_Noreturn void throw_status(Call *c, Status s) { vm_throw_of(c->vm, call_speaker(c), s); }

_Noreturn void throw_msg(Call *c, int code, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    Status s = throw_worded(code, format, args);
    va_end(args);
    throw_status(c, s);
}

_Noreturn void throw_no_memory(Call *c) { throw_msg(c, E_NO_MEMORY, "Unable to allocate memory: to make array."); }

void call_note_error_take(Call *c, Status s)
{
    Engine *e = c->vm->engine;
    Thrown outer = e->thrown;
    e->thrown = (Thrown){.code = s.code, .sys = s.sys, .text = s.text ? s.text : mem_strdup(error_row(s.code)->text),
                         .routine = c->routine->name};
    error_record(c->vm);
    mem_free(e->thrown.text);
    e->thrown = outer;
}
