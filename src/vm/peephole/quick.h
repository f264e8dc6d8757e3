// Numbers of the quickened instructions: they follow the plain ones, form by form, pair by pair, in the order
// ADD SUB MUL DIV EQ NE LT LE GT GE MOD.
#ifndef HELIO_VM_QUICK_H
#define HELIO_VM_QUICK_H

#include "lang/code.h"
#include "vm/peephole/quick.def"

#define PAIR(name, ...) QUICK_PAIR_##name,
enum { QUICK_PAIRS(PAIR) QUICK_PAIR_COUNT };
#undef PAIR

// Both operands in registers, the right one a constant, the left one a constant.
enum { QUICK_RR, QUICK_RK, QUICK_KR, QUICK_FORMS };

enum {
    QUICK_PER_PAIR = 11,
    QUICK_PER_FORM = QUICK_PAIR_COUNT * QUICK_PER_PAIR,
    Q_MULADD = OP_FIRST_QUICK + QUICK_FORMS * QUICK_PER_FORM,  // by form and pair: a MUL that does the next ADD too
    Q_FOR_LONG = Q_MULADD + QUICK_FORMS * QUICK_PAIR_COUNT,  // FOR_NEXT of a LONG variable going up
    Q_LOOP,  // the jump back of a loop that is machine code (vm/jit/jit.h)
    Q_COUNT,
};

// The quick form of a plain instruction for two operand tags, or -1.
int quick_op(Instr i, uint16_t left_tag, uint16_t right_tag);
// The op of a quick MUL whose product, a temporary, the quick ADD after it adds to a variable (s = s + x*y); else the
// op it has.
int quick_fused(Instr first, Instr second, int nvars);
// The plain op a quick one came from; Q_LOOP stays.
int quick_plain(int op);

#endif
