// The operators of the language on whole values: type rules, shapes, reuse of dead operands; the loops are kern's.
#ifndef HELIO_VM_OPERATE_H
#define HELIO_VM_OPERATE_H

#include "core/arr.h"
#include "core/errors.h"
#include "kern/kern.h"

typedef struct Vm Vm;

// Beside the KMATH_ bits: a string that is no number has been taken as 0 (numtext). Not a math error; see vm_bad_text.
enum { OPERATE_BAD_TEXT = 256 };

// a op b. A dead operand's buffer may be reused, but the caller still drops both. *math collects KMATH_ bits.
MUST_USE Status operate_binary(KernOp op, const Val *a, bool a_dead, const Val *b, bool b_dead, Val *out, unsigned *math);
MUST_USE Status operate_unary(KernUnaryOp op, const Val *a, bool a_dead, Val *out, unsigned *math);
// What an operator makes of two numeric types: the types its operands are converted to, the result's, and the loop;
// NULL where IDL does not allow the operator for them.
typedef struct OperateTypes {
    TypeCode a, b, result;
    KernBinary kernel;
} OperateTypes;
OperateTypes operate_types(KernOp op, TypeCode a, TypeCode b);
// The same of a unary operator.
KernUnary operate_unary_types(KernUnaryOp op, TypeCode a, TypeCode *result);
// a # b (columns of a times rows of b) and a ## b.
MUST_USE Status operate_matmul(Vm *vm, const Val *a, const Val *b, bool hash2, Val *out);
// [v0, v1, ...] along dimension `along` (1 to 8). grows: all who refer to the array v0 want it to become the result, which it
// does in place where type and dimensions allow it (`a = [a, x]`).
MUST_USE Status operate_concat(const Val *v, int n, int along, bool grows, Val *out);
// [first : last : step]
MUST_USE Status operate_sequence(const Val ends[2], const Val *step, Val *out);

#endif
