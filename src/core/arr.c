// Arrays: allocation, copy on write, and the care of managed elements. Data up to SMALL bytes shares the header's
// block; larger data comes from mem_block. Start reading at arr_make.
#include "core/arr.h"

#include "base/mem.h"
#include "core/heap.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

enum { SMALL = 256 };

int64_t arr_count(int rank, const int64_t *dim)
{
    int64_t n = 1;
    for (int i = 0; i < rank; i++) {
        if (dim[i] < 1 || __builtin_mul_overflow(n, dim[i], &n)) return -1;
    }
    return n;
}

int arr_trim_rank(int rank, const int64_t *dim)
{
    while (rank > 1 && dim[rank - 1] == 1) rank--;
    return rank;
}

static void set_shape(Arr *a, int rank, const int64_t *dim)
{
    a->rank = (uint8_t)rank;
    for (int i = 0; i < MAX_RANK; i++) a->dim[i] = i < rank ? dim[i] : 1;
}

static Arr *arr_make(TypeCode t, size_t elem, int rank, const int64_t *dim, bool zero)
{
    int64_t n = arr_count(rank, dim);
    size_t bytes;
    if (n < 0 || __builtin_mul_overflow((size_t)n, elem, &bytes)) return NULL;
    bool small = bytes <= SMALL;
    size_t head = (sizeof(Arr) + 15) & ~(size_t)15;
    Arr *a = mem_alloc(head + (small ? bytes : 0));
    if (!a) return NULL;
    *a = (Arr){.refs = 1, .type = (uint8_t)t, .is_inline = small, .n = n, .elem = elem, .cap = bytes};
    set_shape(a, rank, dim);
    if (small) {
        a->data = (char *)a + head;
        if (zero) memset(a->data, 0, bytes);
        return a;
    }
    a->data = mem_block(bytes, zero, &a->cap);
    if (!a->data) {
        mem_free(a);
        return NULL;
    }
    return a;
}

Arr *arr_new(TypeCode t, int rank, const int64_t *dim, bool zero)
{
    return arr_make(t, type_size(t), rank, dim, zero || type_is_managed(t));
}

Arr *arr_new1(TypeCode t, int64_t n, bool zero) { return arr_new(t, 1, &n, zero); }

Arr *arr_new_struct(SDef *def, int rank, const int64_t *dim)
{
    Arr *a = arr_make(T_STRUCT, def->size, rank, dim, true);
    if (a) a->def = sdef_ref(def);
    return a;
}

Arr *arr_new_like(const Arr *a, TypeCode t, bool zero)
{
    if (t == T_STRUCT) return arr_new_struct(a->def, a->rank, a->dim);
    return arr_new(t, a->rank, a->dim, zero);
}

static bool holds_cells(TypeCode t, const SDef *def)
{
    return t == T_STRUCT ? def->is_managed : type_is_managed(t);
}

Arr *arr_view(Arr *owner, const Arr *window)
{
    assert(!type_in(window->type, TM(STRUCT) | TM(PTR) | TM(OBJ)));
    Arr *a = mem_alloc(sizeof *a);
    if (!a) return NULL;
    *a = *window;
    a->refs = 2;
    a->is_view = true;
    a->owner = arr_ref(owner);
    return a;
}

void arr_free_(Arr *a)
{
    if (a->is_view) {
        arr_drop(a->owner);
        mem_free(a);
        return;
    }
    if (holds_cells(a->type, a->def)) arr_drop_elements(a->type, a->def, a->data, a->n);
    if (!a->is_inline) mem_block_free(a->data);
    sdef_drop(a->def);
    mem_free(a);
}

Arr *arr_copy(const Arr *a)
{
    Arr *c = arr_new_like(a, a->type, false);
    if (!c) return NULL;
    memcpy(c->data, a->data, (size_t)a->n * a->elem);
    if (holds_cells(a->type, a->def)) arr_ref_elements(a->type, a->def, c->data, a->n);
    return c;
}

bool arr_unview(Val *v)
{
    if (!val_is_array(v) || !v->a->is_view) return true;
    Arr *c = arr_copy(v->a);
    if (c) val_set_take(v, val_arr_take(c));
    return c;
}

bool arr_has_owners(const Arr *a, uint32_t n)
{
#ifdef HELIO_DEBUG
    static int never = -1;  // HELIO_STRESS=copy: never reuse in place
    if (never < 0) {
        const char *s = getenv("HELIO_STRESS");
        never = s && strstr(s, "copy");
    }
    if (never) return false;
#endif
    return a->refs == n && !a->is_view;
}

Arr *arr_mut(Val *v)
{
    if (v->a->refs == 1) return v->a;
    Arr *c = arr_copy(v->a);
    if (!c) return NULL;
    arr_drop(v->a);
    v->a = c;
    return c;
}

void arr_reshape_raw(Arr *a, int rank, const int64_t *dim) { set_shape(a, arr_trim_rank(rank, dim), dim); }

// Another block for the data: twice as large as it need be, a large one by a quarter, or, where memory is short, just so large.
static bool move_data(Arr *a, size_t bytes)
{
    enum { LARGE = 1 << 20 };
    size_t got;
    void *data = mem_block(bytes + (bytes < LARGE ? bytes : bytes / 4), false, &got);
    if (!data) data = mem_block(bytes, false, &got);
    if (!data) return false;
    memcpy(data, a->data, (size_t)a->n * a->elem);
    if (!a->is_inline) mem_block_free(a->data);
    a->is_inline = false;
    a->data = data;
    a->cap = got;
    return true;
}

bool arr_reserve(Arr *a, int64_t more)
{
    int64_t n;
    size_t bytes;
    assert(more >= 0 && !a->is_view);
    if (__builtin_add_overflow(a->n, more, &n) || __builtin_mul_overflow((size_t)n, a->elem, &bytes)) return false;
    if (bytes > a->cap && !move_data(a, bytes)) return false;
    if (holds_cells(a->type, a->def)) memset(arr_at(a, a->n), 0, (size_t)more * a->elem);
    return true;
}

void arr_extend_raw(Arr *a, int rank, const int64_t *dim)
{
    a->n = arr_count(rank, dim);
    assert(a->n > 0 && (size_t)a->n * a->elem <= a->cap);
    set_shape(a, rank, dim);
}

Val arr_get(const Arr *a, int64_t i)
{
    if (a->type != T_STRUCT) return val_from_element(a->type, arr_at(a, i));
    Arr *one = arr_new_struct(a->def, 1, (int64_t[]){1});
    if (!one) return VAL_UNDEF;
    arr_copy_elements(one, 0, a, i, 1);
    return val_arr_take(one);
}

void arr_set_take(Arr *a, int64_t i, Val v)
{
    void *p = arr_at(a, i);
    switch (a->type) {
    case T_STRING: {
        StrSlot *slot = p;
        Str *old = slot->p;
        slot->p = v.s;
        str_drop(old);
        break;
    }
    case T_PTR:
    case T_OBJ: {
        HeapVar *old = *(HeapVar **)p;
        *(HeapVar **)p = v.h;
        heap_drop(old);
        break;
    }
    case T_STRUCT:
        arr_copy_elements(a, i, v.a, 0, 1);
        val_drop(&v);
        break;
    case T_DCOMPLEX:
        memcpy(p, &v.z->z, sizeof v.z->z);
        val_drop(&v);
        break;
    default: memcpy(p, &v.bits, a->elem);
    }
}

void arr_copy_elements(Arr *dst, int64_t to, const Arr *src, int64_t from, int64_t n)
{
    void *d = arr_at(dst, to), *s = arr_at(src, from);
    size_t bytes = (size_t)n * dst->elem;
    if (!holds_cells(dst->type, dst->def)) {
        memmove(d, s, bytes);
        return;
    }
    arr_ref_elements(src->type, src->def, s, n);  // first: the ranges may share cells
    if ((char *)d + bytes <= (char *)s || (char *)s + bytes <= (char *)d) {
        arr_drop_elements(dst->type, dst->def, d, n);
        memcpy(d, s, bytes);
        return;
    }
    void *old = mem_must(bytes);
    memcpy(old, d, bytes);
    memmove(d, s, bytes);
    arr_drop_elements(dst->type, dst->def, old, n);
    mem_free(old);
}

typedef void (*CellFn)(TypeCode t, void *slot);

static void cell_ref(TypeCode t, void *slot)
{
    if (t == T_STRING) str_ref(((StrSlot *)slot)->p);
    else heap_ref(*(HeapVar **)slot);
}

static void cell_drop(TypeCode t, void *slot)
{
    if (t == T_STRING) {
        Str *s = ((StrSlot *)slot)->p;
        ((StrSlot *)slot)->p = NULL;
        str_drop(s);
    } else {
        HeapVar *h = *(HeapVar **)slot;
        *(HeapVar **)slot = NULL;
        heap_drop(h);
    }
}

static void each_cell(TypeCode t, const SDef *def, char *p, int64_t n, CellFn fn)
{
    if (!holds_cells(t, def)) return;
    if (t != T_STRUCT) {
        for (int64_t i = 0; i < n; i++) fn(t, p + (size_t)i * type_size(t));
        return;
    }
    for (int64_t i = 0; i < n; i++, p += def->size) {
        for (int k = 0; k < def->ntags; k++) {
            const Tag *tag = &def->tag[k];
            each_cell(tag->type, tag->def, p + tag->offset, tag->n, fn);
        }
    }
}

void arr_ref_elements(TypeCode t, const SDef *def, const void *p, int64_t n)
{
    each_cell(t, def, (char *)(uintptr_t)p, n, cell_ref);
}

void arr_drop_elements(TypeCode t, const SDef *def, void *p, int64_t n)
{
    if (t != T_STRING) {
        each_cell(t, def, p, n, cell_drop);
        return;
    }
    StrSlot *slot = p;
    for (int64_t i = 0; i < n; i++) {
        Str *s = slot[i].p;
        slot[i].p = NULL;
        str_drop(s);
    }
}
