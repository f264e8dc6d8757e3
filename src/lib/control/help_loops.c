// HELP, /LOOPS: which loops of the compiled routines have become machine code. Start reading at help_loops.
#include "base/mem.h"
#include "lib/control/help.h"
#include "vm/engine.h"
#include "vm/jit/jit.h"

#include <stdlib.h>
#include <string.h>

static int by_name(const void *a, const void *b)
{
    return strcmp((*(const Code *const *)a)->name, (*(const Code *const *)b)->name);
}

static int collect(const Map *m, const HelpHow *how, const Code **code)
{
    size_t at = 0;
    int n = 0;
    for (const MapEntry *x; (x = map_next(m, &at)) != NULL;) {
        const Code *c = ((const UserRoutine *)x->value)->code;
        if (help_is_named(how, x->key) && (how->full || !(c->options & OPT_HIDDEN))) code[n++] = c;
    }
    return n;
}

void help_loops(Vm *vm, Buf *b, const HelpHow *how)
{
    const Engine *e = vm->engine;
    const Code **code = mem_must((e->procedures.len + e->functions.len + 2) * sizeof *code);
    int n = collect(&e->procedures, how, code);
    n += collect(&e->functions, how, code + n);
    qsort(code, (size_t)n, sizeof *code, by_name);
    if (e->main_program && help_is_named(how, e->main_program->name)) code[n++] = e->main_program;
    jit_describe_state(vm, b);
    for (int i = 0; i < n; i++) jit_describe(code[i], b);
    mem_free(code);
}
