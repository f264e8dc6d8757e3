// Values: which type a register of the VM holds here, in which processor register it is, how it becomes another type.
// Whole numbers up to 32 bits are kept extended to 32 bits by their sign, the upper half zero. Start reading at whole_in.
#include "vm/jit/gen.h"

#include <float.h>
#include <math.h>
#include <stddef.h>

ValueClass class_of(TypeCode t) { return t == T_FLOAT || t == T_DOUBLE ? REAL : WHOLE; }

bool type_is_simple(unsigned t)
{
    switch (t) {
    case T_BYTE: case T_INT: case T_UINT: case T_LONG: case T_ULONG: case T_LONG64: case T_FLOAT: case T_DOUBLE: return true;
    default: return false;
    }
}

bool is_temporary(const Gen *g, uint16_t x) { return x < K_BASE && g->s->kind[x] == KIND_TEMPORARY; }

uint16_t operand_variable(const Gen *g, uint16_t x) { return x < K_BASE && g->now.type[x] == TYPE_REF ? g->now.to[x] : x; }

unsigned operand_type(Gen *g, uint16_t x, bool *is_simple)
{
    unsigned t = TYPE_OTHER;
    x = operand_variable(g, x);
    if (x < K_BASE) {
        t = g->now.type[x];
        g->touched[x] = true;
    } else if (g->s->k.p[x - K_BASE].tag < T_COUNT) {
        t = g->s->k.p[x - K_BASE].tag;
    }
    *is_simple = type_is_simple(t);
    return t;
}

bool operand_constant(const Gen *g, uint16_t x, int32_t *value)
{
    if (x < K_BASE) {
        *value = g->now.constant[x];
        return g->now.is_constant[x];
    }
    const Val *k = &g->s->k.p[x - K_BASE];
    if (k->tag >= T_COUNT || !type_is_simple(k->tag) || class_of(k->tag) == REAL) return false;
    int64_t w = val_whole(k);
    *value = (int32_t)w;
    return w == *value;
}

// A temporary is read once, as everywhere in the VM.
void consume(Gen *g, uint16_t x)
{
    if (is_temporary(g, x)) forget_value(g, x);
}

void forget_value(Gen *g, uint16_t x) { g->now.type[x] = g->now.sum_of[x] = 0; }

int value_number(uint16_t x, ValueClass c) { return 2 * x + (int)c; }

ValueClass value_class(int value)
{
    if (value < VALUE_ARRAYS) return (ValueClass)(value & 1);
    return value < VALUE_CARRIED ? WHOLE : REAL;
}

int value_home(Gen *g, int value)
{
    double weight = g->is_counting && (g->is_rare || ranges_is_slow(g)) ? 0.01 : 1;
    for (int i = g->depth[g->pc]; i > 0; i--) weight *= 8;
    if (g->is_counting) g->use[value] += weight;
    return g->home[value];
}

Mem value_slot(int value) { return mem_at(RBP, (int32_t)(offsetof(JitEnv, slot) + 8 * (size_t)value)); }

Mem register_address(Gen *g, uint16_t x, int scratch)
{
    asm_rm(&g->a, X_MOV, true, scratch, mem_at(RBP, offsetof(JitEnv, R)));
    bool is_here = x >= g->code->nvars || g->f->base[x].type != T_REF;
    if (is_here) return mem_at(scratch, (int32_t)(x * sizeof(Val) + offsetof(Val, bits)));
    asm_rm(&g->a, X_MOV, true, scratch, mem_at(scratch, (int32_t)(x * sizeof(Val) + offsetof(Val, ref))));
    return mem_at(scratch, offsetof(Val, bits));
}

void register_pointer(Gen *g, int reg, uint16_t x)
{
    if (x >= K_BASE) {
        asm_mov_imm(&g->a, reg, (uint64_t)(uintptr_t)&g->code->k[x - K_BASE]);
        return;
    }
    Mem m = register_address(g, x, reg);
    m.disp -= (int32_t)offsetof(Val, bits);
    asm_rm(&g->a, X_LEA, true, reg, m);
}

void whole_wrap(Gen *g, TypeCode t, int reg)
{
    if (t == T_BYTE) asm_rr(&g->a, X_MOVZX8, false, reg, reg);
    else if (t == T_INT) asm_rr(&g->a, X_MOVSX16, false, reg, reg);
    else if (t == T_UINT) asm_rr(&g->a, X_MOVZX16, false, reg, reg);
}

static bool fits_in(TypeCode from, TypeCode to)  // no instruction is needed
{
    if (from == to || to == T_LONG || to == T_ULONG) return from != T_LONG64;
    if (to == T_LONG64) return from != T_INT && from != T_LONG;
    return from == T_BYTE && to != T_BYTE;
}

void whole_convert(Gen *g, TypeCode from, TypeCode to, int dst, int src)
{
    if (from == to && to == T_LONG64) {
        if (dst != src) asm_rr(&g->a, X_MOV, true, dst, src);
        return;
    }
    if (fits_in(from, to)) {
        if (dst != src) asm_rr(&g->a, X_MOV, false, dst, src);
        return;
    }
    switch (to) {
    case T_BYTE: asm_rr(&g->a, X_MOVZX8, false, dst, src); break;
    case T_INT: asm_rr(&g->a, X_MOVSX16, false, dst, src); break;
    case T_UINT: asm_rr(&g->a, X_MOVZX16, false, dst, src); break;
    case T_LONG64: asm_rr(&g->a, X_MOVSXD, true, dst, src); break;
    default: asm_rr(&g->a, X_MOV, false, dst, src); break;  // LONG64 to 32 bits
    }
}

static void real_to_whole(Gen *g, TypeCode from, TypeCode to, int dst, int src)
{
    bool wide = to == T_LONG64 || to == T_ULONG;
    asm_rr(&g->a, from == T_FLOAT ? X_CVTTSS2SI : X_CVTTSD2SI, wide, dst, src);
    if (to == T_ULONG) asm_rr(&g->a, X_MOV, false, dst, dst);
    else whole_wrap(g, to, dst);
}

void real_convert(Gen *g, TypeCode from, TypeCode to, int dst, int src)
{
    if (class_of(to) == WHOLE) {
        real_to_whole(g, from, to, dst, src);
    } else if (class_of(from) == WHOLE) {
        asm_rr(&g->a, X_XORPS, false, dst, dst);  // no waiting for what it held
        asm_rr(&g->a, to == T_FLOAT ? X_CVTSI2SS : X_CVTSI2SD, from == T_ULONG || from == T_LONG64, dst, src);
    } else if (from != to) {
        asm_rr(&g->a, from == T_FLOAT ? X_CVTSS2SD : X_CVTSD2SS, false, dst, src);
    } else if (dst != src) {
        asm_rr(&g->a, X_MOVAPS, false, dst, src);
    }
}

static uint64_t real_bits(double x, TypeCode t)
{
    Val v = {.bits = 0};
    if (t == T_FLOAT) v.f = (float)x;
    else v.d = x;
    return v.bits;
}

static uint64_t constant_bits(const Val *k, TypeCode t)
{
    if (k->tag == T_DOUBLE) return real_bits(k->d, t);
    if (k->tag == T_FLOAT) return real_bits(k->f, t);
    int64_t w = val_whole(k);
    return t == T_FLOAT ? (Val){.f = (float)w}.bits : real_bits((double)w, t);
}

// Whether the constant may be converted now: not one that overflows or underflows as FLOAT, which CHECK_MATH reports each time.
static bool is_quiet(const Val *k, TypeCode t)
{
    if (k->tag != T_DOUBLE || t != T_FLOAT) return true;
    float f = (float)k->d;
    return f == k->d || k->d != k->d || (fabsf(f) <= FLT_MAX && fabsf(f) > FLT_MIN);
}

// The register or slot of a variable: in a register as it is.
static int held(Gen *g, uint16_t x, TypeCode t, int scratch)
{
    if (g->now.sum_of[x]) {
        uint16_t base = g->now.sum_of[x] - 1;
        asm_rm(&g->a, X_LEA, t == T_LONG64, scratch, mem_at(held(g, base, g->now.type[base], scratch), g->now.constant[x]));
        return scratch;
    }
    int value = value_number(x, class_of(t)), home = value_home(g, value);
    if (home >= 0) return home;
    if (class_of(t) == REAL) asm_rm(&g->a, t == T_FLOAT ? X_MOVSS : X_MOVSD, false, scratch, value_slot(value));
    else asm_rm(&g->a, X_MOV, true, scratch, value_slot(value));
    return scratch;
}

static uint64_t whole_bits(int64_t w, TypeCode t)
{
    switch (t) {
    case T_BYTE: return (uint8_t)w;
    case T_INT: return (uint32_t)(int16_t)w;
    case T_UINT: return (uint16_t)w;
    case T_LONG: case T_ULONG: return (uint32_t)w;
    default: return (uint64_t)w;
    }
}

// A constant as type t; a real one is loaded and converted as any other value.
static int whole_of_constant(Gen *g, const Val *k, TypeCode t, int scratch)
{
    if (class_of(k->tag) == WHOLE) {
        asm_mov_imm(&g->a, scratch, whole_bits(val_whole(k), t));
    } else {
        asm_rm(&g->a, k->tag == T_FLOAT ? X_MOVSS : X_MOVSD, false, 0, asm_constant(&g->a, constant_bits(k, k->tag)));
        real_to_whole(g, k->tag, t, scratch, 0);
    }
    return scratch;
}

int whole_in(Gen *g, uint16_t x, TypeCode t, int scratch)
{
    x = operand_variable(g, x);
    if (x >= K_BASE) return whole_of_constant(g, &g->s->k.p[x - K_BASE], t, scratch);
    TypeCode from = g->now.type[x];
    int at = held(g, x, from, class_of(from) == REAL ? 0 : scratch);
    if (from == t || (class_of(from) == WHOLE && fits_in(from, t))) return at;
    if (class_of(from) == REAL) real_to_whole(g, from, t, scratch, at);
    else whole_convert(g, from, t, scratch, at);
    return scratch;
}

int real_in(Gen *g, uint16_t x, TypeCode t, int scratch)
{
    x = operand_variable(g, x);
    if (x >= K_BASE) {
        const Val *k = &g->s->k.p[x - K_BASE];
        bool quiet = is_quiet(k, t);
        Mem bits = asm_constant(&g->a, constant_bits(k, quiet ? t : T_DOUBLE));
        asm_rm(&g->a, quiet && t == T_FLOAT ? X_MOVSS : X_MOVSD, false, scratch, bits);
        if (!quiet) real_convert(g, T_DOUBLE, T_FLOAT, scratch, scratch);
        return scratch;
    }
    TypeCode from = g->now.type[x];
    int at = held(g, x, from, class_of(from) == REAL ? scratch : RAX);
    if (from == t) return at;
    real_convert(g, from, t, scratch, at);
    return scratch;
}

void real_operate(Gen *g, unsigned op, int reg, uint16_t x, TypeCode t, int scratch)
{
    uint16_t v = operand_variable(g, x);
    if (v >= K_BASE && is_quiet(&g->s->k.p[v - K_BASE], t)) {
        asm_rm(&g->a, op, false, reg, asm_constant(&g->a, constant_bits(&g->s->k.p[v - K_BASE], t)));
    } else if (v < K_BASE && g->now.type[v] == t && value_home(g, value_number(v, REAL)) < 0) {
        asm_rm(&g->a, op, false, reg, value_slot(value_number(v, REAL)));
    } else {
        asm_rr(&g->a, op, false, reg, real_in(g, x, t, scratch));
    }
}

bool result_fits(const Gen *g, uint16_t x)
{
    unsigned t = g->now.type[x];
    return t < T_COUNT || t == TYPE_REF || t == TYPE_POINTER || t == TYPE_HEAP;
}

int result_in(Gen *g, uint16_t x, TypeCode t, int scratch)
{
    int home = g->home[value_number(x, class_of(t))];
    return home >= 0 ? home : scratch;
}

void result_done(Gen *g, uint16_t x, TypeCode t, int reg)
{
    int value = value_number(x, class_of(t)), home = value_home(g, value);
    if (home >= 0) {
        if (home != reg) asm_rr(&g->a, class_of(t) == REAL ? X_MOVAPS : X_MOV, class_of(t) == WHOLE, home, reg);
    } else if (class_of(t) == REAL) {
        asm_rm(&g->a, t == T_FLOAT ? X_STORESS : X_STORESD, false, reg, value_slot(value));
    } else {
        asm_rm(&g->a, X_STORE, true, reg, value_slot(value));
    }
    g->now.type[x] = (uint8_t)t;
    g->now.is_constant[x] = g->now.sum_of[x] = g->now.is_kept[x] = 0;
    g->touched[x] = g->written[x] = true;
}

void count_reference(Gen *g, Mem refs)
{
    asm_rm(&g->a, X_MOV, false, RAX, refs);
    asm_ri(&g->a, X_ADD, false, RAX, 1);
    asm_rm(&g->a, X_STORE, false, RAX, refs);
}

void load_arrays(Gen *g, int from, int to)
{
    for (int k = 0; k < 2 * g->narrays; k++) {
        int home = g->home[VALUE_ARRAYS + k];
        size_t at = offsetof(JitEnv, array) + (size_t)(k / 2) * sizeof(JitArray) + (k & 1 ? offsetof(JitArray, n) : 0);
        if (home >= from && home <= to) asm_rm(&g->a, X_MOV, true, home, mem_at(RBP, (int32_t)at));
    }
}

static void save_or_restore(Gen *g, int value, bool save)
{
    int home = g->home[value];
    bool is_real = value_class(value) == REAL, is_lost = is_real || (home >= RSI && home <= R11);
    if (home < 0 || !is_lost) return;
    if (is_real) asm_rm(&g->a, save ? X_STORESD : X_MOVSD, false, home, value_slot(value));
    else asm_rm(&g->a, save ? X_STORE : X_MOV, true, home, value_slot(value));
}

// Only what holds something here, and lies in a register that belongs to the called function.
void round_trip(Gen *g, bool save)
{
    if (save) {
        functions_make_frame(g);
        elements_save_counts(g);
    }
    for (int x = 0; x < g->s->nregs; x++) {
        TypeCode t = g->now.type[x];
        if (type_is_simple(t) && !g->now.sum_of[x]) save_or_restore(g, value_number((uint16_t)x, class_of(t)), save);
    }
    for (int value = VALUE_TEXTS; value < JIT_VALUES; value++) save_or_restore(g, value, save);
    if (!save) load_arrays(g, RSI, R11);
}
