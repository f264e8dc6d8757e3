// The loop of one unary operator and type. Given: OP, TN, T, R the result's type.
static void CAT3(loop, OP, TN)(void *out, const void *pa, size_t n)
{
    R *o = out;
    const T *a = pa;
    for (size_t i = 0; i < n; i++) o[i] = CAT2(OP, TN)(a[i]);
}
#undef OP
