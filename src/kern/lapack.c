// The module `lapack`: LAPACKE behind kern/lapack.h. Start at helio_lapack_table.
#include "kern/lapack.h"
#include "kern/openblas.h"

#include <complex.h>
#include <lapacke.h>
#include <stdlib.h>

extern const LapackTable helio_lapack_table;

typedef lapack_complex_double Z;

static int result(lapack_int info) { return info < 0 ? LAPACK_NO_MEMORY : info; }

static int lu(double *a, int n, int *pivot) { return result(LAPACKE_dgetrf(LAPACK_ROW_MAJOR, n, n, a, n, pivot)); }

static int zlu(Dcx *a, int n, int *pivot) { return result(LAPACKE_zgetrf(LAPACK_ROW_MAJOR, n, n, (Z *)(void *)a, n, pivot)); }

static int lu_solve(const double *a, int n, const int *pivot, double *b, int m)
{
    return result(LAPACKE_dgetrs(LAPACK_ROW_MAJOR, 'N', n, m, a, n, pivot, b, m));
}

static int zlu_solve(const Dcx *a, int n, const int *pivot, Dcx *b, int m)
{
    return result(LAPACKE_zgetrs(LAPACK_ROW_MAJOR, 'N', n, m, (const Z *)(const void *)a, n, pivot, (Z *)(void *)b, m));
}

static int lu_invert(double *a, int n, const int *pivot) { return result(LAPACKE_dgetri(LAPACK_ROW_MAJOR, n, a, n, pivot)); }

static int zlu_invert(Dcx *a, int n, const int *pivot)
{
    return result(LAPACKE_zgetri(LAPACK_ROW_MAJOR, n, (Z *)(void *)a, n, pivot));
}

static double lu_condition(const double *a, int n, double norm)
{
    double r = 0;
    return LAPACKE_dgecon(LAPACK_ROW_MAJOR, '1', n, a, n, norm, &r) == 0 ? r : 0;
}

static int cholesky(double *a, int n) { return result(LAPACKE_dpotrf(LAPACK_ROW_MAJOR, 'L', n, a, n)); }

static int svd(double *a, int m, int n, double *w, double *u, double *vt)
{
    int k = m < n ? m : n;
    return result(LAPACKE_dgesdd(LAPACK_ROW_MAJOR, 'S', m, n, a, n, w, u, k, vt, n));
}

static int symmetric_eigen(double *a, int n, double *w, bool vectors)
{
    return result(LAPACKE_dsyev(LAPACK_ROW_MAJOR, vectors ? 'V' : 'N', 'L', n, a, n, w));
}

static int tridiagonalize(double *a, int n, double *d, double *e)
{
    double *tau = malloc((size_t)n * sizeof *tau);
    if (!tau) return LAPACK_NO_MEMORY;
    int info = LAPACKE_dsytrd(LAPACK_ROW_MAJOR, 'U', n, a, n, d, e, tau);
    if (!info) info = LAPACKE_dorgtr(LAPACK_ROW_MAJOR, 'U', n, a, n, tau);
    free(tau);
    return result(info);
}

static int zeigen(Dcx *a, int n, Dcx *w, Dcx *vectors)
{
    return result(LAPACKE_zgeev(LAPACK_ROW_MAJOR, 'N', vectors ? 'V' : 'N', n, (Z *)(void *)a, n, (Z *)(void *)w, NULL, n,
                                (Z *)(void *)vectors, n));
}

static int least_squares(double *a, int m, int n, double *b, int k, double rcond, int *rank)
{
    double *s = malloc((size_t)(m < n ? m : n) * sizeof *s);
    if (!s) return LAPACK_NO_MEMORY;
    int info = LAPACKE_dgelsd(LAPACK_ROW_MAJOR, m, n, k, a, n, b, k, s, rcond, rank);
    free(s);
    return result(info);
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
};
