// Matrix products. A # B in IDL's order (first index: column) is: result[i,j] = sum over k of A[i,k] * B[k,j], and
// A ## B is B # A. Vectors are columns on the left, rows on the right. Start reading at operate_matmul.
#include "kern/blas.h"
#include "sys/dynlib.h"
#include "vm/array/convert.h"
#include "vm/array/operate.h"
#include "vm/array/threads.h"

#include <limits.h>

typedef struct Shape {
    int64_t m, k;  // first and second dimension
} Shape;

// How the operands are read: a vector on the left meets a matrix on the right as a row, and so on.
static Status shapes(const Val *a, const Val *b, Shape *sa, Shape *sb)
{
    int ra = val_is_array(a) ? a->a->rank : 1, rb = val_is_array(b) ? b->a->rank : 1;
    if (ra > 2 || rb > 2) return status_fail(E_SHAPE, "Operands of matrix multiply must be vectors or matrices.");
    int64_t a0 = val_is_array(a) ? a->a->dim[0] : 1, a1 = val_is_array(a) ? a->a->dim[1] : 1;
    int64_t b0 = val_is_array(b) ? b->a->dim[0] : 1, b1 = val_is_array(b) ? b->a->dim[1] : 1;
    *sa = (Shape){a0, a1};
    *sb = (Shape){b0, b1};
    if (ra == 1 && rb == 1) *sb = (Shape){1, b0};            // column # row: the outer product
    else if (ra == 1 && a0 == b0) *sa = (Shape){1, a0};      // row # matrix
    else if (rb == 1 && b0 != a1) *sb = (Shape){1, b0};      // matrix of one column # row
    if (sa->k != sb->m) return status_fail(E_SHAPE, "Operands of matrix multiply have incompatible dimensions.");
    return STATUS_OK;
}

#define MULTIPLY(name, T)                                                                            \
    static void name(const T *a, const T *b, T *r, int64_t m, int64_t k, int64_t n)                    \
    {                                                                                                  \
        for (int64_t j = 0; j < n; j++) {                                                              \
            for (int64_t l = 0; l < k; l++) {                                                          \
                T f = b[l + j * k];                                                                    \
                const T *col = a + l * m;                                                              \
                for (int64_t i = 0; i < m; i++) r[i + j * m] += col[i] * f;                            \
            }                                                                                          \
        }                                                                                              \
    }
MULTIPLY(multiply_real, double)
MULTIPLY(multiply_integers, uint64_t)  // of any width and sign: what is beyond the result's is cut off

static void multiply_complex(const Dcx *a, const Dcx *b, Dcx *r, int64_t m, int64_t k, int64_t n)
{
    for (int64_t j = 0; j < n; j++) {
        for (int64_t l = 0; l < k; l++) {
            Dcx f = b[l + j * k];
            for (int64_t i = 0; i < m; i++) {
                Dcx x = a[i + l * m], *o = &r[i + j * m];
                o->re += x.re * f.re - x.im * f.im;
                o->im += x.re * f.im + x.im * f.re;
            }
        }
    }
}

// Big products are the library's; without it they are only slower.
static const BlasTable *blas_for(int64_t m, int64_t k, int64_t n)
{
    enum { SMALL = 20000 };
    const void *table;
    if ((double)m * (double)k * (double)n < SMALL || m > INT_MAX || k > INT_MAX || n > INT_MAX) return NULL;
    Status s = dynlib_table(BLAS_MODULE, &table);
    if (status_ok(s)) return table;
    status_drop(&s);
    return NULL;
}

static void multiply(const BlasTable *blas, TypeCode work, const void *a, const void *b, void *r, int64_t m, int64_t k, int64_t n)
{
    switch (work) {
    case T_FLOAT: blas->sproduct(a, b, r, (int)m, (int)k, (int)n); break;
    case T_COMPLEX: blas->cproduct(a, b, r, (int)m, (int)k, (int)n); break;
    case T_DOUBLE:
        if (blas) blas->product(a, b, r, (int)m, (int)k, (int)n);
        else multiply_real(a, b, r, m, k, n);
        break;
    case T_DCOMPLEX:
        if (blas) blas->zproduct(a, b, r, (int)m, (int)k, (int)n);
        else multiply_complex(a, b, r, m, k, n);
        break;
    default: multiply_integers(a, b, r, m, k, n);
    }
}

// Some columns of the result at a time: how many depends on the shape alone, and so do the sums.
typedef struct Product {
    const BlasTable *blas;
    TypeCode work;
    int64_t m, k, n, columns;
    const char *a, *b;
    char *r;
} Product;

static void multiply_columns(void *arg, size_t i)
{
    const Product *p = arg;
    int64_t at = (int64_t)i * p->columns, n = p->n - at < p->columns ? p->n - at : p->columns;
    size_t size = type_size(p->work);
    multiply(p->blas, p->work, p->a, p->b + (size_t)(at * p->k) * size, p->r + (size_t)(at * p->m) * size, p->m, p->k, n);
}

// Ctrl-C is looked for between parts: none takes long.
static int64_t columns_of_part(const Product *p)
{
    enum { FEW = 256, SOME = 1024, FEWEST = 16 };
    const double longest = p->blas ? 4e9 : 1e8;  // multiplications: about 0.2 s
    int64_t parts = p->n < FEW ? 1 : p->n < SOME ? p->n / FEW + 1 : p->n / FEW, columns = (p->n + parts - 1) / parts;
    double brief = longest / ((double)p->m * (double)p->k + 1);
    return brief < (double)columns ? (int64_t)brief + FEWEST : columns;
}

// False: interrupted.
static bool multiply_all(Vm *vm, Product *p)
{
    p->columns = columns_of_part(p);
    int threads = threads_for(vm, p->m * p->n, 0.05 * (double)p->k);
    return threads_run(vm, threads, (size_t)((p->n + p->columns - 1) / p->columns), multiply_columns, p, true);
}

// Integers narrower than LONG are multiplied as LONG, of unsigned ones UINT as ULONG.
static TypeCode product_type(const Val *a, const Val *b)
{
    TypeCode t = type_promote(a->type, b->type);
    if (t == T_BYTE || t == T_INT) return T_LONG;
    if (t == T_UINT) return T_ULONG;
    return t == T_STRING ? T_FLOAT : t;
}

// The type of the computation: single precision is the library's own, without it sums are taken in double precision.
static TypeCode work_type(TypeCode t, const BlasTable *blas)
{
    if (type_in(t, TYPES_INTEGER)) return T_LONG64;
    if (blas) return t;
    return type_is_complex(t) ? T_DCOMPLEX : T_DOUBLE;
}

Status operate_matmul(Vm *vm, const Val *a, const Val *b, bool hash2, Val *out)
{
    if (hash2) {
        const Val *t = a;
        a = b;
        b = t;
    }
    if (!type_in(a->type, TYPES_NUMERIC | TM(STRING)) || !type_in(b->type, TYPES_NUMERIC | TM(STRING))) {
        return status_fail(E_TYPE, "Matrix multiply needs numeric operands.");
    }
    Shape sa = {0, 0}, sb = {0, 0};
    STATUS_TRY(shapes(a, b, &sa, &sb));
    TypeCode t = product_type(a, b);
    const BlasTable *blas = type_in(t, TYPES_INTEGER) ? NULL : blas_for(sa.m, sa.k, sb.k);
    TypeCode work = work_type(t, blas);
    Val x = VAL_UNDEF, y = VAL_UNDEF, z = VAL_UNDEF;
    Status s = val_convert(a, work, &x, NULL);
    if (status_ok(s)) s = val_convert(b, work, &y, NULL);
    Arr *r = status_ok(s) ? arr_new(work, 2, (int64_t[]){sa.m, sb.k}, true) : NULL;
    if (r) {
        z = val_arr_take(r);
        Product p = {.blas = blas, .work = work, .m = sa.m, .k = sa.k, .n = sb.k};
        p.a = val_data_peek(&x);
        p.b = val_data_peek(&y);
        p.r = r->data;
        bool all = multiply_all(vm, &p);
        arr_reshape_raw(r, 2, (int64_t[]){sa.m, sb.k});
        s = all ? val_convert(&z, t, out, NULL) : status_fail(E_INTERRUPT, "Interrupted.");
    } else if (status_ok(s)) {
        s = status_fail(E_NO_MEMORY, "Unable to allocate memory: to make array.");
    }
    val_drop(&x);
    val_drop(&y);
    val_drop(&z);
    return s;
}
