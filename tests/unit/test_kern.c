// Kernels: every table this CPU can run against a naive loop over wide numbers, for all operators, types and shapes, odd
// lengths, in place, and unaligned starts. Expectations: the C rules spelt out below (source: hand; corner cases: gdl).
#include "check.h"
#include "../random_words.h"
#include "kern/table.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define CHECK_MSG(cond, ...)                                        \
    do {                                                            \
        check_count++;                                              \
        if (!(cond) && check_failures++ < 50) {                     \
            fprintf(stderr, "%s:%d: failed: ", __FILE__, __LINE__); \
            fprintf(stderr, __VA_ARGS__);                           \
            fputc('\n', stderr);                                    \
        }                                                           \
    } while (0)

#define N 77
#define TYPES_ALL 11

static const TypeCode all_types[TYPES_ALL] = {T_BYTE,    T_INT,   T_UINT,   T_LONG,    T_ULONG,   T_LONG64,
                                              T_ULONG64, T_FLOAT, T_DOUBLE, T_COMPLEX, T_DCOMPLEX};
static const KernTable *tables[3];
static int ntables;

static double rnd_real(void)
{
    switch (rnd() % 12) {
    case 0: return NAN;
    case 1: return INFINITY;
    case 2: return -INFINITY;
    case 3: return 0;
    case 4: return -0.0;
    case 5: return ldexp((double)(int64_t)rnd(), (int)(rnd() % 40) - 20);
    default: return (double)(int)(rnd() % 2001 - 1000) / 8;
    }
}

static void fill(void *p, TypeCode t, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        uint64_t r = rnd() % 4 ? rnd() : rnd() % 5 - 2;
        switch (t) {
        case T_BYTE: ((uint8_t *)p)[i] = (uint8_t)r; break;
        case T_INT: case T_UINT: ((uint16_t *)p)[i] = (uint16_t)r; break;
        case T_LONG: case T_ULONG: ((uint32_t *)p)[i] = (uint32_t)r; break;
        case T_LONG64: case T_ULONG64: ((uint64_t *)p)[i] = r; break;
        case T_FLOAT: ((float *)p)[i] = (float)rnd_real(); break;
        case T_DOUBLE: ((double *)p)[i] = rnd_real(); break;
        case T_COMPLEX: ((Cx *)p)[i] = (Cx){(float)rnd_real(), (float)rnd_real()}; break;
        default: ((Dcx *)p)[i] = (Dcx){rnd_real(), rnd_real()};
        }
    }
}

// Bytes equal, where all NaNs count as equal.
static bool same(TypeCode t, const void *a, const void *b, size_t n)
{
    if (t == T_FLOAT || t == T_COMPLEX) {
        const float *x = a, *y = b;
        for (size_t i = 0; i < (t == T_COMPLEX ? 2 * n : n); i++)
            if (memcmp(x + i, y + i, 4) && !(isnan(x[i]) && isnan(y[i]))) return false;
        return true;
    }
    if (t == T_DOUBLE || t == T_DCOMPLEX) {
        const double *x = a, *y = b;
        for (size_t i = 0; i < (t == T_DCOMPLEX ? 2 * n : n); i++)
            if (memcmp(x + i, y + i, 8) && !(isnan(x[i]) && isnan(y[i]))) return false;
        return true;
    }
    return !memcmp(a, b, n * type_size(t));
}

static bool is_compare(int op) { return op >= KOP_EQ && op <= KOP_GE; }

// ---- the naive arithmetic: on 128-bit integers, cut to the type afterwards
static __int128 int_at(TypeCode t, const void *p, size_t i)
{
    switch (t) {
    case T_BYTE: return ((const uint8_t *)p)[i];
    case T_INT: return ((const int16_t *)p)[i];
    case T_UINT: return ((const uint16_t *)p)[i];
    case T_LONG: return ((const int32_t *)p)[i];
    case T_ULONG: return ((const uint32_t *)p)[i];
    case T_LONG64: return ((const int64_t *)p)[i];
    default: return ((const uint64_t *)p)[i];
    }
}

static unsigned __int128 naive_pow(__int128 a, __int128 e)
{
    if (e < 0) return (unsigned __int128)(a == 1 ? 1 : a == -1 ? (e % 2 ? -1 : 1) : 0);
    unsigned __int128 r = 1;
    for (int bit = 63; bit >= 0; bit--) {
        r *= r;
        if (e >> bit & 1) r *= (unsigned __int128)a;
    }
    return r;
}

static unsigned __int128 naive_int(int op, __int128 a, __int128 b)
{
    switch (op) {
    case KOP_ADD: return (unsigned __int128)(a + b);
    case KOP_SUB: return (unsigned __int128)(a - b);
    case KOP_MUL: return (unsigned __int128)a * (unsigned __int128)b;
    case KOP_DIV: return (unsigned __int128)(b ? a / b : a);
    case KOP_MOD: return (unsigned __int128)(b ? a % b : 0);
    case KOP_POW: return naive_pow(a, b);
    case KOP_MIN: return (unsigned __int128)(a < b ? a : b);
    case KOP_MAX: return (unsigned __int128)(a > b ? a : b);
    case KOP_EQ: return a == b;
    case KOP_NE: return a != b;
    case KOP_LT: return a < b;
    case KOP_LE: return a <= b;
    case KOP_GT: return a > b;
    case KOP_GE: return a >= b;
    case KOP_AND: return (unsigned __int128)(a & b);
    case KOP_OR: return (unsigned __int128)(a | b);
    default: return (unsigned __int128)(a ^ b);
    }
}

static double naive_real(int op, double a, double b, bool is_float)
{
    switch (op) {
    case KOP_ADD: return a + b;
    case KOP_SUB: return a - b;
    case KOP_MUL: return a * b;
    case KOP_DIV: return a / b;
    case KOP_MOD: return fmod(a, b);
    case KOP_POW: return is_float ? powf((float)a, (float)b) : pow(a, b);
    case KOP_MIN: return a < b ? a : b;
    case KOP_MAX: return a > b ? a : b;
    case KOP_EQ: return a == b;
    case KOP_NE: return a != b;
    case KOP_LT: return a < b;
    case KOP_LE: return a <= b;
    case KOP_GT: return a > b;
    case KOP_GE: return a >= b;
    case KOP_AND: return a != 0 ? b : 0;
    default: return a != 0 ? a : b;
    }
}

static double real_at(TypeCode t, const void *p, size_t i)
{
    return t == T_FLOAT ? ((const float *)p)[i] : ((const double *)p)[i];
}

static void naive(int op, TypeCode t, void *out, const void *a, const void *b, size_t n, int shape)
{
    for (size_t i = 0; i < n; i++) {
        size_t ia = shape == KSHAPE_SA ? 0 : i, ib = shape == KSHAPE_AS ? 0 : i;
        if (type_is_integer(t)) {
            unsigned __int128 r = naive_int(op, int_at(t, a, ia), int_at(t, b, ib));
            memcpy((char *)out + i * (is_compare(op) ? 1 : type_size(t)), &r, is_compare(op) ? 1 : type_size(t));
            continue;
        }
        double r = naive_real(op, real_at(t, a, ia), real_at(t, b, ib), t == T_FLOAT);
        if (is_compare(op)) ((uint8_t *)out)[i] = (uint8_t)r;
        else if (t == T_FLOAT) ((float *)out)[i] = (float)r;
        else ((double *)out)[i] = r;
    }
}

static _Alignas(64) char A[N * 16 + 64], B[N * 16 + 64], O[N * 16 + 64], E[N * 16 + 64];

static void check_binary_case(const KernTable *k, int op, TypeCode t, size_t n, int shape, size_t shift)
{
    KernBinary f = k->binary[op][t];
    char *a = A + shift * type_size(t), *b = B + shift * type_size(t);
    fill(a, t, N - 3);
    fill(b, t, N - 3);
    if (type_is_complex(t)) {  // against the baseline's table; test_complex checks that one
        tables[0]->binary[op][t](E, a, b, n, shape);
    } else {
        naive(op, t, E, a, b, n, shape);
    }
    TypeCode out = is_compare(op) ? T_BYTE : t;
    f(O, a, b, n, shape);
    CHECK_MSG(same(out, O, E, n), "%s op %d type %d shape %d n %zu", k->name, op, t, shape, n);
    if (is_compare(op) && t != T_BYTE) return;
    char *place = shape == KSHAPE_SA ? b : a;
    f(place, a, b, n, shape);
    CHECK_MSG(same(out, place, E, n), "in place: %s op %d type %d shape %d n %zu", k->name, op, t, shape, n);
}

static void test_binary(const KernTable *k)
{
    static const size_t sizes[] = {0, 1, 2, 3, 7, 8, 15, 16, 17, 31, 33, 63, 65, N - 4};
    for (int op = 0; op < KOP_COUNT; op++)
        for (int ti = 0; ti < TYPES_ALL; ti++) {
            if (!k->binary[op][all_types[ti]]) continue;
            for (size_t s = 0; s < sizeof sizes / sizeof *sizes; s++)
                for (int shape = 0; shape < 3; shape++)
                    for (size_t shift = 0; shift < 2; shift++)
                        check_binary_case(k, op, all_types[ti], sizes[s], shape, shift);
        }
}

static void test_unary(const KernTable *k)
{
    for (int op = 0; op < KUOP_COUNT; op++)
        for (int ti = 0; ti < TYPES_ALL; ti++) {
            TypeCode t = all_types[ti];
            KernUnary f = k->unary[op][t];
            if (!f) continue;
            fill(A, t, N);
            memset(O, 0, sizeof O);
            memset(E, 0, sizeof E);
            f(O, A, N);
            if (!type_is_integer(t)) {
                tables[0]->unary[op][t](E, A, N);
                CHECK_MSG(same(op == KUOP_ABS && t == T_COMPLEX ? T_FLOAT : op == KUOP_ABS && t == T_DCOMPLEX ? T_DOUBLE
                               : op == KUOP_LOGNOT || op == KUOP_TRUE ? T_BYTE : t, O, E, N),
                          "%s unary %d type %d", k->name, op, t);
                continue;
            }
            for (size_t i = 0; i < N; i++) {
                __int128 a = int_at(t, A, i);
                __int128 r = op == KUOP_NEG ? -a : op == KUOP_NOT ? ~a : op == KUOP_LOGNOT ? a == 0
                             : op == KUOP_TRUE ? a != 0 : op == KUOP_ODD ? a & 1 : a < 0 ? -a : a;
                size_t w = op >= KUOP_LOGNOT && op <= KUOP_ODD ? 1 : type_size(t);
                CHECK_MSG(!memcmp(&r, O + i * w, w), "%s unary %d type %d", k->name, op, t);
            }
        }
}

// All tables agree with the baseline's conversions; corner values are checked in test_corners.
static void test_convert(const KernTable *k)
{
    for (int fi = 0; fi < TYPES_ALL; fi++)
        for (int ti = 0; ti < TYPES_ALL; ti++) {
            TypeCode from = all_types[fi], to = all_types[ti];
            for (size_t n = 0; n < N; n += 5) {
                fill(A, from, N);
                memset(O, 0, sizeof O);
                memset(E, 0, sizeof E);
                k->convert[to][from](O, A, n);
                tables[0]->convert[to][from](E, A, n);
                CHECK_MSG(same(to, O, E, n), "%s convert %d from %d n %zu", k->name, to, from, n);
                if (!type_is_integer(from) || !type_is_integer(to)) continue;
                for (size_t i = 0; i < n; i++) {
                    __int128 v = int_at(from, A, i);
                    CHECK(!memcmp(&v, O + i * type_size(to), type_size(to)));
                }
            }
        }
}

#define CONVERTS_TO(to, ctype, from, ftype, value, expect)            \
    do {                                                              \
        ftype in_[9];                                                 \
        ctype out_[9];                                                \
        for (int i_ = 0; i_ < 9; i_++) in_[i_] = (ftype)(value);      \
        k->convert[to][from](out_, in_, 9);                           \
        for (int i_ = 0; i_ < 9; i_++) CHECK(out_[i_] == (expect));   \
    } while (0)

// Source: gdl.
static void test_corners(const KernTable *k)
{
    CONVERTS_TO(T_BYTE, uint8_t, T_FLOAT, float, 300.7, 44);
    CONVERTS_TO(T_BYTE, uint8_t, T_FLOAT, float, -1.5, 255);
    CONVERTS_TO(T_BYTE, uint8_t, T_DOUBLE, double, 1e20, 0);
    CONVERTS_TO(T_INT, int16_t, T_FLOAT, float, 70000.5, 4464);
    CONVERTS_TO(T_INT, int16_t, T_FLOAT, float, 3e9, 0);
    CONVERTS_TO(T_UINT, uint16_t, T_DOUBLE, double, -1.5, 65535);
    CONVERTS_TO(T_LONG, int32_t, T_DOUBLE, double, 3e9, INT32_MIN);
    CONVERTS_TO(T_LONG, int32_t, T_FLOAT, float, NAN, INT32_MIN);
    CONVERTS_TO(T_ULONG, uint32_t, T_FLOAT, float, -1.5, 4294967295u);
    CONVERTS_TO(T_ULONG, uint32_t, T_DOUBLE, double, 5e9, 705032704u);
    CONVERTS_TO(T_ULONG, uint32_t, T_DOUBLE, double, 1e20, 0);
    CONVERTS_TO(T_LONG64, int64_t, T_DOUBLE, double, 1e20, INT64_MIN);
    CONVERTS_TO(T_ULONG64, uint64_t, T_DOUBLE, double, 1e20, 0);
    CONVERTS_TO(T_ULONG64, uint64_t, T_DOUBLE, double, -1e20, (uint64_t)1 << 63);
    CONVERTS_TO(T_ULONG64, uint64_t, T_FLOAT, float, NAN, (uint64_t)1 << 63);
    CONVERTS_TO(T_ULONG64, uint64_t, T_DOUBLE, double, 1.8e19, 18000000000000000000u);
    CONVERTS_TO(T_ULONG64, uint64_t, T_DOUBLE, double, -1.5, UINT64_MAX);

    int16_t a[3] = {5, 6, -7}, b[3] = {2, 0, 2}, o[3];
    CHECK(k->binary[KOP_DIV][T_INT](o, a, b, 3, KSHAPE_AA) == KMATH_INT_DIVIDE_BY_ZERO);
    CHECK(o[0] == 2 && o[1] == 6 && o[2] == -3);
    CHECK(k->binary[KOP_MOD][T_INT](o, a, b, 3, KSHAPE_AA) == KMATH_INT_DIVIDE_BY_ZERO);
    CHECK(o[0] == 1 && o[1] == 0 && o[2] == -1);
    CHECK(k->binary[KOP_DIV][T_INT](o, a, b, 3, KSHAPE_AS) == 0);
    CHECK(k->binary[KOP_MOD][T_COMPLEX] == NULL && k->binary[KOP_XOR][T_FLOAT] == NULL);
    CHECK(k->binary[KOP_ADD][T_STRING] == NULL);
}

// Source: gdl for powers, hand for the rest.
static void test_complex(const KernTable *k)
{
    Cx a = {1, 2}, b = {3, 4}, o;
    uint8_t c;
    k->binary[KOP_MUL][T_COMPLEX](&o, &a, &b, 1, KSHAPE_AA);
    CHECK(o.re == -5 && o.im == 10);
    k->binary[KOP_DIV][T_COMPLEX](&o, &a, &b, 1, KSHAPE_AA);
    CHECK(fabsf(o.re - 0.44f) < 1e-7f && fabsf(o.im - 0.08f) < 1e-7f);
    Cx five = {5, 0}, four = {4, 0};
    k->binary[KOP_LE][T_COMPLEX](&c, &b, &five, 1, KSHAPE_AA);
    CHECK(c == 1);
    k->binary[KOP_MIN][T_COMPLEX](&o, &b, &four, 1, KSHAPE_AA);
    CHECK(o.re == 4 && o.im == 0);
    int32_t e = -2;
    k->pow_long[T_COMPLEX](&o, &a, &e, 1, KSHAPE_AA);
    CHECK(fabsf(o.re + 0.12f) < 1e-7f && fabsf(o.im + 0.16f) < 1e-7f);
    Cx half = {0.5f, 1};
    k->binary[KOP_POW][T_COMPLEX](&o, &a, &half, 1, KSHAPE_AA);
    CHECK(fabsf(o.re - 0.104233f) < 1e-6f && fabsf(o.im - 0.483096f) < 1e-6f);
    Dcx da = {1e200, 1e200}, db = {1e200, 1e200}, d;
    k->binary[KOP_DIV][T_DCOMPLEX](&d, &da, &db, 1, KSHAPE_AA);
    CHECK(d.re == 1 && d.im == 0);
    float m;
    k->unary[KUOP_ABS][T_COMPLEX](&m, &b, 1);
    CHECK(m == 5);
    double two = 2, r;
    int32_t ten = 10;
    k->pow_long[T_DOUBLE](&r, &two, &ten, 1, KSHAPE_AS);
    CHECK(r == 1024);
}

// Bytes to bits, and bits to subscripts, dense and sparse, of all lengths around a word.
static void test_select(const KernTable *k)
{
    enum { MOST = 777 };
    static uint8_t t[MOST];
    static uint64_t bits[MOST / 64 + 1];
    static int32_t narrow[MOST];
    static int64_t wide[MOST];
    for (size_t n = 0; n < MOST; n += n < 200 ? 1 : 47) {
        uint64_t dense = rnd() % 8;
        int64_t count = 0, bad = 0;
        for (size_t i = 0; i < n; i++) count += (t[i] = rnd() % 8 < dense ? 0 : (uint8_t)(rnd() | 1)) != 0;
        CHECK(k->select->pack(bits, t, n) == count);
        for (int wanted = 0; wanted < 2; wanted++) {
            int64_t m = wanted ? count : (int64_t)n - count, at = 0;
            narrow[m < MOST ? m : 0] = -7;
            k->select->expand(narrow, false, bits, n, m, wanted);
            k->select->expand(wide, true, bits, n, m, wanted);
            if (m < MOST && m) bad += narrow[m] != -7;
            for (size_t i = 0; i < n; i++) {
                if ((t[i] != 0) != wanted) continue;
                bad += narrow[at] != (int32_t)i || wide[at] != (int64_t)i;
                at++;
            }
        }
        CHECK_MSG(!bad, "%s select n %zu", k->name, n);
    }
}

int main(void)
{
    static const char *const names[] = {"base", "v3", "v4"};
    for (int i = 0; i < 3; i++)
        if (kern_table_named(names[i])) tables[ntables++] = kern_table_named(names[i]);
    for (int i = 0; i < ntables; i++) {
        test_binary(tables[i]);
        test_unary(tables[i]);
        test_convert(tables[i]);
        test_corners(tables[i]);
        test_complex(tables[i]);
        test_select(tables[i]);
    }
    CHECK(kern_binary(KOP_ADD, T_LONG) == kern_table()->binary[KOP_ADD][T_LONG]);
    printf("isa: %d of 3 tables, chosen %s\n", ntables, kern_isa_name());
    CHECK_DONE();
}
