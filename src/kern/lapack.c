// The module `lapack`: LAPACKE behind kern/lapack.h. What takes long is done in another process (sys/apart.h), for
// LAPACK does not look for Ctrl-C; the library's own memory counts. lapack_eigen.c and lapack_refine.c have what is for
// real and complex matrices alike. Start at helio_lapack_table and lapack_begin.
#include "kern/lapack_job.h"

#include "base/mem.h"
#include "sys/apart.h"

#include <errno.h>
#include <math.h>

extern const LapackTable helio_lapack_table;

// NaN in a matrix gives NaN, not a refusal.
__attribute__((constructor)) static void take_nan(void) { LAPACKE_set_nancheck(0); }

// --- Calls of the library
// ------------------------------------------------------------------------------------------------

#define RATE 2e9 // operations a second, about

bool lapack_begin(Job *j, double operations, double numbers)
{
    while (j->made[j->n].iov_base) j->bytes += (int64_t)j->made[j->n++].iov_len;
    j->made[j->n++] = (struct iovec){&j->info, sizeof j->info};
    j->bytes += (int64_t)(numbers * sizeof(double));
    j->info = LAPACK_NO_MEMORY;
    if (!mem_claim(j->bytes)) return false;
    int err = sys_apart(operations / RATE, j->made, j->n);
    if (err == APART_WORK) return true;
    mem_unclaim(j->bytes);
    if (err) j->info = err == -EINTR ? LAPACK_INTERRUPTED : LAPACK_NO_MEMORY;
    return false;
}

// Arguments that LAPACK itself refuses hold NaN: there is no answer.
static int result(lapack_int info)
{
    if (info == LAPACK_WORK_MEMORY_ERROR || info == LAPACK_TRANSPOSE_MEMORY_ERROR) return LAPACK_NO_MEMORY;
    return info < 0 ? LAPACK_NO_ANSWER : info;
}

void lapack_end(Job *j, lapack_int info)
{
    j->info = result(info);
    sys_apart_done(j->made, j->n);
    mem_unclaim(j->bytes);
}

// Of the algorithms that iterate: they find no end, or complain at the terminal.
bool lapack_is_finite(const void *p, double n)
{
    for (size_t i = 0; i < (size_t)n; i++) {
        if (!isfinite(((const double *)p)[i])) return false;
    }
    return true;
}

// --- Systems of equations
// --------------------------------------------------------------------------------------------------

static int lu(double *a, int n, int *pivot)
{
    Job j = {.made = {NUMBERS(a, square(n)), NUMBERS(pivot, n)}};
    if (lapack_begin(&j, cube(n) / 1.5, square(n))) lapack_end(&j, LAPACKE_dgetrf(LAPACK_ROW_MAJOR, n, n, a, n, pivot));
    return j.info;
}

static int zlu(Dcx *a, int n, int *pivot)
{
    Job j = {.made = {NUMBERS(a, square(n)), NUMBERS(pivot, n)}};
    if (lapack_begin(&j, 3 * cube(n), 2 * square(n))) {
        lapack_end(&j, LAPACKE_zgetrf(LAPACK_ROW_MAJOR, n, n, (Z *)(void *)a, n, pivot));
    }
    return j.info;
}

static int lu_solve(const double *a, int n, const int *pivot, double *b, int m)
{
    Job j = {.made = {NUMBERS(b, (double)n * m)}};
    if (lapack_begin(&j, 2 * square(n) * m, square(n) + (double)n * m)) {
        lapack_end(&j, LAPACKE_dgetrs(LAPACK_ROW_MAJOR, 'N', n, m, a, n, pivot, b, m));
    }
    return j.info;
}

static int zlu_solve(const Dcx *a, int n, const int *pivot, Dcx *b, int m)
{
    Job j = {.made = {NUMBERS(b, (double)n * m)}};
    if (lapack_begin(&j, 8 * square(n) * m, 2 * (square(n) + (double)n * m))) {
        lapack_end(
            &j, LAPACKE_zgetrs(LAPACK_ROW_MAJOR, 'N', n, m, (const Z *)(const void *)a, n, pivot, (Z *)(void *)b, m));
    }
    return j.info;
}

static int lu_invert(double *a, int n, const int *pivot)
{
    Job j = {.made = {NUMBERS(a, square(n))}};
    if (lapack_begin(&j, 2 * cube(n), 1.1 * square(n)))
        lapack_end(&j, LAPACKE_dgetri(LAPACK_ROW_MAJOR, n, a, n, pivot));
    return j.info;
}

static int zlu_invert(Dcx *a, int n, const int *pivot)
{
    Job j = {.made = {NUMBERS(a, square(n))}};
    if (lapack_begin(&j, 8 * cube(n), 2.2 * square(n)))
        lapack_end(&j, LAPACKE_zgetri(LAPACK_ROW_MAJOR, n, (Z *)(void *)a, n, pivot));
    return j.info;
}

static int lu_condition(const double *a, int n, double norm, double *reciprocal)
{
    Job j = {.made = {NUMBERS(reciprocal, 1)}};
    *reciprocal = 0;
    if (lapack_begin(&j, 20 * square(n), square(n) + 5.0 * n)) {
        lapack_end(&j, LAPACKE_dgecon(LAPACK_ROW_MAJOR, '1', n, a, n, norm, reciprocal));
    }
    return j.info;
}

static int cholesky(double *a, int n)
{
    Job j = {.made = {NUMBERS(a, square(n))}};
    if (lapack_begin(&j, cube(n) / 3, square(n))) lapack_end(&j, LAPACKE_dpotrf(LAPACK_ROW_MAJOR, 'L', n, a, n));
    return j.info;
}

static int least_squares(bool z, void *a, int m, int n, void *b, int k, double rcond, int *rank)
{
    int most = m > n ? m : n, least = m < n ? m : n, parts = z ? 2 : 1;
    double x = (double)m * n, y = (double)most * k;
    if (!lapack_is_finite(a, parts * x) || !lapack_is_finite(b, parts * y)) return LAPACK_NO_ANSWER;
    double *s = mem_alloc((size_t)least * sizeof *s);
    if (!s) return LAPACK_NO_MEMORY;
    Job j = {.made = {NUMBERS_OF(z, b, y), NUMBERS(rank, 1)}};
    if (lapack_begin(&j, parts * (4 * x * least + 4 * y * least), parts * (3 * x + 2 * y + 300.0 * most))) {
        lapack_end(&j, EITHER(z, gelsd, m, n, k, a, n, b, k, s, rcond, rank));
    }
    mem_free(s);
    return j.info;
}

// --- Singular values, eigenvalues
// --------------------------------------------------------------------------------------------

static int svd(double *a, int m, int n, double *w, double *u, double *vt)
{
    int k = m < n ? m : n;
    double x = (double)m * n, y = (double)m * k, z = (double)k * n;
    Job j = {.made = {NUMBERS(w, k), NUMBERS(u, y), NUMBERS(vt, z)}};
    if (!lapack_is_finite(a, x)) return LAPACK_NO_ANSWER;
    if (lapack_begin(&j, 8 * x * k + 12 * cube(k), 2 * x + y + z + 4 * square(k) + 20.0 * (m + n))) {
        lapack_end(&j, LAPACKE_dgesdd(LAPACK_ROW_MAJOR, 'S', m, n, a, n, w, u, k, vt, n));
    }
    return j.info;
}

static void fill_nan(double *p, double n)
{
    for (size_t i = 0; i < (size_t)n; i++) p[i] = (double)NAN;
}

static int symmetric_eigen(double *a, int n, double *w, bool vectors)
{
    if (!lapack_is_finite(a, square(n))) {
        fill_nan(a, square(n));
        fill_nan(w, n);
        return 0;
    }
    Job j = {.made = {NUMBERS(a, square(n)), NUMBERS(w, n)}};
    if (lapack_begin(&j, (vectors ? 9 : 2) * cube(n), square(n) + 70.0 * n)) {
        lapack_end(&j, LAPACKE_dsyev(LAPACK_ROW_MAJOR, vectors ? 'V' : 'N', 'L', n, a, n, w));
    }
    return j.info;
}

static int tridiagonalize(double *a, int n, double *d, double *e)
{
    double *tau = mem_alloc((size_t)n * sizeof *tau);
    if (!tau) return LAPACK_NO_MEMORY;
    Job j = {.made = {NUMBERS(a, square(n)), NUMBERS(d, n), NUMBERS(e, n - 1)}};
    if (lapack_begin(&j, 4 * cube(n), square(n) + 70.0 * n)) {
        int info = LAPACKE_dsytrd(LAPACK_ROW_MAJOR, 'U', n, a, n, d, e, tau);
        if (!info) info = LAPACKE_dorgtr(LAPACK_ROW_MAJOR, 'U', n, a, n, tau);
        lapack_end(&j, info);
    }
    mem_free(tau);
    return j.info;
}

static int zeigen(Dcx *a, int n, Dcx *w, Dcx *vectors)
{
    Job j = {.made = {NUMBERS(w, n), NUMBERS(vectors, square(n))}};
    if (!lapack_is_finite((const double *)a, 2 * square(n))) return LAPACK_NO_ANSWER;
    if (lapack_begin(&j, (vectors ? 100 : 40) * cube(n), 4 * square(n) + 140.0 * n)) {
        lapack_end(&j, LAPACKE_zgeev(LAPACK_ROW_MAJOR, 'N', vectors ? 'V' : 'N', n, (Z *)(void *)a, n, (Z *)(void *)w,
                                     NULL, n, (Z *)(void *)vectors, n));
    }
    return j.info;
}

const LapackTable helio_lapack_table = {
    .lu = lu,
    .zlu = zlu,
    .lu_solve = lu_solve,
    .zlu_solve = zlu_solve,
    .lu_invert = lu_invert,
    .zlu_invert = zlu_invert,
    .lu_condition = lu_condition,
    .cholesky = cholesky,
    .svd = svd,
    .symmetric_eigen = symmetric_eigen,
    .tridiagonalize = tridiagonalize,
    .zeigen = zeigen,
    .least_squares = least_squares,
    .hessenberg = lapack_hessenberg,
    .hessenberg_eigen = lapack_hessenberg_eigen,
    .eigenvectors = lapack_eigenvectors,
    .unbalance = lapack_unbalance,
    .eigen = lapack_eigen,
    .hermitian_eigen = lapack_hermitian_eigen,
    .hermitian_tridiagonalize = lapack_tridiagonalize,
    .tridiagonal_eigen = lapack_tridiagonal_eigen,
    .zsvd = lapack_complex_svd,
    .cholesky_of = lapack_cholesky,
    .cholesky_solve = lapack_cholesky_solve,
    .cholesky_refine = lapack_cholesky_refine,
    .lu_refine = lapack_lu_refine,
    .tridiagonal_lu = lapack_tridiagonal_lu,
    .tridiagonal_solve = lapack_tridiagonal_solve,
    .tridiagonal_refine = lapack_tridiagonal_refine,
    .equality = lapack_equality,
    .gauss_markov = lapack_gauss_markov,
};
