// LAMBDA: functions made from an expression. Start reading at fn_lambda.
#include "vm/call.h"
#include "vm/library.h"

#include <string.h>

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
    ROW_FUN0(LAMBDA, 1, 1, fn_lambda, "Result = LAMBDA(Code)"),
};
ROUTINE_TABLE(lib_lambda, rows)
