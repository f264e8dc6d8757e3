// The order of an array's elements, for routines that need it.
#ifndef HELIO_LIB_ARRAY_SORT_H
#define HELIO_LIB_ARRAY_SORT_H

#include "vm/call/call.h"

// The subscripts that put numeric v (real, fewer than 2^31 elements) in ascending order, NaN last: a LONG vector in a cell.
const Val *sort_subscripts(Call *c, const Val *v);

#endif
