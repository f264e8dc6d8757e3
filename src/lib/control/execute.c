// EXECUTE: statements made at run time, in the variables of the routine that calls it.
#include "vm/call/call.h"
#include "vm/session/statement.h"

// EXECUTE(String [, CompileFlags [, QuietExecution]]): 1 if the statements compiled and ran, else 0, with the error
// reported. The String is one line; "&" joins statements. CompileFlags: 1 no messages, 2 implied print; without it an
// expression alone does not compile. Manual: EXECUTE.
static void fn_execute(Call *c)
{
    if (val_is_array(call_arg(c, 0))) {
        throw_msg(c, E_SCALAR, "Expression must be a scalar in this context: %s.", call_arg_name(c, 0));
    }
    const Str *text = call_str_peek(c, 0);
    int64_t flags = c->argc > 1 ? call_int(c, 1) : 0;
    ExecuteHow how = {.quiet = (flags & 1) || (c->argc > 2 && call_int(c, 2) != 0), .implied = flags & 2};
    call_return_take(c, val_int(vm_execute(c->vm, str_text(text), str_len(text), how)));
}

static const Routine rows[] = {
    {"EXECUTE", FUNCTION, {1, 3}, fn_execute, "String [, CompileFlags [, QuietExecution]]"},
};
ROUTINE_TABLE(lib_execute, rows)
