// Finding garbage that counting does not: heap variables in cycles.
#ifndef HELIO_CORE_COLLECT_H
#define HELIO_CORE_COLLECT_H

#include "core/heap.h"

typedef void (*HeapVisit)(void *arg, HeapVar *h);
// Every reference in a value itself: a pointer, elements, tags at any depth. Not what they point to.
void heap_each_reference(const Val *v, HeapVisit visit, void *arg);
// The live variables that nothing outside the heap reaches, n of them, each referenced for the caller; mem_free the list.
HeapVar **heap_unreachable(Heap *h, int64_t *n);

#endif
