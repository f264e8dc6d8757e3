// A row under one element of a structuring element, for one type. Given: T, the name suffix TN, whether T is an INTEGER with
// limits LOW and HIGH; undefined at the end.
#define CAT2_(a, b) a##_##b
#define CAT2(a, b) CAT2_(a, b)
#define FN(x) CAT2(x, TN)
#if INTEGER
#define EMPTY(x) false
#else
#define EMPTY(x) ((x) != (x))
#endif

static inline T FN(sum)(T a, const Tap *t, int sign)
{
#if INTEGER
    __int128 s = (__int128)a + sign * (__int128)t->whole;
    return s < LOW ? LOW : s > HIGH ? HIGH : (T)s;
#else
    return (T)((double)a + sign * t->value);
#endif
}

// The greater of what is there and a + value; elements that are 0 add nothing. NaN is passed over, where it stands not alone.
static void FN(grow)(void *to, const void *from, int64_t n, const Tap *t)
{
    T *r = to;
    const T *a = from;
    if (t->value == 0) {
        for (int64_t i = 0; i < n; i++) r[i] = a[i] > r[i] || EMPTY(r[i]) ? a[i] : r[i];
        return;
    }
    for (int64_t i = 0; i < n; i++) {
        T x = a[i] == 0 ? 0 : FN(sum)(a[i], t, 1);
        if (x > r[i] || EMPTY(r[i])) r[i] = x;
    }
}

// The lesser of what is there and a - value.
static void FN(shrink)(void *to, const void *from, int64_t n, const Tap *t)
{
    T *r = to;
    const T *a = from;
    if (t->value == 0) {
        for (int64_t i = 0; i < n; i++) r[i] = a[i] < r[i] || EMPTY(r[i]) ? a[i] : r[i];
        return;
    }
    for (int64_t i = 0; i < n; i++) {
        T x = FN(sum)(a[i], t, -1);
        if (x < r[i] || EMPTY(r[i])) r[i] = x;
    }
}

static void FN(fill)(void *to, int64_t n, bool high)
{
    T *r = to;
    for (int64_t i = 0; i < n; i++) r[i] = high ? HIGH : LOW;
}

// Where nothing has come (touched is 0), or with `background` where something else than it was before, the old element stands.
static void FN(settle)(void *to, const void *before, int64_t n, const uint8_t *touched, const void *background)
{
    T *r = to;
    const T *a = before;
    for (int64_t i = 0; i < n; i++) {
        if (background) r[i] = a[i] == *(const T *)background && touched[i] ? r[i] : a[i];
        else if (!touched[i]) r[i] = 0;
    }
}

#undef EMPTY
#undef FN
#undef CAT2
#undef CAT2_
#undef T
#undef TN
#undef INTEGER
#undef LOW
#undef HIGH
