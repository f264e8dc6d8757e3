// A set of the numbers 0 to n - 1 that finds its element number k near the one it found last: the bits of a line, and of
// lines that tell which words of the line below hold any.
#ifndef HELIO_LIB_MATH_RANKS_H
#define HELIO_LIB_MATH_RANKS_H

#include "vm/call/call.h"

enum { RANKS_LEVELS = 6 };

typedef struct Ranks {
    uint64_t *bits[RANKS_LEVELS];
    int levels;
    int64_t count;      // elements of the set
    int64_t at, below;  // a place, and how many elements lie before it
} Ranks;

// An empty set for numbers below n, released at the end of the call.
Ranks *ranks_new(Call *c, int64_t n);
void ranks_add(Ranks *r, int64_t x);     // x is not in the set
void ranks_remove(Ranks *r, int64_t x);  // x is in the set
// The element with k elements before it, k < count.
int64_t ranks_find(Ranks *r, int64_t k);
// The element before x, of which there is one.
int64_t ranks_before(const Ranks *r, int64_t x);

#endif
