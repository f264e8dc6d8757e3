// The loop of one binary operator and type. Given: OP, TN, T the operands' type, R the result's; B the second
// operand's type if it is another; CHECK_ZERO to report zero divisors.
#ifndef B
#define B T
#define B_IS_T
#endif

static unsigned CAT3(loop, OP, TN)(void *out, const void *pa, const void *pb, size_t n, int shape)
{
    R *o = out;
    const T *a = pa;
    const B *b = pb;
    unsigned zero = 0;
    if (shape == KSHAPE_AA) {
        for (size_t i = 0; i < n; i++) {
#ifdef CHECK_ZERO
            zero |= b[i] == 0;
#endif
            o[i] = CAT2(OP, TN)(a[i], b[i]);
        }
    } else if (shape == KSHAPE_AS) {
        const B s = b[0];
#ifdef CHECK_ZERO
        zero |= s == 0 && n;
#endif
        for (size_t i = 0; i < n; i++) o[i] = CAT2(OP, TN)(a[i], s);
    } else {
        const T s = a[0];
        for (size_t i = 0; i < n; i++) {
#ifdef CHECK_ZERO
            zero |= b[i] == 0;
#endif
            o[i] = CAT2(OP, TN)(s, b[i]);
        }
    }
    return zero ? KMATH_INT_DIVIDE_BY_ZERO : 0;
}

#undef OP
#undef CHECK_ZERO
#ifdef B_IS_T
#undef B
#undef B_IS_T
#endif
