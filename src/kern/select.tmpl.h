// Medians of windows of one type, side by side. Given: T, the name suffix TN; both undefined at the end. Of a few more than
// half the elements the least and the greatest cannot be the median: they make room for the next element, until one is left.
#define FN(x) CAT2(x, TN)
#define LANES MEDIAN_LEAST

static inline void FN(order)(T *a, T *b)
{
#pragma GCC ivdep
    for (size_t l = 0; l < LANES; l++) {
        T x = a[l], y = b[l];
        a[l] = y < x ? y : x;
        b[l] = y < x ? x : y;
    }
}

// The least of buf[0 .. n - 1] to the front, the greatest to the end.
static inline void FN(part)(T (*buf)[LANES], size_t n)
{
    for (size_t i = 0; i < n / 2; i++) FN(order)(buf[i], buf[n - 1 - i]);
    for (size_t i = 1; i < (n + 1) / 2; i++) FN(order)(buf[0], buf[i]);
    for (size_t i = n / 2; i + 1 < n; i++) FN(order)(buf[i], buf[n - 1]);
}

static inline void FN(fetch)(T *to, const KernWindow *w, size_t element, size_t i)
{
    if (element < w->nrows * w->width) {
        memcpy(to, (const T *)w->row[element / w->width] + element % w->width + i, LANES * sizeof(T));
        return;
    }
    for (size_t l = 0; l < LANES; l++) to[l] = (T)w->extra;
}

static void FN(medians)(void *out, const KernWindow *w, size_t n)
{
    T buf[MEDIAN_MOST / 2 + 3][LANES];
    size_t all = w->nrows * w->width | 1;
    for (size_t done = 0; done < n; done += LANES) {
        size_t i = done + LANES <= n ? done : n - LANES, held = (all + 1) / 2 + 1, next = 0;
        for (; next < held; next++) FN(fetch)(buf[next], w, next, i);
        for (;; next++, held--) {
            FN(part)(buf, held);
            if (next == all) break;
            FN(fetch)(buf[0], w, next, i);
        }
        memcpy((T *)out + i, buf[1], sizeof buf[1]);
    }
}
#undef LANES
#undef FN
#undef T
#undef TN
