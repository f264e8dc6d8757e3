// INVERT, LUDC and LUSOL, CHOLDC and CHOLSOL, LA_LEAST_SQUARES and LA_LINEAR_EQUATION: systems of linear equations.
// Start reading at fn_invert.
#include "lib/format/convert.h"
#include "lib/matrix/matrix.h"

#include <math.h>
#include <string.h>

#define DOUBLE_KEYWORDS(K, R) K(R, DOUBLE, FLAG)
KEYWORDS(DOUBLE)
#define COLUMN_KEYWORDS(K, R) K(R, COLUMN, FLAG) K(R, DOUBLE, FLAG)
KEYWORDS(COLUMN)
#define LUDC_KEYWORDS(K, R) K(R, COLUMN, FLAG) K(R, DOUBLE, FLAG) K(R, INTERCHANGES, OUT)
KEYWORDS(LUDC)
#define LEAST_KEYWORDS(K, R)                                                                                           \
    K(R, DOUBLE, FLAG)                                                                                                 \
    K(R, METHOD, "={0 | 1 | 2 | 3}") K(R, RANK, OUT) K(R, RCONDITION, "=value") K(R, RESIDUAL, OUT) K(R, STATUS, OUT)
KEYWORDS(LEAST)
#define EQUATION_KEYWORDS(K, R) K(R, BACKWARD_ERROR, OUT) K(R, DOUBLE, FLAG) K(R, FORWARD_ERROR, OUT) K(R, STATUS, OUT)
KEYWORDS(EQUATION)

// NaN where the matrix holds one.
static double largest_column_sum(const Matrix *m)
{
    double norm = 0;
    for (int k = 0; k < m->columns; k++) {
        double sum = 0;
        for (int r = 0; r < m->rows; r++) sum += fabs(m->p[(size_t)r * (size_t)m->columns + (size_t)k]);
        if (isnan(sum)) return sum;
        if (sum > norm) norm = sum;
    }
    return norm;
}

enum { FINE = 0, SINGULAR = 1, INACCURATE = 2 };

// m := NaN if it holds one. Which elements of the inverse a NaN would reach depends on the processor's matrix product.
static bool spread_nan(Matrix *m)
{
    size_t n = (size_t)m->rows * (size_t)m->columns * (m->is_complex ? 2 : 1), i = 0;
    while (i < n && !isnan(m->p[i])) i++;
    if (i == n) return false;
    for (i = 0; i < n; i++) m->p[i] = NAN;
    return true;
}

// Zeros have no sign, as elimination in place, which IDL's manual names, leaves them; LAPACK's have that of some
// product.
static void drop_signs_of_zeros(Matrix *m)
{
    size_t n = (size_t)m->rows * (size_t)m->columns * (m->is_complex ? 2 : 1);
    for (size_t i = 0; i < n; i++) m->p[i] += 0.0;
}

// m := its inverse; what INVERT's Status says.
static int invert(Call *c, Matrix *m)
{
    if (spread_nan(m)) return FINE;
    const LapackTable *t = matrix_lapack(c);
    int n = m->rows, info;
    int *pivot = call_alloc(c, (size_t)n * sizeof *pivot);
    double norm = m->is_complex ? 0 : largest_column_sum(m), condition = 1;
    info = m->is_complex ? t->zlu((Dcx *)m->p, n, pivot) : t->lu(m->p, n, pivot);
    if (info > 0) return SINGULAR;
    if (!info && !m->is_complex && isfinite(norm)) info = t->lu_condition(m->p, n, norm, &condition);
    if (!info) info = m->is_complex ? t->zlu_invert((Dcx *)m->p, n, pivot) : t->lu_invert(m->p, n, pivot);
    matrix_check(c, info, "Singular matrix.");
    drop_signs_of_zeros(m);
    return condition < (m->wide ? 2.3e-16 : 1.2e-7) ? INACCURATE : FINE;
}

// INVERT(Array [, Status] [, /DOUBLE]): the inverse of a square matrix. Status: 0, 1 singular, 2 probably inaccurate;
// without it a singular matrix is an error. Manual: INVERT.
static void fn_invert(Call *c)
{
    Val *given = call_keep_take(c, val_copy(call_arg(c, 0)));
    bool wide = call_kw_set(c, KW_DOUBLE_DOUBLE);
    if (!val_is_array(given)) { // a matrix of one element
        Arr *one = call_new_array(c, given->type, 1, (int64_t[]){1}, true);
        arr_set_take(one, 0, val_copy(given));
        val_set_take(given, val_arr_take(arr_ref(one)));
    }
    Matrix m = matrix_of_value(c, given, call_arg_name(c, 0), wide);
    if (m.rows != m.columns) throw_msg(c, E_SHAPE, "Input must be a square matrix: %s.", call_arg_name(c, 0));
    int status = invert(c, &m);
    if (c->argc < 2 && status == SINGULAR) throw_msg(c, E_VALUE, "Singular matrix.");
    if (c->argc < 2 && status == INACCURATE)
        call_warn(c, true, "Matrix is nearly singular; its inverse is inaccurate.");
    if (c->argc > 1) call_set_take(c, 1, val_long(status));
    call_return_take(c, status == SINGULAR ? val_copy(given) : matrix_value(c, &m));
}

// --- LU -------------------------------------------------------------------------------------------------------------

// Exchanges in turn (from 1) as the rows in their new order (from 0), which is what Index holds.
static void order_of(const int *pivot, int n, int32_t *order)
{
    for (int i = 0; i < n; i++) order[i] = i;
    for (int i = 0; i < n; i++) {
        int32_t row = order[i];
        order[i] = order[pivot[i] - 1];
        order[pivot[i] - 1] = row;
    }
}

static bool has_zero_row(const Matrix *m)
{
    for (int r = 0; r < m->rows; r++) {
        bool zero = true;
        for (int k = 0; k < m->columns; k++) zero &= m->p[(size_t)r * (size_t)m->columns + (size_t)k] == 0;
        if (zero) return true;
    }
    return false;
}

// Stands for a pivot that vanishes, so that singular matrices have factors, too.
#define TINY_PIVOT 1e-20

// LUDC, A, Index [, /COLUMN] [, /DOUBLE] [, INTERCHANGES=variable]: A becomes its factors L (its diagonal is 1) and U.
// Manual: LUDC.
static void pro_ludc(Call *c)
{
    bool column = call_kw_set(c, KW_LUDC_COLUMN);
    Matrix m = matrix_square(c, 0, call_kw_set(c, KW_LUDC_DOUBLE), column);
    int n = m.rows;
    if (m.is_complex) throw_msg(c, E_TYPE, "Complex expression not allowed in this context: %s.", call_arg_name(c, 0));
    int *pivot = call_alloc(c, (size_t)n * sizeof *pivot);
    if (has_zero_row(&m)) throw_msg(c, E_VALUE, "Singular matrix.");
    int info = matrix_lapack(c)->lu(m.p, n, pivot);
    if (info < 0) matrix_check(c, info, "Singular matrix.");
    for (size_t i = 0; i < (size_t)n; i++) {
        if (m.p[i * ((size_t)n + 1)] == 0) m.p[i * ((size_t)n + 1)] = TINY_PIVOT;
    }
    Val *index = convert_new_array(c, T_LONG, 1, (int64_t[]){n});
    order_of(pivot, n, index->a->data);
    int64_t exchanges = 0;
    for (int i = 0; i < n; i++) exchanges += pivot[i] != i + 1;
    if (column) matrix_transpose(c, &m);
    call_set_take(c, 0, matrix_value(c, &m));
    call_set_take(c, 1, val_take(index));
    call_kw_set_take(c, KW_LUDC_INTERCHANGES, val_float(exchanges % 2 ? -1 : 1));
}

// LUSOL(A, Index, B [, /COLUMN] [, /DOUBLE]): the solution of a system, from LUDC's A and Index. Manual: LUSOL.
static void fn_lusol(Call *c)
{
    Matrix m = matrix_square(c, 0, call_kw_set(c, KW_COLUMN_DOUBLE), call_kw_set(c, KW_COLUMN_COLUMN));
    int n = m.rows;
    const double *order = matrix_numbers(c, 1, n), *b = matrix_numbers(c, 2, n);
    double *x = call_alloc(c, (size_t)n * sizeof *x);
    for (int i = 0; i < n; i++) {
        if (!(order[i] >= 0 && order[i] < n))
            throw_msg(c, E_VALUE, "Index is not what LUDC returns: %s.", call_arg_name(c, 1));
        x[i] = b[(int)order[i]];
        for (int j = 0; j < i; j++) x[i] -= m.p[i * n + j] * x[j];
    }
    for (int i = n - 1; i >= 0; i--) {
        for (int j = i + 1; j < n; j++) x[i] -= m.p[i * n + j] * x[j];
        x[i] /= m.p[i * n + i];
    }
    call_return_take(c, matrix_vector(c, x, n, m.wide || call_arg(c, 2)->type == T_DOUBLE));
}

// --- Cholesky -------------------------------------------------------------------------------------------------------

// CHOLDC, A, P [, /DOUBLE]: the part of A below the diagonal becomes that of its Cholesky factor, whose diagonal is P.
// Manual: CHOLDC.
static void pro_choldc(Call *c)
{
    Matrix m = matrix_square(c, 0, call_kw_set(c, KW_DOUBLE_DOUBLE), false), whole = matrix_square(c, 0, m.wide, false);
    int n = m.rows;
    if (m.is_complex) throw_msg(c, E_TYPE, "Complex expression not allowed in this context: %s.", call_arg_name(c, 0));
    matrix_check(c, matrix_lapack(c)->cholesky(m.p, n), "Array is not positive definite.");
    double *p = call_alloc(c, (size_t)n * sizeof *p);
    for (int i = 0; i < n; i++) {
        p[i] = m.p[i * n + i];
        memcpy(whole.p + (size_t)i * (size_t)n, m.p + (size_t)i * (size_t)n, (size_t)i * sizeof *p);
    }
    call_set_take(c, 0, matrix_value(c, &whole));
    call_set_take(c, 1, matrix_vector(c, p, n, m.wide));
}

// CHOLSOL(A, P, B [, /DOUBLE]): the solution of a system, from CHOLDC's A and P. Manual: CHOLSOL.
static void fn_cholsol(Call *c)
{
    Matrix m = matrix_square(c, 0, call_kw_set(c, KW_DOUBLE_DOUBLE), false);
    int n = m.rows;
    const double *p = matrix_numbers(c, 1, n), *b = matrix_numbers(c, 2, n);
    double *x = call_alloc(c, (size_t)n * sizeof *x);
    for (int i = 0; i < n; i++) {
        x[i] = b[i];
        for (int j = 0; j < i; j++) x[i] -= m.p[i * n + j] * x[j];
        x[i] /= p[i];
    }
    for (int i = n - 1; i >= 0; i--) {
        for (int j = i + 1; j < n; j++) x[i] -= m.p[j * n + i] * x[j];
        x[i] /= p[i];
    }
    call_return_take(c, matrix_vector(c, x, n, m.wide || call_arg(c, 2)->type == T_DOUBLE));
}

// --- LA_ ------------------------------------------------------------------------------------------------------------

// LA_LEAST_SQUARES(A, B [, /DOUBLE] [, METHOD=value] [, RANK=variable] [, RCONDITION=value] [, RESIDUAL=variable]
// [, STATUS=variable]): X that makes |A ## X - B| least. Every METHOD is computed by singular values. Manual:
// LA_LEAST_SQUARES.
static void fn_la_least_squares(Call *c)
{
    call_hush_math(c); // what underflows within LAPACK says nothing
    Matrix a = matrix_asked(c, 0, KW_LEAST_DOUBLE), b = matrix_of(c, 1, false, false);
    bool is_vector = call_arg(c, 1)->a->rank == 1;
    if ((is_vector ? b.columns : b.rows) != a.rows) throw_msg(c, E_SHAPE, "A and B must have the same number of rows.");
    b = matrix_side(c, 1, a.rows, &is_vector);
    bool wide = call_kw_given(c, KW_LEAST_DOUBLE) ? a.wide : a.wide || b.wide;
    matrix_agree(c, &a, &b);
    int64_t method = call_kw_int(c, KW_LEAST_METHOD, 0);
    if (method < 0 || method > 3) throw_msg(c, E_VALUE, "Illegal keyword value for METHOD.");
    int most = a.rows > a.columns ? a.rows : a.columns, rank = 0, each = a.is_complex ? 2 : 1;
    Matrix x = matrix_like(c, most, b.columns, &b);
    x.wide = wide;
    memcpy(x.p, b.p, (size_t)b.rows * (size_t)b.columns * (size_t)each * sizeof(double));
    double rcond = call_kw_double(c, KW_LEAST_RCONDITION, -1);
    int info = matrix_lapack(c)->least_squares(a.is_complex, a.p, a.rows, a.columns, x.p, b.columns, rcond, &rank);
    matrix_status(c, KW_LEAST_STATUS, info, "The iteration has not converged.");
    call_kw_set_take(c, KW_LEAST_RANK, val_long(rank));
    double *residual = call_alloc(c, (size_t)b.columns * sizeof *residual);
    for (int r = a.columns; r < a.rows; r++) {
        for (int k = 0; k < b.columns * each; k++)
            residual[k / each] += x.p[r * b.columns * each + k] * x.p[r * b.columns * each + k];
    }
    call_kw_set_take(c, KW_LEAST_RESIDUAL, matrix_vector(c, residual, b.columns, x.wide));
    x.rows = a.columns;
    call_return_take(c, matrix_side_value(c, &x, is_vector));
}

// x, the solution that the factors of a have given for b, improved, and its errors into the keywords.
static void improve(Call *c, const Matrix *a, const Matrix *factor, const int *pivot, const Matrix *b, Matrix *x,
                    bool is_vector)
{
    size_t bytes = (size_t)x->columns * sizeof(double);
    LapackRefined r = {x->rows, x->columns, b->p, x->p, call_alloc(c, bytes), call_alloc(c, bytes)};
    matrix_check(c, matrix_lapack(c)->lu_refine(a->is_complex, a->p, factor->p, pivot, &r), "Singular matrix.");
    for (int i = 0; i < 2; i++) {
        const double *p = i ? r.forward : r.backward;
        Val one = x->wide ? val_double(*p) : val_float((float)*p);
        call_kw_set_take(c, i ? KW_EQUATION_FORWARD_ERROR : KW_EQUATION_BACKWARD_ERROR,
                         is_vector ? one : matrix_vector(c, p, r.k, x->wide));
    }
}

// LA_LINEAR_EQUATION(A, B [, BACKWARD_ERROR=variable] [, /DOUBLE] [, FORWARD_ERROR=variable] [, STATUS=variable]): X of
// A ## X = B, improved once; a vector B is a column. FORWARD_ERROR: a bound of its relative error, BACKWARD_ERROR: the
// relative change of A and B that would make it exact. Manual: LA_LINEAR_EQUATION.
static void fn_la_linear_equation(Call *c)
{
    bool is_vector;
    Matrix a = matrix_asked_square(c, 0, KW_EQUATION_DOUBLE), b = matrix_of(c, 1, false, false);
    if ((call_arg(c, 1)->a->rank == 1 ? b.columns : b.rows) != a.rows)
        throw_msg(c, E_SHAPE, "A and B must have the same number of rows.");
    b = matrix_side(c, 1, a.rows, &is_vector);
    bool wide = call_kw_given(c, KW_EQUATION_DOUBLE) ? a.wide : a.wide || b.wide;
    matrix_agree(c, &a, &b);
    Matrix factor = matrix_copy(c, &a), x = matrix_copy(c, &b);
    x.wide = wide;
    int n = a.rows, *pivot = call_alloc(c, (size_t)n * sizeof *pivot);
    const LapackTable *t = matrix_lapack(c);
    int info = a.is_complex ? t->zlu((Dcx *)factor.p, n, pivot) : t->lu(factor.p, n, pivot);
    if (!info) {
        info = a.is_complex ? t->zlu_solve((Dcx *)factor.p, n, pivot, (Dcx *)x.p, x.columns)
                            : t->lu_solve(factor.p, n, pivot, x.p, x.columns);
    }
    matrix_status(c, KW_EQUATION_STATUS, info, "Singular matrix.");
    if (!info) improve(c, &a, &factor, pivot, &b, &x, is_vector);
    call_return_take(c, matrix_side_value(c, &x, is_vector));
}

static const Routine rows[] = {
    {"INVERT", FUNCTION, {1, 2}, fn_invert, "Array [, Status]", KEYS(DOUBLE)},
    {"LUDC", PROCEDURE, {2, 2}, pro_ludc, "A, Index", KEYS(LUDC)},
    {"LUSOL", FUNCTION, {3, 3}, fn_lusol, "A, Index, B", KEYS(COLUMN)},
    {"CHOLDC", PROCEDURE, {2, 2}, pro_choldc, "A, P", KEYS(DOUBLE)},
    {"CHOLSOL", FUNCTION, {3, 3}, fn_cholsol, "A, P, B", KEYS(DOUBLE)},
    {"LA_LEAST_SQUARES", FUNCTION, {2, 2}, fn_la_least_squares, "A, B", KEYS(LEAST)},
    {"LA_LINEAR_EQUATION", FUNCTION, {2, 2}, fn_la_linear_equation, "A, B", KEYS(EQUATION)},
};
ROUTINE_TABLE(lib_linear, rows)
