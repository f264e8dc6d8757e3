// Start reading at thread_pool_run: it publishes a computation under the lock. Each thread has a share of the items, the same one
// when the same is computed again, so that its data are in its processor's cache; who is ready takes of the others' shares.
// Waking a thread takes longer than many a computation, so threads look around for CROWD_AWAKE before they sleep.
#include "sys/thread_pool.h"

#include "sys/clock.h"
#include "sys/crowd.h"
#include "sys/interrupt.h"

#include <fenv.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { STACK_BYTES = 1 << 20, CACHE_LINE = 64 };

typedef struct Worker {
    ThreadPool *pool;
    pthread_t thread;
    int index;
    unsigned seen;  // the last computation it knows of
} Worker;

typedef struct Share {  // items of one thread
    _Alignas(CACHE_LINE) atomic_size_t next;
    size_t end;
} Share;

struct ThreadPool {
    pthread_mutex_t lock;
    pthread_cond_t begun, done;
    Worker worker[THREADS_MAX];
    int nworkers;
    bool quit;
    int asleep;
    Crowd crowd;       // the caller's alone, but for is_crowded
    bool was_asleep;   // a worker, when the computation was published
    // The computation; what is not atomic under the lock.
    unsigned turn;     // counts them
    atomic_uint announced;  // the same, once the lock is free again: for threads that look around
    int threads;
    int wanted;        // workers that may take part
    int joined;        // those that did
    atomic_uint busy;  // those that are at it
    int flags;
    ThreadTask task;
    void *arg;
    Share share[THREADS_MAX];
};

static _Thread_local int here;

int thread_pool_here(void) { return here; }

ThreadPool *thread_pool_new(void)
{
    ThreadPool *p = aligned_alloc(CACHE_LINE, sizeof *p);
    if (!p) return NULL;
    memset(p, 0, sizeof *p);
    pthread_mutexattr_t attr;
    pthread_mutexattr_init(&attr);
    pthread_mutexattr_settype(&attr, PTHREAD_MUTEX_ADAPTIVE_NP);  // it is held for moments
    pthread_mutex_init(&p->lock, &attr);
    pthread_mutexattr_destroy(&attr);
    pthread_cond_init(&p->begun, NULL);
    pthread_cond_init(&p->done, NULL);
    return p;
}

static bool take(Share *s, size_t *i)
{
    if (atomic_load_explicit(&s->next, memory_order_relaxed) >= s->end) return false;
    *i = atomic_fetch_add_explicit(&s->next, 1, memory_order_relaxed);
    return *i < s->end;
}

static void take_items(ThreadPool *p, int threads, int me, ThreadTask task, void *arg)
{
    size_t i;
    for (int k = 0; k < threads; k++) {
        while (take(&p->share[(me + k) % threads], &i)) task(arg, i);
    }
}

// The caller's share, number 0. Only it looks for Ctrl-C, whose flag is its own thread's; then nobody gets another item.
static bool take_items_until_stopped(ThreadPool *p, int threads, ThreadTask task, void *arg)
{
    size_t i;
    for (int k = 0; k < threads; k++) {
        while (take(&p->share[k], &i)) {
            if (sys_interrupted()) {
                for (int n = 0; n < threads; n++) atomic_store_explicit(&p->share[n].next, p->share[n].end, memory_order_relaxed);
                return false;
            }
            task(arg, i);
        }
    }
    return true;
}

static void pause_briefly(void)
{
#if defined(__x86_64__)
    __builtin_ia32_pause();
#else
    atomic_signal_fence(memory_order_seq_cst);
#endif
}

// A look without the lock: until *place is not `value` any more, or CROWD_AWAKE is over.
static void look_while(const atomic_uint *place, unsigned value)
{
    enum { LOOKS = 64 };  // between two of the clock
    for (double end = sys_now() + CROWD_AWAKE; sys_now() < end;) {
        for (int k = 0; k < LOOKS; k++) {
            if (atomic_load_explicit(place, memory_order_relaxed) != value) return;
            pause_briefly();
        }
    }
}

static void wait_for_work(Worker *w)
{
    ThreadPool *p = w->pool;
    if (!p->crowd.is_crowded) {
        pthread_mutex_unlock(&p->lock);
        look_while(&p->announced, w->seen);
        pthread_mutex_lock(&p->lock);
        if (p->quit || p->turn != w->seen) return;
    }
    p->asleep++;
    pthread_cond_wait(&p->begun, &p->lock);
    p->asleep--;
}

static void *work(void *arg)
{
    Worker *w = arg;
    ThreadPool *p = w->pool;
    here = w->index + 1;
    pthread_mutex_lock(&p->lock);
    while (!p->quit) {
        if (p->turn == w->seen) {
            wait_for_work(w);
            continue;
        }
        w->seen = p->turn;
        if (w->index >= p->wanted) continue;
        p->busy++;
        p->joined++;
        int threads = p->threads;
        ThreadTask task = p->task;
        void *given = p->arg;
        pthread_mutex_unlock(&p->lock);
        feclearexcept(FE_ALL_EXCEPT);
        take_items(p, threads, w->index + 1, task, given);
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
    p->was_asleep = p->asleep || p->nworkers < threads - 1;
    hire(p, threads - 1);
    p->threads = threads;
    p->wanted = threads - 1;
    p->task = task;
    p->arg = arg;
    p->flags = p->joined = 0;
    for (int k = 0; k < threads; k++) {
        atomic_store_explicit(&p->share[k].next, items * (size_t)k / (size_t)threads, memory_order_relaxed);
        p->share[k].end = items * ((size_t)k + 1) / (size_t)threads;
    }
    p->turn++;
    if (p->asleep) pthread_cond_broadcast(&p->begun);
    pthread_mutex_unlock(&p->lock);
    atomic_store_explicit(&p->announced, p->turn, memory_order_relaxed);
}

// Waits for those at work; whoever has not woken up by now is not waited for.
static int gather_flags(ThreadPool *p)
{
    pthread_mutex_lock(&p->lock);
    p->wanted = 0;
    for (unsigned busy; !p->crowd.is_crowded && (busy = p->busy) > 0;) {
        pthread_mutex_unlock(&p->lock);
        look_while(&p->busy, busy);
        pthread_mutex_lock(&p->lock);
        if (p->busy == busy) break;
    }
    while (p->busy) pthread_cond_wait(&p->done, &p->lock);
    int flags = p->flags;
    pthread_mutex_unlock(&p->lock);
    return flags;
}

bool thread_pool_run(ThreadPool *p, int threads, size_t items, ThreadTask task, void *arg, bool may_stop)
{
    bool all = true;
    Outcome o = {.begun = sys_now()};
    publish(p, threads, items, task, arg);
    if (may_stop) all = take_items_until_stopped(p, threads, task, arg);
    else take_items(p, threads, 0, task, arg);
    o.mine = sys_now();
    int flags = gather_flags(p);
    o.end = sys_now();
    o.was_asleep = p->was_asleep;
    o.joined = p->joined > 0;
    crowd_judge(&p->crowd, &o);
    if (flags) feraiseexcept(flags);
    return all;
}

bool thread_pool_pays(ThreadPool *p, double ns) { return crowd_pays(&p->crowd, ns, sys_now()); }

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
