#include "lib/external/external_args.h"

#include "base/mem.h"
#include "core/arr.h"

#include <string.h>

// --- Strings ---

// The copy of a text has room for nothing more, as IDL's has; its length tells.
static IdlString lend(Call *c, const Str *s)
{
    char *text = call_scratch(c, str_len(s) + 1);
    memcpy(text, str_text(s), str_len(s) + 1);
    return (IdlString){(int)str_len(s), 0, text};
}

static Str *taken(Call *c, const IdlString *s)
{
    if (s->length < 0 || (s->length && !s->text))
        throw_msg(c, E_VALUE, "The routine has left a string of length %d.", s->length);
    size_t n = s->text ? strnlen(s->text, (size_t)s->length) : 0;
    Str *made = str_new(s->text, n);
    if (n && !made) throw_no_memory(c);
    return made;
}

static void replace(Call *c, Str **at, const IdlString *s)
{
    Str *made = taken(c, s);
    str_drop(*at);
    *at = made;
}

// --- Records: the same bytes, but for strings ---

typedef void (*Move)(Call *c, void *ours, void *theirs, size_t n, bool is_string);

static void each_part(Call *c, const SDef *def, char *ours, char *theirs, Move move)
{
    for (int i = 0; i < def->ntags; i++) {
        const Tag *t = &def->tag[i];
        for (int64_t k = 0; k < (t->type == T_STRUCT || t->type == T_STRING ? t->n : 1); k++) {
            size_t at = t->offset + (size_t)k * t->elem;
            if (t->type == T_STRUCT)
                each_part(c, t->def, ours + at, theirs + at, move);
            else if (t->type == T_STRING)
                move(c, ours + at, theirs + at, sizeof(IdlString), true);
            else if (t->type == T_PTR || t->type == T_OBJ)
                throw_msg(c, E_TYPE, "Pointers and objects cannot be given to a C routine: tag %s.", t->name);
            else
                move(c, ours + at, theirs + at, (size_t)t->n * t->elem, false);
        }
    }
}

static void to_them(Call *c, void *ours, void *theirs, size_t n, bool is_string)
{
    if (!is_string) {
        memcpy(theirs, ours, n);
        return;
    }
    IdlString s = lend(c, ((StrSlot *)ours)->p);
    memcpy(theirs, &s, sizeof s);
}

static void to_us(Call *c, void *ours, void *theirs, size_t n, bool is_string)
{
    if (is_string)
        replace(c, &((StrSlot *)ours)->p, theirs);
    else
        memcpy(ours, theirs, n);
}

static void move_array(Call *c, const Arr *a, void *theirs, Move move)
{
    _Static_assert(sizeof(IdlString) == sizeof(StrSlot), "a string takes 16 bytes on both sides");
    for (int64_t i = 0; i < a->n; i++) {
        char *at = (char *)theirs + (size_t)i * a->elem;
        if (a->type == T_STRUCT)
            each_part(c, a->def, arr_at(a, i), at, move);
        else
            move(c, arr_at(a, i), at, a->elem, true);
    }
}

// --- By reference ---

static void refuse(Call *c, int i, TypeCode t)
{
    if (t == T_PTR || t == T_OBJ)
        throw_msg(c, E_TYPE, "Pointers and objects cannot be given to a C routine: %s.", call_arg_name(c, i));
}

static void array_by_reference(Call *c, int i, ExternalArg *a)
{
    Val *v = call_arg_is_var(c, i) ? call_var_mut(c, i) : call_keep_take(c, val_copy(call_arg(c, i)));
    Arr *arr = arr_mut(v);
    if (!arr) throw_no_memory(c);
    if (!type_is_managed(arr->type)) {
        a->address = arr->data;
        return;
    }
    if (arr->n && arr->elem > SIZE_MAX / (size_t)arr->n) throw_no_memory(c);
    a->address = a->copy = call_alloc(c, (size_t)arr->n * arr->elem + 1);
    move_array(c, arr, a->copy, to_them);
    if (call_arg_is_var(c, i)) a->variable = v;
}

static void scalar_by_reference(Call *c, int i, ExternalArg *a)
{
    const Val *v = call_arg(c, i);
    a->address = a->copy = call_alloc(c, sizeof(Dcx));
    if (v->type == T_STRING) {
        *(IdlString *)a->copy = lend(c, v->s);
    } else {
        memcpy(a->copy, val_data_peek(v), type_size(v->type));
    }
    if (call_arg_is_var(c, i)) a->variable = call_var_mut(c, i);
}

void external_write_back(Call *c, const ExternalArg *a)
{
    Val *v = a->variable;
    if (!v || !a->copy) return;
    if (val_is_array(v)) {
        Arr *arr = arr_mut(v);
        if (!arr) throw_no_memory(c);
        move_array(c, arr, a->copy, to_us);
    } else if (v->type == T_STRING) {
        val_set_take(v, val_str_take(taken(c, a->copy)));
    } else {
        uint8_t flags = v->flags & VF_BOOL;
        val_set_take(v, val_from_element(v->type, a->copy));
        v->flags |= flags;
    }
}

// --- By value ---

NaturalKind external_kind(TypeCode t)
{
    switch (t) {
    case T_BYTE: return NATURAL_U8;
    case T_INT: return NATURAL_I16;
    case T_UINT: return NATURAL_U16;
    case T_LONG: return NATURAL_I32;
    case T_ULONG: return NATURAL_U32;
    case T_LONG64: return NATURAL_I64;
    case T_ULONG64: return NATURAL_U64;
    case T_FLOAT: return NATURAL_F32;
    case T_DOUBLE: return NATURAL_F64;
    case T_STRING: return NATURAL_ADDRESS;
    default: return NATURAL_NOTHING;
    }
}

static void by_value(Call *c, int i, ExternalArg *a)
{
    const Val *v = call_arg(c, i);
    if (val_is_array(v)) throw_msg(c, E_VALUE, "Expression must be a scalar in this context: %s.", call_arg_name(c, i));
    if (v->type == T_STRING) {
        a->kind = NATURAL_ADDRESS;
        a->value = (uint64_t)(uintptr_t)lend(c, v->s).text;
        return;
    }
    a->kind = external_kind(v->type);
    if (a->kind == NATURAL_NOTHING)
        throw_msg(c, E_TYPE, "Complex values cannot be passed by value: %s.", call_arg_name(c, i));
    if (type_is_integer(v->type))
        a->value = (uint64_t)val_whole(v);
    else
        memcpy(&a->value, val_data_peek(v), type_size(v->type));
}

ExternalArg external_arg(Call *c, int i, bool is_by_value)
{
    ExternalArg a = {.kind = NATURAL_ADDRESS};
    const Val *v = call_arg(c, i);
    refuse(c, i, v->type);
    if (val_is_null(v)) throw_msg(c, E_UNDEFVAR, "Variable is undefined: %s.", call_arg_name(c, i));
    if (is_by_value)
        by_value(c, i, &a);
    else if (val_is_array(v))
        array_by_reference(c, i, &a);
    else
        scalar_by_reference(c, i, &a);
    return a;
}
