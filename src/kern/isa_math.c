// The loops of functions of one real number. Compiled once per instruction set; SQRT becomes an instruction, the others
// call the C library for each element.
#include "kern/isa.h"

#include <math.h>

static double log_gamma(double x)
{
    int sign;
    return lgamma_r(x, &sign);
}
static float log_gammaf(float x) { return (float)log_gamma(x); }

#define X(name, fn)                                                   \
    static void math_##fn##_FLOAT(void *out, const void *in, size_t n)  \
    {                                                                 \
        float *o = out;                                               \
        const float *a = in;                                          \
        for (size_t i = 0; i < n; i++) o[i] = fn##f(a[i]);            \
    }                                                                 \
    static void math_##fn##_DOUBLE(void *out, const void *in, size_t n) \
    {                                                                 \
        double *o = out;                                              \
        const double *a = in;                                         \
        for (size_t i = 0; i < n; i++) o[i] = fn(a[i]);               \
    }
KERN_MATH_LIST(X)
#undef X

const KernUnary ISA_NAME(kern_math_table)[KMF_COUNT][2] = {
#define X(name, fn) {math_##fn##_FLOAT, math_##fn##_DOUBLE},
    KERN_MATH_LIST(X)
#undef X
};
