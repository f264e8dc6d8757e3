// The engine's pool of threads and when it is used. Start reading at threads_for.
#include "vm/array/threads.h"

#include "sys/interrupt.h"

#include <math.h>

ThreadLimits threads_limits(Vm *vm)
{
    Engine *e = vm->engine;
    if (!e->cpu) e->cpu = map_get(&vm->sysvars, "!CPU");
    if (!e->cpu || e->cpu->v.type != T_STRUCT) return (ThreadLimits){.threads = 1};
    const int32_t *cpu = e->cpu->v.a->data;
    return (ThreadLimits){cpu[CPU_NTHREADS], cpu[CPU_MIN_ELTS], cpu[CPU_MAX_ELTS]};
}

int threads_within(Vm *vm, ThreadLimits l, int64_t n, double ns)
{
    Engine *e = vm->engine;
    if (l.threads < 2 || n < l.min || (l.max > 0 && n > l.max)) return 1;
    if (!e->pool) e->pool = thread_pool_new();
    if (!e->pool) return 1;
    int most = l.threads < THREADS_MAX ? (int)l.threads : THREADS_MAX;
    if (l.min < THREADS_MIN_ELTS) return most;
    if (!thread_pool_pays(e->pool, (double)n * ns)) return 1;
    return (double)n * ns < (double)most * THREADS_SHARE ? (int)((double)n * ns / THREADS_SHARE) : most;
}

int threads_for(Vm *vm, int64_t n, double ns) { return n < THREADS_FEWEST ? 1 : threads_within(vm, threads_limits(vm), n, ns); }

bool threads_run(Vm *vm, int threads, size_t items, ThreadTask task, void *arg, bool may_stop)
{
    if (threads > 1 && items > 1) return thread_pool_run(vm->engine->pool, threads, items, task, arg, may_stop);
    for (size_t i = 0; i < items; i++) {
        if (may_stop && sys_interrupted()) return false;
        task(arg, i);
    }
    return true;
}

int64_t threads_chunk(int64_t n, int threads, int64_t piece)
{
    enum { SHARES = 4, MOST = 64 };  // items a thread, so that a slow one gets fewer; pieces an item, so that Ctrl-C is heard
    int64_t pieces = n / piece / ((int64_t)threads * SHARES);
    return piece * (pieces < 1 ? 1 : pieces > MOST ? MOST : pieces);
}

int64_t threads_chunk_within(int64_t n, int threads, int64_t piece, double ns)
{
    const double patience = 2e7;
    int64_t chunk = threads_chunk(n, threads, piece), most = (int64_t)fmin(patience / ns, 1e9);
    if (chunk <= most) return chunk;
    return most >= piece ? most - most % piece : most > 1 ? most : 1;
}

void threads_free(Vm *vm)
{
    thread_pool_free(vm->engine->pool);
    vm->engine->pool = NULL;
}
