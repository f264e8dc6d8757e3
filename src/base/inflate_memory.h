// zlib's memory, counted as all else is.
#ifndef HELIO_BASE_INFLATE_MEMORY_H
#define HELIO_BASE_INFLATE_MEMORY_H

#include "base/mem.h"

#include <zlib.h>

static inline void *inflate_memory_get(void *unused, unsigned n, unsigned size)
{
    (void)unused;
    return mem_alloc((size_t)n * size);
}

static inline void inflate_memory_give(void *unused, void *p)
{
    (void)unused;
    mem_free(p);
}

// Before inflateInit and deflateInit.
static inline z_stream inflate_memory_stream(void)
{
    return (z_stream){.zalloc = inflate_memory_get, .zfree = inflate_memory_give};
}

#endif
