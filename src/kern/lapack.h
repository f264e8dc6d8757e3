// Linear algebra on DOUBLE matrices (Dcx where the name begins with z), exported by the module `lapack` (LAPACKE) as
// helio_lapack_table. Matrices are row after row, as IDL stores them when the first subscript is the column. Functions
// return 0, a positive number when the matrix is singular or not definite or an iteration has not converged
// (LAPACK_NO_ANSWER: it holds NaN or infinities, with which nothing can be done), LAPACK_NO_MEMORY or
// LAPACK_INTERRUPTED, after which matrices may hold anything.
#ifndef HELIO_KERN_LAPACK_H
#define HELIO_KERN_LAPACK_H

#include "core/type.h"

#include <stdbool.h>

enum { LAPACK_NO_ANSWER = 1, LAPACK_NO_MEMORY = -1, LAPACK_INTERRUPTED = -2 };

// What balancing did: rows and columns range[0]..range[1] (from 1) were scaled.
typedef struct LapackBalance {
    int range[2];
    double norm;   // the balanced matrix's 1-norm
    double *scale; // n
} LapackBalance;

// Eigenvalues of a general matrix a, or of the pair a, b.
typedef struct LapackEigen {
    bool z;
    int n;
    void *a, *b;         // destroyed; b may be NULL
    char balance;        // 'N', 'B', 'P', 'S'
    Dcx *w, *beta;       // with b the eigenvalues are w / beta
    Dcx *left, *right;   // eigenvectors, one a column; NULL: none
    bool with_condition; // also these two:
    double *rcond_value, *rcond_vector;
    LapackBalance balanced;
    double *right_scale; // of a pair; balanced.scale is of the left side
    double right_norm;
} LapackEigen;

// A solution to be improved: x, with n rows and k columns, of a right side b, and its errors, k each.
typedef struct LapackRefined {
    int n, k;
    const void *b;
    void *x;
    double *forward, *backward;
} LapackRefined;

// A tridiagonal matrix: below, on and above its diagonal; of its LU factors also the second row above and the pivots.
typedef struct LapackTridiagonal {
    void *low, *middle, *high, *higher;
    int *pivot;
} LapackTridiagonal;

// z: the matrices behind void pointers are Dcx, else double.
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
    // Least squares or minimum norm: a (m by n; destroyed), b (max(m, n) rows of k columns) replaced by n rows of
    // solutions. rcond: singular values below it times the largest count as 0 (negative: machine precision).
    int (*least_squares)(bool z, void *a, int m, int n, void *b, int k, double rcond, int *rank);
    // a := its upper Hessenberg form H of a = q H q'; balanced first ('N', 'B', 'P', 'S'). q may be NULL.
    int (*hessenberg)(bool z, void *a, int n, char balance, LapackBalance *b, void *q);
    // Eigenvalues of a Hessenberg matrix h. With q: h := its Schur form T, q := q Z.
    int (*hessenberg_eigen)(bool z, void *h, int n, const int range[2], Dcx *w, void *q);
    // Eigenvectors of a Schur form t times what left and right (either may be NULL) hold; one a column, pairs as LAPACK
    // packs them.
    int (*eigenvectors)(bool z, void *t, int n, void *left, void *right);
    int (*unbalance)(bool z, int n, char balance, const LapackBalance *b, void *left, void *right);
    int (*eigen)(LapackEigen *e);
    // Hermitian a := eigenvectors, one a column; w ascending. With b (definite, destroyed), kind 1: a x = w b x, 2: a b
    // x = w x, 3: b a x = w x.
    int (*hermitian_eigen)(bool z, void *a, void *b, int n, int kind, double *w, bool vectors);
    // As tridiagonalize, from one triangle.
    int (*hermitian_tridiagonalize)(bool z, void *a, int n, bool upper, double *d, double *e);
    // d := eigenvalues, ascending; e is destroyed. q (may be NULL) := q times the eigenvectors.
    int (*tridiagonal_eigen)(bool z, double *d, double *e, int n, void *q);
    int (*zsvd)(Dcx *a, int m, int n, double *w, Dcx *u, Dcx *vt);
    // One triangle of a := the factor.
    int (*cholesky_of)(bool z, void *a, int n, bool upper);
    int (*cholesky_solve)(bool z, const void *a, int n, bool upper, void *b, int k);
    int (*cholesky_refine)(bool z, const void *a, const void *factor, bool upper, LapackRefined *r);
    int (*lu_refine)(bool z, const void *a, const void *factor, const int *pivot, LapackRefined *r);
    int (*tridiagonal_lu)(bool z, LapackTridiagonal *t, int n);
    int (*tridiagonal_solve)(bool z, const LapackTridiagonal *t, int n, void *b, int k);
    int (*tridiagonal_refine)(bool z, const LapackTridiagonal *a, const LapackTridiagonal *factor, LapackRefined *r);
    // x (n) that makes |a x - c| least where b x = d; a is m by n, b p by n, c then ends in the residuals. All are
    // destroyed.
    int (*equality)(bool z, void *a, int m, int n, void *b, int p, void *c, void *d, void *x);
    // x (m) and y (p) of d = a x + b y with the least y; a is n by m, b n by p. All are destroyed.
    int (*gauss_markov)(bool z, void *a, int n, int m, void *b, int p, void *d, void *x, void *y);
} LapackTable;

#define LAPACK_MODULE "lapack", "helio_lapack_table", "liblapacke"

#endif
