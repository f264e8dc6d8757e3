// Calls of built-in functions of one or two numbers. SQRT, ABS and conversions are instructions; for others the loop over
// arrays is called with one element, or Routine.alone, as the interpreter does. Start reading at calls_function.
#include "kern/kern.h"
#include "vm/call/call.h"
#include "vm/jit/gen.h"

#include <math.h>
#include <stddef.h>
#include <string.h>

static Mem env(size_t field) { return mem_at(RBP, (int32_t)field); }

static void put_argument(Gen *g, uint16_t x, TypeCode t, size_t field)
{
    if (class_of(t) == REAL) asm_rm(&g->a, t == T_FLOAT ? X_STORESS : X_STORESD, false, real_in(g, x, t, 0), env(field));
    else asm_rm(&g->a, X_STORE, true, whole_in(g, x, t, RAX), env(field));
}

static void take_result(Gen *g, uint16_t dst, TypeCode t, size_t field)
{
    int to = result_in(g, dst, t, class_of(t) == REAL ? 0 : RAX);
    asm_rm(&g->a, elements_load_op(t), t == T_LONG64, to, env(field));
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
    take_result(g, i.a, t, offsetof(JitEnv, out));
    return true;
}

void calls_power(Gen *g, Instr i, TypeCode t)
{
    bool ok;
    TypeCode base = operand_type(g, i.b, &ok), power = operand_type(g, i.c, &ok);
    bool is_long = class_of(base) == REAL && (power == T_BYTE || power == T_INT || power == T_UINT || power == T_LONG);
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
    take_result(g, i.a, t, offsetof(JitEnv, out));
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

// ATAN of two of which one is DOUBLE: the C library's, as in arrays.
static bool angle_of_two(Gen *g, Instr i, const char *name)
{
    bool ok[2];
    uint16_t second = (uint16_t)(i.b + 1);
    TypeCode y = operand_type(g, i.b, &ok[0]), x = operand_type(g, second, &ok[1]);
    if (strcmp(name, "ATAN") != 0 || !ok[0] || !ok[1] || (y != T_DOUBLE && x != T_DOUBLE)) return false;
    int left = real_in(g, i.b, T_DOUBLE, 0);
    if (left) asm_rr(&g->a, X_MOVAPS, false, 0, left);
    int right = real_in(g, second, T_DOUBLE, 1);
    if (right != 1) asm_rr(&g->a, X_MOVAPS, false, 1, right);
    consume(g, i.b);
    consume(g, second);
    round_trip(g, true);
    asm_call(&g->a, (const void *)(uintptr_t)(double (*)(double, double))atan2);
    round_trip(g, false);
    result_done(g, i.a, T_DOUBLE, 0);
    return true;
}

// --- Routine.alone ----------------------------------------------------------------------------------------------------

enum { ALONE_ARGUMENTS = 2 };

// The type of the result, as calling it with ones tells; T_UNDEF: it does not take such numbers.
static TypeCode alone_type(const Routine *r, const TypeCode *t, int n)
{
    Val one[ALONE_ARGUMENTS], out = VAL_UNDEF;
    for (int k = 0; k < n; k++) {
        one[k] = (Val){.tag = t[k], .ll = 1};
        if (t[k] == T_FLOAT) one[k].f = 1;
        else if (t[k] == T_DOUBLE) one[k].d = 1;
    }
    bool ok = r->alone(&one[0], n > 1 ? &one[1] : NULL, &out);
    return ok && type_is_simple(out.tag) ? (TypeCode)out.tag : T_UNDEF;
}

// The numbers go to memory as the interpreter has them, and come back so.
static bool call_numbers(Gen *g, Instr i, const CallSite *s, const Routine *r)
{
    bool ok;
    TypeCode t[ALONE_ARGUMENTS];
    for (int k = 0; k < s->npos; k++) {
        t[k] = operand_type(g, (uint16_t)(i.b + k), &ok);
        if (!ok) return flow_leave(g, "a function of something else than a number", s->name);
    }
    TypeCode result = alone_type(r, t, s->npos);
    if (result == T_UNDEF) return flow_leave(g, "a call", s->name);
    for (int k = 0; k < s->npos; k++) {
        size_t at = offsetof(JitEnv, argument) + (size_t)k * sizeof(Val);
        put_argument(g, (uint16_t)(i.b + k), t[k], at + offsetof(Val, bits));
        asm_store_imm16(&g->a, env(at), t[k]);
    }
    round_trip(g, true);
    asm_rm(&g->a, X_LEA, true, RDI, env(offsetof(JitEnv, argument)));
    if (s->npos > 1) asm_rm(&g->a, X_LEA, true, RSI, env(offsetof(JitEnv, argument) + sizeof(Val)));
    else asm_mov_imm(&g->a, RSI, 0);
    asm_rm(&g->a, X_LEA, true, RDX, env(offsetof(JitEnv, answer)));
    asm_call(&g->a, (const void *)(uintptr_t)r->alone);
    round_trip(g, false);
    asm_rr(&g->a, X_MOVZX8, false, RAX, RAX);
    asm_rr(&g->a, X_TEST, false, RAX, RAX);
    asm_jcc(&g->a, CC_E, flow_exit(g));
    for (int k = 0; k < s->npos; k++) consume(g, (uint16_t)(i.b + k));
    take_result(g, i.a, result, offsetof(JitEnv, answer) + offsetof(Val, bits));
    return true;
}

static const Routine *built_in(const Gen *g, const CallSite *s)
{
    return s->is_method || s->nkw ? NULL : map_get(&g->e->builtin_fun, s->name);
}

int calls_each(const Gen *g, uint32_t pc)
{
    const Origin *o = &g->s->origin.p[g->s->ins.p[pc].origin];
    const CallSite *s = &o->code->call_site[instr_at(g, pc).c];
    const Routine *r = built_in(g, s);
    return r && s->npos == 1 ? r->each : 0;
}

// A few instructions in place of the call; false: it is not one of these.
static bool written_out(Gen *g, Instr i, const CallSite *s, const char *name)
{
    if (s->npos == 1) return rounding_call(g, i, name);
    return s->npos == 2 && angle_of_two(g, i, name);
}

bool calls_function(Gen *g, Instr i)
{
    const CallSite *s = &origin_now(g)->code->call_site[i.c];
    const Routine *r = built_in(g, s);
    if (!result_fits(g, i.a)) return flow_leave(g, "a variable that holds something else becomes a number", NULL);
    if (g->function && s->target_kind == TARGET_USER && ((const UserRoutine *)s->target)->code == g->code)
        return functions_call(g, i, s);
    if (r && s->npos == 1 && strcmp(r->name, "N_ELEMENTS") == 0) return count_elements(g, i);
    bool ok, is_each = r && s->npos == 1 && r->each;
    if (!is_each && r && written_out(g, i, s, r->name)) return true;
    if (!is_each && r && r->alone && s->npos >= 1 && s->npos <= ALONE_ARGUMENTS) return call_numbers(g, i, s, r);
    if (!is_each) return flow_leave(g, "a call", s->name);
    TypeCode t = operand_type(g, i.b, &ok);
    if (!ok) return flow_leave(g, "a function of something else than a number", s->name);
    if (r->each == EACH_ABS) return absolute(g, i, t);
    if (r->each >= EACH_CAST(0)) return convert(g, i, (TypeCode)(r->each - EACH_CAST(0)));
    KernMathFn fn = (KernMathFn)(r->each - EACH_MATH(0));
    if (class_of(t) == WHOLE) t = T_FLOAT;
    return fn == KMF_SQRT ? square_root(g, i, t) : call_math(g, i, fn, t);
}
