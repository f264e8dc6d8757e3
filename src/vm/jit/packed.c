// FOR loops that take several turns at a time: straight ones with step 1 whose elements follow the variable one by one. Each
// instruction is written for 16 bytes of elements, at the loop's start, in the version whose subscripts are known to be
// inside. The last turn is always left to the loop itself, which leaves every variable as it should be; so variables that are
// only used within a turn need no care here. What a turn reads and another one stores may not change places (is_in_order).
// Functions (SIN, ...) are called for a strip of turns: then the loop is a row of small loops over the strip with calls between
// them, and what is needed behind a call waits in memory. Sums are taken turn by turn, as the loop does, so that all results
// are the loop's to the bit. Everything is written twice, the first time to see what stays the same in all turns. Start
// reading at packed_write.
#include "kern/kern.h"
#include "lang/code.h"
#include "vm/array/convert.h"
#include "vm/call/call.h"
#include "vm/jit/packed.h"

#include <stddef.h>
#include <string.h>

enum { POLL_TURNS = 1 << 16 };

static unsigned packed_op(const Pack *p, unsigned op) { return p->type == T_DOUBLE ? op | X_PD : op; }

// --- Elements ---------------------------------------------------------------------------------------------------------

// Whether the two may be done for several turns one after the other: no turn reads what an earlier one has stored, nor stores
// what a later one has yet to read.
static bool is_pair_in_order(const Touch *first, const Touch *then)
{
    if (first->array != then->array || (!first->is_store && !then->is_store)) return true;
    if (!first->by_turn || !then->by_turn || first->pointer != then->pointer) return false;
    if (first->add == then->add) return true;
    return then->is_store && !first->is_store && first->add > then->add;
}

static bool is_in_order(const Pack *p)
{
    for (int i = 0; i < p->ntouched; i++) {
        for (int k = i + 1; k < p->ntouched; k++) {
            if (!is_pair_in_order(&p->touch[i], &p->touch[k])) return false;
        }
    }
    return true;
}

// Of the element that the instruction reads or stores.
static bool reach(Pack *p, Instr i, uint16_t base, Element *e, Reach *r)
{
    Gen *g = p->g;
    Target t;
    bool is_store = i.op == OP_STORE1 || i.op == OP_PATH_SET;
    bool ok = elements_target(g, i, base, is_store, &t) && p->ntouched < ACCESSES;
    for (int d = 0; ok && d < t.n; d++) e->at[d] = ranges_sum(g, t.sub[d]);
    ok = ok && ranges_reach(g, t.array, e->at, t.n, r) && !r->moves;
    if (!ok) lanes_refuse(p, "elements");
    if (p->why) return false;
    e->array = t.array;
    e->n = t.n;
    for (int d = 0; d < t.n; d++) consume(g, t.sub[d]);
    if (g->now.type[base] == TYPE_HEAP) consume(g, base);
    p->touch[p->ntouched++] = (Touch){t.array, r->pointer, r->add, is_store, r->by_turn};
    return true;
}

static void load(Pack *p, Instr i)
{
    Reach r;
    Element e;
    if (!reach(p, i, i.b, &e, &r)) return;
    if (p->g->array[e.array].type != p->type) lanes_keep_later(p, i.a, &e);
    else lanes_keep(p, i.a, lanes_copy(p, lanes_element(p, &e, &r)));
}

static void store(Pack *p, Instr i)
{
    Reach r;
    Element e;
    Lanes v = lanes_value(p, i.op == OP_PATH_SET ? i.b : i.c);
    if (!reach(p, i, i.a, &e, &r)) return;
    if (!r.by_turn || p->g->array[e.array].type != p->type) lanes_refuse(p, "what is stored");
    else asm_rm(&p->g->a, X_STOREUPS, false, v.reg, r.mem);
    lanes_give(p, v);
    consume(p->g, i.a);
}

// --- Operators --------------------------------------------------------------------------------------------------------

static TypeCode wider(Pack *p, uint16_t b, uint16_t c)
{
    bool ok[2];
    TypeCode left = operand_type(p->g, b, &ok[0]), right = operand_type(p->g, c, &ok[1]);
    bool wraps = left != right && type_size(left) == type_size(right) && type_in(right, TYPES_UNSIGNED);  // 65535u becomes -1
    return ok[0] && ok[1] && !wraps ? type_promote(left, right) : T_UNDEF;
}

// r = r op value, turn by turn; r may be DOUBLE where the lanes are FLOAT.
static void reduce(Pack *p, Instr i, unsigned op)
{
    Gen *g = p->g;
    Lanes v = lanes_value(p, i.c);
    if (p->why) return;
    TypeCode t = g->now.type[i.a];
    int from = lanes_copy(p, v), r = real_in(g, i.a, t, 1), one = t == p->type ? from : 0;
    for (int lane = 0; lane < lanes_count(p); lane++) {
        if (lane) asm_rr_imm8(&g->a, X_PSRLDQ, 3, from, (int)type_size(p->type));
        if (one != from) real_convert(g, p->type, t, one, from);
        asm_rr(&g->a, op | (t == T_DOUBLE ? X_SD : X_SS), false, r, one);
    }
    lanes_give(p, (Lanes){from, true});
    result_done(g, i.a, t, r);
    p->place[i.a] = REDUCED;
    p->reduces = true;
}

// Where r is wider than the lanes, what is added must be as they are: they do not hold a DOUBLE or a LONG.
static bool is_reduction(const Pack *p, Instr i, TypeCode t)
{
    bool ok;
    Gen *g = p->g;
    if (t != p->type && operand_type(g, i.c, &ok) != p->type) return false;
    if (i.op == OP_DIV || i.op == OP_MIN || i.op == OP_MAX || class_of(p->type) == WHOLE) return false;
    bool is_itself = i.a < K_BASE && operand_variable(g, i.b) == i.a && p->place[i.a] == NOWHERE && !is_temporary(g, i.a);
    return is_itself && g->now.type[i.a] == t && (t == p->type || t == T_DOUBLE) && operand_variable(g, i.c) != i.a;
}

static unsigned real_op(int op)
{
    switch (op) {
    case OP_ADD: return X_ADDS;
    case OP_SUB: return X_SUBS;
    case OP_MUL: return X_MULS;
    case OP_DIV: return X_DIVS;
    case OP_MIN: return X_MINS;
    case OP_MAX: return X_MAXS;
    default: return 0;
    }
}

static unsigned whole_op(int op, TypeCode t)
{
    static const unsigned add[] = {X_PADDB, X_PADDW, X_PADDD, X_PADDQ}, sub[] = {X_PSUBB, X_PSUBW, X_PSUBD, X_PSUBQ};
    int size = __builtin_ctz((unsigned)type_size(t));
    switch (op) {
    case OP_ADD: return add[size];
    case OP_SUB: return sub[size];
    case OP_AND: return X_PAND;
    case OP_OR: return X_POR;
    case OP_XOR: return X_PXOR;
    case OP_MUL: return size == 1 ? X_PMULLW : 0;
    case OP_MIN: return t == T_BYTE ? X_PMINUB : t == T_INT ? X_PMINSW : 0;
    case OP_MAX: return t == T_BYTE ? X_PMAXUB : t == T_INT ? X_PMAXSW : 0;
    default: return 0;
    }
}

static bool is_subscript(Pack *p, Instr i, TypeCode t)
{
    int32_t k;
    bool is_whole = t != T_UNDEF && class_of(t) == WHOLE;
    return is_whole && i.c >= K_BASE && operand_constant(p->g, i.c, &k) && ranges_add(p->g, i, i.op, t, k);
}

static void square(Pack *p, Instr i)
{
    bool ok;
    TypeCode base = operand_type(p->g, i.b, &ok);
    unsigned op = class_of(p->type) == REAL ? packed_op(p, X_MULS) : whole_op(OP_MUL, p->type);
    if (!op || !lanes_settle(p, ok && class_of(base) == REAL ? base : wider(p, i.b, i.c))) {
        lanes_refuse(p, "an operator");
        return;
    }
    int to = lanes_copy(p, lanes_value(p, i.b));
    asm_rr(&p->g->a, op, false, to, to);
    lanes_keep(p, i.a, to);
}

static void binary(Pack *p, Instr i)
{
    TypeCode t = wider(p, i.b, i.c);
    if (is_subscript(p, i, t)) return;
    if (arith_is_square(p->g, i)) {
        square(p, i);
        return;
    }
    bool is_real = class_of(p->type) == REAL;
    unsigned op = is_real ? real_op(i.op) : whole_op(i.op, p->type);
    if (op && is_reduction(p, i, t)) {
        reduce(p, i, op);
        return;
    }
    if (!op || !lanes_settle(p, t)) {
        lanes_refuse(p, "an operator");
        return;
    }
    Lanes left = lanes_value(p, i.b), right = lanes_value(p, i.c);
    int to = lanes_copy(p, left);
    asm_rr(&p->g->a, is_real ? packed_op(p, op) : op, false, to, right.reg);
    lanes_give(p, right);
    lanes_keep(p, i.a, to);
}

static void change_bits(Pack *p, Instr i, unsigned op, uint64_t single, uint64_t real)
{
    bool ok;
    TypeCode t = operand_type(p->g, i.b, &ok);
    if (!lanes_settle(p, t) || class_of(t) == WHOLE) {
        lanes_refuse(p, "whole numbers");
        return;
    }
    int to = lanes_copy(p, lanes_value(p, i.b));
    asm_rr(&p->g->a, op, false, to, lanes_same_bits(p, single, real).reg);
    lanes_keep(p, i.a, to);
}

static void clear(Pack *p, Instr i)
{
    if (p->g->now.type[i.a] == TYPE_POINTER) forget_value(p->g, i.a);
    else lanes_refuse(p, "CLEAR");
}

static void deref(Pack *p, Instr i)
{
    if (!pointers_deref(p->g, i)) lanes_refuse(p, "a pointer");
}

static void move(Pack *p, Instr i)
{
    bool ok;
    if (pointers_move(p->g, i.a, i.b)) return;
    if (!lanes_settle(p, operand_type(p->g, i.b, &ok))) return;
    lanes_keep(p, i.a, lanes_copy(p, lanes_value(p, i.b)));
}

// --- Strips and their segments ----------------------------------------------------------------------------------------

static void begin_segment(Pack *p)
{
    Asm *a = &p->g->a;
    p->free = p->at_start;
    lanes_load_same(p);
    if (p->calls) {  // RDX: what lanes_strip counts from
        asm_rr(a, X_MOV, true, RCX, p->var);
        asm_shift(a, 4, true, RCX, __builtin_ctz((unsigned)type_size(p->type)));
        asm_rm(a, X_LEA, true, RDX, mem_at(RBP, offsetof(JitEnv, strip)));
        asm_rr(a, X_SUB, true, RDX, RCX);
    }
    p->segment[p->now].top = asm_label(a);
    asm_bind(a, p->segment[p->now].top);
}

static void end_segment(Pack *p)
{
    Asm *a = &p->g->a;
    asm_ri(a, X_ADD, true, p->var, lanes_count(p));
    asm_rm(a, X_CMP, true, p->var, mem_at(RBP, offsetof(JitEnv, strip_end)));
    asm_jcc(a, CC_L, p->segment[p->now].top);
}

static void call_for_strip(Pack *p, KernMathFn fn, int strip)
{
    Gen *g = p->g;
    Types now = g->now;
    size_t at = offsetof(JitEnv, strip) + (size_t)strip * sizeof(((JitEnv *)0)->strip[0]);
    asm_ri(&g->a, X_SUB, true, p->var, STRIP_TURNS);
    g->now = p->head;  // what lies in registers
    round_trip(g, true);
    asm_rm(&g->a, X_LEA, true, RDI, mem_at(RBP, (int32_t)at));
    asm_rr(&g->a, X_MOV, true, RSI, RDI);
    asm_mov_imm(&g->a, RDX, STRIP_TURNS);
    asm_call(&g->a, (const void *)(uintptr_t)kern_math(fn, p->type));
    round_trip(g, false);
    g->now = now;
}

static void call_math(Pack *p, Instr i, KernMathFn fn)
{
    int strip = lanes_take_strip(p);
    Lanes v = lanes_value(p, i.b);
    if (p->now + 1 == SEGMENTS) lanes_refuse(p, "calls");
    if (p->why) return;
    p->calls = true;
    asm_rm(&p->g->a, X_STOREUPS, false, v.reg, lanes_strip(p, strip));
    lanes_give(p, v);
    lanes_save(p);
    end_segment(p);
    call_for_strip(p, fn, strip);
    p->now++;
    begin_segment(p);
    if (!lanes_keep(p, i.a, 0)) return;
    p->place[i.a] = IN_STRIP;
    p->strip[i.a] = (int8_t)strip;
}

static bool is_math(int each) { return each >= EACH_MATH(0) && each < EACH_CAST(0) && each != EACH_ABS; }

bool packed_calls(const Gen *g, uint32_t pc)
{
    Instr i = instr_at(g, pc);
    if (i.op != OP_CALL_FUN) return false;
    int each = calls_each(g, pc);
    return is_math(each) && each != EACH_MATH(KMF_SQRT);
}

static void square_root(Pack *p, Instr i)
{
    Lanes v = lanes_value(p, i.b);
    int to = v.is_ours ? v.reg : lanes_take(p);
    asm_rr(&p->g->a, packed_op(p, X_SQRTS), false, to, v.reg);
    lanes_keep(p, i.a, to);
}

static void call(Pack *p, Instr i)
{
    bool ok;
    int each = calls_each(p->g, p->g->pc);
    TypeCode t = operand_type(p->g, i.b, &ok);
    if (!ok || !each || class_of(p->type) == WHOLE) {
        lanes_refuse(p, "a call");
        return;
    }
    if (each == EACH_ABS) {
        change_bits(p, i, X_ANDPS, 0x7FFFFFFFu, ~(1ull << 63));
        return;
    }
    if (each >= EACH_CAST(0)) t = (TypeCode)(each - EACH_CAST(0));
    else if (class_of(t) == WHOLE) t = T_FLOAT;
    if (!lanes_settle(p, t)) return;
    if (each >= EACH_CAST(0)) lanes_keep(p, i.a, lanes_copy(p, lanes_value(p, i.b)));
    else if (each == EACH_MATH(KMF_SQRT)) square_root(p, i);
    else call_math(p, i, (KernMathFn)(each - EACH_MATH(0)));
}

// --- The whole --------------------------------------------------------------------------------------------------------

static void instruction(Pack *p, Instr i)
{
    if (i.op >= OP_ADD && i.op <= OP_MATMUL2) {
        binary(p, i);
        return;
    }
    switch (i.op) {
    case OP_NOP: return;
    case OP_CLEAR: clear(p, i); return;
    case OP_DEREF: deref(p, i); return;
    case OP_MOVE: move(p, i); return;
    case OP_NEG: change_bits(p, i, X_XORPS, 0x80000000u, 1ull << 63); return;
    case OP_INDEX1: case OP_PATH_GET:
        if (!pointers_get(p->g, i)) load(p, i);
        return;
    case OP_STORE1: case OP_PATH_SET: store(p, i); return;
    case OP_CALL_FUN: call(p, i); return;
    default: lanes_refuse(p, "an instruction"); return;
    }
}

static void walk(Pack *p)
{
    Gen *g = p->g;
    uint32_t pc = g->pc;
    p->ntouched = p->nlater = p->now = 0;
    p->strips = 0;
    memset(p->place, NOWHERE, sizeof p->place);
    memset(p->strip, -1, sizeof p->strip);
    g->pc = p->l->head;
    begin_segment(p);
    for (; g->pc < p->l->next && !p->why; g->pc++) instruction(p, instr_at(g, g->pc));
    g->pc = pc;
    g->now = p->head;
}

// On to `rest` if there are not more than n turns left. The limit in RCX.
static void leave_rest(Pack *p, int n, int rest)
{
    Asm *a = &p->g->a;
    int limit = whole_in(p->g, p->l->limit, p->g->now.type[p->l->var], RCX);
    if (limit != RCX) asm_rr(a, X_MOV, true, RCX, limit);
    asm_rm(a, X_LEA, true, RAX, mem_at(p->var, n));
    asm_rr(a, X_CMP, true, RAX, RCX);
    asm_jcc(a, CC_G, rest);
}

// Until the variable is above RDX.
static void write_straight(Pack *p, int rest)
{
    Asm *a = &p->g->a;
    int again = asm_label(a);
    asm_bind(a, again);
    leave_rest(p, lanes_count(p), rest);
    asm_rm(a, X_LEA, true, RDX, mem_at(p->var, POLL_TURNS));
    asm_ri(a, X_SUB, true, RCX, lanes_count(p));
    asm_rr(a, X_CMP, true, RDX, RCX);
    asm_rr(a, X_CMOV + CC_G, true, RDX, RCX);
    walk(p);
    asm_ri(a, X_ADD, true, p->var, lanes_count(p));
    asm_rr(a, X_CMP, true, p->var, RDX);
    asm_jcc(a, CC_LE, p->segment[0].top);
    flow_poll(p->g, rest);
    asm_jmp(a, again);
}

static void write_strips(Pack *p, int rest)
{
    Asm *a = &p->g->a;
    int again = asm_label(a);
    asm_bind(a, again);
    leave_rest(p, STRIP_TURNS, rest);
    flow_poll(p->g, rest);
    asm_rm(a, X_LEA, true, RAX, mem_at(p->var, STRIP_TURNS));
    asm_rm(a, X_STORE, true, RAX, mem_at(RBP, offsetof(JitEnv, strip_end)));
    walk(p);
    end_segment(p);
    asm_jmp(a, again);
}

// As lanes of one type; false: it is not for that type.
static bool write_as(Pack *p, TypeCode t, int rest)
{
    AsmMark start = asm_mark(&p->g->a);
    p->type = t;
    walk(p);
    asm_take_back(&p->g->a, start);
    if (p->why || !is_in_order(p) || (p->reduces && !p->calls)) return false;  // a sum alone is no faster
    if (p->calls) write_strips(p, rest);
    else write_straight(p, rest);
    if (p->why) asm_take_back(&p->g->a, start);
    return !p->why;
}

void packed_write(Gen *g, const ForLoop *l)
{
    static const uint8_t types[] = {T_DOUBLE, T_FLOAT, T_LONG, T_INT, T_BYTE, T_UINT, T_ULONG, T_LONG64};
    int var = g->home[value_number(l->var, WHOLE)], rest = asm_label(&g->a);
    if (var < 0 || g->function || !ranges_is_straight(g, l)) return;
    Pack *p = mem_must(sizeof *p);
    for (size_t k = 0; k < sizeof types; k++) {
        memset(p, 0, sizeof *p);
        *p = (Pack){.g = g, .l = l, .var = var, .head = g->now, .at_start = lanes_free(g)};
        if (!write_as(p, types[k], rest)) continue;
        g->npacked++;
        break;
    }
    asm_bind(&g->a, rest);
    mem_free(p);
}
