// The same elements in another order: REFORM, TRANSPOSE, REVERSE, ROTATE, SHIFT. All types; turning and mirroring are one
// copy with strides. Start reading at strided.
#include "kern/routines.h"
#include "lib/array/axis.h"
#include "vm/array/convert.h"
#include "vm/call/sharing.h"

#include <string.h>

static const Val *array_arg(Call *c, int i)
{
    const Val *v = call_arg(c, i);
    if (!val_is_array(v)) throw_msg(c, E_SHAPE, "Expression must be an array in this context: %s.", call_arg_name(c, i));
    return v;
}

// A new array of a's element type in a cell, its elements yet to be written (those that hold references are empty).
static Val *like(Call *c, const Arr *a, int rank, const int64_t *dim)
{
    rank = arr_trim_rank(rank, dim);
    Arr *made = a->type == T_STRUCT ? arr_new_struct(a->def, rank, dim) : arr_new((TypeCode)a->type, rank, dim, false);
    if (!made) throw_no_memory(c);
    return call_keep_take(c, val_arr_take(made));
}

// --- Copies with strides --------------------------------------------------------------------------------------------

// Where the result's elements come from: result element (i0, i1, ...) is source element base + i0*stride[0] + ...
typedef struct View {
    int rank;
    int64_t dim[MAX_RANK], stride[MAX_RANK], base;
} View;

static View view_of(const Arr *a)
{
    View w = {.rank = a->rank};
    int64_t step = 1;
    for (int i = 0; i < MAX_RANK; i++) {
        w.dim[i] = a->dim[i];
        w.stride[i] = step;
        step *= a->dim[i];
    }
    return w;
}

static void mirror(View *w, int d)
{
    w->base += (w->dim[d] - 1) * w->stride[d];
    w->stride[d] = -w->stride[d];
}

static void copy_row(char *to, const char *from, int64_t n, int64_t stride, size_t elem)
{
    if (stride == 1) {
        memcpy(to, from, (size_t)n * elem);
        return;
    }
#define COPY(type)                                                                                       \
    if (stride == -1) for (int64_t i = 0; i < n; i++) ((type *)to)[i] = ((const type *)from)[-i];         \
    else for (int64_t i = 0; i < n; i++) ((type *)to)[i] = ((const type *)from)[i * stride]
    switch (elem) {
    case 1: COPY(uint8_t); break;
    case 2: COPY(uint16_t); break;
    case 4: COPY(uint32_t); break;
    case 8: COPY(uint64_t); break;
    default:
        for (int64_t i = 0; i < n; i++) memcpy(to + (size_t)i * elem, from + i * stride * (int64_t)elem, elem);
    }
#undef COPY
}

// Dimensions 0 and d of the result, where d runs along the source's elements: by squares that fit the cache.
static void copy_plane(char *to, const char *from, const View *w, int d, int64_t row, size_t elem)
{
    enum { SIDE = 32 };
    if (elem >= 4) {
        kern_routines()->turn[elem == 8](to, row, from, w->stride[0], w->stride[d], w->dim[0], w->dim[d]);
        return;
    }
    int64_t nx = w->dim[0], ny = w->dim[d], sx = w->stride[0], sy = w->stride[d];
#define COPY(type)                                                                                              \
    for (int64_t j = y; j < y + SIDE && j < ny; j++) {                                                          \
        for (int64_t i = x; i < x + SIDE && i < nx; i++) ((type *)to)[j * row + i] = ((const type *)from)[i * sx + j * sy]; \
    }
    for (int64_t y = 0; y < ny; y += SIDE) {
        for (int64_t x = 0; x < nx; x += SIDE) {
            if (elem == 1) COPY(uint8_t)
            else COPY(uint16_t)
        }
    }
#undef COPY
}

// Which dimension of the result runs along the source's elements, if it is not the first; 0: none, or elements that are not
// simply copied.
static int turned_dimension(const Arr *a, const View *w)
{
    bool simple = !type_is_managed((TypeCode)a->type) && (a->elem == 1 || a->elem == 2 || a->elem == 4 || a->elem == 8);
    if (!simple || w->stride[0] == 1 || w->stride[0] == -1) return 0;
    for (int d = 1; d < w->rank; d++) {
        if (w->dim[d] > 1 && (w->stride[d] == 1 || w->stride[d] == -1)) return d;
    }
    return 0;
}

// Planes of the dimensions 0 and d, in strips along the source's elements.
typedef struct Turning {
    const Arr *a;
    Arr *to;
    const View *w;
    int d;
    int64_t step[MAX_RANK];    // between elements of the result
    int64_t side, strips;      // how wide a strip is; of a plane
} Turning;

static void turn_item(void *arg, size_t item)
{
    const Turning *k = arg;
    View w = *k->w;
    int64_t plane = (int64_t)item / k->strips, y = (int64_t)item % k->strips * k->side;
    int64_t source = w.base + y * w.stride[k->d], target = y * k->step[k->d];
    for (int i = 1; i < w.rank; i++) {
        if (i == k->d) continue;
        source += plane % w.dim[i] * w.stride[i];
        target += plane % w.dim[i] * k->step[i];
        plane /= w.dim[i];
    }
    w.dim[k->d] = w.dim[k->d] - y < k->side ? w.dim[k->d] - y : k->side;
    copy_plane(arr_at(k->to, target), arr_at(k->a, source), &w, k->d, k->step[k->d], k->a->elem);
}

static void copy_turned(Call *c, const Arr *a, Arr *to, const View *w, int d)
{
    enum { SIDE = 64, STRIP = 1 << 16 };  // elements of a strip at least, if the plane has them
    Turning k = {.a = a, .to = to, .w = w, .d = d, .step = {1}};
    for (int i = 1; i < w->rank; i++) k.step[i] = k.step[i - 1] * w->dim[i - 1];
    k.side = (STRIP / w->dim[0] / SIDE + 1) * SIDE;
    k.strips = (w->dim[d] + k.side - 1) / k.side;
    int threads = call_threads(c, to->n, 0.5);
    call_run(c, threads, (size_t)(to->n / w->dim[0] / w->dim[d] * k.strips), turn_item, &k);
}

// The result of looking at a through w.
static Val *strided(Call *c, const Arr *a, const View *w)
{
    Val *cell = like(c, a, w->rank, w->dim);
    int turned = turned_dimension(a, w);
    if (turned) {
        copy_turned(c, a, cell->a, w, turned);
        return cell;
    }
    int64_t at[MAX_RANK] = {0}, source = w->base;
    for (int64_t done = 0; done < cell->a->n; done += w->dim[0]) {
        if (type_is_managed((TypeCode)a->type)) {
            for (int64_t i = 0; i < w->dim[0]; i++) arr_copy_elements(cell->a, done + i, a, source + i * w->stride[0], 1);
        } else {
            copy_row(arr_at(cell->a, done), arr_at(a, source), w->dim[0], w->stride[0], a->elem);
        }
        for (int d = 1; d < w->rank; d++) {
            source += w->stride[d];
            if (++at[d] < w->dim[d]) break;
            source -= w->dim[d] * w->stride[d];
            at[d] = 0;
        }
        if (!(done & 0xFFFFF)) call_poll(c);
    }
    return cell;
}

// --- REFORM ---------------------------------------------------------------------------------------------------------

#define REFORM_KEYWORDS(K, R) K(R, OVERWRITE, FLAG)
KEYWORDS(REFORM)

// The dimensions asked for; without arguments those of a that are not 1.
static int reform_dims(Call *c, const Val *v, int64_t *dim)
{
    if (c->argc > 1) return call_dims(c, 1, dim);
    int rank = 0;
    for (int i = 0; val_is_array(v) && i < v->a->rank; i++) {
        if (v->a->dim[i] != 1) dim[rank++] = v->a->dim[i];
    }
    if (!rank) dim[rank++] = 1;
    return rank;
}

// Here, and only here, dimensions of 1 at the end stay.
static void set_shape(Arr *a, int rank, const int64_t *dim)
{
    arr_reshape_raw(a, rank, dim);
    a->rank = (uint8_t)rank;
}

// REFORM(Array [, D1, ..., D8 | Dims] [, /OVERWRITE]): other dimensions for the same elements; without dimensions those of 1
// are left out. Manual: REFORM.
static void fn_reform(Call *c)
{
    int64_t dim[MAX_RANK];
    const Val *v = call_arg(c, 0);
    int rank = reform_dims(c, v, dim);
    if (arr_count(rank, dim) != val_count(v)) {
        throw_msg(c, E_SHAPE, "New subscripts must not change the number of elements in %s.", call_arg_name(c, 0));
    }
    if (!val_is_array(v)) {
        Arr *a = call_new_array(c, (TypeCode)v->type, rank, dim, true);
        arr_set_take(a, 0, val_copy(v));
        set_shape(a, rank, dim);
        call_return_take(c, val_arr_take(arr_ref(a)));
        return;
    }
    if (call_kw_set(c, KW_REFORM_OVERWRITE) && call_arg_is_var(c, 0)) {
        Val *variable = call_var_mut(c, 0);
        if (!arr_mut(variable)) throw_no_memory(c);
        set_shape(variable->a, rank, dim);
        call_return_take(c, val_copy(variable));
        return;
    }
    // An expression's array is nobody else's: no copy is made.
    Val *mine = call_keep_take(c, call_arg_is_var(c, 0) ? val_copy(v) : val_take(&c->args[0]));
    if (!arr_mut(mine)) throw_no_memory(c);
    set_shape(mine->a, rank, dim);
    call_return_take(c, val_take(mine));
}

// --- TRANSPOSE, REVERSE, ROTATE -------------------------------------------------------------------------------------

// How many dimensions P names: fewer than there are is allowed, of the others the first element is taken (IDL, gdl#2182).
static int read_permutation(Call *c, int rank, int *order)
{
    const Val *p = call_arg(c, 1);
    axis_need_numeric(c, p, 1);
    const int64_t *x = val_data_peek(call_convert(c, p, T_LONG64));
    unsigned seen = 0;
    if (val_count(p) > rank) throw_msg(c, E_VALUE, "Incorrect number of elements in permutation.");
    int n = (int)val_count(p);
    for (int i = 0; i < n; i++) {
        if (x[i] < 0 || x[i] >= rank || (seen >> x[i] & 1)) throw_msg(c, E_VALUE, "Incorrect permutation vector.");
        seen |= 1u << x[i];
        order[i] = (int)x[i];
    }
    return n;
}

// TRANSPOSE(Array [, P]): dimensions reversed, or in the order P; a vector becomes a column. Manual: TRANSPOSE.
static void fn_transpose(Call *c)
{
    const Val *v = array_arg(c, 0);
    View from = view_of(v->a), to = from;
    int order[MAX_RANK];
    if (c->argc > 1) {
        to.rank = read_permutation(c, from.rank, order);
    } else {
        if (to.rank == 1) to.rank = 2;
        for (int i = 0; i < to.rank; i++) order[i] = to.rank - 1 - i;
    }
    for (int i = 0; i < to.rank; i++) {
        to.dim[i] = from.dim[order[i]];
        to.stride[i] = from.stride[order[i]];
    }
    call_return_take(c, val_take(strided(c, v->a, &to)));
}

#define REVERSE_KEYWORDS(K, R) K(R, OVERWRITE, FLAG)
KEYWORDS(REVERSE)

// REVERSE(Array [, Subscript_Index] [, /OVERWRITE]): the elements of a dimension (1) in reverse. Manual: REVERSE.
static void fn_reverse(Call *c)
{
    const Val *v = call_arg(c, 0);
    int64_t d = c->argc > 1 ? call_int(c, 1) : 1;
    if (!val_is_array(v)) {
        call_return_take(c, val_copy(v));
        return;
    }
    if (d < 1 || d > v->a->rank) throw_msg(c, E_VALUE, "Subscript_index must be less than or equal to number of dimensions.");
    View w = view_of(v->a);
    mirror(&w, (int)d - 1);
    Val *out = strided(c, v->a, &w);
    if (call_kw_set(c, KW_REVERSE_OVERWRITE) && call_arg_is_var(c, 0)) call_set_take(c, 0, val_copy(out));
    call_return_take(c, val_take(out));
}

// ROTATE(Array, Direction): quarter turns counter-clockwise, 4 to 7 transposed before. Manual: ROTATE.
static void fn_rotate(Call *c)
{
    const Val *v = array_arg(c, 0);
    unsigned direction = (unsigned)call_int(c, 1) & 7;
    View w = view_of(v->a);
    if (w.rank > 2) throw_msg(c, E_SHAPE, "Only 1 or 2 dimensions allowed: %s.", call_arg_name(c, 0));
    w.rank = 2;
    // Mirrors of the columns and rows of the source, then perhaps a transposition.
    static const struct {
        bool columns, rows, transpose;
    } turns[8] = {{0, 0, 0}, {0, 1, 1}, {1, 1, 0}, {1, 0, 1}, {0, 0, 1}, {1, 0, 0}, {1, 1, 1}, {0, 1, 0}};
    if (turns[direction].columns) mirror(&w, 0);
    if (turns[direction].rows) mirror(&w, 1);
    if (turns[direction].transpose) {
        View t = w;
        w.dim[0] = t.dim[1], w.stride[0] = t.stride[1];
        w.dim[1] = t.dim[0], w.stride[1] = t.stride[0];
    }
    call_return_take(c, val_take(strided(c, v->a, &w)));
}

// --- SHIFT ----------------------------------------------------------------------------------------------------------

static int64_t wrapped(int64_t x, int64_t n) { return (x % n + n) % n; }

// How far each dimension moves. One amount for an array of more dimensions moves it as a vector.
static int shift_amounts(Call *c, const Arr *a, int64_t *dim, int64_t *by)
{
    const Val *first = call_arg(c, 1);
    int n = c->argc - 1;
    memset(by, 0, MAX_RANK * sizeof *by);
    if (n == 1 && val_is_array(first)) {
        axis_need_numeric(c, first, 1);
        const int64_t *p = val_data_peek(call_convert(c, first, T_LONG64));
        n = val_count(first) > MAX_RANK ? MAX_RANK + 1 : (int)val_count(first);
        for (int i = 0; i < n && i < MAX_RANK; i++) by[i] = p[i];
    } else {
        for (int i = 0; i < n; i++) by[i] = call_int(c, i + 1);
    }
    if (n == 1) {
        dim[0] = a->n;
        by[0] = wrapped(by[0], a->n);
        return 1;
    }
    if (n != a->rank) throw_msg(c, E_ARGS, "Incorrect number of arguments.");
    for (int i = 0; i < n; i++) {
        dim[i] = a->dim[i];
        by[i] = wrapped(by[i], dim[i]);
    }
    return n;
}

// SHIFT(Array, S1 [, ..., S8]): elements moved forward by Si along dimension i, around the end. Manual: SHIFT.
static void fn_shift(Call *c)
{
    const Val *v = call_arg(c, 0);
    if (!val_is_array(v)) {
        call_return_take(c, val_copy(v));
        return;
    }
    int64_t dim[MAX_RANK], by[MAX_RANK], at[MAX_RANK] = {0};
    int rank = shift_amounts(c, v->a, dim, by);
    Val *cell = like(c, v->a, v->a->rank, v->a->dim);
    for (int64_t done = 0; done < v->a->n; done += dim[0]) {
        int64_t source = 0, step = dim[0];
        for (int d = 1; d < rank; d++) {
            source += wrapped(at[d] - by[d], dim[d]) * step;
            step *= dim[d];
        }
        arr_copy_elements(cell->a, done + by[0], v->a, source, dim[0] - by[0]);
        arr_copy_elements(cell->a, done, v->a, source + dim[0] - by[0], by[0]);
        for (int d = 1; d < rank && ++at[d] == dim[d]; d++) at[d] = 0;
        if (!(done & 0xFFFFF)) call_poll(c);
    }
    call_return_take(c, val_take(cell));
}

static const Routine rows[] = {
    {"REFORM", FUNCTION, {1, 9}, fn_reform, "Array [, D1, ..., D8]", KEYS(REFORM)},
    {"TRANSPOSE", FUNCTION, {1, 2}, fn_transpose, "Array [, P]"},
    {"REVERSE", FUNCTION, {1, 2}, fn_reverse, "Array [, Subscript_Index]", KEYS(REVERSE)},
    {"ROTATE", FUNCTION, {2, 2}, fn_rotate, "Array, Direction"},
    {"SHIFT", FUNCTION, {2, 9}, fn_shift, "Array, S1 [, ..., S8]"},
};
ROUTINE_TABLE(lib_shape, rows)
