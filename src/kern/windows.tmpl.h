// Sums over windows, many results side by side: each is made in the order of its elements.
enum { WINDOW_LANES = 64 };

static void sum_along(double *out, const double *in, size_t n, size_t width)
{
    size_t i = 0;
    for (; i + WINDOW_LANES <= n; i += WINDOW_LANES) {
        double sum[WINDOW_LANES] = {0};
        for (size_t k = 0; k < width; k++) {
            for (int l = 0; l < WINDOW_LANES; l++) sum[l] += in[i + k + (size_t)l];
        }
        for (int l = 0; l < WINDOW_LANES; l++) out[i + (size_t)l] = sum[l];
    }
    for (; i < n; i++) {
        out[i] = 0;
        for (size_t k = 0; k < width; k++) out[i] += in[i + k];
    }
}

static void sum_rows(double *out, const double *const *row, size_t nrows, size_t n)
{
    size_t i = 0;
    for (; i + WINDOW_LANES <= n; i += WINDOW_LANES) {
        double sum[WINDOW_LANES] = {0};
        for (size_t k = 0; k < nrows; k++) {
            for (int l = 0; l < WINDOW_LANES; l++) sum[l] += row[k][i + (size_t)l];
        }
        for (int l = 0; l < WINDOW_LANES; l++) out[i + (size_t)l] = sum[l];
    }
    for (; i < n; i++) {
        double sum = 0;
        for (size_t k = 0; k < nrows; k++) sum += row[k][i];
        out[i] = sum;
    }
}

static void weigh(double *out, const double *in, size_t n, const int64_t *offset, const double *weight, size_t taps)
{
    size_t i = 0;
    for (; i + WINDOW_LANES <= n; i += WINDOW_LANES) {
        double sum[WINDOW_LANES] = {0};
        for (size_t k = 0; k < taps; k++) {
            const double *p = in + offset[k] + i, w = weight[k];
            for (int l = 0; l < WINDOW_LANES; l++) sum[l] += p[l] * w;
        }
        for (int l = 0; l < WINDOW_LANES; l++) out[i + (size_t)l] = sum[l];
    }
    for (; i < n; i++) {
        out[i] = 0;
        for (size_t k = 0; k < taps; k++) out[i] += in[offset[k] + (int64_t)i] * weight[k];
    }
}
