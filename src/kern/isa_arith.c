// The loops of all operators for all numeric types, and the tables that list them. Compiled once per instruction set;
// what an operator does to one element is in ops_*.tmpl.h, the loop itself in binary.tmpl.h and unary.tmpl.h.
#include "kern/isa.h"
#include "kern/math_float.h"

#include <math.h>
#include <string.h>

enum { MATH_BLOCK = 256 };

#define T uint8_t
#define TN BYTE
#define W uint32_t
#define IS_SIGNED 0
#define Q float
#include "kern/type_int.tmpl.h"

#define T int16_t
#define TN INT
#define W uint32_t
#define IS_SIGNED 1
#define Q float
#include "kern/type_int.tmpl.h"

#define T uint16_t
#define TN UINT
#define W uint32_t
#define IS_SIGNED 0
#define Q float
#include "kern/type_int.tmpl.h"

#define T int32_t
#define TN LONG
#define W uint32_t
#define IS_SIGNED 1
#include "kern/type_int.tmpl.h"

#define T uint32_t
#define TN ULONG
#define W uint32_t
#define IS_SIGNED 0
#include "kern/type_int.tmpl.h"

#define T int64_t
#define TN LONG64
#define W uint64_t
#define IS_SIGNED 1
#include "kern/type_int.tmpl.h"

#define T uint64_t
#define TN ULONG64
#define W uint64_t
#define IS_SIGNED 0
#include "kern/type_int.tmpl.h"

#define T float
#define TN FLOAT
#define M(name) name##f
#define OWN_POW
#include "kern/type_real.tmpl.h"
#undef OWN_POW
#define FN pow
#define CORE mf_pow_log
#define LIMIT limit_exponent
#define LAST mf_exp
#define OK OK_POW_FLOAT
#define LIBM powf
#include "kern/math2.tmpl.h"

#define T double
#define TN DOUBLE
#define M(name) name
#include "kern/type_real.tmpl.h"

#define T Cx
#define TN COMPLEX
#define P float
#define IS_WIDE 0
#include "kern/type_complex.tmpl.h"

#define T Dcx
#define TN DCOMPLEX
#define P double
#define IS_WIDE 1
#include "kern/type_complex.tmpl.h"

#define INTEGERS(fn)                                                                                     \
    [T_BYTE] = loop_##fn##_BYTE, [T_INT] = loop_##fn##_INT, [T_UINT] = loop_##fn##_UINT,                 \
    [T_LONG] = loop_##fn##_LONG, [T_ULONG] = loop_##fn##_ULONG, [T_LONG64] = loop_##fn##_LONG64,         \
    [T_ULONG64] = loop_##fn##_ULONG64
#define REALS(fn) [T_FLOAT] = loop_##fn##_FLOAT, [T_DOUBLE] = loop_##fn##_DOUBLE
#define COMPLEXES(fn) [T_COMPLEX] = loop_##fn##_COMPLEX, [T_DCOMPLEX] = loop_##fn##_DCOMPLEX
#define ALL(fn) {INTEGERS(fn), REALS(fn), COMPLEXES(fn)}

const KernBinary ISA_NAME(kern_binary_table)[KOP_COUNT][T_COUNT] = {
    [KOP_ADD] = ALL(add),
    [KOP_SUB] = ALL(sub),
    [KOP_MUL] = ALL(mul),
    [KOP_DIV] = ALL(div),
    [KOP_MOD] = {INTEGERS(mod), REALS(mod)},
    [KOP_POW] = ALL(pow),
    [KOP_MIN] = ALL(min),
    [KOP_MAX] = ALL(max),
    [KOP_EQ] = ALL(eq),
    [KOP_NE] = ALL(ne),
    [KOP_LT] = ALL(lt),
    [KOP_LE] = ALL(le),
    [KOP_GT] = ALL(gt),
    [KOP_GE] = ALL(ge),
    [KOP_AND] = ALL(and),
    [KOP_OR] = ALL(or),
    [KOP_XOR] = {INTEGERS(xor)},
};

const KernBinary ISA_NAME(kern_pow_long_table)[T_COUNT] = {REALS(powl), COMPLEXES(powl)};

const KernUnary ISA_NAME(kern_unary_table)[KUOP_COUNT][T_COUNT] = {
    [KUOP_NEG] = ALL(neg),
    [KUOP_NOT] = {INTEGERS(not), REALS(not)},
    [KUOP_LOGNOT] = ALL(lognot),
    [KUOP_TRUE] = ALL(truth),
    [KUOP_ODD] = {INTEGERS(odd)},
    [KUOP_ABS] = ALL(abs),
};
