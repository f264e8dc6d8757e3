// The loops of functions of one real number, and of ATAN of two. Compiled once per instruction set: SQRT becomes an
// instruction, the elementary functions are in math_float.h and math_double.h, and the C library does the rest, element by
// element.
#include "kern/isa.h"
#include "kern/math_double.h"
#include "kern/math_float.h"

enum {
    MATH_BLOCK = 256,  // elements whose way is the same: that of ordinary ones, or one for all kinds
    MATH_LANES = 16,   // of the widest vectors; the last block is filled up to a multiple
};

static double log_gamma(double x)
{
    int sign;
    return lgamma_r(x, &sign);
}
static float log_gammaf(float x) { return (float)log_gamma(x); }

// Of a FLOAT that is huge, sinf and its like are off by up to 1.25 units; of one that is subnormal they count an underflow.
static float sin_odd(float x) { return is_within(x, 1) ? sinf(x) : (float)sin(x); }
static float cos_odd(float x) { return (float)cos(x); }
static float tan_odd(float x) { return is_within(x, 1) ? tanf(x) : (float)tan(x); }

// --- FLOAT ------------------------------------------------------------------------------------------------------------

#define T float
#define BITS int32_t
#define TN FLOAT
#define FN exp
#define CORE mf_exp
#define FIRST exp_first
#define LAST exp_last
#define RANGE EXP_FLOAT
#define LIBM expf
#include "kern/math.tmpl.h"
#define FN log
#define CORE mf_log
#define FIRST log_first
#define LAST log_last
#define RANGE LOG_FLOAT
#define LIBM logf
#include "kern/math.tmpl.h"
#define FN log10
#define CORE mf_log10
#define FIRST log_first
#define LAST log10_last
#define RANGE LOG_FLOAT
#define LIBM log10f
#include "kern/math.tmpl.h"
#define FN log2
#define CORE mf_log2
#define FIRST log_first
#define LAST log2_last
#define RANGE LOG_FLOAT
#define LIBM log2f
#include "kern/math.tmpl.h"
#define FN sin
#define CORE mf_sin
#define FIRST sin_first
#define LAST half_turn
#define NEAR 0x1.921fb4p+0
#define RANGE SIN_FLOAT
#define LIBM sin_odd
#include "kern/math.tmpl.h"
#define FN cos
#define CORE mf_cos
#define FIRST cos_first
#define LAST half_turn
#define RANGE COS_FLOAT
#define LIBM cos_odd
#include "kern/math.tmpl.h"
#define FN tan
#define CORE mf_tan
#define RANGE SIN_FLOAT
#define LIBM tan_odd
#include "kern/math.tmpl.h"
#define FN asin
#define CORE mf_asin
#define RANGE ASIN_FLOAT
#define LIBM asinf
#include "kern/math.tmpl.h"
#define FN acos
#define CORE mf_acos
#define RANGE ACOS_FLOAT
#define LIBM acosf
#include "kern/math.tmpl.h"
#define FN atan
#define CORE mf_atan
#define RANGE ATAN_FLOAT
#define LIBM atanf
#include "kern/math.tmpl.h"
#define FN sinh
#define CORE mf_sinh
#define RANGE SINH_FLOAT
#define LIBM sinhf
#include "kern/math.tmpl.h"
#define FN cosh
#define CORE mf_cosh
#define RANGE EXP_FLOAT
#define LIBM coshf
#include "kern/math.tmpl.h"
#define FN tanh
#define CORE mf_tanh
#define RANGE SINH_FLOAT
#define LIBM tanhf
#include "kern/math.tmpl.h"
#undef T
#undef BITS
#undef TN

#define FN atan2
#define CORE mf_atan2
#define OK OK_ATAN2_FLOAT
#define LIBM atan2f
#include "kern/math2.tmpl.h"

// --- DOUBLE -----------------------------------------------------------------------------------------------------------

#define T double
#define BITS int64_t
#define TN DOUBLE
#define FN exp
#define CORE md_exp
#define FIRST md_exp_first
#define LAST md_exp_last
#define RANGE EXP_DOUBLE
#define LIBM exp
#define SMALL 0x1p-54
#define IS_EVEN 1
#include "kern/math.tmpl.h"
#define FN log
#define CORE md_log
#define RANGE LOG_DOUBLE
#define LIBM log
#include "kern/math.tmpl.h"
#define FN sin
#define CORE md_sin
#define FIRST md_sin_first
#define LAST sin_last
#define RANGE SIN_DOUBLE
#define LIBM sin
#define SMALL SMALL_DOUBLE
#include "kern/math.tmpl.h"
#define FN cos
#define CORE md_cos
#define FIRST md_cos_first
#define LAST sin_last
#define RANGE COS_DOUBLE
#define LIBM cos
#define SMALL SMALL_DOUBLE
#define IS_EVEN 1
#include "kern/math.tmpl.h"
#undef T
#undef BITS
#undef TN

static unsigned loop_atan2_DOUBLE(void *out, const void *pa, const void *pb, size_t n, int shape)
{
    const double *a = pa, *b = pb;
    const double fa = n ? *a : 0, fb = n ? *b : 0;
    for (size_t i = 0; i < n; i++) {
        ((double *)out)[i] = atan2(shape == KSHAPE_SA ? fa : a[i], shape == KSHAPE_AS ? fb : b[i]);
    }
    return 0;
}

// --- By instruction or library ----------------------------------------------------------------------------------------

#define EACH(T, TN, name, fn)                                      \
    static void math_##name##_##TN(void *out, const void *in, size_t n) \
    {                                                              \
        T *o = out;                                                \
        const T *a = in;                                           \
        for (size_t i = 0; i < n; i++) o[i] = fn(a[i]);            \
    }
#define EACH_BOTH(name) EACH(float, FLOAT, name, name##f) EACH(double, DOUBLE, name, name)
EACH_BOTH(sqrt)
EACH_BOTH(tgamma)
EACH_BOTH(log_gamma)
EACH_BOTH(erf)
EACH_BOTH(erfc)
EACH(double, DOUBLE, log10, log10)
EACH(double, DOUBLE, log2, log2)
EACH(double, DOUBLE, tan, tan)
EACH(double, DOUBLE, asin, asin)
EACH(double, DOUBLE, acos, acos)
EACH(double, DOUBLE, atan, atan)
EACH(double, DOUBLE, sinh, sinh)
EACH(double, DOUBLE, cosh, cosh)
EACH(double, DOUBLE, tanh, tanh)

const KernUnary ISA_NAME(kern_math_table)[KMF_COUNT][2] = {
#define X(name, fn) {math_##fn##_FLOAT, math_##fn##_DOUBLE},
    KERN_MATH_LIST(X)
#undef X
};
const KernBinary ISA_NAME(kern_atan2_table)[2] = {loop_atan2_FLOAT, loop_atan2_DOUBLE};
