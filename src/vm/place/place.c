// Walks a path step by step. Reading makes a value at each step; writing reads the outer levels, changes the
// innermost, and stores each level back into its parent. Start reading at place_get and place_set.
#include "vm/place/place.h"

#include "vm/array/convert.h"
#include "vm/array/operate.h"
#include "vm/array/subscript.h"
#include "vm/dispatch/attributes.h"
#include "vm/dispatch/callable.h"
#include "vm/dispatch/classes.h"
#include "vm/dispatch/invoke.h"
#include "vm/dispatch/overload.h"
#include "vm/fault/throw.h"
#include "vm/names/library.h"
#include "vm/peephole/views.h"
#include "vm/scope/variables.h"
#include "vm/structure/element.h"
#include "vm/structure/object_data.h"
#include "vm/structure/records.h"
#include "vm/structure/structure.h"

#include <string.h>

static void check(Vm *vm, Status s)
{
    if (!status_ok(s)) vm_throw_status(vm, s);
}

static bool is_strict(Vm *vm) { return frame_top(vm->engine)->code->options & OPT_STRICTARRSUBS; }

static void gather_subs(Vm *vm, const Step *step, const Operands *o, Subscript *out)
{
    for (int i = 0; i < step->nsubs; i++) {
        const Sub *s = &step->sub[i];
        out[i] = (Subscript){.is_range = s->kind != SUB_EXPR};
        if (s->kind == SUB_EXPR) {
            out[i].value = operand_at(o, s->reg);
            if (val_is_undef(out[i].value) && !val_is_null(out[i].value)) vm_throw_undefined(vm, out[i].value);
            continue;
        }
        out[i].no_lo = s->kind == SUB_ALL || s->reg == NO_REG;
        out[i].no_hi = s->kind == SUB_ALL || s->hi == NO_REG;
        out[i].no_step = s->kind == SUB_ALL || s->step == NO_REG;
        if (!out[i].no_lo) out[i].lo = operand_at(o, s->reg);
        if (!out[i].no_hi) out[i].hi = operand_at(o, s->hi);
        if (!out[i].no_step) out[i].step = operand_at(o, s->step);
    }
}

static void need_value(Vm *vm, const Val *v, const char *name)
{
    if (v->type != T_UNDEF) return;
    vm_throw(vm, E_UNDEFVAR, "Variable is undefined: %s.", name);
}

// name(arguments) where the variable holds the name that LAMBDA returned.
static bool lambda_get(Vm *vm, const Val *v, const Subscript *subs, int n, Val *out)
{
    Val args[MAX_RANK];
    if (!library_lambda_named(vm, v, true)) return false;
    for (int i = 0; i < n; i++) {
        if (subs[i].is_range) return false;
    }
    for (int i = 0; i < n; i++) args[i] = val_copy(subs[i].value);
    *out = invoke_take(vm, invoke_site(vm, NULL, str_text(v->s), false, true, n, 0, NULL), n, args);
    return true;
}

// a[!NULL] is !NULL, and nothing is assigned by a[!NULL] = x: what WHERE(..., /NULL) may give.
static bool selects_nothing(const Subscript *subs, int n)
{
    for (int i = 0; i < n; i++) {
        if (!subs[i].is_range && val_is_null(subs[i].value)) return true;
    }
    return false;
}

// With may_view a long run of elements may be given as a view.
static void select_get(Vm *vm, const Val *v, const Subscript *subs, int n, const char *name, bool may_view, Val *out)
{
    static const int64_t one[MAX_RANK] = {1, 1, 1, 1, 1, 1, 1, 1};
    Selection sel;
    need_value(vm, v, name);
    if (v->type == T_OBJ && overload_get(vm, v, subs, n, out)) return;
    if (v->type == T_STRING && lambda_get(vm, v, subs, n, out)) return;
    if (selects_nothing(subs, n)) {
        *out = VAL_NULL;
        return;
    }
    check(vm, subscript_select(subs, n, val_is_array(v) ? v->a->rank : 1, val_is_array(v) ? v->a->dim : one,
                               is_strict(vm), name, &sel));
    Status s = STATUS_OK;
    if (val_is_array(v)) {
        Arr *view = may_view && (size_t)sel.count * v->a->elem >= VIEW_BYTES ? selection_view(&sel, v->a) : NULL;
        if (view) *out = val_arr_take(view);
        else s = selection_get(&sel, v->a, out);
    } else if (sel.is_scalar) {
        *out = val_copy(v);
    } else { // a scalar taken as an array of one
        Arr *a = arr_new1(v->type, 1, true);
        if (a) {
            arr_set_take(a, 0, val_copy(v));
            s = selection_get(&sel, a, out);
            arr_drop(a);
        } else {
            s = (Status){E_NO_MEMORY, 0, NULL};
        }
    }
    selection_free(&sel);
    check(vm, s);
}

void place_index_get(Vm *vm, const Val *v, const Subscript *subs, int n, const char *name, Val *out)
{
    select_get(vm, v, subs, n, name, false, out);
}

static void index_get(Vm *vm, const Val *v, const Step *step, const Operands *o, const char *name, bool may_view, Val *out)
{
    Subscript subs[MAX_RANK];
    need_value(vm, v, name);
    gather_subs(vm, step, o, subs);
    select_get(vm, v, subs, step->nsubs, name, may_view, out);
}

static int find_tag(Vm *vm, const Val *v, Step *step, const Operands *o, const char *name)
{
    need_value(vm, v, name);
    if (v->type != T_STRUCT) {
        vm_throw(vm, E_STRUCT, "Expression must be a structure in this context: %s.", name);
    }
    const SDef *d = v->a->def;
    if (step->kind == STEP_TAGN) {
        int64_t n;
        check(vm, val_int64(operand_at(o, step->reg), &n));
        if (n < 0 || n >= d->ntags) vm_throw(vm, E_TAG, "Invalid tag number: %lld.", (long long)n);
        return (int)n;
    }
    int i = step_tag(step, d);
    if (i < 0)
        vm_throw(vm, E_TAG, "Tag name %s is undefined for structure %s.", step->tag, d->name ? d->name : "<Anonymous>");
    return i;
}

// s.tag[i] of several records subscripts the tag of each record.
static bool is_per_record(const Val *v, const Path *path, int i)
{
    const Step *step = &path->step[i];
    if (i + 1 == path->n || step->kind == STEP_INDEX || step[1].kind != STEP_INDEX) return false;
    return v->type == T_STRUCT && v->a->n > 1;
}

static void per_record_get(Vm *vm, const Val *v, Step *step, const Operands *o, const char *name, Val *out)
{
    Subscript subs[MAX_RANK];
    int tag = find_tag(vm, v, step, o, name);
    gather_subs(vm, step + 1, o, subs);
    if (selects_nothing(subs, step[1].nsubs)) {
        *out = VAL_NULL;
        return;
    }
    check(vm, records_get(v->a, tag, subs, step[1].nsubs, is_strict(vm), name, out));
}

static bool is_object(const Val *v, const Step *step)
{
    return v->type == T_OBJ && step->kind != STEP_INDEX && !val_is_array(v);
}

// The instance data of self.TAG inside a method; NULL where TAG is a property.
static Val *data_with_tag(Vm *vm, const Val *object, const Step *step)
{
    Val *data = object_data(vm, object);
    return data && (step->kind == STEP_TAGN || sdef_find(data->a->def, step->tag) >= 0) ? data : NULL;
}

static const char *property_name(Vm *vm, const Step *step, const char *name)
{
    if (step->kind == STEP_TAGN)
        vm_throw(vm, E_TAG, "Object instance data is not visible outside class methods: %s.", name);
    return step->tag;
}

// object.Name(arguments): a function method written with a point.
static bool is_method_call(Vm *vm, const Val *v, const Path *path, int i)
{
    const Step *step = &path->step[i], *next = step + 1;
    if (step->kind != STEP_TAG || i + 1 == path->n || next->kind != STEP_INDEX || !next->is_paren) return false;
    return is_object(v, step) ? !data_with_tag(vm, v, step) : v->type != T_STRUCT;
}

// name: of the variable, which may be a class whose static method is meant.
static void method_get(Vm *vm, const Val *object, const Step *step, const Operands *o, const char *name, Val *out)
{
    const char *class_name = object->type == T_UNDEF && !val_is_null(object) ? name : NULL;
    const Step *list = step + 1;
    Val args[MAX_RANK + 1] = {val_copy(object)};
    for (int i = 0; i < list->nsubs; i++) {
        if (list->sub[i].kind != SUB_EXPR) {
            val_drop(&args[0]);
            vm_throw(vm, E_SYNTAX, "A subscript range is not allowed in a call of %s.", step->tag);
        }
    }
    for (int i = 0; i < list->nsubs; i++) {
        const Val *v = operand_at(o, list->sub[i].reg);
        bool is_var = list->sub[i].reg < K_BASE && list->sub[i].reg < frame_top(vm->engine)->code->nvars;
        args[i + 1] = is_var ? (Val){.type = T_REF, .ref = (Val *)(uintptr_t)v} : val_copy(v);
    }
    *out = invoke_take(vm, invoke_site(vm, class_name, step->tag, true, true, list->nsubs, 0, NULL), list->nsubs + 1, args);
}

bool place_is_static_call(Vm *vm, const Path *path, const char *name)
{
    const Step *step = path->step;
    bool is_call = path->n >= 2 && step->kind == STEP_TAG && step[1].kind == STEP_INDEX && step[1].is_paren;
    return is_call && callable_is_class(vm, name, step->tag, true);
}

static void step_get(Vm *vm, const Val *v, Step *step, const Operands *o, const char *name, Val *out)
{
    if (step->kind == STEP_INDEX) {
        index_get(vm, v, step, o, name, true, out);
        return;
    }
    if (is_object(v, step)) {
        const Val *data = data_with_tag(vm, v, step);
        if (!v->h || v->h->freed) object_class(vm, v, name); // which says what is wrong
        if (!data) {
            property_get(vm, v, property_name(vm, step, name), out);
            return;
        }
        v = data;
    }
    bool is_attribute = step->kind == STEP_TAG && (v->type != T_STRUCT || step_tag(step, v->a->def) < 0);
    if (is_attribute && (v->type != T_UNDEF || val_is_null(v)) && attribute_get(vm, v, step->tag, out)) return;
    int tag = find_tag(vm, v, step, o, name);
    check(vm, struct_get_tag(v, tag, out));
}

// Intermediate values are kept where a throw finds them: a slot above the frame's registers.
static Val *scratch_push(Vm *vm)
{
    Engine *e = vm->engine;
    if (e->top >= e->stack + STACK_VALUES) vm_throw(vm, E_DEPTH, "The value stack is full.");
    Val *v = e->top++;
    *v = VAL_UNDEF;
    return v;
}

// The array in the first tags of the path, to be subscripted or looked at where it lies. Returns how many steps that was.
static int view_get(Vm *vm, const Val *base, Path *path, const Operands *o, Val *out)
{
    Arr w, *owner;
    int steps = element_window(vm, base, path, path->n, o, &w, &owner);
    Arr *view = steps ? arr_view(owner, &w) : NULL;
    if (!view) return 0;
    *out = val_arr_take(view);
    return steps;
}

void place_get(Vm *vm, const Val *base, Path *path, const Operands *o, const char *name, Val *out)
{
    Engine *e = vm->engine;
    Val *mark = e->top, *view = scratch_push(vm);
    int first = view_get(vm, base, path, o, view);
    const Val *at = first ? view : base;
    Val result = first == path->n ? val_take(view) : VAL_UNDEF;
    for (int i = first; i < path->n; i++) {
        bool method = is_method_call(vm, at, path, i), per_record = is_per_record(at, path, i);
        int used = method || per_record ? 2 : 1;
        bool last = i + used == path->n;
        Val *next = last ? &result : scratch_push(vm);
        if (method)
            method_get(vm, at, &path->step[i++], o, name, next);
        else if (per_record)
            per_record_get(vm, at, &path->step[i++], o, name, next);
        else
            step_get(vm, at, &path->step[i], o, name, next);
        at = next;
    }
    while (e->top > mark) val_drop(--e->top);
    *out = result;
}

// v in the type of the variable it goes into.
static void coerce(Vm *vm, const Val *base, const Val *v, Val *out)
{
    if (base->type == T_STRUCT || v->type == T_STRUCT) {
        if (base->type != v->type || !sdef_fits(base->a->def, v->a->def)) {
            vm_throw(vm, E_STRUCT, "Conflicting data structures: the structures differ.");
        }
        *out = val_copy(v);
        return;
    }
    if (val_is_null(v) && (base->type == T_PTR || base->type == T_OBJ)) {
        *out = (Val){.type = base->type};
        return;
    }
    if (base->flags & VF_BOOL) {
        unsigned math = 0;
        check(vm, operate_unary(KUOP_TRUE, v, false, out, &math));
        return;
    }
    const Str *bad = NULL;
    check(vm, val_convert(v, base->type, out, &bad));
    if (bad) vm_bad_text(vm, base->type);
}

// An array to write into: a scalar variable becomes an array of one for the while; undefined ones are an error.
static void make_array(Vm *vm, Val *v, const char *name)
{
    need_value(vm, v, name);
    if (val_is_array(v)) return;
    Arr *a = arr_new1(v->type, 1, true);
    if (!a) vm_throw(vm, E_NO_MEMORY, "Unable to allocate memory: to make array.");
    uint8_t boolean = v->flags & VF_BOOL;
    arr_set_take(a, 0, val_take(v));
    *v = val_arr_take(a);
    v->flags |= boolean;
}

static void make_scalar_again(Val *v)
{
    Val one = arr_get(v->a, 0);
    one.flags |= v->flags & VF_BOOL;
    val_set_take(v, one);
}

static Arr *writable(Vm *vm, Val *v)
{
    Arr *a = arr_mut(v);
    if (!a) vm_throw(vm, E_NO_MEMORY, "Unable to allocate memory: to make array.");
    return a;
}

void place_index_set(Vm *vm, Val *base, const Subscript *subs, int n, const char *name, const Val *v)
{
    need_value(vm, base, name);
    if (base->type == T_OBJ && overload_set(vm, base, subs, n, v)) return;
    if (selects_nothing(subs, n)) return;
    if (val_is_undef(v)) vm_throw_undefined(vm, v);
    bool was_scalar = !val_is_array(base);
    Selection sel;
    Val *same = scratch_push(vm);
    coerce(vm, base, v, same);
    make_array(vm, base, name); // from here on nothing throws before the variable is whole again
    Arr *a = arr_mut(base);
    Status s = a ? subscript_select(subs, n, a->rank, a->dim, is_strict(vm), name, &sel)
                 : status_fail(E_NO_MEMORY, "Unable to allocate memory: to make array.");
    if (status_ok(s)) {
        s = selection_set(&sel, a, name, same);
        selection_free(&sel);
    }
    if (was_scalar) make_scalar_again(base);
    val_drop(same);
    vm->engine->top--;
    check(vm, s);
}

static void index_set(Vm *vm, Val *base, const Step *step, const Operands *o, const char *name, const Val *v)
{
    Subscript subs[MAX_RANK];
    need_value(vm, base, name);
    gather_subs(vm, step, o, subs);
    place_index_set(vm, base, subs, step->nsubs, name, v);
}

void place_tell_text(Vm *vm, TypeCode to, const Val *v)
{
    Val number;
    const Str *bad = NULL;
    if (v->type != T_STRING || !type_is_numeric(to)) return;
    check(vm, val_convert(v, to, &number, &bad));
    val_drop(&number);
    if (bad) vm_bad_text(vm, to);
}

static void tag_set(Vm *vm, Val *base, Step *step, const Operands *o, const char *name, const Val *v)
{
    int tag = find_tag(vm, base, step, o, name);
    if (val_is_undef(v) && !val_is_null(v)) vm_throw_undefined(vm, v);
    place_tell_text(vm, base->a->def->tag[tag].type, v);
    check(vm, struct_set_tag(writable(vm, base), tag, v));
}

// Stores at the step (or the tag and subscripts of several records) without looking further.
static void set_here(Vm *vm, Val *base, Step *step, bool per_record, const Operands *o, const char *name, const Val *v)
{
    if (per_record) {
        Subscript subs[MAX_RANK];
        int tag = find_tag(vm, base, step, o, name);
        if (val_is_undef(v) && !val_is_null(v)) vm_throw_undefined(vm, v);
        gather_subs(vm, step + 1, o, subs);
        if (selects_nothing(subs, step[1].nsubs)) return;
        place_tell_text(vm, base->a->def->tag[tag].type, v);
        check(vm, records_set(writable(vm, base), tag, subs, step[1].nsubs, is_strict(vm), name, v));
    } else if (step->kind == STEP_INDEX) {
        index_set(vm, base, step, o, name, v);
    } else {
        tag_set(vm, base, step, o, name, v);
    }
}

static void set_step(Vm *vm, Val *base, const Path *path, int i, const Operands *o, const char *name, const Val *v)
{
    Step *step = &path->step[i];
    if (is_object(base, step)) {
        Val *data = data_with_tag(vm, base, step);
        if (!data && i + 1 == path->n) {
            property_set(vm, base, property_name(vm, step, name), v);
            return;
        }
        if (data) base = data;
    }
    bool per_record = is_per_record(base, path, i);
    int next = i + (per_record ? 2 : 1);
    if (next >= path->n) {
        set_here(vm, base, step, per_record, o, name, v);
        return;
    }
    Val *inner = scratch_push(vm);
    if (per_record)
        per_record_get(vm, base, step, o, name, inner);
    else
        step_get(vm, base, step, o, name, inner);
    if (step->kind == STEP_INDEX && val_is_null(inner) && val_is_array(base)) { // r[!NULL].tag = x
        vm->engine->top--;
        return;
    }
    set_step(vm, inner, path, next, o, name, v);
    bool in_place = inner->type == T_OBJ && path->step[next].kind != STEP_INDEX; // the object itself has changed
    if (!in_place && is_object(base, step) && !data_with_tag(vm, base, step))
        property_set(vm, base, property_name(vm, step, name), inner);
    else if (!in_place)
        set_here(vm, base, step, per_record, o, name, inner);
    val_drop(inner);
    vm->engine->top--;
}

// base.tag[subscripts] = v where the tag lies. False, and nothing done, where the path is not of that kind.
static bool set_inside(Vm *vm, Val *base, Path *path, const Operands *o, const char *name, const Val *v)
{
    Arr w, *owner;
    int last = path->n - 1;
    if (last < 1 || path->step[last].kind != STEP_INDEX || val_is_undef(v)) return false;
    if (element_window(vm, base, path, last, o, &w, &owner) != last) return false;
    ptrdiff_t offset = (char *)w.data - (char *)owner->data;
    w.data = (char *)writable(vm, base->type == T_OBJ ? object_data(vm, base) : base)->data + offset;
    w.refs = 1;
    Val inside = val_arr_take(&w);
    index_set(vm, &inside, &path->step[last], o, name, v);
    return true;
}

void place_set(Vm *vm, Val *base, Path *path, const Operands *o, const char *name, const Val *v)
{
    need_value(vm, base, name);
    if (set_inside(vm, base, path, o, name, v)) return;
    set_step(vm, base, path, 0, o, name, v);
}

// --- One plain subscript
// ----------------------------------------------------------------------------------------------

static bool scalar_index(const Val *sub, int64_t *i)
{
    switch (sub->tag) {
    case T_INT: *i = sub->i; return true;
    case T_LONG: *i = sub->l; return true;
    case T_LONG64: *i = sub->ll; return true;
    case T_BYTE: *i = sub->b; return true;
    default: return false;
    }
}

static const Operands *one_operand(const Val *sub, Operands *o)
{
    *o = (Operands){(Val *)(uintptr_t)sub, NULL};
    return o;
}

void place_get1(Vm *vm, const Val *base, const Val *sub, const char *name, Val *out)
{
    int64_t i;
    if (val_is_array(base) && scalar_index(sub, &i)) {
        if (i < 0) i += base->a->n;
        if (i >= 0 && i < base->a->n) {
            *out = arr_get(base->a, i);
            return;
        }
    }
    Operands o;
    Sub s = {.kind = SUB_EXPR};
    Step step = {.kind = STEP_INDEX, .nsubs = 1, .sub = &s};
    index_get(vm, base, &step, one_operand(sub, &o), name, false, out);
}

void place_set1(Vm *vm, Val *base, const Val *sub, const char *name, const Val *v)
{
    int64_t i;
    if (val_is_array(base) && !val_is_array(v) && v->type == base->type && v->type != T_STRUCT &&
        !(base->flags & VF_BOOL) && scalar_index(sub, &i)) {
        if (i < 0) i += base->a->n;
        if (i >= 0 && i < base->a->n) {
            arr_set_take(writable(vm, base), i, val_copy(v));
            return;
        }
    }
    Operands o;
    Sub s = {.kind = SUB_EXPR};
    Step step = {.kind = STEP_INDEX, .nsubs = 1, .sub = &s};
    index_set(vm, base, &step, one_operand(sub, &o), name, v);
}
