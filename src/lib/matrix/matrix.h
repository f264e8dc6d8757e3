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
// The same, but the keyword STATUS (its slot) takes what is positive, where it is given.
void matrix_status(Call *c, int slot, int info, const char *trouble);

// --- As the routines LA_... take them: DOUBLE=0 asks for results in single precision ------------------------------------------
Matrix matrix_asked(Call *c, int i, int double_slot);
Matrix matrix_asked_square(Call *c, int i, int double_slot);
Matrix matrix_like(Call *c, int rows, int columns, const Matrix *m);  // zeroed
Matrix matrix_copy(Call *c, const Matrix *m);
void matrix_make_complex(Call *c, Matrix *m);
void matrix_agree(Call *c, Matrix *a, Matrix *b);  // both complex when one is
// Argument i as right sides of equations with n rows: a vector is a column, and comes back as a vector.
Matrix matrix_side(Call *c, int i, int n, bool *is_vector);
Val matrix_side_value(Call *c, const Matrix *b, bool is_vector);
Val matrix_complex_vector(Call *c, const Dcx *p, int64_t n, bool wide);
// Argument i as n numbers of m's kind.
void *matrix_kind_numbers(Call *c, int i, int64_t n, const Matrix *m);
Val matrix_kind_vector(Call *c, const void *p, int64_t n, const Matrix *m);

#endif
