// List: the elements of a LIST object, in one block with room at both ends.
#ifndef HELIO_CORE_LIST_H
#define HELIO_CORE_LIST_H

#include "core/native.h"

typedef struct List {
    Native native;
    Val *block;
    int64_t first, n, cap;
} List;

extern const NativeKind list_kind;

List *list_new(int64_t room);  // NULL when memory is out
void list_free(List *l);
static inline Val *list_at(const List *l, int64_t i) { return &l->block[l->first + i]; }
// Puts v (owned) before element i (0 to n). False when memory is out: v is dropped.
bool list_insert_take(List *l, int64_t i, Val v);
static inline bool list_push_take(List *l, Val v) { return list_insert_take(l, l->n, v); }
Val list_remove(List *l, int64_t i);  // the element, owned
void list_reverse(List *l);

#endif
