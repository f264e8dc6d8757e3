// Subscripts: which elements a subscript list selects, and moving elements in and out by them.
#ifndef HELIO_VM_SUBSCRIPT_H
#define HELIO_VM_SUBSCRIPT_H

#include "core/arr.h"
#include "core/errors.h"

typedef struct Subscript {
    uint8_t is_range;            // lo..hi by step; else value (scalar or array)
    bool no_lo, no_hi, no_step;  // "*" or absent
    const Val *lo, *hi, *step;
    const Val *value;
} Subscript;

// What a list selects from an array of some shape.
typedef struct Selection {
    int n;              // subscripts
    bool is_scalar;     // one element: the result is a scalar
    bool is_block;      // contiguous run: first, count
    int64_t first, count;
    int rank;
    int64_t dim[MAX_RANK];  // shape of the result
    struct {
        int64_t lo, step, n;
        int64_t *index;  // explicit positions, owned; NULL: lo + i * step
    } axis[MAX_RANK];
    int64_t stride[MAX_RANK];
    int64_t *list;  // explicit linear positions (array subscripts together), owned
} Selection;

// Works out the selection; array subscripts out of range are clipped unless strict. `name` is for messages.
MUST_USE Status subscript_select(const Subscript *sub, int n, int rank, const int64_t *dim, bool strict,
                                 const char *name, Selection *out);
void selection_free(Selection *s);
// The selected elements of a, as a value (a scalar for one element).
MUST_USE Status selection_get(const Selection *s, const Arr *a, Val *out);
// The selected elements where they lie, when they are a run of numbers or text. NULL otherwise, and when memory is out.
Arr *selection_view(const Selection *s, Arr *a);
// Selected elements of a (unshared) := v, which has a's type. More than one element of v must match the selection, or,
// for a scalar position, v is laid into the array from there on (A[i] = vector). `name` is for messages.
MUST_USE Status selection_set(const Selection *s, Arr *a, const char *name, const Val *v);
// The failure when v has another number of elements.
Status selection_size_error(const char *name);
// "TEXT with <INT      (       5)>" style out-of-range failure.
Status subscript_range_error(const char *name, const Val *sub);

#endif
