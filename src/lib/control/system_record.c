// See system_record.h.
#include "lib/control/system_record.h"

static SDef *definition(Vm *vm, const char *name, const SystemTag *tags, int ntags)
{
    SDef *d = map_get(&vm->structs, name);
    if (d) return d;
    d = sdef_new(name);
    for (int i = 0; i < ntags; i++) {
        const SystemTag *t = &tags[i];
        sdef_add(d, t->name, t->type, t->m ? 2 : t->n ? 1 : 0, (int64_t[]){t->n, t->m}, NULL);
    }
    sdef_close(d);
    map_set(&vm->structs, name, d);
    return d;
}

Val system_record(Vm *vm, const char *name, const SystemTag *tags, int ntags)
{
    Arr *a = arr_new_struct(definition(vm, name, tags, ntags), 1, (int64_t[]){1});
    return a ? val_arr_take(a) : VAL_UNDEF;
}

void *system_tag(const Val *record, const char *name)
{
    const SDef *d = record->a->def;
    return (char *)record->a->data + d->tag[sdef_find(d, name)].offset;
}
