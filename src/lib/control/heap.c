// The heap of pointers and objects: PTR_VALID and OBJ_VALID, HEAP_GC, HEAP_FREE, HEAP_REFCOUNT, HEAP_NOSAVE, HEAP_SAVE.
// Start reading at validity.
#include "core/collect.h"

#include "base/mem.h"
#include "base/vec.h"
#include "io/lun.h"
#include "lib/control/help.h"
#include "lib/control/lines.h"
#include "vm/dispatch/classes.h"

#include <stdio.h>

static bool is_live(const HeapVar *h) { return h && !h->freed; }

// The heap variables that a reference, or an array of them, stands for.
static HeapVar *heap_var_at(const Val *v, int64_t i) { return val_is_array(v) ? ((HeapVar **)v->a->data)[i] : v->h; }

// An array result in the shape of v, of one element for a scalar; return_shaped makes that one a scalar again.
static Arr *result_like(Call *c, const Val *v, TypeCode t)
{
    static const int64_t one = 1;
    return val_is_array(v) ? call_new_array(c, t, v->a->rank, v->a->dim, true) : call_new_array(c, t, 1, &one, true);
}

static void return_shaped(Call *c, const Val *v, Arr *a)
{
    call_return_take(c, val_is_array(v) ? val_arr_take(arr_ref(a)) : arr_get(a, 0));
}

// --- PTR_VALID, OBJ_VALID ------------------------------------------------------------------------------------------

#define VALID_KEYWORDS(K, R) K(R, CAST, FLAG) K(R, COUNT, OUT) K(R, GET_HEAP_IDENTIFIER, FLAG)
KEYWORDS(VALID)

// Every live variable of the kind, oldest first; the null reference when there is none.
static void return_all(Call *c, bool objects)
{
    const Heap *heap = c->vm->heap;
    int64_t n = 0;
    for (HeapVar *h = NULL; (h = heap_next(heap, h));) n += is_live(h) && (bool)h->is_object == objects;
    call_kw_set_take(c, KW_VALID_COUNT, val_long((int32_t)n));
    call_return_take(c, (Val){.type = objects ? T_OBJ : T_PTR});
    if (!n) return;
    Arr *a = call_new_array(c, objects ? T_OBJ : T_PTR, 1, &n, true);
    for (HeapVar *h = NULL; (h = heap_next(heap, h));) {
        if (is_live(h) && (bool)h->is_object == objects) ((HeapVar **)a->data)[--n] = heap_ref(h);
    }
    call_return_take(c, val_arr_take(arr_ref(a)));
}

// Numbers of heap variables as references; null where there is no such variable.
static void cast(Call *c, const Val *v, bool objects)
{
    const Val *ids = call_convert(c, v, T_LONG64);
    const int64_t *id = val_data_peek(ids);
    Arr *a = result_like(c, v, objects ? T_OBJ : T_PTR);
    int32_t found = 0;
    for (int64_t i = 0; i < a->n; i++) {
        HeapVar *h = heap_find(c->vm->heap, id[i], objects);
        ((HeapVar **)a->data)[i] = heap_ref(h);
        found += h != NULL;
    }
    call_kw_set_take(c, KW_VALID_COUNT, val_long(found));
    return_shaped(c, v, a);
}

static void identifiers(Call *c, const Val *v)
{
    Arr *a = result_like(c, v, T_ULONG);
    for (int64_t i = 0; i < a->n; i++) {
        const HeapVar *h = heap_var_at(v, i);
        ((uint32_t *)a->data)[i] = is_live(h) ? (uint32_t)h->id : 0;
    }
    return_shaped(c, v, a);
}

static void validity(Call *c, bool objects)
{
    if (!c->argc) {
        return_all(c, objects);
        return;
    }
    const Val *v = call_arg_peek(c, 0);
    bool fits = v->type == (objects ? T_OBJ : T_PTR);
    if (call_kw_set(c, KW_VALID_CAST) && type_is_integer((TypeCode)v->type)) {
        cast(c, v, objects);
        return;
    }
    if (call_kw_set(c, KW_VALID_GET_HEAP_IDENTIFIER) && fits) {
        identifiers(c, v);
        return;
    }
    Arr *a = result_like(c, v, T_BYTE);
    int32_t n = 0;
    for (int64_t i = 0; i < a->n && fits; i++) {
        const HeapVar *h = heap_var_at(v, i);
        n += ((uint8_t *)a->data)[i] = is_live(h) && (!objects || h->v.type == T_STRUCT);
    }
    call_kw_set_take(c, KW_VALID_COUNT, val_long(n));
    return_shaped(c, v, a);
}

// PTR_VALID([Arg] [, /CAST] [, COUNT=n] [, /GET_HEAP_IDENTIFIER]): 1b for each pointer to a live heap variable; without
// an argument pointers to all of them; /CAST makes pointers of numbers. Manual: PTR_VALID.
static void fn_ptr_valid(Call *c) { validity(c, false); }

// OBJ_VALID([Arg] [, /CAST] [, COUNT=n] [, /GET_HEAP_IDENTIFIER]): the same of objects. Manual: OBJ_VALID.
static void fn_obj_valid(Call *c) { validity(c, true); }

// --- HEAP_GC, HEAP_FREE --------------------------------------------------------------------------------------------

#define COLLECT_KEYWORDS(K, R) K(R, OBJ, FLAG) K(R, PTR, FLAG) K(R, VERBOSE, FLAG)
KEYWORDS(COLLECT)

typedef struct Found {
    VEC(HeapVar *) var;  // each referenced
} Found;

static void release_found(void *arg)
{
    Found *f = arg;
    for (int i = 0; i < f->var.len; i++) heap_drop(f->var.p[i]);
    VEC_FREE(&f->var);
}

static Found *found_new(Call *c)
{
    Found *f = call_alloc(c, sizeof *f);
    call_defer(c, release_found, f);
    return f;
}

static void describe(Call *c, const HeapVar *h)
{
    char name[40];
    Buf *b = lines_new(c);
    snprintf(name, sizeof name, "<%sHeapVar%lld>", h->is_object ? "Obj" : "Ptr", (long long)h->id);
    help_variable_line(b, name, &h->v);
    lines_write(c, LUN_STDOUT, b);
}

// Destroys the objects, whose CLEANUP may need the pointers, then frees the pointers; OBJ or PTR alone: those only.
static void destroy(Call *c, const Found *f)
{
    bool obj = call_kw_set(c, KW_COLLECT_OBJ), ptr = call_kw_set(c, KW_COLLECT_PTR), all = obj == ptr;
    for (int objects = 1; objects >= 0; objects--) {
        if (!all && objects != obj) continue;
        for (int i = 0; i < f->var.len; i++) {
            HeapVar *h = f->var.p[i];
            Val args[1];
            if (h->freed || (bool)h->is_object != (bool)objects) continue;
            if (call_kw_set(c, KW_COLLECT_VERBOSE)) describe(c, h);
            if (objects) object_destroy(c->vm, h, 0, 0, NULL, args);
            else heap_release(h);
        }
    }
}

// HEAP_GC [, /OBJ | , /PTR] [, /VERBOSE]: frees the heap variables that no variable leads to any more. Manual: HEAP_GC.
static void pro_heap_gc(Call *c)
{
    int64_t n;
    Found *f = found_new(c);
    objects_clean_up(c->vm);
    f->var.p = heap_unreachable(c->vm->heap, &n);
    f->var.len = f->var.cap = (int)n;
    destroy(c, f);
}

static void add_found(void *arg, HeapVar *h)
{
    Found *f = arg;
    if (h->reached || h->freed) return;
    h->reached = true;
    VEC_PUSH(&f->var, heap_ref(h));
}

// HEAP_FREE, Variable [, /OBJ] [, /PTR] [, /VERBOSE]: frees what the variable leads to, through pointers but not into
// objects, which are destroyed. Manual: HEAP_FREE.
static void pro_heap_free(Call *c)
{
    Found *f = found_new(c);
    const Val *v = call_keep_take(c, val_copy(call_arg(c, 0)));
    for (HeapVar *h = NULL; (h = heap_next(c->vm->heap, h));) h->reached = false;
    heap_each_reference(v, add_found, f);
    for (int i = 0; i < f->var.len; i++) {
        if (!f->var.p[i]->is_object) heap_each_reference(&f->var.p[i]->v, add_found, f);
    }
    destroy(c, f);
}

// --- HEAP_REFCOUNT, HEAP_NOSAVE, HEAP_SAVE -------------------------------------------------------------------------

static const Val *reference_argument(Call *c)
{
    const Val *v = call_arg(c, 0);
    if (v->type == T_PTR || v->type == T_OBJ) return v;
    throw_msg(c, E_HEAP, "Pointer or object reference required in this context: %s.", call_arg_name(c, 0));
}

#define HEAP_REFCOUNT_KEYWORDS(K, R) K(R, DISABLE, FLAG) K(R, ENABLE, OR_FLAG) K(R, IS_ENABLED, OUT)
KEYWORDS(HEAP_REFCOUNT)

// Without an argument the keywords are about all heap variables.
static void refcount_of_all(Call *c)
{
    Heap *heap = c->vm->heap;
    if (call_kw_set(c, KW_HEAP_REFCOUNT_DISABLE)) heap_set_counting(heap, false);
    if (call_kw_set(c, KW_HEAP_REFCOUNT_ENABLE)) heap_set_counting(heap, true);
    call_kw_set_take(c, KW_HEAP_REFCOUNT_IS_ENABLED, val_byte(heap_is_counting(heap)));
    call_return_take(c, val_long(0));
}

// HEAP_REFCOUNT([Variable] [, /DISABLE | , /ENABLE] [, IS_ENABLED=variable]): how many references there are to what the
// pointer or object stands for. DISABLE: it no longer dies with the last one. Manual: HEAP_REFCOUNT.
static void fn_heap_refcount(Call *c)
{
    if (!c->argc) {
        refcount_of_all(c);
        return;
    }
    const Val *v = reference_argument(c);
    Arr *counts = result_like(c, v, T_LONG), *enabled = result_like(c, v, T_BYTE);
    for (int64_t i = 0; i < counts->n; i++) {
        HeapVar *h = heap_var_at(v, i);
        if (!is_live(h)) continue;
        ((int32_t *)counts->data)[i] = (int32_t)h->refs;
        if (call_kw_set(c, KW_HEAP_REFCOUNT_DISABLE)) h->uncounted = true;
        if (call_kw_set(c, KW_HEAP_REFCOUNT_ENABLE)) h->uncounted = false;
        ((uint8_t *)enabled->data)[i] = !h->uncounted && heap_is_counting(c->vm->heap);
    }
    call_kw_set_take(c, KW_HEAP_REFCOUNT_IS_ENABLED, val_is_array(v) ? val_arr_take(arr_ref(enabled)) : arr_get(enabled, 0));
    return_shaped(c, v, counts);
}

// HEAP_NOSAVE, Variable: SAVE leaves what these references stand for out. Manual: HEAP_NOSAVE.
static void pro_heap_nosave(Call *c)
{
    const Val *v = reference_argument(c);
    for (int64_t i = 0; i < val_count(v); i++) {
        if (is_live(heap_var_at(v, i))) heap_var_at(v, i)->unsaved = true;
    }
}

// HEAP_SAVE(Variable [, Set]): 1 where SAVE will write the heap variable; Set changes that. Manual: HEAP_SAVE.
static void fn_heap_save(Call *c)
{
    const Val *v = reference_argument(c);
    Arr *a = result_like(c, v, T_BYTE);
    for (int64_t i = 0; i < a->n; i++) {
        HeapVar *h = heap_var_at(v, i);
        ((uint8_t *)a->data)[i] = is_live(h) && !h->unsaved;
        if (is_live(h) && c->argc > 1) h->unsaved = call_int(c, 1) == 0;
    }
    return_shaped(c, v, a);
}

static const Routine rows[] = {
    {"HEAP_FREE", PROCEDURE, {1, 1}, pro_heap_free, "Variable", KEYS(COLLECT)},
    {"HEAP_GC", PROCEDURE, {0, 0}, pro_heap_gc, "", KEYS(COLLECT)},
    {"HEAP_NOSAVE", PROCEDURE, {1, 1}, pro_heap_nosave, "HeapVar"},
    {"HEAP_REFCOUNT", FUNCTION, {0, 1}, fn_heap_refcount, "[HeapVar]", KEYS(HEAP_REFCOUNT)},
    {"HEAP_SAVE", FUNCTION, {1, 2}, fn_heap_save, "HeapVar [, Set]"},
    {"OBJ_VALID", FUNCTION, {0, 1}, fn_obj_valid, "[Arg]", KEYS(VALID)},
    {"PTR_VALID", FUNCTION, {0, 1}, fn_ptr_valid, "[Arg]", KEYS(VALID)},
};
ROUTINE_TABLE(lib_heap, rows)
