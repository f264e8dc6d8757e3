// Conversions of whole values. Numbers by kern, text by fmt/numtext. Start reading at val_convert.
#include "vm/array/convert.h"

#include "fmt/numtext.h"
#include "kern/kern.h"
#include "sys/interrupt.h"

#include <string.h>

TypeCode type_promote(TypeCode a, TypeCode b)
{
    // IDL's order of precedence: of a signed and an unsigned type of one size the left one decides.
    static const uint8_t rank[T_COUNT] = {
        [T_BYTE] = 1,   [T_INT] = 2,   [T_UINT] = 2,   [T_LONG] = 3,    [T_ULONG] = 3,    [T_LONG64] = 4,
        [T_ULONG64] = 4, [T_FLOAT] = 5, [T_DOUBLE] = 6, [T_COMPLEX] = 7, [T_DCOMPLEX] = 8,
    };
    if (a == b) return a;
    if (a == T_STRING) return b;
    if (b == T_STRING) return a;
    if ((a == T_DOUBLE && b == T_COMPLEX) || (a == T_COMPLEX && b == T_DOUBLE)) return T_DCOMPLEX;
    return rank[a] >= rank[b] ? a : b;
}

TypeCode type_join(TypeCode a, TypeCode b)
{
    TypeCode left = type_promote(a, b), right = type_promote(b, a);
    return type_in(right, TYPES_UNSIGNED) ? right : left;
}

static Status no_memory(void) { return status_fail(E_NO_MEMORY, "Unable to allocate memory: to make array."); }

static Status no_conversion(const Val *v)
{
    if (v->type == T_UNDEF)
        return status_fail(E_UNDEFVAR, "Variable is undefined: %s.", val_is_null(v) ? "!NULL" : "<UNDEFINED>");
    if (v->type == T_STRUCT) return status_fail(E_STRUCT, "Struct expression not allowed in this context.");
    return status_fail(E_TYPE, "%s expression not allowed in this context.", v->type == T_PTR ? "Pointer" : "Object reference");
}

static Str *number_text(TypeCode t, const void *p)
{
    char text[NUMTEXT_MAX];
    int n = numtext_put(text, t, p, false);
    return str_new(text, (size_t)n);
}

static void text_number(TypeCode t, void *out, const Str *s, const Str **bad)
{
    if (!numtext_convert(t, out, str_text(s), str_len(s), false) && bad && !*bad) *bad = s;
}

static Status convert_array(const Arr *a, TypeCode to, Val *out, const Str **bad)
{
    Arr *r = arr_new_like(a, to, to == T_STRING);
    if (!r) return no_memory();
    if (a->type == T_STRING) {
        const StrSlot *text = a->data;
        for (int64_t i = 0; i < a->n && !sys_interrupted(); i++) text_number(to, arr_at(r, i), text[i].p, bad);
    } else if (to == T_STRING) {
        for (int64_t i = 0; i < a->n && !sys_interrupted(); i++) ((StrSlot *)r->data)[i].p = number_text(a->type, arr_at(a, i));
    } else {
        kern_convert(to, a->type)(r->data, a->data, (size_t)a->n);
    }
    if ((a->type == T_STRING || to == T_STRING) && sys_interrupted()) {
        arr_drop(r);
        return (Status){E_INTERRUPT, 0, NULL};
    }
    *out = val_arr_take(r);
    return STATUS_OK;
}

Status val_convert(const Val *v, TypeCode to, Val *out, const Str **bad)
{
    if (bad) *bad = NULL;
    if (v->type == to) {
        *out = val_copy(v);
        return STATUS_OK;
    }
    if (!type_in(v->type, TYPES_NUMERIC | TM(STRING))) return no_conversion(v);
    if (!type_in(to, TYPES_NUMERIC | TM(STRING))) {
        return status_fail(E_TYPE, "%s type required in this context.",
                           to == T_PTR ? "Pointer" : to == T_OBJ ? "Object reference" : "Structure");
    }
    if (val_is_array(v)) return convert_array(v->a, to, out, bad);
    if (to == T_STRING) {
        *out = val_str_take(number_text(v->type, val_data_peek(v)));
        return STATUS_OK;
    }
    _Alignas(16) char cell[16];
    if (v->type == T_STRING) text_number(to, cell, v->s, bad);
    else kern_convert(to, v->type)(cell, val_data_peek(v), 1);
    *out = val_from_element(to, cell);
    return STATUS_OK;
}

Status val_convert_mut(Val *v, TypeCode to)
{
    if (v->type == to) return STATUS_OK;
    Val out;
    STATUS_TRY(val_convert(v, to, &out, NULL));
    val_drop(v);
    *v = out;
    return STATUS_OK;
}

static Status single_element(const Val *v, const void **p)
{
    if (val_is_array(v) && v->a->n != 1) {
        return status_fail(E_SCALAR, "Expression must be a scalar or 1 element array in this context.");
    }
    *p = val_data_peek(v);
    return STATUS_OK;
}

static bool number_is_true(TypeCode t, const void *p, bool nonzero)
{
    uint8_t truth;
    kern_unary(nonzero || !type_is_integer(t) ? KUOP_TRUE : KUOP_ODD, t)(&truth, p, 1);
    return truth;
}

Status val_truth(const Val *v, bool nonzero, bool *out)
{
    const void *p = NULL;
    *out = false;
    if (val_is_null(v)) return STATUS_OK;
    if (v->type == T_UNDEF || v->type == T_STRUCT) return no_conversion(v);
    STATUS_TRY(single_element(v, &p));
    if (v->type == T_STRING) *out = str_len(*(Str *const *)p) != 0;
    else if (v->type == T_PTR || v->type == T_OBJ) *out = *(HeapVar *const *)p != NULL;
    else *out = number_is_true(v->type, p, nonzero);
    return STATUS_OK;
}

Status val_int64(const Val *v, int64_t *out)
{
    const void *p = NULL;
    *out = 0;
    if (!type_in(v->type, TYPES_NUMERIC | TM(STRING))) return no_conversion(v);
    STATUS_TRY(single_element(v, &p));
    if (v->type != T_STRING) {
        kern_convert(T_LONG64, v->type)(out, p, 1);
        return STATUS_OK;
    }
    const Str *s = *(Str *const *)p;
    if (numtext_convert(T_LONG64, out, str_text(s), str_len(s), true)) return STATUS_OK;
    return status_fail(E_CONVERT, "Type conversion error: Unable to convert given STRING to Long64.");
}

Status val_real(const Val *v, double *out)
{
    const void *p = NULL;
    *out = 0;
    if (!type_in(v->type, TYPES_NUMERIC | TM(STRING))) return no_conversion(v);
    STATUS_TRY(single_element(v, &p));
    if (v->type != T_STRING) {
        kern_convert(T_DOUBLE, v->type)(out, p, 1);
        return STATUS_OK;
    }
    const Str *s = *(Str *const *)p;
    if (numtext_convert(T_DOUBLE, out, str_text(s), str_len(s), true)) return STATUS_OK;
    return status_fail(E_CONVERT, "Type conversion error: Unable to convert given STRING to Double.");
}
