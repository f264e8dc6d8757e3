// Whose elements a loop works on: those of an array, of a structure's tag (s.x, s.x[i], s[i].x), or of an object's data. The loop
// never changes what its variables hold, so the place of the elements is found before it starts. Start reading at
// elements_target.
#include "core/heap.h"
#include "lang/code.h"
#include "vm/jit/growth.h"

#include <string.h>

// Literals make a definition each time they run.
static bool has_definition(const Arr *a, const SDef *d)
{
    return a->def == d || (a->def && d && sdef_same(a->def, d));
}

const Arr *owner_find(const CallFrame *f, const JitUse *use, HeapVar *const *heap)
{
    const Val *v = use->heap ? &heap[use->heap - 1]->v : val_deref_const(&f->base[use->reg]);
    if (use->of_object) {
        if (val_is_array(v) || v->type != T_OBJ || !v->h || v->h->freed) return NULL;
        v = &v->h->v;
    }
    if ((!val_is_array(v) && v->type != T_STRUCT) || v->flags & VF_BOOL) return NULL;
    const Arr *a = v->a;
    if (a->is_view || !has_definition(a, use->def) || (!use->def && a->type != use->type)) return NULL;
    if (use->of_object && (!f->code->class_name || !sdef_is_a(a->def, f->code->class_name))) return NULL;
    return a;
}

bool owner_fill(const JitUse *use, const Arr *a, JitArray *out)
{
    const Tag *t = use->tag;
    int rank = t ? t->rank : a->rank;
    if ((use->is_single && a->n != 1) || a->n > INT32_MAX || (use->is_stored && a->refs != 1)) return false;
    if (use->is_grown && (rank != 1 || a->cap / a->elem > INT32_MAX)) return false;
    if (use->rank && rank != use->rank) return false;
    out->data = a->data + use->offset;
    out->n = t ? t->n : a->n;
    if (use->is_grown) out->room = growth_room(a);
    memcpy(out->dim, t ? t->dim : a->dim, sizeof a->dim);
    return true;
}

static bool same_elements(const JitUse *a, const JitUse *b)
{
    bool same = a->reg == b->reg && a->heap == b->heap && a->of_object == b->of_object && a->def == b->def;
    return same && a->offset == b->offset && a->type == b->type && a->tag == b->tag && a->is_single == b->is_single;
}

// Its number, -1: there are too many.
static int find_use(Gen *g, const JitUse *want, bool stores)
{
    int n = 0;
    while (n < g->narrays && !same_elements(&g->array[n], want)) n++;
    if (n == JIT_ARRAYS) return -1;
    if (n == g->narrays) g->array[g->narrays++] = *want;
    g->array[n].is_stored |= stores;
    g->touched[want->reg] = true;
    return n;
}

int elements_array(Gen *g, uint16_t x, bool stores)
{
    x = operand_variable(g, x);
    if (x >= K_BASE || !(g->now.type[x] & TYPE_ARRAY)) return -1;
    TypeCode t = g->now.type[x] & ~TYPE_ARRAY;
    if (!type_is_simple(t)) return -1;
    return find_use(g, &(JitUse){.reg = x, .type = t, .stride = (uint32_t)type_size(t)}, stores);
}

// The registers of a list of subscripts; false: it is no plain one.
static bool take_subscripts(const Origin *o, const Step *s, Target *t)
{
    if (s->kind != STEP_INDEX || s->nsubs > MAX_RANK) return false;
    for (int k = 0; k < s->nsubs; k++) {
        if (s->sub[k].kind != SUB_EXPR) return false;
        t->sub[k] = splice_number(o, s->sub[k].reg);
    }
    t->n = s->nsubs;
    return true;
}

// From step k on, through tags: the last one, whose place in the record is added up; NULL: there is none. *k: the step behind it.
static const Tag *last_tag(const Path *p, int *k, JitUse *use)
{
    const Tag *t = NULL;
    for (const SDef *d = use->def; d && *k < p->n && p->step[*k].kind == STEP_TAG && (!t || t->n == 1); ++*k, d = t->def) {
        int at = sdef_find(d, p->step[*k].tag);
        if (at < 0) return NULL;
        t = &d->tag[at];
        use->offset += t->offset;
    }
    return t;
}

// [subscripts] tags, or tags [subscripts].
static bool follow_record(Gen *g, const Path *p, JitUse *use, Target *t)
{
    int k = 0;
    bool is_array = p->step[k].kind == STEP_INDEX;
    if (is_array && !take_subscripts(origin_now(g), &p->step[k++], t)) return false;
    const Tag *tag = last_tag(p, &k, use);
    if (!tag || !type_is_simple(tag->type) || (is_array && (tag->rank || k < p->n))) return false;
    use->type = tag->type;
    use->is_single = !is_array;
    use->tag = tag->rank ? tag : NULL;
    use->stride = (uint32_t)(use->tag ? type_size(use->type) : use->def->size);
    if (!use->tag) return k == p->n;
    return k == p->n - 1 && take_subscripts(origin_now(g), &p->step[k], t);
}

// The array or record that a path starts from.
static const Arr *find_owner(const Gen *g, const Path *p, JitUse *use)
{
    HeapVar *heap[JIT_POINTED];
    for (int k = 0; k < g->npointed; k++) heap[k] = pointer_find(g->f, &g->pointed[k]);
    const Val *v = use->heap ? &heap[use->heap - 1]->v : val_deref_const(&g->f->base[use->reg]);
    use->of_object = !use->heap && v->type == T_OBJ;
    if (use->of_object) {
        bool is_data = !g->s->ins.p[g->pc].origin && p->step[0].kind == STEP_TAG && !val_is_array(v) && v->h && !v->h->freed;
        if (!is_data) return NULL;
        v = &v->h->v;
    }
    if (!val_is_array(v) && v->type != T_STRUCT) return NULL;
    use->type = v->a->type;
    use->def = v->a->def;
    return owner_find(g->f, use, heap);
}

bool elements_pointer_tag(Gen *g, const Path *path, JitPointer *p)
{
    JitUse use = {.reg = p->reg};
    const Arr *a = path->step[0].kind == STEP_TAG ? find_owner(g, path, &use) : NULL;
    int k = 0;
    const Tag *t = a && a->def && a->n == 1 ? last_tag(path, &k, &use) : NULL;
    if (!t || t->type != T_PTR || t->rank || k != path->n) return false;
    *p = (JitPointer){p->reg, use.of_object, use.def, use.offset};
    return true;
}

static bool follow_path(Gen *g, const Path *p, JitUse *use, Target *t)
{
    if (!find_owner(g, p, use)) return false;
    if (use->def) return follow_record(g, p, use, t);
    use->stride = (uint32_t)type_size(use->type);
    return type_is_simple(use->type) && p->n == 1 && take_subscripts(origin_now(g), &p->step[0], t);
}

static bool is_heap_array(const Gen *g, JitUse *use)
{
    static const Path none;
    use->stride = 0;
    if (!find_owner(g, &none, use) || use->def || !type_is_simple(use->type)) return false;
    use->stride = (uint32_t)type_size(use->type);
    return true;
}

bool elements_target(Gen *g, Instr i, uint16_t base, bool stores, Target *t)
{
    *t = (Target){.array = -1};
    base = operand_variable(g, base);
    if (base >= K_BASE) return false;
    bool is_array = g->now.type[base] & TYPE_ARRAY;
    bool is_heap = g->now.type[base] == TYPE_HEAP;
    JitUse use = {.reg = base};
    if (is_heap) use = (JitUse){.reg = g->pointed[g->now.to[base]].reg, .heap = (uint8_t)(g->now.to[base] + 1)};
    if (i.op == OP_INDEX1 || i.op == OP_STORE1) {
        t->n = 1;
        t->sub[0] = i.op == OP_INDEX1 ? i.c : i.b;
        if (!is_heap) t->array = elements_array(g, base, stores);
        else if (is_heap_array(g, &use)) t->array = find_use(g, &use, stores);
        return t->array >= 0;
    }
    const Path *p = &origin_now(g)->code->path_site[i.c];
    if (is_array) {
        if (p->n != 1 || !take_subscripts(origin_now(g), &p->step[0], t)) return false;
        t->array = elements_array(g, base, stores);
    } else {
        bool is_variable = g->now.type[base] == TYPE_OTHER && g->s->kind[base] == KIND_VARIABLE && base < g->code->nvars;
        if (g->f && (is_heap || is_variable) && follow_path(g, p, &use, t)) t->array = find_use(g, &use, stores);
    }
    return t->array >= 0;
}
