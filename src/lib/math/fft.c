// FFT: the discrete Fourier transform, by FFTW in single or double precision. Start reading at fn_fft.
#include "kern/fourier.h"
#include "lib/array/axis.h"
#include "lib/format/convert.h"
#include "lib/math/fft_lines.h"
#include "sys/dynlib.h"

#include <errno.h>
#include <string.h>

#define FFT_KEYWORDS(K, R)                                                                                     \
    K(R, CENTER, FLAG) K(R, DIMENSION, "=scalar") K(R, DOUBLE, FLAG) K(R, INVERSE, FLAG) K(R, OVERWRITE, FLAG)
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

// The dimensions to transform and those to repeat it along, the slowest first. Returns how many elements a transform has.
static int64_t split_dims(const Arr *a, int dimension, FourierDim *dim, int *rank, FourierDim *loop, int *nloops)
{
    int64_t stride = a->n, n = 1;
    *rank = *nloops = 0;
    for (int d = a->rank; d-- > 0;) {
        FourierDim x = {a->dim[d], stride /= a->dim[d]};
        if (dimension && d != dimension - 1) {
            loop[(*nloops)++] = x;
        } else {
            dim[(*rank)++] = x;
            n *= x.n;
        }
    }
    return n;
}

// The second half of each row of a real array's transform: the first half of the opposite row, backwards and conjugate.
#define OTHER_HALF(NAME, C)                                                                   \
    static void NAME(const Arr *a)                                                            \
    {                                                                                         \
        int64_t n = a->dim[0], at[MAX_RANK] = {0};                                            \
        C *p = a->data;                                                                       \
        for (int64_t row = 0; row < a->n; row += n) {                                         \
            int64_t opposite = 0, stride = n;                                                 \
            for (int d = 1; d < a->rank; stride *= a->dim[d++]) {                             \
                opposite += (at[d] ? a->dim[d] - at[d] : 0) * stride;                         \
            }                                                                                 \
            C *to = p + row;                                                                  \
            const C *from = p + opposite + n;                                                 \
            for (int64_t k = n / 2 + 1; k < n; k++) to[k] = (C){from[-k].re, 0 - from[-k].im}; \
            for (int d = 1; d < a->rank && ++at[d] == a->dim[d]; d++) at[d] = 0;              \
        }                                                                                     \
    }
OTHER_HALF(fill_half_f, Cx)
OTHER_HALF(fill_half_d, Dcx)

static void conjugate(void *data, bool wide, int64_t n)
{
    for (int64_t i = 0; i < n; i++) {
        if (wide) ((Dcx *)data)[i].im = 0 - ((Dcx *)data)[i].im;
        else ((Cx *)data)[i].im = 0 - ((Cx *)data)[i].im;
    }
}

// v is not touched; real arrays are transformed as such when all of their dimensions are.
static Val *transform(Call *c, const Val *v, bool wide, int dimension, int sign)
{
    const void *table;
    FourierDim dim[MAX_RANK], loop[MAX_RANK];
    int rank, nloops;
    int64_t n = split_dims(v->a, dimension, dim, &rank, loop, &nloops);
    bool real = !type_is_complex(v->type) && !dimension;
    TRY(c, dynlib_table(FOURIER_MODULE, &table));
    const FourierTable *fourier = table;
    TypeCode t = real ? (wide ? T_DOUBLE : T_FLOAT) : wide ? T_DCOMPLEX : T_COMPLEX;
    void *out;
    const void *in = val_data_peek(call_convert(c, v, t));
    Val *cell = convert_unset_like(c, v, wide ? T_DCOMPLEX : T_COMPLEX, &out);
    if (fft_lines_pay(v->a, dimension)) {
        fft_lines(c, fourier, in, real, cell->a, dimension, real ? -1 : sign, sign < 0 ? 1.0 / (double)n : 1);
        if (real) (wide ? fill_half_d : fill_half_f)(cell->a);
        if (real && sign > 0) conjugate(out, wide, cell->a->n);
        return cell;
    }
    int err = real ? fourier->real_transform(in, out, wide, rank, dim)
                   : fourier->transform(in, out, wide, rank, dim, nloops, loop, sign);
    if (err == -EINTR) throw_status(c, (Status){E_INTERRUPT, 0, NULL});
    if (err) throw_no_memory(c);
    if (real) (wide ? fill_half_d : fill_half_f)(cell->a);
    if (real && sign > 0) conjugate(out, wide, cell->a->n);
    if (sign < 0) scale(out, wide, cell->a->n, 1.0 / (double)n);
    return cell;
}

// FFT(Array [, Direction] [, /CENTER] [, DIMENSION=d] [, /DOUBLE] [, /INVERSE] [, /OVERWRITE]): COMPLEX, or DCOMPLEX for
// double-precision input. Direction -1 (the default) divides by the number of elements. Manual: FFT.
static void fn_fft(Call *c)
{
    const Val *v = call_arg(c, 0);
    if (v->type == T_STRING && val_is_array(v)) v = call_convert(c, v, T_FLOAT);
    axis_need_numeric(c, v, 0);
    if (!val_is_array(v)) throw_msg(c, E_SHAPE, "Expression must be an array in this context: %s.", call_arg_name(c, 0));
    bool wide = v->type == T_DOUBLE || v->type == T_DCOMPLEX || call_kw_set(c, KW_FFT_DOUBLE);
    bool inverse = call_kw_set(c, KW_FFT_INVERSE) || (c->argc > 1 && call_double(c, 1) >= 0);
    int64_t dimension = call_kw_int(c, KW_FFT_DIMENSION, 0);
    axis_of(c, v, dimension);  // checks it
    bool center = call_kw_set(c, KW_FFT_CENTER);
    if (center && inverse) {
        Val *moved = call_keep_take(c, val_copy(call_convert(c, v, wide ? T_DCOMPLEX : T_COMPLEX)));
        if (!arr_mut(moved)) throw_no_memory(c);
        move_centers(c, moved, (int)dimension, false);
        v = moved;
    }
    Val *cell = transform(c, v, wide, (int)dimension, inverse ? 1 : -1);
    if (center && !inverse) move_centers(c, cell, (int)dimension, true);
    if (call_kw_set(c, KW_FFT_OVERWRITE) && call_arg_is_var(c, 0)) call_set_take(c, 0, val_copy(cell));
    call_return_take(c, val_take(cell));
}

static const Routine rows[] = {
    {"FFT", FUNCTION, {1, 2}, fn_fft, "Array [, Direction]", KEYS(FFT), .pooled = true},
};
ROUTINE_TABLE(lib_fft, rows)
