// The loop of one elementary function. Given: FN, TN, T, BITS (the signed whole number as wide as T); CORE(x) and RANGE, the
// function and where it holds; LIBM(x) elsewhere. SMALL, if given: below it in magnitude the result is x itself, or IS_EVEN that
// of 0; CORE does not see such numbers, but 0. FIRST(x) and LAST(Halfway), if given: CORE in two halves, in loops of their
// own, since short chains of instructions overlap better; NEAR: up to it in magnitude FIRST(x) is x. Everything but T, TN and
// BITS is undefined at the end.
#ifndef SMALL
#define SMALL 0
#endif
#ifndef IS_EVEN
#define IS_EVEN 0
#endif
#ifndef NEAR
#define NEAR 0
#endif
#define OK(x) is_inside(x, RANGE)
#define IS_SMALL(x) (SMALL > 0 && is_within(x, SMALL))

static inline T CAT3(each, FN, TN)(T a)
{
    double x = a;
    if (!OK(x)) return LIBM(a);
    if (IS_SMALL(x)) return IS_EVEN ? (T)CORE(0) : a;
    return (T)CORE(x);
}

// The greatest bits in a block, without the sign; -1 if some of it are not CORE's.
static inline BITS CAT3(most, FN, TN)(const T *a, size_t n)
{
    const BITS magnitude = RANGE.is_positive ? -1 : CAT2(MOST, TN);
    BITS least = CAT2(MOST, TN), most = 0;
    for (size_t i = 0; i < n; i++) {
        BITS b;
        memcpy(&b, a + i, sizeof b);
        b &= magnitude;
        BITS below = RANGE.is_positive ? b : (b - 1) & magnitude;  // of 0 the greatest
        least = below < least ? below : least;
        most = b > most ? b : most;
    }
    BITS from = CAT2(bits, TN)(SMALL > 0 ? (T)SMALL : (T)RANGE.least) - !(RANGE.is_positive || SMALL > 0);
    return least >= from && most <= CAT2(bits, TN)((T)RANGE.most) ? most : -1;
}

// A block in which some are not.
static NOINLINE void CAT3(odd, FN, TN)(T *o, const T *a, size_t n)
{
    double x[MATH_BLOCK];
    T y[MATH_BLOCK];
    for (size_t i = 0; i < n; i++) {
        double v = a[i];
        x[i] = !OK(v) ? 1 : IS_SMALL(v) ? 0 : v;
    }
    for (size_t i = 0; i < n; i++) y[i] = (T)CORE(x[i]);
    if (SMALL > 0 && !IS_EVEN) {
        for (size_t i = 0; i < n; i++) y[i] = IS_SMALL((double)a[i]) ? a[i] : y[i];
    }
    for (size_t i = 0; i < n; i++) {
        if (!OK((double)a[i])) y[i] = LIBM(a[i]);
    }
    memcpy(o, y, n * sizeof *o);
}

// n is a multiple of MATH_LANES; o is a, or elsewhere.
static inline void CAT3(block, FN, TN)(T *o, const T *a, size_t n)
{
    BITS most = CAT3(most, FN, TN)(a, n);
    if (most < 0) {
        CAT3(odd, FN, TN)(o, a, n);
        return;
    }
#ifdef FIRST
    if (NEAR == 0 || most > CAT2(bits, TN)((T)NEAR)) {
        double x[MATH_BLOCK], k[MATH_BLOCK], low[MATH_BLOCK];
        for (size_t i = 0; i < n; i++) {
            Halfway h = FIRST((double)a[i]);
            x[i] = h.x;
            k[i] = h.k;
            low[i] = h.low;
        }
        for (size_t i = 0; i < n; i++) o[i] = (T)LAST(((Halfway){x[i], k[i], low[i]}));
        return;
    }
#define ALL(v) LAST(((Halfway){v, 0, 0}))
#else
#define ALL CORE
#endif
#pragma GCC ivdep
    for (size_t i = 0; i < n; i++) o[i] = (T)ALL((double)a[i]);
}

static NOINLINE void CAT3(many, FN, TN)(T *o, const T *a, size_t n)
{
    for (; n >= MATH_BLOCK; n -= MATH_BLOCK, a += MATH_BLOCK, o += MATH_BLOCK) CAT3(block, FN, TN)(o, a, MATH_BLOCK);
    if (!n) return;
    T last[MATH_BLOCK];
    size_t padded = (n + MATH_LANES - 1) / MATH_LANES * MATH_LANES;
    memcpy(last, a, n * sizeof *a);
    for (size_t i = n; i < padded; i++) last[i] = 1;
    CAT3(block, FN, TN)(last, last, padded);
    memcpy(o, last, n * sizeof *o);
}

static void CAT3(math, FN, TN)(void *out, const void *in, size_t n)
{
    if (n == 1) *(T *)out = CAT3(each, FN, TN)(*(const T *)in);
    else CAT3(many, FN, TN)(out, in, n);
}
#undef FN
#undef CORE
#undef RANGE
#undef LIBM
#undef SMALL
#undef IS_EVEN
#undef FIRST
#undef LAST
#undef NEAR
#undef ALL
#undef OK
#undef IS_SMALL
