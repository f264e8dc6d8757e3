// Finding quick forms. The dispatch itself is in run/run.c.
#include "vm/peephole/quick.h"

static const struct {
    uint8_t left, right, result;
} pairs[] = {
#define PAIR(name, lt, lm, rt, rm, ot, ct, om) {T_##lt, T_##rt, T_##ot},
    QUICK_PAIRS(PAIR)
#undef PAIR
};

static const uint8_t plain[QUICK_PER_PAIR] = {OP_ADD, OP_SUB, OP_MUL, OP_DIV, OP_EQ, OP_NE, OP_LT, OP_LE, OP_GT, OP_GE,
                                              OP_MOD};

int quick_op(Instr i, uint16_t left, uint16_t right)
{
    bool left_k = i.b >= K_BASE, right_k = i.c >= K_BASE;
    int form = right_k ? QUICK_RK : left_k ? QUICK_KR : QUICK_RR, which = -1;
    if (left >= T_COUNT || right >= T_COUNT || (left_k && right_k)) return -1;
    for (int n = 0; n < QUICK_PER_PAIR; n++) {
        if (plain[n] == i.op) which = n;
    }
    if (which < 0) return -1;
    for (int p = 0; p < QUICK_PAIR_COUNT; p++) {
        if (pairs[p].left != left || pairs[p].right != right) continue;
        return OP_FIRST_QUICK + form * QUICK_PER_FORM + p * QUICK_PER_PAIR + which;
    }
    return -1;
}

int quick_fused(Instr first, Instr second, int nvars)
{
    int mul = first.op - OP_FIRST_QUICK, add = second.op - OP_FIRST_QUICK;
    bool quick = mul >= 0 && mul < QUICK_FORMS * QUICK_PER_FORM && add >= 0 && add < QUICK_PER_FORM;
    if (!quick || plain[mul % QUICK_PER_PAIR] != OP_MUL || plain[add % QUICK_PER_PAIR] != OP_ADD) return first.op;
    if (first.a < nvars || second.c != first.a || second.b == first.a || second.a != second.b) return first.op;
    uint8_t product = pairs[mul / QUICK_PER_PAIR % QUICK_PAIR_COUNT].result;
    if (pairs[add / QUICK_PER_PAIR].left != product || pairs[add / QUICK_PER_PAIR].right != product) return first.op;
    return Q_MULADD + mul / QUICK_PER_PAIR;
}

int quick_plain(int op)
{
    if (op < OP_FIRST_QUICK || op == Q_LOOP) return op;  // what is behind Q_LOOP, vm/jit knows
    if (op == Q_FOR_LONG) return OP_FOR_NEXT;
    return op >= Q_MULADD ? OP_MUL : plain[(op - OP_FIRST_QUICK) % QUICK_PER_PAIR];
}
