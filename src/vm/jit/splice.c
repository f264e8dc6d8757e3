// The instructions that become machine code: those of the loop, quick forms undone, and in place of a call of a small pure
// function the function's own, its registers and constants numbered behind those of the loop's routine. Such a function changes
// nothing but its own variables, so whatever its code does not do leaves to the interpreter before the call, which is then made
// once more. Start reading at splice_loop.
#include "vm/jit/splice.h"

#include "vm/call/call.h"
#include "vm/jit/jit.h"
#include "vm/peephole/quick.h"

#include <string.h>

enum { INLINE_LENGTH = 80, INLINE_DEPTH = 3 };

// --- Which functions --------------------------------------------------------------------------------------------------

// The function that the call is for; NULL: none written in IDL, or not called as plainly as f(a, b).
static const Code *callee_of(const Engine *e, const CallSite *s)
{
    if (s->is_method || s->nkw || !s->is_function || s->is_place || s->is_constructor) return NULL;
    if (s->target_kind != TARGET_USER || s->generation != e->generation) return NULL;
    const UserRoutine *u = s->target;
    const Code *c = u->code;
    return s->npos <= c->npositional && c->nins <= INLINE_LENGTH && !c->plain && c->extra < 0 ? c : NULL;
}

static bool is_builtin_number(const Engine *e, const CallSite *s)
{
    const Routine *r = s->is_method || s->nkw ? NULL : map_get(&e->builtin_fun, s->name);
    return r && (r->alone || (r->each && s->npos == 1));
}

static bool is_parameter(const Code *c, uint16_t x)
{
    for (int i = 0; i < c->nparams; i++) {
        if (c->param[i].reg == x) return true;
    }
    return false;
}

static bool is_pure(const Engine *e, const Code *c, int depth);

// Instructions that change nothing but a variable of the function's own.
static bool is_pure_instruction(const Engine *e, const Code *c, Instr i, int depth)
{
    int op = quick_plain(i.op);
    if (op >= OP_ADD && op <= OP_LNOT) return !is_parameter(c, i.a);
    switch (op) {
    case OP_NOP: case OP_JUMP: case OP_JUMP_IF: case OP_JUMP_UNLESS: case OP_JUMP_IF_NZ: case OP_JUMP_UNLESS_NZ: case OP_FOR_NEXT:
    case Q_LOOP: case OP_RETURN: case OP_REF: return true;
    case OP_MOVE: case OP_CLEAR: case OP_FOR_PREP: case OP_INDEX1: case OP_PATH_GET: case OP_INCR: return !is_parameter(c, i.a);
    case OP_CALL_FUN: break;
    default: return false;
    }
    const CallSite *s = &c->call_site[i.c];
    if (is_parameter(c, i.a)) return false;
    if (is_builtin_number(e, s)) return true;
    const Code *callee = callee_of(e, s);
    if (callee == c && depth > INLINE_DEPTH && s->npos == c->nparams) return true;  // itself, where that is asked for
    return callee && depth > 1 && is_pure(e, callee, depth - 1);
}

static bool is_pure(const Engine *e, const Code *c, int depth)
{
    for (int i = 0; i < c->nins; i++) {
        if (!is_pure_instruction(e, c, c->ins[i], depth)) return false;
    }
    return true;
}

// --- Renumbering ------------------------------------------------------------------------------------------------------

uint16_t splice_number(const Origin *o, uint16_t x)
{
    return x < K_BASE ? (uint16_t)(x + o->regs) : (uint16_t)(x + o->constants);
}

static Instr renumbered(const Origin *o, Instr i)
{
    int op = i.op;
    if (!o->regs) return i;
    bool two = op == OP_MOVE || (op >= OP_NEG && op <= OP_LNOT) || op == OP_FOR_NEXT || op == OP_PATH_GET ||
               op == OP_CALL_FUN || op == OP_REF;
    bool three = (op >= OP_ADD && op <= OP_MATMUL2) || op == OP_FOR_PREP || op == OP_INDEX1;
    bool decides = op >= OP_JUMP_IF && op <= OP_JUMP_UNLESS_NZ;
    bool one = two || three || decides || op == OP_CLEAR || op == OP_INCR || op == OP_RETURN;
    if (one) i.a = splice_number(o, i.a);
    if (two || three) i.b = splice_number(o, i.b);
    if (three) i.c = splice_number(o, i.c);
    if (op == OP_INCR && i.c) i.c = (uint16_t)(splice_number(o, (uint16_t)(i.c - 1)) + 1);
    return i;
}

static int add_origin(Spliced *s, const Code *c, uint32_t call, int nargs)
{
    Origin o = {.code = c, .call = call, .nargs = nargs, .regs = (uint16_t)s->nregs, .constants = (uint16_t)s->k.len};
    for (int i = 0; i < c->nk; i++) VEC_PUSH(&s->k, c->k[i]);
    for (int x = 0; x < c->nregs && s->nregs + x < SPLICED_REGS; x++) {
        s->kind[s->nregs + x] = x < c->nvars ? KIND_VARIABLE : x < c->nvars + c->nhidden ? KIND_HIDDEN : KIND_TEMPORARY;
    }
    s->nregs += c->nregs;
    VEC_PUSH(&s->origin, o);
    return s->origin.len - 1;
}

// --- Copying ----------------------------------------------------------------------------------------------------------

static void put(Spliced *s, Instr i, int origin, uint32_t pc)
{
    VEC_PUSH(&s->ins, ((SplicedInstr){i, (uint16_t)origin, origin ? s->origin.p[origin].call : pc}));
}

static Instr plain_instruction(const Code *c, uint32_t pc)
{
    Instr i = c->ins[pc];
    i.op = i.op == Q_LOOP ? jit_plain(c, pc) : (uint16_t)quick_plain(i.op);
    return i;
}

static void copy(const Engine *e, Spliced *s, int origin, uint32_t from, uint32_t to, int depth);

// Clears the function's registers, gives it its arguments, and its instructions; each RETURN is followed by a jump behind them.
static void copy_callee(const Engine *e, Spliced *s, int origin, uint32_t pc, Instr call, int depth)
{
    const CallSite *site = &s->origin.p[origin].code->call_site[call.c];
    const Code *c = callee_of(e, site);
    int callee = add_origin(s, c, origin ? s->origin.p[origin].call : pc, site->npos);
    uint16_t base = s->origin.p[callee].regs;
    if (s->ncallees < SPLICED_CALLEES) s->callee[s->ncallees++] = c;
    put(s, (Instr){S_ENTER, base, (uint16_t)c->nregs, 0}, callee, pc);
    for (int k = 0; k < site->npos; k++) {
        put(s, (Instr){S_PASS, (uint16_t)(base + c->param[k].reg), (uint16_t)(call.b + k), 0}, callee, pc);
    }
    int first = s->ins.len;
    copy(e, s, callee, 0, (uint32_t)c->nins, depth - 1);
    uint32_t after = (uint32_t)s->ins.len;
    for (int k = first; k < s->ins.len; k++) {
        SplicedInstr *x = &s->ins.p[k];
        if (x->i.op == S_GONE && x->origin == callee) x->i = (Instr){OP_JUMP, 0, (uint16_t)after, (uint16_t)(after >> 16)};
        if (x->i.op == OP_RETURN && x->origin == callee) x->i = (Instr){S_RESULT, call.a, x->i.b ? x->i.a : NO_REG, call.b};
    }
}

static bool is_inlined(const Engine *e, const Spliced *s, int origin, Instr i, int depth)
{
    if (i.op != OP_CALL_FUN || depth == 0 || s->ncallees == SPLICED_CALLEES) return false;
    const Code *c = callee_of(e, &s->origin.p[origin].code->call_site[i.c]);
    return c && s->nregs + c->nregs <= SPLICED_REGS && s->k.len + c->nk < SPLICED_CONSTANTS && is_pure(e, c, depth);
}

// Where a jump goes: to a copied instruction, or (behind all of them) out of the loop.
static uint32_t relocate(Spliced *s, const uint32_t *where, uint32_t from, uint32_t to, uint32_t target)
{
    if (target >= from && target < to) return where[target - from];
    VEC_PUSH(&s->outside, target);
    return OUTSIDE + (uint32_t)s->outside.len - 1;
}

static void relocate_all(Spliced *s, const uint32_t *where, int origin, int first, uint32_t from, uint32_t to)
{
    bool extends = false;  // the place of a FOR or FOREACH stands in the instruction behind it
    for (int k = first; k < s->ins.len; k++) {
        SplicedInstr *x = &s->ins.p[k];
        if (x->origin != origin || x->i.op == S_GONE) continue;
        bool has_place = extends || (x->i.op >= OP_JUMP && x->i.op <= OP_JUMP_UNLESS_NZ);
        extends = x->i.op == OP_FOR_PREP || x->i.op == OP_FOR_NEXT || x->i.op == OP_EACH_NEXT;
        if (!has_place) continue;
        uint32_t target = relocate(s, where, from, to, instr_place(x->i));
        x->i.b = (uint16_t)target;
        x->i.c = (uint16_t)(target >> 16);
    }
}

static void copy(const Engine *e, Spliced *s, int origin, uint32_t from, uint32_t to, int depth)
{
    const Code *c = s->origin.p[origin].code;
    uint32_t *where = mem_must((size_t)(to - from) * sizeof *where);
    int first = s->ins.len;
    for (uint32_t pc = from; pc < to; pc++) {
        Origin o = s->origin.p[origin];
        Instr raw = plain_instruction(c, pc), i = renumbered(&o, raw);
        where[pc - from] = (uint32_t)s->ins.len;
        if (s->ins.len > SPLICED_LENGTH) break;
        if (is_inlined(e, s, origin, raw, depth)) {
            copy_callee(e, s, origin, pc, i, depth);
        } else {
            put(s, i, origin, pc);
            if (origin && i.op == OP_RETURN) put(s, (Instr){S_GONE, 0, 0, 0}, origin, pc);
        }
    }
    if (s->ins.len <= SPLICED_LENGTH) relocate_all(s, where, origin, first, from, to);
    mem_free(where);
}

bool splice_loop(const Engine *e, const Code *c, uint32_t head, uint32_t back, uint32_t end, Spliced *s)
{
    memset(s, 0, sizeof *s);
    if (c->nregs > SPLICED_REGS) return false;
    add_origin(s, c, NO_PLACE, 0);
    copy(e, s, 0, head, end, INLINE_DEPTH);
    for (int k = 0; k < s->ins.len; k++) {
        if (s->ins.p[k].origin == 0 && s->ins.p[k].place == back) s->back = (uint32_t)k;
    }
    s->after = end;
    return s->ins.len <= SPLICED_LENGTH;
}

bool splice_function(const Engine *e, const Code *c, Spliced *s)
{
    memset(s, 0, sizeof *s);
    if (c->nregs > SPLICED_REGS || c->plain || c->extra >= 0 || !is_pure(e, c, INLINE_DEPTH + 1)) return false;
    add_origin(s, c, NO_PLACE, 0);
    copy(e, s, 0, 0, (uint32_t)c->nins, INLINE_DEPTH);
    s->back = NO_PLACE;
    s->after = NO_PLACE;
    return s->ins.len <= SPLICED_LENGTH;
}

void splice_free(Spliced *s)
{
    VEC_FREE(&s->ins);
    VEC_FREE(&s->k);
    VEC_FREE(&s->origin);
    VEC_FREE(&s->outside);
}
