// FOR loops over whole numbers whose subscripts are known to be inside before they start. A subscript that is the loop's
// variable plus a constant takes its extreme values at the loop's start and limit; one that the loop does not change has one
// value. All of them are compared with the arrays' sizes once, at FOR; if one is not inside, another version of the loop runs,
// which compares at each element (Types.inside tells them apart). The walk that counts finds what has to be compared, the one
// that writes writes it. In the version without comparisons an element with several subscripts has a pointer, which moves with
// the variable, and Ctrl-C is looked for once in TURNS turns. Start reading at ranges_enter.
#include "lang/code.h"
#include "vm/jit/growth.h"

#include <stddef.h>

enum { TURNS = 1024, ADD_MAX = 30000, STEP_MAX = 4096 };

// --- Which loops ------------------------------------------------------------------------------------------------------

static bool is_element(int op) { return op == OP_INDEX1 || op == OP_STORE1 || op == OP_PATH_GET || op == OP_PATH_SET; }

static bool is_within(uint16_t x, int first, int n) { return x >= first && x < first + n; }

// Of the instructions that have machine code; behind the others the loop is not entered in the middle.
static bool writes(const Gen *g, uint32_t pc, uint16_t x)
{
    Instr i = instr_at(g, pc);
    const Origin *o = &g->s->origin.p[g->s->ins.p[pc].origin];
    if (i.op >= OP_ADD && i.op <= OP_LNOT) return i.a == x;
    switch (i.op) {
    case OP_MOVE: case OP_CLEAR: case OP_INDEX1: case OP_PATH_GET: case OP_REF: case OP_CALL_FUN: case OP_FOR_NEXT: case S_PASS:
        return i.a == x;
    case OP_EACH_NEXT: return i.a == x || i.a + 1 == x || i.b == x || i.c == x;
    case OP_INCR: return i.a == x || i.c == x + 1;
    case OP_FOR_PREP: return i.a == x || i.b == x || i.b + 1 == x;
    case S_ENTER: return is_within(x, i.a, i.b);
    case S_RESULT: return i.a == x || is_within(x, i.c, o->nargs) || is_within(x, o->regs, o->code->nregs);
    default: return false;
    }
}

bool ranges_is_fixed(const Gen *g, const ForLoop *l, uint16_t x)
{
    if (x >= K_BASE) return true;
    for (uint32_t pc = l->head; pc < l->next; pc++) {
        if (writes(g, pc, x)) return false;
    }
    return true;
}

static bool has_elements(const Gen *g, const ForLoop *l)
{
    uint32_t pc = l->head;
    while (pc < l->next && !is_element(instr_at(g, pc).op)) pc++;
    return pc < l->next;
}

static bool has_calls(const Gen *g, const ForLoop *l)
{
    uint32_t pc = l->head;
    while (pc < l->next && !packed_calls(g, pc)) pc++;
    return pc < l->next;
}

bool ranges_is_straight(const Gen *g, const ForLoop *l)
{
    for (uint32_t pc = l->head; pc < l->next; pc++) {
        int op = instr_at(g, pc).op;
        bool jumps = (op >= OP_JUMP && op <= OP_JUMP_UNLESS_NZ) || op == OP_FOR_PREP || op == OP_FOR_NEXT || op == OP_EACH_NEXT;
        if (jumps || (pc > l->head && g->is_target[pc])) return false;
    }
    return true;
}

void ranges_find(Gen *g)
{
    for (uint32_t pc = 0; pc + 1 < g->end && g->nloops < JIT_FORS; pc++) {
        Instr i = instr_at(g, pc);
        if (i.op != OP_FOR_NEXT) continue;
        ForLoop l = {.head = instr_place(instr_at(g, pc + 1)), .next = pc, .var = i.a, .limit = i.b, .step = (uint16_t)(i.b + 1)};
        bool is_plain = l.head <= pc && ranges_is_fixed(g, &l, l.var);
        is_plain = is_plain && ranges_is_fixed(g, &l, l.limit) && ranges_is_fixed(g, &l, l.step);
        l.calls = is_plain && has_calls(g, &l) && ranges_is_straight(g, &l);
        l.grows_array = growth_is_in(g, &l);
        l.grows_text = texts_are_in(g, &l);
        if (is_plain && (l.calls || l.grows_array || l.grows_text || has_elements(g, &l))) g->loop[g->nloops++] = l;
    }
}

static bool is_in(const ForLoop *l, uint32_t pc) { return pc >= l->head && pc <= l->next; }
static bool is_known(const Gen *g, int k) { return g->now.inside >> k & 1; }

static int innermost(const Gen *g, uint32_t pc)
{
    int best = -1;
    for (int k = 0; k < g->nloops; k++) {
        if (is_in(&g->loop[k], pc) && (best < 0 || g->loop[k].head > g->loop[best].head)) best = k;
    }
    return best;
}

bool ranges_is_slow(const Gen *g)
{
    int k = innermost(g, g->pc);
    return k >= 0 && !is_known(g, k);
}

void ranges_leave(Gen *g, Types *t, uint32_t pc)
{
    for (int k = 0; k < g->nloops; k++) {
        if (!is_in(&g->loop[k], pc)) t->inside &= (uint16_t)~(1u << k);
    }
}

// --- Subscripts -------------------------------------------------------------------------------------------------------

Sum ranges_sum(const Gen *g, uint16_t x)
{
    x = operand_variable(g, x);
    if (x < K_BASE && g->now.sum_of[x]) return (Sum){(uint16_t)(g->now.sum_of[x] - 1), g->now.constant[x]};
    return (Sum){x, 0};
}

// The result stays a sum until somebody wants it in a register: as a subscript it is part of the address.
bool ranges_add(Gen *g, Instr i, int op, TypeCode t, int32_t k)
{
    uint16_t base = operand_variable(g, i.b);
    if ((op != OP_ADD && op != OP_SUB) || k > ADD_MAX || k < -ADD_MAX || !is_temporary(g, i.a) || base >= K_BASE) return false;
    if (op == OP_SUB) k = -k;
    for (int n = 0; n < g->nloops; n++) {
        ForLoop *l = &g->loop[n];
        if (l->var != base || !is_known(g, n) || !is_in(l, g->pc) || g->now.sum_of[base]) continue;
        if (t != g->now.type[base] && t != T_LONG && t != T_LONG64) return false;
        if (k > l->most) l->most = k;
        if (k < l->least) l->least = k;
        consume(g, i.b);
        g->now.type[i.a] = (uint8_t)t;
        g->now.is_constant[i.a] = 0;
        g->now.sum_of[i.a] = (uint8_t)(base + 1);
        g->now.constant[i.a] = k;
        g->touched[i.a] = g->written[i.a] = true;
        return true;
    }
    return false;
}

static bool same_sum(Sum a, Sum b) { return a.base == b.base && a.add == b.add; }

static bool note_check(ForLoop *l, int array, int dim, Sum at)
{
    for (int k = 0; k < l->nchecks; k++) {
        const Check *c = &l->check[k];
        if (c->array == array && c->dim == dim && same_sum(c->at, at)) return true;
    }
    if (l->nchecks == JIT_CHECKS) return false;
    l->check[l->nchecks++] = (Check){(int8_t)array, (int8_t)dim, at};
    return true;
}

static int find_pointer(Gen *g, const ElementPointer *want)
{
    for (int p = 0; p < g->npointers; p++) {
        const ElementPointer *have = &g->pointer[p];
        bool same = have->loop == want->loop && have->array == want->array && have->n == want->n;
        same = same && have->by_index == want->by_index;
        for (int d = 0; same && d < want->n; d++) same = same_sum(have->sub[d], want->sub[d]);
        if (same) return p;
    }
    if (g->npointers == JIT_POINTERS) return -1;
    g->pointer[g->npointers] = *want;
    return g->npointers++;
}

static int register_of(Gen *g, int value, int scratch)
{
    int home = value_home(g, value);
    if (home >= 0) return home;
    asm_rm(&g->a, X_MOV, true, scratch, value_slot(value));
    return scratch;
}

static int32_t constant_of(const Gen *g, uint16_t x)
{
    int32_t k = -1;
    return operand_constant(g, x, &k) ? k : -1;
}

// The processor multiplies a subscript by the size; other strides are for pointers that move.
static bool is_scaled(const Gen *g, int array)
{
    const JitUse *u = &g->array[array];
    return u->stride == type_size(u->type);
}

static void place_single(Gen *g, int array, Sum at, Mem *m)
{
    int size = (int)type_size(g->array[array].type), data = elements_data(g, array, RAX);
    if (at.base >= K_BASE) *m = mem_at(data, constant_of(g, at.base) * size);
    else *m = (Mem){data, register_of(g, value_number(at.base, WHOLE), RCX), size, at.add * size};
}

static bool place_by_pointer(Gen *g, int loop, int array, const Sum *at, int n, Reach *r)
{
    const ForLoop *l = &g->loop[loop];
    ElementPointer want = {.loop = (int8_t)loop, .array = (int8_t)array, .n = (int8_t)n, .by_index = r->by_turn};
    for (int d = 0; d < n; d++) {
        want.sub[d] = at[d];
        if ((d > 0 || !r->by_turn) && at[d].base == l->var) want.moves = true;
    }
    if (r->by_turn) want.sub[0].add = 0;
    r->moves = want.moves;
    int p = r->pointer = find_pointer(g, &want), size = (int)type_size(g->array[array].type);
    if (p < 0) return false;
    r->mem = mem_at(register_of(g, VALUE_POINTERS + 2 * p, RAX), 0);
    if (r->by_turn) r->mem = (Mem){r->mem.base, register_of(g, value_number(l->var, WHOLE), RCX), size, at[0].add * size};
    return true;
}

bool ranges_reach(Gen *g, int array, const Sum *at, int n, Reach *r)
{
    int loop = innermost(g, g->pc);
    if (loop < 0 || !is_known(g, loop) || g->loop[loop].grows_array) return false;
    ForLoop *l = &g->loop[loop];
    *r = (Reach){.pointer = -1, .by_turn = n && at[0].base == l->var && is_scaled(g, array), .add = n ? at[0].add : 0};
    if (!n) {
        r->mem = mem_at(elements_data(g, array, RAX), 0);
        return true;
    }
    for (int d = 0; d < n; d++) {
        bool is_far = at[d].base >= K_BASE && (constant_of(g, at[d].base) < 0 || constant_of(g, at[d].base) >= 1 << 24);
        if (is_far || (at[d].base != l->var && !ranges_is_fixed(g, l, at[d].base))) return false;
    }
    for (int d = 0; d < n; d++) {
        if (!note_check(l, array, n == 1 ? -1 : d, at[d])) return false;
    }
    if (n > 1 || !is_scaled(g, array)) return place_by_pointer(g, loop, array, at, n, r);
    place_single(g, array, at[0], &r->mem);
    return true;
}

bool ranges_place(Gen *g, const Target *t, Mem *m)
{
    Sum at[MAX_RANK];
    Reach r;
    for (int d = 0; d < t->n; d++) at[d] = ranges_sum(g, t->sub[d]);
    if (!ranges_reach(g, t->array, at, t->n, &r)) return false;
    *m = r.mem;
    return true;
}

// --- Elements that the turn before has stored -------------------------------------------------------------------------

static bool has_check(const ForLoop *l, int array, Sum at)
{
    int k = 0;
    while (k < l->nchecks && !(l->check[k].array == array && l->check[k].dim < 0 && same_sum(l->check[k].at, at))) k++;
    return k < l->nchecks;
}

// In the walk that counts: which elements the loop uses.
void ranges_note(Gen *g, const Target *t, bool store)
{
    int k = innermost(g, g->pc);
    if (!g->is_counting || k < 0 || !is_known(g, k)) return;
    ForLoop *l = &g->loop[k];
    Sum at = t->n == 1 ? ranges_sum(g, t->sub[0]) : (Sum){NO_REG, 0};
    bool is_plain = t->n == 1 && at.base == l->var && has_check(l, t->array, at);
    Access a = {g->pc, is_plain ? t->array : -1, at.add};
    if (store && (l->stores == 0 || l->stored.pc != g->pc)) l->stores++;
    if (store) l->stored = a;
    else if (l->nloaded < JIT_LOADS && a.array >= 0) l->loaded[l->nloaded++] = a;
}

// With one store, at each turn, and a load before it of what it stored a turn ago.
void ranges_choose(Gen *g)
{
    for (int k = 0; k < g->nloops; k++) {
        ForLoop *l = &g->loop[k];
        if (l->stores != 1 || l->stored.array < 0 || !l->by || !ranges_is_straight(g, l)) continue;
        if (class_of(g->array[l->stored.array].type) != REAL) continue;
        for (int n = 0; n < l->nloaded && !l->carries; n++) {
            Access a = l->loaded[n];
            l->carries = a.array == l->stored.array && a.add == l->stored.add - l->by && a.pc < l->stored.pc;
            if (l->carries) l->loaded[0] = a;
        }
        if (l->carries) g->use[VALUE_CARRIED + k] = g->use[value_number(l->var, WHOLE)];
    }
}

int ranges_carried(const Gen *g, bool store)
{
    int k = innermost(g, g->pc);
    if (k < 0 || !is_known(g, k) || g->is_counting || !g->loop[k].carries) return -1;
    return g->pc == (store ? g->loop[k].stored.pc : g->loop[k].loaded[0].pc) ? g->home[VALUE_CARRIED + k] : -1;
}

// By the pointer that the loop has to an element with this subscript.
static Mem pointed_at(Gen *g, int loop, Sum at)
{
    int p = 0, array = g->loop[loop].stored.array;
    for (; p < g->npointers; p++) {
        const ElementPointer *e = &g->pointer[p];
        if (e->loop == loop && e->array == array && e->n == 1 && !e->by_index && same_sum(e->sub[0], at)) break;
    }
    return mem_at(register_of(g, VALUE_POINTERS + 2 * p, RAX), 0);
}

// The element for the first turn.
static void write_carried(Gen *g, int loop)
{
    const ForLoop *l = &g->loop[loop];
    int home = g->home[VALUE_CARRIED + loop];
    if (g->is_counting || !l->carries || home < 0) return;
    Mem m;
    Sum at = {l->var, l->loaded[0].add};
    if (is_scaled(g, l->stored.array)) place_single(g, l->stored.array, at, &m);
    else m = pointed_at(g, loop, at);
    asm_rm(&g->a, g->array[l->stored.array].type == T_FLOAT ? X_MOVSS : X_MOVSD, false, home, m);
}

// --- At FOR -----------------------------------------------------------------------------------------------------------

typedef struct Turns {
    TypeCode type;
    int32_t by;  // 0: not known, but positive
    bool up;
} Turns;

static bool turns_of(Gen *g, const ForLoop *l, Turns *out)
{
    TypeCode t = g->now.type[l->var];
    bool is_signed = t == T_INT || t == T_LONG || t == T_LONG64, has_step = operand_constant(g, l->step, &out->by);
    out->type = t;
    if (!has_step) out->by = 0;
    out->up = out->by >= 0;
    bool is_moderate = !has_step || (out->by && out->by <= STEP_MAX && out->by >= -STEP_MAX);
    return is_signed && is_moderate && g->now.type[l->limit] == t && g->now.type[l->step] == t;
}

// The variable stays from 0 on and below what overflows, whatever is added.
static void check_turns(Gen *g, const ForLoop *l, Turns s, int slow)
{
    bool wide = s.type == T_LONG64;
    int32_t most = s.by > 0 ? s.by : s.by < 0 ? 0 : STEP_MAX;
    if (l->most > most) most = l->most;
    if (!s.by) {
        int by = whole_in(g, l->step, s.type, RAX);
        asm_rr(&g->a, X_TEST, wide, by, by);
        asm_jcc(&g->a, CC_LE, slow);
        asm_ri(&g->a, X_CMP, wide, by, STEP_MAX);
        asm_jcc(&g->a, CC_G, slow);
    }
    int low = whole_in(g, s.up ? l->var : l->limit, s.type, RAX);
    asm_rr(&g->a, X_TEST, wide, low, low);
    asm_jcc(&g->a, CC_S, slow);
    int high = whole_in(g, s.up ? l->limit : l->var, s.type, RAX);
    asm_ri(&g->a, X_CMP, wide, high, (s.type == T_INT ? INT16_MAX : INT32_MAX) - most);
    asm_jcc(&g->a, CC_G, slow);
}

// base + add in 64 bits, in scratch or where it is.
static int sum_in(Gen *g, Sum s, int scratch)
{
    int at = whole_in(g, s.base, T_LONG64, scratch);
    if (!s.add) return at;
    asm_rm(&g->a, X_LEA, true, scratch, mem_at(at, s.add));
    return scratch;
}

static void check(Gen *g, const ForLoop *l, Turns s, const Check *c, int slow)
{
    bool moves = c->at.base == l->var;
    if (moves && c->at.add < 0) {
        int low = whole_in(g, s.up ? l->var : l->limit, s.type, RAX);
        asm_ri(&g->a, X_CMP, s.type == T_LONG64, low, -c->at.add);
        asm_jcc(&g->a, CC_L, slow);
    }
    Sum last = {moves && s.up ? l->limit : c->at.base, c->at.add};
    Mem size = c->dim < 0 ? elements_count(g, c->array)
                          : elements_field(c->array, offsetof(JitArray, dim) + 8 * (size_t)c->dim);
    asm_rm(&g->a, X_CMP, true, sum_in(g, last, RAX), size);
    asm_jcc(&g->a, CC_AE, slow);
}

static void keep(Gen *g, int value, int reg)
{
    int home = value_home(g, value);
    if (home >= 0) asm_rr(&g->a, X_MOV, true, home, reg);
    else asm_rm(&g->a, X_STORE, true, reg, value_slot(value));
}

static Mem dimension(const ElementPointer *p, int d)
{
    return elements_field(p->array, offsetof(JitArray, dim) + 8 * (size_t)d);
}

// RAX, a number of elements, to bytes.
static void to_bytes(Gen *g, const ElementPointer *p)
{
    uint32_t stride = g->array[p->array].stride;
    if (stride & (stride - 1)) asm_imul_imm(&g->a, true, RAX, RAX, (int32_t)stride);
    else if (stride > 1) asm_shift(&g->a, 4, true, RAX, __builtin_ctz(stride));
}

static void write_growth(Gen *g, const ForLoop *l, Turns s, int number)
{
    const ElementPointer *p = &g->pointer[number];
    asm_mov_imm(&g->a, RAX, 0);
    for (int d = p->n - 1; d > 0; d--) {
        if (p->sub[d].base == l->var) asm_ri(&g->a, X_ADD, true, RAX, 1);
        asm_rm(&g->a, X_IMUL, true, RAX, dimension(p, d - 1));
    }
    if (!p->by_index && p->sub[0].base == l->var) asm_ri(&g->a, X_ADD, true, RAX, 1);
    to_bytes(g, p);
    if (s.by) asm_imul_imm(&g->a, true, RAX, RAX, s.by);
    else asm_rr(&g->a, X_IMUL, true, RAX, whole_in(g, l->step, T_LONG64, RCX));
    keep(g, VALUE_POINTERS + 2 * number + 1, RAX);
}

static void write_pointer(Gen *g, const ForLoop *l, Turns s, int number)
{
    const ElementPointer *p = &g->pointer[number];
    for (int d = p->n - 1; d >= 0; d--) {
        if (d == 0 && p->by_index) break;
        int at = sum_in(g, p->sub[d], RCX);
        asm_rr(&g->a, d == p->n - 1 ? X_MOV : X_ADD, true, RAX, at);
        if (d > 0) asm_rm(&g->a, X_IMUL, true, RAX, dimension(p, d - 1));
    }
    to_bytes(g, p);
    asm_rr(&g->a, X_ADD, true, RAX, elements_data(g, p->array, RCX));
    keep(g, VALUE_POINTERS + 2 * number, RAX);
    if (p->moves) write_growth(g, l, s, number);
}

// The last value of the variable before Ctrl-C is looked for.
static void write_stop(Gen *g, int loop, Turns s)
{
    const ForLoop *l = &g->loop[loop];
    int x = whole_in(g, l->var, s.type, RAX);
    if (s.by) {
        asm_rm(&g->a, X_LEA, true, RAX, mem_at(x, s.by * TURNS));
    } else {
        asm_imul_imm(&g->a, true, RCX, whole_in(g, l->step, T_LONG64, RCX), TURNS);
        if (x != RAX) asm_rr(&g->a, X_MOV, true, RAX, x);
        asm_rr(&g->a, X_ADD, true, RAX, RCX);
    }
    int limit = whole_in(g, l->limit, s.type, RCX);
    asm_rr(&g->a, X_CMP, true, RAX, limit);
    asm_rr(&g->a, X_CMOV + (s.up ? CC_G : CC_L), true, RAX, limit);
    keep(g, VALUE_STOPS + loop, RAX);
}

static int loop_with_head(const Gen *g, uint32_t head)
{
    int k = g->nloops - 1;
    while (k >= 0 && g->loop[k].head != head) k--;
    return k;
}

// Whether there was something to find in the walk that counts.
static bool has_use(const Gen *g, const ForLoop *l)
{
    return g->is_counting || l->nchecks || l->most || l->least || l->calls || l->grows_array || l->grows_text;
}

// The versions would double with each loop around this one that has two: where two such are, both must be known.
static bool is_worth_two(const Gen *g, int k)
{
    int around = 0, unknown = 0;
    for (int n = 0; n < g->nloops; n++) {
        const ForLoop *l = &g->loop[n];
        bool is_around = n != k && is_in(l, g->loop[k].head) && l->is_entered && has_use(g, l);
        around += is_around;
        unknown += is_around && !is_known(g, n);
    }
    return around < 2 || !unknown;
}

void ranges_enter(Gen *g, uint32_t head)
{
    Turns s;
    int k = loop_with_head(g, head);
    if (k >= 0 && has_use(g, &g->loop[k]) && is_worth_two(g, k) && turns_of(g, &g->loop[k], &s)) {
        ForLoop *l = &g->loop[k];
        int slow = asm_label(&g->a);
        if (g->is_counting) l->by = l->is_entered && l->by != s.by ? 0 : s.by;
        l->is_entered = true;
        check_turns(g, l, s, slow);
        for (int c = 0; c < l->nchecks; c++) check(g, l, s, &l->check[c], slow);
        for (int p = 0; p < g->npointers; p++) {
            if (g->pointer[p].loop == k) write_pointer(g, l, s, p);
        }
        write_stop(g, k, s);
        write_carried(g, k);
        g->now.inside |= (uint16_t)(1u << k);
        if (!g->is_counting && s.by == 1 && !l->carries) packed_write(g, l);
        asm_jmp(&g->a, flow_target(g, head));
        g->now.inside &= (uint16_t)~(1u << k);
        asm_bind(&g->a, slow);
    }
    asm_jmp(&g->a, flow_target(g, head));
}

// --- At its end -------------------------------------------------------------------------------------------------------

static int loop_with_next(const Gen *g, uint32_t pc)
{
    int k = g->nloops - 1;
    while (k >= 0 && g->loop[k].next != pc) k--;
    return k;
}

// Sums of the variable get their values before it changes.
static void settle_sums(Gen *g, uint16_t var)
{
    for (int x = 0; x < g->s->nregs; x++) {
        TypeCode t = g->now.type[x];
        if (g->now.sum_of[x] == var + 1 && t) result_done(g, (uint16_t)x, t, whole_in(g, (uint16_t)x, t, RAX));
    }
}

static void move_pointer(Gen *g, int number)
{
    int value = VALUE_POINTERS + 2 * number, at = register_of(g, value, RAX), by = value_home(g, value + 1);
    if (by >= 0) asm_rr(&g->a, X_ADD, true, at, by);
    else asm_rm(&g->a, X_ADD, true, at, value_slot(value + 1));
    if (at == RAX) asm_rm(&g->a, X_STORE, true, RAX, value_slot(value));
}

bool ranges_next(Gen *g, Instr i)
{
    Turns s;
    int k = loop_with_next(g, g->pc);
    if (k < 0 || !is_known(g, k) || !turns_of(g, &g->loop[k], &s)) return false;
    const ForLoop *l = &g->loop[k];
    bool wide = s.type == T_LONG64;
    settle_sums(g, l->var);
    for (int p = 0; p < g->npointers; p++) {
        if (g->pointer[p].loop == k && g->pointer[p].moves) move_pointer(g, p);
    }
    int x = whole_in(g, i.a, s.type, RAX), out = asm_label(&g->a), stop = value_home(g, VALUE_STOPS + k);
    if (s.by) asm_ri(&g->a, X_ADD, wide, x, s.by);
    else asm_rr(&g->a, X_ADD, wide, x, whole_in(g, l->step, s.type, RCX));
    result_done(g, i.a, s.type, x);
    int again = flow_target(g, l->head);
    if (stop >= 0) asm_rr(&g->a, X_CMP, wide, x, stop);
    else asm_rm(&g->a, X_CMP, wide, x, value_slot(VALUE_STOPS + k));
    asm_jcc(&g->a, s.up ? CC_LE : CC_GE, again);
    g->is_rare = true;
    asm_rr(&g->a, X_CMP, wide, x, whole_in(g, i.b, s.type, RCX));
    asm_jcc(&g->a, s.up ? CC_G : CC_L, out);
    flow_poll(g, flow_exit_to(g, l->head));
    write_stop(g, k, s);
    asm_jmp(&g->a, again);
    g->is_rare = false;
    asm_bind(&g->a, out);
    return true;
}
