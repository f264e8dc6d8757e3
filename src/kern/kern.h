// Kern: loops over raw element arrays, one function an operator and type. No Val, no Arr, no errors: the caller has
// made the types equal and the room. The loops exist once per instruction set; the best one the CPU has is picked at
// first use (HELIO_ISA=base|v3|v4 forces one).
#ifndef HELIO_KERN_KERN_H
#define HELIO_KERN_KERN_H

#include "core/type.h"

// X(enumerator, template function)
#define KERN_OP_LIST(X) \
    X(ADD, add)         \
    X(SUB, sub)         \
    X(MUL, mul)         \
    X(DIV, div)         \
    X(MOD, mod)         \
    X(POW, pow)         \
    X(MIN, min)         \
    X(MAX, max)         \
    X(EQ, eq)           \
    X(NE, ne)           \
    X(LT, lt)           \
    X(LE, le)           \
    X(GT, gt)           \
    X(GE, ge)           \
    X(AND, and)         \
    X(OR, or)           \
    X(XOR, xor)

typedef enum KernOp {
#define X(name, fn) KOP_##name,
    KERN_OP_LIST(X)
#undef X
    KOP_COUNT,
} KernOp;

// NEG - ; NOT the bitwise operator (of reals: 1 where zero, else 0); LOGNOT ~ , TRUE non-zero and ODD write bytes;
// ABS of a complex type writes its real type.
#define KERN_UNARY_LIST(X) \
    X(NEG, neg)            \
    X(NOT, not )           \
    X(LOGNOT, lognot)      \
    X(TRUE, truth)         \
    X(ODD, odd)            \
    X(ABS, abs)

typedef enum KernUnaryOp {
#define X(name, fn) KUOP_##name,
    KERN_UNARY_LIST(X)
#undef X
    KUOP_COUNT,
} KernUnaryOp;

// X(enumerator, template function): its loops are in isa_math.c
#define KERN_MATH_LIST(X) \
    X(SQRT, sqrt)         \
    X(EXP, exp)           \
    X(ALOG, log)          \
    X(ALOG10, log10)      \
    X(ALOG2, log2)        \
    X(SIN, sin)           \
    X(COS, cos)           \
    X(TAN, tan)           \
    X(ASIN, asin)         \
    X(ACOS, acos)         \
    X(ATAN, atan)         \
    X(SINH, sinh)         \
    X(COSH, cosh)         \
    X(TANH, tanh)         \
    X(GAMMA, tgamma)      \
    X(LNGAMMA, log_gamma) \
    X(ERF, erf)           \
    X(ERFC, erfc)

typedef enum KernMathFn {
#define X(name, fn) KMF_##name,
    KERN_MATH_LIST(X)
#undef X
    KMF_COUNT,
} KernMathFn;

// Math errors, with CHECK_MATH's own bits. Kernels report only integer division; the floating-point ones are left in
// the hardware's flags.
enum {
    KMATH_INT_DIVIDE_BY_ZERO = 1,
    KMATH_INT_OVERFLOW = 2,
    KMATH_FLOAT_DIVIDE_BY_ZERO = 16,
    KMATH_UNDERFLOW = 32,
    KMATH_OVERFLOW = 64,
    KMATH_ILLEGAL = 128,
};

enum { KSHAPE_AA, KSHAPE_AS, KSHAPE_SA };  // array-array, b is one scalar, a is one scalar

// Both operands of one type; comparisons write uint8_t, everything else the operands' type. out may equal a or b
// (comparisons: only where the element size is 1). Returns KMATH_ bits.
typedef unsigned (*KernBinary)(void *out, const void *a, const void *b, size_t n, int shape);
typedef void (*KernUnary)(void *out, const void *a, size_t n);  // out may equal a if the element sizes agree

// NULL where IDL does not allow the operator for the type.
// Integers wrap; x/0 is x and x mod 0 is 0, with KMATH_INT_DIVIDE_BY_ZERO; MOD has the sign of its first operand;
// < and > give the second operand when either is NaN; complex < > LT LE GT GE go by magnitude; AND OR of other than
// integers choose between the operands.
KernBinary kern_binary(KernOp op, TypeCode t);
// The base is of type t (FLOAT, DOUBLE, COMPLEX, DCOMPLEX), the exponent LONG.
KernBinary kern_pow_long(TypeCode t);
KernUnary kern_unary(KernUnaryOp op, TypeCode t);
// A function of FLOAT or DOUBLE numbers; NULL for other types. out may equal a.
KernUnary kern_math(KernMathFn fn, TypeCode t);

// The angle of (b, a) in all four quadrants: FLOAT, DOUBLE.
KernBinary kern_atan2(TypeCode t);

// Lowers *lowest and raises *highest to the extremes of n real numbers; true when one has changed. A NaN in either stays,
// others are passed over; of equal numbers the first counts. NULL for other types.
typedef bool (*KernWiden)(void *lowest, void *highest, const void *data, size_t n);
KernWiden kern_widen(TypeCode t);

// Truths, one bit each, the lowest first, in words of 64.
typedef struct KernSelect {
    // Bits of n bytes, set where not zero, the rest of the last word clear; how many are set.
    int64_t (*pack)(uint64_t *bits, const uint8_t *t, size_t n);
    // The numbers (int64_t if wide, else int32_t) of those of n bits that are set, or clear if not `wanted`: `count` of them.
    void (*expand)(void *out, bool wide, const uint64_t *bits, size_t n, int64_t count, bool wanted);
} KernSelect;
const KernSelect *kern_select(void);

// Conversion between numeric types: towards zero, integers wrap, out of range as x86 converts (BYTE, INT, UINT by way
// of LONG; ULONG by way of LONG64); complex to real takes the real part. out may equal in only if to == from.
KernUnary kern_convert(TypeCode to, TypeCode from);

// The instruction set in use: "base", "v3" or "v4".
const char *kern_isa_name(void);

#endif
