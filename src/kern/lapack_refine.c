// The module `lapack`: factors of definite and tridiagonal matrices, solutions and their errors, least squares with
// side conditions, of real and complex matrices alike.
#include "kern/lapack_job.h"

static double parts(bool z) { return z ? 2 : 1; }

// --- Definite matrices
// -------------------------------------------------------------------------------------------------------

int lapack_cholesky(bool z, void *a, int n, bool upper)
{
    Job j = {.made = {NUMBERS_OF(z, a, square(n))}};
    if (lapack_begin(&j, parts(z) * cube(n), parts(z) * square(n)))
        lapack_end(&j, EITHER(z, potrf, upper ? 'U' : 'L', n, a, n));
    return j.info;
}

int lapack_cholesky_solve(bool z, const void *a, int n, bool upper, void *b, int k)
{
    Job j = {.made = {NUMBERS_OF(z, b, (double)n * k)}};
    if (lapack_begin(&j, 2 * parts(z) * square(n) * k, parts(z) * (square(n) + (double)n * k))) {
        lapack_end(&j, EITHER(z, potrs, upper ? 'U' : 'L', n, k, a, n, b, k));
    }
    return j.info;
}

#define REFINED(z, r)                                                                                                  \
    {                                                                                                                  \
        .made = {                                                                                                      \
            NUMBERS_OF(z, (r)->x, (double)(r)->n * (r)->k),                                                            \
            NUMBERS((r)->forward, (r)->k),                                                                             \
            NUMBERS((r)->backward, (r)->k)                                                                             \
        }                                                                                                              \
    }
#define REFINED_NUMBERS(z, r) (parts(z) * (2 * square((r)->n) + 2.0 * (r)->n * (r)->k + 6.0 * (r)->n))

int lapack_cholesky_refine(bool z, const void *a, const void *factor, bool upper, LapackRefined *r)
{
    int n = r->n, k = r->k;
    Job j = REFINED(z, r);
    if (lapack_begin(&j, 20 * parts(z) * square(n) * k, REFINED_NUMBERS(z, r))) {
        lapack_end(
            &j, EITHER(z, porfs, upper ? 'U' : 'L', n, k, a, n, factor, n, r->b, k, r->x, k, r->forward, r->backward));
    }
    return j.info;
}

int lapack_lu_refine(bool z, const void *a, const void *factor, const int *pivot, LapackRefined *r)
{
    int n = r->n, k = r->k;
    Job j = REFINED(z, r);
    if (lapack_begin(&j, 20 * parts(z) * square(n) * k, REFINED_NUMBERS(z, r))) {
        lapack_end(&j, EITHER(z, gerfs, 'N', n, k, a, n, factor, n, pivot, r->b, k, r->x, k, r->forward, r->backward));
    }
    return j.info;
}

// --- Tridiagonal matrices
// ------------------------------------------------------------------------------------------------------

int lapack_tridiagonal_lu(bool z, LapackTridiagonal *t, int n)
{
    Job j = {.made = {NUMBERS_OF(z, t->low, n), NUMBERS_OF(z, t->middle, n), NUMBERS_OF(z, t->high, n),
                      NUMBERS_OF(z, t->higher, n), NUMBERS(t->pivot, n)}};
    if (lapack_begin(&j, 20.0 * n, 0)) {
        lapack_end(&j, z ? LAPACKE_zgttrf(n, t->low, t->middle, t->high, t->higher, t->pivot)
                         : LAPACKE_dgttrf(n, t->low, t->middle, t->high, t->higher, t->pivot));
    }
    return j.info;
}

int lapack_tridiagonal_solve(bool z, const LapackTridiagonal *t, int n, void *b, int k)
{
    Job j = {.made = {NUMBERS_OF(z, b, (double)n * k)}};
    if (lapack_begin(&j, 20.0 * n * k, parts(z) * n * k)) {
        lapack_end(&j, EITHER(z, gttrs, 'N', n, k, t->low, t->middle, t->high, t->higher, t->pivot, b, k));
    }
    return j.info;
}

int lapack_tridiagonal_refine(bool z, const LapackTridiagonal *a, const LapackTridiagonal *factor, LapackRefined *r)
{
    int n = r->n, k = r->k;
    Job j = REFINED(z, r);
    if (lapack_begin(&j, 200.0 * n * k, parts(z) * (2.0 * n * k + 6.0 * n))) {
        lapack_end(&j, EITHER(z, gtrfs, 'N', n, k, a->low, a->middle, a->high, factor->low, factor->middle,
                              factor->high, factor->higher, factor->pivot, r->b, k, r->x, k, r->forward, r->backward));
    }
    return j.info;
}

// --- Least squares
// -------------------------------------------------------------------------------------------------------------

int lapack_equality(bool z, void *a, int m, int n, void *b, int p, void *c, void *d, void *x)
{
    double all = parts(z) * n * ((double)m + p);
    if (!lapack_is_finite(a, parts(z) * m * n) || !lapack_is_finite(b, parts(z) * p * n)) return LAPACK_NO_ANSWER;
    Job j = {.made = {NUMBERS_OF(z, c, m), NUMBERS_OF(z, x, n)}};
    if (lapack_begin(&j, 8 * all * n, all + 70.0 * (m + n + p))) {
        lapack_end(&j, EITHER(z, gglse, m, n, p, a, n, b, n, c, d, x));
    }
    return j.info;
}

int lapack_gauss_markov(bool z, void *a, int n, int m, void *b, int p, void *d, void *x, void *y)
{
    double all = parts(z) * n * ((double)m + p);
    if (!lapack_is_finite(a, parts(z) * m * n) || !lapack_is_finite(b, parts(z) * p * n)) return LAPACK_NO_ANSWER;
    Job j = {.made = {NUMBERS_OF(z, x, m), NUMBERS_OF(z, y, p)}};
    if (lapack_begin(&j, 8 * all * n, all + 70.0 * (m + n + p))) {
        lapack_end(&j, EITHER(z, ggglm, n, m, p, a, m, b, p, d, x, y));
    }
    return j.info;
}
