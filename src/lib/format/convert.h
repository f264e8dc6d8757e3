// Conversion of whole values between types, as FIX, FLOAT, STRING and their kin do it.
#ifndef HELIO_LIB_FORMAT_CONVERT_H
#define HELIO_LIB_FORMAT_CONVERT_H

#include "vm/call/call.h"

// A new zeroed array in a cell of the call: return it with call_return_take(c, val_take(cell)).
Val *convert_new_array(Call *c, TypeCode t, int rank, const int64_t *dim);
// The same in the shape of v, which may be a scalar; *out is where the element(s) go.
Val *convert_new_like(Call *c, const Val *v, TypeCode t, void **out);
// The same with elements yet to be written, all of them; t is numeric.
Val *convert_unset_array(Call *c, TypeCode t, int rank, const int64_t *dim);
Val *convert_unset_like(Call *c, const Val *v, TypeCode t, void **out);

// Returns (call_return_take) the value as strings in default format, element by element.
void string_from_value(Call *c, const Val *v, bool implied);
// Bytes as characters, in a cell of the call: the first dimension goes; a NUL ends a string.
Val *string_of_bytes(Call *c, const Val *v);

#endif
