// The Mersenne Twister MT19937 after Matsumoto and Nishimura's paper (1998, with the initialisation of 2002); uniform numbers
// from its words, normal ones by the polar method, gamma ones after Marsaglia and Tsang (2000), Poisson and binomial ones by
// inversion, or where they are large by Hormann's transformed rejection (1993). Start reading at deviates_piece.
#include "lib/math/deviates.h"

#include "kern/routines.h"

#include <math.h>
#include <string.h>

// --- Words ----------------------------------------------------------------------------------------------------------

void random_start(Random *r, uint32_t seed)
{
    *r = (Random){.next = RANDOM_WORDS};
    r->word[0] = seed;
    for (uint32_t i = 1; i < RANDOM_WORDS; i++) {
        uint32_t before = r->word[i - 1];
        r->word[i] = 1812433253u * (before ^ before >> 30) + i;
    }
}

static void take_words(Random *r, uint32_t *out, int64_t n)
{
    for (int64_t done = 0; done < n;) {
        if (r->next >= RANDOM_WORDS) {
            kern_routines()->twist(r->word);
            r->next = 0;
        }
        int64_t have = RANDOM_WORDS - r->next, m = n - done < have ? n - done : have;
        kern_routines()->temper(out + done, r->word + r->next, (size_t)m);
        r->next += (uint32_t)m;
        done += m;
    }
}

// Park and Miller's minimal generator (1988), shuffled after Bays and Durham: a table, the number delivered last, the generator.
enum { OLD_MODULUS = 2147483647, OLD_TABLE = 32, OLD_LAST = OLD_TABLE, OLD_NUMBER, OLD_WARM_UP = 8 };

static uint32_t old_step(Random *r)
{
    return r->word[OLD_NUMBER] = (uint32_t)((uint64_t)r->word[OLD_NUMBER] * 16807 % OLD_MODULUS);
}

void random_start_old(Random *r, int64_t seed)
{
    uint64_t size = seed < 0 ? 0 - (uint64_t)seed : (uint64_t)seed;
    *r = (Random){.next = RANDOM_OLD};
    r->word[OLD_NUMBER] = (uint32_t)(size % OLD_MODULUS);
    if (!r->word[OLD_NUMBER]) r->word[OLD_NUMBER] = 1;
    for (int i = 0; i < OLD_WARM_UP; i++) old_step(r);
    for (int i = OLD_TABLE - 1; i >= 0; i--) r->word[i] = old_step(r);
    r->word[OLD_LAST] = r->word[0];
}

static uint32_t old_next(Random *r)
{
    uint32_t fresh = old_step(r), i = r->word[OLD_LAST] / (1 + (OLD_MODULUS - 1) / OLD_TABLE);
    r->word[OLD_LAST] = r->word[i % OLD_TABLE];
    r->word[i % OLD_TABLE] = fresh;
    return r->word[OLD_LAST];
}

static void put_old(Random *r, TypeCode t, void *out, int64_t m)
{
    for (int64_t i = 0; i < m; i++) {
        uint32_t x = old_next(r);
        double unit = x * (1.0 / OLD_MODULUS);
        if (t == T_DOUBLE) ((double *)out)[i] = unit;
        else if (t == T_FLOAT) ((float *)out)[i] = fminf((float)unit, 1 - 1.2e-7f);
        else ((uint32_t *)out)[i] = t == T_LONG ? x : x * 2;
    }
}

// In [0, 1): 32 bits of it, or 53.
static void take_uniform(Random *r, bool wide, double *out, int64_t n)
{
    if (r->next == RANDOM_OLD) {
        put_old(r, T_DOUBLE, out, n);
        return;
    }
    uint32_t word[4 * DEVIATES_PIECE];
    take_words(r, word, wide ? 2 * n : n);
    for (int64_t i = 0; i < n; i++) {
        if (wide) out[i] = ((word[2 * i] >> 5) * 67108864.0 + (word[2 * i + 1] >> 6)) * (1.0 / 9007199254740992.0);
        else out[i] = word[i] * (1.0 / 4294967296.0);
    }
}

static double uniform(Random *r, bool wide)
{
    double x;
    take_uniform(r, wide, &x, 1);
    return x;
}

static void put_uniform(Random *r, TypeCode t, void *out, int64_t m)
{
    uint32_t word[DEVIATES_PIECE];
    if (r->next == RANDOM_OLD) {
        put_old(r, t, out, m);
        return;
    }
    if (t == T_DOUBLE) {
        take_uniform(r, true, out, m);
        return;
    }
    take_words(r, word, m);
    if (t == T_ULONG) memcpy(out, word, (size_t)m * sizeof *word);
    else if (t == T_FLOAT) kern_routines()->unit_floats(out, word, (size_t)m);
    else for (int64_t i = 0; i < m; i++) ((int32_t *)out)[i] = (int32_t)(word[i] * (1.0 / 4294967296.0) * INT32_MAX);
}

// --- Normal numbers -------------------------------------------------------------------------------------------------

static bool take_spare(Random *r, double *x)
{
    if (!r->has_spare) return false;
    memcpy(x, r->spare, sizeof *x);
    r->has_spare = 0;
    return true;
}

// Points in the square, of which those in the circle give two numbers each. No more points are drawn than are certainly
// needed, so that the sequence is that of drawing one number after the other.
static void take_normal(Random *r, bool wide, double *out, int64_t n)
{
    double point[2 * DEVIATES_PIECE];
    int64_t done = n && take_spare(r, out) ? 1 : 0;
    while (done < n) {
        int64_t points = (n - done + 1) / 2, kept = 0;
        take_uniform(r, wide, point, 2 * points);
        for (int64_t i = 0; i < points; i++) {  // those in the circle to the front
            double v1 = 2 * point[2 * i] - 1, v2 = 2 * point[2 * i + 1] - 1, square = v1 * v1 + v2 * v2;
            point[2 * kept] = v1;
            point[2 * kept + 1] = v2;
            kept += (square < 1) & (square != 0);
        }
        for (int64_t i = 0; i < kept; i++) {
            double v1 = point[2 * i], v2 = point[2 * i + 1], square = v1 * v1 + v2 * v2;
            double factor = sqrt(-2 * log(square) / square), spare = v1 * factor;
            out[done++] = v2 * factor;
            if (done < n) {
                out[done++] = spare;
            } else {
                memcpy(r->spare, &spare, sizeof spare);
                r->has_spare = 1;
            }
        }
    }
}

// --- Other distributions --------------------------------------------------------------------------------------------

// The waiting time for the `order`th event at a rate of 1.
static double gamma_number(Random *r, double order)
{
    double d = order - 1.0 / 3, k = 1 / sqrt(9 * d);
    for (;;) {
        double x, u = 1 - uniform(r, true);
        take_normal(r, true, &x, 1);
        double v = 1 + k * x;
        if (v <= 0) continue;
        v = v * v * v;
        if (log(u) < x * x / 2 + d - d * v + d * log(v)) return d * v;
    }
}

enum { INVERT_BELOW = 10 };

// Small means: the product of uniform numbers falls below exp(-mean).
static double poisson_by_product(Random *r, double mean)
{
    double limit = exp(-mean), product = 1, events = -1;
    do {
        product *= 1 - uniform(r, true);
        events++;
    } while (product > limit);
    return events;
}

// What both of Hormann's methods share: the hat, scaled to the spread.
typedef struct Hat {
    double a, b, inverse_alpha, quick;
} Hat;

static Hat hat_of(double spread)
{
    double b = spread;
    return (Hat){-0.059 + 0.02483 * b, b, 1.1239 + 1.1328 / (b - 3.4), 0.9277 - 3.6224 / (b - 2)};
}

static double poisson_number(Random *r, double mean)
{
    if (mean < INVERT_BELOW) return poisson_by_product(r, mean);
    Hat h = hat_of(0.931 + 2.53 * sqrt(mean));
    for (;;) {
        double u = uniform(r, true) - 0.5, v = 1 - uniform(r, true), s = 0.5 - fabs(u);
        double k = floor((2 * h.a / s + h.b) * u + mean + 0.43);
        if (s >= 0.07 && v <= h.quick) return k;
        if (k < 0 || (s < 0.013 && v > s)) continue;
        if (log(v) + log(h.inverse_alpha) - log(h.a / (s * s) + h.b) <= k * log(mean) - mean - lgamma(k + 1)) return k;
    }
}

// Few successes: the distribution summed up until it passes a uniform number.
static double binomial_by_sum(Random *r, double n, double p)
{
    double ratio = p / (1 - p), term = exp(n * log1p(-p)), u = uniform(r, true), k = 0;
    while (u > term && k < n) {
        u -= term;
        k++;
        term *= ratio * (n - k + 1) / k;
    }
    return k;
}

static double binomial_small(Random *r, double n, double p)
{
    if (p == 0) return 0;
    if (n * p < INVERT_BELOW) return binomial_by_sum(r, n, p);
    double spread = sqrt(n * p * (1 - p)), b = 1.15 + 2.53 * spread, a = -0.0873 + 0.0248 * b + 0.01 * p;
    double alpha = (2.83 + 5.1 / b) * spread, quick = 0.92 - 4.2 / b, odds = log(p / (1 - p)), mode = floor((n + 1) * p);
    double top = lgamma(mode + 1) + lgamma(n - mode + 1);
    for (;;) {
        double u = uniform(r, true) - 0.5, v = 1 - uniform(r, true), s = 0.5 - fabs(u);
        double k = floor((2 * a / s + b) * u + n * p + 0.5);
        if (k < 0 || k > n) continue;
        if (s >= 0.07 && v <= quick) return k;
        v = log(v * alpha / (a / (s * s) + b));
        if (v <= top - lgamma(k + 1) - lgamma(n - k + 1) + (k - mode) * odds) return k;
    }
}

static double binomial_number(Random *r, double n, double p)
{
    return p > 0.5 ? n - binomial_small(r, n, 1 - p) : binomial_small(r, n, p);
}

static double one_of(Random *r, const Deviate *d)
{
    if (d->kind == DEVIATE_GAMMA) return gamma_number(r, d->mean);
    if (d->kind == DEVIATE_POISSON) return poisson_number(r, d->mean);
    return binomial_number(r, d->trials, d->chance);
}

void deviates_piece(Random *r, TypeCode t, const Deviate *d, void *out, int64_t m)
{
    double x[DEVIATES_PIECE];
    if (d->kind == DEVIATE_UNIFORM || t == T_LONG || t == T_ULONG) {
        put_uniform(r, t, out, m);
        return;
    }
    if (d->kind == DEVIATE_NORMAL) take_normal(r, t == T_DOUBLE, x, m);
    else for (int64_t i = 0; i < m; i++) x[i] = one_of(r, d);
    for (int64_t i = 0; i < m; i++) {
        if (t == T_DOUBLE) ((double *)out)[i] = x[i];
        else ((float *)out)[i] = (float)x[i];
    }
}
