// CALL_FUNCTION and CALL_PROCEDURE: the routine whose name is in a string, with the arguments and keywords as given.
// CALL_METHOD is in objects.c. Start reading at call_by_name.
#include "lib/control/passing.h"
#include "vm/dispatch/invoke.h"

#include <ctype.h>

char *upper_name(Call *c, const Str *s)
{
    char *name = call_alloc(c, str_len(s) + 1);
    for (size_t i = 0; i < str_len(s); i++) name[i] = (char)toupper((unsigned char)str_text(s)[i]);
    return name;
}

Val *passed_values(Call *c, int first, int lead, int *n)
{
    int count = c->argc - first;
    Val *v = call_alloc(c, (size_t)(lead + count + c->npassed + 1) * sizeof *v);
    for (int i = 0; i < count; i++) v[lead + i] = val_copy(&c->args[first + i]);
    for (int i = 0; i < c->npassed; i++) v[lead + count + i] = val_copy(&c->args[c->argc + i]);
    *n = lead + count + c->npassed;
    return v;
}

static Val call_by_name(Call *c, bool is_function)
{
    int n;
    const Val *name = call_arg(c, 0);
    if (name->type != T_STRING) throw_msg(c, E_TYPE, "String expression required in this context: %s.", call_arg_name(c, 0));
    const char *upper = upper_name(c, call_str_peek(c, 0));
    CallSite *s = invoke_site(c->vm, NULL, upper, false, is_function, c->argc - 1, c->npassed, (const char *const *)c->passed);
    Val *v = passed_values(c, 1, 0, &n);
    return invoke_take(c->vm, s, n, v);
}

// CALL_FUNCTION(Name [, P1, ..., Pn] [, keywords]): what the function returns. Manual: CALL_FUNCTION.
static void fn_call_function(Call *c) { call_return_take(c, call_by_name(c, true)); }

// CALL_PROCEDURE, Name [, P1, ..., Pn] [, keywords]. Manual: CALL_PROCEDURE.
static void pro_call_procedure(Call *c)
{
    Val none = call_by_name(c, false);
    val_drop(&none);
}

static const Routine rows[] = {
    {"CALL_FUNCTION", FUNCTION, {1, ARGS_ANY}, fn_call_function, "Name [, P1, ..., Pn]", .passes_keywords = true},
    {"CALL_PROCEDURE", PROCEDURE, {1, ARGS_ANY}, pro_call_procedure, "Name [, P1, ..., Pn]", .passes_keywords = true},
};
ROUTINE_TABLE(lib_call_by_name, rows)
