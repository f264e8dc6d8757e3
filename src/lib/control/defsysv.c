// DEFSYSV: a program's own system variables.
#include "lib/control/passing.h"
#include "vm/engine.h"
#include "vm/scope/sysvar.h"

// DEFSYSV, Name [, Value [, Read_Only]] [, EXISTS=variable] [, /TEST]: a new system variable, or with EXISTS whether there
// is one. One that exists must keep its type and shape; TEST leaves it alone. Manual: DEFSYSV.
#define DEFSYSV_KEYWORDS(K, R) K(R, EXISTS, OUT) K(R, TEST, FLAG)
KEYWORDS(DEFSYSV)

static bool same_kind(const Val *a, const Val *b)
{
    if (a->type != b->type || val_is_array(a) != val_is_array(b)) return false;
    if (!val_is_array(a)) return true;
    if (a->type == T_STRUCT && !sdef_same_layout(a->a->def, b->a->def)) return false;
    return a->a->n == b->a->n;
}

static void pro_defsysv(Call *c)
{
    const char *name = upper_name(c, call_str_peek(c, 0));
    bool legal = name[0] == '!' && name[1];
    if (!legal && c->argc < 2 && call_kw_given(c, KW_DEFSYSV_EXISTS)) {
        call_kw_set_take(c, KW_DEFSYSV_EXISTS, val_long(0));
        return;
    }
    if (!legal) throw_msg(c, E_VALUE, "Illegal system variable name: %s.", name);
    SysVar *known = sysvar_find(c->vm, name);
    call_kw_set_take(c, KW_DEFSYSV_EXISTS, val_long(known != NULL));
    if (c->argc < 2) {
        if (!call_kw_given(c, KW_DEFSYSV_EXISTS)) throw_msg(c, E_ARGS, "Incorrect number of arguments.");
        return;
    }
    const Val *v = call_arg(c, 1);
    bool readonly = c->argc > 2 && call_int(c, 2) != 0;
    if (known && call_kw_set(c, KW_DEFSYSV_TEST)) return;
    if (known && known->readonly) throw_msg(c, E_VALUE, "Attempt to write to a readonly variable: %s.", name);
    if (known && known->get) val_set_take(&known->v, known->get(c->vm));
    if (known && !same_kind(&known->v, v)) throw_msg(c, E_STRUCT, "Conflicting definition for system variable: %s.", name);
    if (known) sysvar_assign(c->vm, name, v);
    else sysvar_define_take(c->vm, name, val_copy(v), readonly);
    if (known && readonly) known->readonly = true;
}

static const Routine rows[] = {
    {"DEFSYSV", PROCEDURE, {1, 3}, pro_defsysv, "Name [, Value [, Read_Only]]", KEYS(DEFSYSV)},
};
ROUTINE_TABLE(lib_defsysv, rows)
