// Operators and functions of scalars that have no quick form: a switch instead of the kernels' way over arrays of one.
#ifndef HELIO_VM_SCALAR_H
#define HELIO_VM_SCALAR_H

#include "core/val.h"

// *out = a op b (op: OP_ADD to OP_XOR) where both are real numbers and nothing is out of the ordinary; false: the caller
// takes the long way, which also makes the errors. Results are the kernels' to the bit.
bool scalar_binary(int op, const Val *a, const Val *b, Val *out);
// OP_NEG, OP_NOT, OP_LNOT.
bool scalar_unary(int op, const Val *v, Val *out);
// The function that Routine.each names, of a real number.
bool scalar_each(int each, const Val *v, Val *out);
// A scalar of a real or whole type as DOUBLE, as FLOAT (not of DOUBLE).
double scalar_double(const Val *v);
float scalar_float(const Val *v);

#endif
