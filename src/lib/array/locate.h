// Where numbers lie among the numbers of a monotonic vector. Rising vectors are cut into even buckets, so that a search
// takes the same few steps however long the vector is.
#ifndef HELIO_LIB_ARRAY_LOCATE_H
#define HELIO_LIB_ARRAY_LOCATE_H

#include "kern/routines.h"
#include "vm/call/call.h"

typedef struct Locator {
    const double *knot;    // rising
    int64_t n;
    double sign;           // -1: the vector was falling, its numbers and those sought are negated
    bool takes_equal;      // an equal knot lies before
    KernBuckets buckets;   // .start NULL: none were made
} Locator;

// Which side of an equal knot a number of a falling vector counts to; in rising ones it lies behind.
typedef enum LocateFalling { LOCATE_EQUAL_BEHIND, LOCATE_EQUAL_BEFORE } LocateFalling;

// For `queries` numbers among n knots; what it needs is released at the end of the call.
Locator locate_prepare(Call *c, const double *knot, int64_t n, int64_t queries, LocateFalling falling);
// The last knot that x[i] does not lie before; -1 when it lies before all. NaN lies behind all.
void locate_piece(const Locator *k, const double *x, int64_t m, int64_t *at);

#endif
