// An array seen along one of its dimensions: `outer` slabs of `len` rows of `inner` elements. Element (o, j, i) lies at
// (o * len + j) * inner + i. Reductions over everything are one slab with inner 1.
#ifndef HELIO_LIB_ARRAY_AXIS_H
#define HELIO_LIB_ARRAY_AXIS_H

#include "vm/call/call.h"

typedef struct Axis {
    int64_t outer, len, inner;
    int dimension;  // counted from 1; 0: the whole array as one vector
} Axis;

// The axis of v for a Dimension argument (0 is the whole); throws when v has no such dimension.
Axis axis_of(Call *c, const Val *v, int64_t dimension);
Axis axis_whole(const Val *v);
// A cell of type t for the result without the dimension (a scalar when nothing is left); *out: where its elements go.
Val *axis_reduced(Call *c, const Val *v, const Axis *x, TypeCode t, void **out);
// The error of a value that is not numeric.
_Noreturn void axis_refuse(Call *c, const Val *v, const char *name);
// Argument i, which must be an array of real numbers.
const Val *axis_real_array(Call *c, int i);
// Throws unless v, argument number i, is numeric.
static inline void axis_need_numeric(Call *c, const Val *v, int i)
{
    if (!type_is_numeric(v->type)) axis_refuse(c, v, call_arg_name(c, i));
}

#endif
