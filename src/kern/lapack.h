// Linear algebra on DOUBLE matrices (Dcx where the name begins with z), exported by the module `lapack` (LAPACKE) as
// helio_lapack_table. Matrices are row after row, as IDL stores them when the first subscript is the column. Functions
// return 0, a positive number when the matrix is singular or not definite or an iteration has not converged (LAPACK_NO_ANSWER: it
// holds NaN or infinities, with which nothing can be done), LAPACK_NO_MEMORY or LAPACK_INTERRUPTED, after which matrices may
// hold anything.
#ifndef HELIO_KERN_LAPACK_H
#define HELIO_KERN_LAPACK_H

#include "core/type.h"

enum { LAPACK_NO_ANSWER = 1, LAPACK_NO_MEMORY = -1, LAPACK_INTERRUPTED = -2 };

typedef struct LapackTable {
    // a := its factors L (unit diagonal) and U; pivot[i]: the row that row i was exchanged with, counted from 1.
    int (*lu)(double *a, int n, int *pivot);
    int (*zlu)(Dcx *a, int n, int *pivot);
    // From the factors. b: n rows of m columns, replaced by the solutions.
    int (*lu_solve)(const double *a, int n, const int *pivot, double *b, int m);
    int (*zlu_solve)(const Dcx *a, int n, const int *pivot, Dcx *b, int m);
    int (*lu_invert)(double *a, int n, const int *pivot);
    int (*zlu_invert)(Dcx *a, int n, const int *pivot);
    // Reciprocal condition number from the factors and the 1-norm of the matrix.
    int (*lu_condition)(const double *a, int n, double norm, double *reciprocal);
    // The lower triangle of a := L of a = L L'.
    int (*cholesky)(double *a, int n);
    // a (m rows, n columns; destroyed) = u diag(w) v', k = min(m, n): u m by k, w k, vt k by n (v transposed).
    int (*svd)(double *a, int m, int n, double *w, double *u, double *vt);
    // Symmetric a := eigenvectors, one a column; w ascending.
    int (*symmetric_eigen)(double *a, int n, double *w, bool vectors);
    // Symmetric a := the orthogonal matrix Q of a = Q T Q'; d diagonal, e off-diagonal (n - 1) of T.
    int (*tridiagonalize)(double *a, int n, double *d, double *e);
    // General a (destroyed): eigenvalues w, and when vectors is not NULL right eigenvectors, one a column.
    int (*zeigen)(Dcx *a, int n, Dcx *w, Dcx *vectors);
    // Least squares or minimum norm: a (m by n; destroyed), b (max(m, n) rows of k columns) replaced by n rows of solutions.
    // rcond: singular values below it times the largest count as 0 (negative: machine precision).
    int (*least_squares)(double *a, int m, int n, double *b, int k, double rcond, int *rank);
} LapackTable;

#define LAPACK_MODULE "lapack", "helio_lapack_table", "liblapacke"

#endif
