// Which elements A[...] means. One scalar subscript or a range of the whole array is a block; several array subscripts
// of one shape go together element by element; arrays mixed with ranges make a grid. Start at subscript_select.
#include "vm/array/subscript.h"

#include "base/mem.h"
#include "fmt/numtext.h"
#include "kern/kern.h"
#include "sys/interrupt.h"
#include "vm/array/convert.h"
#include "vm/array/describe.h"
#include "vm/engine.h"

#include <string.h>

void selection_free(Selection *s)
{
    mem_free(s->list);
    for (int i = 0; i < s->n; i++) mem_free(s->axis[i].index);
}

static Status array_range_error(const char *name, const Val *sub)
{
    Buf b = BUF_INIT(1 << 12);
    val_describe(&b, sub);
    Status s = status_fail(E_SUBSCRIPT, "Attempt to subscript %s with %.*s is out of range.", name, (int)b.len, b.p ? b.p : "");
    buf_free(&b);
    return s;
}

Status subscript_range_error(const char *name, const Val *sub)
{
    char text[NUMTEXT_MAX] = "";
    if (sub->type == T_STRING && !val_is_array(sub)) {
        return status_fail(E_SUBSCRIPT, "Attempt to subscript %s with <STRING   ('%s')> is out of range.", name,
                           str_text(sub->s));
    }
    if (val_is_array(sub)) return array_range_error(name, sub);
    numtext_put(text, sub->type, val_data_peek(sub), false);
    return status_fail(E_SUBSCRIPT, "Attempt to subscript %s with <%-9s(%s)> is out of range.", name, type_name(sub->type), text);
}

static Status bad_range(const Subscript *sub, const char *name)
{
    if (sub->no_hi) return status_fail(E_SUBSCRIPT, "Illegal subscript range: %s.", name);  // low:*
    return status_fail(E_SUBSCRIPT,
                       "Subscript range values of the form low:high must be >= 0, < size, with low <= high: %s.", name);
}

static Status no_memory(void) { return status_fail(E_NO_MEMORY, "Unable to allocate memory: to make array."); }

// A scalar subscript; negative ones count from the end.
static Status scalar_position(const Val *v, int64_t size, const char *name, int64_t *out)
{
    STATUS_TRY(val_int64(v, out));
    int64_t given = *out;
    bool huge = v->type == T_ULONG64 && given < 0;  // past what a LONG64 holds
    if (given < 0) *out += size;
    if (huge || *out < 0 || *out >= size) return subscript_range_error(name, v);
    return STATUS_OK;
}

// Brings positions into 0 .. size - 1: those outside are clipped (they do not count from the end), or refused when strict.
static Status clip_positions(int64_t *p, const Val *v, int64_t size, bool strict, const char *name)
{
    uint64_t outside = 0;
    int64_t n = v->a->n;
    for (int64_t i = 0; i < n; i++) outside |= (uint64_t)((uint64_t)p[i] >= (uint64_t)size);
    for (int64_t i = 0; outside && i < n; i++) {
        int64_t x = p[i];
        if (x < 0 && v->type == T_ULONG64) x = INT64_MAX;  // past what a LONG64 holds
        if (x >= 0 && x < size) continue;
        if (strict) return array_range_error(name, v);
        p[i] = x < 0 ? 0 : size - 1;
    }
    return STATUS_OK;
}

enum { PIECE = 1 << 20 };  // elements between looks for Ctrl-C

// An array subscript as positions.
static Status array_positions(const Arr *v, int64_t size, bool strict, const char *name, int64_t **out)
{
    Val array = {.type = v->type, .flags = VF_ARR | VF_CELL, .a = (Arr *)(uintptr_t)v}, longs = VAL_UNDEF;
    KernUnary convert = kern_convert(T_LONG64, v->type);
    if (!convert) STATUS_TRY(val_convert(&array, T_LONG64, &longs, NULL));
    int64_t *p = mem_alloc((size_t)v->n * sizeof *p);
    if (!p) {
        val_drop(&longs);
        return no_memory();
    }
    for (int64_t at = 0; at < v->n && !sys_interrupted(); at += PIECE) {
        int64_t n = v->n - at < PIECE ? v->n - at : PIECE;
        if (convert) convert(p + at, arr_at(v, at), (size_t)n);
        else memcpy(p + at, (int64_t *)longs.a->data + at, (size_t)n * sizeof *p);
    }
    val_drop(&longs);
    Status s = sys_interrupted() ? (Status){E_INTERRUPT, 0, NULL} : clip_positions(p, &array, size, strict, name);
    if (status_ok(s)) *out = p;
    else mem_free(p);
    return s;
}

static Status range_axis(const Subscript *sub, int64_t size, const char *name, int64_t *lo, int64_t *step, int64_t *n)
{
    int64_t hi;
    *step = 1;
    if (!sub->no_step && sub->step) STATUS_TRY(val_int64(sub->step, step));
    if (*step == 0) return status_fail(E_SUBSCRIPT, "Subscript stride must not be 0: %s.", name);
    *lo = *step > 0 ? 0 : size - 1;
    hi = *step > 0 ? size - 1 : 0;
    if (!sub->no_lo) STATUS_TRY(val_int64(sub->lo, lo));
    if (!sub->no_hi) STATUS_TRY(val_int64(sub->hi, &hi));
    if (*lo < 0 && !sub->no_lo) *lo += size;
    if (hi < 0 && !sub->no_hi) hi += size;
    if (*lo < 0 || *lo >= size || hi < 0 || hi >= size) return bad_range(sub, name);
    if (*step > 0 ? *lo > hi : *lo < hi) return bad_range(sub, name);
    *n = (hi - *lo) / *step + 1;
    return STATUS_OK;
}

// One subscript for the whole array, read in storage order.
static Status select_linear(const Subscript *sub, int64_t total, bool strict, const char *name, Selection *s)
{
    s->rank = 1;
    if (sub->is_range) {
        int64_t step;
        STATUS_TRY(range_axis(sub, total, name, &s->first, &step, &s->count));
        s->dim[0] = s->count;
        if (step == 1) {
            s->is_block = true;
            return STATUS_OK;
        }
        s->axis[0].lo = s->first, s->axis[0].step = step, s->axis[0].n = s->count;
        s->stride[0] = 1;
        return STATUS_OK;
    }
    if (!val_is_array(sub->value)) {
        s->is_scalar = s->is_block = true;
        s->count = s->dim[0] = 1;
        return scalar_position(sub->value, total, name, &s->first);
    }
    s->count = sub->value->a->n;
    s->rank = sub->value->a->rank;
    memcpy(s->dim, sub->value->a->dim, sizeof s->dim);
    return array_positions(sub->value->a, total, strict, name, &s->list);
}

static bool is_array_sub(const Subscript *sub) { return !sub->is_range && val_is_array(sub->value); }

// All subscripts arrays of one size: combined element by element into linear positions.
static Status combine_arrays(const Subscript *sub, int n, const int64_t *dim, bool strict, const char *name, Selection *s)
{
    s->count = sub[0].value->a->n;
    s->rank = sub[0].value->a->rank;
    memcpy(s->dim, sub[0].value->a->dim, sizeof s->dim);
    s->list = mem_zalloc((size_t)s->count * sizeof *s->list);
    if (!s->list) return no_memory();
    int64_t stride = 1;
    for (int d = 0; d < n; d++) {
        int64_t *p;
        STATUS_TRY(array_positions(sub[d].value->a, dim[d], strict, name, &p));
        for (int64_t i = 0; i < s->count; i++) s->list[i] += p[i] * stride;
        mem_free(p);
        stride *= dim[d];
    }
    return STATUS_OK;
}

static bool all_arrays_agree(const Subscript *sub, int n)
{
    for (int d = 0; d < n; d++) {
        if (!is_array_sub(&sub[d]) || sub[d].value->a->n != sub[0].value->a->n) return false;
    }
    return true;
}

// Whether the elements of a grid follow each other: whole dimensions, then a range of one, then one place in each other.
static bool is_run(const Selection *s, int n, const int64_t *dim)
{
    int d = 0;
    while (d < n && !s->axis[d].index && s->axis[d].step == 1 && s->axis[d].n == dim[d]) d++;
    if (d < n && (s->axis[d].index || (s->axis[d].step != 1 && s->axis[d].n > 1))) return false;
    while (++d < n) {
        if (s->axis[d].n != 1 || s->axis[d].index) return false;
    }
    return true;
}

// A grid: each subscript chooses positions along its own dimension.
static Status select_grid(const Subscript *sub, int n, const int64_t *dim, bool strict, const char *name, Selection *s)
{
    int64_t stride = 1;
    bool scalars = true;
    s->count = 1;
    for (int d = 0; d < n; d++, stride *= dim[d - 1]) {
        s->stride[d] = stride;
        int64_t lo = 0, step = 1, count = 1;
        if (sub[d].is_range) {
            STATUS_TRY(range_axis(&sub[d], dim[d], name, &lo, &step, &count));
            scalars = false;
        } else if (val_is_array(sub[d].value)) {
            STATUS_TRY(array_positions(sub[d].value->a, dim[d], strict, name, &s->axis[d].index));
            count = sub[d].value->a->n;
            scalars = false;
        } else {
            STATUS_TRY(scalar_position(sub[d].value, dim[d], name, &lo));
        }
        s->axis[d].lo = lo, s->axis[d].step = step, s->axis[d].n = count;
        s->dim[d] = count;
        if (__builtin_mul_overflow(s->count, count, &s->count)) return no_memory();
    }
    s->rank = arr_trim_rank(n, s->dim);
    s->is_scalar = scalars;
    s->is_block = scalars || is_run(s, n, dim);
    if (!s->is_block) return STATUS_OK;
    for (int d = 0; d < n; d++) s->first += s->axis[d].lo * s->stride[d];
    return STATUS_OK;
}

Status subscript_select(const Subscript *sub, int n, int rank, const int64_t *dim, bool strict, const char *name,
                        Selection *s)
{
    *s = (Selection){.n = n};
    Status st;
    if (n == 1) {
        int64_t total = 1;
        for (int d = 0; d < rank; d++) total *= dim[d];
        st = select_linear(sub, total, strict, name, s);
    } else {
        for (int d = rank; d < n; d++) {
            if (dim[d] != 1) break;  // dim past rank is 1: subscripts there must be 0 or *
        }
        st = all_arrays_agree(sub, n) ? combine_arrays(sub, n, dim, strict, name, s)
                                      : select_grid(sub, n, dim, strict, name, s);
    }
    if (!status_ok(st)) selection_free(s);
    return st;
}

// Calls back for each selected linear position in order.
static int64_t position(const Selection *s, const int64_t *at)
{
    int64_t p = 0;
    for (int d = 0; d < s->n; d++) {
        int64_t x = s->axis[d].index ? s->axis[d].index[at[d]] : s->axis[d].lo + at[d] * s->axis[d].step;
        p += x * s->stride[d];
    }
    return p;
}

static bool next_row(const Selection *s, int64_t *at)
{
    for (int d = 1; d < s->n; d++) {
        if (++at[d] < s->axis[d].n) return true;
        at[d] = 0;
    }
    return false;
}

typedef void (*RunFn)(void *arg, int64_t selected, int64_t stored, int64_t step, int64_t n);

// The selection as runs of elements `step` apart: `selected` counts from 0, `stored` is the place in the array.
static void each_run(const Selection *s, RunFn fn, void *arg)
{
    if (s->is_block) {
        fn(arg, 0, s->first, 1, s->count);
        return;
    }
    if (s->list) {
        for (int64_t i = 0; i < s->count; i++) fn(arg, i, s->list[i], 1, 1);
        return;
    }
    int64_t at[MAX_RANK] = {0}, done = 0, row = s->axis[0].n;
    do {
        at[0] = 0;
        if (!s->axis[0].index) {
            fn(arg, done, position(s, at), s->axis[0].step * s->stride[0], row);
        } else {
            for (; at[0] < row; at[0]++) fn(arg, done + at[0], position(s, at), 1, 1);
        }
        done += row;
    } while (next_row(s, at));
}

typedef struct Transfer {
    Arr *array, *other;
    bool one;  // `other` holds one element for all
} Transfer;

// n elements, from and to places so many elements apart.
static void move_elements(char *to, int64_t to_step, const char *from, int64_t from_step, int64_t n, size_t elem)
{
#define MOVE(type) \
    for (int64_t i = 0; i < n; i++) ((type *)to)[i * to_step] = ((const type *)from)[i * from_step]
    switch (elem) {
    case 1: MOVE(uint8_t); break;
    case 2: MOVE(uint16_t); break;
    case 4: MOVE(uint32_t); break;
    case 8: MOVE(uint64_t); break;
    default:
        for (int64_t i = 0; i < n; i++) memcpy(to + i * to_step * (int64_t)elem, from + i * from_step * (int64_t)elem, elem);
    }
#undef MOVE
}

// The cells of these types need no care.
static bool is_plain(const Arr *a) { return !type_is_managed(a->type); }

static void copy_out(void *arg, int64_t selected, int64_t stored, int64_t step, int64_t n)
{
    Transfer *t = arg;
    if (is_plain(t->array) && (n == 1 || step != 1)) {
        move_elements(arr_at(t->other, selected), 1, arr_at(t->array, stored), step, n, t->array->elem);
    } else if (step == 1) {
        arr_copy_elements(t->other, selected, t->array, stored, n);
    } else {
        for (int64_t i = 0; i < n; i++) arr_copy_elements(t->other, selected + i, t->array, stored + i * step, 1);
    }
}

static void copy_in(void *arg, int64_t selected, int64_t stored, int64_t step, int64_t n)
{
    Transfer *t = arg;
    int64_t from = t->one ? 0 : selected, from_step = t->one ? 0 : 1;
    if (is_plain(t->array) && (n == 1 || step != 1 || t->one)) {
        move_elements(arr_at(t->array, stored), step, arr_at(t->other, from), from_step, n, t->array->elem);
    } else if (step == 1 && !t->one) {
        arr_copy_elements(t->array, stored, t->other, from, n);
    } else {
        for (int64_t i = 0; i < n; i++) arr_copy_elements(t->array, stored + i * step, t->other, from + i * from_step, 1);
    }
}

// The elements of a list, where they are plain and of a common size; in pieces, so that Ctrl-C is seen.
static bool take_listed(const Selection *s, const Arr *a, Arr *r)
{
#define TAKE(type)                                                                                              \
    for (int64_t at = 0; at < s->count && !sys_interrupted(); at += PIECE) {                                    \
        int64_t end = s->count - at < PIECE ? s->count : at + PIECE;                                            \
        for (int64_t i = at; i < end; i++) ((type *)r->data)[i] = ((const type *)a->data)[s->list[i]];          \
    }
    if (!s->list || !is_plain(a)) return false;
    switch (a->elem) {
    case 1: TAKE(uint8_t); break;
    case 2: TAKE(uint16_t); break;
    case 4: TAKE(uint32_t); break;
    case 8: TAKE(uint64_t); break;
    default: return false;
    }
#undef TAKE
    return true;
}

Status selection_get(const Selection *s, const Arr *a, Val *out)
{
    if (s->is_scalar) {
        *out = arr_get(a, s->first);
        return out->tag == T_UNDEF ? no_memory() : STATUS_OK;
    }
    Arr *r = a->type == T_STRUCT ? arr_new_struct(a->def, s->rank, s->dim) : arr_new(a->type, s->rank, s->dim, false);
    if (!r) return no_memory();
    Transfer t = {(Arr *)(uintptr_t)a, r, false};
    if (!take_listed(s, a, r)) each_run(s, copy_out, &t);
    if (sys_interrupted()) {
        arr_drop(r);
        return (Status){E_INTERRUPT, 0, NULL};
    }
    *out = val_arr_take(r);
    return STATUS_OK;
}

Arr *selection_view(const Selection *s, Arr *a)
{
    if (s->is_scalar || !s->is_block || type_in(a->type, TM(STRUCT) | TM(PTR) | TM(OBJ))) return NULL;
    Arr w = {.type = a->type, .rank = (uint8_t)s->rank, .n = s->count, .elem = a->elem, .data = arr_at(a, s->first)};
    for (int d = 0; d < MAX_RANK; d++) w.dim[d] = d < s->rank ? s->dim[d] : 1;
    return arr_view(a->is_view ? a->owner : a, &w);
}

static Status does_not_fit(const char *name) { return status_fail(E_SUBSCRIPT, "Out of range subscript encountered: %s.", name); }

// A[i] = vector: the vector is laid in from that element on.
static Status insert_at(const Selection *s, Arr *a, const char *name, const Arr *v)
{
    if (s->n == 1 || v->rank == 1) {
        if (s->first + v->n > a->n)
            return does_not_fit(name);
        arr_copy_elements(a, s->first, v, 0, v->n);
        return STATUS_OK;
    }
    int64_t rows = v->n / v->dim[0], at[MAX_RANK] = {0};
    for (int d = 0; d < MAX_RANK; d++) {
        if (d >= s->n ? v->dim[d] != 1 : s->axis[d].lo + v->dim[d] > a->dim[d]) {
            return does_not_fit(name);
        }
    }
    for (int64_t r = 0; r < rows; r++) {
        int64_t to = s->first;
        for (int d = 1; d < s->n; d++) to += at[d] * s->stride[d];
        arr_copy_elements(a, to, v, r * v->dim[0], v->dim[0]);
        for (int d = 1; d < MAX_RANK && ++at[d] == v->dim[d]; d++) at[d] = 0;
    }
    return STATUS_OK;
}

Status selection_size_error(const char *name)
{
    return status_fail(E_SHAPE, "Array subscript for %s must have same size as source expression.", name);
}

Status selection_set(const Selection *s, Arr *a, const char *name, const Val *v)
{
    if (s->is_scalar) {
        if (val_is_array(v) && !(v->type == T_STRUCT && v->a->n == 1)) return insert_at(s, a, name, v->a);
        arr_set_take(a, s->first, val_copy(v));
        return STATUS_OK;
    }
    Transfer t = {a, val_is_array(v) ? v->a : NULL, false};
    Arr *single = NULL;
    if (!t.other) {
        single = t.other = arr_new1(v->type, 1, true);
        if (!single) return no_memory();
        arr_set_take(single, 0, val_copy(v));
    }
    t.one = t.other->n == 1 && (single || s->count != 1);
    if (!t.one && t.other->n != s->count) return selection_size_error(name);
    each_run(s, copy_in, &t);
    arr_drop(single);
    return STATUS_OK;
}
