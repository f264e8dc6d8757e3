// Memory: every allocation of the engine passes here, so that the census, the limit and the failing-allocation stress
// hold for all of it. Small blocks come from malloc; array data comes from mem_block (base/block.c).
// Debug builds name each block's allocation site and list the sites still alive at exit (HELIO_CENSUS=1).
#ifndef HELIO_BASE_MEM_H
#define HELIO_BASE_MEM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct MemSite {
    const char *file;
    int line;
    int64_t live;          // blocks alive
    struct MemSite *next;  // all sites that ever allocated
    bool listed;
} MemSite;

typedef struct MemStats {
    int64_t in_use, high_water;  // bytes
    int64_t gets, frees;         // calls
} MemStats;

#ifdef HELIO_DEBUG
#define MEM_SITE                                              \
    (__extension__({                                          \
        static MemSite mem_site_ = {__FILE__, __LINE__, 0, 0, 0}; \
        &mem_site_;                                           \
    }))
#else
#define MEM_SITE NULL
#endif

// Fallible: NULL when memory (or HELIO_MAX_MEMORY) is exhausted. For anything whose size a user decides.
#define mem_alloc(n) mem_alloc_at((n), MEM_SITE)
#define mem_zalloc(n) mem_zalloc_at((n), MEM_SITE)
#define mem_realloc(p, n) mem_realloc_at((p), (n), MEM_SITE)
// Infallible, for small internals: draws on a reserve; with the reserve gone the program ends in order (see mem_on_end).
#define mem_must(n) mem_must_at((n), MEM_SITE)
#define mem_must_realloc(p, n) mem_must_realloc_at((p), (n), MEM_SITE)
#define mem_strdup(s) mem_strdup_at((s), MEM_SITE)
#define mem_strndup(s, n) mem_strndup_at((s), (n), MEM_SITE)

// Draws on the reserve as mem_must does, but once it is touched leaves half of it to that: NULL. Not zeroed. For what is small
// but comes in numbers that a user decides.
#define mem_small(n) mem_small_at((n), MEM_SITE)
#define mem_small_realloc(p, n) mem_small_realloc_at((p), (n), MEM_SITE)
// Whether so many bytes could be had now.
bool mem_has_room(int64_t n);

void *mem_alloc_at(size_t n, MemSite *site);
void *mem_zalloc_at(size_t n, MemSite *site);
void *mem_realloc_at(void *p, size_t n, MemSite *site);  // on failure NULL, and p stays valid
void *mem_must_at(size_t n, MemSite *site);              // zeroed
void *mem_must_realloc_at(void *p, size_t n, MemSite *site);
void *mem_small_at(size_t n, MemSite *site);
void *mem_small_realloc_at(void *p, size_t n, MemSite *site);
char *mem_strndup_at(const char *s, size_t n, MemSite *site);  // infallible
static inline char *mem_strdup_at(const char *s, MemSite *site) { return mem_strndup_at(s, __builtin_strlen(s), site); }
void mem_free(void *p);                                        // NULL is fine

// 64-byte aligned data of arrays, fallible. `*got` (may be NULL) receives the usable size, never less than n.
// Blocks from 64 KiB on are kept for reuse by a cache; `zeroed` asks for zeros.
void *mem_block(size_t n, bool zeroed, size_t *got);
void mem_block_free(void *p);

// For memory that a library takes of its own: it counts until mem_unclaim. False: there is no room for it.
bool mem_claim(int64_t n);
void mem_unclaim(int64_t n);

MemStats mem_stats(void);
void mem_reset_high_water(void);
// True after mem_must has spent the reserve, or mem_note_low: the VM throws "Unable to allocate memory" at its next chance.
bool mem_is_low(void);
// For what cannot report failure itself (a string that came out empty).
void mem_note_low(void);
// The VM has thrown: the flag goes down, and the reserve is laid up again if it can be.
void mem_clear_low(void);
// What runs before the program ends for want of memory (flushes the units).
void mem_on_end(void (*hook)(void *), void *arg);
// Prints the allocation sites with live blocks; returns how many blocks there are. Debug builds only, else 0.
int64_t mem_census(void);

// The flag that is not 0 when what takes long should stop (Ctrl-C); it stays the caller's.
void mem_stop_at(const volatile int *flag);

// Internal to base/: accounting shared by mem.c and block.c.
int64_t mem_limit(void);         // bytes that may be in use
bool mem_account_get(size_t n);  // false: over the limit, or chosen by HELIO_STRESS=oom:N to fail
void mem_account_free(size_t n);
bool mem_wants_stop(void);

// Frees a pointer variable at the end of its scope: `AUTO_FREE char *p = ...`.
static inline void mem_free_var(void *p) { mem_free(*(void **)p); }
#define AUTO_FREE __attribute__((cleanup(mem_free_var)))

#endif
