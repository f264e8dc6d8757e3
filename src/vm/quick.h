// Numbers of the quickened instructions: they follow the plain ones, pair by pair: ADD SUB MUL DIV EQ NE LT LE GT GE.
#ifndef HELIO_VM_QUICK_H
#define HELIO_VM_QUICK_H

#include "lang/code.h"
#include "vm/quick.def"

enum {
    QUICK_BEFORE_FIRST_ = OP_FIRST_QUICK - 1,
#define PAIR(name, lt, lm, rt, rm, ot, ct, om)                                                                    \
    Q_ADD_##name, Q_SUB_##name, Q_MUL_##name, Q_DIV_##name, Q_EQ_##name, Q_NE_##name, Q_LT_##name, Q_LE_##name,   \
        Q_GT_##name, Q_GE_##name,
    QUICK_PAIRS(PAIR)
#undef PAIR
    Q_COUNT,
    QUICK_PER_PAIR = 10,
};

// The quick form of a plain op for two operand tags, or -1.
int quick_op(int op, uint16_t left_tag, uint16_t right_tag);
// The plain op a quick one came from.
int quick_plain(int op);

#endif
