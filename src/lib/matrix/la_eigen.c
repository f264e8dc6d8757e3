// LA_SVD, LA_EIGENQL, LA_EIGENPROBLEM, LA_ELMHES, LA_HQR and LA_EIGENVEC: singular values and eigenvalues of real and
// complex arrays. IDL stores eigenvectors as rows. Start reading at fn_la_eigenproblem.
#include "lib/format/convert.h"
#include "lib/matrix/matrix.h"

#include <math.h>
#include <string.h>

#define SVD_KEYWORDS(K, R) K(R, DIVIDE_CONQUER, FLAG) K(R, DOUBLE, FLAG) K(R, STATUS, OUT)
KEYWORDS(SVD)
#define QL_KEYWORDS(K, R)                                                                                              \
    K(R, DOUBLE, FLAG)                                                                                                 \
    K(R, EIGENVECTORS, OUT) K(R, FAILED, OUT) K(R, GENERALIZED, "={0 | 1 | 2}") K(R, METHOD, "={0 | 1 | 2}")           \
        K(R, RANGE, "=[first, last]") K(R, SEARCH_RANGE, "=[low, high]") K(R, STATUS, OUT) K(R, TOLERANCE, "=value")
KEYWORDS(QL)
#define PROBLEM_KEYWORDS(K, R)                                                                                         \
    K(R, ALPHA, OUT)                                                                                                   \
    K(R, BALANCE, "={0 | 1 | 2 | 3}") K(R, BETA, OUT) K(R, DOUBLE, FLAG) K(R, EIGENVECTORS, OUT)                       \
        K(R, LEFT_EIGENVECTORS, OUT) K(R, NORM_BALANCE, OUT) K(R, PERMUTE_RESULT, OUT) K(R, RCOND_VALUE, OUT)          \
            K(R, RCOND_VECTOR, OUT) K(R, SCALE_RESULT, OUT) K(R, STATUS, OUT)
KEYWORDS(PROBLEM)
#define ELMHES_KEYWORDS(K, R)                                                                                          \
    K(R, BALANCE, "={0 | 1 | 2 | 3}")                                                                                  \
    K(R, DOUBLE, FLAG) K(R, NORM_BALANCE, OUT) K(R, PERMUTE_RESULT, OUT) K(R, SCALE_RESULT, OUT)
KEYWORDS(ELMHES)
#define HQR_KEYWORDS(K, R) K(R, DOUBLE, FLAG) K(R, PERMUTE_RESULT, "=[ilo, ihi]") K(R, STATUS, OUT)
KEYWORDS(HQR)
#define VEC_KEYWORDS(K, R)                                                                                             \
    K(R, BALANCE, "={0 | 1 | 2 | 3}")                                                                                  \
    K(R, DOUBLE, FLAG) K(R, EIGENINDEX, OUT) K(R, LEFT_EIGENVECTORS, OUT) K(R, PERMUTE_RESULT, "=[ilo, ihi]")          \
        K(R, SCALE_RESULT, "=vector") K(R, SELECT, "=vector")
KEYWORDS(VEC)

static void conjugate(Matrix *m)
{
    size_t n = (size_t)m->rows * (size_t)m->columns;
    for (size_t i = 0; m->is_complex && i < n; i++) ((Dcx *)m->p)[i].im = -((Dcx *)m->p)[i].im;
}

static bool is_finite(const Matrix *m)
{
    size_t n = (size_t)m->rows * (size_t)m->columns * (m->is_complex ? 2 : 1);
    for (size_t i = 0; i < n; i++) {
        if (!isfinite(m->p[i])) return false;
    }
    return true;
}

static void need_finite(Call *c, const Matrix *m, int i)
{
    if (!is_finite(m)) throw_msg(c, E_VALUE, "Array must not hold NaN or infinities: %s.", call_arg_name(c, i));
}

// LA_SVD, Array, W, U, V [, /DIVIDE_CONQUER] [, /DOUBLE] [, STATUS=variable]: Array = U ## DIAG_MATRIX(W) ##
// TRANSPOSE(CONJ(V)); U and V have the singular vectors in as many columns as W, which descends, has elements. Both
// methods are the one. Manual: LA_SVD.
static void pro_la_svd(Call *c)
{
    Matrix a = matrix_asked(c, 0, KW_SVD_DOUBLE);
    need_finite(c, &a, 0);
    int m = a.rows, n = a.columns, k = m < n ? m : n;
    Matrix u = matrix_like(c, m, k, &a), v = matrix_like(c, k, n, &a);
    double *w = call_alloc(c, (size_t)k * sizeof *w);
    const LapackTable *t = matrix_lapack(c);
    int info = a.is_complex ? t->zsvd((Dcx *)a.p, m, n, w, (Dcx *)u.p, (Dcx *)v.p) : t->svd(a.p, m, n, w, u.p, v.p);
    matrix_status(c, KW_SVD_STATUS, info, "The iteration has not converged.");
    matrix_transpose(c, &v);
    conjugate(&v);
    call_set_take(c, 1, matrix_vector(c, w, k, a.wide));
    call_set_take(c, 2, matrix_value(c, &u));
    call_set_take(c, 3, matrix_value(c, &v));
}

// --- Hermitian arrays
// -------------------------------------------------------------------------------------------------

// The eigenvalues first...last that RANGE or SEARCH_RANGE leave of n ascending ones; last < first: none.
static void chosen(Call *c, const double *w, int n, int *first, int *last)
{
    *first = 0;
    *last = n - 1;
    const Val *range = call_kw(c, KW_QL_RANGE), *between = call_kw(c, KW_QL_SEARCH_RANGE);
    if (range && between) throw_msg(c, E_VALUE, "Conflicting keywords.");
    const Val *v = range ? range : between;
    if (!v) return;
    if (!type_is_numeric(v->type) || val_count(v) != 2) throw_msg(c, E_VALUE, "Keyword must have two elements.");
    const double *p = val_data_peek(call_convert(c, v, T_DOUBLE));
    if (range) {
        if (!(p[0] >= 0 && p[0] <= p[1] && p[1] < n)) throw_msg(c, E_VALUE, "Illegal keyword value for RANGE.");
        *first = (int)p[0];
        *last = (int)p[1];
        return;
    }
    if (!(p[0] < p[1])) throw_msg(c, E_VALUE, "Illegal keyword value for SEARCH_RANGE.");
    while (*first < n && !(w[*first] > p[0])) ++*first;
    while (*last >= 0 && !(w[*last] <= p[1])) --*last;
}

static void check_choice(Call *c, int slot, const char *name, int64_t most)
{
    int64_t x = call_kw_int(c, slot, 0);
    if (x < 0 || x > most) throw_msg(c, E_VALUE, "Illegal keyword value for %s.", name);
}

// LA_EIGENQL(A [, B] [, /DOUBLE] [, EIGENVECTORS=variable] [, FAILED=variable] [, GENERALIZED=value] [, METHOD=value]
// [, RANGE=vector] [, SEARCH_RANGE=vector] [, STATUS=variable] [, TOLERANCE=value]): the eigenvalues, ascending, of a
// symmetric or Hermitian array, with a definite B of A z = w B z (GENERALIZED=1: A B z = w z, 2: B A z = w z);
// eigenvectors are rows. RANGE: only those with these numbers, SEARCH_RANGE: only those above the first and up to the
// second. Every METHOD is computed by divide and conquer, to full precision, so that none fails. Manual: LA_EIGENQL.
static void fn_la_eigenql(Call *c)
{
    Matrix a = matrix_asked_square(c, 0, KW_QL_DOUBLE), b = {0};
    if (c->argc > 1) {
        b = matrix_asked_square(c, 1, KW_QL_DOUBLE);
        if (b.rows != a.rows) throw_msg(c, E_SHAPE, "A and B must have the same size.");
        matrix_agree(c, &a, &b);
        need_finite(c, &b, 1);
    }
    need_finite(c, &a, 0);
    check_choice(c, KW_QL_METHOD, "METHOD", 2);
    check_choice(c, KW_QL_GENERALIZED, "GENERALIZED", 2);
    int n = a.rows, first, last, kind = (int)call_kw_int(c, KW_QL_GENERALIZED, 0) + 1;
    bool vectors = call_kw_is_var(c, KW_QL_EIGENVECTORS);
    double *w = call_alloc(c, (size_t)n * sizeof *w);
    int info = matrix_lapack(c)->hermitian_eigen(a.is_complex, a.p, b.p, n, kind, w, vectors);
    const char *trouble = info > n ? "B is not positive definite." : "The iteration has not converged.";
    matrix_status(c, KW_QL_STATUS, info, trouble);
    chosen(c, w, n, &first, &last);
    if (info > n) last = first - 1;
    if (last < first) {
        call_kw_set_take(c, KW_QL_EIGENVECTORS, a.wide ? val_double(0) : val_float(0));
        call_kw_set_take(c, KW_QL_FAILED, val_long(-1));
        return call_return_take(c, a.wide ? val_double(0) : val_float(0));
    }
    if (vectors) {
        matrix_transpose(c, &a);
        a.rows = last - first + 1;
        a.p += (size_t)first * (size_t)n * (a.is_complex ? 2 : 1);
        call_kw_set_take(c, KW_QL_EIGENVECTORS, matrix_value(c, &a));
    }
    call_kw_set_take(c, KW_QL_FAILED, val_long(-1));
    call_return_take(c, matrix_vector(c, w + first, last - first + 1, a.wide));
}

// --- General arrays
// -----------------------------------------------------------------------------------------------------

static char balance_of(Call *c, int slot)
{
    check_choice(c, slot, "BALANCE", 3);
    return "NBPS"[call_kw_int(c, slot, 1)];
}

static Val range_value(Call *c, const int range[2])
{
    Val *v = convert_new_array(c, T_LONG, 1, (int64_t[]){2});
    ((int32_t *)v->a->data)[0] = range[0];
    ((int32_t *)v->a->data)[1] = range[1];
    return val_take(v);
}

static Val number_value(double x, bool wide) { return wide ? val_double(x) : val_float((float)x); }

static Dcx divided(Dcx a, Dcx b)
{
    if (b.im == 0) return (Dcx){a.re / b.re, a.im / b.re};
    double s = b.re * b.re + b.im * b.im;
    return (Dcx){(a.re * b.re + a.im * b.im) / s, (a.im * b.re - a.re * b.im) / s};
}

// Eigenvectors, one a column of p, as rows.
static Val vectors_value(Call *c, Dcx *p, int n, bool wide)
{
    Matrix m = {n, n, true, wide, (double *)p};
    matrix_transpose(c, &m);
    return matrix_value(c, &m);
}

static LapackEigen problem_of(Call *c, Matrix *a, Matrix *b)
{
    size_t n = (size_t)a->rows;
    LapackEigen e = {
        .z = a->is_complex, .n = a->rows, .a = a->p, .b = b->p, .balance = balance_of(c, KW_PROBLEM_BALANCE)};
    e.w = call_alloc(c, n * sizeof *e.w);
    e.beta = call_alloc(c, n * sizeof *e.beta);
    e.balanced.scale = call_alloc(c, n * sizeof(double));
    e.right_scale = call_alloc(c, n * sizeof(double));
    e.rcond_value = call_alloc(c, n * sizeof(double));
    e.rcond_vector = call_alloc(c, n * sizeof(double));
    if (call_kw_is_var(c, KW_PROBLEM_EIGENVECTORS)) e.right = call_alloc(c, n * n * sizeof *e.right);
    if (call_kw_is_var(c, KW_PROBLEM_LEFT_EIGENVECTORS)) e.left = call_alloc(c, n * n * sizeof *e.left);
    e.with_condition = call_kw_is_var(c, KW_PROBLEM_RCOND_VALUE) || call_kw_is_var(c, KW_PROBLEM_RCOND_VECTOR);
    return e;
}

static void give_problem(Call *c, LapackEigen *e, bool wide)
{
    int n = e->n;
    if (e->right) call_kw_set_take(c, KW_PROBLEM_EIGENVECTORS, vectors_value(c, e->right, n, wide));
    if (e->left) call_kw_set_take(c, KW_PROBLEM_LEFT_EIGENVECTORS, vectors_value(c, e->left, n, wide));
    if (e->with_condition) {
        call_kw_set_take(c, KW_PROBLEM_RCOND_VALUE, matrix_vector(c, e->rcond_value, n, wide));
        call_kw_set_take(c, KW_PROBLEM_RCOND_VECTOR, matrix_vector(c, e->rcond_vector, n, wide));
    }
    call_kw_set_take(c, KW_PROBLEM_PERMUTE_RESULT, range_value(c, e->balanced.range));
    if (!e->b) {
        call_kw_set_take(c, KW_PROBLEM_NORM_BALANCE, number_value(e->balanced.norm, wide));
        call_kw_set_take(c, KW_PROBLEM_SCALE_RESULT, matrix_vector(c, e->balanced.scale, n, wide));
        return;
    }
    call_kw_set_take(c, KW_PROBLEM_ALPHA, matrix_complex_vector(c, e->w, n, wide));
    call_kw_set_take(c, KW_PROBLEM_BETA, matrix_complex_vector(c, e->beta, n, wide));
    call_kw_set_take(c, KW_PROBLEM_NORM_BALANCE,
                     matrix_vector(c, (double[]){e->balanced.norm, e->right_norm}, 2, wide));
    Matrix scale = matrix_new(c, 2, n, wide);
    memcpy(scale.p, e->balanced.scale, (size_t)n * sizeof(double));
    memcpy(scale.p + n, e->right_scale, (size_t)n * sizeof(double));
    call_kw_set_take(c, KW_PROBLEM_SCALE_RESULT, matrix_value(c, &scale));
    for (int i = 0; i < n; i++) e->w[i] = divided(e->w[i], e->beta[i]);
}

// LA_EIGENPROBLEM(A [, B] [, ALPHA=variable] [, BALANCE=value] [, BETA=variable] [, /DOUBLE] [, EIGENVECTORS=variable]
// [, LEFT_EIGENVECTORS=variable] [, NORM_BALANCE=variable] [, PERMUTE_RESULT=variable] [, RCOND_VALUE=variable]
// [, RCOND_VECTOR=variable] [, SCALE_RESULT=variable] [, STATUS=variable]): the eigenvalues, complex, of a general
// array, with B of A v = w B v (then w = ALPHA / BETA); eigenvectors are rows. Manual: LA_EIGENPROBLEM.
static void fn_la_eigenproblem(Call *c)
{
    call_hush_math(c);
    Matrix a = matrix_asked_square(c, 0, KW_PROBLEM_DOUBLE), b = {0};
    if (c->argc > 1) {
        b = matrix_asked_square(c, 1, KW_PROBLEM_DOUBLE);
        if (b.rows != a.rows) throw_msg(c, E_SHAPE, "A and B must have the same size.");
        matrix_agree(c, &a, &b);
        need_finite(c, &b, 1);
    }
    need_finite(c, &a, 0);
    LapackEigen e = problem_of(c, &a, &b);
    matrix_status(c, KW_PROBLEM_STATUS, matrix_lapack(c)->eigen(&e), "The iteration has not converged.");
    give_problem(c, &e, a.wide);
    call_return_take(c, matrix_complex_vector(c, e.w, e.n, a.wide));
}

// --- In steps
// -------------------------------------------------------------------------------------------------------------

// LA_ELMHES(Array [, Q] [, BALANCE=value] [, /DOUBLE] [, NORM_BALANCE=variable] [, PERMUTE_RESULT=variable]
// [, SCALE_RESULT=variable]): the upper Hessenberg form H of Array = Q ## H ## TRANSPOSE(CONJ(Q)), balanced first: 0
// not at all, 1 (default) by permutation and scaling, 2 and 3 by one of them. Manual: LA_ELMHES.
static void fn_la_elmhes(Call *c)
{
    Matrix a = matrix_asked_square(c, 0, KW_ELMHES_DOUBLE);
    need_finite(c, &a, 0);
    int n = a.rows;
    Matrix q = c->argc > 1 ? matrix_like(c, n, n, &a) : (Matrix){0};
    LapackBalance b = {.scale = call_alloc(c, (size_t)n * sizeof(double))};
    int info = matrix_lapack(c)->hessenberg(a.is_complex, a.p, n, balance_of(c, KW_ELMHES_BALANCE), &b, q.p);
    matrix_check(c, info, "The array cannot be reduced.");
    if (q.p) call_set_take(c, 1, matrix_value(c, &q));
    call_kw_set_take(c, KW_ELMHES_NORM_BALANCE, number_value(b.norm, a.wide));
    call_kw_set_take(c, KW_ELMHES_PERMUTE_RESULT, range_value(c, b.range));
    call_kw_set_take(c, KW_ELMHES_SCALE_RESULT, matrix_vector(c, b.scale, n, a.wide));
    call_return_take(c, matrix_value(c, &a));
}

// PERMUTE_RESULT, or 1 and n.
static void range_of(Call *c, int slot, int n, int range[2])
{
    range[0] = 1;
    range[1] = n;
    const Val *v = call_kw(c, slot);
    if (!v) return;
    if (!type_is_numeric(v->type) || val_count(v) != 2) throw_msg(c, E_VALUE, "PERMUTE_RESULT must have two elements.");
    const double *p = val_data_peek(call_convert(c, v, T_DOUBLE));
    if (!(p[0] >= 1 && p[0] <= p[1] && p[1] <= n)) throw_msg(c, E_VALUE, "Illegal keyword value for PERMUTE_RESULT.");
    range[0] = (int)p[0];
    range[1] = (int)p[1];
}

// LA_HQR(H [, Q] [, /DOUBLE] [, PERMUTE_RESULT=[ilo, ihi]] [, STATUS=variable]): the eigenvalues, complex, of
// LA_ELMHES's H. With its Q, H becomes the Schur form T and Q the Schur vectors. Manual: LA_HQR.
static void fn_la_hqr(Call *c)
{
    call_hush_math(c);
    Matrix h = matrix_asked_square(c, 0, KW_HQR_DOUBLE), q = {0};
    need_finite(c, &h, 0);
    int n = h.rows, range[2];
    if (c->argc > 1) {
        q = matrix_asked_square(c, 1, KW_HQR_DOUBLE);
        if (q.rows != n) throw_msg(c, E_SHAPE, "H and Q must have the same size.");
        matrix_agree(c, &h, &q);
        q.wide = h.wide;
    }
    range_of(c, KW_HQR_PERMUTE_RESULT, n, range);
    Dcx *w = call_alloc(c, (size_t)n * sizeof *w);
    int info = matrix_lapack(c)->hessenberg_eigen(h.is_complex, h.p, n, range, w, q.p);
    matrix_status(c, KW_HQR_STATUS, info, "The iteration has not converged.");
    if (q.p) {
        call_set_take(c, 0, matrix_value(c, &h));
        call_set_take(c, 1, matrix_value(c, &q));
    }
    call_return_take(c, matrix_complex_vector(c, w, n, h.wide));
}

// Which eigenvectors are wanted: numbers of rows; *count of them.
static int *selected(Call *c, int n, int *count)
{
    const Val *v = call_kw(c, KW_VEC_SELECT);
    if (v && (!type_is_numeric(v->type) || val_count(v) != n))
        throw_msg(c, E_VALUE, "SELECT must have as many elements as T has rows.");
    const double *p = v ? val_data_peek(call_convert(c, v, T_DOUBLE)) : NULL;
    int *which = call_alloc(c, (size_t)n * sizeof *which);
    *count = 0;
    for (int i = 0; i < n; i++) {
        if (!p || p[i] != 0) which[(*count)++] = i;
    }
    return which;
}

// Columns of v (real ones as LAPACK packs pairs, which t tells) as chosen rows, complex.
static Val chosen_vectors(Call *c, const Matrix *v, const Matrix *t, const int *which, int count)
{
    size_t n = (size_t)v->rows;
    Matrix out = {count, v->rows, true, t->wide, call_alloc(c, (size_t)count * n * sizeof(Dcx))};
    for (int k = 0; k < count; k++) {
        size_t i = (size_t)which[k];
        bool first = !v->is_complex && i + 1 < n && t->p[(i + 1) * n + i] != 0,
             second = !v->is_complex && i && t->p[i * n + i - 1] != 0;
        for (size_t r = 0; r < n; r++) {
            Dcx *to = (Dcx *)out.p + (size_t)k * n + r;
            if (v->is_complex)
                *to = ((Dcx *)v->p)[r * n + i];
            else if (first)
                *to = (Dcx){v->p[r * n + i], v->p[r * n + i + 1]};
            else if (second)
                *to = (Dcx){v->p[r * n + i - 1], -v->p[r * n + i]};
            else
                *to = (Dcx){v->p[r * n + i], 0};
        }
    }
    return matrix_value(c, &out);
}

// What the balancing was, out of keywords; false: there was none.
static bool balance_given(Call *c, int n, LapackBalance *b)
{
    range_of(c, KW_VEC_PERMUTE_RESULT, n, b->range);
    const Val *v = call_kw(c, KW_VEC_SCALE_RESULT);
    if (!v) return false;
    if (!type_is_numeric(v->type) || val_count(v) != n)
        throw_msg(c, E_VALUE, "SCALE_RESULT must have as many elements as T has rows.");
    b->scale = memcpy(call_alloc(c, (size_t)n * sizeof(double)), val_data_peek(call_convert(c, v, T_DOUBLE)),
                      (size_t)n * sizeof(double));
    for (int i = 0; i < n; i++) {
        bool is_row = i + 1 < b->range[0] || i + 1 > b->range[1];
        if (is_row && !(b->scale[i] >= 1 && b->scale[i] <= n))
            throw_msg(c, E_VALUE, "SCALE_RESULT is not what LA_ELMHES returns.");
    }
    return true;
}

// LA_EIGENVEC(T, QZ [, BALANCE=value] [, /DOUBLE] [, EIGENINDEX=variable] [, LEFT_EIGENVECTORS=variable]
// [, PERMUTE_RESULT=[ilo, ihi]] [, SCALE_RESULT=vector] [, SELECT=vector]): the eigenvectors, complex rows, from
// LA_HQR's T and QZ; with LA_ELMHES's PERMUTE_RESULT and SCALE_RESULT those of the array before it was balanced.
// SELECT: only where it is not 0; EIGENINDEX has the numbers of those. Manual: LA_EIGENVEC.
static void fn_la_eigenvec(Call *c)
{
    call_hush_math(c);
    Matrix t = matrix_asked_square(c, 0, KW_VEC_DOUBLE), right = matrix_asked_square(c, 1, KW_VEC_DOUBLE), left = {0};
    int n = t.rows, count;
    if (right.rows != n) throw_msg(c, E_SHAPE, "T and QZ must have the same size.");
    matrix_agree(c, &t, &right);
    need_finite(c, &t, 0);
    need_finite(c, &right, 1);
    const int *which = selected(c, n, &count);
    if (!count) throw_msg(c, E_VALUE, "No eigenvector is selected.");
    if (call_kw_is_var(c, KW_VEC_LEFT_EIGENVECTORS)) left = matrix_copy(c, &right);
    LapackBalance b = {0};
    bool was_balanced = balance_given(c, n, &b);
    char way = balance_of(c, KW_VEC_BALANCE);
    const LapackTable *lapack = matrix_lapack(c);
    matrix_check(c, lapack->eigenvectors(t.is_complex, t.p, n, left.p, right.p), "T is no Schur form.");
    if (was_balanced)
        matrix_check(c, lapack->unbalance(t.is_complex, n, way, &b, left.p, right.p), "Balance does not fit.");
    if (left.p) call_kw_set_take(c, KW_VEC_LEFT_EIGENVECTORS, chosen_vectors(c, &left, &t, which, count));
    Val *index = convert_new_array(c, T_LONG, 1, (int64_t[]){count});
    for (int i = 0; i < count; i++) ((int32_t *)index->a->data)[i] = which[i];
    call_kw_set_take(c, KW_VEC_EIGENINDEX, val_take(index));
    call_return_take(c, chosen_vectors(c, &right, &t, which, count));
}

static const Routine rows[] = {
    {"LA_SVD", PROCEDURE, {4, 4}, pro_la_svd, "Array, W, U, V", KEYS(SVD)},
    {"LA_EIGENQL", FUNCTION, {1, 2}, fn_la_eigenql, "A [, B]", KEYS(QL)},
    {"LA_EIGENPROBLEM", FUNCTION, {1, 2}, fn_la_eigenproblem, "A [, B]", KEYS(PROBLEM)},
    {"LA_ELMHES", FUNCTION, {1, 2}, fn_la_elmhes, "Array [, Q]", KEYS(ELMHES)},
    {"LA_HQR", FUNCTION, {1, 2}, fn_la_hqr, "H [, Q]", KEYS(HQR)},
    {"LA_EIGENVEC", FUNCTION, {2, 2}, fn_la_eigenvec, "T, QZ", KEYS(VEC)},
};
ROUTINE_TABLE(lib_la_eigen, rows)
