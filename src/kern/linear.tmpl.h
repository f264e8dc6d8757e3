// Linear interpolation between the elements of a field of one type. Given: T, the name suffix TN; both undefined at the end.
// Of a place on an element its neighbours count nothing, be they NaN or infinite.
#define FN(x) CAT2(x, TN)

static void FN(linear1)(double *out, const void *field, const int32_t *size, const double *const *place, size_t n)
{
    const T *p = field;
    const double *x = place[0], last = size[0] - 1;
    for (size_t i = 0; i < n; i++) {
        double u = INSIDE(x[i], last);
        int32_t at = (int32_t)u, dx = u > at ? 1 : 0;
        double fx = u - at, p0 = p[at], p1 = p[at + dx];
        out[i] = 0 + (1 - fx) * p0 + fx * (fx > 0 ? p1 : 0);
    }
}

static void FN(linear2)(double *out, const void *field, const int32_t *size, const double *const *place, size_t n)
{
    const T *p = field;
    const double *x = place[0], *y = place[1], last_x = size[0] - 1, last_y = size[1] - 1;
    const int32_t row = size[0];
    for (size_t i = 0; i < n; i++) {
        double u = INSIDE(x[i], last_x), v = INSIDE(y[i], last_y);
        int32_t ix = (int32_t)u, iy = (int32_t)v;
        double fx = u - ix, fy = v - iy;
        int32_t at = iy * row + ix, dx = fx > 0 ? 1 : 0, dy = fy > 0 ? row : 0;
        double p00 = p[at], p10 = p[at + dx], p01 = p[at + dy], p11 = p[at + dy + dx];
        p10 = fx > 0 ? p10 : 0;
        p01 = fy > 0 ? p01 : 0;
        p11 = (fx > 0) & (fy > 0) ? p11 : 0;
        out[i] = 0 + (1 - fx) * (1 - fy) * p00 + fx * (1 - fy) * p10 + (1 - fx) * fy * p01 + fx * fy * p11;
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
