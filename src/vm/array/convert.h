// Values to other types, and truth: the rules that operators, assignments and builtins share.
#ifndef HELIO_VM_CONVERT_H
#define HELIO_VM_CONVERT_H

#include "core/arr.h"
#include "core/errors.h"

// v in another type (numeric and string types), shape kept; *out is owned. Text that is no number gives 0 and sets
// *bad_text (may be NULL) to a borrowed view of the first such string.
MUST_USE Status val_convert(const Val *v, TypeCode to, Val *out, const Str **bad_text);
// The same, consuming *v and replacing it.
MUST_USE Status val_convert_mut(Val *v, TypeCode to);
// The type of a result of two operands: the higher in IDL's order. Strings give the other's type, two strings STRING.
TypeCode type_promote(TypeCode a, TypeCode b);
TypeCode type_join(TypeCode a, TypeCode b);  // of elements of one array, of a loop: the unsigned one of two of one size
// Truth of a scalar or one-element array: IDL's predicate (odd integers), or non-zero.
MUST_USE Status val_truth(const Val *v, bool nonzero, bool *out);
// A scalar (or one-element array) as a number.
MUST_USE Status val_int64(const Val *v, int64_t *out);
MUST_USE Status val_real(const Val *v, double *out);

#endif
