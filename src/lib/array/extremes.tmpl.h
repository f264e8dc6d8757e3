// Where the least and the greatest element of a vector are, for one type. Given: T, the name suffix TN; both undefined at
// the end. Comparisons with NaN are false: a NaN in the first place stays, others are passed over.
#define CAT2_(a, b) a##_##b
#define CAT2(a, b) CAT2_(a, b)
#define FN(x) CAT2(x, TN)

// The first of the elements that equal x.
static T FN(first)(const T *p, int64_t n, T x)
{
    for (int64_t i = 0; i < n; i++) {
        if (p[i] == x) return p[i];  // a zero keeps its sign
    }
    return x;
}

// Lowers *lowest and raises *highest to the block's extremes; true when one has changed. Eight lanes, which the compiler
// keeps in registers.
static bool FN(widen)(void *lowest, void *highest, const void *data, int64_t n)
{
    const T *p = data, low = *(T *)lowest, high = *(T *)highest;
    T min[8], max[8];
    int64_t i = 0;
    for (int k = 0; k < 8; k++) min[k] = low, max[k] = high;
    for (; i + 8 <= n; i += 8) {
        for (int k = 0; k < 8; k++) {
            min[k] = p[i + k] < min[k] ? p[i + k] : min[k];
            max[k] = p[i + k] > max[k] ? p[i + k] : max[k];
        }
    }
    for (; i < n; i++) {
        min[0] = p[i] < min[0] ? p[i] : min[0];
        max[0] = p[i] > max[0] ? p[i] : max[0];
    }
    for (int k = 1; k < 8; k++) {
        min[0] = min[k] < min[0] ? min[k] : min[0];
        max[0] = max[k] > max[0] ? max[k] : max[0];
    }
    if (min[0] < low) *(T *)lowest = FN(first)(p, n, min[0]);
    if (max[0] > high) *(T *)highest = FN(first)(p, n, max[0]);
    return min[0] < low || max[0] > high;
}

static void FN(find)(const void *data, int64_t n, int64_t stride, bool nan, int64_t *min, int64_t *max)
{
    enum { BLOCK = 512 };
    const T *p = data;
    int64_t first = 0;
    if (nan) {
        while (first < n && MISSING(p[first * stride])) first++;
        if (first == n) first = 0;
    }
    int64_t low = first, high = first;
    for (int64_t at = first; at < n; at += BLOCK) {
        int64_t end = n - at < BLOCK ? n : at + BLOCK;
        T least = p[low * stride], most = p[high * stride];
        if (stride == 1 && !FN(widen)(&least, &most, p + at, end - at)) continue;
        for (int64_t i = at; i < end; i++) {
            T x = p[i * stride];
            if (nan && MISSING(x)) continue;
            if (x < p[low * stride]) low = i;
            if (x > p[high * stride]) high = i;
        }
    }
    *min = low;
    *max = high;
}
#undef FN
#undef CAT2
#undef CAT2_
#undef T
#undef TN
#undef MISSING
