// Finds heap variables that no variable of the program reaches: cycles, and what was left when counting was off. Every
// reference is counted, so whatever has more references than those from within the heap is held from outside; all that
// is reached from there lives. Start reading at heap_unreachable.
#include "core/collect.h"

#include "base/mem.h"
#include "base/vec.h"
#include "core/arr.h"

// An array of references or structures: shared between values, it holds its references once.
typedef struct Node {
    const Arr *a;
    uint32_t internal;
    bool reached;
} Node;

typedef struct Walk {
    Node *node;  // by address, open addressing
    size_t cap, n;
    VEC(HeapVar *) todo;
    enum { COUNTING, MARKING } phase;
} Walk;

// --- References inside values --------------------------------------------------------------------------------------

static void visit_elements(int type, const SDef *def, const void *p, int64_t n, HeapVisit visit, void *arg)
{
    if (type == T_PTR || type == T_OBJ) {
        for (int64_t i = 0; i < n; i++) {
            HeapVar *h = ((HeapVar *const *)p)[i];
            if (h) visit(arg, h);
        }
    } else if (type == T_STRUCT && def->is_managed) {
        for (int64_t i = 0; i < n; i++) {
            for (int t = 0; t < def->ntags; t++) {
                const Tag *tag = &def->tag[t];
                visit_elements(tag->type, tag->def, (const char *)p + (size_t)i * def->size + tag->offset, tag->n, visit, arg);
            }
        }
    }
}

void heap_each_reference(const Val *v, HeapVisit visit, void *arg)
{
    if (val_is_array(v)) visit_elements(v->type, v->a->def, v->a->data, v->a->n, visit, arg);
    else if ((v->type == T_PTR || v->type == T_OBJ) && v->h) visit(arg, v->h);
}

static bool holds_references(const Val *v)
{
    if (!val_is_array(v)) return false;
    return v->type == T_PTR || v->type == T_OBJ || (v->type == T_STRUCT && v->a->def->is_managed);
}

// --- Arrays --------------------------------------------------------------------------------------------------------

static size_t place_of(const Walk *w, const Arr *a)
{
    size_t i = ((uintptr_t)a >> 4) * 0x9E3779B97F4A7C15u;
    i ^= i >> 32;
    while (w->node[i & (w->cap - 1)].a && w->node[i & (w->cap - 1)].a != a) i++;
    return i & (w->cap - 1);
}

static bool grow(Walk *w)
{
    Walk bigger = *w;
    bigger.cap = w->cap ? 2 * w->cap : 256;
    bigger.node = mem_zalloc(bigger.cap * sizeof *bigger.node);
    if (!bigger.node) return false;
    for (size_t i = 0; i < w->cap; i++) {
        if (w->node[i].a) bigger.node[place_of(&bigger, w->node[i].a)] = w->node[i];
    }
    mem_free(w->node);
    *w = bigger;
    return true;
}

// The node of an array; *is_new: met for the first time. NULL when memory is out.
static Node *node_of(Walk *w, const Arr *a, bool *is_new)
{
    if (2 * w->n >= w->cap && !grow(w)) return NULL;
    Node *x = &w->node[place_of(w, a)];
    *is_new = !x->a;
    if (*is_new) {
        x->a = a;
        w->n++;
    }
    return x;
}

// --- The two walks -------------------------------------------------------------------------------------------------

static void count_reference(void *arg, HeapVar *h)
{
    (void)arg;
    h->internal++;
}

static void mark(void *arg, HeapVar *h)
{
    Walk *w = arg;
    if (h->reached) return;
    h->reached = true;
    VEC_PUSH(&w->todo, h);
}

// A value inside a heap variable. Failing to note an array only keeps more alive.
static void walk_value(void *arg, Val *v)
{
    Walk *w = arg;
    bool is_new;
    Node *x = holds_references(v) ? node_of(w, v->a, &is_new) : NULL;
    if (w->phase == COUNTING) {
        if (x) x->internal++;
        if (x ? is_new : !val_is_array(v)) heap_each_reference(v, count_reference, w);
        return;
    }
    if (x && x->reached) return;
    if (x) x->reached = true;
    heap_each_reference(v, mark, w);
}

static void walk_variable(Walk *w, HeapVar *h)
{
    walk_value(w, &h->v);
    if (h->native) h->native->kind->each(h->native, walk_value, w);
}

// Marks what is held from outside the heap, and all that can be reached from it.
static void mark_living(Walk *w, const Heap *h)
{
    w->phase = MARKING;
    for (HeapVar *x = NULL; (x = heap_next(h, x));) {
        if (x->refs > x->internal) mark(w, x);
    }
    for (size_t i = 0; i < w->cap; i++) {
        Node *x = &w->node[i];
        if (!x->a || x->a->refs <= x->internal || x->reached) continue;
        x->reached = true;
        visit_elements(x->a->type, x->a->def, x->a->data, x->a->n, mark, w);
    }
    while (w->todo.len) walk_variable(w, w->todo.p[--w->todo.len]);
}

HeapVar **heap_unreachable(Heap *h, int64_t *n)
{
    Walk w = {.phase = COUNTING};
    VEC(HeapVar *) found = {0};
    for (HeapVar *x = NULL; (x = heap_next(h, x));) x->internal = 0, x->reached = false;
    for (HeapVar *x = NULL; (x = heap_next(h, x));) walk_variable(&w, x);
    mark_living(&w, h);
    for (HeapVar *x = NULL; (x = heap_next(h, x));) {
        if (!x->reached && !x->freed) VEC_PUSH(&found, heap_ref(x));
    }
    mem_free(w.node);
    VEC_FREE(&w.todo);
    *n = found.len;
    return found.p;
}
