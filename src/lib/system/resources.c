// What the engine uses of the machine: MEMORY, and CPU with !CPU.
#include "lib/system/resources.h"

#include "base/mem.h"
#include "lib/control/system_record.h"
#include "sys/thread_pool.h"
#include "vm/call/call.h"
#include "vm/engine.h"
#include "vm/scope/sysvar.h"
#include "vm/settings/preferences.h"

#include <stdlib.h>
#include <string.h>

#define MEMORY_KEYWORDS(K, R)                                                                     \
    K(R, CURRENT, FLAG) K(R, HIGHWATER, OR_FLAG) K(R, NUM_ALLOC, OR_FLAG) K(R, NUM_FREE, OR_FLAG) \
    K(R, STRUCTURE, OR_FLAG) K(R, L64, FLAG)
KEYWORDS(MEMORY)

enum { QUANTITIES = 4 };

static Val memory_record(Call *c, const int64_t *x, bool wide)
{
    TypeCode t = wide ? T_LONG64 : T_LONG;
    const SystemTag tags[QUANTITIES] = {
        {"CURRENT", t, 0, 0}, {"NUM_ALLOC", t, 0, 0}, {"NUM_FREE", t, 0, 0}, {"HIGHWATER", t, 0, 0}};
    Val v = system_record(c->vm, wide ? "IDL_MEMORY64" : "IDL_MEMORY", tags, QUANTITIES);
    if (val_is_undef(&v)) throw_no_memory(c);
    for (int i = 0; i < QUANTITIES; i++) {
        void *at = system_tag(&v, tags[i].name);
        int32_t narrow = (int32_t)x[i];
        memcpy(at, wide ? (const void *)&x[i] : (const void *)&narrow, wide ? sizeof x[i] : sizeof narrow);
    }
    return v;
}

static Val memory_vector(Call *c, const int64_t *x, bool wide)
{
    Arr *a = call_new_array(c, wide ? T_LONG64 : T_LONG, 1, (int64_t[]){QUANTITIES}, true);
    for (int i = 0; i < QUANTITIES; i++) {
        if (wide) ((int64_t *)a->data)[i] = x[i];
        else ((int32_t *)a->data)[i] = (int32_t)x[i];
    }
    return val_arr_take(arr_ref(a));
}

// MEMORY([, /CURRENT | , /HIGHWATER | , /NUM_ALLOC | , /NUM_FREE | , /STRUCTURE] [, /L64]): the bytes in use, the numbers of
// allocations and of frees, and the most bytes used since the last call (or HELP, /MEMORY); one of them, or all as a vector
// or a structure. LONG, LONG64 with L64 or when a number needs it. Manual: MEMORY.
static void fn_memory(Call *c)
{
    static const int slots[] = {KW_MEMORY_CURRENT, KW_MEMORY_NUM_ALLOC, KW_MEMORY_NUM_FREE, KW_MEMORY_HIGHWATER,
                                KW_MEMORY_STRUCTURE};
    MemStats m = mem_stats();
    const int64_t x[QUANTITIES] = {m.in_use, m.gets, m.frees, m.high_water};
    int chosen = -1;
    for (int i = 0; i <= QUANTITIES; i++) {
        if (!call_kw_set(c, slots[i])) continue;
        if (chosen >= 0) throw_msg(c, E_ARGS, "Conflicting keywords.");
        chosen = i;
    }
    bool wide = call_kw_set(c, KW_MEMORY_L64);
    for (int i = 0; i < QUANTITIES; i++) wide = wide || ((chosen < 0 || chosen == i || chosen == QUANTITIES) && x[i] > INT32_MAX);
    mem_reset_high_water();
    if (chosen == QUANTITIES) call_return_take(c, memory_record(c, x, wide));
    else if (chosen < 0) call_return_take(c, memory_vector(c, x, wide));
    else call_return_take(c, wide ? val_long64(x[chosen]) : val_long((int32_t)x[chosen]));
}

// --- CPU --------------------------------------------------------------------------------------------------------------

#define CPU_KEYWORDS(K, R)                                                                              \
    K(R, RESET, FLAG) K(R, RESTORE, "=structure") K(R, TPOOL_MAX_ELTS, "=n") K(R, TPOOL_MIN_ELTS, "=n") \
    K(R, TPOOL_NTHREADS, "=n") K(R, VECTOR_ENABLE, FLAG)
KEYWORDS(CPU)

static const char *const settable[] = {"TPOOL_NTHREADS", "TPOOL_MIN_ELTS", "TPOOL_MAX_ELTS", "VECTOR_ENABLE"};
enum { SETTABLE = sizeof settable / sizeof *settable };

static int32_t *cpu_tag(const Val *v, const char *name) { return system_tag(v, name); }

static void copy_settings(const Val *from, const Val *to)
{
    for (int i = 0; i < SETTABLE; i++) *cpu_tag(to, settable[i]) = *cpu_tag(from, settable[i]);
}

Val resources_cpu(Vm *vm)
{
    static const SystemTag tags[] = {
        {"HW_VECTOR", T_LONG, 0, 0}, {"VECTOR_ENABLE", T_LONG, 0, 0}, {"HW_NCPU", T_LONG, 0, 0},
        {"TPOOL_NTHREADS", T_LONG, 0, 0}, {"TPOOL_MIN_ELTS", T_LONG, 0, 0}, {"TPOOL_MAX_ELTS", T_LONG, 0, 0},
    };
    Val v = system_record(vm, "!CPU", tags, (int)(sizeof tags / sizeof *tags));
    if (val_is_undef(&v)) return v;
    *cpu_tag(&v, "HW_NCPU") = thread_pool_processors();
    int threads = pref_number(vm, PREF_CPU_TPOOL_NTHREADS);
    *cpu_tag(&v, "TPOOL_NTHREADS") = threads ? threads : *cpu_tag(&v, "HW_NCPU");
    *cpu_tag(&v, "TPOOL_MIN_ELTS") = pref_number(vm, PREF_CPU_TPOOL_MIN_ELTS);
    *cpu_tag(&v, "TPOOL_MAX_ELTS") = pref_number(vm, PREF_CPU_TPOOL_MAX_ELTS);
    return v;
}

static void take_number(Call *c, int slot, const Val *cpu, const char *tag)
{
    if (!call_kw_given(c, slot)) return;
    int64_t n = call_kw_int(c, slot, 0);
    if (n < 0 || n > INT32_MAX) throw_msg(c, E_VALUE, "Value of %s is out of allowed range.", tag);
    *cpu_tag(cpu, tag) = (int32_t)n;
}

// CPU [, /RESET] [, RESTORE=structure] [, TPOOL_MAX_ELTS=n] [, TPOOL_MIN_ELTS=n] [, TPOOL_NTHREADS=n] [, /VECTOR_ENABLE]:
// sets the fields of !CPU, which say when expressions, reductions and WHERE run in threads (vm/array/threads.h). TPOOL_NTHREADS=0
// means as many as there are processors; /RESET brings back what the preferences say. The processor's vector registers are always
// used.
// Manual: CPU.
static void pro_cpu(Call *c)
{
    SysVar *now = sysvar_find(c->vm, "!CPU");
    const Val *start = call_keep_take(c, resources_cpu(c->vm)), *given = call_kw(c, KW_CPU_RESTORE);
    if (val_is_undef(start)) throw_no_memory(c);
    if (val_is_undef(&now->v) || !arr_mut(&now->v)) throw_no_memory(c);
    if (given && call_kw_set(c, KW_CPU_RESET)) throw_msg(c, E_ARGS, "Conflicting keywords.");
    if (given && (given->type != T_STRUCT || given->a->def != now->v.a->def)) {
        throw_msg(c, E_STRUCT, "RESTORE must be a structure of type !CPU.");
    }
    if (call_kw_set(c, KW_CPU_RESET)) copy_settings(start, &now->v);
    if (given) copy_settings(given, &now->v);
    take_number(c, KW_CPU_TPOOL_MAX_ELTS, &now->v, "TPOOL_MAX_ELTS");
    take_number(c, KW_CPU_TPOOL_MIN_ELTS, &now->v, "TPOOL_MIN_ELTS");
    take_number(c, KW_CPU_TPOOL_NTHREADS, &now->v, "TPOOL_NTHREADS");
    int32_t *threads = cpu_tag(&now->v, "TPOOL_NTHREADS");
    if (*threads == 0) *threads = *cpu_tag(&now->v, "HW_NCPU");
    if (call_kw_given(c, KW_CPU_VECTOR_ENABLE) && *cpu_tag(&now->v, "HW_VECTOR")) {
        *cpu_tag(&now->v, "VECTOR_ENABLE") = call_kw_set(c, KW_CPU_VECTOR_ENABLE);
    }
}

static const Routine rows[] = {
    {"MEMORY", FUNCTION, {0, 0}, fn_memory, "", KEYS(MEMORY)},
    {"CPU", PROCEDURE, {0, 0}, pro_cpu, "", KEYS(CPU)},
};
ROUTINE_TABLE(lib_resources, rows)
