// The pool of small blocks: slabs of one size each, in steps of 16 bytes. A slab whose blocks have all come back serves any
// size again; of many such the pages go back to the system, all but the first of each. Blocks that other threads give back
// wait in a list until the owner looks for one. Debug builds and AddressSanitizer have no pool: their checks see each block.
// Start reading at pool_get.
#include "base/pool.h"

#include "base/mem.h"

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/mman.h>

enum { STEP = 16, MOST = 128, SIZES = MOST / STEP + 1, SLAB = 64 << 10, REGION = 64 * SLAB, KEPT_MOST = (256 << 20) / SLAB,
       KEPT_SHARE = 32 };  // of the memory that may be used

#if defined(HELIO_DEBUG) || defined(__SANITIZE_ADDRESS__)
#define POOL_ON 0
#else
#define POOL_ON 1
#endif

typedef struct Free {
    struct Free *next;
} Free;

// At the start of its memory, which is aligned to SLAB: a block's slab is found by its address.
typedef struct Slab {
    struct Slab *next, *before;  // among those of its size with room, or (next alone) of empty or of bare ones
    Free *free;
    char *uncut;                 // from here on it has never been used
    size_t step;
    int live;                    // blocks given out
    bool is_open;                // it is in the list of those with room
} Slab;
enum { HEAD = 64, PAGE_SIZE = 4096 };
_Static_assert(sizeof(Slab) <= HEAD && HEAD % STEP == 0, "the first block comes behind the head");

static struct {
    Slab *open[SIZES];
    Slab *empty, *bare;  // bare: without their pages
    int kept;            // in empty
    char *at, *end;      // what is left of the last region
    _Atomic(Free *) returned[SIZES];
    atomic_bool owned;
} pool;
static _Thread_local bool is_owner;

static size_t index_of(size_t n) { return (n + STEP - 1) / STEP; }

static Slab *slab_of(void *p) { return (Slab *)((uintptr_t)p & ~(uintptr_t)(SLAB - 1)); }

static void open_slab(Slab *s, size_t k)
{
    s->next = pool.open[k];
    s->before = NULL;
    if (s->next) s->next->before = s;
    pool.open[k] = s;
    s->is_open = true;
}

static void close_slab(Slab *s, size_t k)
{
    if (s->before) s->before->next = s->next;
    else pool.open[k] = s->next;
    if (s->next) s->next->before = s->before;
    s->is_open = false;
}

// From the system; NULL: no memory.
static Slab *fresh_slab(void)
{
    if (pool.at == pool.end) {
        char *p = mmap(NULL, REGION + SLAB, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
        if (p == MAP_FAILED) return NULL;
        pool.at = p + (SLAB - (uintptr_t)p % SLAB) % SLAB;
        pool.end = pool.at + REGION;
    }
    Slab *s = (Slab *)pool.at;
    pool.at += SLAB;
    return s;
}

static Slab *new_slab(size_t k)
{
    Slab *s = pool.empty ? pool.empty : pool.bare;
    if (!s) {
        s = fresh_slab();
        if (!s) return NULL;
    } else if (s == pool.empty) {
        pool.empty = s->next;
        pool.kept--;
    } else {
        pool.bare = s->next;
    }
    *s = (Slab){.uncut = (char *)s + HEAD, .step = k * STEP};
    open_slab(s, k);
    return s;
}

static void retire_slab(Slab *s)
{
    bool strip = pool.kept >= KEPT_MOST || pool.kept >= mem_limit() / KEPT_SHARE / SLAB;
    Slab **list = strip ? &pool.bare : &pool.empty;
    if (strip) (void)madvise((char *)s + PAGE_SIZE, SLAB - PAGE_SIZE, MADV_DONTNEED);  // advice: nothing depends on it
    else pool.kept++;
    s->next = *list;
    *list = s;
}

static void put_back(void *p, size_t k)
{
    Slab *s = slab_of(p);
    Free *f = p;
    f->next = s->free;
    s->free = f;
    if (!s->is_open) open_slab(s, k);
    if (--s->live > 0) return;
    close_slab(s, k);
    retire_slab(s);
}

static void take_returned(size_t k)
{
    for (Free *f = atomic_exchange(&pool.returned[k], NULL), *next; f; f = next) {
        next = f->next;
        put_back(f, k);
    }
}

void *pool_get(size_t n)
{
    if (!POOL_ON || n > MOST) return NULL;
    if (!is_owner) {
        if (atomic_exchange(&pool.owned, true)) return NULL;
        is_owner = true;
    }
    size_t k = index_of(n);
    if (!pool.open[k] && atomic_load_explicit(&pool.returned[k], memory_order_relaxed)) take_returned(k);
    Slab *s = pool.open[k] ? pool.open[k] : new_slab(k);
    if (!s) return NULL;
    Free *f = s->free;
    if (f) {
        s->free = f->next;
    } else {
        f = (Free *)s->uncut;
        s->uncut += s->step;
    }
    s->live++;
    if (!s->free && s->uncut + s->step > (char *)s + SLAB) close_slab(s, k);
    return f;
}

void pool_put(void *p, size_t n)
{
    size_t k = index_of(n);
    if (is_owner) {
        put_back(p, k);
        return;
    }
    Free *f = p;
    f->next = atomic_load(&pool.returned[k]);
    while (!atomic_compare_exchange_weak(&pool.returned[k], &f->next, f)) continue;
}
