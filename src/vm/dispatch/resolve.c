// Finding what a call's name means: a built-in routine, one of a program's, a class, a variable. What is found is kept at the
// call site. Start reading at site_resolve.
#include "fmt/default.h"
#include "sys/interrupt.h"
#include "vm/dispatch/call_site.h"
#include "vm/dispatch/callable.h"
#include "vm/dispatch/classes.h"
#include "vm/fault/throw.h"
#include "vm/names/library.h"
#include "vm/peephole/quick.h"
#include "vm/scope/variables.h"

#include <string.h>

// The arguments of the call that is being made, when they are scalars and few.
static void put_arguments(Vm *vm, const CallSite *s, UnknownName *u)
{
    const CallFrame *f = frame_top(vm->engine);
    Instr call = f->code->ins[f->pc];
    int op = quick_plain(call.op);
    if ((op != OP_CALL_FUN && op != OP_CALL_PRO) || s->nkw || s->is_method || s->npos < 1 || s->npos > 3) return;
    Buf b = BUF_INIT(1 << 12);
    for (int i = 0; i < s->npos; i++) {
        const Val *v = val_deref_const(&f->base[call.b + i]);
        bool is_short = !val_is_array(v) && (type_is_numeric(v->type) || v->type == T_STRING);
        if (!is_short) buf_fill(&b, ' ', sizeof u->arguments);  // too long to be shown
        else default_brief(&b, v->type, val_data_peek(v), '\'');
        if (i + 1 < s->npos) buf_puts(&b, ", ");
    }
    if (buf_ok(&b) && b.len < sizeof u->arguments) memcpy(u->arguments, b.p, b.len), u->arguments[b.len] = '\0';
    buf_free(&b);
}

static _Noreturn void not_found(Vm *vm, const CallSite *s)
{
    UnknownName u = unknown_name(s->is_function ? UNKNOWN_FUNCTION : UNKNOWN_PROCEDURE, s->name);
    if (sys_interrupted()) vm_throw_status(vm, (Status){.code = E_INTERRUPT});  // it has not been compiled then
    put_arguments(vm, s, &u);
    throw_unknown(vm, NULL, s->is_function ? E_NO_FUNC : E_NO_PROC, &u, "Attempt to call undefined %s: '%s'.",
                  s->is_function ? "function" : "procedure", s->name);
}

// NAME(...) where NAME is a variable with the name of a lambda function (under STRICTARR; else it is a subscript), and
// NAME, ... where it has that of a lambda procedure.
static bool resolve_lambda(Vm *vm, CallSite *s)
{
    Engine *e = vm->engine;
    const Val *v = frame_cell(vm, frame_top(e)->target, s->name, false);
    UserRoutine *u = v ? library_lambda_named(vm, val_deref_const(v), s->is_function) : NULL;
    s->target = u;
    return u != NULL;
}

// A function named like a class makes an object of it.
static void resolve_constructor(Vm *vm, CallSite *s)
{
    if (resolve_lambda(vm, s)) return;
    TargetKind variable = s->is_function ? callable_variable(vm, s) : TARGET_NONE;
    if (variable) {
        s->target_kind = (uint8_t)variable;
        s->missed = vm->engine->generation;
        return;
    }
    if (!s->is_function || !class_find(vm, s->name)) not_found(vm, s);
    s->target = map_get(&vm->engine->builtin_fun, "OBJ_NEW");
    s->target_kind = TARGET_BUILTIN;
    s->is_constructor = true;
}

bool site_may_resolve(Vm *vm, const char *function)
{
    return map_get(&vm->engine->builtin_fun, function) || library_find(vm, function, true) || class_find(vm, function);
}

void site_resolve(Vm *vm, CallSite *s)
{
    Engine *e = vm->engine;
    // A loop over the elements of a restored array does not look for NAME.pro each time.
    if (s->target_kind == TARGET_ELEMENTS && s->missed == e->generation && callable_variable(vm, s) == TARGET_ELEMENTS) return;
    s->is_constructor = false;
    const Routine *b = map_get(s->is_function ? &e->builtin_fun : &e->builtin_pro, s->name);
    if (b) {
        s->target = b;
        s->target_kind = TARGET_BUILTIN;
    } else {
        UserRoutine *u = library_find(vm, s->name, s->is_function);
        s->target = u;
        s->target_kind = TARGET_USER;
        if (!u) resolve_constructor(vm, s);
    }
    site_check(vm, s);
}
