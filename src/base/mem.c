// Small blocks: a 16-byte header with the size (and, in debug builds, the allocation site) before each malloc block.
// Counters are plain relaxed atomics: the interpreter thread allocates; helper threads do so rarely.
// Start reading at mem_alloc_at; the limit and the failing-allocation stress are in mem_account_get.
#include "base/mem.h"

#include "base/pool.h"

#include <malloc.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

typedef struct Header {
    size_t size;  // and POOLED
    MemSite *site;
} Header;
#define POOLED ((size_t)1 << 63)

static size_t size_of(const Header *h) { return h->size & ~POOLED; }

// What a block of n bytes takes.
static size_t charge_of(size_t n) { return (n + sizeof(Header) + 15) & ~(size_t)15; }

enum { RESERVE_BYTES = 4 << 20, POISON = 0xA5 };

// The one piece of process-wide state: there is one heap.
static struct {
    _Atomic int64_t in_use, high_water, gets, frees;
    int64_t limit;
    int64_t fail_at;  // HELIO_STRESS=oom:N: the Nth fallible allocation fails
    void *reserve;
    atomic_bool low;
    bool started;
    MemSite *sites;
    void (*end_hook)(void *);
    void *end_arg;
    const volatile int *stop;
} heap;

#define LOAD(x) atomic_load_explicit(&heap.x, memory_order_relaxed)
#define STORE(x, v) atomic_store_explicit(&heap.x, (v), memory_order_relaxed)

static int64_t physical_memory(void)
{
    return (int64_t)sysconf(_SC_PHYS_PAGES) * sysconf(_SC_PAGESIZE);
}

// HELIO_MAX_MEMORY: bytes, or with a suffix K, M, G. Default: 80 % of the machine's memory.
static int64_t limit_from_environment(void)
{
    const char *s = getenv("HELIO_MAX_MEMORY");
    if (s && *s) {
        char *end;
        double v = strtod(s, &end);
        if (*end == 'K' || *end == 'k') v *= 1 << 10;
        if (*end == 'M' || *end == 'm') v *= 1 << 20;
        if (*end == 'G' || *end == 'g') v *= 1 << 30;
        if (v >= 1 << 20) return (int64_t)v;
    }
    return physical_memory() / 5 * 4;
}

// What is freed at the heap's end stays mapped up to a few megabytes: fresh pages cost more than most uses of them.
static void keep_pages(void)
{
    mallopt(M_MXFAST, 0);  // such blocks are joined again whenever a large one is freed
    mallopt(M_MMAP_THRESHOLD, 8 << 20);
    mallopt(M_TRIM_THRESHOLD, 16 << 20);
}

static void mem_start(void)
{
    heap.started = true;
    keep_pages();
    heap.limit = limit_from_environment();
    heap.reserve = malloc(RESERVE_BYTES);
    const char *stress = getenv("HELIO_STRESS");
    const char *oom = stress ? strstr(stress, "oom:") : NULL;
    if (oom) heap.fail_at = strtoll(oom + 4, NULL, 10);
}

int64_t mem_limit(void)
{
    if (!heap.started) mem_start();
    return heap.limit;
}

bool mem_account_get(size_t n)
{
    if (!heap.started) mem_start();
    int64_t in_use = LOAD(in_use) + (int64_t)n;
    if (in_use > heap.limit) return false;
    STORE(in_use, in_use);
    if (in_use > LOAD(high_water)) STORE(high_water, in_use);
    STORE(gets, LOAD(gets) + 1);
    return true;
}

void mem_account_free(size_t n)
{
    STORE(in_use, LOAD(in_use) - (int64_t)n);
    STORE(frees, LOAD(frees) + 1);
}

bool mem_claim(int64_t n) { return n >= 0 && mem_account_get((size_t)n); }

void mem_unclaim(int64_t n) { mem_account_free((size_t)n); }

static bool chosen_to_fail(void)
{
    if (!heap.started) mem_start();
    return heap.fail_at > 0 && --heap.fail_at == 0;
}

static void site_add(MemSite *site, int64_t blocks)
{
    if (!site) return;
    if (!site->listed) {
        site->listed = true;
        site->next = heap.sites;
        heap.sites = site;
    }
    site->live += blocks;
}

static void *block_get(size_t n, bool is_zero, MemSite *site)
{
    if (n > (size_t)1 << 46 || !mem_account_get(charge_of(n))) return NULL;
    Header *h = pool_get(sizeof *h + n);
    size_t pooled = h ? POOLED : 0;
    if (h && is_zero) memset(h + 1, 0, n);
    if (!h) h = is_zero ? calloc(1, sizeof *h + n) : malloc(sizeof *h + n); // fresh pages are zero
    if (!h) {
        mem_account_free(charge_of(n));
        return NULL;
    }
    *h = (Header){n | pooled, site};
    site_add(site, 1);
    return h + 1;
}

void *mem_alloc_at(size_t n, MemSite *site)
{
    return chosen_to_fail() ? NULL : block_get(n, false, site);
}

void *mem_zalloc_at(size_t n, MemSite *site)
{
    return chosen_to_fail() ? NULL : block_get(n, true, site);
}

static void *block_resize(void *p, size_t n, MemSite *site)
{
    if (!p) return block_get(n, false, site);
    Header *h = (Header *)p - 1;
    size_t old = size_of(h);
    if (h->size & POOLED) {
        void *copy = block_get(n, false, site);
        if (!copy) return NULL;
        memcpy(copy, p, old < n ? old : n);
        mem_free(p);
        return copy;
    }
    if (n > (size_t)1 << 46 || !mem_account_get(charge_of(n))) return NULL;
    Header *moved = realloc(h, sizeof *h + n);
    if (!moved) {
        mem_account_free(charge_of(n));
        return NULL;
    }
    mem_account_free(charge_of(old));
    moved->size = n;
    return moved + 1;
}

void *mem_realloc_at(void *p, size_t n, MemSite *site)
{
    return chosen_to_fail() ? NULL : block_resize(p, n, site);
}

// Ends the program in order: no memory is left even for small internals.
static _Noreturn void mem_end(void)
{
    static const char text[] = "% Unable to allocate memory, and the reserve is spent. Heliograph ends.\n";
    if (heap.end_hook) heap.end_hook(heap.end_arg);
    ssize_t ignored = write(2, text, sizeof text - 1);
    (void)ignored;
    _exit(70);
}

// Gives the reserve back to malloc and lifts the limit by as much.
static void spend_reserve(void)
{
    if (!heap.reserve) mem_end();
    free(heap.reserve);
    heap.reserve = NULL;
    heap.limit += RESERVE_BYTES;
    atomic_store(&heap.low, true);
}

void *mem_must_at(size_t n, MemSite *site)
{
    void *p = block_get(n, true, site);
    while (!p) {
        spend_reserve();
        p = block_get(n, true, site);
    }
    return p;
}

void *mem_must_realloc_at(void *p, size_t n, MemSite *site)
{
    void *moved = block_resize(p, n, site);
    while (!moved) {
        spend_reserve();
        moved = block_resize(p, n, site);
    }
    return moved;
}

bool mem_has_room(int64_t n) { return n <= mem_limit() - LOAD(in_use); }

static bool leaves_some(size_t n) { return !mem_is_low() || mem_has_room((int64_t)n + RESERVE_BYTES / 2); }

void *mem_small_at(size_t n, MemSite *site)
{
    void *p = leaves_some(n) ? block_get(n, false, site) : NULL;
    if (p || mem_is_low()) return p;
    if (heap.reserve) spend_reserve();
    return leaves_some(n) ? block_get(n, false, site) : NULL;
}

void *mem_small_realloc_at(void *p, size_t n, MemSite *site)
{
    void *moved = leaves_some(n) ? block_resize(p, n, site) : NULL;
    if (moved || mem_is_low()) return moved;
    if (heap.reserve) spend_reserve();
    return leaves_some(n) ? block_resize(p, n, site) : NULL;
}

char *mem_strndup_at(const char *s, size_t n, MemSite *site)
{
    char *copy = mem_must_at(n + 1, site);
    memcpy(copy, s, n);
    return copy;
}

void mem_free(void *p)
{
    if (!p) return;
    Header *h = (Header *)p - 1;
    mem_account_free(charge_of(size_of(h)));
    site_add(h->site, -1);
#ifdef HELIO_DEBUG
    memset(p, POISON, size_of(h));
#endif
    if (h->size & POOLED) pool_put(h, sizeof *h + size_of(h));
    else free(h);
}

bool mem_is_low(void) { return atomic_load_explicit(&heap.low, memory_order_relaxed); }

void mem_note_low(void) { atomic_store(&heap.low, true); }

void mem_clear_low(void)
{
    atomic_store(&heap.low, false);
    if (heap.reserve || !heap.started) return;
    heap.reserve = malloc(RESERVE_BYTES);
    if (heap.reserve) heap.limit -= RESERVE_BYTES;
}

void mem_on_end(void (*hook)(void *), void *arg)
{
    heap.end_hook = hook;
    heap.end_arg = arg;
}

void mem_stop_at(const volatile int *flag) { heap.stop = flag; }

bool mem_wants_stop(void) { return heap.stop && *heap.stop; }

MemStats mem_stats(void)
{
    return (MemStats){LOAD(in_use), LOAD(high_water), LOAD(gets), LOAD(frees)};
}

void mem_reset_high_water(void) { STORE(high_water, LOAD(in_use)); }

int64_t mem_census(void)
{
    int64_t total = 0;
    for (MemSite *s = heap.sites; s; s = s->next) {
        if (!s->live) continue;
        total += s->live;
        fprintf(stderr, "census: %lld block(s) alive from %s:%d\n", (long long)s->live, s->file, s->line);
    }
    return total;
}
