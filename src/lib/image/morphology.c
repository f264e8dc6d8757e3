// DILATE and ERODE: the greatest and the least element under a structuring element, row by row of the result. As in IDL
// the structuring element lies at those places alone where all of its box is in the image: there ERODE finds its
// results (0 elsewhere), and from there DILATE spreads the image's elements. Start reading at fn_dilate.
#include "kern/kern.h"
#include "lib/array/axis.h"
#include "lib/format/convert.h"
#include "vm/call/sharing.h"

#include <math.h>
#include <string.h>

#define DILATE_KEYWORDS(K, R)                                                                                          \
    K(R, BACKGROUND, "=value")                                                                                         \
    K(R, CONSTRAINED, FLAG)                                                                                            \
    K(R, GRAY, FLAG) K(R, PRESERVE_TYPE, FLAG) K(R, UINT, OR_FLAG) K(R, ULONG, OR_FLAG) K(R, VALUES, "=array")
KEYWORDS(DILATE)
#define ERODE_KEYWORDS(K, R)                                                                                           \
    K(R, GRAY, FLAG) K(R, PRESERVE_TYPE, FLAG) K(R, UINT, OR_FLAG) K(R, ULONG, OR_FLAG) K(R, VALUES, "=array")
KEYWORDS(ERODE)

enum { RANK = 3 };

// An element of the structuring element: where it lies from the origin, and its value.
typedef struct Tap {
    int64_t by[RANK], whole;
    double value;
} Tap;

#define T       uint8_t
#define TN      byte
#define INTEGER 1
#define LOW     0
#define HIGH    UINT8_MAX
#include "lib/image/morphology.tmpl.h"
#define T       int16_t
#define TN      int
#define INTEGER 1
#define LOW     INT16_MIN
#define HIGH    INT16_MAX
#include "lib/image/morphology.tmpl.h"
#define T       uint16_t
#define TN      uint
#define INTEGER 1
#define LOW     0
#define HIGH    UINT16_MAX
#include "lib/image/morphology.tmpl.h"
#define T       int32_t
#define TN      long
#define INTEGER 1
#define LOW     INT32_MIN
#define HIGH    INT32_MAX
#include "lib/image/morphology.tmpl.h"
#define T       uint32_t
#define TN      ulong
#define INTEGER 1
#define LOW     0
#define HIGH    UINT32_MAX
#include "lib/image/morphology.tmpl.h"
#define T       int64_t
#define TN      long64
#define INTEGER 1
#define LOW     INT64_MIN
#define HIGH    INT64_MAX
#include "lib/image/morphology.tmpl.h"
#define T       uint64_t
#define TN      ulong64
#define INTEGER 1
#define LOW     0
#define HIGH    UINT64_MAX
#include "lib/image/morphology.tmpl.h"
#define T       float
#define TN      float
#define INTEGER 0
#define LOW     NAN
#define HIGH    NAN
#include "lib/image/morphology.tmpl.h"
#define T       double
#define TN      double
#define INTEGER 0
#define LOW     NAN
#define HIGH    NAN
#include "lib/image/morphology.tmpl.h"

typedef struct Rows {
    void (*grow)(void *to, const void *from, int64_t n, const Tap *t);
    void (*shrink)(void *to, const void *from, int64_t n, const Tap *t);
    void (*fill)(void *to, int64_t n, bool high);
    void (*settle)(void *to, const void *before, int64_t n, const uint8_t *touched, const void *background);
} Rows;

#define ROWS(name)                                                                                                     \
    {                                                                                                                  \
        grow_##name, shrink_##name, fill_##name, settle_##name                                                         \
    }
static const Rows rows_of[T_COUNT] = {
    [T_BYTE] = ROWS(byte),       [T_INT] = ROWS(int),     [T_UINT] = ROWS(uint),
    [T_LONG] = ROWS(long),       [T_ULONG] = ROWS(ulong), [T_LONG64] = ROWS(long64),
    [T_ULONG64] = ROWS(ulong64), [T_FLOAT] = ROWS(float), [T_DOUBLE] = ROWS(double),
};

typedef struct Morphology {
    bool dilates;
    const Arr *image;
    TypeCode t;
    size_t size; // of an element
    int64_t dim[RANK];
    int64_t first[RANK], past[RANK];    // where the structuring element lies
    int64_t extent[RANK], origin[RANK]; // of the structuring element
    const Tap *tap;
    int64_t ntaps;
    bool is_block;          // all of its elements are set, and have no values
    const void *before;     // the image's elements, whatever pass this is
    const void *background; // NULL: not constrained
    char *out;
    uint8_t *touched; // for each thread a row
    int64_t chunk;
} Morphology;

static int64_t clamp(int64_t x, int64_t low, int64_t high) { return x < low ? low : x > high ? high : x; }

// The row of the image that a tap brings to row (y, z) of the result, and which columns; false when there is none.
static bool row_under(const Morphology *m, const Tap *t, int64_t y, int64_t z, int64_t *from, int64_t *to,
                      int64_t *source)
{
    int sign = m->dilates ? -1 : 1; // DILATE: from the place where the origin was
    int64_t v = y + sign * t->by[1], w = z + sign * t->by[2];
    int64_t place_y = m->dilates ? v : y, place_z = m->dilates ? w : z;
    if (place_y < m->first[1] || place_y >= m->past[1] || place_z < m->first[2] || place_z >= m->past[2]) return false;
    *from = m->dilates ? m->first[0] + t->by[0] : m->first[0];
    *to = m->dilates ? m->past[0] + t->by[0] : m->past[0];
    *source = (w * m->dim[1] + v) * m->dim[0] + sign * t->by[0]; // of column 0
    return *from < *to;
}

static void make_row(const Morphology *m, int64_t row)
{
    const Rows *f = &rows_of[m->t];
    int64_t nx = m->dim[0], y = row % m->dim[1], z = row / m->dim[1];
    uint8_t *touched = m->touched + thread_pool_here() * nx;
    char *out = m->out + (size_t)(row * nx) * m->size;
    f->fill(out, nx, !m->dilates);
    memset(touched, 0, (size_t)nx);
    for (int64_t i = 0; i < m->ntaps; i++) {
        const Tap *t = &m->tap[i];
        int64_t from, to, source;
        if (!row_under(m, t, y, z, &from, &to, &source)) continue;
        const char *in = (const char *)m->image->data + (source + from) * (int64_t)m->size;
        (m->dilates ? f->grow : f->shrink)(out + (size_t)from * m->size, in, to - from, t);
        memset(touched + from, 1, (size_t)(to - from));
    }
    f->settle(out, (const char *)m->before + (size_t)(row * nx) * m->size, nx, touched, m->background);
}

static void rows_item(void *arg, size_t item)
{
    const Morphology *m = arg;
    int64_t all = m->dim[1] * m->dim[2], row = (int64_t)item * m->chunk,
            end = all - row < m->chunk ? all : row + m->chunk;
    for (; row < end; row++) make_row(m, row);
}

// --- Arguments ------------------------------------------------------------------------------------------------------

static void read_taps(Call *c, Morphology *m, const Val *values)
{
    const Val *structure = call_arg(c, 1);
    axis_need_numeric(c, structure, 1);
    const Arr *shape = val_is_array(structure) ? structure->a : NULL;
    int64_t n = val_count(structure), *dim = m->extent;
    if (shape && shape->rank > m->image->rank) {
        throw_msg(c, E_SHAPE, "Image and Structure must have the same number of dimensions.");
    }
    for (int d = 0; d < RANK; d++) dim[d] = shape && d < shape->rank ? shape->dim[d] : 1;
    if (values) {
        axis_need_numeric(c, values, 1);
        if (val_count(values) != n) throw_msg(c, E_SHAPE, "VALUES must have the dimensions of Structure.");
    }
    const Dcx *in = val_data_peek(call_convert(c, structure, T_DCOMPLEX));
    const double *value = values ? val_data_peek(call_convert(c, values, T_DOUBLE)) : NULL;
    const int64_t *whole = values ? val_data_peek(call_convert(c, values, T_LONG64)) : NULL;
    Tap *tap = call_alloc(c, (size_t)n * sizeof *tap);
    for (int64_t i = 0; i < n; i++) {
        if (in[i].re == 0 && in[i].im == 0) continue;
        Tap *t = &tap[m->ntaps++];
        *t = (Tap){
            .by = {i % dim[0] - m->origin[0], i / dim[0] % dim[1] - m->origin[1], i / dim[0] / dim[1] - m->origin[2]}};
        if (values) t->value = value[i], t->whole = whole[i];
        if (values && type_is_integer(m->t)) t->value = t->whole != 0;
    }
    m->tap = tap;
    m->is_block = m->ntaps == n && !values;
}

// All of a dimension, or where the structuring element lies in it.
static void bound(Morphology *m, int d, bool all)
{
    m->first[d] = all ? 0 : clamp(m->origin[d], 0, m->dim[d]);
    m->past[d] = all ? m->dim[d] : clamp(m->dim[d] - (m->extent[d] - 1 - m->origin[d]), 0, m->dim[d]);
}

// X0, Y0, Z0; the middle of the structuring element.
static void read_origin(Call *c, Morphology *m)
{
    enum { FAR = 1 << 30 };
    const Val *structure = call_arg(c, 1);
    for (int d = 0; d < RANK; d++) {
        int64_t n = val_is_array(structure) && d < structure->a->rank ? structure->a->dim[d] : 1;
        m->origin[d] = c->argc > 2 + d ? clamp(call_int(c, 2 + d), -FAR, FAR) : n / 2;
    }
}

// The type that the image is worked on in.
static TypeCode work_type(Call *c, TypeCode t, bool gray, bool preserves, bool uint, bool ulong)
{
    if (!gray) return T_BYTE;
    if (preserves && type_is_complex(t))
        throw_msg(c, E_TYPE, "Complex expression not allowed in this context: %s.", call_arg_name(c, 0));
    return preserves ? t : uint ? T_UINT : ulong ? T_ULONG : T_BYTE;
}

static void read_image(Call *c, Morphology *m, TypeCode t, bool gray)
{
    const Val *v = call_convert(c, call_arg(c, 0), t);
    m->t = t;
    m->size = type_size(t);
    m->image = v->a;
    for (int d = 0; d < RANK; d++) m->dim[d] = d < v->a->rank ? v->a->dim[d] : 1;
    if (gray) return;
    void *bits;
    Val *cell = convert_unset_like(c, v, T_BYTE, &bits);
    const uint8_t *in = v->a->data;
    for (int64_t i = 0; i < v->a->n; i++) ((uint8_t *)bits)[i] = in[i] != 0;
    m->image = cell->a;
}

// The image under the taps.
static Val *spread(Call *c, Morphology *m)
{
    Val *cell = convert_unset_array(c, m->t, m->image->rank, m->image->dim);
    m->out = cell->a->data;
    double ns = 0.3 + (m->is_block ? 0.1 * (double)m->size : 1.5) * (double)m->ntaps;
    int64_t rows = m->dim[1] * m->dim[2];
    int threads = call_threads(c, m->image->n, ns);
    m->touched = call_scratch(c, (size_t)(threads * m->dim[0]));
    m->chunk = threads_chunk_within(rows, threads, 1, ns * (double)m->dim[0]);
    call_run(c, threads, (size_t)((rows + m->chunk - 1) / m->chunk), rows_item, m);
    return cell;
}

// A block is a line in each dimension, one after the other.
static Val *spread_block(Call *c, Morphology *m)
{
    const void *background = m->background;
    int last = m->extent[2] > 1 || m->origin[2] != 0 ? 2 : 1;
    Val *cell = NULL;
    for (int d = 0; d <= last; d++) {
        Tap *line = call_alloc(c, (size_t)m->extent[d] * sizeof *line);
        for (int64_t i = 0; i < m->extent[d]; i++) line[i].by[d] = i - m->origin[d];
        m->tap = line;
        m->ntaps = m->extent[d];
        for (int k = 0; k < RANK; k++) bound(m, k, k != d);
        m->background = d == last ? background : NULL;
        cell = spread(c, m);
        m->image = cell->a;
    }
    return cell;
}

static void morphology(Call *c, Morphology *m, TypeCode t, bool gray, const Val *values)
{
    enum { LARGE = 8 };
    call_hush_math(c); // NaN is passed over
    read_image(c, m, t, gray);
    m->before = m->image->data;
    read_origin(c, m);
    read_taps(c, m, values);
    for (int d = 0; d < RANK; d++) bound(m, d, false);
    bool lines = m->is_block && m->ntaps > LARGE && m->extent[0] > 1 && m->extent[0] < m->ntaps;
    call_return_take(c, val_take(lines ? spread_block(c, m) : spread(c, m)));
}

static void need_image(Call *c)
{
    const Val *v = call_arg(c, 0);
    axis_need_numeric(c, v, 0);
    if (!val_is_array(v))
        throw_msg(c, E_SHAPE, "Expression must be an array in this context: %s.", call_arg_name(c, 0));
    if (v->a->rank > RANK) throw_msg(c, E_SHAPE, "Array must have 1, 2, or 3 dimensions: %s.", call_arg_name(c, 0));
}

// DILATE(Image, Structure [, X0 [, Y0 [, Z0]]] [, /CONSTRAINED [, BACKGROUND=value]] [, /GRAY [, /PRESERVE_TYPE | /UINT
// | /ULONG]] [, VALUES=array]): an image of 1 to 3 dimensions in which each element spreads over the places where
// Structure, with its origin there, is not zero: 1 in a BYTE image, with GRAY or VALUES (which are added) the greatest
// in the image's bytes or the type asked for. CONSTRAINED: only elements that are BACKGROUND change. Manual: DILATE;
// edges: its second example.
static void fn_dilate(Call *c)
{
    need_image(c);
    const Val *values = call_kw(c, KW_DILATE_VALUES), *background = call_kw(c, KW_DILATE_BACKGROUND);
    bool gray = values || call_kw_set(c, KW_DILATE_GRAY);
    TypeCode t = work_type(c, call_arg(c, 0)->type, gray, call_kw_set(c, KW_DILATE_PRESERVE_TYPE),
                           call_kw_set(c, KW_DILATE_UINT), call_kw_set(c, KW_DILATE_ULONG));
    Morphology m = {.dilates = true};
    uint64_t zero = 0;
    if (gray && call_kw_set(c, KW_DILATE_CONSTRAINED)) {
        if (background) axis_need_numeric(c, background, 0);
        m.background = background ? val_data_peek(call_convert(c, background, t)) : &zero;
    }
    morphology(c, &m, t, gray, values);
}

// ERODE(Image, Structure [, X0 [, Y0 [, Z0]]] [, /GRAY [, /PRESERVE_TYPE | /UINT | /ULONG]] [, VALUES=array]): an image
// of 1 to 3 dimensions whose elements are 1 where Image is not zero wherever Structure, with its origin there, is not;
// with GRAY or VALUES (which are subtracted) the least of these elements, in bytes or the type asked for. Manual:
// ERODE.
static void fn_erode(Call *c)
{
    need_image(c);
    const Val *values = call_kw(c, KW_ERODE_VALUES);
    bool gray = values || call_kw_set(c, KW_ERODE_GRAY);
    TypeCode t = work_type(c, call_arg(c, 0)->type, gray, call_kw_set(c, KW_ERODE_PRESERVE_TYPE),
                           call_kw_set(c, KW_ERODE_UINT), call_kw_set(c, KW_ERODE_ULONG));
    morphology(c, &(Morphology){0}, t, gray, values);
}

static const Routine rows[] = {
    {"DILATE", FUNCTION, {2, 5}, fn_dilate, "Image, Structure [, X0 [, Y0 [, Z0]]]", KEYS(DILATE)},
    {"ERODE", FUNCTION, {2, 5}, fn_erode, "Image, Structure [, X0 [, Y0 [, Z0]]]", KEYS(ERODE)},
};
ROUTINE_TABLE(lib_morphology, rows)
