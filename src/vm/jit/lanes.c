// Values in the lanes of processor registers: 16 bytes of one type, a lane a turn. Elements of narrower types are converted as
// they are loaded, when somebody reads them. Start reading at lanes_value.
#include "kern/kern.h"
#include "lang/code.h"
#include "vm/jit/packed.h"

#include <stddef.h>
#include <string.h>

Lanes lanes_refuse(Pack *p, const char *why)
{
    if (!p->why) p->why = why;
    return (Lanes){0, false};
}

static int size_of(const Pack *p) { return (int)type_size(p->type); }
int lanes_count(const Pack *p) { return LANES_BYTES / size_of(p); }

bool lanes_settle(Pack *p, TypeCode t)
{
    if (p->type != t) lanes_refuse(p, "another type");
    return !p->why;
}

// --- Registers --------------------------------------------------------------------------------------------------------

int lanes_take(Pack *p)
{
    if (!p->free) return lanes_refuse(p, "registers").reg;
    int reg = __builtin_ctz(p->free);
    p->free &= ~(1u << reg);
    return reg;
}

void lanes_give(Pack *p, Lanes v)
{
    if (v.is_ours) p->free |= 1u << v.reg;
}

int lanes_copy(Pack *p, Lanes v)
{
    if (v.is_ours) return v.reg;
    int reg = lanes_take(p);
    asm_rr(&p->g->a, X_MOVAPS, false, reg, v.reg);
    return reg;
}

unsigned lanes_free(const Gen *g)
{
    unsigned free = 0xFFFC;
    for (int x = 0; x < g->s->nregs; x++) {
        TypeCode t = g->now.type[x];
        int home = type_is_simple(t) && class_of(t) == REAL ? g->home[value_number((uint16_t)x, REAL)] : -1;
        if (home >= 0) free &= ~(1u << home);
    }
    for (int k = 0; k < g->nloops; k++) {
        if (g->home[VALUE_CARRIED + k] >= 0) free &= ~(1u << g->home[VALUE_CARRIED + k]);
    }
    return free;
}

// --- Strips -----------------------------------------------------------------------------------------------------------

Mem lanes_strip(const Pack *p, int strip)
{
    return (Mem){RDX, p->var, size_of(p), strip * (int)sizeof(((JitEnv *)0)->strip[0])};
}

int lanes_take_strip(Pack *p)
{
    for (int k = 0; k < STRIPS; k++) {
        if (p->strips >> k & 1) continue;
        p->strips |= 1u << k;
        return k;
    }
    return lanes_refuse(p, "strips").reg;
}

static void give_strip(Pack *p, uint16_t x)
{
    if (p->strip[x] >= 0) p->strips &= ~(1u << p->strip[x]);
    p->strip[x] = -1;
}

void lanes_save(Pack *p)
{
    for (int x = 0; x < p->g->s->nregs; x++) {
        if (p->place[x] != IN_REGISTER) continue;
        if (p->strip[x] < 0) p->strip[x] = (int8_t)lanes_take_strip(p);
        asm_rm(&p->g->a, X_STOREUPS, false, p->reg[x], lanes_strip(p, p->strip[x]));
        p->place[x] = IN_STRIP;
    }
}

// --- What is the same in all turns ------------------------------------------------------------------------------------

static bool is_same(const Same *a, const Same *b)
{
    const Element *e = &a->element, *f = &b->element;
    bool same = a->kind == b->kind && a->x == b->x && a->bits == b->bits && e->array == f->array && e->n == f->n;
    for (int d = 0; same && d < e->n; d++) same = e->at[d].base == f->at[d].base && e->at[d].add == f->at[d].add;
    return same;
}

static Lanes same_in_all(Pack *p, const Same *want)
{
    Segment *s = &p->segment[p->now];
    for (int k = 0; k < s->nsame; k++) {
        if (is_same(&s->same[k], want)) return (Lanes){s->same[k].reg, false};
    }
    if (s->nsame == FIXED) return lanes_refuse(p, "values");
    s->same[s->nsame] = *want;
    s->same[s->nsame].reg = lanes_take(p);
    return (Lanes){s->same[s->nsame++].reg, false};
}

Lanes lanes_same_bits(Pack *p, uint64_t single, uint64_t real)
{
    return same_in_all(p, &(Same){.kind = FIXED_BITS, .bits = p->type == T_DOUBLE ? real : single});
}

// The lowest lane to all.
static void spread(Pack *p, int reg)
{
    Asm *a = &p->g->a;
    if (p->type == T_BYTE) asm_rr(a, X_PUNPCKLBW, false, reg, reg);
    if (size_of(p) < 4) asm_rr_imm8(a, X_PSHUFLW, reg, reg, 0);
    if (size_of(p) == 4) asm_rr_imm8(a, X_PSHUFD, reg, reg, 0);
    else asm_rr(a, X_UNPCKLPD, false, reg, reg);
}

static void load_count(Pack *p, int reg)
{
    Asm *a = &p->g->a;
    asm_rm(a, X_MOVSD, false, reg, asm_constant(a, 1ull << 32));
    asm_rm(a, X_MOVSD, false, 1, asm_constant(a, 3ull << 32 | 2));
    asm_rr(a, X_MOVLHPS, false, reg, 1);
}

// One element, converted.
static void load_element(Pack *p, const Same *s)
{
    Reach r;
    Gen *g = p->g;
    TypeCode from = g->array[s->element.array].type;
    if (!ranges_reach(g, s->element.array, s->element.at, s->element.n, &r)) {
        lanes_refuse(p, "elements");
        return;
    }
    int to = class_of(from) == REAL ? s->reg : RAX;
    asm_rm(&g->a, elements_load_op(from), from == T_LONG64, to, r.mem);
    if (class_of(p->type) == REAL) real_convert(g, from, p->type, s->reg, to);
    else asm_rr(&g->a, X_MOVD, from == T_LONG64, s->reg, RAX);
}

static void load_value(Pack *p, const Same *s)
{
    Gen *g = p->g;
    if (class_of(p->type) == REAL) {
        int from = real_in(g, s->x, p->type, s->reg);
        if (from != s->reg) asm_rr(&g->a, X_MOVAPS, false, s->reg, from);
    } else {
        asm_rr(&g->a, X_MOVD, p->type == T_LONG64, s->reg, whole_in(g, s->x, p->type, RAX));
    }
}

void lanes_load_same(Pack *p)
{
    Segment *segment = &p->segment[p->now];
    for (int k = 0; k < segment->nsame; k++) {
        const Same *s = &segment->same[k];
        p->free &= ~(1u << s->reg);
        if (s->kind == FIXED_COUNT) {
            load_count(p, s->reg);
            continue;
        }
        if (s->kind == FIXED_VALUE) load_value(p, s);
        else if (s->kind == FIXED_ELEMENT) load_element(p, s);
        else asm_rm(&p->g->a, p->type == T_DOUBLE ? X_MOVSD : X_MOVSS, false, s->reg, asm_constant(&p->g->a, s->bits));
        spread(p, s->reg);
    }
}

// --- Elements ---------------------------------------------------------------------------------------------------------

// As many whole numbers of 8 or 16 bits as there are lanes, to 32 bits.
static void widen(Pack *p, int reg, TypeCode from)
{
    Asm *a = &p->g->a;
    if (from == T_INT) {
        asm_rr(a, X_PUNPCKLWD, false, reg, reg);
        asm_rr_imm8(a, X_PSRAD, 4, reg, 16);
        return;
    }
    asm_rr(a, X_PXOR, false, 1, 1);
    if (from == T_BYTE) asm_rr(a, X_PUNPCKLBW, false, reg, 1);
    asm_rr(a, X_PUNPCKLWD, false, reg, 1);
}

static void load_bytes(Pack *p, int reg, int n, Mem m)
{
    Asm *a = &p->g->a;
    if (n == 2) {
        asm_rm(a, X_MOVZX16, false, RAX, m);
        asm_rr(a, X_MOVD, false, reg, RAX);
    } else {
        asm_rm(a, n == 16 ? X_MOVUPS : n == 8 ? X_MOVSD : X_MOVSS, false, reg, m);
    }
}

static bool converts(TypeCode from, TypeCode to)
{
    if (from == to) return true;
    if (to == T_DOUBLE && from == T_FLOAT) return true;
    return class_of(to) == REAL && (from == T_BYTE || from == T_INT || from == T_UINT || from == T_LONG);
}

Lanes lanes_element(Pack *p, const Element *e, const Reach *r)
{
    Gen *g = p->g;
    TypeCode from = g->array[e->array].type;
    if (!converts(from, p->type)) return lanes_refuse(p, "another type");
    if (!r->by_turn) return same_in_all(p, &(Same){.kind = FIXED_ELEMENT, .element = *e});
    Lanes v = {lanes_take(p), true};
    load_bytes(p, v.reg, lanes_count(p) * (int)type_size(from), r->mem);
    if (from == p->type) return v;
    if (from == T_BYTE || from == T_INT || from == T_UINT) widen(p, v.reg, from);
    unsigned whole = p->type == T_DOUBLE ? X_CVTDQ2PD : X_CVTDQ2PS;
    asm_rr(&g->a, from == T_FLOAT ? X_CVTPS2PD : whole, false, v.reg, v.reg);
    return v;
}

static Lanes late_element(Pack *p, uint16_t x)
{
    Reach r;
    const Element *e = &p->later[p->reg[x]];
    if (!ranges_reach(p->g, e->array, e->at, e->n, &r)) return lanes_refuse(p, "elements");
    return lanes_element(p, e, &r);
}

// --- Values -----------------------------------------------------------------------------------------------------------

// The variable's values in these turns, plus a number.
static Lanes turns(Pack *p, Sum s)
{
    Asm *a = &p->g->a;
    bool is_real = class_of(p->type) == REAL, is_long = p->type == T_LONG || p->type == T_ULONG;
    if (p->g->now.type[p->l->var] == T_LONG64 || !(is_real || is_long)) return lanes_refuse(p, "the variable's type");
    Lanes count = same_in_all(p, &(Same){.kind = FIXED_COUNT}), v = {lanes_take(p), true};
    if (s.add) asm_rm(a, X_LEA, true, RAX, mem_at(p->var, s.add));
    asm_rr(a, X_MOVD, false, v.reg, s.add ? RAX : p->var);
    asm_rr_imm8(a, X_PSHUFD, v.reg, v.reg, 0);
    asm_rr(a, X_PADDD, false, v.reg, count.reg);
    if (is_real) asm_rr(a, p->type == T_DOUBLE ? X_CVTDQ2PD : X_CVTDQ2PS, false, v.reg, v.reg);
    return v;
}

// A register of the loop's own turn; a temporary is read once.
static Lanes own(Pack *p, uint16_t x)
{
    bool is_read_once = is_temporary(p->g, x);
    Lanes v = {p->reg[x], is_read_once};
    if (p->place[x] == IN_ARRAY) {
        v = late_element(p, x);
    } else if (p->place[x] == IN_STRIP) {
        p->reg[x] = (int8_t)(v.reg = lanes_take(p));
        p->place[x] = IN_REGISTER;
        asm_rm(&p->g->a, X_MOVUPS, false, v.reg, lanes_strip(p, p->strip[x]));
    }
    if (!is_read_once) return v;
    p->place[x] = NOWHERE;
    give_strip(p, x);
    consume(p->g, x);
    return v;
}

Lanes lanes_value(Pack *p, uint16_t x)
{
    bool ok;
    Gen *g = p->g;
    x = operand_variable(g, x);
    TypeCode from = operand_type(g, x, &ok);
    if (!ok || (class_of(p->type) == WHOLE && class_of(from) == REAL)) return lanes_refuse(p, "another kind of number");
    if (x < K_BASE && p->place[x] == REDUCED) return lanes_refuse(p, "a sum that is used");
    if (x < K_BASE && p->place[x] != NOWHERE) return own(p, x);
    Sum s = ranges_sum(g, x);
    if (s.base == p->l->var) {
        Lanes v = turns(p, s);
        consume(g, x);
        return v;
    }
    if (x < K_BASE && (g->now.sum_of[x] || !ranges_is_fixed(g, p->l, x))) return lanes_refuse(p, "what the turn before has left");
    return same_in_all(p, &(Same){.kind = FIXED_VALUE, .x = x});
}

// x gets another value in this turn.
static bool replace(Pack *p, uint16_t x, TypeCode t)
{
    Gen *g = p->g;
    bool fits = x < K_BASE && result_fits(g, x) && g->now.type[x] != TYPE_REF && p->place[x] != REDUCED;
    if (!fits) lanes_refuse(p, "the result");
    if (p->why) return false;
    if (p->place[x] == IN_REGISTER) p->free |= 1u << p->reg[x];
    give_strip(p, x);
    g->now.type[x] = (uint8_t)t;
    g->now.is_constant[x] = g->now.sum_of[x] = 0;
    return true;
}

bool lanes_keep(Pack *p, uint16_t x, int reg)
{
    if (!replace(p, x, p->type)) return false;
    p->place[x] = IN_REGISTER;
    p->reg[x] = (int8_t)reg;
    return true;
}

bool lanes_keep_later(Pack *p, uint16_t x, const Element *e)
{
    if (p->nlater == LATER) lanes_refuse(p, "elements");
    if (!replace(p, x, p->g->array[e->array].type)) return false;
    p->place[x] = IN_ARRAY;
    p->reg[x] = (int8_t)p->nlater;
    p->later[p->nlater++] = *e;
    return true;
}
