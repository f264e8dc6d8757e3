// Array data: 64-byte aligned blocks. From 64 KiB on they come from mmap in size classes (an eighth of a power of
// two apart) and a few freed ones are kept, newest first, because the first touch of fresh pages is the largest
// single cost of big arrays. Start reading at mem_block. Under AddressSanitizer the cache is off.
#include "base/mem.h"

#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#if defined(__SANITIZE_ADDRESS__)
#define CACHE_ON 0
#else
#define CACHE_ON 1
#endif

enum { BIG = 64 << 10, HUGE_FROM = 2 << 20, KEPT = 24, HEAD = 64 };
enum { KEPT_SHARE = 16 };  // of the memory that may be used

typedef struct Head {  // precedes the data; padded to HEAD bytes
    size_t size;       // usable bytes after the head
    size_t mapped;     // bytes of the mapping, 0: from aligned_alloc
    void *base;        // of the mapping
} Head;

static struct {
    Head *kept[KEPT];  // oldest first
    int n;
    size_t bytes;
} cache;

static Head *head_of(void *data) { return (Head *)((char *)data - HEAD); }
static void *data_of(Head *h) { return (char *)h + HEAD; }

static size_t size_class(size_t n)
{
    size_t step = (size_t)4096;
    while (step * 16 < n) step *= 2;
    return (n + step - 1) / step * step;
}

#ifndef MADV_POPULATE_WRITE
#define MADV_POPULATE_WRITE 23  // Linux 5.14; older kernels refuse it, which does no harm
#endif

// Where in its page a block begins: not all at the same place, for a processor holds a load back behind a store just
// written whose address has the same low 12 bits, which copies of one array to another then meet at each step.
static size_t next_stagger(void)
{
    enum { PLACES = 8 };
    static unsigned turn;
    return turn++ % PLACES * (4096 / PLACES);
}

// Not beyond Ctrl-C: it is a help only.
static void touch_pages(char *start, size_t size)
{
    const size_t piece = (size_t)64 << 20;
    for (size_t at = 0; at < size && !mem_wants_stop(); at += piece) {
        madvise(start + at, size - at < piece ? size - at : piece, MADV_POPULATE_WRITE);
    }
}

// Maps fresh pages; with `touch` all at once, because a fault for each page costs more than filling it.
static Head *map_block(size_t size, bool touch)
{
    size_t align = size >= HUGE_FROM ? HUGE_FROM : 4096, stagger = next_stagger();
    size_t mapped = size + align + HEAD + 4096;
    char *base = mmap(NULL, mapped, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (base == MAP_FAILED) return NULL;
    char *start = base + stagger;
    if (size >= HUGE_FROM) {
        start = (char *)(((uintptr_t)base + HEAD + align - 1) / align * align) - HEAD;
        if (start < base) start += align;
        // The head may lie at the end of the page before: advice is taken for whole pages only.
        madvise(start + HEAD, size, MADV_HUGEPAGE);
        if (touch) touch_pages(start + HEAD, size);
        start += stagger;
    }
    Head *h = (Head *)start;
    *h = (Head){mapped - (size_t)(start - base) - HEAD, mapped, base};
    if (h->size > size) h->size = size;
    return h;
}

static void unmap_block(Head *h)
{
    munmap(h->base, h->mapped);
}

static void forget(int i)
{
    cache.bytes -= cache.kept[i]->size;
    cache.n--;
    memmove(&cache.kept[i], &cache.kept[i + 1], (size_t)(cache.n - i) * sizeof cache.kept[0]);
}

static Head *take_kept(size_t size)
{
    for (int i = cache.n - 1; i >= 0; i--) {
        Head *h = cache.kept[i];
        if (h->size == size) {
            forget(i);
            return h;
        }
    }
    return NULL;
}

static bool keep(Head *h)
{
    size_t most = (size_t)mem_limit() / KEPT_SHARE;
    if (!CACHE_ON || h->size > most / 2) return false;
    while (cache.n == KEPT || (cache.n && cache.bytes + h->size > most)) {
        Head *oldest = cache.kept[0];
        forget(0);
        unmap_block(oldest);
    }
    cache.kept[cache.n++] = h;
    cache.bytes += h->size;
    return true;
}

static Head *small_block(size_t n)
{
    size_t size = (n + 63) & ~(size_t)63;
    Head *h = aligned_alloc(64, size + HEAD);
    if (h) *h = (Head){size, 0, NULL};
    return h;
}

static Head *big_block(size_t n, bool touch, bool *fresh)
{
    size_t size = size_class(n);
    Head *h = take_kept(size);
    *fresh = !h;
    return h ? h : map_block(size, touch);
}

void *mem_block(size_t n, bool zeroed, size_t *got)
{
    if (n > (size_t)1 << 46) return NULL;
    void *probe = mem_alloc(1);  // lets the failing-allocation stress choose this one
    if (!probe) return NULL;
    mem_free(probe);
    bool big = n >= BIG, fresh = false;
    size_t charged = big ? size_class(n) : (n + 63) & ~(size_t)63;
    if (!mem_account_get(charged)) return NULL;
    Head *h = big ? big_block(n, !zeroed, &fresh) : small_block(n);
    if (!h) {
        mem_account_free(charged);
        return NULL;
    }
    if (got) *got = h->size;
    if (zeroed && !fresh) memset(data_of(h), 0, n);
    return data_of(h);
}

void mem_block_free(void *p)
{
    if (!p) return;
    Head *h = head_of(p);
    mem_account_free(h->size);
#ifdef HELIO_DEBUG
    memset(p, 0xA5, h->size);
#endif
    if (!h->mapped) free(h);
    else if (!keep(h)) unmap_block(h);
}
