// Start reading at thread_pool_run: it publishes a computation under the lock. Each thread has a share of the items, the same one
// when the same is computed again, so that its data are in its processor's cache; who is ready takes of the others' shares.
// Waking a thread takes longer than many a computation, so threads look around for AWAKE before they sleep.
#include "sys/thread_pool.h"

#include "sys/clock.h"
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
#define AWAKE 50e-6         // seconds
#define WAKING 200000.0     // nanoseconds of work beside which waking threads costs little
#define LEAST 11000.0       // nanoseconds of work beside which threads that are awake cost little
#define LATE 1.2e-6         // seconds that the others may come later than the caller, besides half of its time
#define VERY_LATE 100e-6
#define COMING 200e-6       // seconds that waking may take
#define QUIET 1e-3          // seconds without threads for small work once they were late, twice as many each time
#define QUIET_MAX 0.5

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
    // Whether small work is worth threads: the caller's alone, but for is_crowded.
    double asked;   // seconds: when the last one that thread_pool_pays was asked about will have ended
    double streak;  // nanoseconds of those that followed each other
    int chances;              // a measure of how often threads came late
    double quiet, quiet_end;  // seconds: how long there are no threads for small work, and until when
    double waking;            // since when threads that are woken are found asleep; 0: they are awake
    bool was_asleep;          // one of them, when the computation was published
    atomic_bool is_crowded;   // threads have come late: they sleep at once
    // The computation; what is not atomic under the lock.
    unsigned turn;     // counts them
    atomic_uint announced;  // the same, once the lock is free again: for threads that look around
    int threads;
    int wanted;        // workers that may take part
    int joined;        // those that did
    atomic_int busy;   // those that are at it
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

// A look around without the lock: until there is another computation, or until AWAKE is over.
static void look_for_work(const Worker *w)
{
    enum { LOOKS = 64 };  // between two of the clock
    for (double end = sys_now() + AWAKE; sys_now() < end;) {
        for (int k = 0; k < LOOKS; k++) {
            if (atomic_load_explicit(&w->pool->announced, memory_order_relaxed) != w->seen) return;
            pause_briefly();
        }
    }
}

static void wait_for_work(Worker *w)
{
    ThreadPool *p = w->pool;
    if (!p->is_crowded) {
        pthread_mutex_unlock(&p->lock);
        look_for_work(w);
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

static void look_whether_done(ThreadPool *p)
{
    enum { LOOKS = 64 };
    for (double end = sys_now() + AWAKE; sys_now() < end;) {
        for (int k = 0; k < LOOKS; k++) {
            if (!atomic_load_explicit(&p->busy, memory_order_relaxed)) return;
            pause_briefly();
        }
    }
}

// Waits for those at work; whoever has not woken up by now is not waited for.
static int gather_flags(ThreadPool *p)
{
    pthread_mutex_lock(&p->lock);
    p->wanted = 0;
    if (p->busy && !p->is_crowded) {
        pthread_mutex_unlock(&p->lock);
        look_whether_done(p);
        pthread_mutex_lock(&p->lock);
    }
    while (p->busy) pthread_cond_wait(&p->done, &p->lock);
    int flags = p->flags;
    pthread_mutex_unlock(&p->lock);
    return flags;
}

// Threads that come late, or not at all, have no processor: others need it, and small work is done faster alone. Late by little,
// once, is chance.
static bool is_late(ThreadPool *p, double alone, double waited)
{
    enum { CHANCE = 16, OFTEN = 48 };
    double late = waited - alone / 2;
    if (!p->joined || late > LATE) p->chances += CHANCE;
    else if (p->chances > 0) p->chances--;
    if (late <= VERY_LATE && p->chances < OFTEN) return false;
    p->chances = OFTEN - CHANCE;
    return true;
}

static void judge(ThreadPool *p, double begun, double mine, double now)
{
    if (!p->was_asleep) p->waking = 0;
    else if (p->waking == 0) p->waking = begun;
    if (p->was_asleep && now - p->waking < COMING) return;
    if (is_late(p, mine - begun, now - mine)) {
        p->is_crowded = true;
        p->quiet = p->quiet * 2 > QUIET_MAX ? QUIET_MAX : p->quiet * 2 + QUIET;
        p->quiet_end = now + p->quiet;
    } else if (!p->chances) {
        p->is_crowded = false;
        p->quiet = 0;
    }
}

bool thread_pool_run(ThreadPool *p, int threads, size_t items, ThreadTask task, void *arg, bool may_stop)
{
    bool all = true;
    double begun = sys_now();
    publish(p, threads, items, task, arg);
    if (may_stop) all = take_items_until_stopped(p, threads, task, arg);
    else take_items(p, threads, 0, task, arg);
    double mine = sys_now();
    int flags = gather_flags(p);
    double now = sys_now();
    judge(p, begun, mine, now);
    if (flags) feraiseexcept(flags);
    return all;
}

bool thread_pool_pays(ThreadPool *p, double ns)
{
    if (ns >= WAKING) return true;
    if (ns < LEAST) return false;
    double now = sys_now();
    if (now > p->asked + AWAKE) p->streak = 0;
    p->asked = now + ns * 1e-9;
    p->streak += ns;
    if (p->streak < WAKING || now < p->quiet_end) return false;
    if (p->is_crowded) p->waking = 0;  // another try
    p->is_crowded = false;
    return true;
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
