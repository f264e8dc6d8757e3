// LA_CHOLDC, LA_CHOLSOL, LA_CHOLMPROVE, LA_LUDC, LA_LUSOL, LA_LUMPROVE, LA_INVERT and LA_DETERM: factors of real and
// complex matrices, and what is solved with them. Start reading at pro_la_ludc.
#include "lib/format/convert.h"
#include "lib/matrix/matrix.h"

#include <math.h>
#include <string.h>

#define CHOLDC_KEYWORDS(K, R) K(R, DOUBLE, FLAG) K(R, STATUS, OUT) K(R, UPPER, FLAG)
KEYWORDS(CHOLDC)
#define CHOLSOL_KEYWORDS(K, R) K(R, DOUBLE, FLAG) K(R, UPPER, FLAG)
KEYWORDS(CHOLSOL)
#define IMPROVE_KEYWORDS(K, R) K(R, BACKWARD_ERROR, OUT) K(R, DOUBLE, FLAG) K(R, FORWARD_ERROR, OUT)
KEYWORDS(IMPROVE)
#define CHOLMPROVE_KEYWORDS(K, R) IMPROVE_KEYWORDS(K, R) K(R, UPPER, FLAG)
KEYWORDS(CHOLMPROVE)
#define FACTOR_KEYWORDS(K, R) K(R, DOUBLE, FLAG) K(R, STATUS, OUT)
KEYWORDS(FACTOR)
#define SOLVE_KEYWORDS(K, R) K(R, DOUBLE, FLAG)
KEYWORDS(SOLVE)
#define DETERM_KEYWORDS(K, R) K(R, CHECK, FLAG) K(R, DOUBLE, FLAG) K(R, ZERO, "=value")
KEYWORDS(DETERM)

// --- Cholesky -------------------------------------------------------------------------------------------------------

// LA_CHOLDC, Array [, /DOUBLE] [, STATUS=variable] [, /UPPER]: the lower (upper) triangle of a symmetric or Hermitian
// definite array becomes its Cholesky factor; the other one stays. STATUS: 0, or the order of the minor that is not
// positive. Manual: LA_CHOLDC.
static void pro_la_choldc(Call *c)
{
    call_hush_math(c);
    Matrix a = matrix_asked_square(c, 0, KW_CHOLDC_DOUBLE);
    int info = matrix_lapack(c)->cholesky_of(a.is_complex, a.p, a.rows, call_kw_set(c, KW_CHOLDC_UPPER));
    matrix_status(c, KW_CHOLDC_STATUS, info, "Array is not positive definite.");
    call_set_take(c, 0, matrix_value(c, &a));
}

// LA_CHOLSOL(A, B [, /DOUBLE] [, /UPPER]): the solution of a system, a column for each column of B, from LA_CHOLDC's A.
// Manual: LA_CHOLSOL.
static void fn_la_cholsol(Call *c)
{
    bool is_vector;
    Matrix a = matrix_asked_square(c, 0, KW_CHOLSOL_DOUBLE), x = matrix_side(c, 1, a.rows, &is_vector);
    matrix_agree(c, &a, &x);
    x.wide = a.wide;
    int info =
        matrix_lapack(c)->cholesky_solve(a.is_complex, a.p, a.rows, call_kw_set(c, KW_CHOLSOL_UPPER), x.p, x.columns);
    matrix_check(c, info, "Array is not what LA_CHOLDC returns.");
    call_return_take(c, matrix_side_value(c, &x, is_vector));
}

// --- Errors of solutions
// ----------------------------------------------------------------------------------------------

static LapackRefined refined_new(Call *c, const Matrix *b, Matrix *x)
{
    size_t bytes = (size_t)x->columns * sizeof(double);
    return (LapackRefined){x->rows, x->columns, b->p, x->p, call_alloc(c, bytes), call_alloc(c, bytes)};
}

static Val errors_value(Call *c, const double *p, int n, bool is_vector, bool wide)
{
    if (is_vector) return wide ? val_double(*p) : val_float((float)*p);
    return matrix_vector(c, p, n, wide);
}

static void give_refined(Call *c, const LapackRefined *r, const Matrix *x, bool is_vector)
{
    call_kw_set_take(c, KW_IMPROVE_BACKWARD_ERROR, errors_value(c, r->backward, r->k, is_vector, x->wide));
    call_kw_set_take(c, KW_IMPROVE_FORWARD_ERROR, errors_value(c, r->forward, r->k, is_vector, x->wide));
    call_return_take(c, matrix_side_value(c, x, is_vector));
}

typedef struct System {
    Matrix a, factor, b, x;
    bool is_vector;
} System;

// A system out of arguments: the array, its factors, and from `side` on the right sides and the solution.
static System system_of(Call *c, int side)
{
    System s = {.a = matrix_asked_square(c, 0, KW_IMPROVE_DOUBLE),
                .factor = matrix_asked_square(c, 1, KW_IMPROVE_DOUBLE)};
    if (s.factor.rows != s.a.rows)
        throw_msg(c, E_SHAPE, "Argument has the wrong number of rows: %s.", call_arg_name(c, 1));
    s.b = matrix_side(c, side, s.a.rows, &s.is_vector);
    s.x = matrix_side(c, side + 1, s.a.rows, &s.is_vector);
    if (s.x.columns != s.b.columns) throw_msg(c, E_SHAPE, "B and X must have the same size.");
    if (s.factor.is_complex || s.b.is_complex || s.x.is_complex) matrix_make_complex(c, &s.a);
    matrix_agree(c, &s.a, &s.factor);
    matrix_agree(c, &s.a, &s.b);
    matrix_agree(c, &s.a, &s.x);
    s.x.wide = s.a.wide;
    return s;
}

// LA_CHOLMPROVE(Array, Achol, B, X [, BACKWARD_ERROR=variable] [, /DOUBLE] [, FORWARD_ERROR=variable] [, /UPPER]): X,
// which LA_CHOLSOL has found with LA_CHOLDC's Achol, improved; bounds of its relative error, and of changes of Array
// and B that would make it exact. Manual: LA_CHOLMPROVE.
static void fn_la_cholmprove(Call *c)
{
    System s = system_of(c, 2);
    LapackRefined r = refined_new(c, &s.b, &s.x);
    bool upper = call_kw_set(c, KW_CHOLMPROVE_UPPER);
    matrix_check(c, matrix_lapack(c)->cholesky_refine(s.a.is_complex, s.a.p, s.factor.p, upper, &r),
                 "There is no solution.");
    give_refined(c, &r, &s.x, s.is_vector);
}

// --- LU -------------------------------------------------------------------------------------------------------------

static int lu(Call *c, Matrix *a, int *pivot)
{
    const LapackTable *t = matrix_lapack(c);
    return a->is_complex ? t->zlu((Dcx *)a->p, a->rows, pivot) : t->lu(a->p, a->rows, pivot);
}

static int *new_pivot(Call *c, int n) { return call_alloc(c, (size_t)n * sizeof(int)); }

// LA_LUDC, Array, Index [, /DOUBLE] [, STATUS=variable]: Array becomes its factors L (its diagonal is 1) and U, Index
// the rows (from 1) with which each was exchanged. STATUS: 0, or the first of U's diagonal that is 0 (from 1). Manual:
// LA_LUDC.
static void pro_la_ludc(Call *c)
{
    Matrix a = matrix_asked_square(c, 0, KW_FACTOR_DOUBLE);
    int n = a.rows, *pivot = new_pivot(c, n);
    matrix_status(c, KW_FACTOR_STATUS, lu(c, &a, pivot), "Singular matrix.");
    Val *index = convert_new_array(c, T_LONG, 1, (int64_t[]){n});
    for (int i = 0; i < n; i++) ((int32_t *)index->a->data)[i] = pivot[i];
    call_set_take(c, 0, matrix_value(c, &a));
    call_set_take(c, 1, val_take(index));
}

static int *pivot_of(Call *c, int i, int n)
{
    const double *p = matrix_numbers(c, i, n);
    int *pivot = new_pivot(c, n);
    for (int k = 0; k < n; k++) {
        if (!(p[k] >= 1 && p[k] <= n))
            throw_msg(c, E_VALUE, "Index is not what LA_LUDC returns: %s.", call_arg_name(c, i));
        pivot[k] = (int)p[k];
    }
    return pivot;
}

// LA_LUSOL(A, Index, B [, /DOUBLE]): the solution of a system, a column for each column of B, from LA_LUDC's A and
// Index. Manual: LA_LUSOL.
static void fn_la_lusol(Call *c)
{
    bool is_vector;
    Matrix a = matrix_asked_square(c, 0, KW_SOLVE_DOUBLE), x = matrix_side(c, 2, a.rows, &is_vector);
    int n = a.rows;
    const int *pivot = pivot_of(c, 1, n);
    matrix_agree(c, &a, &x);
    x.wide = a.wide;
    const LapackTable *t = matrix_lapack(c);
    int info = a.is_complex ? t->zlu_solve((Dcx *)a.p, n, pivot, (Dcx *)x.p, x.columns)
                            : t->lu_solve(a.p, n, pivot, x.p, x.columns);
    matrix_check(c, info, "There is no solution.");
    call_return_take(c, matrix_side_value(c, &x, is_vector));
}

// LA_LUMPROVE(Array, Alud, Index, B, X [, BACKWARD_ERROR=variable] [, /DOUBLE] [, FORWARD_ERROR=variable]): X, which
// LA_LUSOL has found with LA_LUDC's Alud and Index, improved; its errors as LA_CHOLMPROVE's. Manual: LA_LUMPROVE.
static void fn_la_lumprove(Call *c)
{
    System s = system_of(c, 3);
    LapackRefined r = refined_new(c, &s.b, &s.x);
    const int *pivot = pivot_of(c, 2, s.a.rows);
    matrix_check(c, matrix_lapack(c)->lu_refine(s.a.is_complex, s.a.p, s.factor.p, pivot, &r), "There is no solution.");
    give_refined(c, &r, &s.x, s.is_vector);
}

// LA_INVERT(A [, /DOUBLE] [, STATUS=variable]): the inverse of a real or complex array. STATUS: as LA_LUDC's. Manual:
// LA_INVERT.
static void fn_la_invert(Call *c)
{
    Matrix a = matrix_asked_square(c, 0, KW_FACTOR_DOUBLE);
    int n = a.rows, *pivot = new_pivot(c, n), info = lu(c, &a, pivot);
    const LapackTable *t = matrix_lapack(c);
    if (!info) info = a.is_complex ? t->zlu_invert((Dcx *)a.p, n, pivot) : t->lu_invert(a.p, n, pivot);
    matrix_status(c, KW_FACTOR_STATUS, info, "Singular matrix.");
    call_return_take(c, matrix_value(c, &a));
}

static Dcx times(Dcx a, Dcx b) { return (Dcx){a.re * b.re - a.im * b.im, a.re * b.im + a.im * b.re}; }

// LA_DETERM(A [, /CHECK] [, /DOUBLE] [, ZERO=value]): the determinant of a real or complex array, from its LU factors;
// with CHECK it is 0 when an element of their diagonal is smaller than ZERO (1e-6, 1e-12 in double precision). Manual:
// LA_DETERM.
static void fn_la_determ(Call *c)
{
    Matrix a = matrix_asked_square(c, 0, KW_DETERM_DOUBLE);
    double zero = call_kw_double(c, KW_DETERM_ZERO, a.wide ? 1e-12 : 1e-6);
    bool check = call_kw_set(c, KW_DETERM_CHECK);
    int n = a.rows, *pivot = new_pivot(c, n), info = lu(c, &a, pivot);
    if (info < 0) matrix_check(c, info, "");
    Dcx d = {1, 0};
    for (int i = 0; i < n; i++) {
        size_t at = (size_t)i * ((size_t)n + 1);
        Dcx u = a.is_complex ? ((Dcx *)a.p)[at] : (Dcx){a.p[at], 0};
        if (check && hypot(u.re, u.im) <= zero) u = (Dcx){0, 0};
        d = a.is_complex ? times(d, u) : (Dcx){d.re * u.re, 0};
        if (pivot[i] != i + 1) d = (Dcx){0 - d.re, 0 - d.im};
    }
    d = (Dcx){d.re + 0.0, d.im + 0.0}; // zeros without a sign
    if (!a.is_complex)
        call_return_take(c, a.wide ? val_double(d.re) : val_float((float)d.re));
    else
        call_return_take(c, a.wide ? val_dcomplex(d.re, d.im) : val_complex((float)d.re, (float)d.im));
}

static const Routine rows[] = {
    {"LA_CHOLDC", PROCEDURE, {1, 1}, pro_la_choldc, "Array", KEYS(CHOLDC)},
    {"LA_CHOLSOL", FUNCTION, {2, 2}, fn_la_cholsol, "A, B", KEYS(CHOLSOL)},
    {"LA_CHOLMPROVE", FUNCTION, {4, 4}, fn_la_cholmprove, "Array, Achol, B, X", KEYS(CHOLMPROVE)},
    {"LA_LUDC", PROCEDURE, {2, 2}, pro_la_ludc, "Array, Index", KEYS(FACTOR)},
    {"LA_LUSOL", FUNCTION, {3, 3}, fn_la_lusol, "A, Index, B", KEYS(SOLVE)},
    {"LA_LUMPROVE", FUNCTION, {5, 5}, fn_la_lumprove, "Array, Alud, Index, B, X", KEYS(IMPROVE)},
    {"LA_INVERT", FUNCTION, {1, 1}, fn_la_invert, "A", KEYS(FACTOR)},
    {"LA_DETERM", FUNCTION, {1, 1}, fn_la_determ, "A", KEYS(DETERM)},
};
ROUTINE_TABLE(lib_la_factor, rows)
