// The heap of pointer and object targets: a doubly linked list of all live variables and a worklist of dead ones.
// Start reading at heap_drop.
#include "core/heap.h"

#include "base/mem.h"

struct Heap {
    HeapVar *live;
    HeapVar *dead;  // refs 0, linked by next, waiting to be emptied
    bool sweeping;
    bool uncounted;  // nothing dies of itself
    int64_t last_id;
    bool (*keep)(void *arg, HeapVar *x);
    void *keep_arg;
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
        heap_release(x);  // may add to the worklist, never recurses
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
    if ((h->uncounted || x->uncounted) && !x->freed) return;
    if (x->is_object && !x->cleaned && h->keep) {
        x->cleaned = true;
        x->refs = 1;
        if (h->keep(h->keep_arg, x)) return;
        x->refs = 0;
    }
    unlink_var(x);
    x->next = h->dead;
    h->dead = x;
    sweep(h);
}

void heap_release(HeapVar *x)
{
    Native *native = x->native;
    x->freed = true;
    x->native = NULL;
    val_drop(&x->v);
    if (native) native->kind->free(native);
}

// Reference cycles keep variables alive to the end: they are emptied first, then whatever is left loses its heap.
void heap_free(Heap *h)
{
    h->uncounted = false;
    for (HeapVar *x = h->live; x;) {
        x->refs++;
        x->uncounted = false;
        x->cleaned = true;
        heap_release(x);
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
    for (const HeapVar *x = h->live; x; x = x->next) n += !x->freed && (bool)x->is_object == objects;
    return n;
}

void heap_on_dead_object(Heap *h, bool (*keep)(void *arg, HeapVar *x), void *arg)
{
    h->keep = keep;
    h->keep_arg = arg;
}

void heap_set_counting(Heap *h, bool on) { h->uncounted = !on; }
bool heap_is_counting(const Heap *h) { return !h->uncounted; }

HeapVar *heap_find(const Heap *h, int64_t id, bool object)
{
    for (HeapVar *x = h->live; x; x = x->next) {
        if (x->id == id && (bool)x->is_object == object && !x->freed) return x;
    }
    return NULL;
}

HeapVar *heap_next(const Heap *h, const HeapVar *x) { return x ? x->next : h->live; }
