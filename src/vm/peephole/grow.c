// Values that grow where they are, so that appending in a loop is linear. Start reading at grow_string_may.
#include "vm/peephole/grow.h"

#include "core/arr.h"
#include "core/heap.h"
#include "vm/structure/element.h"

#include <string.h>

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

const Val *grow_pointee(Vm *vm, const CallFrame *f, uint32_t pc, uint16_t made)
{
    const Instr *i = &f->code->ins[pc];
    uint16_t pointer = NO_REG;
    const HeapVar *h = NULL;
    if (i->op == OP_PATH_GET) {
        h = pointer_at_path(vm, f, i);
        pointer = i++->a;
    }
    if (i->op != OP_DEREF || (h && i->b != pointer)) return NULL;
    if (!h) {
        const Val *p = operand(f, i->b);
        if (p->type == T_PTR && !val_is_array(p)) h = p->h;
    }
    bool is_assigned = h && !h->freed && i[1].op == OP_SET_REF && i[1].a == i->a && i[1].b == made;
    return is_assigned ? &h->v : NULL;
}

bool grow_pointee_may(Vm *vm, const CallFrame *f, const Val *v)
{
    const Val *at = grow_pointee(vm, f, f->pc + 2, f->code->ins[f->pc].a);
    return at && val_is_array(v) && val_is_array(at) && at->a == v->a && arr_has_owners(v->a, 2);
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

static bool has_room(const Str *s, const Str *more, size_t to_come)
{
    size_t room = s->cap - s->len;
    return s->refs == 1 && more->len <= room && to_come <= room;
}

static void put_behind(Str *s, const Str *more)
{
    *str_put(s->s + s->len, more) = '\0';
    s->len += more->len;
}

bool grow_string_quickly(CallFrame *f, Instr i)
{
    const uint16_t full = T_STRING | VF_CELL << 8;
    int statement = f->code->nvars + f->code->nhidden;  // first of its own registers
    if (i.b >= K_BASE) return false;
    Val *s = val_deref(&f->base[i.b]), *dst = &f->base[i.a];
    const Val *more = operand(f, i.c);
    if (i.a < f->code->nvars) dst = val_deref(dst);
    if (s->tag != full || more->tag != full || s == more) return false;
    size_t to_come = 0;
    bool dies = s == dst || (i.b >= statement && s == &f->base[i.b]);
    if ((!dies && !grow_string_may(f, s, &to_come)) || !has_room(s->s, more->s, to_come)) return false;
    put_behind(s->s, more->s);
    if (s != dst) val_set_take(dst, val_take(s));
    if (i.c < K_BASE && i.c >= statement) val_drop(&f->base[i.c]);
    return true;
}

// A number to element n of its type's array.
static void put_number(Arr *a, int64_t n, const Val *v)
{
    switch (a->elem) {
    case 1: ((uint8_t *)a->data)[n] = v->b; break;
    case 2: ((uint16_t *)a->data)[n] = v->ui; break;
    case 4: ((uint32_t *)a->data)[n] = v->ul; break;
    default: ((uint64_t *)a->data)[n] = v->ull; break;
    }
}

// The array that v, one of the instruction's own registers, and perhaps the variable have: it can take n numbers behind it.
static bool takes_more(const Val *v, const Val *variable, int n)
{
    if (!val_is_array(v) || v->flags & VF_BOOL || v->a->rank != 1) return false;
    if (!type_is_numeric(v->type) || type_is_complex(v->type)) return false;
    for (int k = 1; k <= n; k++) {
        if (v[k].tag != v->type) return false;
    }
    return n > 0 && grow_array_may(v, variable) && (size_t)(v->a->n + n) * v->a->elem <= v->a->cap;
}

int grow_array_quickly(CallFrame *f, const Instr *i)
{
    const Instr *ext = i + 1, *after = i + 2;
    Val *v = &f->base[i->b];
    if (!ext->b || i->c != 1) return 0;
    Val *variable = val_deref(&f->base[ext->b - 1]);
    int more = ext->a - 1;
    if (!takes_more(v, variable, more)) return 0;
    Arr *a = v->a;
    for (int k = 1; k <= more; k++) {
        put_number(a, a->n + k - 1, &v[k]);
        v[k].tag = T_UNDEF;
    }
    a->n = a->dim[0] += more;
    if (after->op == OP_MOVE && after->a == ext->b - 1 && after->b == i->a && a->refs == 2) {
        a->refs--;  // the variable has it already
        v->tag = T_UNDEF;
        return 3;
    }
    Val grown = val_take(v);
    val_set_take(i->a < f->code->nvars ? val_deref(&f->base[i->a]) : &f->base[i->a], grown);
    return 2;
}
