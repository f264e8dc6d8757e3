// Arena: many small allocations freed together (syntax trees, parsed formats).
#ifndef HELIO_BASE_ARENA_H
#define HELIO_BASE_ARENA_H

#include <stddef.h>

typedef struct Arena {
    struct ArenaChunk *chunk;
    size_t used;
} Arena;

void *arena_alloc(Arena *a, size_t n);  // zeroed, 16-byte aligned, never NULL
char *arena_strndup(Arena *a, const char *s, size_t n);
void arena_free(Arena *a);

#endif
