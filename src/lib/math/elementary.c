// Functions of one number: SQRT, EXP, logarithms, trigonometric, hyperbolic, GAMMA, ERF; ATAN of two; POLY. The result is
// DOUBLE or complex where the argument is, else FLOAT; the loops are kern's, complex ones the C library's. Start reading
// at apply.
#include "kern/kern.h"
#include "lib/array/axis.h"
#include "lib/format/convert.h"
#include "vm/array/convert.h"
#include "vm/array/operate.h"
#include "vm/peephole/scalar.h"

#include <complex.h>
#include <math.h>

typedef double complex (*ComplexFn)(double complex);
typedef struct Elementary {
    KernMathFn real;
    ComplexFn z;  // NULL: not for complex numbers
} Elementary;

enum { POLL_EVERY = 1 << 18 };

static void loop_real(Call *c, KernMathFn fn, TypeCode t, char *out, const char *in, int64_t n)
{
    KernUnary kernel = kern_math(fn, t);
    for (int64_t at = 0; at < n; at += POLL_EVERY) {
        size_t m = (size_t)(n - at < POLL_EVERY ? n - at : POLL_EVERY), skip = (size_t)at * type_size(t);
        kernel(out + skip, in + skip, m);
        call_poll(c);
    }
}

// COMPLEX is computed in double precision too.
static void loop_complex(Call *c, ComplexFn fn, TypeCode t, void *out, const void *p, int64_t n)
{
    for (int64_t i = 0; i < n; i++) {
        double re = t == T_COMPLEX ? (double)((const Cx *)p)[i].re : ((const Dcx *)p)[i].re;
        double im = t == T_COMPLEX ? (double)((const Cx *)p)[i].im : ((const Dcx *)p)[i].im;
        double complex y = fn(CMPLX(re, im));
        if (t == T_COMPLEX) ((Cx *)out)[i] = (Cx){(float)creal(y), (float)cimag(y)};
        else ((Dcx *)out)[i] = (Dcx){creal(y), cimag(y)};
        if (!(i & 0xFFFF)) call_poll(c);
    }
}

static const Val *floating(Call *c, int i)
{
    const Val *v = call_arg(c, i);
    if (v->type != T_STRING) axis_need_numeric(c, v, i);
    return call_convert(c, v, type_in(v->type, TYPES_REAL | TYPES_COMPLEX) ? (TypeCode)v->type : T_FLOAT);
}

static void apply(Call *c, const Elementary *fn)
{
    void *out;
    const Val *v = floating(c, 0);
    if (type_is_complex(v->type) && !fn->z) {
        throw_msg(c, E_TYPE, "Complex expression not allowed in this context: %s.", call_arg_name(c, 0));
    }
    Val *cell = convert_new_like(c, v, v->type, &out);
    const void *p = val_data_peek(v);
    int64_t n = val_count(v);
    if (type_is_complex(v->type)) loop_complex(c, fn->z, v->type, out, p, n);
    else loop_real(c, fn->real, v->type, out, p, n);
    call_return_take(c, val_take(cell));
}

static double complex log10_complex(double complex z) { return clog(z) / M_LN10; }
static double complex log2_complex(double complex z) { return clog(z) / M_LN2; }

// F(routine, row of KERN_MATH_LIST, function of complex numbers). Manual: each under its name.
#define FUNCTIONS(F)             \
    F(sqrt, SQRT, csqrt)         \
    F(exp, EXP, cexp)            \
    F(alog, ALOG, clog)          \
    F(alog10, ALOG10, log10_complex) \
    F(alog2, ALOG2, log2_complex) \
    F(sin, SIN, csin)            \
    F(cos, COS, ccos)            \
    F(tan, TAN, ctan)            \
    F(asin, ASIN, casin)         \
    F(acos, ACOS, cacos)         \
    F(sinh, SINH, csinh)         \
    F(cosh, COSH, ccosh)         \
    F(tanh, TANH, ctanh)         \
    F(gamma, GAMMA, NULL)        \
    F(lngamma, LNGAMMA, NULL)    \
    F(erf, ERF, NULL)            \
    F(erfc, ERFC, NULL)

#define DEFINE(name, real, z) \
    static void fn_##name(Call *c) { apply(c, &(Elementary){KMF_##real, z}); }
FUNCTIONS(DEFINE)

// --- ATAN -----------------------------------------------------------------------------------------------------------

#define ATAN_KEYWORDS(K, R) K(R, PHASE, FLAG)
KEYWORDS(ATAN)

// The angle of each pair; the shorter array sets the length, a scalar goes with each element.
static void atan_pairs(Call *c, const Val *y, const Val *x)
{
    void *out;
    TypeCode t = y->type == T_DOUBLE || x->type == T_DOUBLE ? T_DOUBLE : T_FLOAT;
    const Val *shape = !val_is_array(y) || (val_is_array(x) && x->a->n < y->a->n) ? x : y;
    const void *p = val_data_peek(call_convert(c, y, t)), *q = val_data_peek(call_convert(c, x, t));
    int64_t n = val_count(shape);
    size_t size = type_size(t), sy = val_is_array(y) ? size : 0, sx = val_is_array(x) ? size : 0;
    int pairing = !sx ? KSHAPE_AS : sy ? KSHAPE_AA : KSHAPE_SA;
    Val *cell = convert_new_like(c, shape, t, &out);
    for (int64_t at = 0; at < n; at += POLL_EVERY) {
        size_t m = (size_t)(n - at < POLL_EVERY ? n - at : POLL_EVERY), i = (size_t)at;
        kern_atan2(t)((char *)out + i * size, (const char *)p + i * sy, (const char *)q + i * sx, m, pairing);
        call_poll(c);
    }
    call_return_take(c, val_take(cell));
}

static bool is_number(const Val *v) { return v->tag < T_COUNT && type_in(v->type, TYPES_INTEGER | TYPES_REAL); }

static bool atan_alone(const Val *y, const Val *x, Val *out)
{
    if (!x || !is_number(y) || !is_number(x)) return false;
    bool is_double = y->tag == T_DOUBLE || x->tag == T_DOUBLE;
    Val p = is_double ? val_double(scalar_double(y)) : val_float(scalar_float(y));
    Val q = is_double ? val_double(scalar_double(x)) : val_float(scalar_float(x)), r = {.tag = p.tag};
    kern_atan2(p.type)(&r.bits, &p.bits, &q.bits, 1, KSHAPE_AA);
    *out = r;
    return true;
}

static void atan_phase(Call *c, const Val *z)
{
    void *out;
    bool wide = z->type == T_DCOMPLEX;
    Val *cell = convert_new_like(c, z, wide ? T_DOUBLE : T_FLOAT, &out);
    const void *p = val_data_peek(z);
    for (int64_t i = 0, n = val_count(z); i < n; i++) {
        if (wide) kern_atan2(T_DOUBLE)((double *)out + i, &((const Dcx *)p)[i].im, &((const Dcx *)p)[i].re, 1, KSHAPE_AA);
        else kern_atan2(T_FLOAT)((float *)out + i, &((const Cx *)p)[i].im, &((const Cx *)p)[i].re, 1, KSHAPE_AA);
    }
    call_return_take(c, val_take(cell));
}

// -i ln((x + iy) / sqrt(x^2 + y^2)) of each pair, as atan_pairs.
static void atan_complex_pairs(Call *c, const Val *y, const Val *x)
{
    void *out;
    TypeCode t = type_promote((TypeCode)y->type, (TypeCode)x->type);
    const Val *shape = !val_is_array(y) || (val_is_array(x) && x->a->n < y->a->n) ? x : y;
    const Dcx *p = val_data_peek(call_convert(c, y, T_DCOMPLEX)), *q = val_data_peek(call_convert(c, x, T_DCOMPLEX));
    size_t sy = val_is_array(y), sx = val_is_array(x), n = (size_t)val_count(shape);
    Val *cell = convert_new_like(c, shape, t, &out);
    for (size_t i = 0; i < n; i++) {
        double complex a = CMPLX(p[i * sy].re, p[i * sy].im), b = CMPLX(q[i * sx].re, q[i * sx].im);
        double complex z = clog((b + I * a) / csqrt(b * b + a * a));
        if (t == T_DCOMPLEX) ((Dcx *)out)[i] = (Dcx){cimag(z), -creal(z)};
        else ((Cx *)out)[i] = (Cx){(float)cimag(z), (float)-creal(z)};
        if (!(i & 0xFFFF)) call_poll(c);
    }
    call_return_take(c, val_take(cell));
}

// ATAN(X | Y, X [, /PHASE]): the angle whose tangent is X, or Y/X (in all four quadrants); of a complex number with
// /PHASE its angle. Manual: ATAN.
static void fn_atan(Call *c)
{
    const Val *y = floating(c, 0);
    if (c->argc > 1) {
        const Val *x = floating(c, 1);
        if (type_is_complex(y->type) || type_is_complex(x->type)) atan_complex_pairs(c, y, x);
        else atan_pairs(c, y, x);
    } else if (type_is_complex(y->type) && call_kw_set(c, KW_ATAN_PHASE)) {
        atan_phase(c, y);
    } else {
        apply(c, &(Elementary){KMF_ATAN, catan});
    }
}

// --- POLY -----------------------------------------------------------------------------------------------------------

// *y := *y op b; `other` is room.
static void operate(Call *c, KernOp op, Val *y, const Val *b, Val *other)
{
    unsigned math = 0;
    TRY(c, operate_binary(op, y, false, b, false, other, &math));
    val_set_take(y, val_take(other));
}

// POLY(X, C): C[0] + C[1]*X + C[2]*X^2 + ... Manual: POLY.
static void fn_poly(Call *c)
{
    const Val *x = call_arg(c, 0), *k = call_arg(c, 1), zero = val_int(0);
    axis_need_numeric(c, x, 0);
    axis_need_numeric(c, k, 1);
    int64_t n = val_count(k);
    Val *y = call_keep_take(c, val_copy(x)), *other = call_keep_take(c, VAL_UNDEF), *term = call_keep_take(c, VAL_UNDEF);
    operate(c, KOP_MUL, y, &zero, other);
    for (int64_t i = n - 1; i >= 0; i--) {
        call_poll(c);
        val_set_take(term, val_is_array(k) ? arr_get(k->a, i) : val_copy(k));
        if (i < n - 1) operate(c, KOP_MUL, y, x, other);
        operate(c, KOP_ADD, y, term, other);
    }
    call_return_take(c, val_take(y));
}

// SIN, COS, TAN, SINH, COSH, TANH(X): The function of an angle in radians, element by element; FLOAT, or DOUBLE of
// DOUBLE, or complex.

// ASIN, ACOS(X): The angle in radians whose sine or cosine is X, element by element.

// EXP, SQRT(X): The power of e, the square root, element by element; SQRT of what is negative is NaN.

// ALOG, ALOG10, ALOG2(X): The logarithm to the base e, 10 or 2, element by element.

// ERF, ERFC(X): The error function, and 1 minus it.

// GAMMA, LNGAMMA(X): The gamma function, and the logarithm of its magnitude.

static const Routine rows[] = {
    {"SQRT", FUNCTION, {1, 1}, fn_sqrt, "X", .each = EACH_MATH(KMF_SQRT), .pooled = true},
    {"EXP", FUNCTION, {1, 1}, fn_exp, "X", .each = EACH_MATH(KMF_EXP), .pooled = true},
    {"ALOG", FUNCTION, {1, 1}, fn_alog, "X", .each = EACH_MATH(KMF_ALOG), .pooled = true},
    {"ALOG10", FUNCTION, {1, 1}, fn_alog10, "X", .each = EACH_MATH(KMF_ALOG10), .pooled = true},
    {"ALOG2", FUNCTION, {1, 1}, fn_alog2, "X", .each = EACH_MATH(KMF_ALOG2), .pooled = true},
    {"SIN", FUNCTION, {1, 1}, fn_sin, "X", .each = EACH_MATH(KMF_SIN), .pooled = true},
    {"COS", FUNCTION, {1, 1}, fn_cos, "X", .each = EACH_MATH(KMF_COS), .pooled = true},
    {"TAN", FUNCTION, {1, 1}, fn_tan, "X", .each = EACH_MATH(KMF_TAN), .pooled = true},
    {"ASIN", FUNCTION, {1, 1}, fn_asin, "X", .each = EACH_MATH(KMF_ASIN), .pooled = true},
    {"ACOS", FUNCTION, {1, 1}, fn_acos, "X", .each = EACH_MATH(KMF_ACOS), .pooled = true},
    {"ATAN", FUNCTION, {1, 2}, fn_atan, "[Y,] X", KEYS(ATAN), .each = EACH_MATH(KMF_ATAN), .alone = atan_alone,
     .pooled = true},
    {"SINH", FUNCTION, {1, 1}, fn_sinh, "X", .each = EACH_MATH(KMF_SINH), .pooled = true},
    {"COSH", FUNCTION, {1, 1}, fn_cosh, "X", .each = EACH_MATH(KMF_COSH), .pooled = true},
    {"TANH", FUNCTION, {1, 1}, fn_tanh, "X", .each = EACH_MATH(KMF_TANH), .pooled = true},
    {"GAMMA", FUNCTION, {1, 1}, fn_gamma, "Z", .each = EACH_MATH(KMF_GAMMA), .pooled = true},
    {"LNGAMMA", FUNCTION, {1, 1}, fn_lngamma, "Z", .each = EACH_MATH(KMF_LNGAMMA), .pooled = true},
    {"ERF", FUNCTION, {1, 1}, fn_erf, "Z", .each = EACH_MATH(KMF_ERF), .pooled = true},
    {"ERFC", FUNCTION, {1, 1}, fn_erfc, "Z", .each = EACH_MATH(KMF_ERFC), .pooled = true},
    {"POLY", FUNCTION, {2, 2}, fn_poly, "X, C"},
};
ROUTINE_TABLE(lib_elementary, rows)
