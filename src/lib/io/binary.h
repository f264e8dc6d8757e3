// Values as bytes of a unit: what READU, WRITEU and associated variables do.
#ifndef HELIO_LIB_IO_BINARY_H
#define HELIO_LIB_IO_BINARY_H

#include "core/arr.h"
#include "io/lun.h"

// One transfer under way: counts whole elements and keeps the first failure, so that what came is stored before it
// is thrown.
typedef struct Transfer {
    Unit *u;
    int64_t elements;
    bool is_short;  // a datagram has ended before what was to be read
    Status failure;
} Transfer;

// n elements at p; structures tag by tag without padding, strings in their present lengths. False when it stopped early;
// t->failure tells why (RAWIO: a short transfer is no failure).
bool binary_read(Transfer *t, TypeCode type, const SDef *def, void *p, int64_t n);
bool binary_write(Transfer *t, TypeCode type, const SDef *def, const void *p, int64_t n);
// The bytes that they move: the length of an F77 record.
int64_t binary_length(TypeCode type, const SDef *def, const void *p, int64_t n);

#endif
