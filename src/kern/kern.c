// Chooses the table of loops for this CPU and looks functions up in it. The loops are in isa_*.c, made from *.tmpl.h
// and compiled once per instruction set; start reading at kern_table.
#include "kern/table.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

static bool has_v3(void)
{
    return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") && __builtin_cpu_supports("bmi2");
}

static bool has_v4(void)
{
    return has_v3() && __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
           __builtin_cpu_supports("avx512cd") && __builtin_cpu_supports("avx512dq") &&
           __builtin_cpu_supports("avx512vl");
}

const KernTable *kern_table_named(const char *name)
{
    __builtin_cpu_init();
    if (!strcmp(name, "base")) return &kern_table_base;
    if (!strcmp(name, "v3")) return has_v3() ? &kern_table_v3 : NULL;
    if (!strcmp(name, "v4")) return has_v4() ? &kern_table_v4 : NULL;
    return NULL;
}

static const KernTable *choose(void)
{
    const char *forced = getenv("HELIO_ISA");
    const KernTable *t = forced ? kern_table_named(forced) : NULL;
    if (!t) t = kern_table_named("v4");
    if (!t) t = kern_table_named("v3");
    return t ? t : &kern_table_base;
}

// A cache of a pure function of the machine, not state: every thread would compute the same.
const KernTable *kern_table(void)
{
    static _Atomic(const KernTable *) chosen;
    const KernTable *t = atomic_load_explicit(&chosen, memory_order_relaxed);
    if (!t) {
        t = choose();
        atomic_store_explicit(&chosen, t, memory_order_relaxed);
    }
    return t;
}

const char *kern_isa_name(void) { return kern_table()->name; }
KernBinary kern_binary(KernOp op, TypeCode t) { return t < T_COUNT ? kern_table()->binary[op][t] : NULL; }
KernBinary kern_pow_long(TypeCode t) { return t < T_COUNT ? kern_table()->pow_long[t] : NULL; }
KernUnary kern_unary(KernUnaryOp op, TypeCode t) { return t < T_COUNT ? kern_table()->unary[op][t] : NULL; }

KernUnary kern_math(KernMathFn fn, TypeCode t)
{
    return t == T_FLOAT ? kern_table()->math[fn][0] : t == T_DOUBLE ? kern_table()->math[fn][1] : NULL;
}

const KernRoutines *kern_routines(void) { return kern_table()->routines; }

KernBinary kern_atan2(TypeCode t)
{
    return t == T_FLOAT ? kern_table()->atan2[0] : t == T_DOUBLE ? kern_table()->atan2[1] : NULL;
}

KernWiden kern_widen(TypeCode t) { return t < T_COUNT ? kern_table()->widen[t] : NULL; }

const KernSelect *kern_select(void) { return kern_table()->select; }

KernUnary kern_convert(TypeCode to, TypeCode from)
{
    return to < T_COUNT && from < T_COUNT ? kern_table()->convert[to][from] : NULL;
}
