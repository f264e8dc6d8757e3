// Frames: windows on the value stack. Typed statements run in frames of their own whose registers refer to the
// variables of the frame they were typed in. Start reading at frame_push.
#include "base/mem.h"
#include "vm/frame/debug.h"
#include "vm/frame/profile.h"

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

void cells_free(Cells *c)
{
    if (!c) return;
    size_t at = 0;
    for (const MapEntry *x; (x = map_next(&c->map, &at)) != NULL;) {
        val_drop(x->value);
        mem_free(x->value);
    }
    for (int i = 0; i < c->names.len; i++) mem_free(c->names.p[i]);
    VEC_FREE(&c->names);
    map_free(&c->map);
    mem_free(c);
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
    cells_free(f->cells);
    ref_extra_free(f->refs);
    code_drop(f->code);
    e->depth--;
}

static int name_position(const Cells *c, const char *name)
{
    int i = 0;
    while (i < c->names.len && strcmp(c->names.p[i], name) != 0) i++;
    return i;
}

// A name that was forgotten is mentioned again.
static void remember(Cells *c, const char *name)
{
    if (name_position(c, name) < c->names.len) return;
    VEC_PUSH(&c->names, mem_strdup(name));
    c->forgotten--;
}

static Val *named_cell(CallFrame *f, const char *name, bool create)
{
    Val *cell = f->cells ? map_get(&f->cells->map, name) : NULL;
    if (cell && create && f->cells->forgotten) remember(f->cells, name);
    if (cell || !create) return cell;
    if (!f->cells) f->cells = mem_must(sizeof *f->cells);
    cell = mem_must(sizeof *cell);
    map_set(&f->cells->map, name, cell);
    VEC_PUSH(&f->cells->names, mem_strdup(name));
    return cell;
}

// The cell stays: the statement at work refers to it.
void frame_forget(Vm *vm, int frame, const char *name)
{
    Cells *c = vm->engine->frame[frame].cells;
    Val *cell = c ? map_get(&c->map, name) : NULL;
    if (!cell) return;
    int i = name_position(c, name);
    val_drop(cell);
    if (i == c->names.len) return;
    mem_free(c->names.p[i]);
    memmove((void *)&c->names.p[i], (void *)&c->names.p[i + 1], (size_t)(c->names.len - i - 1) * sizeof *c->names.p);
    c->names.len--;
    c->forgotten++;
}

Val *frame_cell(Vm *vm, int frame, const char *name, bool create)
{
    CallFrame *f = &vm->engine->frame[frame];
    int r = f->kind == FRAME_STATEMENT ? -1 : code_find_var(f->code, name);
    Val *cell = r >= 0 ? &f->base[r] : named_cell(f, name, create);
    return cell ? val_deref(cell) : NULL;
}

void frame_bind_names(Vm *vm, CallFrame *f)
{
    for (int i = 0; i < f->code->nvars; i++) {
        f->base[i] = (Val){.type = T_REF, .ref = frame_cell(vm, f->target, f->code->var[i], true)};
    }
}

const char *frame_var_name(Vm *vm, const Val *cell)
{
    CallFrame *f = frame_top(vm->engine);
    for (int i = 0; i < f->code->nvars; i++) {
        if (val_deref(&f->base[i]) == cell) return f->code->var[i];
    }
    return NULL;
}

static CommonBlock *common_block(Vm *vm, const char *name, const char *const *vars, int n)
{
    CommonBlock *b = map_get(&vm->engine->commons, name);
    if (!b) {
        b = mem_must(sizeof *b);
        map_set(&vm->engine->commons, name, b);
    }
    if (n > b->n) {  // IDL lets a later declaration see fewer, not more; we let the block grow
        b->cell = mem_must_realloc(b->cell, (size_t)n * sizeof *b->cell);
        b->name = mem_must_realloc(b->name, (size_t)n * sizeof *b->name);
        for (int i = b->n; i < n; i++) {
            b->cell[i] = mem_must(sizeof(Val));
            b->name[i] = mem_strdup(vars[i]);
        }
        b->n = n;
    }
    return b;
}

int common_names_of(void *vm, const char *block, const char *const **names)
{
    const CommonBlock *b = map_get(&((Vm *)vm)->engine->commons, block);
    *names = b ? (const char *const *)b->name : NULL;
    return b ? b->n : 0;
}

void common_declare(Vm *vm, const Code *code)
{
    for (int i = 0; i < code->ncommons; i++) {
        const CommonSite *s = &code->common_site[i];
        if (!map_get(&vm->engine->commons, s->name)) common_find(vm, s);
    }
}

CommonBlock *common_find(Vm *vm, const CommonSite *s)
{
    return common_block(vm, s->name, (const char *const *)s->var, s->n);
}

Val *common_cell(Vm *vm, const char *block, int i, const char *const *names, int n)
{
    return common_block(vm, block, names, n)->cell[i];
}
