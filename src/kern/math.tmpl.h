// The loop of one elementary function. Given: FN, TN, T; CORE(x) and OK(x), the function and where it holds; LIBM(x) elsewhere.
// SMALL, if given: below it in magnitude the result is x itself, or IS_EVEN that of 0; CORE does not see such numbers. Everything
// but T and TN is undefined at the end.
#ifndef SMALL
#define SMALL 0
#endif
#ifndef IS_EVEN
#define IS_EVEN 0
#endif
#define IS_SMALL(x) (SMALL > 0 && is_within(x, SMALL))

static inline T CAT3(each, FN, TN)(T a)
{
    double x = a;
    if (!OK(x)) return LIBM(a);
    if (IS_SMALL(x)) return IS_EVEN ? (T)CORE(0) : a;
    return (T)CORE(x);
}

static void CAT3(math, FN, TN)(void *out, const void *in, size_t n)
{
    const T *a = in;
    T *o = out;
    if (n == 1) {
        *o = CAT3(each, FN, TN)(*a);
        return;
    }
    double x[MATH_BLOCK];
    T y[MATH_BLOCK];
    for (size_t at = 0; at < n; at += MATH_BLOCK) {
        size_t m = n - at < MATH_BLOCK ? n - at : MATH_BLOCK;
        const T *p = a + at;
        int odd = 0;
        for (size_t i = 0; i < m; i++) {
            double v = p[i];
            x[i] = !OK(v) ? 1 : IS_SMALL(v) ? 0 : v;
            odd |= !OK(v);
        }
        for (size_t i = 0; i < m; i++) y[i] = (T)CORE(x[i]);
        if (SMALL > 0 && !IS_EVEN) {
            for (size_t i = 0; i < m; i++) y[i] = IS_SMALL((double)p[i]) ? p[i] : y[i];
        }
        for (size_t i = 0; odd && i < m; i++) {
            if (!OK((double)p[i])) y[i] = LIBM(p[i]);
        }
        memcpy(o + at, y, m * sizeof *o);
    }
}
#undef FN
#undef CORE
#undef OK
#undef LIBM
#undef SMALL
#undef IS_EVEN
#undef IS_SMALL
