// The heap of pointer and object targets: a doubly linked list of all live variables and a worklist of dead ones.
// Start reading at heap_drop.
#include "core/heap.h"

#include "base/mem.h"

struct Heap {
    HeapVar *live;
    HeapVar *dead;  // refs 0, linked by next, waiting to be emptied
    bool sweeping;
    int64_t last_id;
};

Heap *heap_new(void) { return mem_must(sizeof(Heap)); }

static void unlink_var(HeapVar *x)
{
    if (x->prev) x->prev->next = x->next;
    else x->heap->live = x->next;
    if (x->next) x->next->prev = x->prev;
}

static void sweep(Heap *h)
{
    if (h->sweeping) return;
    h->sweeping = true;
    while (h->dead) {
        HeapVar *x = h->dead;
        h->dead = x->next;
        val_drop(&x->v);  // may add to the worklist, never recurses
        mem_free(x);
    }
    h->sweeping = false;
}

HeapVar *heap_var_take(Heap *h, Val v, bool is_object)
{
    HeapVar *x = mem_zalloc(sizeof *x);
    if (!x) {
        val_drop(&v);
        return NULL;
    }
    *x = (HeapVar){.refs = 1, .is_object = is_object, .id = ++h->last_id, .heap = h, .next = h->live, .v = v};
    if (h->live) h->live->prev = x;
    h->live = x;
    return x;
}

void heap_drop(HeapVar *x)
{
    if (!x || --x->refs) return;
    Heap *h = x->heap;
    if (!h) {  // outlived its heap
        mem_free(x);
        return;
    }
    unlink_var(x);
    x->next = h->dead;
    h->dead = x;
    sweep(h);
}

void heap_release(HeapVar *x)
{
    x->freed = true;
    val_drop(&x->v);
}

// Reference cycles keep variables alive to the end: they are emptied first, then whatever is left loses its heap.
void heap_free(Heap *h)
{
    for (HeapVar *x = h->live; x;) {
        x->refs++;
        val_drop(&x->v);
        HeapVar *next = x->next;
        heap_drop(x);
        x = next;
    }
    for (HeapVar *x = h->live; x; x = x->next) x->heap = NULL;
    mem_free(h);
}

int64_t heap_count(const Heap *h, bool objects)
{
    int64_t n = 0;
    for (const HeapVar *x = h->live; x; x = x->next) n += (bool)x->is_object == objects;
    return n;
}
