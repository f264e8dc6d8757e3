// Operators of scalars, to the same bits as run/run.c and peephole/scalar.c: both operands are taken to the wider type, whole
// numbers wrap, division by what is not positive is left to the interpreter. Start reading at arith_binary.
#include "lang/code.h"
#include "vm/jit/gen.h"

#include <math.h>

static const uint8_t rank_of[T_COUNT] = {
    [T_BYTE] = 1, [T_INT] = 2, [T_UINT] = 2, [T_LONG] = 3, [T_ULONG] = 3, [T_LONG64] = 4, [T_FLOAT] = 5, [T_DOUBLE] = 6,
};

static bool is_unsigned(TypeCode t) { return t == T_BYTE || t == T_UINT || t == T_ULONG; }
static unsigned scalar_op(unsigned op, TypeCode t) { return op | (t == T_FLOAT ? X_SS : X_SD); }
static unsigned compare_op(unsigned op, TypeCode t) { return t == T_FLOAT ? op : op | X_PD; }

static void consume_both(Gen *g, Instr i)
{
    consume(g, i.b);
    consume(g, i.c);
}

// The flags as a BYTE, or straight into the jump that they decide.
static bool truth_done(Gen *g, uint16_t dst, Truth t)
{
    if (flow_decides(g, dst)) {
        flow_decide(g, g->pc + 1, t);
        return true;
    }
    asm_setcc(&g->a, t.cond, RAX);
    if (t.parity) {
        asm_setcc(&g->a, t.parity == PARITY_ORDERED ? CC_NP : CC_P, RCX);
        asm_rr(&g->a, t.parity == PARITY_ORDERED ? X_AND : X_OR, false, RAX, RCX);
    }
    int to = result_in(g, dst, T_BYTE, RAX);
    asm_rr(&g->a, X_MOVZX8, false, to, RAX);
    result_done(g, dst, T_BYTE, to);
    return true;
}

// --- Real numbers -----------------------------------------------------------------------------------------------------

static bool real_compare(Gen *g, Instr i, int op, TypeCode t)
{
    bool swap = op == OP_LT || op == OP_LE, equal = op == OP_EQ || op == OP_NE;
    uint16_t left = swap ? i.c : i.b, right = swap ? i.b : i.c;
    int reg = real_in(g, left, t, 0);
    real_operate(g, compare_op(equal ? X_UCOMIS : X_COMIS, t), reg, right, t, 1);
    consume_both(g, i);
    if (op == OP_EQ) return truth_done(g, i.a, (Truth){CC_E, PARITY_ORDERED});
    if (op == OP_NE) return truth_done(g, i.a, (Truth){CC_NE, PARITY_UNORDERED});
    return truth_done(g, i.a, (Truth){op == OP_LT || op == OP_GT ? CC_A : CC_AE, PARITY_NONE});
}

static bool real_remainder(Gen *g, Instr i, TypeCode t)
{
    int x = real_in(g, i.b, t, 0);
    if (x) asm_rr(&g->a, X_MOVAPS, false, 0, x);
    int y = real_in(g, i.c, t, 1);
    if (y != 1) asm_rr(&g->a, X_MOVAPS, false, 1, y);
    consume_both(g, i);
    round_trip(g, true);
    asm_call(&g->a, t == T_FLOAT ? (const void *)(uintptr_t)fmodf : (const void *)(uintptr_t)fmod);
    round_trip(g, false);
    result_done(g, i.a, t, 0);
    return true;
}

static bool real_binary(Gen *g, Instr i, int op, TypeCode t)
{
    static const struct { uint8_t op; unsigned x; } table[] = {
        {OP_ADD, X_ADDS}, {OP_SUB, X_SUBS}, {OP_MUL, X_MULS}, {OP_DIV, X_DIVS}, {OP_MIN, X_MINS}, {OP_MAX, X_MAXS},
    };
    if (op >= OP_EQ && op <= OP_GE) return real_compare(g, i, op, t);
    if (op == OP_MOD) return real_remainder(g, i, t);
    for (unsigned k = 0; k < sizeof table / sizeof table[0]; k++) {
        if (table[k].op != op) continue;
        int left = real_in(g, i.b, t, 0), to = result_in(g, i.a, t, 0);
        if (operand_variable(g, i.c) == i.a) to = 0;  // it must not be overwritten before it is read
        if (left != to) asm_rr(&g->a, X_MOVAPS, false, to, left);
        real_operate(g, scalar_op(table[k].x, t), to, i.c, t, 1);
        consume_both(g, i);
        result_done(g, i.a, t, to);
        return true;
    }
    return flow_leave(g, "a logical operator of real numbers", NULL);
}

// --- Whole numbers ----------------------------------------------------------------------------------------------------

static bool whole_compare(Gen *g, Instr i, int op, TypeCode t)
{
    static const Cond by_sign[2][6] = {{CC_E, CC_NE, CC_L, CC_LE, CC_G, CC_GE}, {CC_E, CC_NE, CC_B, CC_BE, CC_A, CC_AE}};
    int32_t k;
    int left = whole_in(g, i.b, t, RAX);
    if (i.c >= K_BASE && operand_constant(g, i.c, &k) && (k >= 0 || !is_unsigned(t))) {
        asm_ri(&g->a, X_CMP, t == T_LONG64, left, k);
    } else {
        asm_rr(&g->a, X_CMP, t == T_LONG64, left, whole_in(g, i.c, t, RCX));
    }
    consume_both(g, i);
    return truth_done(g, i.a, (Truth){by_sign[t == T_ULONG][op - OP_EQ], PARITY_NONE});
}

static bool is_power_of_two(int32_t k) { return k > 1 && !(k & (k - 1)); }

// Toward zero: a negative number gets k-1 added before the shift.
static void divide_by_power(Gen *g, TypeCode t, int left, int32_t k, bool remainder)
{
    bool wide = t == T_LONG64;
    if (left != RAX) asm_rr(&g->a, X_MOV, wide, RAX, left);
    if (is_unsigned(t)) {
        if (remainder) asm_ri(&g->a, X_AND, false, RAX, k - 1);
        else asm_shift(&g->a, 5, false, RAX, __builtin_ctz((unsigned)k));
        return;
    }
    asm_rr(&g->a, X_MOV, wide, RDX, left);
    if (k > 2) asm_shift(&g->a, 7, wide, RDX, wide ? 63 : 31);
    asm_shift(&g->a, 5, wide, RDX, (wide ? 64 : 32) - __builtin_ctz((unsigned)k));  // k-1 of a negative number, else 0
    asm_rr(&g->a, X_ADD, wide, RAX, RDX);
    if (remainder) {
        asm_ri(&g->a, X_AND, wide, RAX, k - 1);
        asm_rr(&g->a, X_SUB, wide, RAX, RDX);
    } else {
        asm_shift(&g->a, 7, wide, RAX, __builtin_ctz((unsigned)k));
    }
}

static void divide(Gen *g, TypeCode t, int left, int right)
{
    bool wide = t == T_LONG64;
    asm_rr(&g->a, X_TEST, wide, right, right);
    asm_jcc(&g->a, t == T_ULONG ? CC_E : CC_LE, flow_exit(g));
    if (left != RAX) asm_rr(&g->a, X_MOV, wide, RAX, left);
    if (t == T_ULONG) asm_rr(&g->a, X_XOR, false, RDX, RDX);
    else asm_sign_to_rdx(&g->a, wide);
    asm_f7(&g->a, t == T_ULONG ? 6 : 7, wide, right);
}

static bool whole_divide(Gen *g, Instr i, int op, TypeCode t)
{
    int32_t k;
    int left = whole_in(g, i.b, t, RAX);
    if (i.c >= K_BASE && operand_constant(g, i.c, &k) && is_power_of_two(k)) {
        divide_by_power(g, t, left, k, op == OP_MOD);
        consume_both(g, i);
        result_done(g, i.a, t, RAX);
        return true;
    }
    divide(g, t, left, whole_in(g, i.c, t, RCX));
    consume_both(g, i);
    int out = op == OP_MOD ? RDX : RAX;
    if (t != T_LONG64) asm_rr(&g->a, X_MOV, false, out, out);
    result_done(g, i.a, t, out);
    return true;
}

static void choose(Gen *g, TypeCode t, int op, int to, int left, int right)
{
    static const Cond keep_right[2][2] = {{CC_GE, CC_LE}, {CC_AE, CC_BE}};
    bool wide = t == T_LONG64;
    asm_rr(&g->a, X_CMP, wide, left, right);
    if (to != left) asm_rr(&g->a, X_MOV, wide, to, left);
    asm_rr(&g->a, X_CMOV + keep_right[t == T_ULONG][op == OP_MAX], wide, to, right);
}

// x AND k that only decides the next jump: the flags are enough. Whether a number is true may be its lowest bit alone.
static bool and_decides(Gen *g, Instr i, TypeCode t, int32_t k)
{
    if (!flow_decides(g, i.a)) return false;
    int left = whole_in(g, i.b, t, RAX);
    asm_test_imm(&g->a, t == T_LONG64, left, flow_counts_odd(g, g->pc + 1) ? k & 1 : k);
    consume_both(g, i);
    flow_decide(g, g->pc + 1, (Truth){CC_NE, PARITY_NONE});
    return true;
}

// LEA adds a number to twice, four, or eight times itself in a third of the time.
static void multiply_by(Gen *g, bool wide, int to, int left, int32_t k)
{
    if (k == 3 || k == 5 || k == 9) asm_rm(&g->a, X_LEA, wide, to, (Mem){left, left, k - 1, 0});
    else if (k == 2) asm_rm(&g->a, X_LEA, wide, to, (Mem){left, left, 1, 0});
    else asm_imul_imm(&g->a, wide, to, left, k);
}

// With a constant on the right, which is in the instruction; LEA where the result is another register.
static bool whole_by_constant(Gen *g, Instr i, int op, TypeCode t)
{
    int32_t k;
    bool can = op == OP_ADD || op == OP_SUB || op == OP_MUL || op == OP_AND || op == OP_OR || op == OP_XOR;
    if (i.c < K_BASE || !can || !operand_constant(g, i.c, &k) || k == INT32_MIN || (k < 0 && is_unsigned(t))) return false;
    if (op == OP_AND && and_decides(g, i, t, k)) return true;
    if (ranges_add(g, i, op, t, k)) return true;
    bool wide = t == T_LONG64;
    int left = whole_in(g, i.b, t, RAX), to = result_in(g, i.a, t, RAX);
    if (op == OP_MUL) {
        multiply_by(g, wide, to, left, k);
    } else if ((op == OP_ADD || op == OP_SUB) && left != to) {
        asm_rm(&g->a, X_LEA, wide, to, mem_at(left, op == OP_ADD ? k : -k));
    } else {
        if (left != to) asm_rr(&g->a, X_MOV, wide, to, left);
        unsigned x = op == OP_ADD ? X_ADD : op == OP_SUB ? X_SUB : op == OP_AND ? X_AND : op == OP_OR ? X_OR : X_XOR;
        asm_ri(&g->a, x, wide, to, k);
    }
    whole_wrap(g, t, to);
    consume_both(g, i);
    result_done(g, i.a, t, to);
    return true;
}

static bool whole_binary(Gen *g, Instr i, int op, TypeCode t)
{
    static const struct { uint8_t op; unsigned x; } table[] = {
        {OP_ADD, X_ADD}, {OP_SUB, X_SUB}, {OP_MUL, X_IMUL}, {OP_AND, X_AND}, {OP_OR, X_OR}, {OP_XOR, X_XOR},
    };
    bool wide = t == T_LONG64;
    if (op >= OP_EQ && op <= OP_GE) return whole_compare(g, i, op, t);
    if (op == OP_DIV || op == OP_MOD) return whole_divide(g, i, op, t);
    bool swaps = op == OP_ADD || op == OP_MUL || op == OP_AND || op == OP_OR || op == OP_XOR;
    if (swaps && i.b >= K_BASE && i.c < K_BASE) i = (Instr){i.op, i.a, i.c, i.b};
    if (whole_by_constant(g, i, op, t)) return true;
    int left = whole_in(g, i.b, t, RAX), right = whole_in(g, i.c, t, RCX), to = result_in(g, i.a, t, RAX);
    if (to == right) to = RAX;
    if (op == OP_MIN || op == OP_MAX) {
        choose(g, t, op, to, left, right);
    } else {
        unsigned x = 0;
        for (unsigned k = 0; k < sizeof table / sizeof table[0]; k++) {
            if (table[k].op == op) x = table[k].x;
        }
        if (left != to) asm_rr(&g->a, X_MOV, wide, to, left);
        asm_rr(&g->a, x, wide, to, right);
        whole_wrap(g, t, to);
    }
    consume_both(g, i);
    result_done(g, i.a, t, to);
    return true;
}

static bool square(Gen *g, Instr i, TypeCode t)
{
    bool is_real = class_of(t) == REAL;
    int x = is_real ? real_in(g, i.b, t, 0) : whole_in(g, i.b, t, RAX);  // 0: XMM0
    if (x != 0) asm_rr(&g->a, is_real ? X_MOVAPS : X_MOV, !is_real, 0, x);
    asm_rr(&g->a, is_real ? scalar_op(X_MULS, t) : X_IMUL, t == T_LONG64, 0, 0);
    whole_wrap(g, is_real ? T_LONG : t, RAX);
    consume_both(g, i);
    result_done(g, i.a, t, 0);
    return true;
}

bool arith_is_square(const Gen *g, Instr i)
{
    int32_t k;
    return i.op == OP_POW && operand_constant(g, i.c, &k) && k == 2 && (i.c < K_BASE || g->s->k.p[i.c - K_BASE].tag != T_LONG64);
}

bool arith_binary(Gen *g, Instr i, int op)
{
    bool left_ok, right_ok;
    unsigned left = operand_type(g, i.b, &left_ok), right = operand_type(g, i.c, &right_ok);
    if (!left_ok || !right_ok) return flow_leave(g, "an operator of something else than numbers", NULL);
    if (!result_fits(g, i.a)) return flow_leave(g, "a variable that holds something else becomes a number", NULL);
    TypeCode t = rank_of[left] >= rank_of[right] ? left : right;
    bool wraps = rank_of[left] == rank_of[right] && left != right && is_unsigned(right);  // 65535u becomes -1
    if (wraps) return flow_leave(g, "an unsigned number taken for a signed one", NULL);
    if (op == OP_POW) {
        bool is_quick = arith_is_square(g, i) && (class_of(left) == WHOLE || class_of(right) == WHOLE);
        if (is_quick) return square(g, i, class_of(left) == REAL ? left : t);
        calls_power(g, i, t);
        return true;
    }
    if (op > OP_XOR) return flow_leave(g, "a matrix product", NULL);
    return class_of(t) == REAL ? real_binary(g, i, op, t) : whole_binary(g, i, op, t);
}

// --- One operand ------------------------------------------------------------------------------------------------------

static bool logical_not(Gen *g, Instr i, TypeCode t)
{
    if (class_of(t) == REAL) {
        int x = real_in(g, i.b, t, 0);
        asm_rr(&g->a, X_XORPS, false, 1, 1);
        asm_rr(&g->a, compare_op(X_UCOMIS, t), false, x, 1);
    } else {
        int x = whole_in(g, i.b, t, RAX);
        asm_rr(&g->a, X_TEST, t == T_LONG64, x, x);
    }
    consume(g, i.b);
    return truth_done(g, i.a, (Truth){CC_E, class_of(t) == REAL ? PARITY_ORDERED : PARITY_NONE});
}

static void change_sign(Gen *g, Instr i, TypeCode t)
{
    int x = real_in(g, i.b, t, 0), to = result_in(g, i.a, t, 0);
    if (x != to) asm_rr(&g->a, X_MOVAPS, false, to, x);
    asm_rm(&g->a, X_XORPS, false, to, asm_constant(&g->a, t == T_FLOAT ? 0x80000000u : 1ull << 63));
    consume(g, i.b);
    result_done(g, i.a, t, to);
}

bool arith_unary(Gen *g, Instr i)
{
    bool ok;
    TypeCode t = operand_type(g, i.b, &ok);
    if (!ok) return flow_leave(g, "an operator of something else than numbers", NULL);
    if (!result_fits(g, i.a)) return flow_leave(g, "a variable that holds something else becomes a number", NULL);
    if (i.op == OP_LNOT) return logical_not(g, i, t);
    if (class_of(t) == REAL) {
        if (i.op == OP_NOT) return flow_leave(g, "NOT of a real number", NULL);
        change_sign(g, i, t);
        return true;
    }
    int x = whole_in(g, i.b, t, RAX), to = result_in(g, i.a, t, RAX);
    if (x != to) asm_rr(&g->a, X_MOV, t == T_LONG64, to, x);
    asm_f7(&g->a, i.op == OP_NEG ? 3 : 2, t == T_LONG64, to);
    whole_wrap(g, t, to);
    consume(g, i.b);
    result_done(g, i.a, t, to);
    return true;
}

// The value before, of i++.
static bool keep_old(Gen *g, uint16_t dst, uint16_t x, TypeCode t)
{
    if (!result_fits(g, dst)) return flow_leave(g, "a variable that holds something else becomes a number", NULL);
    result_done(g, dst, t, class_of(t) == REAL ? real_in(g, x, t, 0) : whole_in(g, x, t, RAX));
    return true;
}

bool arith_increment(Gen *g, Instr i)
{
    bool ok;
    TypeCode t = operand_type(g, i.a, &ok);
    int by = i.b == OP_ADD ? 1 : -1;
    if (!ok) return flow_leave(g, "++ or -- of something else than a number", NULL);
    if (i.c && !keep_old(g, (uint16_t)(i.c - 1), i.a, t)) return false;
    if (class_of(t) == REAL) {
        int x = real_in(g, i.a, t, 0);
        uint64_t one = t == T_FLOAT ? (Val){.f = 1}.bits : (Val){.d = 1}.bits;
        asm_rm(&g->a, scalar_op(by > 0 ? X_ADDS : X_SUBS, t), false, x, asm_constant(&g->a, one));
        result_done(g, i.a, t, x);
    } else {
        int x = whole_in(g, i.a, t, RAX);
        asm_ri(&g->a, X_ADD, t == T_LONG64, x, by);
        whole_wrap(g, t, x);
        result_done(g, i.a, t, x);
    }
    return true;
}

bool arith_move(Gen *g, uint16_t dst, uint16_t src)
{
    bool ok;
    int32_t k = 0;
    TypeCode t = operand_type(g, src, &ok);
    if (!ok) return flow_leave(g, "a value that is no number", NULL);
    if (!result_fits(g, dst)) return flow_leave(g, "a variable that holds something else becomes a number", NULL);
    bool is_known = class_of(t) == WHOLE && operand_constant(g, src, &k);
    int to = result_in(g, dst, t, class_of(t) == REAL ? 0 : RAX);
    int from = class_of(t) == REAL ? real_in(g, src, t, to) : whole_in(g, src, t, to);
    if (src < K_BASE && g->s->kind[src] != KIND_VARIABLE) forget_value(g, src);
    result_done(g, dst, t, from);
    if (is_known && g->s->kind[dst] == KIND_HIDDEN) {
        g->now.is_constant[dst] = 1;
        g->now.constant[dst] = k;
    }
    return true;
}
