// The pool of small blocks: a list of free ones for each size, in steps of 16 bytes. Blocks that other threads give back wait
// in a list of their own. Debug builds have no pool, so that their checks see each block. Start reading at pool_get.
#include "base/pool.h"

#include <stdatomic.h>
#include <stdbool.h>
#include <stdlib.h>

enum { STEP = 16, MOST = 128, SIZES = MOST / STEP + 1, SLAB = 64 << 10 };

typedef struct Free {
    struct Free *next;
} Free;

static struct {
    Free *free[SIZES];
    _Atomic(Free *) returned[SIZES];
    char *at, *end;  // of the slab
    bool owned;
} pool;
static _Thread_local bool is_owner;

#if defined(HELIO_DEBUG) || defined(__SANITIZE_ADDRESS__)
#define POOL_ON 0
#else
#define POOL_ON 1
#endif

static size_t index_of(size_t n) { return (n + STEP - 1) / STEP; }

// From the slab; what is left of it when a new one begins is lost, less than MOST bytes.
static void *cut(size_t n)
{
    if (!pool.at || (size_t)(pool.end - pool.at) < n) {
        char *slab = aligned_alloc(64, SLAB);
        if (!slab) return NULL;
        pool.at = slab;
        pool.end = slab + SLAB;
    }
    void *p = pool.at;
    pool.at += n;
    return p;
}

void *pool_get(size_t n)
{
    if (!POOL_ON || n > MOST) return NULL;
    if (!is_owner) {
        if (pool.owned) return NULL;
        pool.owned = is_owner = true;
    }
    size_t k = index_of(n);
    Free *f = pool.free[k];
    if (!f && atomic_load_explicit(&pool.returned[k], memory_order_relaxed)) f = atomic_exchange(&pool.returned[k], NULL);
    if (!f) return cut(k * STEP);
    pool.free[k] = f->next;
    return f;
}

void pool_put(void *p, size_t n)
{
    size_t k = index_of(n);
    Free *f = p;
    if (is_owner) {
        f->next = pool.free[k];
        pool.free[k] = f;
        return;
    }
    f->next = atomic_load(&pool.returned[k]);
    while (!atomic_compare_exchange_weak(&pool.returned[k], &f->next, f)) continue;
}
