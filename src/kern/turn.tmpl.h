// Transposition of unsigned elements of one size, in squares of 8 by 8 that stay in registers. Given: T, the signed S of its
// size, the name suffix TN; all undefined at the end.
#define FN(x) CAT2(x, TN)
typedef T FN(Row) __attribute__((vector_size(8 * sizeof(T)), aligned(sizeof(T)), may_alias));
typedef S FN(Pick) __attribute__((vector_size(8 * sizeof(T))));

// Exchanges squares of side 4, 2, 1 across the diagonal.
static inline void FN(square)(T *to, int64_t row, const T *from, int64_t step)
{
    typedef FN(Row) Row;
    typedef FN(Pick) Pick;
    static const Pick a4 = {0, 1, 2, 3, 8, 9, 10, 11}, b4 = {4, 5, 6, 7, 12, 13, 14, 15}, a2 = {0, 1, 8, 9, 4, 5, 12, 13},
                      b2 = {2, 3, 10, 11, 6, 7, 14, 15}, a1 = {0, 8, 2, 10, 4, 12, 6, 14}, b1 = {1, 9, 3, 11, 5, 13, 7, 15};
    Row r[8], s[8];
    for (int i = 0; i < 8; i++) r[i] = *(const Row *)(from + i * step);
    for (int i = 0; i < 4; i++) {
        s[i] = __builtin_shuffle(r[i], r[i + 4], a4);
        s[i + 4] = __builtin_shuffle(r[i], r[i + 4], b4);
    }
    for (int i = 0; i < 8; i += i & 1 ? 3 : 1) {
        r[i] = __builtin_shuffle(s[i], s[i + 2], a2);
        r[i + 2] = __builtin_shuffle(s[i], s[i + 2], b2);
    }
    for (int i = 0; i < 8; i += 2) {
        *(Row *)(to + i * row) = __builtin_shuffle(r[i], r[i + 1], a1);
        *(Row *)(to + (i + 1) * row) = __builtin_shuffle(r[i], r[i + 1], b1);
    }
}

static void FN(turn)(void *to_, int64_t row, const void *from_, int64_t sx, int64_t sy, int64_t nx, int64_t ny)
{
    enum { HIGH = 64 };
    T *to = to_;
    const T *from = from_;
    int64_t qx = nx & ~7ll, qy = ny & ~7ll;
    for (int64_t y0 = 0; y0 < qy; y0 += HIGH) {
        for (int64_t x = 0; x < qx; x += 8) {
            for (int64_t y = y0; y < y0 + HIGH && y < qy; y += 8) {
                // Backwards, the last row of the result comes first in the source.
                if (sy > 0) FN(square)(to + y * row + x, row, from + x * sx + y, sx);
                else FN(square)(to + (y + 7) * row + x, -row, from + x * sx - y - 7, sx);
            }
        }
    }
    for (int64_t y = 0; y < ny; y++) {
        for (int64_t x = y < qy ? qx : 0; x < nx; x++) to[y * row + x] = from[x * sx + y * sy];
    }
}
#undef FN
#undef T
#undef S
#undef TN
