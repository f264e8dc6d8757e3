// Chunks of growing size, freed together.
#include "base/arena.h"

#include "base/mem.h"

#include <string.h>

enum { CHUNK = 16 << 10 };

struct ArenaChunk {
    struct ArenaChunk *next;
    size_t size;
    _Alignas(16) char data[];
};

void *arena_alloc(Arena *a, size_t n)
{
    n = (n + 15) & ~(size_t)15;
    if (!a->chunk || a->used + n > a->chunk->size) {
        size_t size = n > CHUNK ? n : CHUNK;
        struct ArenaChunk *c = mem_must(sizeof *c + size);
        c->next = a->chunk;
        c->size = size;
        a->chunk = c;
        a->used = 0;
    }
    void *p = a->chunk->data + a->used;
    a->used += n;
    return p;
}

char *arena_strndup(Arena *a, const char *s, size_t n)
{
    char *copy = arena_alloc(a, n + 1);
    if (n) memcpy(copy, s, n);
    return copy;
}

void arena_free(Arena *a)
{
    while (a->chunk) {
        struct ArenaChunk *next = a->chunk->next;
        mem_free(a->chunk);
        a->chunk = next;
    }
    a->used = 0;
}
