// Flattens values to scalars for formatted output and input. Runs of elements lie on a stack, a structure's tags above
// its record. Start reading at items_next.
#include "fmt/items.h"

void items_start(Items *it, const Val *const *vals, int n, bool split_complex)
{
    *it = (Items){.vals = vals, .nvals = n, .split_complex = split_complex};
}

void items_free(Items *it) { VEC_FREE(&it->stack); }

static void push_run(Items *it, TypeCode t, const SDef *def, void *p, size_t step, int64_t n)
{
    if (it->split_complex && type_is_complex(t)) {
        bool wide = t == T_DCOMPLEX;
        t = wide ? T_DOUBLE : T_FLOAT;
        step = wide ? sizeof(double) : sizeof(float);
        n *= 2;
    }
    VEC_PUSH(&it->stack, (ItemRun){t, def, p, step, n, 0});
}

static void push_value(Items *it, const Val *v)
{
    if (v->type == T_UNDEF) return;
    if (val_is_array(v)) {
        const Arr *a = v->a;
        push_run(it, a->type, a->def, a->data, a->elem, a->n);
    } else {
        push_run(it, v->type, NULL, (void *)val_data_peek(v), 0, 1);
    }
}

// Brings a run of scalars with something left to the top of the stack; NULL at the end.
static ItemRun *settle(Items *it)
{
    for (;;) {
        while (it->stack.len == 0) {
            if (it->at == it->nvals) return NULL;
            push_value(it, it->vals[it->at++]);
        }
        ItemRun *r = &it->stack.p[it->stack.len - 1];
        if (r->left == 0) {
            it->stack.len--;
        } else if (r->type != T_STRUCT) {
            return r;
        } else if (r->tag == r->def->ntags) {
            r->tag = 0;
            r->p += r->step;
            r->left--;
        } else {
            const Tag *g = &r->def->tag[r->tag++];
            push_run(it, g->type, g->def, r->p + g->offset, g->elem, g->n);
        }
    }
}

bool items_next(Items *it, Item *item)
{
    ItemRun *r = settle(it);
    if (!r) return false;
    *item = (Item){r->type, r->p};
    r->p += r->step;
    r->left--;
    return true;
}

bool items_has_next(Items *it) { return settle(it) != NULL; }

void items_written(Val *v)
{
    if (v->type == T_STRING && !val_is_array(v)) v->flags = v->s ? VF_CELL : 0;
}

bool items_writable(Val *v)
{
    if (val_is_array(v)) return arr_mut(v) != NULL;
    if (v->type == T_DCOMPLEX && v->z->refs > 1) val_set_take(v, val_dcomplex(v->z->z.re, v->z->z.im));
    return true;
}
