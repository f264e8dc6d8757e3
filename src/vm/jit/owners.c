// Whose elements a loop works on: those of an array, of a structure's tag (s.x, s.x[i], s[i].x), or of an object's data. The loop
// never changes what its variables hold, so the place of the elements is found before it starts. Start reading at
// elements_target.
#include "core/heap.h"
#include "lang/code.h"
#include "vm/jit/gen.h"

#include <string.h>

// Literals make a definition each time they run.
static bool has_definition(const Arr *a, const SDef *d)
{
    return a->def == d || (a->def && d && sdef_same(a->def, d));
}

const Arr *owner_find(const CallFrame *f, const JitUse *use)
{
    const Val *v = val_deref_const(&f->base[use->reg]);
    if (use->of_object) {
        if (val_is_array(v) || v->type != T_OBJ || !v->h || v->h->freed) return NULL;
        v = &v->h->v;
    }
    if (!val_is_array(v) && v->type != T_STRUCT) return NULL;
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
    if (use->rank && rank != use->rank) return false;
    out->data = a->data + use->offset;
    out->n = t ? t->n : a->n;
    memcpy(out->dim, t ? t->dim : a->dim, sizeof a->dim);
    return true;
}

static bool same_elements(const JitUse *a, const JitUse *b)
{
    return a->reg == b->reg && a->of_object == b->of_object && a->def == b->def && a->offset == b->offset && a->type == b->type &&
           a->tag == b->tag && a->is_single == b->is_single;
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

// From step k on, through tags: where in the record the last one is; the number of steps gone, 0: not numbers.
static int follow_tags(const Path *p, int k, JitUse *use)
{
    int first = k;
    const Tag *t = NULL;
    for (const SDef *d = use->def; d && k < p->n && p->step[k].kind == STEP_TAG && (!t || t->n == 1); k++, d = t->def) {
        int at = sdef_find(d, p->step[k].tag);
        if (at < 0) return 0;
        t = &d->tag[at];
        use->offset += t->offset;
    }
    if (!t || !type_is_simple(t->type)) return 0;
    use->type = t->type;
    use->tag = t;
    return k - first;
}

// [subscripts] tags, or tags [subscripts].
static bool follow_record(Gen *g, const Path *p, JitUse *use, Target *t)
{
    int k = 0;
    bool is_array = p->step[k].kind == STEP_INDEX;
    if (is_array && !take_subscripts(origin_now(g), &p->step[k++], t)) return false;
    int gone = follow_tags(p, k, use);
    k += gone;
    if (!gone || (is_array && (use->tag->rank || k < p->n))) return false;
    use->is_single = !is_array;
    if (is_array || !use->tag->rank) use->tag = NULL;
    use->stride = (uint32_t)(use->tag ? type_size(use->type) : use->def->size);
    if (!use->tag) return k == p->n;
    return k == p->n - 1 && take_subscripts(origin_now(g), &p->step[k], t);
}

static bool follow_path(Gen *g, const Path *p, uint16_t base, JitUse *use, Target *t)
{
    const Val *v = val_deref_const(&g->f->base[base]);
    use->reg = base;
    use->of_object = v->type == T_OBJ;
    if (use->of_object) {
        bool is_data = !g->s->ins.p[g->pc].origin && p->step[0].kind == STEP_TAG && !val_is_array(v) && v->h && !v->h->freed;
        if (!is_data) return false;
        v = &v->h->v;
    }
    if (!val_is_array(v) && v->type != T_STRUCT) return false;
    use->type = v->a->type;
    use->def = v->a->def;
    if (!owner_find(g->f, use)) return false;
    if (use->def) return follow_record(g, p, use, t);
    use->stride = (uint32_t)type_size(use->type);
    return type_is_simple(use->type) && p->n == 1 && take_subscripts(origin_now(g), &p->step[0], t);
}

bool elements_target(Gen *g, Instr i, uint16_t base, bool stores, Target *t)
{
    *t = (Target){.array = -1};
    base = operand_variable(g, base);
    if (base >= K_BASE) return false;
    bool is_array = g->now.type[base] & TYPE_ARRAY;
    if (i.op == OP_INDEX1 || i.op == OP_STORE1) {
        t->n = 1;
        t->sub[0] = i.op == OP_INDEX1 ? i.c : i.b;
        t->array = elements_array(g, base, stores);
        return t->array >= 0;
    }
    JitUse use = {0};
    const Path *p = &origin_now(g)->code->path_site[i.c];
    if (is_array) {
        if (p->n != 1 || !take_subscripts(origin_now(g), &p->step[0], t)) return false;
        t->array = elements_array(g, base, stores);
    } else {
        bool may = g->f && g->now.type[base] == TYPE_OTHER && g->s->kind[base] == KIND_VARIABLE && base < g->code->nvars;
        if (may && follow_path(g, p, base, &use, t)) t->array = find_use(g, &use, stores);
    }
    return t->array >= 0;
}
