// The module `lapack`: eigenvalues and singular values of real and complex matrices alike. Start at lapack_eigen.
#include "kern/lapack_job.h"

#include "base/mem.h"

#include <string.h>

static double parts(bool z) { return z ? 2 : 1; }

static void *copy_start(void *to, const void *from, bool z, double n)
{
    return memcpy(to, from, (size_t)n * (z ? sizeof(Z) : sizeof(double)));
}

static lapack_int reduce(bool z, void *a, int n, char balance, LapackBalance *b, void *q, void *tau)
{
    lapack_int info = EITHER(z, gebal, balance, n, a, n, &b->range[0], &b->range[1], b->scale);
    if (info) return info;
    b->norm = EITHER(z, lange, '1', n, n, a, n);
    info = EITHER(z, gehrd, n, b->range[0], b->range[1], a, n, tau);
    if (info || !q) return info;
    copy_start(q, a, z, square(n));
    return z ? LAPACKE_zunghr(LAPACK_ROW_MAJOR, n, b->range[0], b->range[1], q, n, tau)
             : LAPACKE_dorghr(LAPACK_ROW_MAJOR, n, b->range[0], b->range[1], q, n, tau);
}

int lapack_hessenberg(bool z, void *a, int n, char balance, LapackBalance *b, void *q)
{
    if (!lapack_is_finite(a, parts(z) * square(n))) return LAPACK_NO_ANSWER;
    void *tau = mem_alloc((size_t)n * sizeof(Z));
    if (!tau) return LAPACK_NO_MEMORY;
    Job j = {.made = {NUMBERS_OF(z, a, square(n)), NUMBERS(b, 1), NUMBERS(b->scale, n), NUMBERS_OF(z, q, square(n))}};
    if (lapack_begin(&j, 10 * parts(z) * cube(n), 2 * parts(z) * square(n)))
        lapack_end(&j, reduce(z, a, n, balance, b, q, tau));
    mem_free(tau);
    return j.info;
}

static lapack_int hessenberg_values(bool z, void *h, int n, const int range[2], Dcx *w, double *wi, void *q)
{
    char job = q ? 'S' : 'E', vectors = q ? 'V' : 'N';
    void *values = w, *none = q ? q : h;
    if (z) return LAPACKE_zhseqr(LAPACK_ROW_MAJOR, job, vectors, n, range[0], range[1], h, n, values, none, n);
    double *wr = wi + n;
    lapack_int info = LAPACKE_dhseqr(LAPACK_ROW_MAJOR, job, vectors, n, range[0], range[1], h, n, wr, wi, none, n);
    for (int i = 0; i < n; i++) w[i] = (Dcx){wr[i], wi[i]};
    return info;
}

int lapack_hessenberg_eigen(bool z, void *h, int n, const int range[2], Dcx *w, void *q)
{
    if (!lapack_is_finite(h, parts(z) * square(n))) return LAPACK_NO_ANSWER;
    double *wi = mem_alloc(2 * (size_t)n * sizeof *wi);
    if (!wi) return LAPACK_NO_MEMORY;
    Job j = {.made = {NUMBERS_OF(z, h, square(n)), NUMBERS(w, n), NUMBERS_OF(z, q, square(n))}};
    if (lapack_begin(&j, 25 * parts(z) * cube(n), 2 * parts(z) * square(n))) {
        lapack_end(&j, hessenberg_values(z, h, n, range, w, wi, q));
    }
    mem_free(wi);
    return j.info;
}

int lapack_eigenvectors(bool z, void *t, int n, void *left, void *right)
{
    if (!lapack_is_finite(t, parts(z) * square(n))) return LAPACK_NO_ANSWER;
    char side = left && right ? 'B' : left ? 'L' : 'R';
    Job j = {.made = {NUMBERS_OF(z, left ? left : right, square(n)), NUMBERS_OF(z, right ? right : left, square(n))}};
    lapack_int found;
    if (lapack_begin(&j, 4 * parts(z) * cube(n), 3 * parts(z) * square(n))) {
        lapack_end(
            &j, EITHER(z, trevc, side, 'B', NULL, n, t, n, left ? left : right, n, right ? right : left, n, n, &found));
    }
    return j.info;
}

int lapack_unbalance(bool z, int n, char balance, const LapackBalance *b, void *left, void *right)
{
    lapack_int info = 0;
    if (right) info = EITHER(z, gebak, balance, 'R', n, b->range[0], b->range[1], b->scale, n, right, n);
    if (!info && left) info = EITHER(z, gebak, balance, 'L', n, b->range[0], b->range[1], b->scale, n, left, n);
    return info == LAPACK_TRANSPOSE_MEMORY_ERROR ? LAPACK_NO_MEMORY : info ? LAPACK_NO_ANSWER : 0;
}

// --- General matrices
// ------------------------------------------------------------------------------------------------------

// Real eigenvectors, one a column, pairs in two of them, as complex ones.
static void unpack(const double *v, const Dcx *w, int n, Dcx *out)
{
    for (int k = 0; k < n; k++) {
        bool is_pair = w[k].im != 0 && k + 1 < n;
        for (int r = 0; r < n; r++) {
            size_t at = (size_t)r * (size_t)n + (size_t)k;
            out[at] = (Dcx){v[at], is_pair ? v[at + 1] : 0};
            if (is_pair) out[at + 1] = (Dcx){v[at], -v[at + 1]};
        }
        k += is_pair;
    }
}

// room: 3 n + 2 n^2 doubles.
static lapack_int real_eigen(LapackEigen *e, double *room)
{
    int n = e->n;
    double *wr = room, *wi = wr + n, *beta = wi + n, *left = beta + n, *right = left + (size_t)n * (size_t)n;
    bool both = e->with_condition;
    char l = e->left || both ? 'V' : 'N', r = e->right || both ? 'V' : 'N', sense = both ? 'B' : 'N';
    LapackBalance *b = &e->balanced;
    lapack_int info =
        e->b ? LAPACKE_dggevx(LAPACK_ROW_MAJOR, e->balance, l, r, sense, n, e->a, n, e->b, n, wr, wi, beta, left, n,
                              right, n, &b->range[0], &b->range[1], b->scale, e->right_scale, &b->norm, &e->right_norm,
                              e->rcond_value, e->rcond_vector)
             : LAPACKE_dgeevx(LAPACK_ROW_MAJOR, e->balance, l, r, sense, n, e->a, n, wr, wi, left, n, right, n,
                              &b->range[0], &b->range[1], b->scale, &b->norm, e->rcond_value, e->rcond_vector);
    for (int i = 0; i < n; i++) {
        e->w[i] = (Dcx){wr[i], wi[i]};
        if (e->b) e->beta[i] = (Dcx){beta[i], 0};
    }
    if (!info && e->left) unpack(left, e->w, n, e->left);
    if (!info && e->right) unpack(right, e->w, n, e->right);
    return info;
}

static lapack_int complex_eigen(LapackEigen *e, Z *room)
{
    int n = e->n;
    bool both = e->with_condition;
    char l = e->left || both ? 'V' : 'N', r = e->right || both ? 'V' : 'N', sense = both ? 'B' : 'N';
    void *w = e->w, *beta = e->beta, *left = e->left ? (void *)e->left : room,
         *right = e->right ? (void *)e->right : room + (size_t)n * (size_t)n;
    LapackBalance *b = &e->balanced;
    if (!e->b) {
        return LAPACKE_zgeevx(LAPACK_ROW_MAJOR, e->balance, l, r, sense, n, e->a, n, w, left, n, right, n, &b->range[0],
                              &b->range[1], b->scale, &b->norm, e->rcond_value, e->rcond_vector);
    }
    return LAPACKE_zggevx(LAPACK_ROW_MAJOR, e->balance, l, r, sense, n, e->a, n, e->b, n, w, beta, left, n, right, n,
                          &b->range[0], &b->range[1], b->scale, e->right_scale, &b->norm, &e->right_norm,
                          e->rcond_value, e->rcond_vector);
}

int lapack_eigen(LapackEigen *e)
{
    int n = e->n;
    double all = square(n);
    if (!lapack_is_finite(e->a, parts(e->z) * all) || (e->b && !lapack_is_finite(e->b, parts(e->z) * all)))
        return LAPACK_NO_ANSWER;
    void *room = mem_alloc((size_t)(2 * all + 3 * n) * (e->z ? sizeof(Z) : sizeof(double)));
    if (!room) return LAPACK_NO_MEMORY;
    Job j = {.made = {{e, sizeof *e},
                      NUMBERS(e->w, n),
                      NUMBERS(e->balanced.scale, n),
                      NUMBERS(e->rcond_value, n),
                      NUMBERS(e->rcond_vector, n),
                      {e->left ? (void *)e->left : e, e->left ? (size_t)all * sizeof(Dcx) : 1},
                      {e->right ? (void *)e->right : e, e->right ? (size_t)all * sizeof(Dcx) : 1},
                      {e->b ? (void *)e->beta : e, e->b ? (size_t)n * sizeof(Dcx) : 1},
                      {e->b ? (void *)e->right_scale : e, e->b ? (size_t)n * sizeof(double) : 1}}};
    if (lapack_begin(&j, (e->b ? 70 : 30) * parts(e->z) * cube(n), 6 * parts(e->z) * all)) {
        lapack_end(&j, e->z ? complex_eigen(e, room) : real_eigen(e, room));
    }
    mem_free(room);
    return j.info;
}

// --- Hermitian matrices
// ----------------------------------------------------------------------------------------------------

static lapack_int hermitian(bool z, void *a, void *b, int n, int kind, double *w, char job)
{
    if (b) {
        return z ? LAPACKE_zhegvd(LAPACK_ROW_MAJOR, kind, job, 'L', n, a, n, b, n, w)
                 : LAPACKE_dsygvd(LAPACK_ROW_MAJOR, kind, job, 'L', n, a, n, b, n, w);
    }
    return z ? LAPACKE_zheevd(LAPACK_ROW_MAJOR, job, 'L', n, a, n, w)
             : LAPACKE_dsyevd(LAPACK_ROW_MAJOR, job, 'L', n, a, n, w);
}

int lapack_hermitian_eigen(bool z, void *a, void *b, int n, int kind, double *w, bool vectors)
{
    double all = parts(z) * square(n);
    if (!lapack_is_finite(a, all) || (b && !lapack_is_finite(b, all))) return LAPACK_NO_ANSWER;
    Job j = {.made = {NUMBERS_OF(z, a, square(n)), NUMBERS(w, n)}};
    if (lapack_begin(&j, (vectors ? 9 : 2) * parts(z) * cube(n), 4 * all + 70.0 * n)) {
        lapack_end(&j, hermitian(z, a, b, n, kind, w, vectors ? 'V' : 'N'));
    }
    return j.info;
}

int lapack_tridiagonalize(bool z, void *a, int n, bool upper, double *d, double *e)
{
    void *tau = mem_alloc((size_t)n * sizeof(Z));
    if (!tau) return LAPACK_NO_MEMORY;
    char part = upper ? 'U' : 'L';
    Job j = {.made = {NUMBERS_OF(z, a, square(n)), NUMBERS(d, n), NUMBERS(e, n)}};
    if (lapack_begin(&j, 4 * parts(z) * cube(n), parts(z) * (square(n) + 70.0 * n))) {
        lapack_int info = z ? LAPACKE_zhetrd(LAPACK_ROW_MAJOR, part, n, a, n, d, e, tau)
                            : LAPACKE_dsytrd(LAPACK_ROW_MAJOR, part, n, a, n, d, e, tau);
        if (!info) {
            info = z ? LAPACKE_zungtr(LAPACK_ROW_MAJOR, part, n, a, n, tau)
                     : LAPACKE_dorgtr(LAPACK_ROW_MAJOR, part, n, a, n, tau);
        }
        lapack_end(&j, info);
    }
    mem_free(tau);
    return j.info;
}

int lapack_tridiagonal_eigen(bool z, double *d, double *e, int n, void *q)
{
    if (!lapack_is_finite(d, n) || !lapack_is_finite(e, n - 1)) return LAPACK_NO_ANSWER;
    Job j = {.made = {NUMBERS(d, n), NUMBERS(e, n), NUMBERS_OF(z, q ? q : (void *)d, q ? square(n) : 1)}};
    if (lapack_begin(&j, q ? 6 * parts(z) * cube(n) : 30 * square(n), parts(z) * square(n) + 2.0 * n)) {
        lapack_end(&j, EITHER(z, steqr, q ? 'V' : 'N', n, d, e, q, n));
    }
    return j.info;
}

int lapack_complex_svd(Dcx *a, int m, int n, double *w, Dcx *u, Dcx *vt)
{
    int k = m < n ? m : n;
    double x = 2.0 * m * n, y = 2.0 * m * k, t = 2.0 * k * n;
    Job j = {.made = {NUMBERS(w, k), NUMBERS(u, (size_t)m * (size_t)k), NUMBERS(vt, (size_t)k * (size_t)n)}};
    if (!lapack_is_finite(a, x)) return LAPACK_NO_ANSWER;
    if (lapack_begin(&j, 16 * x * k + 48 * cube(k), 2 * x + y + t + 8 * square(k) + 40.0 * (m + n))) {
        lapack_end(&j, LAPACKE_zgesdd(LAPACK_ROW_MAJOR, 'S', m, n, (void *)a, n, w, (void *)u, k, (void *)vt, n));
    }
    return j.info;
}
