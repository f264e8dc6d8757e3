// Computations in several threads, as !CPU says. Results do not depend on how many there are.
#ifndef HELIO_VM_THREADS_H
#define HELIO_VM_THREADS_H

#include "sys/thread_pool.h"
#include "vm/engine.h"

enum { CPU_NTHREADS = 3, CPU_MIN_ELTS, CPU_MAX_ELTS };  // tags of !CPU, all LONG (lib/system/resources.c)

// Between !CPU.TPOOL_MIN_ELTS and TPOOL_MAX_ELTS elements (0: no limit) threads are used, if it pays (thread_pool_pays), at most
// one for each THREADS_SHARE nanoseconds; a TPOOL_MIN_ELTS below that of the start is taken at its word, down to THREADS_FEWEST.
enum { THREADS_SHARE = 5000, THREADS_MIN_ELTS = 100000, THREADS_FEWEST = 1024 };

// Whether there may be threads for so many elements at all, whatever they cost.
static inline bool threads_may(const Vm *vm, int64_t n)
{
    const SysVar *cpu = vm->engine->cpu;
    return n >= THREADS_FEWEST && (!cpu || cpu->v.type != T_STRUCT || n >= ((const int32_t *)cpu->v.a->data)[CPU_MIN_ELTS]);
}
// How many threads n elements are worth that take `ns` nanoseconds each in one; 1: do it yourself. The pool is there if more.
int threads_for(Vm *vm, int64_t n, double ns);
// The same within other limits than !CPU's.
typedef struct ThreadLimits {
    int64_t threads, min, max;
} ThreadLimits;
ThreadLimits threads_limits(Vm *vm);  // !CPU's
int threads_within(Vm *vm, ThreadLimits l, int64_t n, double ns);
// As thread_pool_run, in the engine's pool; threads is what threads_for has said, 1 included.
bool threads_run(Vm *vm, int threads, size_t items, ThreadTask task, void *arg, bool may_stop);
// A good number of elements for an item: n of them shared by the threads, in whole pieces.
int64_t threads_chunk(int64_t n, int threads, int64_t piece);
// The same where elements take `ns` nanoseconds each, perhaps many: no more than Ctrl-C may wait for, be it less than a piece.
int64_t threads_chunk_within(int64_t n, int threads, int64_t piece, double ns);
void threads_free(Vm *vm);

#endif
