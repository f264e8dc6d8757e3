// Bytes, 2-byte integers and strings as XDR stores them (RFC 4506); wider numbers only have their bytes turned round.
#ifndef HELIO_LIB_IO_XDR_H
#define HELIO_LIB_IO_XDR_H

#include "lib/io/binary.h"

bool xdr_packs(TypeCode type);
// n elements at p; answers as binary_read and binary_write do.
bool xdr_read(Transfer *t, TypeCode type, void *p, int64_t n);
bool xdr_write(Transfer *t, TypeCode type, const void *p, int64_t n);

#endif
