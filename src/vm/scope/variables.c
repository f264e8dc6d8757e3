// Variables of frames, by name. Start reading at frame_cell.
#include "vm/scope/variables.h"

#include "base/mem.h"
#include "vm/fault/throw.h"

#include <string.h>

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

const char *frame_blamed(Vm *vm, const Val *cell, const char **name)
{
    const Engine *e = vm->engine;
    const char *routine = NULL;
    int i = e->depth;
    for (; i > 0 && e->frame[i].code && e->frame[i].code->options & OPT_EMBEDDED; i--) routine = e->frame[i].code->name;
    const CallFrame *f = &e->frame[i];
    for (int k = 0; routine && f->code && k < f->code->nvars; k++) {
        if (val_deref(&f->base[k]) == cell) *name = f->code->var[k];
    }
    return routine;
}

_Noreturn void vm_throw_undefined(Vm *vm, const Val *cell)
{
    if (val_is_null(cell)) vm_throw(vm, E_UNDEFVAR, "Variable is undefined: !NULL.");
    const char *name = frame_var_name(vm, cell);
    if (!name) vm_throw(vm, E_UNDEFVAR, "Variable is undefined: <UNDEFINED>.");
    const char *routine = frame_blamed(vm, cell, &name);
    UnknownName u = unknown_name(UNKNOWN_VARIABLE, name);
    throw_unknown(vm, routine, E_UNDEFVAR, &u, "Variable is undefined: %s.", name);
}
