// Whole powers of real numbers. Given: T, TN. FLOAT goes by repeated squaring in double precision, DOUBLE by the C library; the
// square is a product, and one number gives the same bits as many.
static inline T CAT2(powl, TN)(T a, int32_t e)
{
    if (e == 2) return a * a;
    if (e == 1) return a;
    if (e == 0) return 1;
    if (e == -1) return 1 / a;
    if (sizeof(T) == sizeof(double) || e < -6 || e > 64) return (T)pow(a, e);  // an intermediate result must not overflow alone
    double r = 1, b = a;
    for (int k = e < 0 ? -e : e; k; k >>= 1) {
        if (k & 1) r *= b;
        if (k > 1) b *= b;
    }
    return (T)(e < 0 ? 1 / r : r);
}

// n numbers to one power that takes squarings.
static void CAT2(powl_squarings, TN)(T *o, const T *a, size_t n, int e)
{
    double r[MATH_BLOCK], b[MATH_BLOCK];
    for (size_t at = 0; at < n; at += MATH_BLOCK) {
        size_t m = n - at < MATH_BLOCK ? n - at : MATH_BLOCK;
        for (size_t i = 0; i < m; i++) r[i] = 1, b[i] = a[at + i];
        for (int k = e < 0 ? -e : e; k; k >>= 1) {
            for (size_t i = 0; k & 1 && i < m; i++) r[i] *= b[i];
            for (size_t i = 0; k > 1 && i < m; i++) b[i] *= b[i];
        }
        for (size_t i = 0; e < 0 && i < m; i++) r[i] = 1 / r[i];
        for (size_t i = 0; i < m; i++) o[at + i] = (T)r[i];
    }
}

static unsigned CAT3(loop, powl, TN)(void *out, const void *pa, const void *pb, size_t n, int shape)
{
    T *o = out;
    const T *a = pa;
    const int32_t *b = pb;
    if (!n) return 0;
    if (shape == KSHAPE_AS && *b == 2) {
        for (size_t i = 0; i < n; i++) o[i] = a[i] * a[i];
    } else if (shape == KSHAPE_AS && n > 1 && sizeof(T) < sizeof(double) && ((*b > 2 && *b <= 64) || (*b < -1 && *b >= -6))) {
        CAT2(powl_squarings, TN)(o, a, n, *b);
    } else {
        const T fa = *a;
        const int32_t fb = *b;
        for (size_t i = 0; i < n; i++) {
            o[i] = CAT2(powl, TN)(shape == KSHAPE_SA ? fa : a[i], shape == KSHAPE_AS ? fb : b[i]);
        }
    }
    return 0;
}
