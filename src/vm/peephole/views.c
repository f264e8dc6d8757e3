// Whether the array in a tag is read where it lies. Start reading at view_may_stay.
#include "vm/peephole/views.h"

#include "core/arr.h"
#include "vm/peephole/quick.h"

enum { AHEAD = 16 };

typedef enum Reader { READER_NONE, READER_LOOKS, READER_MAY_KEEP } Reader;

static bool is_operator(int op, Instr i, uint16_t r)
{
    if (op >= OP_NEG && op <= OP_LNOT) return i.b == r;
    if (op >= OP_ADD && op <= OP_MATMUL2) return i.b == r || i.c == r;
    return (op == OP_INDEX1 || op == OP_PATH_GET) && i.b == r;
}

// The value of a subscripted assignment to an array of its own: written where its owner's data lies, the owner would be copied.
static bool is_assigned_elsewhere(const CallFrame *f, Instr i, const Arr *owner)
{
    const Val *base = val_deref(&f->base[i.a]);
    return val_is_array(base) && type_in(base->type, TYPES_NUMERIC | TM(STRING)) && base->a != owner;
}

// Who consumes the temporary r. A builtin may give its argument back, or put it somewhere.
static Reader reader_of(Vm *vm, const CallFrame *f, uint16_t r, const Arr *owner)
{
    const Code *code = f->code;
    uint32_t pc = f->pc + 1;
    for (uint32_t end = pc + AHEAD; pc < end && pc < (uint32_t)code->nins; pc++) {
        Instr i = code->ins[pc];
        int op = quick_plain(i.op);
        if (is_operator(op, i, r)) return READER_LOOKS;
        if (op == OP_PATH_SET) return i.b == r && is_assigned_elsewhere(f, i, owner) ? READER_LOOKS : READER_NONE;
        if (op == OP_CALL_FUN && r >= i.b) {
            const CallSite *s = &code->call_site[i.c];
            if (r < i.b + s->npos + s->nkw) return map_get(&vm->engine->builtin_fun, s->name) ? READER_MAY_KEEP : READER_NONE;
        }
        bool goes_on = op == OP_MOVE || op == OP_LOADK || op == OP_REF || op == OP_PATH_GET || op == OP_INDEX1 ||
                       op == OP_CALL_FUN || (op >= OP_ADD && op <= OP_LNOT);
        if (!goes_on || (op == OP_MOVE && i.b == r)) return READER_NONE;
    }
    return READER_NONE;
}

bool view_may_stay(Vm *vm, const CallFrame *f, const Val *v)
{
    if (!val_is_array(v) || !v->a->is_view || (size_t)v->a->n * v->a->elem < VIEW_BYTES) return false;
    const Arr *owner = v->a->owner;
    uint16_t r = f->code->ins[f->pc].a;
    if (r < f->code->nvars + f->code->nhidden) return false;
    switch (reader_of(vm, f, r, owner)) {
    case READER_NONE: return false;
    case READER_LOOKS: return true;
    case READER_MAY_KEEP: return (size_t)owner->n * owner->elem / 4 <= (size_t)v->a->n * v->a->elem;
    }
    return false;
}
