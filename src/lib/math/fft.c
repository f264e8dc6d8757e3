// FFT: the discrete Fourier transform, by FFTW in single or double precision. Start reading at fn_fft.
#include "kern/fourier.h"
#include "lib/array/axis.h"
#include "lib/format/convert.h"
#include "sys/dynlib.h"

#include <string.h>

#define FFT_KEYWORDS(K) \
    K(FFT, CENTER) K(FFT, DIMENSION) K(FFT, DOUBLE) K(FFT, INVERSE) K(FFT, OVERWRITE)
KEYWORDS(FFT)

// Multiplies all numbers by x.
static void scale(void *data, bool wide, int64_t n, double x)
{
    for (int64_t i = 0; i < 2 * n; i++) {
        if (wide) ((double *)data)[i] *= x;
        else ((float *)data)[i] *= (float)x;
    }
}

// Shifts dimension `x` by `by` elements, around its end.
static void rotate_axis(Call *c, char *data, size_t elem, const Axis *x, int64_t by)
{
    size_t row = (size_t)x->inner * elem, slab = row * (size_t)x->len, head = row * (size_t)(x->len - by);
    char *copy = call_alloc(c, slab);
    for (int64_t o = 0; o < x->outer; o++, data += slab) {
        memcpy(copy, data, slab);
        memcpy(data + slab - head, copy, head);
        memcpy(data, copy + head, slab - head);
    }
}

// CENTER: the zero frequency lies in the middle of each dimension transformed.
static void move_centers(Call *c, Val *cell, int dimension, bool to_middle)
{
    for (int d = 1; d <= cell->a->rank; d++) {
        Axis x = axis_of(c, cell, d);
        if (dimension && d != dimension) continue;
        rotate_axis(c, cell->a->data, cell->a->elem, &x, to_middle ? x.len / 2 : x.len - x.len / 2);
    }
}

static void transform(Call *c, Val *cell, int dimension, int sign)
{
    const void *table;
    FourierDim dim[MAX_RANK], loop[MAX_RANK];
    int rank = 0, nloops = 0;
    bool wide = cell->type == T_DCOMPLEX;
    int64_t stride = cell->a->n, n = 1;
    TRY(c, dynlib_table(FOURIER_MODULE, &table));
    for (int d = cell->a->rank; d-- > 0;) {  // the slowest first
        FourierDim x = {cell->a->dim[d], stride /= cell->a->dim[d]};
        if (dimension && d != dimension - 1) {
            loop[nloops++] = x;
        } else {
            dim[rank++] = x;
            n *= x.n;
        }
    }
    if (!((const FourierTable *)table)->transform(cell->a->data, wide, rank, dim, nloops, loop, sign)) throw_no_memory(c);
    if (sign < 0) scale(cell->a->data, wide, cell->a->n, 1.0 / (double)n);
}

// FFT(Array [, Direction] [, /CENTER] [, DIMENSION=d] [, /DOUBLE] [, /INVERSE] [, /OVERWRITE]): COMPLEX, or DCOMPLEX for
// double-precision input. Direction -1 (the default) divides by the number of elements. Manual: FFT.
static void fn_fft(Call *c)
{
    const Val *v = call_arg(c, 0);
    axis_need_numeric(c, v, 0);
    if (!val_is_array(v)) throw_msg(c, E_SHAPE, "Expression must be an array in this context: %s.", call_arg_name(c, 0));
    bool wide = v->type == T_DOUBLE || v->type == T_DCOMPLEX || call_kw_set(c, KW_FFT_DOUBLE);
    bool inverse = call_kw_set(c, KW_FFT_INVERSE) || (c->argc > 1 && call_double(c, 1) >= 0);
    int64_t dimension = call_kw_int(c, KW_FFT_DIMENSION, 0);
    axis_of(c, v, dimension);  // checks it
    TypeCode t = wide ? T_DCOMPLEX : T_COMPLEX;
    Val *cell = call_keep_take(c, val_copy(call_convert(c, v, t)));
    if (!arr_mut(cell)) throw_no_memory(c);
    bool center = call_kw_set(c, KW_FFT_CENTER);
    if (center && inverse) move_centers(c, cell, (int)dimension, false);
    transform(c, cell, (int)dimension, inverse ? 1 : -1);
    if (center && !inverse) move_centers(c, cell, (int)dimension, true);
    if (call_kw_set(c, KW_FFT_OVERWRITE) && call_arg_is_var(c, 0)) call_set_take(c, 0, val_copy(cell));
    call_return_take(c, val_take(cell));
}

static const Routine rows[] = {
    ROW_FUN(FFT, 1, 2, fn_fft,
            "Result = FFT(Array [, Direction] [, /CENTER] [, DIMENSION=scalar] [, /DOUBLE] [, /INVERSE] [, /OVERWRITE])"),
};
ROUTINE_TABLE(lib_fft, rows)
