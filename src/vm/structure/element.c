// Start reading at element_find.
#include "vm/structure/element.h"

#include "vm/engine.h"
#include "vm/structure/object_data.h"

#include <string.h>

// Where the walk is: some elements, in a record or an array.
typedef struct Cursor {
    char *p;
    const SDef *def;  // of structures
    const int64_t *dim;
    int64_t n;
    TypeCode type;
    int rank;
} Cursor;

static bool subscript(const Val *v, int64_t n, int64_t *i)
{
    switch (v->tag) {
    case T_INT: *i = v->i; break;
    case T_LONG: *i = v->l; break;
    case T_LONG64: *i = v->ll; break;
    case T_BYTE: *i = v->b; break;
    default: return false;
    }
    if (*i < 0) *i += n;
    return *i >= 0 && *i < n;
}

static bool go_to_element(Cursor *c, const Step *step, const Operands *o)
{
    int64_t at = 0, i;
    if (!c->rank || (step->nsubs != 1 && step->nsubs != c->rank)) return false;
    for (int k = step->nsubs; k-- > 0;) {
        int64_t n = step->nsubs == 1 ? c->n : c->dim[k];
        if (step->sub[k].kind != SUB_EXPR || !subscript(operand_at(o, step->sub[k].reg), n, &i)) return false;
        at = at * n + i;
    }
    c->p += (size_t)at * (c->def ? c->def->size : type_size(c->type));
    c->n = 1;
    c->rank = 0;
    return true;
}

int step_tag(Step *step, const SDef *def)
{
    if (step->seen == def && step->seen_at < def->ntags && strcmp(def->tag[step->seen_at].name, step->tag) == 0)
        return step->seen_at;
    int i = sdef_find(def, step->tag);
    if (i < 0) return -1;
    step->seen = def;
    step->seen_at = i;
    return i;
}

static bool go_to_tag(Cursor *c, Step *step)
{
    int at = c->def && c->n == 1 ? step_tag(step, c->def) : -1;
    if (at < 0) return false;
    const Tag *t = &c->def->tag[at];
    *c = (Cursor){c->p + t->offset, t->def, t->dim, t->n, t->type, t->rank};
    return true;
}

static bool go_on(Cursor *c, Step *step, const Operands *o)
{
    return step->kind == STEP_INDEX ? go_to_element(c, step, o) : step->kind == STEP_TAG && go_to_tag(c, step);
}

// The array, the record, or the object's data that the path starts from.
static Arr *start(Vm *vm, const Val *base)
{
    if (val_is_array(base)) return base->type == T_OBJ ? NULL : base->a;
    if (base->type == T_STRUCT) return base->a;
    if (base->type != T_OBJ) return NULL;
    const Val *data = base->h && !base->h->freed ? object_data(vm, base) : NULL;
    return data ? data->a : NULL;
}

bool element_find(Vm *vm, const Val *base, Path *path, const Operands *o, Element *out)
{
    Arr *a = start(vm, base);
    if (!a || (base->type == T_OBJ && path->step[0].kind == STEP_INDEX)) return false;
    Cursor c = {a->data, a->def, a->dim, a->n, a->type, a->rank};
    for (int i = 0; i < path->n; i++) {
        if (!go_on(&c, &path->step[i], o)) return false;
    }
    if (c.rank || c.def) return false;
    *out = (Element){c.p, c.type, a};
    return true;
}

static Arr window_at(const Cursor *c)
{
    Arr w = {.refs = 2, .type = (uint8_t)c->type, .n = c->n, .elem = type_size(c->type), .data = c->p};
    for (int d = 0; d < MAX_RANK; d++) w.dim[d] = d < c->rank ? c->dim[d] : 1;
    w.rank = (uint8_t)arr_trim_rank(c->rank, w.dim);
    return w;
}

int element_window(Vm *vm, const Val *base, Path *path, int most, const Operands *o, Arr *window, Arr **owner)
{
    Arr *a = start(vm, base);
    int steps = 0;
    if (!a || !a->def || a->is_view || (base->type == T_OBJ && path->step[0].kind == STEP_INDEX)) return 0;
    Cursor c = {a->data, a->def, a->dim, a->n, a->type, a->rank};
    for (int i = 0; i < most && go_on(&c, &path->step[i], o); i++) {
        if (path->step[i].kind != STEP_TAG || !c.rank || type_in(c.type, TM(STRUCT) | TM(PTR) | TM(OBJ))) continue;
        *window = window_at(&c);
        *owner = a;
        steps = i + 1;
    }
    return steps;
}
