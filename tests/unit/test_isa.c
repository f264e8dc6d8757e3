// Every loop of every instruction set this CPU has gives the bits that the baseline's gives: lengths 0 to 67 and 1000, starts
// that are not aligned, with NaN, infinities, -0.0, subnormal numbers and integers that wrap; nothing is written behind the
// end. What the baseline's results should be is in test_kern.c and test_math.c. Source: hand.
#include "check.h"
#include "../random_words.h"
#include "kern/table.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>

enum { MOST = 1000, ROOM = MOST + 8, LENGTHS = 69, WIDEST = 16, SHIFTS = 3 };

static _Alignas(64) char A[ROOM * WIDEST], B[ROOM * WIDEST], O[ROOM * WIDEST], E[ROOM * WIDEST];

static double rnd_in(double lo, double hi) { return lo + (hi - lo) * ((double)(rnd() >> 11) * 0x1p-53); }

// Any bits a third of the time: numbers of all magnitudes.
static double rnd_real(bool is_float)
{
    static const double special[] = {0, -0.0, 1, -1, 0.5, NAN, INFINITY, -INFINITY, 0x1p-1074, -0x1p-1050, 0x1p-149, 0x1p-130,
                                     0x1p31, -0x1p31, 0x1p63, -0x1p63, 0x1p64, 255.5, -32768.5, 1e300};
    uint64_t bits = rnd();
    double x;
    float f;
    memcpy(&x, &bits, sizeof x);
    memcpy(&f, &bits, sizeof f);
    switch (bits % 3) {
    case 0: return is_float ? f : x;
    case 1: return special[rnd() % (sizeof special / sizeof *special)];
    default: return rnd_in(-20, 20);
    }
}

static size_t width_of(TypeCode t) { return type_is_complex(t) ? type_size(t) / 2 : type_size(t); }

// All of the buffer.
static void fill(char *p, TypeCode t)
{
    for (size_t i = 0; i + width_of(t) <= ROOM * WIDEST; i += width_of(t)) {
        if (type_is_integer(t)) {
            uint64_t r = rnd() % 4 ? rnd() : rnd() % 5 - 2;
            memcpy(p + i, &r, width_of(t));
        } else if (width_of(t) == sizeof(float)) {
            float x = (float)rnd_real(true);
            memcpy(p + i, &x, sizeof x);
        } else {
            double x = rnd_real(false);
            memcpy(p + i, &x, sizeof x);
        }
    }
}

static void clear(void)
{
    memset(O, 0x5a, sizeof O);
    memset(E, 0x5a, sizeof E);
}

// O and E are the same to their ends, where all NaNs of type t are.
static bool same(TypeCode t)
{
    if (!memcmp(O, E, sizeof O)) return true;
    if (type_is_integer(t)) return false;
    for (size_t i = 0; i < sizeof O; i += width_of(t)) {
        float f[2];
        double d[2];
        if (!memcmp(O + i, E + i, width_of(t))) continue;
        memcpy(&f[0], O + i, sizeof *f);
        memcpy(&f[1], E + i, sizeof *f);
        memcpy(&d[0], O + i, sizeof *d);
        memcpy(&d[1], E + i, sizeof *d);
        if (width_of(t) == sizeof(float) ? !isnan(f[0]) || !isnan(f[1]) : !isnan(d[0]) || !isnan(d[1])) return false;
    }
    return true;
}

static void expect(bool ok, const KernTable *k, const char *what, int which, int type, size_t n)
{
    if (!ok) fprintf(stderr, "%s: %s %d, type %d, n %zu\n", k->name, what, which, type, n);
    CHECK(ok);
}

static size_t length(int i) { return i < LENGTHS - 1 ? (size_t)i : MOST; }

static void same_binary(const KernTable *k, KernBinary f, KernBinary base, TypeCode t, TypeCode other, TypeCode out, int op)
{
    expect(!f == !base, k, "binary", op, t, 0);
    if (!f || !base) return;
    fill(A, t);
    fill(B, other);
    for (int i = 0; i < 3 * LENGTHS; i++) {
        size_t n = length(i / 3), shift = (size_t)i % SHIFTS + 1, to = rnd() % SHIFTS * type_size(out);
        char *a = A + shift * type_size(t), *b = B + (shift + 1) % SHIFTS * type_size(other);
        clear();
        unsigned got = f(O + to, a, b, n, i % 3), want = base(E + to, a, b, n, i % 3);
        expect(got == want && same(out), k, "binary", op, t, n);
    }
}

static void same_unary(const KernTable *k, KernUnary f, KernUnary base, TypeCode t, TypeCode out, const char *what, int op)
{
    expect(!f == !base, k, what, op, t, 0);
    if (!f || !base) return;
    fill(A, t);
    for (int i = 0; i < LENGTHS; i++) {
        size_t n = length(i), to = rnd() % SHIFTS * type_size(out);
        char *a = A + rnd() % SHIFTS * type_size(t);
        clear();
        f(O + to, a, n);
        base(E + to, a, n);
        expect(same(out), k, what, op, t, n);
    }
}

static TypeCode unary_type(int op, TypeCode t)
{
    if (op == KUOP_LOGNOT || op == KUOP_TRUE || op == KUOP_ODD) return T_BYTE;
    return op == KUOP_ABS && t == T_COMPLEX ? T_FLOAT : op == KUOP_ABS && t == T_DCOMPLEX ? T_DOUBLE : t;
}

static void same_widen(const KernTable *k, TypeCode t)
{
    KernWiden f = k->widen[t], base = kern_table_base.widen[t];
    expect(!f == !base, k, "widen", 0, t, 0);
    if (!f || !base) return;
    fill(B, t);
    for (int i = 0; i < LENGTHS; i++) {
        char *a = A + rnd() % SHIFTS * type_size(t);
        fill(A, t);
        clear();
        memcpy(O, B, 2 * WIDEST);
        memcpy(E, B, 2 * WIDEST);
        bool got = f(O, O + WIDEST, a, length(i)), want = base(E, E + WIDEST, a, length(i));
        expect(got == want && same(t), k, "widen", 0, t, length(i));
    }
}

static void same_operators(const KernTable *k)
{
    const KernTable *base = &kern_table_base;
    for (TypeCode t = 0; t < T_COUNT; t++) {
        for (int op = 0; op < KOP_COUNT; op++) {
            TypeCode out = op >= KOP_EQ && op <= KOP_GE ? T_BYTE : t;
            same_binary(k, k->binary[op][t], base->binary[op][t], t, t, out, op);
        }
        same_binary(k, k->pow_long[t], base->pow_long[t], t, T_LONG, t, KOP_POW);
        for (int op = 0; op < KUOP_COUNT; op++) {
            same_unary(k, k->unary[op][t], base->unary[op][t], t, unary_type(op, t), "unary", op);
        }
        for (TypeCode to = 0; to < T_COUNT; to++) same_unary(k, k->convert[to][t], base->convert[to][t], t, to, "convert", to);
        same_widen(k, t);
    }
    for (int i = 0; i < 2; i++) {
        TypeCode t = i ? T_DOUBLE : T_FLOAT;
        for (int fn = 0; fn < KMF_COUNT; fn++) same_unary(k, k->math[fn][i], base->math[fn][i], t, t, "math", fn);
        same_binary(k, k->atan2[i], base->atan2[i], t, t, t, -1);
    }
}

// --- Loops of routines ------------------------------------------------------------------------------------------------

static double X[ROOM], Y[ROOM];
static int32_t at[ROOM];

static void fill_within(double *p, double lo, double hi)
{
    for (int i = 0; i < ROOM; i++) p[i] = rnd_in(lo, hi);
}

// The call with the loop of one table into O, of the other into E.
#define BOTH(what, t, n, ...)                                        \
    do {                                                             \
        clear();                                                     \
        for (int half = 0; half < 2; half++) {                       \
            const KernRoutines *r = half ? base : k->routines;       \
            void *out = half ? E : O;                                \
            __VA_ARGS__;                                             \
        }                                                            \
        expect(same(t), k, what, 0, t, n);                           \
    } while (0)

static void same_scaling(const KernTable *k, const KernRoutines *base, size_t n)
{
    const ByteScale s = {-3, 15, 256, 0.5, 18, 255};
    for (int i = 0; i < ROOM; i++) X[i] = rnd_real(false);
    BOTH("scale_bytes", T_BYTE, n, r->scale_bytes(out, X + 1, n, &s));
    BOTH("unit_bins", T_LONG, n, r->unit_bins(out, X + 1, n, -7, 12));
    BOTH("bins", T_LONG, n, r->bins(out, X + 1, n, -7, 12, 0.3, 60));
    fill_within(X, 1, 9);
    BOTH("classes", T_LONG, n, r->classes(out, X + 1, n, 1, 2.5, 17));
}

static void same_sums(const KernTable *k, const KernRoutines *base, size_t n)
{
    static const int64_t offset[] = {0, 3, 1, 2};
    static const double weight[] = {0.1, -0.7, 3, 1e-3};
    const double *rows[] = {X, Y, X + 1};
    for (int i = 0; i < ROOM; i++) X[i] = rnd_real(false), Y[i] = rnd_in(-1, 1);
    fill(A, T_FLOAT);
    BOTH("sum_floats", T_FLOAT, n, *(float *)out = r->sum_floats((const float *)A + 1, n));
    BOTH("sum_doubles", T_DOUBLE, n, *(double *)out = r->sum_doubles(n % 2 ? X + 1 : Y + 1, n));
    BOTH("sum_bytes", T_ULONG, n, *(uint32_t *)out = r->sum_bytes((const uint8_t *)A + 1, n));
    BOTH("sum_along", T_DOUBLE, n, r->sum_along(out, Y, n, 5));
    BOTH("sum_rows", T_DOUBLE, n, r->sum_rows(out, rows, 3, n));
    BOTH("weigh", T_DOUBLE, n, r->weigh(out, Y + 1, n, offset, weight, 4));
}

static void same_places(const KernTable *k, const KernRoutines *base, size_t n)
{
    static double knot[32];
    static int32_t start[] = {0, 8, 16, 24, 32};
    KernBuckets b = {knot, start, 32, 4, 8, rnd() % 2, 0, 0.125, 1};
    for (int i = 0; i < 32; i++) knot[i] = i + 0.25 * (double)(rnd() % 2);
    for (int i = 0; i < ROOM; i++) {
        X[i] = rnd() % 8 ? rnd_in(-2, 34) : knot[rnd() % 32];
        Y[i] = rnd_in(0, 9);
        at[i] = (int32_t)(rnd() % 31);
    }
    if (n <= LOCATE_PIECE) BOTH("locate", T_LONG64, n, r->locate(out, X + 1, n, &b));
    BOTH("on_lines", T_DOUBLE, n, r->on_lines(out, X + 1, at, n, knot, Y));
    static const int32_t size[] = {11, 9, 10};
    const double *place[] = {X, Y, X + 2};
    for (int type = 0; type < 2; type++) {
        fill_within((double *)A, -5, 5);  // as floats: any bits
        for (int i = 0; !type && i < ROOM; i++) ((float *)A)[i] = (float)rnd_in(-5, 5);
        for (int d = 0; d < 3; d++) BOTH("linear", T_DOUBLE, n, r->linear[type][d](out, A, size, place, n));
        for (int d = 0; d < 2; d++) BOTH("cubic", T_DOUBLE, n, r->cubic[type][d](out, A, size, place, -0.5, n));
    }
}

static void same_turns(const KernTable *k, const KernRoutines *base, size_t n)
{
    int64_t side = 1;
    while ((side + 1) * (side + 1) <= (int64_t)n && side < 31) side++;
    fill(A, T_LONG64);
    for (int w = 0; w < 2 && n; w++) {
        for (int64_t sy = -1; sy <= 1; sy += 2) {
            const char *from = A + (sy < 0 ? (side - 1) * (w ? 8 : 4) : 0);
            BOTH("turn", T_LONG64, n, r->turn[w](out, side, from, side, sy, side, side));
        }
    }
}

static void same_medians(const KernTable *k, const KernRoutines *base, size_t n)
{
    static float narrow[ROOM];
    for (int i = 0; i < ROOM; i++) X[i] = narrow[i] = (float)rnd_in(-9, 9);
    for (int i = 0; n >= MEDIAN_LEAST && i < 4; i++) {
        size_t width = i + 2, m = n - 3;
        const void *rows[2][3] = {{narrow, narrow + 1, narrow + 3}, {X, X + 1, X + 3}};
        if (m < MEDIAN_LEAST) return;
        for (int type = 0; type < 2; type++) {
            KernWindow w = {rows[type], 3, width, i & 2 ? INFINITY : -INFINITY};
            BOTH("medians", type ? T_DOUBLE : T_FLOAT, n, r->medians[type](out, &w, m));
        }
    }
}

static void same_twister(const KernTable *k, const KernRoutines *base, size_t n)
{
    fill(A, T_ULONG);
    BOTH("twist", T_ULONG, n, memcpy(out, A, 624 * 4), r->twist(out));
    BOTH("temper", T_ULONG, n, r->temper(out, (const uint32_t *)A + 1, n));
    BOTH("unit_floats", T_FLOAT, n, r->unit_floats(out, (const uint32_t *)A + 1, n));
}

int main(void)
{
    static const char *const names[] = {"v3", "v4"};
    for (int i = 0; i < 2; i++) {
        const KernTable *k = kern_table_named(names[i]);
        if (!k) continue;
        same_operators(k);
        for (int j = 0; j < LENGTHS; j++) {
            same_scaling(k, kern_table_base.routines, length(j));
            same_sums(k, kern_table_base.routines, length(j));
            same_places(k, kern_table_base.routines, length(j));
            same_turns(k, kern_table_base.routines, length(j));
            same_medians(k, kern_table_base.routines, length(j));
            same_twister(k, kern_table_base.routines, length(j));
        }
    }
    CHECK_DONE();
}
