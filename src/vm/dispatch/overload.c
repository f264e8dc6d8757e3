// Finds and calls the _overload methods. The plain LIST and HASH are looked into directly: a subscript, a step of
// FOREACH and N_ELEMENTS of them cost no call. Start reading at call_overload.
#include "vm/dispatch/overload.h"

#include "core/list.h"
#include "core/table.h"
#include "vm/array/convert.h"
#include "vm/call/call.h"
#include "vm/dispatch/classes.h"
#include "vm/dispatch/invoke.h"
#include "vm/fault/throw.h"

#include <string.h>

bool overload_applies(const Val *v)
{
    return v->type == T_OBJ && !val_is_array(v) && v->h && !v->h->freed && v->h->v.type == T_STRUCT &&
           sdef_is_a(v->h->v.a->def, "IDL_OBJECT");
}

// The plain LIST or HASH behind v; NULL.
static List *plain_list(const Val *v)
{
    Native *n = v->type == T_OBJ && !val_is_array(v) && v->h ? v->h->native : NULL;
    return n && n->is_plain && n->kind == &list_kind ? (List *)n : NULL;
}

static Table *plain_table(const Val *v)
{
    Native *n = v->type == T_OBJ && !val_is_array(v) && v->h ? v->h->native : NULL;
    return n && n->is_plain && n->kind == &table_kind ? (Table *)n : NULL;
}

// IDL_Object's own methods do what happens without overloading: they are for the program to call.
static bool is_default(const Method *m)
{
    return m->kind == TARGET_BUILTIN && strncmp(((const Routine *)m->target)->name, "IDL_OBJECT::", 12) == 0;
}

// Calls the method if the object's class has it; args[0] is left for the object, the others are consumed.
static bool call_overload(Vm *vm, const Val *object, const char *name, bool is_function, int n, Val *args, Val *out)
{
    Method m;
    if (!overload_applies(object) || !class_method(vm, object->h->v.a->def, name, is_function, true, &m) || is_default(&m)) {
        for (int i = 1; i < n; i++) val_drop(&args[i]);
        return false;
    }
    args[0] = val_copy(object);
    Val result = invoke_take(vm, invoke_site(vm, NULL, name, true, is_function, n - 1, 0, NULL), n, args);
    if (out)
        *out = result;
    else
        val_drop(&result);
    return true;
}

// --- Operators
// ----------------------------------------------------------------------------------------------------------

static const char *operator_method(int op)
{
    static const char *const names[] = {
        [OP_ADD] = "_OVERLOADPLUS",
        [OP_SUB] = "_OVERLOADMINUS",
        [OP_MUL] = "_OVERLOADASTERISK",
        [OP_DIV] = "_OVERLOADSLASH",
        [OP_MOD] = "_OVERLOADMOD",
        [OP_POW] = "_OVERLOADCARET",
        [OP_MIN] = "_OVERLOADLESSTHAN",
        [OP_MAX] = "_OVERLOADGREATERTHAN",
        [OP_EQ] = "_OVERLOADEQ",
        [OP_NE] = "_OVERLOADNE",
        [OP_LT] = "_OVERLOADLT",
        [OP_LE] = "_OVERLOADLE",
        [OP_GT] = "_OVERLOADGT",
        [OP_GE] = "_OVERLOADGE",
        [OP_AND] = "_OVERLOADAND",
        [OP_OR] = "_OVERLOADOR",
        [OP_XOR] = "_OVERLOADXOR",
        [OP_MATMUL] = "_OVERLOADPOUND",
        [OP_MATMUL2] = "_OVERLOADPOUNDPOUND",
        [OP_NEG] = "_OVERLOADMINUSUNARY",
        [OP_NOT] = "_OVERLOADNOT",
        [OP_LNOT] = "_OVERLOADTILDE",
    };
    return names[op];
}

bool overload_binary(Vm *vm, int op, const Val *a, const Val *b, Val *out)
{
    if (a->type != T_OBJ && b->type != T_OBJ) return false;
    const Val *both[] = {a, b};
    for (int i = 0; i < 2; i++) {
        Val args[3] = {VAL_UNDEF, val_copy(a), val_copy(b)};
        if (call_overload(vm, both[i], operator_method(op), true, 3, args, out)) return true;
    }
    return false;
}

bool overload_unary(Vm *vm, int op, const Val *a, Val *out)
{
    Val args[1];
    bool truth;
    if (call_overload(vm, a, operator_method(op), true, 1, args, out)) return true;
    if (op != OP_LNOT || !overload_truth(vm, a, &truth)) return false;
    *out = val_byte(!truth);
    return true;
}

bool overload_truth(Vm *vm, const Val *v, bool *truth)
{
    const List *l = plain_list(v);
    const Table *t = plain_table(v);
    if (l || t) {
        *truth = l ? l->n : t->n;
        return true;
    }
    Val args[1], answer;
    if (!call_overload(vm, v, "_OVERLOADISTRUE", true, 1, args, &answer)) return false;
    Status s = val_truth(&answer, true, truth);
    val_drop(&answer);
    if (!status_ok(s)) vm_throw_status(vm, s);
    return true;
}

// --- Subscripts
// ---------------------------------------------------------------------------------------------------------

// Undefined when memory is out.
static Val vector_of(TypeCode t, const int64_t *x, int n)
{
    Arr *a = arr_new1(t, n, true);
    if (!a) return VAL_UNDEF;
    for (int i = 0; i < n; i++) {
        if (t == T_LONG64)
            ((int64_t *)a->data)[i] = x[i];
        else
            ((int32_t *)a->data)[i] = (int32_t)x[i];
    }
    return val_arr_take(a);
}

// isRange into args[0], the subscripts behind it. A range is a vector [first, last, step] in which an open end is -1.
static void subscript_args(Vm *vm, const Subscript *subs, int n, Val *args)
{
    int64_t range[MAX_RANK][3], is_range[MAX_RANK] = {0};
    for (int k = 0; k < n; k++) {
        const Subscript *s = &subs[k];
        const Val *end[] = {s->no_lo ? NULL : s->lo, s->no_hi ? NULL : s->hi, s->no_step ? NULL : s->step};
        is_range[k] = s->is_range;
        memcpy(range[k], (int64_t[]){0, -1, 1}, sizeof range[k]);
        for (int i = 0; s->is_range && i < 3; i++) {
            Status st = end[i] ? val_int64(end[i], &range[k][i]) : STATUS_OK;
            if (!status_ok(st)) vm_throw_status(vm, st);
        }
    }
    args[0] = vector_of(T_LONG, is_range, n);
    bool made = !val_is_undef(&args[0]);
    for (int k = 0; k < n; k++) {
        args[1 + k] = is_range[k] ? vector_of(T_LONG64, range[k], 3) : val_copy(subs[k].value);
        made = made && !(is_range[k] && val_is_undef(&args[1 + k]));
    }
    for (int k = 0; k <= n && !made; k++) val_drop(&args[k]);
    if (!made) vm_throw(vm, E_NO_MEMORY, "Unable to allocate memory.");
}

// The cell of one element of a plain LIST or HASH; NULL: not that simple.
static Val *element_cell(const Val *object, const Subscript *sub, int n)
{
    const List *l = plain_list(object);
    const Table *t = l ? NULL : plain_table(object);
    if (n != 1 || sub->is_range || val_is_array(sub->value)) return NULL;
    if (t) {
        TableEntry *e = table_key_is_valid(sub->value) ? table_find(t, sub->value) : NULL;
        return e ? &e->v : NULL;
    }
    int64_t i;
    if (!l || !type_in(sub->value->type, TYPES_NUMERIC) || !status_ok(val_int64(sub->value, &i))) return NULL;
    if (i < 0) i += l->n;
    return i >= 0 && i < l->n ? list_at(l, i) : NULL;
}

bool overload_get(Vm *vm, const Val *object, const Subscript *subs, int n, Val *out)
{
    const Val *cell = element_cell(object, subs, n);
    if (cell) {
        *out = val_copy(cell);
        return true;
    }
    if (!overload_applies(object)) return false;
    Val args[MAX_RANK + 2] = {VAL_UNDEF};
    subscript_args(vm, subs, n, &args[1]);
    if (call_overload(vm, object, "_OVERLOADBRACKETSRIGHTSIDE", true, n + 2, args, out)) return true;
    for (int k = 0; k < n; k++) { // object(1, 2) in code without STRICTARR
        if (subs[k].is_range) return false;
    }
    for (int k = 0; k < n; k++) args[1 + k] = val_copy(subs[k].value);
    return call_overload(vm, object, "_OVERLOADFUNCTION", true, n + 1, args, out);
}

bool overload_set(Vm *vm, Val *object, const Subscript *subs, int n, const Val *v)
{
    Val *cell = element_cell(object, subs, n);
    if (cell) {
        val_set_take(cell, val_copy(v));
        return true;
    }
    if (!overload_applies(object)) return false;
    Val args[MAX_RANK + 4] = {VAL_UNDEF, {.type = T_REF, .ref = object}};
    subscript_args(vm, subs, n, &args[3]);
    args[2] = val_copy(v);
    return call_overload(vm, object, "_OVERLOADBRACKETSLEFTSIDE", false, n + 4, args, NULL);
}

// --- FOREACH
// ------------------------------------------------------------------------------------------------------------

static Val count_value(int64_t n) { return n > INT32_MAX ? val_long64(n) : val_long((int32_t)n); }

static bool list_step(const List *l, Val *at, Val *value, Val *key)
{
    int64_t i = at->type == T_LONG64 ? at->ll : 0;
    if (i >= l->n) return false;
    *at = val_long64(i + 1);
    val_set_take(value, val_copy(list_at(l, i)));
    if (key) val_set_take(key, count_value(i));
    return true;
}

static bool table_step(const Table *t, Val *at, Val *value, Val *key)
{
    int64_t i = at->type == T_LONG64 ? at->ll : 0;
    const TableEntry *e = table_next(t, &i);
    if (!e) return false;
    *at = val_long64(i);
    Val v = val_copy(&e->v); // the entry may go when the variables change
    if (key) val_set_take(key, val_copy(&e->key));
    val_set_take(value, v);
    return true;
}

bool overload_each(Vm *vm, const Val *object, Val *at, Val *value, Val *key, bool *more)
{
    const List *l = plain_list(object);
    const Table *t = plain_table(object);
    if (l || t) {
        *more = l ? list_step(l, at, value, key) : table_step(t, at, value, key);
        return true;
    }
    Val answer, args[3] = {VAL_UNDEF, {.type = T_REF, .ref = value}, {.type = T_REF, .ref = at}};
    if (!call_overload(vm, object, "_OVERLOADFOREACH", true, 3, args, &answer)) return false;
    Status s = val_truth(&answer, true, more);
    val_drop(&answer);
    if (!status_ok(s)) vm_throw_status(vm, s);
    if (*more && key) val_set_take(key, val_copy(at));
    return true;
}

// --- Routines that ask
// ----------------------------------------------------------------------------------------------------

bool overload_size(Vm *vm, const Val *v, int *rank, int64_t *dim, int64_t *n)
{
    const List *l = plain_list(v);
    const Table *t = plain_table(v);
    Val args[1], size;
    if (l || t) {
        *rank = 1;
        dim[0] = *n = l ? l->n : t->n;
        *rank = *n > 0;  // an empty one has no dimensions
        return true;
    }
    if (!call_overload(vm, v, "_OVERLOADSIZE", true, 1, args, &size)) return false;
    Status s = val_convert_mut(&size, T_LONG64);
    if (!status_ok(s)) {
        val_drop(&size);
        vm_throw_status(vm, s);
    }
    *n = 1;
    *rank = val_is_array(&size) ? (int)(size.a->n < MAX_RANK ? size.a->n : MAX_RANK) : size.ll != 0;
    for (int i = 0; i < *rank; i++) {
        dim[i] = val_is_array(&size) ? ((int64_t *)size.a->data)[i] : size.ll;
        *n *= dim[i];
    }
    if (!val_is_array(&size)) *n = size.ll;
    val_drop(&size);
    return true;
}

bool overload_text(Vm *vm, const Val *v, const char *name, const char *variable, Val *out)
{
    Val args[2] = {VAL_UNDEF, variable ? val_string(variable) : VAL_UNDEF};
    return call_overload(vm, v, name, true, variable ? 2 : 1, args, out);
}
