// COMMON blocks. Start reading at common_find.
#include "vm/scope/commons.h"

#include "base/mem.h"

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
