// The loop of one conversion. Given: FN_FROM, F the source's C type; TO, R the result's; CVT the element conversion.
static void CAT3(cvt, TO, FROM)(void *out, const void *in, size_t n)
{
    R *o = out;
    const F *a = in;
    for (size_t i = 0; i < n; i++) o[i] = CVT(a[i]);
}
#undef TO
#undef R
#undef CVT
