// See object_data.h.
#include "vm/structure/object_data.h"

#include "core/sdef.h"

Val *object_data(Vm *vm, const Val *object)
{
    Engine *e = vm->engine;
    const char *class_name = e->frame[frame_top(e)->target].code->class_name;
    if (!class_name || !object->h || object->h->freed) return NULL;
    return sdef_is_a(object->h->v.a->def, class_name) ? &object->h->v : NULL;
}

Val *object_structure(Vm *vm, Val *v)
{
    if (v->type == T_OBJ && !val_is_array(v)) v = object_data(vm, v);
    return v && v->type == T_STRUCT ? v : NULL;
}
