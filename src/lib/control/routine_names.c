// ROUTINE_NAMES: obsolete; ROUTINE_INFO and SCOPE_VARNAME do most of it. Start reading at fn_routine_names.
#include "lib/control/levels.h"
#include "lib/control/passing.h"
#include "vm/dispatch/invoke.h"
#include "vm/engine.h"
#include "vm/scope/variables.h"

#define ROUTINE_NAMES_KEYWORDS(K, R)                                                                               \
    K(R, ARG_NAME, "=level") K(R, FETCH, "=level") K(R, FUNCTIONS, FLAG) K(R, F_VARIABLES, FLAG) K(R, LEVEL, FLAG) \
    K(R, PROCEDURES, FLAG) K(R, P_VARIABLES, FLAG) K(R, STORE, "=level") K(R, S_FUNCTIONS, FLAG)                   \
    K(R, S_PROCEDURES, FLAG) K(R, UNRESOLVED, FLAG) K(R, VARIABLES, "=level")
KEYWORDS(ROUTINE_NAMES)

// What another function says of `npos` arguments and up to three switches (NULL: no more).
static Val asked(Call *c, const char *function, int npos, const char *const *switches)
{
    Val v[ARGS_ANY + 3];
    int n = 0, nkw = 0;
    for (; n < npos; n++) v[n] = val_copy(&c->args[n]);
    for (; nkw < 3 && switches[nkw]; nkw++) v[n++] = val_int(1);
    return invoke_take(c->vm, invoke_site(c->vm, NULL, function, false, true, npos, nkw, switches), n, v);
}

// The names of the variables of a level, or those that the arguments have there.
static Val names_at(Call *c, int slot)
{
    const char *level = "LEVEL";
    Val v[ARGS_ANY + 1];
    int n = 0;
    for (; n < c->argc; n++) v[n] = val_copy(&c->args[n]);
    v[n++] = val_copy(call_kw(c, slot));
    return invoke_take(c->vm, invoke_site(c->vm, NULL, "SCOPE_VARNAME", false, true, c->argc, 1, &level), n, v);
}

static Val *variable(Call *c, int slot, bool enter)
{
    const char *name = upper_name(c, call_str_peek(c, 0));
    Val *cell = frame_cell(c->vm, levels_frame(c, call_kw_int(c, slot, 0)), name, enter);
    if (!cell && enter) throw_msg(c, E_VALUE, "Illegal variable name: %s.", name);
    return cell;
}

// An undefined one is for N_ELEMENTS and the like.
static Val fetched(Call *c)
{
    Val *cell = variable(c, KW_ROUTINE_NAMES_FETCH, false);
    bool defined = cell && val_deref(cell)->type != T_UNDEF;
    return defined ? val_copy(val_deref(cell)) : VAL_UNDEF;
}

static Val stored(Call *c)
{
    const Val *v = call_arg(c, 1);
    Val *cell = variable(c, KW_ROUTINE_NAMES_STORE, true);
    val_set_take(val_deref(cell), val_copy(v));
    return val_long(1);
}

static Val of_routines(Call *c)
{
    bool variables = call_kw_set(c, KW_ROUTINE_NAMES_F_VARIABLES) || call_kw_set(c, KW_ROUTINE_NAMES_P_VARIABLES);
    bool functions = call_kw_set(c, KW_ROUTINE_NAMES_FUNCTIONS) || call_kw_set(c, KW_ROUTINE_NAMES_S_FUNCTIONS) ||
                     call_kw_set(c, KW_ROUTINE_NAMES_F_VARIABLES);
    bool system = call_kw_set(c, KW_ROUTINE_NAMES_S_FUNCTIONS) || call_kw_set(c, KW_ROUTINE_NAMES_S_PROCEDURES);
    const char *switches[4] = {NULL};
    int n = 0;
    if (variables) switches[n++] = "VARIABLES";
    if (functions) switches[n++] = "FUNCTIONS";
    if (system) switches[n++] = "SYSTEM";
    else if (call_kw_set(c, KW_ROUTINE_NAMES_UNRESOLVED)) switches[n++] = "UNRESOLVED";
    return asked(c, "ROUTINE_INFO", variables ? 1 : 0, switches);
}

// ROUTINE_NAMES([/PROCEDURES | /FUNCTIONS] [, /UNRESOLVED]), (/S_PROCEDURES), (/S_FUNCTIONS): names of routines;
// (Name, /P_VARIABLES), (Name, /F_VARIABLES): of a routine's variables; (/LEVEL): the caller's level, 1 for the main program;
// (VARIABLES=level): of the variables there; (Arg1, ..., ARG_NAME=level): what the arguments are called there;
// (Name, FETCH=level): the value; (Name, Value, STORE=level): sets it. Levels count from the main program, or, 0 and negative,
// from the caller. Source: C. Markwardt's description of the obsolete routine.
static void fn_routine_names(Call *c)
{
    const char *none[1] = {NULL};
    if (call_kw_given(c, KW_ROUTINE_NAMES_FETCH)) call_return_take(c, fetched(c));
    else if (call_kw_given(c, KW_ROUTINE_NAMES_STORE)) call_return_take(c, stored(c));
    else if (call_kw(c, KW_ROUTINE_NAMES_ARG_NAME)) call_return_take(c, names_at(c, KW_ROUTINE_NAMES_ARG_NAME));
    else if (call_kw(c, KW_ROUTINE_NAMES_VARIABLES)) call_return_take(c, names_at(c, KW_ROUTINE_NAMES_VARIABLES));
    else if (call_kw_set(c, KW_ROUTINE_NAMES_LEVEL)) call_return_take(c, asked(c, "SCOPE_LEVEL", 0, none));
    else call_return_take(c, of_routines(c));
}

static const Routine rows[] = {
    {"ROUTINE_NAMES", FUNCTION, {0, ARGS_ANY}, fn_routine_names, "[Name | Arg1, ...] [, Value]", KEYS(ROUTINE_NAMES)},
};
ROUTINE_TABLE(lib_routine_names, rows)
