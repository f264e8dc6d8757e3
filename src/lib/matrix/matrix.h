// Arguments that are matrices, as the routines of this folder take and return them: in DOUBLE (DCOMPLEX) for the work.
#ifndef HELIO_LIB_MATRIX_MATRIX_H
#define HELIO_LIB_MATRIX_MATRIX_H

#include "kern/lapack.h"
#include "vm/call/call.h"

const LapackTable *matrix_lapack(Call *c);  // throws when the library is missing

typedef struct Matrix {
    int rows, columns;
    bool is_complex;
    bool wide;     // results are double precision
    double *p;     // a copy that the call owns; Dcx when is_complex
} Matrix;

// Argument i, which must be a numeric array of one or two dimensions. transposed: rows and columns change places.
Matrix matrix_of(Call *c, int i, bool wide, bool transposed);
Matrix matrix_of_value(Call *c, const Val *v, const char *name, bool wide);
Matrix matrix_square(Call *c, int i, bool wide, bool transposed);  // throws unless square
Matrix matrix_new(Call *c, int rows, int columns, bool wide);      // zeroed, real
void matrix_transpose(Call *c, Matrix *m);
// Values for the program: FLOAT or DOUBLE (COMPLEX, DCOMPLEX), owned.
Val matrix_value(Call *c, const Matrix *m);
Val matrix_vector(Call *c, const double *p, int64_t n, bool wide);
// Argument i as n numbers; throws unless it has as many.
const double *matrix_numbers(Call *c, int i, int64_t n);
// Throws for what the library returned, unless 0.
void matrix_check(Call *c, int info, const char *trouble);

#endif
