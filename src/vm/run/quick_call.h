// Calls and returns of IDL routines in the common case, inlined in the run loop: no keywords, no method, nothing
// special about the frame. What these refuse (false, nothing done) goes the long way: call_user, slow_return.
#ifndef HELIO_VM_QUICK_CALL_H
#define HELIO_VM_QUICK_CALL_H

#include "vm/engine.h"

static inline bool quick_call(Engine *e, CallSite *s, Val *args, uint16_t dst)
{
    Code *code = ((const UserRoutine *)s->target)->code;
    if (s->nkw || s->is_method || e->depth + 1 >= e->gate || e->top + code->nregs > e->stack + STACK_VALUES)
        return false;
    CallFrame *f = &e->frame[++e->depth];
    Val *base = e->top;
    e->top += code->nregs;
    for (Val *v = base; v < e->top; v++) *v = VAL_UNDEF;
    code->refs++;
    *f = (CallFrame){.code = code,
                     .base = base,
                     .dst = dst,
                     .kind = FRAME_ROUTINE,
                     .target = e->depth,
                     .nargs = s->npos,
                     .on_error = -1,
                     .catch_pc = NO_PLACE,
                     .io_pc = NO_PLACE,
                     .site = s};
    const CodeParam *p = code->param;
    for (int i = 0; i < s->npos; p++) {
        if (p->keyword) continue;
        base[p->reg] = args[i]; // a reference, or the value moved in
        args[i++].tag = T_UNDEF;
    }
    return true;
}

// value: what is returned, or NULL. It is moved when it lies in the frame, which ends.
static inline bool quick_return(Engine *e, CallFrame *f, Val *value)
{
    if (f->kind != FRAME_ROUTINE || f->dst == INVOKED || f->cells || f->refs || f->code->refs < 2) return false;
    Val result = VAL_UNDEF;
    if (value) {
        if (value->type == T_UNDEF || value->type == T_REF) return false;
        result = *value;
        value->tag = T_UNDEF;
    } else if (f->code->is_function) {
        return false;
    }
    for (Val *v = f->base; v < e->top; v++) {
        if (v->flags & VF_CELL) val_free_(v);
    }
    e->top = f->base;
    f->code->refs--;
    e->depth--;
    if (f->dst == NO_REG) {
        val_drop(&result);
        return true;
    }
    CallFrame *caller = frame_top(e);
    Val *to = &caller->base[f->dst];
    if (f->dst < caller->code->nvars) to = val_deref(to);
    val_set_take(to, result);
    return true;
}

#endif
