// Functions of one number: SQRT, EXP, logarithms, trigonometric, hyperbolic, GAMMA, ERF; ATAN of two; POLY. The result is
// DOUBLE or complex where the argument is, else FLOAT; the C library computes. Start reading at apply.
#include "lib/array/axis.h"
#include "lib/format/convert.h"
#include "vm/convert.h"
#include "vm/operate.h"

#include <complex.h>
#include <math.h>

typedef double complex (*ComplexFn)(double complex);
typedef struct Elementary {
    float (*f)(float);
    double (*d)(double);
    ComplexFn z;  // NULL: not for complex numbers
} Elementary;

enum { POLL_EVERY = 1 << 18 };

static void loop_float(Call *c, const Elementary *fn, float *out, const float *p, int64_t n)
{
    for (int64_t at = 0; at < n; at += POLL_EVERY) {
        int64_t end = n - at < POLL_EVERY ? n : at + POLL_EVERY;
        if (fn->f == sqrtf) {
            for (int64_t i = at; i < end; i++) out[i] = sqrtf(p[i]);
        } else {
            for (int64_t i = at; i < end; i++) out[i] = fn->f(p[i]);
        }
        call_poll(c);
    }
}

static void loop_double(Call *c, const Elementary *fn, double *out, const double *p, int64_t n)
{
    for (int64_t at = 0; at < n; at += POLL_EVERY) {
        int64_t end = n - at < POLL_EVERY ? n : at + POLL_EVERY;
        if (fn->d == sqrt) {
            for (int64_t i = at; i < end; i++) out[i] = sqrt(p[i]);
        } else {
            for (int64_t i = at; i < end; i++) out[i] = fn->d(p[i]);
        }
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
    if (v->type != T_STRING) axis_need_numeric(c, v, call_arg_name(c, i));
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
    if (v->type == T_FLOAT) loop_float(c, fn, out, p, n);
    else if (v->type == T_DOUBLE) loop_double(c, fn, out, p, n);
    else loop_complex(c, fn->z, v->type, out, p, n);
    call_return_take(c, val_take(cell));
}

static double complex log10_complex(double complex z) { return clog(z) / M_LN10; }
static double complex log2_complex(double complex z) { return clog(z) / M_LN2; }
static double log_gamma(double x)
{
    int sign;
    return lgamma_r(x, &sign);
}
static float log_gamma_f(float x) { return (float)log_gamma(x); }

// F(routine, function of floats, of doubles, of complex numbers). Manual: each under its name.
#define FUNCTIONS(F)                       \
    F(sqrt, sqrtf, sqrt, csqrt)            \
    F(exp, expf, exp, cexp)                \
    F(alog, logf, log, clog)               \
    F(alog10, log10f, log10, log10_complex) \
    F(alog2, log2f, log2, log2_complex)    \
    F(sin, sinf, sin, csin)                \
    F(cos, cosf, cos, ccos)                \
    F(tan, tanf, tan, ctan)                \
    F(asin, asinf, asin, casin)            \
    F(acos, acosf, acos, cacos)            \
    F(sinh, sinhf, sinh, csinh)            \
    F(cosh, coshf, cosh, ccosh)            \
    F(tanh, tanhf, tanh, ctanh)            \
    F(gamma, tgammaf, tgamma, NULL)        \
    F(lngamma, log_gamma_f, log_gamma, NULL) \
    F(erf, erff, erf, NULL)                \
    F(erfc, erfcf, erfc, NULL)

#define DEFINE(name, f, d, z) \
    static void fn_##name(Call *c) { apply(c, &(Elementary){f, d, z}); }
FUNCTIONS(DEFINE)

// --- ATAN -----------------------------------------------------------------------------------------------------------

#define ATAN_KEYWORDS(K) K(ATAN, PHASE)
KEYWORDS(ATAN)

// The angle of each pair; the shorter array sets the length, a scalar goes with each element.
static void atan_pairs(Call *c, const Val *y, const Val *x)
{
    void *out;
    TypeCode t = y->type == T_DOUBLE || x->type == T_DOUBLE ? T_DOUBLE : T_FLOAT;
    const Val *shape = !val_is_array(y) || (val_is_array(x) && x->a->n < y->a->n) ? x : y;
    const void *p = val_data_peek(call_convert(c, y, t)), *q = val_data_peek(call_convert(c, x, t));
    int64_t n = val_count(shape), sy = val_is_array(y), sx = val_is_array(x);
    Val *cell = convert_new_like(c, shape, t, &out);
    for (int64_t i = 0; i < n; i++) {
        if (t == T_FLOAT) ((float *)out)[i] = atan2f(((const float *)p)[i * sy], ((const float *)q)[i * sx]);
        else ((double *)out)[i] = atan2(((const double *)p)[i * sy], ((const double *)q)[i * sx]);
        if (!(i & 0x3FFFF)) call_poll(c);
    }
    call_return_take(c, val_take(cell));
}

static void atan_phase(Call *c, const Val *z)
{
    void *out;
    bool wide = z->type == T_DCOMPLEX;
    Val *cell = convert_new_like(c, z, wide ? T_DOUBLE : T_FLOAT, &out);
    const void *p = val_data_peek(z);
    for (int64_t i = 0, n = val_count(z); i < n; i++) {
        if (wide) ((double *)out)[i] = atan2(((const Dcx *)p)[i].im, ((const Dcx *)p)[i].re);
        else ((float *)out)[i] = atan2f(((const Cx *)p)[i].im, ((const Cx *)p)[i].re);
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
        if (type_is_complex(y->type) || type_is_complex(x->type)) {
            throw_msg(c, E_TYPE, "Complex expression not allowed in this context: %s.", call_arg_name(c, 0));
        }
        atan_pairs(c, y, x);
    } else if (type_is_complex(y->type) && call_kw_set(c, KW_ATAN_PHASE)) {
        atan_phase(c, y);
    } else {
        apply(c, &(Elementary){atanf, atan, catan});
    }
}

// --- POLY -----------------------------------------------------------------------------------------------------------

static Val *operate(Call *c, KernOp op, const Val *a, const Val *b)
{
    unsigned math = 0;
    Val *out = call_keep_take(c, VAL_UNDEF);
    TRY(c, operate_binary(op, a, false, b, false, out, &math));
    return out;
}

// POLY(X, C): C[0] + C[1]*X + C[2]*X^2 + ... Manual: POLY.
static void fn_poly(Call *c)
{
    const Val *x = call_arg(c, 0), *k = call_arg(c, 1);
    axis_need_numeric(c, x, call_arg_name(c, 0));
    axis_need_numeric(c, k, call_arg_name(c, 1));
    int64_t n = val_count(k);
    Val *zero = call_keep_take(c, val_int(0));
    Val *y = operate(c, KOP_MUL, x, zero);
    for (int64_t i = n - 1; i >= 0; i--) {
        Val *term = call_keep_take(c, val_is_array(k) ? arr_get(k->a, i) : val_copy(k));
        Val *product = i == n - 1 ? y : operate(c, KOP_MUL, y, x);
        Val *next = operate(c, KOP_ADD, product, term);
        if (product != y) val_drop(product);
        val_drop(y);
        y = next;
    }
    call_return_take(c, val_take(y));
}

static const Routine rows[] = {
    ROW_FUN0(SQRT, 1, 1, fn_sqrt, "Result = SQRT(X)"),
    ROW_FUN0(EXP, 1, 1, fn_exp, "Result = EXP(X)"),
    ROW_FUN0(ALOG, 1, 1, fn_alog, "Result = ALOG(X)"),
    ROW_FUN0(ALOG10, 1, 1, fn_alog10, "Result = ALOG10(X)"),
    ROW_FUN0(ALOG2, 1, 1, fn_alog2, "Result = ALOG2(X)"),
    ROW_FUN0(SIN, 1, 1, fn_sin, "Result = SIN(X)"),
    ROW_FUN0(COS, 1, 1, fn_cos, "Result = COS(X)"),
    ROW_FUN0(TAN, 1, 1, fn_tan, "Result = TAN(X)"),
    ROW_FUN0(ASIN, 1, 1, fn_asin, "Result = ASIN(X)"),
    ROW_FUN0(ACOS, 1, 1, fn_acos, "Result = ACOS(X)"),
    ROW_FUN(ATAN, 1, 2, fn_atan, "Result = ATAN(X [, /PHASE]) or ATAN(Y, X)"),
    ROW_FUN0(SINH, 1, 1, fn_sinh, "Result = SINH(X)"),
    ROW_FUN0(COSH, 1, 1, fn_cosh, "Result = COSH(X)"),
    ROW_FUN0(TANH, 1, 1, fn_tanh, "Result = TANH(X)"),
    ROW_FUN0(GAMMA, 1, 1, fn_gamma, "Result = GAMMA(Z)"),
    ROW_FUN0(LNGAMMA, 1, 1, fn_lngamma, "Result = LNGAMMA(Z)"),
    ROW_FUN0(ERF, 1, 1, fn_erf, "Result = ERF(Z)"),
    ROW_FUN0(ERFC, 1, 1, fn_erfc, "Result = ERFC(Z)"),
    ROW_FUN0(POLY, 2, 2, fn_poly, "Result = POLY(X, C)"),
};
ROUTINE_TABLE(lib_elementary, rows)
