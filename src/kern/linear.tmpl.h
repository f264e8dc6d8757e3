// Linear interpolation between the elements of a field of one type. Given: T, the name suffix TN; both undefined at the end.
// Of a place on an element its neighbours count nothing, be they NaN or infinite. Where to look is worked out side by side,
// the elements are fetched one by one (LOAD: many processors do that faster than their gather instructions).
#define FN(x) CAT2(x, TN)

static void FN(linear1)(double *out, const void *field, const int32_t *size, const double *const *place, size_t n)
{
    const T *p = field;
    const double last = size[0] - 1;
    int32_t at[LINEAR_LANES], dx[LINEAR_LANES];
    double fx[LINEAR_LANES], p0[LINEAR_LANES], p1[LINEAR_LANES];
    for (size_t done = 0; done < n; done += LINEAR_LANES) {
        size_t m = n - done < LINEAR_LANES ? n - done : LINEAR_LANES;
        const double *x = place[0] + done;
        for (size_t i = 0; i < m; i++) {
            double u = INSIDE(x[i], last);
            at[i] = (int32_t)u;
            fx[i] = u - at[i];
            dx[i] = fx[i] > 0 ? 1 : 0;
        }
        for (size_t i = 0; i < m; i++) {
            LOAD(p0, p[at[i]]);
            LOAD(p1, p[at[i] + dx[i]]);
        }
        for (size_t i = 0; i < m; i++) out[done + i] = 0 + (1 - fx[i]) * p0[i] + fx[i] * (fx[i] > 0 ? p1[i] : 0);
    }
}

static void FN(linear2)(double *out, const void *field, const int32_t *size, const double *const *place, size_t n)
{
    const T *p = field;
    const double last_x = size[0] - 1, last_y = size[1] - 1;
    const int32_t row = size[0];
    int32_t at[LINEAR_LANES], dx[LINEAR_LANES], dy[LINEAR_LANES];
    double fx[LINEAR_LANES], fy[LINEAR_LANES], p00[LINEAR_LANES], p10[LINEAR_LANES], p01[LINEAR_LANES], p11[LINEAR_LANES];
    for (size_t done = 0; done < n; done += LINEAR_LANES) {
        size_t m = n - done < LINEAR_LANES ? n - done : LINEAR_LANES;
        const double *x = place[0] + done, *y = place[1] + done;
        for (size_t i = 0; i < m; i++) {
            double u = INSIDE(x[i], last_x), v = INSIDE(y[i], last_y);
            int32_t ix = (int32_t)u, iy = (int32_t)v;
            fx[i] = u - ix;
            fy[i] = v - iy;
            at[i] = iy * row + ix;
            dx[i] = fx[i] > 0 ? 1 : 0;
            dy[i] = fy[i] > 0 ? row : 0;
        }
        for (size_t i = 0; i < m; i++) {
            const T *q = p + at[i];
            LOAD(p00, q[0]);
            LOAD(p10, q[dx[i]]);
            LOAD(p01, q[dy[i]]);
            LOAD(p11, q[dy[i] + dx[i]]);
        }
        for (size_t i = 0; i < m; i++) {
            double a = fx[i], b = fy[i], q10 = a > 0 ? p10[i] : 0, q01 = b > 0 ? p01[i] : 0;
            double q11 = (a > 0) & (b > 0) ? p11[i] : 0;
            out[done + i] = 0 + (1 - a) * (1 - b) * p00[i] + a * (1 - b) * q10 + (1 - a) * b * q01 + a * b * q11;
        }
    }
}

static void FN(linear3)(double *out, const void *field, const int32_t *size, const double *const *place, size_t n)
{
    const T *p = field;
    const double *x = place[0], *y = place[1], *z = place[2];
    const double last_x = size[0] - 1, last_y = size[1] - 1, last_z = size[2] - 1;
    const int32_t row = size[0], plane = size[0] * size[1];
    for (size_t i = 0; i < n; i++) {
        double u = INSIDE(x[i], last_x), v = INSIDE(y[i], last_y), w = INSIDE(z[i], last_z);
        int32_t ix = (int32_t)u, iy = (int32_t)v, iz = (int32_t)w;
        double f[3][2] = {{1 - (u - ix), u - ix}, {1 - (v - iy), v - iy}, {1 - (w - iz), w - iz}}, sum = 0;
        int32_t at = iz * plane + iy * row + ix;
        for (int k = 0; k < 8; k++) {
            int a = k & 1, b = k >> 1 & 1, c = k >> 2;
            bool counts = (!a || f[0][1] > 0) & (!b || f[1][1] > 0) & (!c || f[2][1] > 0);
            double q = p[at + (counts ? a + b * row + c * plane : 0)];
            sum += f[0][a] * f[1][b] * f[2][c] * (counts ? q : 0);
        }
        out[i] = sum;
    }
}
#undef FN
#undef T
#undef TN
