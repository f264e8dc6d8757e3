// LAMBDA, LAMBDAP: functions made from an expression, procedures from statements. Start reading at lambda.
#include "vm/call/call.h"
#include "vm/names/library.h"

#include <string.h>

// LAMBDA('arg1, arg2: expression'), LAMBDA(arg1, arg2: expression): the name of a function that computes the expression. The
// same text gives the same function. LAMBDAP('arg: statement & statement'): of a procedure. Manual: LAMBDA, LAMBDAP.
static void lambda(Call *c, bool is_function)
{
    const Str *s = call_str_peek(c, 0);
    const char *text = str_text(s), *colon = memchr(text, ':', str_len(s));
    const char *kind = is_function ? "function" : "procedure";
    if (!colon) {
        throw_msg(c, E_SYNTAX, "A lambda %s is written 'arg1, arg2: %s'.", kind, is_function ? "expression" : "statements");
    }
    const char *name = library_lambda(c->vm, text, (size_t)(colon - text), str_len(s), is_function);
    if (!name) throw_msg(c, E_SYNTAX, "The lambda %s does not compile: %s", kind, text);
    call_return_take(c, val_string(name));
}

static void fn_lambda(Call *c) { lambda(c, true); }

static void fn_lambdap(Call *c) { lambda(c, false); }

static const Routine rows[] = {
    {"LAMBDA", FUNCTION, {1, 1}, fn_lambda, "Code"},
    {"LAMBDAP", FUNCTION, {1, 1}, fn_lambdap, "Code"},
};
ROUTINE_TABLE(lib_lambda, rows)
