// The order of list elements.
#ifndef HELIO_LIB_SORTING_H
#define HELIO_LIB_SORTING_H

#include "lib/collection/collection.h"

// Positions of l's elements in ascending order (descending when reversed), stable; by the program's function if
// `compare` is not NULL. Numbers come before strings; other types are an error without a function.
int64_t *sorting_order(Call *c, const List *l, const Str *compare, bool reversed);

#endif
