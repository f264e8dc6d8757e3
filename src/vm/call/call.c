// The accessors builtins use on their arguments. Start reading at call_arg.
#include "vm/call/call.h"

#include "base/buf.h"
#include "base/mem.h"
#include "kern/kern.h"
#include "sys/interrupt.h"
#include "vm/array/convert.h"
#include "vm/array/describe.h"
#include "vm/array/threads.h"
#include "vm/call/sharing.h"
#include "vm/engine.h"
#include "vm/fault/error_line.h"
#include "vm/fault/throw.h"
#include "vm/scope/variables.h"

#include <fenv.h>
#include <stdio.h>
#include <string.h>

// --- Arguments --------------------------------------------------------------------------------------------------------

const Val *call_arg_peek(Call *c, int i) { return i < c->argc ? val_deref(&c->args[i]) : NULL; }

const char *call_arg_variable(Call *c, int i)
{
    const Val *v = call_arg_is_var(c, i) ? call_arg_peek(c, i) : NULL;
    const char *name = v ? frame_var_name(c->vm, v) : NULL;
    if (name || !v) return name;
    for (const HeapVar *h = NULL; (h = heap_next(c->vm->heap, h)) != NULL;) {
        if (&h->v != v) continue;
        char *text = call_alloc(c, 40);
        snprintf(text, 40, "<%sHeapVar%lld>", h->is_object ? "Obj" : "Ptr", (long long)h->id);
        return text;
    }
    return NULL;
}

// An expression's type and value; lives as long as the call.
static const char *described(Call *c, const Val *v)
{
    Buf b = BUF_INIT(1000 + DESCRIBED_TEXT_MAX);
    val_describe(&b, v);
    char *text = buf_take(&b);
    if (text) call_defer(c, mem_free, text);
    return text ? text : "";
}

const char *call_arg_name(Call *c, int i)
{
    const char *name = call_arg_variable(c, i);
    return name ? name : described(c, call_arg_peek(c, i));
}

_Noreturn void throw_no_variable(Call *c, const Val *v)
{
    throw_msg(c, E_NOT_VAR, "Expression must be named variable in this context: %s.", described(c, v));
}

static _Noreturn void throw_undefined_argument(Call *c, int i)
{
    const char *name = call_arg_name(c, i);
    const char *blamed = call_arg_is_var(c, i) ? frame_blamed(c->vm, call_arg_peek(c, i), &name) : NULL;
    UnknownName u = unknown_name(UNKNOWN_VARIABLE, name);
    throw_unknown(c->vm, blamed ? blamed : c->routine->name, E_UNDEFVAR, &u, "Variable is undefined: %s.", name);
}

const Val *call_arg(Call *c, int i)
{
    const Val *v = call_arg_peek(c, i);
    if (!v) throw_msg(c, E_ARGS, "Incorrect number of arguments.");
    if (v->type == T_UNDEF && !val_is_null(v)) throw_undefined_argument(c, i);
    return v;
}

bool call_arg_is_var(Call *c, int i) { return i < c->argc && c->args[i].type == T_REF; }

Val *call_var_mut(Call *c, int i)
{
    if (!call_arg_is_var(c, i)) throw_no_variable(c, call_arg_peek(c, i));
    return c->args[i].ref;
}

void call_set_take(Call *c, int i, Val v)
{
    if (!call_arg_is_var(c, i)) call_keep_take(c, v);
    val_set_take(call_var_mut(c, i), v);
}

// --- Keywords ---------------------------------------------------------------------------------------------------------

const Keyword call_pool_keywords[POOL_KEYWORDS] = {
    {"TPOOL_MAX_ELTS", HIDDEN}, {"TPOOL_MIN_ELTS", HIDDEN}, {"TPOOL_NOTHREAD", HIDDEN},
};

const char *routine_keyword(const Routine *r, int i)
{
    if (i < r->keywords.n) return r->keywords.p[i].name;
    i -= r->keywords.n;
    return r->pooled && i < POOL_KEYWORDS ? call_pool_keywords[i].name : NULL;
}

bool routine_keyword_is_output(const Routine *r, int i)
{
    if (i >= r->keywords.n) return false;
    const char *form = r->keywords.p[i].form;
    return form[form[0] == '|'] == OUT[0];
}

bool call_kw_given(Call *c, int slot) { return c->kw[slot] != NULL; }

const Val *call_kw(Call *c, int slot)
{
    const Val *v = c->kw[slot];
    return v && v->type != T_UNDEF ? v : NULL;
}

bool call_kw_set(Call *c, int slot)
{
    const Val *v = call_kw(c, slot);
    if (!v) return false;
    if (val_is_array(v) && v->a->n > 1) return true;
    if (v->type == T_STRUCT) return true;
    bool truth;
    TRY(c, val_truth(v, true, &truth));
    return truth || val_is_array(v);
}

bool call_kw_is_var(Call *c, int slot) { return c->kw[slot] && c->kw_is_var[slot / 64] >> (slot % 64) & 1; }

void call_kw_set_take(Call *c, int slot, Val v)
{
    if (call_kw_is_var(c, slot)) val_set_take(c->kw[slot], v);
    else val_drop(&v);
}

int64_t call_kw_int(Call *c, int slot, int64_t otherwise)
{
    const Val *v = call_kw(c, slot);
    return v ? val_to_int(c, v, routine_keyword(c->routine, slot)) : otherwise;
}

double call_kw_double(Call *c, int slot, double otherwise)
{
    const Val *v = call_kw(c, slot);
    return v ? val_to_double(c, v, routine_keyword(c->routine, slot)) : otherwise;
}

const Str *call_kw_str_peek(Call *c, int slot)
{
    const Val *v = call_kw(c, slot);
    return v ? val_to_str_peek(c, v, routine_keyword(c->routine, slot)) : NULL;
}

// --- Scalars ----------------------------------------------------------------------------------------------------------

static _Noreturn void wrong_scalar(Call *c, Status s, const Val *v, const char *what)
{
    if (v->type == T_UNDEF) {
        status_drop(&s);
        throw_msg(c, E_UNDEFVAR, "Variable is undefined: %s.", what);
    }
    if (s.code == E_SCALAR) {
        status_drop(&s);
        throw_msg(c, E_SCALAR, "Expression must be a scalar or 1 element array in this context: %s.", what);
    }
    throw_status(c, s);
}

int64_t val_to_int(Call *c, const Val *v, const char *what)
{
    int64_t x;
    Status s = val_int64(v, &x);
    if (!status_ok(s)) wrong_scalar(c, s, v, what);
    return x;
}

double val_to_double(Call *c, const Val *v, const char *what)
{
    double x;
    Status s = val_real(v, &x);
    if (!status_ok(s)) wrong_scalar(c, s, v, what);
    return x;
}

const Str *val_to_str_peek(Call *c, const Val *v, const char *what)
{
    if (val_is_array(v) && v->a->n != 1) {
        throw_msg(c, E_SCALAR, "Expression must be a scalar or 1 element array in this context: %s.", what);
    }
    if (v->type != T_STRING) v = call_convert(c, v, T_STRING);
    return val_is_array(v) ? ((const StrSlot *)v->a->data)->p : v->s;
}

// The argument's name is made for the message only: it costs more than the whole conversion.
int64_t call_int(Call *c, int i)
{
    int64_t x;
    const Val *v = call_arg(c, i);
    Status s = val_int64(v, &x);
    if (!status_ok(s)) wrong_scalar(c, s, v, call_arg_name(c, i));
    return x;
}

double call_double(Call *c, int i)
{
    double x;
    const Val *v = call_arg(c, i);
    Status s = val_real(v, &x);
    if (!status_ok(s)) wrong_scalar(c, s, v, call_arg_name(c, i));
    return x;
}

const Str *call_str_peek(Call *c, int i)
{
    const Val *v = call_arg(c, i);
    if (v->type == T_STRING && !val_is_array(v)) return v->s;
    return val_to_str_peek(c, v, call_arg_name(c, i));
}

const char *call_path(Call *c, int i)
{
    const Str *s = call_str_peek(c, i);
    if (memchr(str_text(s), '\0', str_len(s)))
        throw_msg(c, E_VALUE, "A name must not contain a NUL character: %s.", call_arg_name(c, i));
    char *path = call_alloc(c, str_len(s) + 1);
    memcpy(path, str_text(s), str_len(s));
    return path;
}

typedef struct Conversion {
    const Arr *from;
    Arr *to;
    int64_t chunk;
} Conversion;

static void convert_item(void *arg, size_t item)
{
    const Conversion *k = arg;
    int64_t at = (int64_t)item * k->chunk, left = k->from->n - at;
    kern_convert(k->to->type, k->from->type)(arr_at(k->to, at), arr_at(k->from, at), (size_t)(left < k->chunk ? left : k->chunk));
}

static bool is_many_numbers(const Val *v, TypeCode to)
{
    return val_is_array(v) && v->a->n >= THREADS_FEWEST && type_in(v->type, TYPES_NUMERIC) && type_in(to, TYPES_NUMERIC);
}

static const Val *convert_numbers(Call *c, const Arr *a, TypeCode to)
{
    enum { PIECE = 2048 };
    Conversion k = {a, arr_new_like(a, to, false), 0};
    if (!k.to) throw_no_memory(c);
    Val *kept = call_keep_take(c, val_arr_take(k.to));
    int threads = call_threads(c, a->n, 0.03 * (double)(a->elem + k.to->elem));
    k.chunk = threads_chunk(a->n, threads, PIECE);
    call_run(c, threads, (size_t)((a->n + k.chunk - 1) / k.chunk), convert_item, &k);
    return kept;
}

const Val *call_convert(Call *c, const Val *v, TypeCode to)
{
    Val out;
    const Str *bad;
    if (v->type == to) return v;
    if (is_many_numbers(v, to)) return convert_numbers(c, v->a, to);
    TRY(c, val_convert(v, to, &out, &bad));
    Val *kept = call_keep_take(c, out);
    if (bad) vm_bad_text(c->vm, to);
    return kept;
}

int call_dims(Call *c, int first, int64_t *dim)
{
    int n = c->argc - first;
    if (n < 1) throw_msg(c, E_ARGS, "Incorrect number of arguments.");
    const Val *v = call_arg(c, first);
    if (n == 1 && val_is_array(v)) {
        if (v->a->n > MAX_RANK) throw_msg(c, E_SHAPE, "Only 8 dimensions allowed.");
        const Val *longs = call_convert(c, v, T_LONG64);
        for (n = 0; n < v->a->n; n++) dim[n] = ((const int64_t *)longs->a->data)[n];
    } else {
        if (n > MAX_RANK) throw_msg(c, E_SHAPE, "Only 8 dimensions allowed.");
        for (int i = 0; i < n; i++) dim[i] = call_int(c, first + i);
    }
    for (int i = 0; i < n; i++) {
        if (dim[i] < 1) throw_msg(c, E_SHAPE, "Array dimensions must be greater than 0.");
    }
    return n;
}

// --- Results ----------------------------------------------------------------------------------------------------------

void call_return_take(Call *c, Val v) { val_set_take(&c->result, v); }

Arr *call_new_array(Call *c, TypeCode t, int rank, const int64_t *dim, bool zero)
{
    Arr *a = arr_new(t, arr_trim_rank(rank, dim), dim, zero);
    if (!a) throw_no_memory(c);
    return call_keep_take(c, val_arr_take(a))->a;
}

void call_poll(Call *c)
{
    if (sys_interrupted()) throw_msg(c, E_INTERRUPT, "Interrupted.");
}

void call_bad_text(Call *c, TypeCode to) { vm_bad_text(c->vm, to); }

static void clear_flags(void *flags)
{
    feclearexcept(FE_ALL_EXCEPT);
    feraiseexcept(*(int *)flags);
}

void call_hush_math(Call *c)
{
    int *flags = call_alloc(c, sizeof *flags);
    *flags = fetestexcept(FE_DIVBYZERO | FE_UNDERFLOW | FE_OVERFLOW | FE_INVALID);
    call_defer(c, clear_flags, flags);
}

void call_warn(Call *c, bool quiet, const char *format, ...)
{
    if (quiet && c->vm->quiet) return;
    char text[1024];
    va_list args;
    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    vm_error_line(c->vm, "%% %s: %s", call_speaker(c), text);
}
