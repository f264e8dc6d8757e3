// Matrices between programs and LAPACK: argument checks, conversion, results. Start at matrix_of.
#include "lib/matrix/matrix.h"

#include "lib/array/axis.h"
#include "lib/format/convert.h"
#include "sys/dynlib.h"

#include <limits.h>
#include <string.h>

const LapackTable *matrix_lapack(Call *c)
{
    const void *table;
    TRY(c, dynlib_table(LAPACK_MODULE, &table));
    return table;
}

Matrix matrix_new(Call *c, int rows, int columns, bool wide)
{
    return (Matrix){rows, columns, false, wide, call_alloc(c, (size_t)rows * (size_t)columns * sizeof(double))};
}

Matrix matrix_of_value(Call *c, const Val *v, const char *name, bool wide)
{
    if (!type_is_numeric(v->type)) axis_refuse(c, v, name);
    if (!val_is_array(v)) throw_msg(c, E_SHAPE, "Expression must be an array in this context: %s.", name);
    if (v->a->rank > 2) throw_msg(c, E_SHAPE, "Input must be a matrix: %s.", name);
    if (v->a->dim[0] > INT_MAX || v->a->dim[1] > INT_MAX) throw_msg(c, E_SHAPE, "Matrix is too large: %s.", name);
    bool is_complex = type_is_complex(v->type);
    const Val *w = call_convert(c, v, is_complex ? T_DCOMPLEX : T_DOUBLE);
    size_t bytes = (size_t)val_count(v) * type_size(w->type);
    Matrix m = {(int)v->a->dim[1], (int)v->a->dim[0], is_complex, wide || v->type == T_DOUBLE || v->type == T_DCOMPLEX,
                call_alloc(c, bytes)};
    memcpy(m.p, val_data_peek(w), bytes);
    return m;
}

Matrix matrix_of(Call *c, int i, bool wide, bool transposed)
{
    Matrix m = matrix_of_value(c, call_arg(c, i), call_arg_name(c, i), wide);
    if (transposed) matrix_transpose(c, &m);
    return m;
}

Matrix matrix_square(Call *c, int i, bool wide, bool transposed)
{
    Matrix m = matrix_of(c, i, wide, transposed);
    if (m.rows != m.columns) throw_msg(c, E_SHAPE, "Input must be a square matrix: %s.", call_arg_name(c, i));
    return m;
}

void matrix_transpose(Call *c, Matrix *m)
{
    size_t parts = m->is_complex ? 2 : 1, n = (size_t)m->rows * (size_t)m->columns;
    double *t = call_alloc(c, n * parts * sizeof *t);
    for (size_t r = 0; r < (size_t)m->rows; r++) {
        for (size_t k = 0; k < (size_t)m->columns; k++) {
            memcpy(t + (k * (size_t)m->rows + r) * parts, m->p + (r * (size_t)m->columns + k) * parts,
                   parts * sizeof *t);
        }
    }
    int rows = m->rows;
    m->rows = m->columns;
    m->columns = rows;
    m->p = t;
}

static Val numbers_value(Call *c, const double *p, TypeCode work, TypeCode t, int rank, const int64_t *dim)
{
    Val *cell = convert_new_array(c, work, rank, dim);
    memcpy(cell->a->data, p, (size_t)cell->a->n * type_size(work));
    return val_copy(call_convert(c, cell, t));
}

Val matrix_value(Call *c, const Matrix *m)
{
    int64_t dim[2] = {m->columns, m->rows};
    TypeCode work = m->is_complex ? T_DCOMPLEX : T_DOUBLE;
    return numbers_value(c, m->p, work, m->wide ? work : m->is_complex ? T_COMPLEX : T_FLOAT, 2, dim);
}

Val matrix_vector(Call *c, const double *p, int64_t n, bool wide)
{
    return numbers_value(c, p, T_DOUBLE, wide ? T_DOUBLE : T_FLOAT, 1, &n);
}

const double *matrix_numbers(Call *c, int i, int64_t n)
{
    const Val *v = call_arg(c, i);
    axis_need_numeric(c, v, i);
    if (val_count(v) != n) throw_msg(c, E_SHAPE, "Argument has the wrong number of elements: %s.", call_arg_name(c, i));
    return val_data_peek(call_convert(c, v, T_DOUBLE));
}

void matrix_check(Call *c, int info, const char *trouble)
{
    if (info == LAPACK_INTERRUPTED) throw_status(c, (Status){E_INTERRUPT, 0, NULL});
    if (info == LAPACK_NO_MEMORY) throw_no_memory(c);
    if (info) throw_msg(c, E_VALUE, "%s", trouble);
}

void matrix_status(Call *c, int slot, int info, const char *trouble)
{
    if (info < 0 || !call_kw_given(c, slot)) matrix_check(c, info, trouble);
    call_kw_set_take(c, slot, val_long(info));
}

// --- LA_ ------------------------------------------------------------------------------------------------------------

Matrix matrix_asked(Call *c, int i, int double_slot)
{
    Matrix m = matrix_of(c, i, false, false);
    if (call_kw_given(c, double_slot)) m.wide = call_kw_set(c, double_slot);
    return m;
}

Matrix matrix_asked_square(Call *c, int i, int double_slot)
{
    Matrix m = matrix_asked(c, i, double_slot);
    if (m.rows != m.columns) throw_msg(c, E_SHAPE, "Input must be a square matrix: %s.", call_arg_name(c, i));
    return m;
}

static size_t numbers_of(const Matrix *m) { return (size_t)m->rows * (size_t)m->columns * (m->is_complex ? 2 : 1); }

Matrix matrix_like(Call *c, int rows, int columns, const Matrix *m)
{
    Matrix r = {rows, columns, m->is_complex, m->wide, NULL};
    r.p = call_alloc(c, numbers_of(&r) * sizeof *r.p);
    return r;
}

Matrix matrix_copy(Call *c, const Matrix *m)
{
    Matrix r = matrix_like(c, m->rows, m->columns, m);
    memcpy(r.p, m->p, numbers_of(m) * sizeof *r.p);
    return r;
}

void matrix_make_complex(Call *c, Matrix *m)
{
    if (m->is_complex) return;
    size_t n = numbers_of(m);
    Dcx *p = call_alloc(c, n * sizeof *p);
    for (size_t i = 0; i < n; i++) p[i].re = m->p[i];
    m->is_complex = true;
    m->p = (double *)p;
}

void matrix_agree(Call *c, Matrix *a, Matrix *b)
{
    if (a->is_complex)
        matrix_make_complex(c, b);
    else if (b->is_complex)
        matrix_make_complex(c, a);
}

Matrix matrix_side(Call *c, int i, int n, bool *is_vector)
{
    Matrix b = matrix_of(c, i, false, false);
    *is_vector = call_arg(c, i)->a->rank == 1;
    if (*is_vector) b = (Matrix){b.columns, 1, b.is_complex, b.wide, b.p};
    if (b.rows != n) throw_msg(c, E_SHAPE, "Argument has the wrong number of rows: %s.", call_arg_name(c, i));
    return b;
}

Val matrix_side_value(Call *c, const Matrix *b, bool is_vector)
{
    Matrix m = is_vector ? (Matrix){1, b->rows, b->is_complex, b->wide, b->p} : *b;
    Val *x = call_keep_take(c, matrix_value(c, &m));
    if (is_vector) arr_reshape_raw(x->a, 1, (int64_t[]){b->rows});
    return val_take(x);
}

Val matrix_complex_vector(Call *c, const Dcx *p, int64_t n, bool wide)
{
    return numbers_value(c, (const double *)p, T_DCOMPLEX, wide ? T_DCOMPLEX : T_COMPLEX, 1, &n);
}

void *matrix_kind_numbers(Call *c, int i, int64_t n, const Matrix *m)
{
    const Val *v = call_arg(c, i);
    axis_need_numeric(c, v, i);
    if (val_count(v) != n) throw_msg(c, E_SHAPE, "Argument has the wrong number of elements: %s.", call_arg_name(c, i));
    TypeCode work = m->is_complex ? T_DCOMPLEX : T_DOUBLE;
    return memcpy(call_alloc(c, (size_t)(n + 1) * type_size(work)), val_data_peek(call_convert(c, v, work)),
                  (size_t)n * type_size(work));
}

Val matrix_kind_vector(Call *c, const void *p, int64_t n, const Matrix *m)
{
    return m->is_complex ? matrix_complex_vector(c, p, n, m->wide) : matrix_vector(c, p, n, m->wide);
}
