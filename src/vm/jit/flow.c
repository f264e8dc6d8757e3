// Places and ways: versions of a place for the types it is reached with, jumps, FOR loops, and the ways out, where
// everything that the loop has changed goes back into the VM's registers. Start reading at flow_target.
#include "sys/interrupt.h"
#include "vm/array/convert.h"
#include "vm/jit/growth.h"

#include <stddef.h>
#include <string.h>

// --- Versions and exits -----------------------------------------------------------------------------------------------

static bool same_types(const Gen *g, const Types *a, const Types *b)
{
    if (a->inside != b->inside || a->is_entry != b->is_entry || a->has_frame != b->has_frame) return false;
    for (int x = 0; x < g->s->nregs; x++) {
        if (a->type[x] != b->type[x] || a->is_constant[x] != b->is_constant[x] || a->sum_of[x] != b->sum_of[x]) return false;
        if (a->type[x] >= TYPE_REF && a->type[x] <= TYPE_SHARED && a->to[x] != b->to[x]) return false;
        if ((a->is_constant[x] || a->sum_of[x]) && a->constant[x] != b->constant[x]) return false;
    }
    return true;
}

// Where the interpreter goes on.
static uint32_t place_of(const Gen *g, uint32_t pc)
{
    if (pc >= OUTSIDE) return g->s->outside.p[pc - OUTSIDE];
    return pc < g->end ? g->s->ins.p[pc].place : g->s->after;
}

static int new_exit(Gen *g, uint32_t pc, const Types *types)
{
    if (g->function) return g->function->gone;
    Exit *e = mem_must(sizeof *e);
    *e = (Exit){place_of(g, pc), asm_label(&g->a), *types};
    VEC_PUSH(&g->exits, e);
    return e->label;
}

int flow_exit(Gen *g)
{
    if (g->exit < 0) g->exit = new_exit(g, g->pc, &g->before);
    return g->exit;
}

int flow_exit_to(Gen *g, uint32_t pc) { return new_exit(g, pc, &g->now); }

bool flow_leave(Gen *g, const char *why, const char *name)
{
    if (!g->why) {
        g->why = why;
        g->why_pc = g->pc;
        g->why_name = name;
    }
    asm_jmp(&g->a, flow_exit(g));
    return false;
}

static Version *find_version(const Gen *g, uint32_t pc, const Types *types)
{
    for (int i = 0; i < g->version.len; i++) {
        Version *v = g->version.p[i];
        if (v->pc == pc && same_types(g, &v->types, types)) return v;
    }
    return NULL;
}

// Those where no loop is known to stay inside; or all.
static int count_versions(const Gen *g, uint32_t pc, bool plain)
{
    int n = 0;
    for (int i = 0; i < g->version.len; i++) n += g->version.p[i]->pc == pc && !(plain && g->version.p[i]->types.inside);
    return n;
}

static bool has_sums(const Gen *g, const Types *types)
{
    int x = 0;
    while (x < g->s->nregs && !types->sum_of[x]) x++;
    return x < g->s->nregs;
}

int flow_target(Gen *g, uint32_t pc)
{
    if (pc >= g->end) return flow_exit_to(g, pc);
    if (pc == g->back) g->comes_round = true;
    Types types = g->now;
    ranges_leave(g, &types, pc);
    memset(types.is_kept, 0, sizeof types.is_kept);
    Version *v = find_version(g, pc, &types);
    if (!v && types.inside && count_versions(g, pc, false) >= JIT_FACTS && !has_sums(g, &types)) {
        types.inside = 0;  // less is known, and all is still right
        v = find_version(g, pc, &types);
    }
    if (v) return v->label;
    if (!types.inside && count_versions(g, pc, true) >= JIT_VERSIONS) {
        if (!g->why) {
            g->why = "types that keep changing";
            g->why_pc = pc;
        }
        return flow_exit_to(g, pc);
    }
    v = mem_must(sizeof *v);
    *v = (Version){pc, asm_label(&g->a), false, types};
    VEC_PUSH(&g->version, v);
    return v->label;
}

void flow_poll(Gen *g, int exit)
{
    Mem flag = mem_at(RBP, offsetof(JitEnv, interrupted));
    if (g->function) {  // where RBP points to one of many frames
        asm_mov_imm(&g->a, RAX, (uint64_t)(uintptr_t)&sys_interrupt_flag);
        flag = mem_at(RAX, 0);
    }
    asm_cmp_mem_imm8(&g->a, flag, 0);
    asm_jcc(&g->a, CC_NE, exit);
}

static void write_tag(Gen *g, uint16_t x, uint16_t tag)
{
    Mem to = register_address(g, x, RAX);
    to.disp -= (int32_t)offsetof(Val, bits);
    asm_store_imm16(&g->a, to, tag);
}

// What ranges_add has put off.
static void write_sum(Gen *g, const Types *types, uint16_t x)
{
    TypeCode t = types->type[x];
    int value = value_number(types->sum_of[x] - 1, WHOLE), home = g->home[value];
    if (home < 0) asm_rm(&g->a, X_MOV, true, home = RDX, value_slot(value));
    asm_rm(&g->a, X_LEA, t == T_LONG64, RDX, mem_at(home, types->constant[x]));
    asm_rm(&g->a, X_STORE, true, RDX, register_address(g, x, RAX));
    write_tag(g, x, t);
}

static void write_back(Gen *g, uint16_t x, TypeCode t)
{
    int value = value_number(x, class_of(t)), home = g->home[value];
    Mem to = register_address(g, x, RAX), tag = to;
    tag.disp -= (int32_t)offsetof(Val, bits);
    if (class_of(t) == REAL) {
        if (home < 0) asm_rm(&g->a, X_MOVSD, false, 0, value_slot(value));
        asm_rm(&g->a, X_STORESD, false, home < 0 ? 0 : home, to);
    } else {
        if (home < 0) asm_rm(&g->a, X_MOV, true, RDX, value_slot(value));
        asm_rm(&g->a, X_STORE, true, home < 0 ? RDX : home, to);
    }
    asm_store_imm16(&g->a, tag, (uint16_t)t);
}

static void write_reference(Gen *g, uint16_t x, uint16_t variable)
{
    Mem cell = register_address(g, variable, RDX);
    cell.disp -= (int32_t)offsetof(Val, bits);
    asm_rm(&g->a, X_LEA, true, RDX, cell);
    Mem to = register_address(g, x, RAX);
    asm_rm(&g->a, X_STORE, true, RDX, to);
    to.disp -= (int32_t)offsetof(Val, bits);
    asm_store_imm16(&g->a, to, T_REF);
}

static void write_exit(Gen *g, const Exit *e, int end)
{
    asm_bind(&g->a, e->label);
    for (int x = 0; x < g->code->nregs; x++) {
        unsigned t = e->types.type[x];
        if (t == TYPE_REF) write_reference(g, (uint16_t)x, e->types.to[x]);
        else if (t == TYPE_POINTER || t == TYPE_HEAP) pointers_write(g, (uint16_t)x, t, e->types.to[x]);
        else if (t == TYPE_SHARED) growth_write(g, (uint16_t)x, &e->types);
        else if (e->types.sum_of[x]) write_sum(g, &e->types, (uint16_t)x);
        else if (type_is_simple(t) && g->written[x]) write_back(g, (uint16_t)x, t);
        else if (!t && g->written[x] && x >= g->code->nvars) write_tag(g, (uint16_t)x, T_UNDEF);
    }
    asm_mov_imm(&g->a, RAX, e->pc);
    asm_jmp(&g->a, end);
}

void flow_write_exits(Gen *g)
{
    static const int saved[] = {R15, R14, R13, R12, RBX, RBP};
    int end = asm_label(&g->a);
    for (int i = 0; i < g->exits.len; i++) write_exit(g, g->exits.p[i], end);
    asm_bind(&g->a, end);
    elements_save_counts(g);
    texts_save(g);
    asm_ri(&g->a, X_ADD, true, RSP, 8);
    for (unsigned i = 0; i < sizeof saved / sizeof saved[0]; i++) asm_pop(&g->a, saved[i]);
    asm_ret(&g->a);
}

// --- Jumps ------------------------------------------------------------------------------------------------------------

bool flow_jump(Gen *g, Instr i)
{
    uint32_t to = instr_place(i);
    if (to >= g->end) {
        asm_jmp(&g->a, flow_exit_to(g, to));
        return false;
    }
    if (to <= g->pc) flow_poll(g, flow_exit(g));
    g->next = to;
    return true;
}

static bool is_conditional(int op) { return op >= OP_JUMP_IF && op <= OP_JUMP_UNLESS_NZ; }

bool flow_decides(const Gen *g, uint16_t truth)
{
    if (g->pc + 1 >= g->end || !is_temporary(g, truth)) return false;
    Instr i = instr_at(g, g->pc + 1);
    return is_conditional(i.op) && i.a == truth;
}

// Jumps to label when t is true, or when it is false.
static void jump_when(Gen *g, Truth t, bool truth, int label)
{
    Cond c = truth ? t.cond : t.cond ^ 1;
    bool needs_order = truth == (t.parity == PARITY_ORDERED);  // and not also when unordered
    if (t.parity == PARITY_NONE) {
        asm_jcc(&g->a, c, label);
    } else if (needs_order) {
        int skip = asm_label(&g->a);
        asm_jcc(&g->a, CC_P, skip);
        asm_jcc(&g->a, c, label);
        asm_bind(&g->a, skip);
    } else {
        asm_jcc(&g->a, c, label);
        asm_jcc(&g->a, CC_P, label);
    }
}

void flow_decide(Gen *g, uint32_t at, Truth t)
{
    Instr i = instr_at(g, at);
    bool when = i.op == OP_JUMP_IF || i.op == OP_JUMP_IF_NZ;
    uint32_t to = instr_place(i);
    g->next = at + 1;
    int label = flow_target(g, to);
    if (to > at) {
        jump_when(g, t, when, label);
        return;
    }
    int rest = asm_label(&g->a);
    jump_when(g, t, !when, rest);
    flow_poll(g, flow_exit_to(g, to));
    asm_jmp(&g->a, label);
    asm_bind(&g->a, rest);
}

bool flow_counts_odd(const Gen *g, uint32_t at)
{
    const Origin *o = &g->s->origin.p[g->s->ins.p[at].origin];
    return instr_at(g, at).op < OP_JUMP_IF_NZ && !(o->code->options & OPT_LOGICAL_PREDICATE);
}

bool flow_branch(Gen *g, Instr i)
{
    bool ok, nonzero = !flow_counts_odd(g, g->pc);
    TypeCode t = operand_type(g, i.a, &ok);
    Truth truth = {CC_NE, PARITY_NONE};
    if (!ok) return flow_leave(g, "a condition that is no number", NULL);
    if (class_of(t) == REAL) {
        int x = real_in(g, i.a, t, 0);
        asm_rr(&g->a, X_XORPS, false, 1, 1);
        asm_rr(&g->a, t == T_FLOAT ? X_UCOMIS : X_PD | X_UCOMIS, false, x, 1);
        truth.parity = PARITY_UNORDERED;
    } else if (nonzero) {
        int x = whole_in(g, i.a, t, RAX);
        asm_rr(&g->a, X_TEST, t == T_LONG64, x, x);
    } else {
        int x = whole_in(g, i.a, t, RAX);
        if (x != RAX) asm_rr(&g->a, X_MOV, false, RAX, x);
        asm_ri(&g->a, X_AND, false, RAX, 1);
    }
    consume(g, i.a);
    flow_decide(g, g->pc, truth);
    return true;
}

// --- FOR --------------------------------------------------------------------------------------------------------------

static bool is_unsigned(TypeCode t) { return t == T_BYTE || t == T_UINT || t == T_ULONG; }

// x = src as type t.
static void assign(Gen *g, uint16_t x, uint16_t src, TypeCode t)
{
    int32_t k = 0;
    bool is_known = class_of(t) == WHOLE && operand_constant(g, src, &k) && (k >= 0 || !is_unsigned(t));
    int from = class_of(t) == WHOLE ? whole_in(g, src, t, RAX) : real_in(g, src, t, 0);
    result_done(g, x, t, from);
    g->now.is_constant[x] = is_known;
    g->now.constant[x] = is_known ? k : 0;
}

// Whether var is not past the limit: jumps to `inside` then, to `outside` or on to the next instruction otherwise.
static void real_test(Gen *g, uint16_t var, uint16_t limit, uint16_t step, TypeCode t, int inside)
{
    bool ok;
    TypeCode by = operand_type(g, step, &ok);
    unsigned compare = t == T_FLOAT ? X_COMIS : X_PD | X_COMIS;
    int down = asm_label(&g->a), out = asm_label(&g->a);
    if (class_of(by) == REAL) {
        int s = real_in(g, step, by, 0);
        asm_rr(&g->a, X_XORPS, false, 1, 1);
        asm_rr(&g->a, by == T_FLOAT ? X_COMIS : X_PD | X_COMIS, false, s, 1);
        asm_jcc(&g->a, CC_B, down);
    } else {
        int s = whole_in(g, step, by, RAX);
        asm_rr(&g->a, X_TEST, by == T_LONG64, s, s);
        if (!is_unsigned(by)) asm_jcc(&g->a, CC_S, down);
    }
    real_operate(g, compare, real_in(g, limit, t, 0), var, t, 1);
    asm_jcc(&g->a, CC_AE, inside);
    asm_jmp(&g->a, out);
    asm_bind(&g->a, down);
    real_operate(g, compare, real_in(g, var, t, 0), limit, t, 1);
    asm_jcc(&g->a, CC_AE, inside);
    asm_bind(&g->a, out);
}

// The same for whole numbers, the variable's value (before it wrapped, in 64 bits) in RAX.
static void whole_test(Gen *g, uint16_t limit, uint16_t step, TypeCode t, int inside)
{
    int32_t k;
    int out = asm_label(&g->a), down = asm_label(&g->a), hi = whole_in(g, limit, T_LONG64, RCX);
    bool is_known = operand_constant(g, step, &k), up = is_unsigned(t) || (is_known && k >= 0);
    if (!up && !is_known) {
        int by = whole_in(g, step, t, RDX);
        asm_rr(&g->a, X_TEST, t == T_LONG64, by, by);
        asm_jcc(&g->a, CC_S, down);
    }
    if (up || !is_known) {
        asm_rr(&g->a, X_CMP, true, RAX, hi);
        asm_jcc(&g->a, CC_LE, inside);
        if (up) return;
        asm_jmp(&g->a, out);
    }
    asm_bind(&g->a, down);
    asm_rr(&g->a, X_CMP, true, RAX, hi);
    asm_jcc(&g->a, CC_GE, inside);
    asm_bind(&g->a, out);
}

// The loop has this type: on to its first statement or past it, for good.
static void prepare_as(Gen *g, Instr i, TypeCode t, TypeCode step_type)
{
    uint16_t limit = i.b, step = (uint16_t)(i.b + 1);
    assign(g, limit, limit, t);
    assign(g, step, step, class_of(t) == WHOLE || step_type == T_INT ? t : step_type);
    assign(g, i.a, i.c, t);
    g->now.is_constant[i.a] = g->now.is_constant[limit] = 0;
    g->now.constant[i.a] = g->now.constant[limit] = 0;
    if (i.c != i.a) forget_value(g, i.c);
    int inside = asm_label(&g->a);
    if (class_of(t) == REAL) {
        real_test(g, i.a, limit, step, t, inside);
    } else {
        int x = whole_in(g, i.a, T_LONG64, RAX);
        if (x != RAX) asm_rr(&g->a, X_MOV, true, RAX, x);
        whole_test(g, limit, step, t, inside);
    }
    asm_jmp(&g->a, flow_target(g, instr_place(instr_at(g, g->pc + 1))));
    asm_bind(&g->a, inside);
    ranges_enter(g, g->pc + 2);
}

static bool reaches(TypeCode t, TypeCode of)  // every value of the one is a value of the other
{
    return t == of || of == T_BYTE || t == T_LONG64 || (t == T_LONG && (of == T_INT || of == T_UINT));
}

// Whether the limit is a value of type t; if not, a jump to the label answered.
static int limit_test(Gen *g, uint16_t limit, TypeCode t)
{
    int beyond = asm_label(&g->a), x = whole_in(g, limit, T_LONG64, RAX);
    whole_convert(g, T_LONG64, t, RCX, x);
    whole_convert(g, t, T_LONG64, RCX, RCX);
    asm_rr(&g->a, X_CMP, true, RCX, x);
    asm_jcc(&g->a, CC_NE, beyond);
    return beyond;
}

// The type is found as in slow_for_prep (vm/run/slow.c): that of the start, but a signed one takes the limit's when it cannot
// reach it, which only the values can tell.
bool flow_for_prep(Gen *g, Instr i)
{
    bool a, b, c;
    int32_t k;
    uint16_t limit = i.b, step = (uint16_t)(i.b + 1);
    TypeCode t = operand_type(g, i.c, &a), tl = operand_type(g, limit, &b), tp = operand_type(g, step, &c);
    if (!a || !b || !c) return flow_leave(g, "FOR with something else than numbers", NULL);
    if (!result_fits(g, i.a)) return flow_leave(g, "a variable that holds something else becomes a number", NULL);
    if (class_of(t) == WHOLE && class_of(tp) == REAL) t = tp;
    if (class_of(t) == REAL) {
        prepare_as(g, i, t, tp);
        return false;
    }
    bool is_known = operand_constant(g, step, &k) && k >= (is_unsigned(t) ? 0 : INT16_MIN) && k <= INT16_MAX;
    if (class_of(tl) == REAL || !(is_known || (reaches(t, tp) && !is_unsigned(t)))) {
        return flow_leave(g, "a limit or step of FOR of another type", NULL);
    }
    if (is_unsigned(t) || reaches(t, tl)) {
        prepare_as(g, i, t, tp);
        return false;
    }
    int beyond = limit_test(g, limit, t);
    Types fork = g->now;
    prepare_as(g, i, t, tp);
    g->now = fork;
    asm_bind(&g->a, beyond);
    prepare_as(g, i, type_join(t, tl), tp);
    return false;
}

static void real_next(Gen *g, Instr i, TypeCode t, int again)
{
    bool ok;
    uint16_t step = (uint16_t)(i.b + 1);
    TypeCode by = operand_type(g, step, &ok), wide = by == T_DOUBLE ? T_DOUBLE : t;
    int x = real_in(g, i.a, wide, 0);
    if (x) asm_rr(&g->a, X_MOVAPS, false, 0, x);
    real_operate(g, X_ADDS | (wide == T_FLOAT ? X_SS : X_SD), 0, step, wide, 1);
    if (wide != t) real_convert(g, wide, t, 0, 0);
    result_done(g, i.a, t, 0);
    real_test(g, i.a, i.b, step, t, again);
}

// Up to 16 bits: the sum cannot overflow, and what is not past the limit needs no wrapping.
static void count_small(Gen *g, Instr i, TypeCode t, int32_t k, int again)
{
    int x = whole_in(g, i.a, t, RCX);
    asm_rm(&g->a, X_LEA, false, RAX, mem_at(x, k));
    int limit = whole_in(g, i.b, t, RDX), to = result_in(g, i.a, t, RCX);
    asm_rr(&g->a, X_CMP, false, RAX, limit);
    whole_convert(g, T_LONG, t, to, RAX);
    result_done(g, i.a, t, to);
    asm_jcc(&g->a, k > 0 ? CC_LE : CC_GE, again);
}

// LONG and LONG64: in the register itself. When the sum overflows, the loop ends.
static void count(Gen *g, Instr i, TypeCode t, bool up, int again, int out)
{
    int32_t k;
    bool wide = t == T_LONG64;
    uint16_t step = (uint16_t)(i.b + 1);
    int x = whole_in(g, i.a, t, RAX);
    if (operand_constant(g, step, &k)) asm_ri(&g->a, X_ADD, wide, x, k);
    else asm_rr(&g->a, X_ADD, wide, x, whole_in(g, step, t, RCX));
    result_done(g, i.a, t, x);
    asm_jcc(&g->a, CC_O, out);
    asm_rr(&g->a, X_CMP, wide, x, whole_in(g, i.b, t, RCX));
    asm_jcc(&g->a, up ? CC_LE : CC_GE, again);
}

static void count_any(Gen *g, Instr i, TypeCode t, int again)
{
    int32_t k;
    uint16_t step = (uint16_t)(i.b + 1);
    int out = asm_label(&g->a);
    if (operand_constant(g, step, &k)) {
        count(g, i, t, k >= 0, again, out);
    } else {
        int down = asm_label(&g->a), by = whole_in(g, step, t, RCX);
        asm_rr(&g->a, X_TEST, t == T_LONG64, by, by);
        asm_jcc(&g->a, CC_S, down);
        count(g, i, t, true, again, out);
        asm_jmp(&g->a, out);
        asm_bind(&g->a, down);
        count(g, i, t, false, again, out);
    }
    asm_bind(&g->a, out);
}

static void whole_next(Gen *g, Instr i, TypeCode t, int again)
{
    int32_t k;
    uint16_t step = (uint16_t)(i.b + 1);
    if (t == T_LONG || t == T_LONG64) {
        count_any(g, i, t, again);
    } else if (t != T_ULONG && operand_constant(g, step, &k) && k && (k > 0 || t == T_INT)) {
        count_small(g, i, t, k, again);
    } else {
        int x = whole_in(g, i.a, T_LONG64, RAX), by = whole_in(g, step, T_LONG64, RCX);
        if (x != RAX) asm_rr(&g->a, X_MOV, true, RAX, x);
        asm_rr(&g->a, X_ADD, true, RAX, by);
        whole_convert(g, T_LONG64, t, RDX, RAX);
        result_done(g, i.a, t, RDX);
        whole_test(g, i.b, step, t, again);
    }
}

// The way into the loop from the place where the code is entered: as from FOR itself.
static int enter_first(Gen *g, uint32_t head)
{
    int over = asm_label(&g->a), inside = asm_label(&g->a);
    asm_jmp(&g->a, over);
    asm_bind(&g->a, inside);
    ranges_enter(g, head);
    asm_bind(&g->a, over);
    return inside;
}

bool flow_for_next(Gen *g, Instr i)
{
    bool a, b, c;
    TypeCode t = operand_type(g, i.a, &a), tl = operand_type(g, i.b, &b);
    TypeCode by = operand_type(g, (uint16_t)(i.b + 1), &c);
    if (!a || !b || !c || t != tl || (class_of(t) == WHOLE && by != t))
        return flow_leave(g, "FOR whose variable has become something else", NULL);
    g->next = g->pc + 2;
    if (ranges_next(g, i)) return true;
    flow_poll(g, flow_exit(g));
    g->now.type[i.a] = (uint8_t)t;
    uint32_t head = instr_place(instr_at(g, g->pc + 1));
    int again = g->is_entry ? enter_first(g, head) : flow_target(g, head);
    if (class_of(t) == REAL) real_next(g, i, t, again);
    else whole_next(g, i, t, again);
    return true;
}
