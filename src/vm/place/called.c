// See called.h.
#include "vm/place/called.h"

#include "vm/dispatch/callable.h"
#include "vm/place/place.h"
#include "vm/scope/variables.h"

Val place_called_take(Vm *vm, const CallSite *s, Val *args)
{
    if (s->target_kind == TARGET_OBJECT) return callable_object_call_take(vm, s, args);
    const Val *v = val_deref_const(frame_cell(vm, frame_top(vm->engine)->target, s->name, false));
    Subscript subs[MAX_RANK];
    Val out = VAL_UNDEF;
    for (int i = 0; i < s->npos; i++) {
        subs[i] = (Subscript){.value = val_deref_const(&args[i])};
        if (val_is_undef(subs[i].value) && !val_is_null(subs[i].value)) vm_throw_undefined(vm, subs[i].value);
    }
    place_index_get(vm, v, subs, s->npos, s->name, &out);
    for (int i = 0; i < s->npos; i++) val_drop(&args[i]);
    return out;
}
