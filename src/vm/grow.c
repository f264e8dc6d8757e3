// Values that grow where they are, so that appending in a loop is linear. Start reading at grow_string_may.
#include "vm/grow.h"

#include "core/arr.h"
#include "core/heap.h"
#include "vm/element.h"

bool grow_array_may(const Val *v, const Val *variable)
{
    return val_is_array(v) && arr_has_owners(v->a, val_is_array(variable) && variable->a == v->a ? 2 : 1);
}

static const Val *operand(const CallFrame *f, uint16_t r)
{
    return r >= K_BASE ? &f->code->k[r - K_BASE] : val_deref_const(&f->base[r]);
}

static bool is_fixed(const CallFrame *f, uint16_t r) { return r >= K_BASE || r < f->code->nvars; }

// What the path leads to, where it lies: its subscripts are variables and constants, which have their values already.
static const HeapVar *pointer_at_path(Vm *vm, const CallFrame *f, const Instr *i)
{
    Path *path = &f->code->path_site[i->c];
    Operands o = {f->base, f->code->k};
    Element at;
    if (!is_fixed(f, i->b)) return NULL;
    for (int s = 0; s < path->n; s++) {
        for (int k = 0; k < path->step[s].nsubs; k++) {
            if (!is_fixed(f, path->step[s].sub[k].reg)) return NULL;
        }
    }
    if (!element_find(vm, operand(f, i->b), path, &o, &at) || at.type != T_PTR) return NULL;
    return *(HeapVar **)(void *)at.p;
}

bool grow_pointee_may(Vm *vm, const CallFrame *f, const Val *v)
{
    const Instr *i = &f->code->ins[f->pc];
    uint16_t made = i->a, pointer = NO_REG;
    const HeapVar *h = NULL;
    i += 2;
    if (i->op == OP_PATH_GET) {
        h = pointer_at_path(vm, f, i);
        pointer = i++->a;
    }
    if (i->op != OP_DEREF || (h && i->b != pointer)) return false;
    if (!h && is_fixed(f, i->b)) {
        const Val *p = operand(f, i->b);
        if (p->type == T_PTR && !val_is_array(p)) h = p->h;
    }
    if (!h || h->freed || i[1].op != OP_SET_REF || i[1].a != i->a || i[1].b != made) return false;
    return val_is_array(v) && val_is_array(&h->v) && h->v.a == v->a && arr_has_owners(v->a, 2);
}

static bool is_text(const Val *v) { return v->type == T_STRING && !val_is_array(v); }

// s = s + x + y is t = s + x, s = t + y, with nothing between them that could miss the old s.
bool grow_string_may(CallFrame *f, const Val *s, size_t *bytes)
{
    const Instr *i = &f->code->ins[f->pc];
    uint16_t t = i->a;
    *bytes = 0;
    if (t < f->code->nvars || !is_text(s) || !s->s || s->s->refs != 1) return false;
    for (;; i++) {
        const Val *v = operand(f, i->c);
        if (i->op != OP_ADD || !is_text(v) || v == s || __builtin_add_overflow(*bytes, str_len(v->s), bytes)) return false;
        if (i->a != t) return i->a < f->code->nvars && operand(f, i->a) == s;
        if (i[1].b != t) return false;
    }
}
