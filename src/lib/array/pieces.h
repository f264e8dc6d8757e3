// The numbers of a value as DOUBLE, a piece at a time, so that they stay in the cache and need no array of their own.
#ifndef HELIO_LIB_ARRAY_PIECES_H
#define HELIO_LIB_ARRAY_PIECES_H

#include "vm/call/call.h"

enum { PIECE = 512 };

// Elements at .. at + m - 1 (m at most PIECE) of numeric v; `room` is used unless v is DOUBLE.
const double *pieces_doubles(const Val *v, int64_t at, int64_t m, double *room);
// The least and the greatest number, without NaN, and without infinities where `finite` is set; false when there is none.
bool pieces_range(Call *c, const Val *v, bool finite, double *low, double *high);

#endif
