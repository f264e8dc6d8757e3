// Elementary functions: the same bits from every instruction set this CPU has, alone and in an array; within the
// stated units of the last place of the C library's long double functions; math errors where the C library raises them.
// Source: hand.
#include "check.h"
#include "../random_words.h"
#include "kern/table.h"

#include <fenv.h>
#include <math.h>
#include <stdbool.h>
#include <stdint.h>

enum { N = 1003, ROUNDS = 40, FLAGS = FE_INVALID | FE_DIVBYZERO | FE_OVERFLOW };

typedef struct Function {
    KernMathFn fn;
    const char *name;
    long double (*exact)(long double);
    double lo, hi;
} Function;

static const Function functions[] = {
    {KMF_SQRT, "sqrt", sqrtl, 0, 100},  {KMF_EXP, "exp", expl, -30, 30},     {KMF_ALOG, "alog", logl, 0, 20},
    {KMF_ALOG10, "alog10", log10l, 0, 20}, {KMF_ALOG2, "alog2", log2l, 0, 20}, {KMF_SIN, "sin", sinl, -30, 30},
    {KMF_COS, "cos", cosl, -30, 30},    {KMF_TAN, "tan", tanl, -30, 30},     {KMF_ASIN, "asin", asinl, -1, 1},
    {KMF_ACOS, "acos", acosl, -1, 1},   {KMF_ATAN, "atan", atanl, -5, 5},    {KMF_SINH, "sinh", sinhl, -10, 10},
    {KMF_COSH, "cosh", coshl, -10, 10}, {KMF_TANH, "tanh", tanhl, -4, 4},
};
enum { FUNCTIONS = sizeof functions / sizeof *functions };

static const KernTable *tables[3];
static int ntables;
static float fin[N], fout[3][N];
static double din[N], dout[3][N];

// Evenly in the function's range; over all exponents; any bits, with zeros and infinities.
static void fill(const Function *f, int round)
{
    static const double special[] = {0, -0.0, INFINITY, -INFINITY, 1, -1, 0x1p-1074, 0x1p-149, 0x1p-126, 709.9, -745.2, 88.8};
    for (int i = 0; i < N; i++) {
        uint64_t bits = rnd();
        double x = f->lo + (f->hi - f->lo) * ((double)(bits >> 11) * 0x1p-53);
        if (round % 4 == 1) x = ldexp(x, (int)(rnd() % 120) - 90);
        if (round % 4 == 2) memcpy(&x, &bits, sizeof x);
        if (round % 4 == 3 && i % 5 == 0) x = special[bits % (sizeof special / sizeof *special)];
        din[i] = x;
        fin[i] = (float)x;
        if (round % 4 == 2) memcpy(&fin[i], &bits, sizeof fin[i]);
    }
}

static bool same(const void *a, const void *b, size_t size, double x, double y)
{
    return !memcmp(a, b, size) || (isnan(x) && isnan(y));
}

static void check_bits(const Function *f)
{
    long bad = 0;
    for (int k = 0; k < ntables; k++) {
        tables[k]->math[f->fn][0](fout[k], fin, N);
        tables[k]->math[f->fn][1](dout[k], din, N);
    }
    for (int i = 0; i < N; i++) {
        float one;
        double wide;
        tables[i % ntables]->math[f->fn][0](&one, fin + i, 1);
        tables[i % ntables]->math[f->fn][1](&wide, din + i, 1);
        for (int k = 0; k < ntables; k++) {
            bad += !same(&one, &fout[k][i], sizeof one, one, fout[k][i]);
            bad += !same(&wide, &dout[k][i], sizeof wide, wide, dout[k][i]);
        }
    }
    if (bad) fprintf(stderr, "%s: %ld differ between instruction sets\n", f->name, bad);
    CHECK(bad == 0);
}

// Units of the last place between y and the true value.
static double units(long double exact, double y, double unit) { return isfinite(y) ? (double)(fabsl(exact - y) / unit) : 0; }

static void check_accuracy(const Function *f, double *worst_float, double *worst_double)
{
    for (int i = 0; i < N; i++) {
        float y = fabsf(fout[0][i]);
        double z = fabs(dout[0][i]);
        double e = units(f->exact(fin[i]), fout[0][i], (double)nextafterf(y, INFINITY) - y);
        if (fabs(fin[i]) < 1e15 && e > *worst_float) *worst_float = e;
        e = units(f->exact(din[i]), dout[0][i], nextafter(z, INFINITY) - z);
        if (fabs(din[i]) < 1e6 && e > *worst_double) *worst_double = e;
    }
}

static int flags_of(KernUnary f, const void *x, size_t n)
{
    double out[8];
    feclearexcept(FE_ALL_EXCEPT);
    f(out, x, n);
    return fetestexcept(FLAGS);
}

// Errors are the true ones, alone and in an array: illegal outside the domain, never for NaN, 0 or what is small.
static void check_flags(const KernTable *k)
{
    static const struct {
        KernMathFn fn;
        double x;
        int flags;
    } cases[] = {
        {KMF_SIN, 0, 0}, {KMF_SIN, NAN, 0}, {KMF_SIN, 1e-300, 0}, {KMF_SIN, INFINITY, FE_INVALID}, {KMF_SIN, 1e30, 0},
        {KMF_COS, -0.0, 0}, {KMF_COS, NAN, 0}, {KMF_COS, -INFINITY, FE_INVALID}, {KMF_EXP, NAN, 0}, {KMF_EXP, 1e-300, 0},
        {KMF_EXP, INFINITY, 0}, {KMF_EXP, -INFINITY, 0}, {KMF_EXP, 1000, FE_OVERFLOW}, {KMF_EXP, -1000, 0}, {KMF_ALOG, 1, 0},
        {KMF_ALOG, 0, FE_DIVBYZERO}, {KMF_ALOG, -1, FE_INVALID}, {KMF_ALOG, NAN, 0}, {KMF_ALOG, INFINITY, 0},
        {KMF_ASIN, 1, 0}, {KMF_ASIN, 2, FE_INVALID}, {KMF_ACOS, -2, FE_INVALID}, {KMF_ACOS, NAN, 0}, {KMF_ATAN, INFINITY, 0},
        {KMF_ATAN, NAN, 0}, {KMF_TANH, 1000, 0}, {KMF_TANH, INFINITY, 0}, {KMF_SINH, 1000, FE_OVERFLOW}, {KMF_TAN, 0, 0},
        {KMF_SQRT, -1, FE_INVALID},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        float f[8];
        double d[8];
        for (int j = 0; j < 8; j++) f[j] = (float)cases[i].x, d[j] = cases[i].x;
        for (size_t n = 1; n <= 8; n += 7) {
            CHECK_INT(flags_of(k->math[cases[i].fn][0], f, n), cases[i].flags);
            CHECK_INT(flags_of(k->math[cases[i].fn][1], d, n), cases[i].flags);
        }
    }
}

// Where a function is nearly x itself, a subnormal x has a result that is not exact: an underflow. None for zero.
static void check_underflow(const KernTable *k)
{
    static const KernMathFn fns[] = {KMF_SIN, KMF_ATAN, KMF_TAN, KMF_ASIN, KMF_SINH, KMF_TANH};
    const float f[8] = {0, 1e-40f, -0.0f, 1}, zeros[8] = {0, -0.0f};
    const double d[8] = {0, 1e-310, -0.0, 1}, nothing[8] = {0, -0.0};
    float out[8];
    double wide[8];
    for (size_t i = 0; i < sizeof fns / sizeof *fns; i++) {
        for (size_t n = 1; n <= 7; n += 6) {
            feclearexcept(FE_ALL_EXCEPT);
            k->math[fns[i]][0](out, zeros, n);
            k->math[fns[i]][1](wide, nothing, n);
            CHECK(!fetestexcept(FE_UNDERFLOW));
            k->math[fns[i]][0](out, f + 1, n);
            CHECK(fetestexcept(FE_UNDERFLOW));
            feclearexcept(FE_ALL_EXCEPT);
            k->math[fns[i]][1](wide, d + 1, n);
            CHECK(i > 1 || fetestexcept(FE_UNDERFLOW));  // the others are the C library's
        }
    }
}

// x^y and ATAN(y, x) of floats, all shapes.
static void check_pairs(KernBinary const f[], const char *name, float (*library)(float, float))
{
    static float other[N];
    long bad = 0;
    for (int i = 0; i < N; i++) other[i] = (float)((double)(int64_t)rnd() * 0x1p-60);
    for (int shape = KSHAPE_AA; shape <= KSHAPE_SA; shape++) {
        for (int k = 0; k < ntables; k++) f[k](fout[k], fin, other, N, shape);
        for (int i = 0; i < N; i++) {
            float one, a = fin[shape == KSHAPE_SA ? 0 : i], b = other[shape == KSHAPE_AS ? 0 : i], want = library(a, b);
            f[0](&one, &a, &b, 1, KSHAPE_AA);
            for (int k = 0; k < ntables; k++) bad += !same(&one, &fout[k][i], sizeof one, one, fout[k][i]);
            bad += isnan(want) != isnan(one) || (isfinite(want) && fabs((double)want - one) > 2e-7 * fabs((double)want) + 1e-44);
            bad += isinf(want) && want != one;
            bad += signbit(want) != signbit(one) && !isnan(want);
        }
    }
    if (bad) fprintf(stderr, "%s: %ld wrong\n", name, bad);
    CHECK(bad == 0);
}

static void check_function(const Function *f)
{
    double worst_float = 0, worst_double = 0;
    for (int round = 0; round < ROUNDS; round++) {
        fill(f, round);
        check_bits(f);
        check_accuracy(f, &worst_float, &worst_double);
    }
    CHECK(worst_float < 0.501);
    bool ours = f->fn == KMF_EXP || f->fn == KMF_ALOG || f->fn == KMF_SIN || f->fn == KMF_COS;  // others: the C library
    CHECK(worst_double < (ours ? 0.52 : f->fn == KMF_ALOG10 || f->fn >= KMF_SINH ? 2.5 : 1));
}

int main(void)
{
    static const char *const names[] = {"base", "v3", "v4"};
    KernBinary angle[3], power[3];
    for (int i = 0; i < 3; i++) {
        const KernTable *k = kern_table_named(names[i]);
        if (!k) continue;
        angle[ntables] = k->atan2[0];
        power[ntables] = k->binary[KOP_POW][T_FLOAT];
        tables[ntables++] = k;
    }
    for (int i = 0; i < FUNCTIONS; i++) check_function(&functions[i]);
    for (int round = 0; round < ROUNDS; round++) {
        fill(&functions[1], round);
        check_pairs(angle, "atan2", atan2f);
        check_pairs(power, "pow", powf);
    }
    for (int i = 0; i < ntables; i++) check_flags(tables[i]), check_underflow(tables[i]);
    CHECK_DONE();
}
