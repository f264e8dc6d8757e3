// Finding quick forms. The dispatch itself is in run.c.
#include "vm/quick.h"

static const struct {
    uint8_t left, right;
} pairs[] = {
#define PAIR(name, lt, lm, rt, rm, ot, ct, om) {T_##lt, T_##rt},
    QUICK_PAIRS(PAIR)
#undef PAIR
};

static const uint8_t plain[QUICK_PER_PAIR] = {OP_ADD, OP_SUB, OP_MUL, OP_DIV, OP_EQ, OP_NE, OP_LT, OP_LE, OP_GT, OP_GE};

int quick_op(int op, uint16_t left, uint16_t right)
{
    int which = -1;
    for (int i = 0; i < QUICK_PER_PAIR; i++) {
        if (plain[i] == op) which = i;
    }
    if (which < 0) return -1;
    for (int p = 0; p < (int)(sizeof pairs / sizeof pairs[0]); p++) {
        if (pairs[p].left == left && pairs[p].right == right) return OP_FIRST_QUICK + p * QUICK_PER_PAIR + which;
    }
    return -1;
}

int quick_plain(int op) { return op < OP_FIRST_QUICK ? op : plain[(op - OP_FIRST_QUICK) % QUICK_PER_PAIR]; }
