// System variables: finding, defining, assigning. A variable keeps its type and shape for good.
#include "vm/scope/sysvar.h"

#include "base/mem.h"
#include "vm/array/convert.h"
#include "vm/array/describe.h"
#include "vm/engine.h"
#include "vm/fault/throw.h"

SysVar *sysvar_find(Vm *vm, const char *name) { return map_get(&vm->sysvars, name); }

SysVar *sysvar_define_take(Vm *vm, const char *name, Val v, bool readonly)
{
    SysVar *s = sysvar_find(vm, name);
    if (!s) {
        s = mem_must(sizeof *s);
        map_set(&vm->sysvars, name, s);
    }
    val_set_take(&s->v, v);
    s->readonly = readonly;
    return s;
}

static _Noreturn void throw_conflict(Vm *vm, const char *name, const Val *v)
{
    Buf b = BUF_INIT(1000);
    val_describe(&b, v);
    Status s = status_fail(E_STRUCT, "Conflicting data structures: %s,%s.", buf_ok(&b) ? b.p : "", name);
    buf_free(&b);
    vm_throw_status(vm, s);
}

// An array or scalar v (consumed), of the right type already, in the shape of old.
static Val in_shape_of(Vm *vm, const char *name, const Val *old, Val v)
{
    int64_t n = val_count(&v);
    if (!val_is_array(old)) {
        Val one = val_is_array(&v) && n == 1 ? arr_get(v.a, 0) : val_copy(&v);
        bool fits = n == 1;
        val_drop(&v);
        if (fits) return one;
        val_drop(&one);
        vm_throw(vm, E_SCALAR, "Expression must be a scalar in this context: %s.", name);
    }
    if (val_is_array(&v) && n == old->a->n) {
        Arr *a = arr_mut(&v);
        if (a) arr_reshape_raw(a, old->a->rank, old->a->dim);
        if (a) return v;
    }
    Arr *a = n == 1 ? arr_new_like(old->a, (TypeCode)old->type, true) : NULL;
    for (int64_t i = 0; a && i < a->n; i++) arr_set_take(a, i, val_is_array(&v) ? arr_get(v.a, 0) : val_copy(&v));
    val_drop(&v);
    if (!a) vm_throw(vm, n == 1 ? E_NO_MEMORY : E_SHAPE, "Array dimensions do not agree with those of %s.", name);
    return val_arr_take(a);
}

static bool is_reference(int type) { return type == T_PTR || type == T_OBJ; }

void sysvar_assign(Vm *vm, const char *name, const Val *v)
{
    SysVar *s = sysvar_find(vm, name);
    if (!s) vm_throw(vm, E_UNDEFVAR, "Not a legal system variable: %s.", name);
    if (s->readonly) vm_throw(vm, E_VALUE, "Attempt to write to a readonly variable: %s.", name);
    if (s->get) val_set_take(&s->v, s->get(vm));
    const Val *old = &s->v;
    Val same;
    const Str *bad = NULL;
    if (old->type == T_STRUCT || v->type == T_STRUCT) {
        bool fits = old->type == v->type && old->a->n == v->a->n && sdef_same_layout(old->a->def, v->a->def);
        if (!fits) throw_conflict(vm, name, v);
        val_set_take(&s->v, val_copy(v));
    } else if (is_reference(old->type) && val_is_null(v)) {
        val_set_take(&s->v, in_shape_of(vm, name, old, (Val){.type = old->type}));
    } else {
        if ((is_reference(old->type) || is_reference(v->type)) && old->type != v->type) throw_conflict(vm, name, v);
        Status st = val_convert(v, (TypeCode)old->type, &same, &bad);
        if (!status_ok(st)) vm_throw_status(vm, st);
        val_set_take(&s->v, in_shape_of(vm, name, old, same));
        if (bad) vm_bad_text(vm, (TypeCode)old->type);
    }
    if (s->set) s->set(vm, &s->v);
}
