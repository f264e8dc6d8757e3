// Binary and unary operators. Types are made equal first (scalars in a local buffer, arrays by a converted copy), then
// one kernel call does the work, into a dead operand where that fits. Start reading at operate_binary.
#include "vm/array/operate.h"

#include "core/heap.h"
#include "sys/interrupt.h"
#include "vm/array/convert.h"

#include <string.h>

static bool is_compare(KernOp op) { return op >= KOP_EQ && op <= KOP_GE; }

// One operand made ready for a kernel.
typedef struct Operand {
    const Val *v;
    Val converted;      // owned when made
    bool reusable;      // its array may become the result
} Operand;

static const Val *operand_value(const Operand *o) { return o->converted.tag != T_UNDEF ? &o->converted : o->v; }

static Status operand_prepare(Operand *o, TypeCode t, unsigned *math)
{
    const Str *bad = NULL;
    if (o->v->type == t) return STATUS_OK;
    o->reusable = true;
    STATUS_TRY(val_convert(o->v, t, &o->converted, &bad));
    if (bad) *math |= OPERATE_BAD_TEXT;
    return STATUS_OK;
}

static Status not_allowed(const Val *v)
{
    if (v->type == T_STRUCT) return status_fail(E_STRUCT, "Operation illegal with structures.");
    if (v->type == T_UNDEF)
        return status_fail(E_UNDEFVAR, "Variable is undefined: %s.", val_is_null(v) ? "!NULL" : "<UNDEFINED>");
    return status_fail(E_TYPE, "Operation illegal with %s types.",
                       v->type == T_PTR   ? "pointer"
                       : v->type == T_OBJ ? "object reference"
                                          : "string");
}

// The shape of the result: the operand with fewer elements; a scalar follows the other.
static const Arr *result_shape(const Val *a, const Val *b)
{
    if (!val_is_array(a)) return val_is_array(b) ? b->a : NULL;
    if (!val_is_array(b)) return a->a;
    return b->a->n < a->a->n ? b->a : a->a;
}

static int kern_shape(const Val *a, const Val *b)
{
    if (!val_is_array(b)) return KSHAPE_AS;
    return val_is_array(a) ? KSHAPE_AA : KSHAPE_SA;
}

// A buffer for n elements of type t: a dead operand's, or a new array. The result owns one reference.
static Arr *result_array(const Arr *shape, TypeCode t, const Operand *x, const Operand *y)
{
    const Operand *both[] = {x, y};
    for (int i = 0; i < 2; i++) {
        const Val *v = both[i] ? operand_value(both[i]) : NULL;
        if (!v || !both[i]->reusable || !val_is_array(v) || v->type != t || v->a->n != shape->n) continue;
        if (!arr_is_unique(v->a)) continue;
        arr_reshape_raw(v->a, shape->rank, shape->dim);
        return arr_ref(v->a);
    }
    return arr_new_like(shape, t, false);
}

static Val scalar_from(TypeCode t, const void *p) { return val_from_element(t, p); }

// --- Strings and references -------------------------------------------------------------------------------------------

static const Str *string_at(const Val *v, int64_t i)
{
    return val_is_array(v) ? ((const StrSlot *)v->a->data)[i].p : v->s;
}

static uint8_t string_compare(KernOp op, const Str *a, const Str *b)
{
    if (op == KOP_EQ) return str_eq(a, b);
    if (op == KOP_NE) return !str_eq(a, b);
    int c = str_cmp(a, b);
    return op == KOP_LT ? c < 0 : op == KOP_LE ? c <= 0 : op == KOP_GT ? c > 0 : c >= 0;
}

static bool stops_at(int64_t i) { return !(i & 0xFFFF) && sys_interrupted(); }

// The array as the result, unless it is not complete. Takes r.
static Status unless_interrupted(Arr *r, Val *out)
{
    if (sys_interrupted()) {
        arr_drop(r);
        return (Status){E_INTERRUPT, 0, NULL};
    }
    *out = val_arr_take(r);
    return STATUS_OK;
}

static Status compare_strings(KernOp op, const Val *a, const Val *b, Val *out)
{
    const Arr *shape = result_shape(a, b);
    if (!shape) {
        *out = val_byte(string_compare(op, a->s, b->s));
        return STATUS_OK;
    }
    Arr *r = arr_new_like(shape, T_BYTE, false);
    if (!r) return status_fail(E_NO_MEMORY, "Unable to allocate memory: to make array.");
    for (int64_t i = 0; i < r->n && !stops_at(i); i++) {
        ((uint8_t *)r->data)[i] = string_compare(op, string_at(a, i), string_at(b, i));
    }
    return unless_interrupted(r, out);
}

static bool join(const Str *a, const Str *b, Str **out)
{
    Str *s = str_ref((Str *)(uintptr_t)a);
    bool ok = str_append_mut(&s, str_text(b), str_len(b));
    if (!ok) str_drop(s);
    *out = ok ? s : NULL;
    return ok;
}

static Status join_strings(const Val *a, const Val *b, Val *out)
{
    const Arr *shape = result_shape(a, b);
    Status no_memory = {E_NO_MEMORY, 0, NULL};
    Str *s;
    if (!shape) {
        if (!join(a->s, b->s, &s)) return no_memory;
        *out = val_str_take(s);
        return STATUS_OK;
    }
    Arr *r = arr_new_like(shape, T_STRING, true);
    if (!r) return no_memory;
    for (int64_t i = 0; i < r->n && !stops_at(i); i++) {
        if (!join(string_at(a, i), string_at(b, i), &s)) {
            arr_drop(r);
            return no_memory;
        }
        ((StrSlot *)r->data)[i].p = s;
    }
    return unless_interrupted(r, out);
}

// OR is the first string that is not empty, AND the second when the first is not empty, else the empty one.
static const Str *choose_string(KernOp op, const Str *x, const Str *y)
{
    return (op == KOP_OR) == (str_len(x) != 0) ? x : y;
}

static Status choose_strings(KernOp op, const Val *a, const Val *b, Val *out)
{
    const Arr *shape = result_shape(a, b);
    if (!shape) {
        *out = val_str_take(str_ref((Str *)(uintptr_t)choose_string(op, a->s, b->s)));
        return STATUS_OK;
    }
    Arr *r = arr_new_like(shape, T_STRING, true);
    if (!r) return (Status){E_NO_MEMORY, 0, NULL};
    for (int64_t i = 0; i < r->n; i++) {
        const Str *s = choose_string(op, string_at(a, i), string_at(b, i));
        ((StrSlot *)r->data)[i].p = str_ref((Str *)(uintptr_t)s);
    }
    *out = val_arr_take(r);
    return STATUS_OK;
}

static HeapVar *reference_at(const Val *v, int64_t i) { return val_is_array(v) ? ((HeapVar **)v->a->data)[i] : v->h; }

static Status compare_references(KernOp op, const Val *a, const Val *b, Val *out)
{
    if (op != KOP_EQ && op != KOP_NE) return not_allowed(type_in(a->type, TM(PTR) | TM(OBJ)) ? a : b);
    if (a->type != b->type) return not_allowed(a);
    const Arr *shape = result_shape(a, b);
    if (!shape) {
        *out = val_byte((a->h == b->h) == (op == KOP_EQ));
        return STATUS_OK;
    }
    Arr *r = arr_new_like(shape, T_BYTE, false);
    if (!r) return (Status){E_NO_MEMORY, 0, NULL};
    for (int64_t i = 0; i < r->n; i++) {
        ((uint8_t *)r->data)[i] = (reference_at(a, i) == reference_at(b, i)) == (op == KOP_EQ);
    }
    *out = val_arr_take(r);
    return STATUS_OK;
}

// !NULL, an undefined variable, and a reference to nothing are the same to EQ and NE. Manual: The Null Variable.
static bool is_nothing(const Val *v)
{
    if (v->type != T_PTR && v->type != T_OBJ) return val_is_undef(v);
    return !val_is_array(v) && (!v->h || v->h->freed);
}

static Status compare_null(KernOp op, const Val *a, const Val *b, Val *out)
{
    if (op != KOP_EQ && op != KOP_NE) return not_allowed(val_is_null(a) ? a : b);
    *out = val_byte((is_nothing(a) && is_nothing(b)) == (op == KOP_EQ));
    return STATUS_OK;
}

// --- Numbers ----------------------------------------------------------------------------------------------------------

static Status run_binary(KernBinary kernel, TypeCode rt, Operand *x, Operand *y, Val *out, unsigned *math)
{
    const Val *a = operand_value(x), *b = operand_value(y);
    const Arr *shape = result_shape(a, b);
    if (!shape) {
        _Alignas(16) char cell[16];
        *math |= kernel(cell, val_data_peek(a), val_data_peek(b), 1, KSHAPE_AA);
        *out = scalar_from(rt, cell);
        return STATUS_OK;
    }
    bool same_size = type_size(rt) == type_size(a->type);
    Arr *r = result_array(shape, rt, same_size ? x : NULL, same_size && b->type == a->type ? y : NULL);
    if (!r) return status_fail(E_NO_MEMORY, "Unable to allocate memory: to make array.");
    *math |= kernel(r->data, val_data_peek(a), val_data_peek(b), (size_t)shape->n, kern_shape(a, b));
    *out = val_arr_take(r);
    return STATUS_OK;
}

// Real or complex to an integer power keeps its type and uses repeated multiplication.
static bool is_long_power(KernOp op, TypeCode a, TypeCode b)
{
    return op == KOP_POW && type_in(a, TYPES_REAL | TYPES_COMPLEX) && type_in(b, TM(BYTE) | TM(INT) | TM(UINT) | TM(LONG));
}

static TypeCode operand_type(KernOp op, TypeCode a, TypeCode b)
{
    TypeCode t = type_promote(a, b);
    bool takes_text = op == KOP_ADD || op == KOP_AND || op == KOP_OR || is_compare(op);
    return t == T_STRING && !takes_text ? T_FLOAT : t;
}

OperateTypes operate_types(KernOp op, TypeCode a, TypeCode b)
{
    if (is_long_power(op, a, b)) return (OperateTypes){a, T_LONG, a, kern_pow_long(a)};
    TypeCode t = operand_type(op, a, b);
    return (OperateTypes){t, t, is_compare(op) ? T_BYTE : t, kern_binary(op, t)};
}

static Status numeric_binary(KernOp op, Operand *x, Operand *y, Val *out, unsigned *math)
{
    OperateTypes t = operate_types(op, x->v->type, y->v->type);
    if (!t.kernel) return status_fail(E_TYPE, "Operation illegal with %s types.", type_is_complex(t.a) ? "complex" : "these");
    STATUS_TRY(operand_prepare(x, t.a, math));
    STATUS_TRY(operand_prepare(y, t.b, math));
    return run_binary(t.kernel, t.result, x, y, out, math);
}

Status operate_binary(KernOp op, const Val *a, bool a_dead, const Val *b, bool b_dead, Val *out, unsigned *math)
{
    if (val_is_null(a) || val_is_null(b)) return compare_null(op, a, b, out);
    if (val_is_undef(a) || a->type == T_STRUCT) return not_allowed(a);
    if (val_is_undef(b) || b->type == T_STRUCT) return not_allowed(b);
    if (!type_in(a->type, TYPES_NUMERIC | TM(STRING)) || !type_in(b->type, TYPES_NUMERIC | TM(STRING))) {
        return compare_references(op, a, b, out);
    }
    if (operand_type(op, a->type, b->type) == T_STRING) {
        if (op == KOP_AND || op == KOP_OR) return choose_strings(op, a, b, out);
        return op == KOP_ADD ? join_strings(a, b, out) : compare_strings(op, a, b, out);
    }
    Operand x = {.v = a, .reusable = a_dead}, y = {.v = b, .reusable = b_dead};
    Status s = numeric_binary(op, &x, &y, out, math);
    val_drop(&x.converted);
    val_drop(&y.converted);
    return s;
}

// --- Unary ------------------------------------------------------------------------------------------------------------

static TypeCode unary_result(KernUnaryOp op, TypeCode a)
{
    if (op == KUOP_LOGNOT || op == KUOP_TRUE || op == KUOP_ODD) return T_BYTE;
    if (op == KUOP_ABS && type_is_complex(a)) return a == T_COMPLEX ? T_FLOAT : T_DOUBLE;
    return a;
}

KernUnary operate_unary_types(KernUnaryOp op, TypeCode a, TypeCode *result)
{
    *result = unary_result(op, a);
    return kern_unary(op, a);
}

static Status unary_type(KernUnaryOp op, const Val *a, TypeCode *operand, TypeCode *result)
{
    *operand = a->type;
    if (a->type == T_STRING && (op == KUOP_NEG || op == KUOP_ABS)) *operand = T_FLOAT;
    *result = unary_result(op, *operand);
    if (a->type == T_UNDEF || a->type == T_STRUCT) return not_allowed(a);
    if (*operand == T_STRING && *result != T_BYTE) return not_allowed(a);
    return STATUS_OK;
}

// ~ of strings and references: true where empty or null.
static Status logical_not_cells(KernUnaryOp op, const Val *a, Val *out)
{
    bool want_set = op != KUOP_LOGNOT;
    if (op != KUOP_LOGNOT && op != KUOP_TRUE && op != KUOP_ODD) return not_allowed(a);
    if (!val_is_array(a)) {
        *out = val_byte((a->type == T_STRING ? str_len(a->s) != 0 : a->h != NULL) == want_set);
        return STATUS_OK;
    }
    Arr *r = arr_new_like(a->a, T_BYTE, false);
    if (!r) return (Status){E_NO_MEMORY, 0, NULL};
    for (int64_t i = 0; i < r->n; i++) {
        bool set = a->type == T_STRING ? str_len(string_at(a, i)) != 0 : reference_at(a, i) != NULL;
        ((uint8_t *)r->data)[i] = set == want_set;
    }
    *out = val_arr_take(r);
    return STATUS_OK;
}

Status operate_unary(KernUnaryOp op, const Val *a, bool a_dead, Val *out, unsigned *math)
{
    TypeCode operand, result;
    STATUS_TRY(unary_type(op, a, &operand, &result));
    if (operand == T_STRING || operand == T_PTR || operand == T_OBJ) return logical_not_cells(op, a, out);
    KernUnary kernel = kern_unary(op, operand);
    if (!kernel) return not_allowed(a);
    Operand x = {.v = a, .reusable = a_dead};
    STATUS_TRY(operand_prepare(&x, operand, math));
    const Val *v = operand_value(&x);
    Status s = STATUS_OK;
    if (!val_is_array(v)) {
        _Alignas(16) char cell[16];
        kernel(cell, val_data_peek(v), 1);
        *out = scalar_from(result, cell);
    } else {
        Arr *r = result_array(v->a, result, type_size(result) == type_size(operand) ? &x : NULL, NULL);
        if (r) {
            kernel(r->data, v->a->data, (size_t)r->n);
            *out = val_arr_take(r);
        } else {
            s = status_fail(E_NO_MEMORY, "Unable to allocate memory: to make array.");
        }
    }
    val_drop(&x.converted);
    return s;
}
