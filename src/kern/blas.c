// The module `blas`: OpenBLAS behind kern/blas.h. Start at helio_blas_table.
#include "kern/blas.h"
#include "kern/openblas.h"

#include <cblas.h>

extern const BlasTable helio_blas_table;

static void sproduct(const float *a, const float *b, float *r, int m, int k, int n)
{
    cblas_sgemm(CblasColMajor, CblasNoTrans, CblasNoTrans, m, n, k, 1, a, m, b, k, 0, r, m);
}

static void product(const double *a, const double *b, double *r, int m, int k, int n)
{
    cblas_dgemm(CblasColMajor, CblasNoTrans, CblasNoTrans, m, n, k, 1, a, m, b, k, 0, r, m);
}

static void cproduct(const Cx *a, const Cx *b, Cx *r, int m, int k, int n)
{
    static const float one[2] = {1, 0}, zero[2] = {0, 0};
    cblas_cgemm(CblasColMajor, CblasNoTrans, CblasNoTrans, m, n, k, one, a, m, b, k, zero, r, m);
}

static void zproduct(const Dcx *a, const Dcx *b, Dcx *r, int m, int k, int n)
{
    static const double one[2] = {1, 0}, zero[2] = {0, 0};
    cblas_zgemm(CblasColMajor, CblasNoTrans, CblasNoTrans, m, n, k, one, a, m, b, k, zero, r, m);
}

const BlasTable helio_blas_table = {.sproduct = sproduct, .product = product, .cproduct = cproduct, .zproduct = zproduct};
