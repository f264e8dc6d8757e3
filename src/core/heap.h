// Heap variables: what pointers and object references point to. Counted; a dead one is emptied from a worklist, so
// that a chain of a million nodes does not recurse.
#ifndef HELIO_CORE_HEAP_H
#define HELIO_CORE_HEAP_H

#include "core/native.h"
#include "core/val.h"

typedef struct Heap Heap;

struct HeapVar {
    uint32_t refs;
    uint32_t is_object;
    int64_t id;  // the n of <PtrHeapVarn>
    Heap *heap;
    HeapVar *prev, *next;  // all live ones
    Val v;
    Native *native;  // owned; of a LIST or HASH; NULL
    bool freed;      // by PTR_FREE or OBJ_DESTROY: references to it are dangling
    bool cleaned;    // its CLEANUP has been called, or need not be
    bool cleaning;   // its CLEANUP runs, or an error has ended it
    bool uncounted;  // HEAP_REFCOUNT, /DISABLE: lives on without references
    bool unsaved;    // HEAP_NOSAVE: SAVE leaves it out
    bool reached;    // collect.c
    uint32_t internal;
    uint32_t saved;  // its number in the SAVE file that is being written; 0: it is not in there
};

Heap *heap_new(void);
void heap_free(Heap *h);                                  // drops what is left
HeapVar *heap_var_take(Heap *h, Val v, bool is_object);  // one reference; NULL when memory is out (v dropped)
static inline HeapVar *heap_ref(HeapVar *x)
{
    if (x) x->refs++;
    return x;
}
void heap_drop(HeapVar *x);        // NULL is fine
void heap_release(HeapVar *x);     // PTR_FREE: empties it now; references stay and dangle
// Asks before an object without references dies: true takes it over, with one reference, to clean it up first.
void heap_on_dead_object(Heap *h, bool (*keep)(void *arg, HeapVar *x), void *arg);
// Whether variables die with their last reference. Off: they stay until heap_release, as in old IDL.
void heap_set_counting(Heap *h, bool on);
bool heap_is_counting(const Heap *h);
// The live variable with this number; NULL.
HeapVar *heap_find(const Heap *h, int64_t id, bool object);
// The live variable after x; the first for NULL.
HeapVar *heap_next(const Heap *h, const HeapVar *x);
int64_t heap_count(const Heap *h, bool objects);

#endif
