// SAVE, /ROUTINES: writes the source of compiled routines. Start reading at routines_write.
#include "lib/save/routines.h"

#include "lib/control/passing.h"
#include "vm/engine.h"
#include "vm/names/library.h"

#include <stdlib.h>
#include <string.h>

static void write_routine(Call *c, SaveOut *out, const UserRoutine *u, bool verbose)
{
    const char *texts[] = {u->code->path ? u->code->path : "", u->source};
    save_out_begin(out, SAVE_SOURCE);
    save_out_text(out, u->name, strlen(u->name));
    save_out_long(out, u->code->is_function);
    save_out_long(out, u->first_line);
    for (int i = 0; i < 2; i++) save_out_text(out, texts[i], strlen(texts[i]));
    save_out_end(out);
    if (verbose) call_warn(c, true, "Saved %s: %s.", u->code->is_function ? "function" : "procedure", u->name);
}

static bool may_be_saved(const UserRoutine *u) { return u->source && !(u->code->options & OPT_NOSAVE); }

static void write_named(Call *c, SaveOut *out, const char *name, bool verbose)
{
    int found = 0;
    for (int is_function = 0; is_function < 2; is_function++) {
        const UserRoutine *u = user_routine(c->vm, name, is_function);
        if (!u || !u->source) continue;
        if (u->code->options & OPT_NOSAVE) throw_msg(c, E_VALUE, "Routine has COMPILE_OPT NOSAVE and cannot be saved: %s.", name);
        write_routine(c, out, u, verbose);
        found++;
    }
    if (!found) throw_msg(c, E_NO_PROC, "Routine is not compiled: %s.", name);
}

static int by_name(const void *a, const void *b)
{
    const UserRoutine *const *x = a, *const *y = b;
    return strcmp((*x)->name, (*y)->name);
}

static void write_all(Call *c, SaveOut *out, const Map *table, bool verbose)
{
    size_t at = 0;
    int n = 0;
    const UserRoutine **u = call_alloc(c, (table->len + 1) * sizeof *u);
    for (const MapEntry *e; (e = map_next(table, &at));) {
        if (may_be_saved(e->value)) u[n++] = e->value;
    }
    qsort(u, (size_t)n, sizeof *u, by_name);
    for (int i = 0; i < n; i++) write_routine(c, out, u[i], verbose);
}

void routines_write(Call *c, SaveOut *out, bool verbose)
{
    for (int i = 0; i < c->argc; i++) {
        const Val *v = call_arg(c, i);
        if (v->type != T_STRING) throw_msg(c, E_TYPE, "String expression required in this context: %s.", call_arg_name(c, i));
        int64_t n = val_count(v);
        for (int64_t k = 0; k < n; k++) {
            const Str *name = val_is_array(v) ? ((const StrSlot *)v->a->data)[k].p : v->s;
            write_named(c, out, upper_name(c, name), verbose);
        }
    }
    if (c->argc) return;
    write_all(c, out, &c->vm->engine->procedures, verbose);
    write_all(c, out, &c->vm->engine->functions, verbose);
}
