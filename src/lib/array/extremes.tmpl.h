// Where the least and the greatest element of a vector are, for one type. Given: T, the name suffix TN, what is MISSING with
// NAN; undefined at the end. NaN is passed over; where there is nothing else, the first is found. Of elements before `from`
// only the first counts.
#define CAT2_(a, b) a##_##b
#define CAT2(a, b) CAT2_(a, b)
#define FN(x) CAT2(x, TN)
#define IS_MISSING(x) ((x) != (x) || (nan && MISSING(x)))

static void FN(find)(const void *data, int64_t from, int64_t n, int64_t stride, bool nan, int64_t *min, int64_t *max)
{
    enum { BLOCK = 2048 };
    const T *p = data;
    KernWiden widen = kern_widen(CODE(TN));
    int64_t first = 0;
    if (IS_MISSING(p[0])) {
        first = from ? from : 1;
        while (first < n && IS_MISSING(p[first * stride])) first++;
        if (first == n) first = 0;
    }
    int64_t low = first, high = first;
    for (int64_t at = first > from ? first : from; at < n; at += BLOCK) {
        int64_t end = n - at < BLOCK ? n : at + BLOCK;
        T least = p[low * stride], most = p[high * stride];
        if (stride == 1 && !widen(&least, &most, p + at, (size_t)(end - at))) continue;
        if (stride == 1 && !nan) {
            if (least < p[low]) for (low = at; p[low] != least;) low++;
            if (most > p[high]) for (high = at; p[high] != most;) high++;
            continue;
        }
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
#undef IS_MISSING
#undef CAT2
#undef CAT2_
#undef T
#undef TN
#undef MISSING
