// Products of matrices, exported by the module `blas` (OpenBLAS) as helio_blas_table. Matrices are column after column.
#ifndef HELIO_KERN_BLAS_H
#define HELIO_KERN_BLAS_H

#include "core/type.h"

typedef struct BlasTable {
    // r (m by n) = a (m by k) times b (k by n).
    void (*sproduct)(const float *a, const float *b, float *r, int m, int k, int n);
    void (*product)(const double *a, const double *b, double *r, int m, int k, int n);
    void (*cproduct)(const Cx *a, const Cx *b, Cx *r, int m, int k, int n);
    void (*zproduct)(const Dcx *a, const Dcx *b, Dcx *r, int m, int k, int n);
} BlasTable;

#define BLAS_MODULE "blas", "helio_blas_table", "libopenblas0"

#endif
