// Cubic convolution between the elements of a field of one type. Given: T, the name suffix TN; both undefined at the end. The
// elements are fetched one by one, as for linear interpolation. What has no weight counts nothing, be it NaN or infinite.
#define FN(x) CAT2(x, TN)

// Adds up what tap kx of rows ky gives at each place.
static inline void FN(add_tap)(double *sum, const T *p, const CubicTaps *x, int kx, const CubicTaps *y, int ky, int32_t row,
                               size_t m)
{
    double q[CUBIC_LANES];
    for (size_t i = 0; i < m; i++) LOAD(q, p[y->at[ky][i] * row + x->at[kx][i]]);
    for (size_t i = 0; i < m; i++) {
        double w = x->weight[kx][i] * y->weight[ky][i];
        sum[i] += w * (w == 0 ? 0 : q[i]);
    }
}

static void FN(cubic1)(double *out, const void *field, const int32_t *size, const double *const *place, double a, size_t n)
{
    CubicTaps x, y = {0};
    for (size_t i = 0; i < CUBIC_LANES; i++) y.weight[0][i] = 1;
    memset(out, 0, n * sizeof *out);
    for (size_t done = 0; done < n; done += CUBIC_LANES) {
        size_t m = n - done < CUBIC_LANES ? n - done : CUBIC_LANES;
        cubic_taps(&x, place[0] + done, m, size[0], a);
        for (int kx = 0; kx < 4; kx++) FN(add_tap)(out + done, field, &x, kx, &y, 0, 0, m);
    }
}

static void FN(cubic2)(double *out, const void *field, const int32_t *size, const double *const *place, double a, size_t n)
{
    CubicTaps x, y;
    memset(out, 0, n * sizeof *out);
    for (size_t done = 0; done < n; done += CUBIC_LANES) {
        size_t m = n - done < CUBIC_LANES ? n - done : CUBIC_LANES;
        cubic_taps(&x, place[0] + done, m, size[0], a);
        cubic_taps(&y, place[1] + done, m, size[1], a);
        for (int ky = 0; ky < 4; ky++) {
            for (int kx = 0; kx < 4; kx++) FN(add_tap)(out + done, field, &x, kx, &y, ky, size[0], m);
        }
    }
}
#undef FN
#undef T
#undef TN
