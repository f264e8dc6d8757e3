// Frames come and go.
#ifndef HELIO_VM_FRAMES_H
#define HELIO_VM_FRAMES_H

#include "vm/engine.h"

// Keywords that a routine took by _REF_EXTRA: the variables of whoever gave them, or the values of expressions.
typedef struct RefExtra {
    int n, cap;
    struct RefKeyword {
        char *name;
        Val v;  // T_REF, or owned
    } item[];
} RefExtra;

void ref_extra_free(RefExtra *r);
CallFrame *frame_push(Vm *vm, Code *code, FrameKind kind, int target);  // code referenced; throws past the depth limit
void frame_pop(Vm *vm);             // drops its values
void frame_drop_temps(Vm *vm, CallFrame *f);

// A routine of our library, written in IDL (pro/).
static inline bool frame_is_library(const CallFrame *f)
{
    return f->kind == FRAME_ROUTINE && f->code->options & OPT_EMBEDDED;
}

#endif
