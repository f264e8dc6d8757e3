// A pool of threads for loops over pieces of one computation. Threads are made when first wanted, sleep between computations
// (not at once, for another often follows), take no signals, and see nothing but what the task gives them; a task allocates
// nothing (base/mem.h counts for one thread). The caller works too. One caller at a time.
#ifndef HELIO_SYS_THREAD_POOL_H
#define HELIO_SYS_THREAD_POOL_H

#include <stdbool.h>
#include <stddef.h>

enum { THREADS_MAX = 256 };
typedef struct ThreadPool ThreadPool;
typedef void (*ThreadTask)(void *arg, size_t item);

ThreadPool *thread_pool_new(void);  // NULL when memory is out
void thread_pool_free(ThreadPool *p);  // NULL allowed; joins the threads
// task(arg, 0) ... task(arg, items - 1), in any order, in up to `threads` threads with the caller's (fewer where the system gives
// no more). Back when all are done; floating-point flags that any of them raised are raised in the caller. With may_stop Ctrl-C
// ends it after the items that have begun; false: some were left out.
bool thread_pool_run(ThreadPool *p, int threads, size_t items, ThreadTask task, void *arg, bool may_stop);
// Of a task's thread: 0 is the caller, the others are below `threads`. For working room of its own.
int thread_pool_here(void);
// Whether a computation of about `ns` nanoseconds in one thread is worth several: always when waking them costs little beside
// it, and otherwise when such ones follow each other so fast that they stay awake. Each counts that is asked about.
bool thread_pool_pays(ThreadPool *p, double ns);
// Processors that this process may use: online, in its affinity mask, within its control group's quota. At least 1.
int thread_pool_processors(void);

#endif
