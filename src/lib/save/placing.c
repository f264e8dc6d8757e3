// What a SAVE file holds, into the session. Nothing that the file names is executed. Start reading at placing_item.
#include "lib/save/placing.h"

#include "lib/save/elements.h"
#include "lib/save/structures.h"
#include "vm/engine.h"
#include "vm/names/library.h"
#include "vm/scope/sysvar.h"
#include "vm/scope/variables.h"
#include "vm/session/statement.h"

#include <string.h>

void placing_heap(Call *c, SaveContents *s, bool relaxed)
{
    save_load_finish(&s->load);
    structures_define(c, &s->load);
    for (int i = 0; i < s->load.ncells; i++) {
        HeapVar *h = s->load.cell[i].h;
        if (!structures_settle(c, &h->v, relaxed) && h->is_object) heap_release(h);
    }
    for (int i = 0; i < s->load.ncells; i++) elements_unpack(c, &s->load.cell[i].h->v);
}

void placing_common(Call *c, const char *common, bool verbose)
{
    Buf b = BUF_INIT(BUF_NO_LIMIT);
    buf_printf(&b, "COMMON %s", common);
    bool ran = buf_ok(&b) && vm_execute(c->vm, b.p, b.len, (ExecuteHow){.quiet = true});
    buf_free(&b);
    int n = (int)strcspn(common, ",");
    if (!ran)
        call_warn(c, false, "Common block not restored: %.*s.", n, common);
    else if (verbose)
        call_warn(c, true, "Restored common block: %.*s.", n, common);
}

static void place_variable(Call *c, SaveItem *x, bool skip, bool verbose)
{
    Val *cell = frame_cell(c->vm, frame_top(c->vm->engine)->target, x->name, true);
    if (skip && !val_is_undef(cell)) return;
    val_set_take(cell, val_take(&x->v));
    if (verbose) call_warn(c, true, "Restored variable: %s.", x->name);
}

// Read-only ones stay; those that have another structure here, too.
static void place_system_variable(Call *c, SaveItem *x, bool skip, bool verbose)
{
    SysVar *s = sysvar_find(c->vm, x->name);
    if (!s) {
        sysvar_define_take(c->vm, x->name, val_take(&x->v), false);
    } else {
        if (s->readonly || skip) return;
        if (s->get) val_set_take(&s->v, s->get(c->vm));
        bool fits = s->v.type == x->v.type && val_count(&s->v) == val_count(&x->v) &&
                    (s->v.type != T_STRUCT || sdef_same_layout(s->v.a->def, x->v.a->def));
        if (!fits) {
            call_warn(c, false, "System variable not restored, its structure differs: %s.", x->name);
            return;
        }
        sysvar_assign(c->vm, x->name, &x->v);
    }
    if (verbose) call_warn(c, true, "Restored system variable: %s.", x->name);
}

void placing_item(Call *c, SaveItem *x, bool relaxed, bool skip, bool verbose)
{
    if (!structures_settle(c, &x->v, relaxed)) return;
    if (x->is_system)
        place_system_variable(c, x, skip, verbose);
    else
        place_variable(c, x, skip, verbose);
}

void placing_routine(Call *c, const SaveSource *x, bool skip, bool verbose)
{
    if (skip && user_routine(c->vm, x->name, x->is_function)) return;
    if (library_compile_source(c->vm, *x->path ? x->path : NULL, x->text, x->first_line)) {
        throw_msg(c, E_SYNTAX, "Routine does not compile: %s.", x->name);
    }
    if (verbose) call_warn(c, true, "Restored %s: %s.", x->is_function ? "function" : "procedure", x->name);
}
