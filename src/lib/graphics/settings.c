// See settings.h.
#include "lib/graphics/settings.h"

#include "lib/control/system_record.h"
#include "vm/scope/sysvar.h"

void *setting_of(Call *c, const char *name, const char *tag)
{
    SysVar *s = sysvar_find(c->vm, name);
    if (!s || !arr_mut(&s->v)) throw_no_memory(c);
    return system_tag(&s->v, tag);
}

void *setting(Call *c, char variable, const char *tag)
{
    const char name[] = {'!', variable, 0};
    return setting_of(c, name, tag);
}

int32_t setting_long(Call *c, char variable, const char *tag) { return *(int32_t *)setting(c, variable, tag); }
double setting_float(Call *c, char variable, const char *tag) { return *(float *)setting(c, variable, tag); }
double *setting_doubles(Call *c, char variable, const char *tag) { return setting(c, variable, tag); }
float *setting_floats(Call *c, char variable, const char *tag) { return setting(c, variable, tag); }
const char *setting_text(Call *c, char variable, const char *tag)
{
    return str_text(((StrSlot *)setting(c, variable, tag))->p);
}

double kw_or_float(Call *c, int slot, char variable, const char *tag)
{
    return call_kw(c, slot) ? call_kw_double(c, slot, 0) : setting_float(c, variable, tag);
}

int64_t kw_or_long(Call *c, int slot, char variable, const char *tag)
{
    return call_kw(c, slot) ? call_kw_int(c, slot, 0) : setting_long(c, variable, tag);
}

const Str *kw_or_text(Call *c, int slot, char variable, const char *tag)
{
    Str *s = call_kw(c, slot) ? (Str *)call_kw_str_peek(c, slot) : ((StrSlot *)setting(c, variable, tag))->p;
    return s ? call_keep_take(c, val_str_take(str_ref(s)))->s : NULL;
}

const double *kw_numbers(Call *c, int slot, int lo, int hi, int *n)
{
    const Val *given = call_kw(c, slot);
    *n = 0;
    if (!given) return NULL;
    const Val *v = call_convert(c, given, T_DOUBLE);
    int64_t count = val_count(v);
    if (count < lo)
        throw_msg(c, E_VALUE, "Keyword array parameter %s must have from %d to %d elements.",
                  c->routine->keywords.p[slot].name, lo, hi);
    *n = count > hi ? hi : (int)count;
    return val_data_peek(v);
}

const double *arg_numbers(Call *c, int i, int64_t *n)
{
    const Val *v = call_arg(c, i);
    if (v->type == T_STRUCT)
        throw_msg(c, E_STRUCT, "Struct expression not allowed in this context: %s.", call_arg_name(c, i));
    if (v->type == T_PTR || v->type == T_OBJ || v->type == T_UNDEF) {
        throw_msg(c, E_TYPE, "Unable to convert variable to type double: %s.", call_arg_name(c, i));
    }
    v = call_convert(c, v, T_DOUBLE);
    *n = val_count(v);
    return val_data_peek(v);
}
