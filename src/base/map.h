// Map: names to pointers, open addressing. Keys are copied; names are compared byte by byte (callers upper-case them).
#ifndef HELIO_BASE_MAP_H
#define HELIO_BASE_MAP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct MapEntry {
    char *key;  // NULL: free
    uint32_t hash;
    void *value;
} MapEntry;

typedef struct Map {
    MapEntry *entry;
    size_t cap, len;
} Map;

void *map_get(const Map *m, const char *key);
void *map_get_n(const Map *m, const char *key, size_t n);
void map_set(Map *m, const char *key, void *value);
void *map_remove(Map *m, const char *key);  // its value, or NULL
void map_free(Map *m);                      // not the values
// Iteration in table order: start with *at = 0; NULL at the end.
const MapEntry *map_next(const Map *m, size_t *at);

uint32_t hash_bytes(const void *p, size_t n);

#endif
