// Start reading at thread_pool_run: it publishes a computation under the lock, and workers (work) take items from one counter.
#include "sys/thread_pool.h"

#include "sys/interrupt.h"

#include <fenv.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

enum { STACK_BYTES = 1 << 20 };

typedef struct Worker {
    ThreadPool *pool;
    pthread_t thread;
    int index;
    unsigned seen;  // the last computation it knows of
} Worker;

struct ThreadPool {
    pthread_mutex_t lock;
    pthread_cond_t begun, done;
    Worker worker[THREADS_MAX];
    int nworkers;
    bool quit;
    // The computation; all but `next` under the lock.
    unsigned turn;  // counts them
    int wanted, busy;  // workers that may take part, and that are at it
    int flags;
    ThreadTask task;
    void *arg;
    size_t items;
    atomic_size_t next;
};

static _Thread_local int here;

int thread_pool_here(void) { return here; }

ThreadPool *thread_pool_new(void)
{
    ThreadPool *p = calloc(1, sizeof *p);
    if (!p) return NULL;
    pthread_mutex_init(&p->lock, NULL);
    pthread_cond_init(&p->begun, NULL);
    pthread_cond_init(&p->done, NULL);
    return p;
}

static void take_items(ThreadPool *p, ThreadTask task, void *arg, size_t items)
{
    size_t i;
    while ((i = atomic_fetch_add_explicit(&p->next, 1, memory_order_relaxed)) < items) task(arg, i);
}

// The caller's share. Only it looks for Ctrl-C, whose flag is its own thread's; then nobody gets another item.
static bool take_items_until_stopped(ThreadPool *p, ThreadTask task, void *arg, size_t items)
{
    size_t i;
    while ((i = atomic_fetch_add_explicit(&p->next, 1, memory_order_relaxed)) < items) {
        if (sys_interrupted()) {
            atomic_store_explicit(&p->next, items, memory_order_relaxed);
            return false;
        }
        task(arg, i);
    }
    return true;
}

static void *work(void *arg)
{
    Worker *w = arg;
    ThreadPool *p = w->pool;
    here = w->index + 1;
    pthread_mutex_lock(&p->lock);
    while (!p->quit) {
        if (p->turn == w->seen || w->index >= p->wanted) {
            pthread_cond_wait(&p->begun, &p->lock);
            continue;
        }
        w->seen = p->turn;
        p->busy++;
        ThreadTask task = p->task;
        void *given = p->arg;
        size_t items = p->items;
        pthread_mutex_unlock(&p->lock);
        feclearexcept(FE_ALL_EXCEPT);
        take_items(p, task, given, items);
        pthread_mutex_lock(&p->lock);
        p->flags |= fetestexcept(FE_ALL_EXCEPT);
        if (--p->busy == 0) pthread_cond_signal(&p->done);
    }
    pthread_mutex_unlock(&p->lock);
    return NULL;
}

// Up to n workers; signals stay with the thread that waits for them.
static void hire(ThreadPool *p, int n)
{
    sigset_t all, before;
    pthread_attr_t attr;
    if (p->nworkers >= n) return;
    sigfillset(&all);
    pthread_attr_init(&attr);
    pthread_attr_setstacksize(&attr, STACK_BYTES);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    while (p->nworkers < n && p->nworkers < THREADS_MAX) {
        Worker *w = &p->worker[p->nworkers];
        *w = (Worker){.pool = p, .index = p->nworkers, .seen = p->turn};
        if (pthread_create(&w->thread, &attr, work, w) != 0) break;
        p->nworkers++;
    }
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    pthread_attr_destroy(&attr);
}

static void publish(ThreadPool *p, int threads, size_t items, ThreadTask task, void *arg)
{
    pthread_mutex_lock(&p->lock);
    hire(p, threads - 1);
    p->wanted = threads - 1;
    p->task = task;
    p->arg = arg;
    p->items = items;
    p->flags = 0;
    atomic_store_explicit(&p->next, 0, memory_order_relaxed);
    p->turn++;
    pthread_cond_broadcast(&p->begun);
    pthread_mutex_unlock(&p->lock);
}

// Waits for those at work; whoever has not woken up by now is not waited for.
static int gather_flags(ThreadPool *p)
{
    pthread_mutex_lock(&p->lock);
    p->wanted = 0;
    while (p->busy) pthread_cond_wait(&p->done, &p->lock);
    int flags = p->flags;
    pthread_mutex_unlock(&p->lock);
    return flags;
}

bool thread_pool_run(ThreadPool *p, int threads, size_t items, ThreadTask task, void *arg, bool may_stop)
{
    bool all = true;
    publish(p, threads, items, task, arg);
    if (may_stop) all = take_items_until_stopped(p, task, arg, items);
    else take_items(p, task, arg, items);
    int flags = gather_flags(p);
    if (flags) feraiseexcept(flags);
    return all;
}

void thread_pool_free(ThreadPool *p)
{
    if (!p) return;
    pthread_mutex_lock(&p->lock);
    p->quit = true;
    pthread_cond_broadcast(&p->begun);
    pthread_mutex_unlock(&p->lock);
    for (int i = 0; i < p->nworkers; i++) pthread_join(p->worker[i].thread, NULL);
    pthread_cond_destroy(&p->begun);
    pthread_cond_destroy(&p->done);
    pthread_mutex_destroy(&p->lock);
    free(p);
}

// Of a control group (version 2) the processors its quota makes; 0: no limit.
static int quota_processors(void)
{
    long quota, period;
    FILE *f = fopen("/sys/fs/cgroup/cpu.max", "re");
    if (!f) return 0;
    int got = fscanf(f, "%ld %ld", &quota, &period);  // "max 100000" without a limit
    fclose(f);
    return got == 2 && quota > 0 && period > 0 ? (int)((quota + period - 1) / period) : 0;
}

int thread_pool_processors(void)
{
    cpu_set_t set;
    long n = sched_getaffinity(0, sizeof set, &set) == 0 ? CPU_COUNT(&set) : sysconf(_SC_NPROCESSORS_ONLN);
    int quota = quota_processors();
    if (quota && quota < n) n = quota;
    return n < 1 ? 1 : (int)n;
}
