// The loop of one function of two floats. Given: FN; CORE(a, b) and OK(a, b), the function and where it holds; LIBM(a, b)
// elsewhere; perhaps LIMIT(w) and LAST(w), for what is left to do with CORE's result. All undefined at the end.
#ifndef LAST
#define LIMIT(w) (w)
#define LAST(w) (w)
#endif

static inline float CAT3(each, FN, FLOAT)(float a, float b)
{
    double x = a, y = b;
    return OK(x, y) ? (float)LAST(LIMIT(CORE(x, y))) : LIBM(a, b);
}

static unsigned CAT3(loop, FN, FLOAT)(void *out, const void *pa, const void *pb, size_t n, int shape)
{
    const float *a = pa, *b = pb;
    float *o = out, y[MATH_BLOCK];
    double x[2][MATH_BLOCK];
    if (n == 1) {
        *o = CAT3(each, FN, FLOAT)(*a, *b);
        return 0;
    }
    const float fa = n ? *a : 0, fb = n ? *b : 0;  // out may be where they are
    for (size_t at = 0; at < n; at += MATH_BLOCK) {
        size_t m = n - at < MATH_BLOCK ? n - at : MATH_BLOCK;
        int odd = 0;
        for (size_t i = 0; i < m; i++) x[0][i] = shape == KSHAPE_SA ? fa : a[at + i];
        for (size_t i = 0; i < m; i++) x[1][i] = shape == KSHAPE_AS ? fb : b[at + i];
        for (size_t i = 0; i < m; i++) {
            int ok = OK(x[0][i], x[1][i]);
            x[0][i] = ok ? x[0][i] : 1;
            x[1][i] = ok ? x[1][i] : 1;
            odd |= !ok;
        }
        // one after the other: the compiler must not move LAST before LIMIT
        for (size_t i = 0; i < m; i++) x[0][i] = CORE(x[0][i], x[1][i]);
        for (size_t i = 0; i < m; i++) x[0][i] = LIMIT(x[0][i]);
        for (size_t i = 0; i < m; i++) y[i] = (float)LAST(x[0][i]);
        for (size_t i = 0; odd && i < m; i++) {
            float p = shape == KSHAPE_SA ? fa : a[at + i], q = shape == KSHAPE_AS ? fb : b[at + i];
            if (!OK((double)p, (double)q)) y[i] = LIBM(p, q);
        }
        memcpy(o + at, y, m * sizeof *o);
    }
    return 0;
}
#undef FN
#undef CORE
#undef OK
#undef LIBM
#undef LIMIT
#undef LAST
