// BOOLEAN, LOGICAL_AND, LOGICAL_OR, LOGICAL_TRUE: zero or empty is false, anything else true, element by element. Start
// at truths.
#include "lib/array/axis.h"
#include "lib/format/convert.h"

#include <string.h>

// A BYTE for each element.
static const uint8_t *truths(Call *c, int i)
{
    const Val *v = call_arg(c, i);
    int64_t n = val_count(v);
    uint8_t *out = call_alloc(c, (size_t)n + 1);
    if (v->type == T_STRING) {
        for (int64_t k = 0; k < n; k++)
            out[k] = str_len(val_is_array(v) ? ((const StrSlot *)v->a->data)[k].p : v->s) > 0;
        return out;
    }
    if (v->type == T_PTR || v->type == T_OBJ) {
        const void *const *p = val_data_peek(v);
        for (int64_t k = 0; k < n; k++) out[k] = p[k] != NULL;
        return out;
    }
    axis_need_numeric(c, v, i);
    bool is_complex = type_is_complex(v->type);
    const double *d = val_data_peek(call_convert(c, v, is_complex ? T_DCOMPLEX : T_DOUBLE));
    for (int64_t k = 0; k < n; k++) out[k] = is_complex ? d[2 * k] != 0 || d[2 * k + 1] != 0 : d[k] != 0;
    return out;
}

static void combine(Call *c, bool is_or)
{
    const Val *a = call_arg(c, 0), *b = call_arg(c, 1);
    const uint8_t *p = truths(c, 0), *q = truths(c, 1);
    bool whole_a = val_is_array(a), whole_b = val_is_array(b);
    void *out;
    // The shorter array gives the shape; a scalar goes with every element.
    const Val *shape = !whole_a ? b : !whole_b ? a : val_count(b) < val_count(a) ? b : a;
    Val *cell = convert_new_like(c, shape, T_BYTE, &out);
    int64_t n = val_count(shape);
    for (int64_t i = 0; i < n; i++) {
        uint8_t x = p[whole_a ? i : 0], y = q[whole_b ? i : 0];
        ((uint8_t *)out)[i] = is_or ? x | y : x & y;
    }
    call_return_take(c, val_take(cell));
}

// LOGICAL_AND(Arg1, Arg2), LOGICAL_OR(Arg1, Arg2): 1 or 0. Manual: LOGICAL_AND, LOGICAL_OR.
static void fn_logical_and(Call *c) { combine(c, false); }
static void fn_logical_or(Call *c) { combine(c, true); }

// LOGICAL_TRUE(Arg): 1 where not zero. Manual: LOGICAL_TRUE.
static void fn_logical_true(Call *c)
{
    void *out;
    const uint8_t *p = truths(c, 0);
    Val *cell = convert_new_like(c, call_arg(c, 0), T_BYTE, &out);
    memcpy(out, p, (size_t)val_count(cell));
    call_return_take(c, val_take(cell));
}

// BOOLEAN(Expression): the same with the boolean flag. Manual: BOOLEAN.
static void fn_boolean(Call *c)
{
    fn_logical_true(c);
    c->result.flags |= VF_BOOL;
}

static const Routine rows[] = {
    {"BOOLEAN", FUNCTION, {1, 1}, fn_boolean, "Expression"},
    {"LOGICAL_AND", FUNCTION, {2, 2}, fn_logical_and, "Arg1, Arg2", .pooled = true},
    {"LOGICAL_OR", FUNCTION, {2, 2}, fn_logical_or, "Arg1, Arg2", .pooled = true},
    {"LOGICAL_TRUE", FUNCTION, {1, 1}, fn_logical_true, "Arg", .pooled = true},
};
ROUTINE_TABLE(lib_logic, rows)
