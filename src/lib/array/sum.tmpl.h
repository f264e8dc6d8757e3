// Sums or products of one type. Given: T, the name suffix TN, OP(a, b), UNIT, MISSING(x); LONG_SUM, if given, the loop of
// long vectors in kern/routines.h, which is this one. All undefined at the end. Long vectors go through 16 lanes in one fixed
// order.
#define CAT2_(a, b) a##_##b
#define CAT2(a, b) CAT2_(a, b)
#define FN(x) CAT2(x, TN)

// Elements that are missing become the unit.
static void FN(mask)(void *data, int64_t n)
{
    T *p = data;
    for (int64_t i = 0; i < n; i++) {
        if (MISSING(p[i])) p[i] = (T)UNIT;
    }
}

static T FN(vector)(const T *p, int64_t n)
{
#ifdef LONG_SUM
    if (n >= 64) return kern_routines()->LONG_SUM(p, (size_t)n);
#endif
    T lane[16];
    T total = (T)UNIT;
    int64_t i = 0;
    if (n >= 64) {
        for (int k = 0; k < 16; k++) lane[k] = (T)UNIT;
        for (; i + 16 <= n; i += 16) {
            for (int k = 0; k < 16; k++) lane[k] = OP(lane[k], p[i + k]);
        }
        for (int w = 8; w; w /= 2) {
            for (int k = 0; k < w; k++) lane[k] = OP(lane[k], lane[k + w]);
        }
        total = lane[0];
    }
    for (; i < n; i++) total = OP(total, p[i]);
    return total;
}

static void FN(gather)(void *total, const void *p, int64_t n)
{
    *(T *)total = OP(*(T *)total, FN(vector)(p, n));
}

static void FN(along)(const void *in, void *out, const Axis *x)
{
    const T *p = in;
    T *q = out;
    for (int64_t o = 0; o < x->outer; o++, q += x->inner) {
        if (x->inner == 1) {
            *q = FN(vector)(p, x->len);
            p += x->len;
            continue;
        }
        for (int64_t i = 0; i < x->inner; i++) q[i] = (T)UNIT;
        int64_t j = 0, row = x->inner;
        for (; j + 4 <= x->len; j += 4, p += 4 * row) {  // the total is fetched and put back once for four rows
            for (int64_t i = 0; i < row; i++) {
                q[i] = OP(OP(OP(OP(q[i], p[i]), p[i + row]), p[i + 2 * row]), p[i + 3 * row]);
            }
        }
        for (; j < x->len; j++, p += row) {
            for (int64_t i = 0; i < row; i++) q[i] = OP(q[i], p[i]);
        }
    }
}

// Each element becomes the total of those up to it. A sum along contiguous elements stays in a register.
static void FN(running)(const void *in, void *out, const Axis *x)
{
    const T *p = in;
    T *q = out;
    int64_t row = x->inner;
    for (int64_t o = 0; o < x->outer; o++, p += x->len * row, q += x->len * row) {
        if (row == 1) {
            T total = q[0] = p[0];
            for (int64_t k = 1; k < x->len; k++) q[k] = total = OP(total, p[k]);
            continue;
        }
        memcpy(q, p, (size_t)row * sizeof *q);
        for (int64_t k = row; k < x->len * row; k++) q[k] = OP(q[k - row], p[k]);
    }
}
#undef FN
#undef CAT2
#undef CAT2_
#undef T
#undef TN
#undef OP
#undef UNIT
#undef MISSING
#undef LONG_SUM
