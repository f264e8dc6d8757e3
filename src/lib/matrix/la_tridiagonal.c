// LA_TRIDC, LA_TRISOL, LA_TRIMPROVE, LA_TRIRED, LA_TRIQL, and LA_LEAST_SQUARE_EQUALITY, LA_GM_LINEAR_MODEL: tridiagonal
// arrays, and least squares with side conditions. Start reading at diagonals.
#include "lib/format/convert.h"
#include "lib/matrix/matrix.h"

#include <string.h>

#define TRIDC_KEYWORDS(K, R) K(R, DOUBLE, FLAG) K(R, STATUS, OUT)
KEYWORDS(TRIDC)
#define TRISOL_KEYWORDS(K, R) K(R, DOUBLE, FLAG)
KEYWORDS(TRISOL)
#define TRIMPROVE_KEYWORDS(K, R) K(R, BACKWARD_ERROR, OUT) K(R, DOUBLE, FLAG) K(R, FORWARD_ERROR, OUT)
KEYWORDS(TRIMPROVE)
#define TRIRED_KEYWORDS(K, R) K(R, DOUBLE, FLAG) K(R, UPPER, FLAG)
KEYWORDS(TRIRED)
#define EQUALITY_KEYWORDS(K, R) K(R, DOUBLE, FLAG) K(R, RESIDUAL, OUT)
KEYWORDS(EQUALITY)

// Diagonals out of arguments: low, middle, high from `first` on; of factors also the second one above and, from `index`
// on, the pivots. `kind` says what they are made of.
static LapackTridiagonal diagonals(Call *c, int first, int n, bool are_factors, int index, const Matrix *kind)
{
    LapackTridiagonal t = {
        .low = matrix_kind_numbers(c, first, n - 1, kind),
        .middle = matrix_kind_numbers(c, first + 1, n, kind),
        .high = matrix_kind_numbers(c, first + 2, n - 1, kind),
        .higher = are_factors && n > 2 ? matrix_kind_numbers(c, first + 3, n - 2, kind)
                                       : call_alloc(c, (size_t)n * sizeof(Dcx)),
        .pivot = call_alloc(c, (size_t)n * sizeof(int)),
    };
    if (!are_factors) return t;
    const double *p = matrix_numbers(c, index, n);
    for (int i = 0; i < n; i++) {
        if (!(p[i] >= 1 && p[i] <= n))
            throw_msg(c, E_VALUE, "Index is not what LA_TRIDC returns: %s.", call_arg_name(c, index));
        t.pivot[i] = (int)p[i];
    }
    return t;
}

// The size n (rows) and the kind that arguments first...first+count-1 have together; n is that of number `middle`.
static Matrix kind_of(Call *c, int first, int count, int middle, int double_slot)
{
    Matrix kind = {0};
    for (int i = first; i < first + count; i++) {
        const Val *v = call_arg(c, i);
        kind.is_complex |= type_is_complex(v->type);
        if (i == middle) kind.rows = (int)val_count(v);
        kind.wide |= v->type == T_DOUBLE || v->type == T_DCOMPLEX;
    }
    if (call_kw_given(c, double_slot)) kind.wide = call_kw_set(c, double_slot);
    if (kind.rows < 2) throw_msg(c, E_SHAPE, "Argument must have two elements or more: %s.", call_arg_name(c, middle));
    return kind;
}

// LA_TRIDC, AL, A, AU, U2, Index [, /DOUBLE] [, STATUS=variable]: the diagonal A of a tridiagonal array, and those
// below (AL) and above it (AU), become its LU factors: AL has the multipliers, A, AU and U2 the diagonals of U, Index
// the rows (from 1) with which each was exchanged. STATUS: 0, or the first of U's diagonal that is 0 (from 1). Manual:
// LA_TRIDC.
static void pro_la_tridc(Call *c)
{
    Matrix kind = kind_of(c, 0, 3, 1, KW_TRIDC_DOUBLE);
    int n = kind.rows;
    LapackTridiagonal t = diagonals(c, 0, n, false, 0, &kind);
    matrix_status(c, KW_TRIDC_STATUS, matrix_lapack(c)->tridiagonal_lu(kind.is_complex, &t, n), "Singular matrix.");
    Val *index = convert_new_array(c, T_LONG, 1, (int64_t[]){n});
    for (int i = 0; i < n; i++) ((int32_t *)index->a->data)[i] = t.pivot[i];
    call_set_take(c, 0, matrix_kind_vector(c, t.low, n - 1, &kind));
    call_set_take(c, 1, matrix_kind_vector(c, t.middle, n, &kind));
    call_set_take(c, 2, matrix_kind_vector(c, t.high, n - 1, &kind));
    call_set_take(c, 3, matrix_kind_vector(c, t.higher, n > 2 ? n - 2 : 1, &kind));
    call_set_take(c, 4, val_take(index));
}

// LA_TRISOL(AL, A, AU, U2, Index, B [, /DOUBLE]): the solution of a tridiagonal system, a column for each column of B,
// from LA_TRIDC's factors. Manual: LA_TRISOL.
static void fn_la_trisol(Call *c)
{
    bool is_vector;
    Matrix kind = kind_of(c, 0, 3, 1, KW_TRISOL_DOUBLE), x = matrix_side(c, 5, kind.rows, &is_vector);
    kind.is_complex |= x.is_complex;
    if (kind.is_complex) matrix_make_complex(c, &x);
    x.wide = kind.wide;
    LapackTridiagonal t = diagonals(c, 0, kind.rows, true, 4, &kind);
    int info = matrix_lapack(c)->tridiagonal_solve(kind.is_complex, &t, kind.rows, x.p, x.columns);
    matrix_check(c, info, "There is no solution.");
    call_return_take(c, matrix_side_value(c, &x, is_vector));
}

static Val errors_value(Call *c, const double *p, int n, bool is_vector, bool wide)
{
    if (is_vector) return wide ? val_double(*p) : val_float((float)*p);
    return matrix_vector(c, p, n, wide);
}

// LA_TRIMPROVE(AL, A, AU, DAL, DA, DAU, DU2, Index, B, X [, BACKWARD_ERROR=variable] [, /DOUBLE] [,
// FORWARD_ERROR=variable]): X, which LA_TRISOL has found with LA_TRIDC's factors DAL, DA, DAU, DU2 and Index, improved;
// its errors as LA_CHOLMPROVE's. Manual: LA_TRIMPROVE.
static void fn_la_trimprove(Call *c)
{
    bool is_vector;
    Matrix kind = kind_of(c, 0, 3, 1, KW_TRIMPROVE_DOUBLE);
    int n = kind.rows;
    Matrix b = matrix_side(c, 8, n, &is_vector), x = matrix_side(c, 9, n, &is_vector);
    if (b.columns != x.columns) throw_msg(c, E_SHAPE, "B and X must have the same size.");
    kind.is_complex |= b.is_complex || x.is_complex || type_is_complex(call_arg(c, 4)->type);
    if (kind.is_complex) {
        matrix_make_complex(c, &b);
        matrix_make_complex(c, &x);
    }
    x.wide = kind.wide;
    LapackTridiagonal a = diagonals(c, 0, n, false, 0, &kind), t = diagonals(c, 3, n, true, 7, &kind);
    size_t bytes = (size_t)x.columns * sizeof(double);
    LapackRefined r = {n, x.columns, b.p, x.p, call_alloc(c, bytes), call_alloc(c, bytes)};
    matrix_check(c, matrix_lapack(c)->tridiagonal_refine(kind.is_complex, &a, &t, &r), "There is no solution.");
    call_kw_set_take(c, KW_TRIMPROVE_BACKWARD_ERROR, errors_value(c, r.backward, r.k, is_vector, x.wide));
    call_kw_set_take(c, KW_TRIMPROVE_FORWARD_ERROR, errors_value(c, r.forward, r.k, is_vector, x.wide));
    call_return_take(c, matrix_side_value(c, &x, is_vector));
}

// --- Eigenvalues ----------------------------------------------------------------------------------------------------

// LA_TRIRED, Array, D, E [, /DOUBLE] [, /UPPER]: a symmetric or Hermitian array, of which the lower (upper) triangle is
// read, to real tridiagonal form: D its diagonal, E beside it; Array becomes the array that does it. Manual: LA_TRIRED.
static void pro_la_trired(Call *c)
{
    Matrix a = matrix_asked_square(c, 0, KW_TRIRED_DOUBLE);
    int n = a.rows;
    double *d = call_alloc(c, (size_t)n * sizeof *d), *e = call_alloc(c, (size_t)n * sizeof *e);
    int info = matrix_lapack(c)->hermitian_tridiagonalize(a.is_complex, a.p, n, call_kw_set(c, KW_TRIRED_UPPER), d, e);
    matrix_check(c, info, "The array cannot be reduced.");
    call_set_take(c, 0, matrix_value(c, &a));
    call_set_take(c, 1, matrix_vector(c, d, n, a.wide));
    call_set_take(c, 2, matrix_vector(c, e, n > 1 ? n - 1 : 1, a.wide));
}

// LA_TRIQL, D, E [, A] [, /DOUBLE] [, STATUS=variable]: eigenvalues (in D, ascending) of a real symmetric tridiagonal
// array whose diagonal is D, with E beside it, and its eigenvectors (the rows of A, which holds what LA_TRIRED
// returned, or the identity). Manual: LA_TRIQL.
static void pro_la_triql(Call *c)
{
    Matrix kind = kind_of(c, 0, 2, 0, KW_TRIDC_DOUBLE);
    if (kind.is_complex)
        throw_msg(c, E_TYPE, "Complex expression not allowed in this context: %s.", call_arg_name(c, 0));
    int n = kind.rows;
    double *d = matrix_kind_numbers(c, 0, n, &kind), *e = matrix_kind_numbers(c, 1, n - 1, &kind);
    bool vectors = c->argc > 2;
    Matrix q = {0};
    if (vectors) q = matrix_asked_square(c, 2, KW_TRIDC_DOUBLE);
    if (vectors && q.rows != n)
        throw_msg(c, E_SHAPE, "Argument has the wrong number of rows: %s.", call_arg_name(c, 2));
    int info = matrix_lapack(c)->tridiagonal_eigen(q.is_complex, d, e, n, q.p);
    matrix_status(c, KW_TRIDC_STATUS, info, "The iteration has not converged.");
    call_set_take(c, 0, matrix_vector(c, d, n, kind.wide));
    call_set_take(c, 1, matrix_vector(c, e, n - 1, kind.wide));
    if (!vectors) return;
    matrix_transpose(c, &q);
    call_set_take(c, 2, matrix_value(c, &q));
}

// --- Least squares
// ----------------------------------------------------------------------------------------------------

// Arguments first and first + 1 as arrays, and the two behind as columns, of one kind.
typedef struct Conditions {
    Matrix a, b;
    void *c, *d;
    Matrix kind;
} Conditions;

static Conditions conditions(Call *c, int sides, int double_slot)
{
    Conditions s = {.a = matrix_asked(c, 0, double_slot), .b = matrix_asked(c, 1, double_slot)};
    for (int i = 2; i < 2 + sides; i++) {
        if (type_is_complex(call_arg(c, i)->type)) matrix_make_complex(c, &s.a);
    }
    matrix_agree(c, &s.a, &s.b);
    s.kind = s.a;
    return s;
}

// LA_LEAST_SQUARE_EQUALITY(A, B, C, D [, /DOUBLE] [, RESIDUAL=variable]): X that makes |A ## X - C| least among those
// with B ## X = D. RESIDUAL has the square of that length. Manual: LA_LEAST_SQUARE_EQUALITY.
static void fn_la_least_square_equality(Call *c)
{
    Conditions s = conditions(c, 2, KW_EQUALITY_DOUBLE);
    int m = s.a.rows, n = s.a.columns, p = s.b.rows;
    if (s.b.columns != n) throw_msg(c, E_SHAPE, "A and B must have the same number of columns.");
    if (p > n || n > m + p)
        throw_msg(c, E_SHAPE, "There must be no more rows in B than columns, and as many in A and B as columns.");
    s.c = matrix_kind_numbers(c, 2, m, &s.kind);
    s.d = matrix_kind_numbers(c, 3, p, &s.kind);
    Matrix x = matrix_like(c, n, 1, &s.kind);
    matrix_check(c, matrix_lapack(c)->equality(s.kind.is_complex, s.a.p, m, n, s.b.p, p, s.c, s.d, x.p),
                 "There is no unique solution.");
    double sum = 0;
    int each = s.kind.is_complex ? 2 : 1;
    for (int i = (n - p) * each; i < m * each; i++) sum += ((double *)s.c)[i] * ((double *)s.c)[i];
    call_kw_set_take(c, KW_EQUALITY_RESIDUAL, x.wide ? val_double(sum) : val_float((float)sum));
    call_return_take(c, matrix_side_value(c, &x, true));
}

// LA_GM_LINEAR_MODEL(A, B, D, Y [, /DOUBLE]): X, and the least Y, of A ## X + B ## Y = D (the linear model of Gauss and
// Markov). Manual: LA_GM_LINEAR_MODEL.
static void fn_la_gm_linear_model(Call *c)
{
    Conditions s = conditions(c, 1, KW_TRISOL_DOUBLE);
    int n = s.a.rows, m = s.a.columns, p = s.b.columns;
    if (s.b.rows != n) throw_msg(c, E_SHAPE, "A and B must have the same number of rows.");
    if (m > n || n > m + p)
        throw_msg(c, E_SHAPE, "There must be no more columns in A than rows, and as many in A and B as rows.");
    s.d = matrix_kind_numbers(c, 2, n, &s.kind);
    Matrix x = matrix_like(c, m, 1, &s.kind), y = matrix_like(c, p, 1, &s.kind);
    int info = matrix_lapack(c)->gauss_markov(s.kind.is_complex, s.a.p, n, m, s.b.p, p, s.d, x.p, y.p);
    matrix_check(c, info, "There is no unique solution.");
    call_set_take(c, 3, matrix_side_value(c, &y, true));
    call_return_take(c, matrix_side_value(c, &x, true));
}

static const Routine rows[] = {
    {"LA_TRIDC", PROCEDURE, {5, 5}, pro_la_tridc, "AL, A, AU, U2, Index", KEYS(TRIDC)},
    {"LA_TRISOL", FUNCTION, {6, 6}, fn_la_trisol, "AL, A, AU, U2, Index, B", KEYS(TRISOL)},
    {"LA_TRIMPROVE", FUNCTION, {10, 10}, fn_la_trimprove, "AL, A, AU, DAL, DA, DAU, DU2, Index, B, X", KEYS(TRIMPROVE)},
    {"LA_TRIRED", PROCEDURE, {3, 3}, pro_la_trired, "Array, D, E", KEYS(TRIRED)},
    {"LA_TRIQL", PROCEDURE, {2, 3}, pro_la_triql, "D, E [, A]", KEYS(TRIDC)},
    {"LA_LEAST_SQUARE_EQUALITY", FUNCTION, {4, 4}, fn_la_least_square_equality, "A, B, C, D", KEYS(EQUALITY)},
    {"LA_GM_LINEAR_MODEL", FUNCTION, {4, 4}, fn_la_gm_linear_model, "A, B, D, Y", KEYS(TRISOL)},
};
ROUTINE_TABLE(lib_la_tridiagonal, rows)
