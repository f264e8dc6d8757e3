// What RESTORE does about definitions that the session has, lacks, or has otherwise. Start reading at structures_settle.
#include "lib/save/structures.h"

#include "vm/dispatch/classes.h"
#include "vm/structure/relaxed.h"
#include "vm/vm.h"

void structures_define(Call *c, SaveLoad *l)
{
    for (int i = 0; i < l->order.len; i++) {
        const SaveStruct *s = l->order.p[i];
        if (s->is_known) continue;
        if (class_known(c->vm, s->def->name)) continue;
        map_set(&c->vm->structs, s->def->name, sdef_ref(s->def));
        s->def->is_restored = s->is_class;
    }
}

static Val converted(Call *c, const Val *v, SDef *to)
{
    Arr *a = arr_new_struct(to, v->a->rank, v->a->dim);
    if (!a) throw_no_memory(c);
    Val *kept = call_keep_take(c, val_arr_take(a));
    TRY(c, struct_assign_relaxed(a, v->a, &(Relaxed){.zero = true}));
    return val_take(kept);
}

bool structures_settle(Call *c, Val *v, bool relaxed)
{
    if (v->type != T_STRUCT || !v->a->def->name) return true;
    SDef *mine = map_get(&c->vm->structs, v->a->def->name);
    if (!mine || mine == v->a->def) return true;
    if (sdef_same(mine, v->a->def)) {
        sdef_drop(v->a->def);
        v->a->def = sdef_ref(mine);
        return true;
    }
    if (relaxed) {
        val_set_take(v, converted(c, v, mine));
        return true;
    }
    call_warn(c, false, "Structure not restored due to conflict with existing definition: %s.", mine->name);
    val_set_take(v, VAL_UNDEF);
    return false;
}
