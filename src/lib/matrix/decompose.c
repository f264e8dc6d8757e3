// SVDC, EIGENQL, TRIRED and TRIQL: singular values and eigenvalues. IDL stores eigenvectors as rows, singular vectors as
// columns. Start reading at pro_svdc.
#include "lib/format/convert.h"
#include "lib/matrix/matrix.h"

#include <math.h>
#include <string.h>

#define SVDC_KEYWORDS(K, R) K(R, COLUMN, FLAG) K(R, DOUBLE, FLAG) K(R, ITMAX, "=value")
KEYWORDS(SVDC)
#define EIGENQL_KEYWORDS(K, R)                                                                                  \
    K(R, ABSOLUTE, FLAG) K(R, ASCENDING, FLAG) K(R, DOUBLE, FLAG) K(R, EIGENVECTORS, OUT) K(R, OVERWRITE, FLAG) \
    K(R, RESIDUAL, OUT)
KEYWORDS(EIGENQL)
#define TRI_KEYWORDS(K, R) K(R, DOUBLE, FLAG)
KEYWORDS(TRI)

static void need_real(Call *c, const Matrix *m)
{
    if (m->is_complex) throw_msg(c, E_TYPE, "Complex expression not allowed in this context: %s.", call_arg_name(c, 0));
}

// SVDC, A, W, U, V [, /COLUMN] [, /DOUBLE] [, ITMAX=value]: A = U ## diag(W) ## transpose(V), W one for each column of A. Manual:
// SVDC.
static void pro_svdc(Call *c)
{
    bool column = call_kw_set(c, KW_SVDC_COLUMN);
    Matrix a = matrix_of(c, 0, call_kw_set(c, KW_SVDC_DOUBLE), column);
    need_real(c, &a);
    int m = a.rows, n = a.columns, k = m < n ? m : n;
    Matrix thin = matrix_new(c, m, k, a.wide), vt = matrix_new(c, k, n, a.wide);
    Matrix u = matrix_new(c, m, n, a.wide), v = matrix_new(c, n, n, a.wide);
    double *w = call_alloc(c, (size_t)n * sizeof *w);
    matrix_check(c, matrix_lapack(c)->svd(a.p, m, n, w, thin.p, vt.p), "The iteration has not converged.");
    for (int r = 0; r < m; r++) memcpy(u.p + (size_t)r * (size_t)n, thin.p + (size_t)r * (size_t)k, (size_t)k * sizeof *w);
    for (int r = 0; r < k; r++) {
        for (int i = 0; i < n; i++) v.p[i * n + r] = vt.p[r * n + i];
    }
    if (column) {
        matrix_transpose(c, &u);
        matrix_transpose(c, &v);
    }
    call_set_take(c, 1, matrix_vector(c, w, n, a.wide));
    call_set_take(c, 2, matrix_value(c, &u));
    call_set_take(c, 3, matrix_value(c, &v));
}

// --- Symmetric matrices ---------------------------------------------------------------------------------------------

// The eigenpairs (columns of a) in the order wanted: vectors become rows.
static void order_pairs(Call *c, Matrix *a, double *w, bool ascending, bool absolute)
{
    int n = a->rows;
    Matrix rows = matrix_new(c, n, n, a->wide);
    double *sorted = call_alloc(c, (size_t)n * sizeof *sorted);
    uint8_t *taken = call_alloc(c, (size_t)n);
    for (int i = 0; i < n; i++) {
        int best = -1;
        call_poll(c);
        for (int j = 0; j < n; j++) {
            double x = absolute && w[j] < 0 ? -w[j] : w[j];
            double y = best < 0 ? 0 : absolute && w[best] < 0 ? -w[best] : w[best];
            if (!taken[j] && (best < 0 || (ascending ? x < y : x > y))) best = j;
        }
        taken[best] = 1;
        sorted[i] = w[best];
        for (int r = 0; r < n; r++) rows.p[i * n + r] = a->p[r * n + best];
    }
    memcpy(w, sorted, (size_t)n * sizeof *w);
    *a = rows;
}

// For each pair, A v - w v, as rows.
static Matrix residual(Call *c, const Matrix *a, const Matrix *vectors, const double *w)
{
    int n = a->rows;
    Matrix r = matrix_new(c, n, n, a->wide);
    for (int i = 0; i < n; i++) {
        call_poll(c);
        const double *v = vectors->p + (size_t)i * (size_t)n;
        for (int k = 0; k < n; k++) {
            double sum = -w[i] * v[k];
            for (int j = 0; j < n; j++) sum += a->p[k * n + j] * v[j];
            r.p[i * n + k] = sum;
        }
    }
    return r;
}

// EIGENQL(A [, /ABSOLUTE] [, /ASCENDING] [, /DOUBLE] [, EIGENVECTORS=variable] [, /OVERWRITE] [, RESIDUAL=variable]): the
// eigenvalues of a symmetric matrix, largest first; eigenvectors are rows. Manual: EIGENQL.
static void fn_eigenql(Call *c)
{
    Matrix a = matrix_square(c, 0, call_kw_set(c, KW_EIGENQL_DOUBLE), false), vectors = a;
    need_real(c, &a);
    size_t bytes = (size_t)a.rows * (size_t)a.rows * sizeof(double);
    vectors.p = memcpy(call_alloc(c, bytes), a.p, bytes);
    double *w = call_alloc(c, (size_t)a.rows * sizeof *w);
    matrix_check(c, matrix_lapack(c)->symmetric_eigen(vectors.p, a.rows, w, true), "The iteration has not converged.");
    order_pairs(c, &vectors, w, call_kw_set(c, KW_EIGENQL_ASCENDING), call_kw_set(c, KW_EIGENQL_ABSOLUTE));
    if (call_kw_is_var(c, KW_EIGENQL_RESIDUAL)) {
        Matrix r = residual(c, &a, &vectors, w);
        call_kw_set_take(c, KW_EIGENQL_RESIDUAL, matrix_value(c, &r));
    }
    if (call_kw_is_var(c, KW_EIGENQL_EIGENVECTORS)) call_kw_set_take(c, KW_EIGENQL_EIGENVECTORS, matrix_value(c, &vectors));
    if (call_kw_set(c, KW_EIGENQL_OVERWRITE) && call_arg_is_var(c, 0)) call_set_take(c, 0, matrix_value(c, &vectors));
    call_return_take(c, matrix_vector(c, w, a.rows, a.wide));
}

// TRIRED, A, D, E [, /DOUBLE]: symmetric A to tridiagonal form: D its diagonal, E[1...] beside it; A becomes the orthogonal
// matrix that does it. Manual: TRIRED.
static void pro_trired(Call *c)
{
    Matrix a = matrix_square(c, 0, call_kw_set(c, KW_TRI_DOUBLE), false);
    need_real(c, &a);
    int n = a.rows;
    double *d = call_alloc(c, (size_t)n * sizeof *d), *e = call_alloc(c, (size_t)n * sizeof *e);
    matrix_check(c, matrix_lapack(c)->tridiagonalize(a.p, n, d, e + (n > 1)), "The matrix cannot be reduced.");
    matrix_transpose(c, &a);
    call_set_take(c, 0, matrix_value(c, &a));
    call_set_take(c, 1, matrix_vector(c, d, n, a.wide));
    call_set_take(c, 2, matrix_vector(c, e, n, a.wide));
}

// --- The QL algorithm, which leaves the eigenvalues in the order in which it finds them ----------------------------------

typedef struct Rotation {
    double c, s;
} Rotation;

static void turn_columns(Matrix *z, int i, Rotation t)
{
    for (int r = 0; r < z->rows; r++) {
        double *p = z->p + (size_t)r * (size_t)z->columns + i, left = p[0], right = p[1];
        p[0] = t.c * left - t.s * right;
        p[1] = t.s * left + t.c * right;
    }
}

// The first place from l on where the matrix falls apart: e[m], beside d[m] and d[m+1], is nothing to them.
static int block_end(const double *d, const double *e, int n, int l)
{
    int m = l;
    while (m < n - 1 && fabs(d[m]) + fabs(d[m + 1]) + fabs(e[m]) != fabs(d[m]) + fabs(d[m + 1])) m++;
    return m;
}

// One sweep of plane rotations from m up to l, with Wilkinson's shift.
static void ql_sweep(double *d, double *e, Matrix *z, int l, int m)
{
    double g = (d[l + 1] - d[l]) / (2 * e[l]), s = 1, c = 1, p = 0;
    g = d[m] - d[l] + e[l] / (g + copysign(hypot(g, 1), g));
    for (int i = m - 1; i >= l; i--) {
        double f = s * e[i], b = c * e[i], r = hypot(f, g);
        e[i + 1] = r;
        if (r == 0) {  // the block falls apart here
            d[i + 1] -= p;
            e[m] = 0;
            return;
        }
        s = f / r;
        c = g / r;
        g = d[i + 1] - p;
        double t = (d[i] - g) * s + 2 * c * b;
        p = s * t;
        d[i + 1] = g + p;
        g = c * t - b;
        turn_columns(z, i, (Rotation){c, s});
    }
    d[l] -= p;
    e[l] = g;
    e[m] = 0;
}

// Eigenvalues into d, eigenvectors into the columns of z; e[i] is beside d[i] and d[i+1], e[n-1] room. False: no end.
static bool ql(Call *c, double *d, double *e, Matrix *z, int n)
{
    enum { SWEEPS = 60 };
    for (int l = 0; l < n; l++) {
        for (int m, times = 0; (m = block_end(d, e, n, l)) != l; times++) {
            if (times == SWEEPS) return false;
            call_poll(c);
            ql_sweep(d, e, z, l, m);
        }
    }
    return true;
}

// TRIQL, D, E, A [, /DOUBLE]: eigenvalues (in D) of a tridiagonal matrix and its eigenvectors (the rows of A, which holds what
// TRIRED returned, or the identity). Manual: TRIQL.
static void pro_triql(Call *c)
{
    bool wide = call_arg(c, 0)->type == T_DOUBLE || call_arg(c, 1)->type == T_DOUBLE || call_kw_set(c, KW_TRI_DOUBLE);
    Matrix a = matrix_square(c, 2, wide, true);
    int n = a.rows;
    double *d = call_alloc(c, (size_t)n * sizeof *d), *e = call_alloc(c, (size_t)n * sizeof *e);
    memcpy(d, matrix_numbers(c, 0, n), (size_t)n * sizeof *d);
    memcpy(e, matrix_numbers(c, 1, n) + 1, (size_t)(n - 1) * sizeof *e);
    e[n - 1] = 0;
    if (!ql(c, d, e, &a, n)) throw_msg(c, E_VALUE, "The iteration has not converged.");
    matrix_transpose(c, &a);
    call_set_take(c, 0, matrix_vector(c, d, n, a.wide));
    call_set_take(c, 1, matrix_vector(c, call_alloc(c, (size_t)n * sizeof *d), n, a.wide));
    call_set_take(c, 2, matrix_value(c, &a));
}

static const Routine rows[] = {
    {"SVDC", PROCEDURE, {4, 4}, pro_svdc, "A, W, U, V", KEYS(SVDC)},
    {"EIGENQL", FUNCTION, {1, 1}, fn_eigenql, "A", KEYS(EIGENQL)},
    {"TRIRED", PROCEDURE, {3, 3}, pro_trired, "A, D, E", KEYS(TRI)},
    {"TRIQL", PROCEDURE, {3, 3}, pro_triql, "D, E, A", KEYS(TRI)},
};
ROUTINE_TABLE(lib_decompose, rows)
