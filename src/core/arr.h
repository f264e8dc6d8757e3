// Arr: the counted array. First index fastest, data 64-byte aligned when large, header and small data in one block.
// Element kinds with counted cells (strings, references, structures) are referenced and dropped by arr_* only.
#ifndef HELIO_CORE_ARR_H
#define HELIO_CORE_ARR_H

#include "core/sdef.h"
#include "core/val.h"

struct Arr {
    uint32_t refs;
    uint8_t type;  // TypeCode
    uint8_t rank;  // 1 to 8
    uint8_t is_inline;
    uint8_t is_bits;        // the truths of an expression, for the one routine that takes them so (vm/peephole/fuse.h)
    uint8_t is_view;        // data lies in another array
    int64_t n;              // elements: the product of dim[0..rank-1]
    int64_t dim[MAX_RANK];  // those past rank are 1
    size_t elem;            // bytes of an element
    union {
        size_t cap;  // bytes available at data
        Arr *owner;  // of a view: the array that data is part of
    };
    SDef *def;              // of T_STRUCT: owned reference
    void *data;
};

// New arrays; NULL when memory is out or the size overflows. `zero` may be false only for unmanaged types.
Arr *arr_new(TypeCode t, int rank, const int64_t *dim, bool zero);
Arr *arr_new1(TypeCode t, int64_t n, bool zero);
Arr *arr_new_struct(SDef *def, int rank, const int64_t *dim);  // references def
Arr *arr_new_like(const Arr *a, TypeCode t, bool zero);        // the shape of a, another type
Arr *arr_copy(const Arr *a);                                   // deep in elements, references counted
// The elements of `window`, which are part of `owner`, without a copy: they stay as they are while the view lives, since the
// owner is shared then. A view counts one reference more than it has, so that nobody writes into it. Not for types of
// references and structures.
Arr *arr_view(Arr *owner, const Arr *window);
// Makes a view that v may hold an array of its own. False when memory is out (v unchanged).
bool arr_unview(Val *v);

static inline Arr *arr_ref(Arr *a)
{
    a->refs++;
    return a;
}
void arr_free_(Arr *a);
static inline void arr_drop(Arr *a)
{
    if (a && --a->refs == a->is_view) arr_free_(a);
}
// Makes v's array unshared, copying if need be. NULL when memory is out (v unchanged).
Arr *arr_mut(Val *v);

// True if a copy may be avoided: nobody but the n owners that the caller knows of refers to it.
bool arr_has_owners(const Arr *a, uint32_t n);
static inline bool arr_is_unique(const Arr *a) { return arr_has_owners(a, 1); }

// Gives a (unshared) another shape with the same number of elements. Trailing dimensions of 1 are dropped, as IDL does.
void arr_reshape_raw(Arr *a, int rank, const int64_t *dim);
// Room behind the elements of a for `more`; the data may move. Grows by a quarter at least, so that appending one by one is
// linear. Room for managed elements is zeroed. All owners see a grow with arr_extend_raw. False when memory is out (a unchanged).
bool arr_reserve(Arr *a, int64_t more);
// Gives a another shape, with more elements: those that arr_reserve made room for, filled by now.
void arr_extend_raw(Arr *a, int rank, const int64_t *dim);
// Number of dimensions without trailing ones (at least 1).
int arr_trim_rank(int rank, const int64_t *dim);
static inline void *arr_at(const Arr *a, int64_t i) { return (char *)a->data + (size_t)i * a->elem; }

// Element i as a Val (a structure element becomes a one-element structure array). Fails only when memory is out: undefined.
Val arr_get(const Arr *a, int64_t i);
// Element i of a (unshared) := v, of the same type; consumes v.
void arr_set_take(Arr *a, int64_t i, Val v);
// Copies n elements between arrays of one type (and definition); managed cells are referenced, overwritten ones dropped.
// The ranges may overlap.
void arr_copy_elements(Arr *dst, int64_t to, const Arr *src, int64_t from, int64_t n);
// References / drops the cells of n managed elements at p.
void arr_ref_elements(TypeCode t, const SDef *def, const void *p, int64_t n);
void arr_drop_elements(TypeCode t, const SDef *def, void *p, int64_t n);

// Product of dimensions; -1 on overflow or a dimension below 1.
int64_t arr_count(int rank, const int64_t *dim);

#endif
