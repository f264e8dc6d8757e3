// Open addressing with linear probing and backward-shift deletion; FNV-1a hashes.
#include "base/map.h"

#include "base/mem.h"

#include <string.h>

uint32_t hash_bytes(const void *p, size_t n)
{
    const unsigned char *s = p;
    uint32_t h = 2166136261u;
    for (size_t i = 0; i < n; i++) h = (h ^ s[i]) * 16777619u;
    return h;
}

static MapEntry *find(const Map *m, const char *key, size_t n, uint32_t hash)
{
    if (!m->cap) return NULL;
    for (size_t i = hash & (m->cap - 1);; i = (i + 1) & (m->cap - 1)) {
        MapEntry *e = &m->entry[i];
        if (!e->key || (e->hash == hash && strlen(e->key) == n && memcmp(e->key, key, n) == 0)) return e;
    }
}

void *map_get_n(const Map *m, const char *key, size_t n)
{
    MapEntry *e = find(m, key, n, hash_bytes(key, n));
    return e && e->key ? e->value : NULL;
}

void *map_get(const Map *m, const char *key) { return map_get_n(m, key, strlen(key)); }

static void grow(Map *m)
{
    Map bigger = {mem_must((m->cap ? 2 * m->cap : 16) * sizeof(MapEntry)), m->cap ? 2 * m->cap : 16, m->len};
    for (size_t i = 0; i < m->cap; i++) {
        MapEntry *e = &m->entry[i];
        if (e->key) *find(&bigger, e->key, strlen(e->key), e->hash) = *e;
    }
    mem_free(m->entry);
    *m = bigger;
}

void map_set(Map *m, const char *key, void *value)
{
    if (4 * (m->len + 1) > 3 * m->cap) grow(m);
    size_t n = strlen(key);
    uint32_t hash = hash_bytes(key, n);
    MapEntry *e = find(m, key, n, hash);
    if (!e->key) {
        e->key = mem_strndup(key, n);
        e->hash = hash;
        m->len++;
    }
    e->value = value;
}

// Moves later entries of the probe run back over the hole at i.
static void close_hole(Map *m, size_t hole)
{
    size_t mask = m->cap - 1;
    for (size_t i = (hole + 1) & mask; m->entry[i].key; i = (i + 1) & mask) {
        size_t home = m->entry[i].hash & mask;
        if (((i - home) & mask) < ((i - hole) & mask)) continue;
        m->entry[hole] = m->entry[i];
        hole = i;
    }
    m->entry[hole] = (MapEntry){0, 0, 0};
}

void *map_remove(Map *m, const char *key)
{
    size_t n = strlen(key);
    MapEntry *e = find(m, key, n, hash_bytes(key, n));
    if (!e || !e->key) return NULL;
    void *value = e->value;
    mem_free(e->key);
    m->len--;
    close_hole(m, (size_t)(e - m->entry));
    return value;
}

void map_free(Map *m)
{
    for (size_t i = 0; i < m->cap; i++) mem_free(m->entry[i].key);
    mem_free(m->entry);
    *m = (Map){0, 0, 0};
}

const MapEntry *map_next(const Map *m, size_t *at)
{
    while (*at < m->cap) {
        const MapEntry *e = &m->entry[(*at)++];
        if (e->key) return e;
    }
    return NULL;
}
