// Frames: windows on the value stack. Typed statements run in frames of their own whose registers refer to the
// variables of the frame they were typed in (scope/variables.h). Start reading at frame_push.
#include "vm/frame/frames.h"

#include "base/mem.h"
#include "vm/fault/throw.h"
#include "vm/frame/debug.h"
#include "vm/frame/profile.h"
#include "vm/scope/variables.h"

#include <string.h>

static void init_frame(CallFrame *f, Code *code, FrameKind kind, int target, Val *base)
{
    *f = (CallFrame){.code = code_ref(code), .base = base, .dst = NO_REG, .kind = (uint8_t)kind, .target = target,
                 .on_error = -1, .catch_pc = NO_PLACE, .io_pc = NO_PLACE};
}

// True: the end of the frame must be told (profile_leave).
static __attribute__((cold, noinline)) bool pass_gate(Vm *vm, Code *code, FrameKind kind)
{
    Engine *e = vm->engine;
    if (e->depth + 1 >= DEPTH_LIMIT + (kind == FRAME_STATEMENT ? 100 : 0)) {
        vm_throw(vm, E_DEPTH, "Calls are nested too deeply (limit 10000). Is the recursion endless?");
    }
    if (e->debugger) debug_enter(vm, code);
    return kind == FRAME_ROUTINE && profile_enter(vm, code);
}

CallFrame *frame_push(Vm *vm, Code *code, FrameKind kind, int target)
{
    Engine *e = vm->engine;
    bool is_profiled = __builtin_expect(e->depth + 1 >= e->gate, 0) && pass_gate(vm, code, kind);
    if (e->top + code->nregs > e->stack + STACK_VALUES) vm_throw(vm, E_DEPTH, "The value stack is full.");
    CallFrame *f = &e->frame[++e->depth];
    init_frame(f, code, kind, kind == FRAME_STATEMENT ? target : e->depth, e->top);
    if (__builtin_expect(is_profiled, 0)) f->cells = mem_must(sizeof *f->cells);  // its return goes through frame_pop
    memset((void *)e->top, 0, (size_t)code->nregs * sizeof(Val));
    e->top += code->nregs;
    return f;
}

// f is the innermost frame: what stands above its registers is scratch of an instruction that was thrown out of.
void frame_drop_temps(Vm *vm, CallFrame *f)
{
    Engine *e = vm->engine;
    while (e->top > f->base + f->code->nregs) val_drop(--e->top);
    for (int i = f->code->nvars + f->code->nhidden; i < f->code->nregs; i++) val_drop(&f->base[i]);
}

void ref_extra_free(RefExtra *r)
{
    if (!r) return;
    for (int i = 0; i < r->n; i++) {
        mem_free(r->item[i].name);
        val_drop(&r->item[i].v);
    }
    mem_free(r);
}

void frame_pop(Vm *vm)
{
    Engine *e = vm->engine;
    CallFrame *f = frame_top(e);
    if (__builtin_expect(e->profiler != NULL, 0)) profile_leave(vm);
    while (e->top > f->base) val_drop(--e->top);
    if (f->cells) cells_free(f->cells);
    ref_extra_free(f->refs);
    code_drop(f->code);
    e->depth--;
}
