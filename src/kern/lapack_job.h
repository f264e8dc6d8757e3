// How the module `lapack` calls its library: begin and end stand around each call (kern/lapack.c). The functions of its
// other files, which lapack.c puts into the table.
#ifndef HELIO_KERN_LAPACK_JOB_H
#define HELIO_KERN_LAPACK_JOB_H

#include "kern/lapack.h"
#include "kern/openblas.h"

#include <complex.h>
#include <lapacke.h>
#include <sys/uio.h>

typedef lapack_complex_double Z;

typedef struct Job {
    int info;
    struct iovec made[12]; // its results; last the info
    int n;
    int64_t bytes; // that count for the library while it works
} Job;

#define NUMBERS(p, n)                                                                                                  \
    {                                                                                                                  \
        (void *)(uintptr_t)(p), (size_t)(n) * sizeof *(p)                                                              \
    }
// n numbers, real or complex, behind a void pointer.
#define NUMBERS_OF(z, p, n)                                                                                            \
    {                                                                                                                  \
        (void *)(uintptr_t)(p), (p) ? (size_t)(n) * ((z) ? sizeof(Z) : sizeof(double)) : 0                             \
    }

// The routine for complex or for real matrices, which are behind void pointers.
#define EITHER(z, name, ...)                                                                                           \
    ((z) ? LAPACKE_z##name(LAPACK_ROW_MAJOR, __VA_ARGS__) : LAPACKE_d##name(LAPACK_ROW_MAJOR, __VA_ARGS__))

// True: compute, then end. numbers: doubles that the library allocates, matrices turned to columns for the most part.
bool lapack_begin(Job *j, double operations, double numbers);
void lapack_end(Job *j, lapack_int info);
bool lapack_is_finite(const void *p, double n); // n doubles

static inline double square(int n) { return (double)n * n; }
static inline double cube(int n) { return square(n) * n; }

int lapack_hessenberg(bool z, void *a, int n, char balance, LapackBalance *b, void *q);
int lapack_hessenberg_eigen(bool z, void *h, int n, const int range[2], Dcx *w, void *q);
int lapack_eigenvectors(bool z, void *t, int n, void *left, void *right);
int lapack_unbalance(bool z, int n, char balance, const LapackBalance *b, void *left, void *right);
int lapack_eigen(LapackEigen *e);
int lapack_hermitian_eigen(bool z, void *a, void *b, int n, int kind, double *w, bool vectors);
int lapack_tridiagonalize(bool z, void *a, int n, bool upper, double *d, double *e);
int lapack_tridiagonal_eigen(bool z, double *d, double *e, int n, void *q);
int lapack_complex_svd(Dcx *a, int m, int n, double *w, Dcx *u, Dcx *vt);

int lapack_cholesky(bool z, void *a, int n, bool upper);
int lapack_cholesky_solve(bool z, const void *a, int n, bool upper, void *b, int k);
int lapack_cholesky_refine(bool z, const void *a, const void *factor, bool upper, LapackRefined *r);
int lapack_lu_refine(bool z, const void *a, const void *factor, const int *pivot, LapackRefined *r);
int lapack_tridiagonal_lu(bool z, LapackTridiagonal *t, int n);
int lapack_tridiagonal_solve(bool z, const LapackTridiagonal *t, int n, void *b, int k);
int lapack_tridiagonal_refine(bool z, const LapackTridiagonal *a, const LapackTridiagonal *factor, LapackRefined *r);
int lapack_equality(bool z, void *a, int m, int n, void *b, int p, void *c, void *d, void *x);
int lapack_gauss_markov(bool z, void *a, int n, int m, void *b, int p, void *d, void *x, void *y);

#endif
