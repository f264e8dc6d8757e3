// Calls of built-in functions of one number. SQRT, ABS and conversions are instructions; for the others the loop over
// arrays is called with one element, as the interpreter does. Start reading at calls_function.
#include "kern/kern.h"
#include "vm/call.h"
#include "vm/jit/gen.h"

#include <stddef.h>
#include <string.h>

static Mem env(size_t field) { return mem_at(RBP, (int32_t)field); }

static void put_argument(Gen *g, uint16_t x, TypeCode t, size_t field)
{
    if (class_of(t) == REAL) asm_rm(&g->a, t == T_FLOAT ? X_STORESS : X_STORESD, false, real_in(g, x, t, 0), env(field));
    else asm_rm(&g->a, X_STORE, true, whole_in(g, x, t, RAX), env(field));
}

static void take_result(Gen *g, uint16_t dst, TypeCode t)
{
    int to = result_in(g, dst, t, 0);
    asm_rm(&g->a, t == T_FLOAT ? X_MOVSS : X_MOVSD, false, to, env(offsetof(JitEnv, out)));
    result_done(g, dst, t, to);
}

static void point_arguments(Gen *g)
{
    asm_rm(&g->a, X_LEA, true, RDI, env(offsetof(JitEnv, out)));
    asm_rm(&g->a, X_LEA, true, RSI, env(offsetof(JitEnv, in)));
}

static bool call_math(Gen *g, Instr i, KernMathFn fn, TypeCode t)
{
    put_argument(g, i.b, t, offsetof(JitEnv, in));
    consume(g, i.b);
    round_trip(g, true);
    point_arguments(g);
    asm_mov_imm(&g->a, RDX, 1);
    asm_call(&g->a, (const void *)(uintptr_t)kern_math(fn, t));
    round_trip(g, false);
    take_result(g, i.a, t);
    return true;
}

void calls_power(Gen *g, Instr i, TypeCode t)
{
    bool ok;
    TypeCode base = operand_type(g, i.b, &ok), power = operand_type(g, i.c, &ok);
    bool is_long = power == T_BYTE || power == T_INT || power == T_UINT || power == T_LONG;
    if (is_long) t = base;
    put_argument(g, i.b, t, offsetof(JitEnv, in));
    put_argument(g, i.c, is_long ? T_LONG : t, offsetof(JitEnv, in2));
    consume(g, i.b);
    consume(g, i.c);
    round_trip(g, true);
    point_arguments(g);
    asm_rm(&g->a, X_LEA, true, RDX, env(offsetof(JitEnv, in2)));
    asm_mov_imm(&g->a, RCX, 1);
    asm_mov_imm(&g->a, R8, KSHAPE_AA);
    asm_call(&g->a, (const void *)(uintptr_t)(is_long ? kern_pow_long(t) : kern_binary(KOP_POW, t)));
    round_trip(g, false);
    take_result(g, i.a, t);
}

static bool square_root(Gen *g, Instr i, TypeCode t)
{
    int x = real_in(g, i.b, t, 0), to = result_in(g, i.a, t, 0);
    asm_rr(&g->a, X_SQRTS | (t == T_FLOAT ? X_SS : X_SD), false, to, x);
    consume(g, i.b);
    result_done(g, i.a, t, to);
    return true;
}

static bool absolute(Gen *g, Instr i, TypeCode t)
{
    if (class_of(t) == REAL) {
        int x = real_in(g, i.b, t, 0), to = result_in(g, i.a, t, 0);
        if (x != to) asm_rr(&g->a, X_MOVAPS, false, to, x);
        asm_rm(&g->a, X_ANDPS, false, to, asm_constant(&g->a, t == T_FLOAT ? 0x7FFFFFFFu : ~(1ull << 63)));
        consume(g, i.b);
        result_done(g, i.a, t, to);
        return true;
    }
    bool wide = t == T_LONG64;
    int x = whole_in(g, i.b, t, RAX);
    asm_rr(&g->a, X_MOV, wide, RCX, x);
    if (t == T_INT || t == T_LONG || wide) {
        asm_f7(&g->a, 3, wide, RCX);
        asm_rr(&g->a, X_CMOV + CC_S, wide, RCX, x);  // NEG made it negative
        whole_wrap(g, t, RCX);
    }
    consume(g, i.b);
    result_done(g, i.a, t, RCX);
    return true;
}

static bool convert(Gen *g, Instr i, TypeCode to)
{
    if (!type_is_simple(to)) return flow_leave(g, "a conversion to another kind of number", NULL);
    int r = class_of(to) == REAL ? real_in(g, i.b, to, 0) : whole_in(g, i.b, to, RAX);
    consume(g, i.b);
    result_done(g, i.a, to, r);
    return true;
}

static bool count_elements(Gen *g, Instr i)
{
    bool ok;
    int array = elements_array(g, i.b, false);
    operand_type(g, i.b, &ok);
    if (array < 0 && !ok) return flow_leave(g, "N_ELEMENTS of something else than numbers", NULL);
    if (array < 0) asm_mov_imm(&g->a, RAX, 1);
    else asm_rm(&g->a, X_MOV, false, RAX, elements_count(g, array));
    consume(g, i.b);
    result_done(g, i.a, T_LONG, RAX);
    return true;
}

static const Routine *builtin(const Gen *g, const CallSite *s)
{
    return s->is_method || s->npos != 1 || s->nkw ? NULL : map_get(&g->e->builtin_fun, s->name);
}

int calls_each(const Gen *g, uint32_t pc)
{
    const Origin *o = &g->s->origin.p[g->s->ins.p[pc].origin];
    const Routine *r = builtin(g, &o->code->call_site[instr_at(g, pc).c]);
    return r ? r->each : 0;
}

bool calls_function(Gen *g, Instr i)
{
    const CallSite *s = &origin_now(g)->code->call_site[i.c];
    const Routine *r = builtin(g, s);
    if (!result_fits(g, i.a)) return flow_leave(g, "a variable that holds something else becomes a number", NULL);
    if (g->function && s->target_kind == TARGET_USER && ((const UserRoutine *)s->target)->code == g->code)
        return functions_call(g, i, s);
    if (r && strcmp(r->name, "N_ELEMENTS") == 0) return count_elements(g, i);
    bool ok;
    TypeCode t = r && r->each ? operand_type(g, i.b, &ok) : T_UNDEF;
    if (!r || !r->each) return flow_leave(g, "a call", s->name);
    if (!ok) return flow_leave(g, "a function of something else than a number", s->name);
    if (r->each == EACH_ABS) return absolute(g, i, t);
    if (r->each >= EACH_CAST(0)) return convert(g, i, (TypeCode)(r->each - EACH_CAST(0)));
    KernMathFn fn = (KernMathFn)(r->each - EACH_MATH(0));
    if (class_of(t) == WHOLE) t = T_FLOAT;
    return fn == KMF_SQRT ? square_root(g, i, t) : call_math(g, i, fn, t);
}
