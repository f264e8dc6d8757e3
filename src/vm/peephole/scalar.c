// Start reading at scalar_binary: the type both operands are taken to, then the operator in that type.
#include "vm/peephole/scalar.h"

#include "kern/kern.h"
#include "lang/code.h"
#include "vm/call/call.h"

#include <math.h>

// The order in which types win over one another, of two of one size the left one; 0: not for us.
static const uint8_t rank_of[T_COUNT] = {
    [T_BYTE] = 1,   [T_INT] = 2,     [T_UINT] = 2,  [T_LONG] = 3,   [T_ULONG] = 3,
    [T_LONG64] = 4, [T_ULONG64] = 4, [T_FLOAT] = 5, [T_DOUBLE] = 6,
};

double scalar_double(const Val *v)
{
    switch (v->tag) {
    case T_FLOAT: return v->f;
    case T_DOUBLE: return v->d;
    case T_ULONG64: return (double)v->ull;
    default: return (double)val_whole(v);
    }
}

// Not by way of double, which would round twice.
float scalar_float(const Val *v)
{
    switch (v->tag) {
    case T_FLOAT: return v->f;
    case T_ULONG64: return (float)v->ull;
    default: return (float)val_whole(v);
    }
}

static Val whole_value(TypeCode t, uint64_t x)
{
    Val v = {.tag = t};
    switch (t) {
    case T_BYTE: v.b = (uint8_t)x; break;
    case T_INT: v.i = (int16_t)x; break;
    case T_UINT: v.ui = (uint16_t)x; break;
    case T_LONG: v.l = (int32_t)x; break;
    case T_ULONG: v.ul = (uint32_t)x; break;
    default: v.ull = x; break;
    }
    return v;
}

#define COMPARISONS(x, y, out)                       \
    case OP_EQ: *(out) = val_byte((x) == (y)); break; \
    case OP_NE: *(out) = val_byte((x) != (y)); break; \
    case OP_LT: *(out) = val_byte((x) < (y)); break;  \
    case OP_LE: *(out) = val_byte((x) <= (y)); break; \
    case OP_GT: *(out) = val_byte((x) > (y)); break;  \
    case OP_GE: *(out) = val_byte((x) >= (y)); break;

// Division by what may be zero or -1 goes the long way.
static bool whole_binary(int op, TypeCode t, int64_t x, int64_t y, Val *out)
{
    uint64_t a = (uint64_t)x, b = (uint64_t)y;
    switch (op) {
    case OP_ADD: *out = whole_value(t, a + b); break;
    case OP_SUB: *out = whole_value(t, a - b); break;
    case OP_MUL: *out = whole_value(t, a * b); break;
    case OP_AND: *out = whole_value(t, a & b); break;
    case OP_OR: *out = whole_value(t, a | b); break;
    case OP_XOR: *out = whole_value(t, a ^ b); break;
    case OP_DIV:
        if (y <= 0) return false;
        *out = whole_value(t, (uint64_t)(x / y));
        break;
    case OP_MOD:
        if (y <= 0) return false;
        *out = whole_value(t, (uint64_t)(x % y));
        break;
    case OP_MIN: *out = whole_value(t, x < y ? a : b); break;
    case OP_MAX: *out = whole_value(t, x > y ? a : b); break;
        COMPARISONS(x, y, out)
    default: return false;
    }
    return true;
}

#define REAL_BINARY(T, name, make, remainder)                                \
    static bool name(int op, T x, T y, Val *out)                             \
    {                                                                        \
        switch (op) {                                                        \
        case OP_ADD: *out = make(x + y); break;                              \
        case OP_SUB: *out = make(x - y); break;                              \
        case OP_MUL: *out = make(x * y); break;                              \
        case OP_DIV: *out = make(x / y); break;                              \
        case OP_MOD: *out = make(remainder(x, y)); break;                    \
        case OP_MIN: *out = make(x < y ? x : y); break;                      \
        case OP_MAX: *out = make(x > y ? x : y); break;                      \
            COMPARISONS(x, y, out)                                           \
        default: return false;                                               \
        }                                                                    \
        return true;                                                         \
    }
REAL_BINARY(float, float_binary, val_float, fmodf)
REAL_BINARY(double, double_binary, val_double, fmod)

static bool is_real(const Val *v) { return v->tag == T_FLOAT || v->tag == T_DOUBLE; }

// A whole number to the power of another, in the wider type.
static bool whole_power(TypeCode t, const Val *a, const Val *b, Val *out)
{
    Val x = whole_value(t, (uint64_t)val_whole(a)), y = whole_value(t, (uint64_t)val_whole(b)), r = {.tag = t};
    kern_binary(KOP_POW, t)(&r.bits, &x.bits, &y.bits, 1, KSHAPE_AA);
    *out = r;
    return true;
}

// A number to the power of a LONG or less.
static bool power(TypeCode t, const Val *a, const Val *b, Val *out)
{
    if (!is_real(a) && !is_real(b)) return whole_power(t, a, b, out);
    if (b->tag != T_INT && b->tag != T_LONG && b->tag != T_BYTE) return false;
    int32_t n = (int32_t)val_whole(b);
    Val r = {.tag = a->tag};
    if (a->tag == T_DOUBLE) kern_pow_long(T_DOUBLE)(&r.d, &a->d, &n, 1, KSHAPE_AA);
    else if (a->tag == T_FLOAT) kern_pow_long(T_FLOAT)(&r.f, &a->f, &n, 1, KSHAPE_AA);
    else return false;
    *out = r;
    return true;
}

bool scalar_binary(int op, const Val *a, const Val *b, Val *out)
{
    if (a->tag >= T_COUNT || b->tag >= T_COUNT) return false;  // arrays, strings
    int left = rank_of[a->tag], right = rank_of[b->tag];
    if (!left || !right) return false;
    TypeCode t = (TypeCode)(left >= right ? a->tag : b->tag);
    if (op == OP_POW) return power(t, a, b, out);
    switch (t) {
    case T_DOUBLE: return double_binary(op, scalar_double(a), scalar_double(b), out);
    case T_FLOAT: return float_binary(op, scalar_float(a), scalar_float(b), out);
    case T_ULONG64: return false;  // its comparisons and divisions are not those of LONG64
    case T_INT: return whole_binary(op, t, (int16_t)val_whole(a), (int16_t)val_whole(b), out);
    case T_LONG: return whole_binary(op, t, (int32_t)val_whole(a), (int32_t)val_whole(b), out);
    case T_UINT: return whole_binary(op, t, (uint16_t)val_whole(a), (uint16_t)val_whole(b), out);
    case T_ULONG: return whole_binary(op, t, (uint32_t)val_whole(a), (uint32_t)val_whole(b), out);
    default: return whole_binary(op, t, val_whole(a), val_whole(b), out);
    }
}

static bool negative(const Val *v, Val *out)
{
    switch (v->tag) {
    case T_FLOAT: *out = val_float(-v->f); return true;
    case T_DOUBLE: *out = val_double(-v->d); return true;
    default: *out = whole_value((TypeCode)v->tag, 0 - (uint64_t)val_whole(v)); return true;
    }
}

bool scalar_unary(int op, const Val *v, Val *out)
{
    if (v->tag >= T_COUNT || !rank_of[v->tag]) return false;
    switch (op) {
    case OP_NEG: return negative(v, out);
    case OP_LNOT: *out = val_byte(is_real(v) ? scalar_double(v) == 0 : val_whole(v) == 0); return true;
    case OP_NOT:
        if (is_real(v)) return false;
        *out = whole_value((TypeCode)v->tag, ~(uint64_t)val_whole(v));
        return true;
    default: return false;
    }
}

bool scalar_each(int each, const Val *v, Val *out)
{
    if (v->tag >= T_COUNT || !rank_of[v->tag]) return false;
    TypeCode t = (TypeCode)v->tag;
    Val r = VAL_UNDEF;
    if (each == EACH_ABS) {
        r.tag = t;
        kern_unary(KUOP_ABS, t)(&r.bits, &v->bits, 1);
    } else if (each >= EACH_CAST(0)) {
        r.tag = (uint16_t)(each - EACH_CAST(0));
        if (r.tag == T_DCOMPLEX) return false;
        kern_convert((TypeCode)r.tag, t)(&r.bits, &v->bits, 1);
    } else {
        Val x = t == T_FLOAT || t == T_DOUBLE ? *v : val_float(scalar_float(v));
        r.tag = x.tag;
        kern_math((KernMathFn)(each - EACH_MATH(0)), (TypeCode)r.tag)(&r.bits, &x.bits, 1);
    }
    *out = r;
    return true;
}
