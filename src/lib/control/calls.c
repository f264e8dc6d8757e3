// What a routine asks about its own call: N_PARAMS, KEYWORD_SET, ARG_PRESENT; and PTR_NEW and its kin.
#include "core/heap.h"
#include "vm/array/convert.h"
#include "vm/call/call.h"
#include "vm/engine.h"

// N_PARAMS(): how many positional arguments the calling routine was given (LONG). Manual: N_PARAMS.
static void fn_n_params(Call *c)
{
    Engine *e = c->vm->engine;
    call_return_take(c, val_long(e->frame[frame_top(e)->target].nargs));
}

// KEYWORD_SET(Value): 1 if the value is defined and not zero; arrays of more than one element and structures count as
// set. (INT) Manual: KEYWORD_SET.
static void fn_keyword_set(Call *c)
{
    const Val *v = call_arg_peek(c, 0);
    bool set = false;
    if (val_is_undef(v)) set = false;
    else if (val_is_array(v)) set = true;
    else TRY(c, val_truth(v, true, &set));
    if (val_is_array(v) && v->a->n == 1 && v->type != T_STRUCT) TRY(c, val_truth(v, true, &set));
    call_return_take(c, val_int(set));
}

static bool keyword_set_alone(const Val *v, const Val *b, Val *out)
{
    bool is_plain = !b && v->tag < T_COUNT && (type_in(v->type, TYPES_INTEGER | TYPES_REAL) || v->tag == T_UNDEF);
    if (is_plain) *out = val_int(v->tag == T_FLOAT ? v->f != 0 : v->tag == T_DOUBLE ? v->d != 0 : v->tag && val_whole(v));
    return is_plain;
}

// The caller's cell that a parameter of this routine stands for, or NULL.
static bool is_callers_variable(const CallFrame *f, const Val *cell)
{
    for (int i = 0; i < f->code->nparams; i++) {
        const Val *reg = &f->base[f->code->param[i].reg];
        if (reg->type == T_REF && reg->ref == cell) return true;
    }
    return false;
}

// ARG_PRESENT(Variable): 1 if the parameter will pass a value back to the caller. (INT) Manual: ARG_PRESENT.
static void fn_arg_present(Call *c)
{
    Engine *e = c->vm->engine;
    const CallFrame *f = &e->frame[frame_top(e)->target];
    call_return_take(c, val_int(is_callers_variable(f, call_var_mut(c, 0))));
}

// TEMPORARY(Variable): the variable's value, moved out; the variable becomes undefined. Manual: TEMPORARY.
static void fn_temporary(Call *c)
{
    call_arg(c, 0);
    call_return_take(c, val_take(call_arg_is_var(c, 0) ? call_var_mut(c, 0) : &c->args[0]));
}

// PTR_NEW([Value] [, /ALLOCATE_HEAP] [, /NO_COPY]): a pointer to a new heap variable, or the null pointer.
#define PTR_NEW_KEYWORDS(K, R) K(R, ALLOCATE_HEAP, FLAG) K(R, NO_COPY, FLAG)
KEYWORDS(PTR_NEW)

static void fn_ptr_new(Call *c)
{
    if (!c->argc && !call_kw_set(c, KW_PTR_NEW_ALLOCATE_HEAP)) {
        call_return_take(c, (Val){.type = T_PTR});
        return;
    }
    Val v = VAL_NULL;  // EQ and NE take it (mrdfits.pro of the Astronomy Library)
    if (c->argc) {
        const Val *given = call_arg_peek(c, 0);
        bool move = call_kw_set(c, KW_PTR_NEW_NO_COPY) && call_arg_is_var(c, 0);
        v = move ? val_take(call_var_mut(c, 0)) : val_copy(given);
    }
    HeapVar *h = heap_var_take(c->vm->heap, v, false);
    if (!h) throw_no_memory(c);
    call_return_take(c, val_ptr(h));
    heap_drop(h);
}

static bool is_live(const HeapVar *h) { return h && !h->freed; }

// PTR_FREE, P1, ...: empties the heap variables; the pointers dangle. Manual: PTR_FREE.
static void pro_ptr_free(Call *c)
{
    for (int i = 0; i < c->argc; i++) {
        const Val *v = call_arg(c, i);
        if (v->type != T_PTR) throw_msg(c, E_HEAP, "Pointer type required in this context: %s.", call_arg_name(c, i));
        v = call_keep_take(c, val_copy(v));  // it may itself lie in a heap variable that is freed here
        int64_t n = val_count(v);
        for (int64_t k = 0; k < n; k++) {
            HeapVar *h = val_is_array(v) ? ((HeapVar **)v->a->data)[k] : v->h;
            if (is_live(h)) heap_release(h);
        }
    }
}

static const Routine rows[] = {
    {"N_PARAMS", FUNCTION, {0, 1}, fn_n_params, "[Ignored]"},
    {"KEYWORD_SET", FUNCTION, {1, 1}, fn_keyword_set, "Value", .alone = keyword_set_alone},
    {"ARG_PRESENT", FUNCTION, {1, 1}, fn_arg_present, "Variable"},
    {"TEMPORARY", FUNCTION, {1, 1}, fn_temporary, "Variable"},
    {"PTR_NEW", FUNCTION, {0, 1}, fn_ptr_new, "[InitExpr]", KEYS(PTR_NEW)},
    {"PTR_FREE", PROCEDURE, {1, ARGS_ANY}, pro_ptr_free, "P1, ..., Pn"},
};
ROUTINE_TABLE(lib_calls, rows)
