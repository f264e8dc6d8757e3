// Small blocks of a few sizes, cut from slabs and kept for reuse: strings come and go by the hundred thousand. Serves the
// first thread that asks (others get NULL, but may give back); up to 256 MB that are not in use stay with the pool. Internal
// to base/.
#ifndef HELIO_BASE_POOL_H
#define HELIO_BASE_POOL_H

#include <stddef.h>

// A block of n bytes, 16-byte aligned; NULL: too large, another thread's business, or no memory (malloc it).
void *pool_get(size_t n);
// Gives back what pool_get(n) gave; any thread may.
void pool_put(void *p, size_t n);

#endif
