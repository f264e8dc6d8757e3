// The elements of LIST objects. Taking from and adding to either end is O(1) amortised; in the middle the shorter side
// moves. Start reading at list_insert_take.
#include "core/list.h"

#include "base/mem.h"

#include <string.h>

static void free_native(Native *n) { list_free((List *)n); }

static void each(Native *n, NativeVisit visit, void *arg)
{
    List *l = (List *)n;
    for (int64_t i = 0; i < l->n; i++) visit(arg, list_at(l, i));
}

const NativeKind list_kind = {free_native, each};

List *list_new(int64_t room)
{
    List *l = mem_zalloc(sizeof *l);
    if (!l) return NULL;
    l->native.kind = &list_kind;
    if (room <= 0) return l;
    l->block = mem_alloc((size_t)room * sizeof *l->block);
    if (!l->block) {
        mem_free(l);
        return NULL;
    }
    l->cap = room;
    return l;
}

void list_free(List *l)
{
    if (!l) return;
    for (int64_t i = 0; i < l->n; i++) val_drop(list_at(l, i));
    mem_free(l->block);
    mem_free(l);
}

// A larger block, or the same one with the elements moved to its middle, with room at the end that is asked for.
static bool make_room(List *l, bool in_front)
{
    if (in_front ? l->first > 0 : l->first + l->n < l->cap) return true;
    int64_t cap = l->n < 4 ? 8 : 2 * l->n;
    Val *block = mem_alloc((size_t)cap * sizeof *block);
    if (!block) return false;
    int64_t first = in_front ? cap - l->n - (cap - l->n) / 4 : (cap - l->n) / 4;
    if (!l->first && !in_front) first = 0;
    if (l->n) memcpy(&block[first], list_at(l, 0), (size_t)l->n * sizeof *block);
    mem_free(l->block);
    l->block = block;
    l->first = first;
    l->cap = cap;
    return true;
}

bool list_insert_take(List *l, int64_t i, Val v)
{
    bool in_front = i < l->n / 2;
    if (!make_room(l, in_front)) {
        val_drop(&v);
        return false;
    }
    if (in_front) {
        l->first--;
        memmove(list_at(l, 0), list_at(l, 1), (size_t)i * sizeof v);
    } else {
        memmove(list_at(l, i + 1), list_at(l, i), (size_t)(l->n - i) * sizeof v);
    }
    l->n++;
    *list_at(l, i) = v;
    return true;
}

Val list_remove(List *l, int64_t i)
{
    Val v = *list_at(l, i);
    if (i < l->n / 2) {
        memmove(list_at(l, 1), list_at(l, 0), (size_t)i * sizeof v);
        l->first++;
    } else {
        memmove(list_at(l, i), list_at(l, i + 1), (size_t)(l->n - 1 - i) * sizeof v);
    }
    l->n--;
    return v;
}

void list_reverse(List *l)
{
    for (int64_t i = 0, j = l->n - 1; i < j; i++, j--) {
        Val v = *list_at(l, i);
        *list_at(l, i) = *list_at(l, j);
        *list_at(l, j) = v;
    }
}
