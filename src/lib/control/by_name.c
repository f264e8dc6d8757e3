// CALL_FUNCTION and CALL_PROCEDURE: routines called by a name made at run time; LAMBDA: functions made from an expression.
// Start reading at call_by_name.
#include "base/buf.h"
#include "vm/invoke.h"
#include "vm/library.h"
#include "vm/statement.h"

#include <ctype.h>
#include <string.h>

// The routine's arguments are those behind the name, variables by reference; its keywords are passed on.
static Val call_by_name(Call *c, bool is_function)
{
    const Str *s = call_str_peek(c, 0);
    char *name = call_alloc(c, str_len(s) + 1);
    int n = c->argc - 1 + c->npassed;
    Val *v = call_alloc(c, (size_t)(n + 1) * sizeof *v);
    for (size_t i = 0; i < str_len(s); i++) name[i] = (char)toupper((unsigned char)str_text(s)[i]);
    for (int i = 0; i < n; i++) v[i] = val_copy(&c->args[1 + i]);  // the keywords' values follow the arguments
    CallSite *site = invoke_site(c->vm, NULL, name, false, is_function, c->argc - 1, c->npassed, (const char *const *)c->passed);
    return invoke_take(c->vm, site, n, v);
}

// CALL_FUNCTION(Name [, Arg1, ...] [, keywords]): the result of the function. Manual: CALL_FUNCTION.
static void fn_call_function(Call *c) { call_return_take(c, call_by_name(c, true)); }

// CALL_PROCEDURE, Name [, Arg1, ...] [, keywords]. Manual: CALL_PROCEDURE.
static void pro_call_procedure(Call *c)
{
    Val none = call_by_name(c, false);
    val_drop(&none);
}

// LAMBDA('arg1, arg2: expression'), LAMBDA(arg1, arg2: expression): the name of a function that computes the expression. The
// same text gives the same function. Manual: LAMBDA.
static void fn_lambda(Call *c)
{
    const Str *s = call_str_peek(c, 0);
    const char *text = str_text(s), *colon = memchr(text, ':', str_len(s));
    if (!colon) throw_msg(c, E_SYNTAX, "A lambda function is written 'arg1, arg2: expression'.");
    const char *name = library_lambda(c->vm, text, (size_t)(colon - text), str_len(s));
    if (!name) throw_msg(c, E_SYNTAX, "The lambda function does not compile: %s", text);
    call_return_take(c, val_string(name));
}

static const Routine rows[] = {
    ROW_FUN_PASSING(CALL_FUNCTION, 1, fn_call_function, "Result = CALL_FUNCTION(Name [, Arg1, ..., Argn])"),
    ROW_PRO_PASSING(CALL_PROCEDURE, 1, pro_call_procedure, "CALL_PROCEDURE, Name [, Arg1, ..., Argn]"),
    ROW_FUN0(LAMBDA, 1, 1, fn_lambda, "Result = LAMBDA(Code)"),
};
ROUTINE_TABLE(lib_by_name, rows)
