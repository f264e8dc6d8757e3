// Errors as programs see them: ON_ERROR, CATCH, STOP, RETALL, EXIT (MESSAGE: message.c). How an error then travels is
// vm/dispatch/unwind.c.
#include "lib/format/formatting.h"
#include "vm/fault/matherr.h"
#include "vm/fault/throw.h"
#include "vm/scope/variables.h"

// The frame that called this builtin.
static CallFrame *caller(Call *c) { return frame_top(c->vm->engine); }

// ON_ERROR, N: what an error does in this routine and those it calls. 0 stops there (default), 1 returns to $MAIN$,
// 2 to the caller of this routine, 3 to this routine. Manual: ON_ERROR.
static void pro_on_error(Call *c)
{
    int64_t n = call_int(c, 0);
    if (n < 0 || n > 3) throw_msg(c, E_VALUE, "Value of ON_ERROR argument is out of allowed range (0 to 3).");
    CallFrame *f = caller(c);
    if (f->kind == FRAME_STATEMENT) f = &c->vm->engine->frame[f->target];
    f->on_error = (int)n;
}

// CATCH, Variable: errors in this routine and below come back to the statement after this one, with the error's code in
// Variable (0 now). CATCH, /CANCEL ends it. Manual: CATCH.
#define CATCH_KEYWORDS(K, R) K(R, CANCEL, FLAG)
KEYWORDS(CATCH)

static void pro_catch(Call *c)
{
    CallFrame *f = caller(c);
    if (call_kw_set(c, KW_CATCH_CANCEL)) {
        f->catch_pc = NO_PLACE;
        f->catch_var = NULL;
        return;
    }
    if (!c->argc) throw_msg(c, E_ARGS, "Incorrect number of arguments.");
    Val *v = call_var_mut(c, 0);
    if (!frame_var_name(c->vm, v)) {  // what a pointer points to may be gone when the error comes
        throw_msg(c, E_NOT_VAR, "Expression must be named variable in this context: %s.", call_arg_name(c, 0));
    }
    f->catch_var = v;
    f->catch_pc = f->pc + 1;
    call_set_take(c, 0, val_long(0));
}

// STOP [, Expr...]: shows the values, then stops this program with its variables alive. Manual: STOP.
static void pro_stop(Call *c)
{
    if (c->argc) formatting_show_arguments(c);
    vm_throw_reason(c->vm, STOP_STOP);
}

// RETALL: back to $MAIN$ from any depth. Manual: RETALL.
static void pro_retall(Call *c) { vm_throw_reason(c->vm, STOP_RETALL); }

// EXIT [, STATUS=n]: ends the program; the status is n modulo 256, else 0. Manual: EXIT.
#define EXIT_KEYWORDS(K, R) K(R, NO_CONFIRM, FLAG) K(R, STATUS, "=code")
KEYWORDS(EXIT)

static void pro_exit(Call *c)
{
    Engine *e = c->vm->engine;
    e->exit_status = (int)(call_kw_int(c, KW_EXIT_STATUS, 0) & 255);
    e->exiting = true;
    vm_throw_reason(c->vm, STOP_EXIT);
}

// CHECK_MATH([MASK=bits] [, /NOCLEAR] [, /PRINT]): the math errors met since they were last asked for or shown, as the
// manual's bits. CHECK_MATH(Print, NoClear) is an old form. Manual: CHECK_MATH.
#define CHECK_MATH_KEYWORDS(K, R) K(R, MASK, "=bits") K(R, NOCLEAR, FLAG) K(R, PRINT, FLAG)
KEYWORDS(CHECK_MATH)

static void fn_check_math(Call *c)
{
    unsigned mask = (unsigned)call_kw_int(c, KW_CHECK_MATH_MASK, 255), found = math_status(c->vm) & mask;
    bool print = call_kw_set(c, KW_CHECK_MATH_PRINT) || (c->argc > 0 && call_int(c, 0) != 0);
    bool keep = call_kw_set(c, KW_CHECK_MATH_NOCLEAR) || (c->argc > 1 && call_int(c, 1) != 0);
    if (print) math_show(c->vm, found);
    if (!keep) math_clear(c->vm, mask);
    call_return_take(c, val_long((int32_t)found));
}

static const Routine rows[] = {
    {"ON_ERROR", PROCEDURE, {1, 1}, pro_on_error, "N"},
    {"CATCH", PROCEDURE, {0, 1}, pro_catch, "[, Variable]", KEYS(CATCH)},
    {"STOP", PROCEDURE, {0, ARGS_ANY}, pro_stop, "[, Expr1, ..., Exprn]"},
    {"RETALL", PROCEDURE, {0, 0}, pro_retall, ""},
    {"EXIT", PROCEDURE, {0, 0}, pro_exit, "", KEYS(EXIT)},
    {"CHECK_MATH", FUNCTION, {0, 2}, fn_check_math, "[Print [, NoClear]]", KEYS(CHECK_MATH)},
};
ROUTINE_TABLE(lib_errors, rows)
