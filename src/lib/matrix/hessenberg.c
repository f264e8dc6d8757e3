// ELMHES and HQR: eigenvalues of general real matrices in two steps. Start reading at fn_elmhes.
#include "lib/format/convert.h"
#include "lib/matrix/matrix.h"

#include <math.h>
#include <string.h>

#define ELMHES_KEYWORDS(K, R) K(R, COLUMN, FLAG) K(R, DOUBLE, FLAG) K(R, NO_BALANCE, FLAG)
KEYWORDS(ELMHES)
#define HQR_KEYWORDS(K, R) K(R, COLUMN, FLAG) K(R, DOUBLE, FLAG)
KEYWORDS(HQR)

static Matrix real_square(Call *c, bool wide, bool column)
{
    Matrix a = matrix_square(c, 0, wide, column);
    if (a.is_complex) throw_msg(c, E_TYPE, "Complex expression not allowed in this context: %s.", call_arg_name(c, 0));
    return a;
}

static double *at(const Matrix *a, int r, int k) { return a->p + (size_t)r * (size_t)a->columns + k; }

// Row and column i are scaled by a power of 2 so that they are about equally long; false: they were.
static bool balance_one(Matrix *a, int i)
{
    double row = 0, column = 0, f = 1;
    for (int j = 0; j < a->rows; j++) {
        if (j == i) continue;
        row += fabs(*at(a, i, j));
        column += fabs(*at(a, j, i));
    }
    if (!(row > 0 && column > 0 && isfinite(row) && isfinite(column))) return false;
    double sum = row + column;
    for (; column < row / 2; column *= 4) f *= 2;
    for (; column >= row * 2; column /= 4) f /= 2;
    if ((column + row) / f >= 0.95 * sum) return false;
    for (int j = 0; j < a->rows; j++) *at(a, i, j) /= f;
    for (int j = 0; j < a->rows; j++) *at(a, j, i) *= f;
    return true;
}

static void balance(Call *c, Matrix *a)
{
    enum { ROUNDS = 1000 };
    bool more = true;
    for (int round = 0; more && round < ROUNDS; round++) {
        more = false;
        call_poll(c);
        for (int i = 0; i < a->rows; i++) more |= balance_one(a, i);
    }
}

static void exchange(Matrix *a, int m, int i)
{
    for (int k = 0; k < a->rows; k++) {
        double x = *at(a, i, k);
        *at(a, i, k) = *at(a, m, k);
        *at(a, m, k) = x;
    }
    for (int k = 0; k < a->rows; k++) {
        double x = *at(a, k, i);
        *at(a, k, i) = *at(a, k, m);
        *at(a, k, m) = x;
    }
}

// What stands below the subdiagonal is eliminated, column by column, with the largest pivot; similar rows and columns.
static void eliminate(Call *c, Matrix *a)
{
    int n = a->rows;
    for (int m = 1; m < n - 1; m++) {
        int best = m;
        for (int i = m; i < n; i++) {
            if (fabs(*at(a, i, m - 1)) > fabs(*at(a, best, m - 1))) best = i;
        }
        double pivot = *at(a, best, m - 1);
        if (best != m) exchange(a, m, best);
        call_poll(c);
        for (int i = m + 1; pivot != 0 && i < n; i++) {
            double f = *at(a, i, m - 1) / pivot;
            *at(a, i, m - 1) = 0;
            if (f == 0) continue;
            for (int k = m; k < n; k++) *at(a, i, k) -= f * *at(a, m, k);
            for (int k = 0; k < n; k++) *at(a, k, m) += f * *at(a, k, i);
        }
    }
}

// ELMHES(A [, /COLUMN] [, /DOUBLE] [, /NO_BALANCE]): a real matrix, balanced, in upper Hessenberg form, by elimination;
// below the subdiagonal it is 0. Manual: ELMHES.
static void fn_elmhes(Call *c)
{
    bool column = call_kw_set(c, KW_ELMHES_COLUMN);
    Matrix a = real_square(c, call_kw_set(c, KW_ELMHES_DOUBLE), column);
    if (!call_kw_set(c, KW_ELMHES_NO_BALANCE)) balance(c, &a);
    eliminate(c, &a);
    if (column) matrix_transpose(c, &a);
    call_return_take(c, matrix_value(c, &a));
}

// HQR(A [, /COLUMN] [, /DOUBLE]): the eigenvalues, complex, of a matrix in upper Hessenberg form; what stands below the
// subdiagonal is not read. Manual: HQR.
static void fn_hqr(Call *c)
{
    call_hush_math(c);
    Matrix a = real_square(c, call_kw_set(c, KW_HQR_DOUBLE), call_kw_set(c, KW_HQR_COLUMN));
    int n = a.rows;
    Dcx *w = call_alloc(c, (size_t)n * sizeof *w);
    int info = matrix_lapack(c)->hessenberg_eigen(false, a.p, n, (int[]){1, n}, w, NULL);
    matrix_check(c, info, "Too many iterations.");
    call_return_take(c, matrix_complex_vector(c, w, n, a.wide));
}

static const Routine rows[] = {
    {"ELMHES", FUNCTION, {1, 1}, fn_elmhes, "A", KEYS(ELMHES)},
    {"HQR", FUNCTION, {1, 1}, fn_hqr, "A", KEYS(HQR)},
};
ROUTINE_TABLE(lib_hessenberg, rows)
