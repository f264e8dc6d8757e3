// CALL_EXTERNAL: a function of a shared library, in one of two conventions. Portable: int f(int argc, void *argv[]).
// Natural (AUTO_GLUE): the arguments themselves; libffi makes the call, so that no compiler is asked for glue.
#include "lib/external/external_args.h"

#include "base/mem.h"
#include "core/errors.h"
#include "io/lun.h"
#include "sys/dynlib.h"

#include <signal.h>
#include <string.h>

// clang-format off
#define CALL_EXTERNAL_KEYWORDS(K, R)                                                                                   \
    K(R, ALL_VALUE, FLAG) K(R, AUTO_GLUE, FLAG) K(R, B_VALUE, FLAG) K(R, D_VALUE, OR_FLAG) K(R, F_VALUE, OR_FLAG)      \
    K(R, I_VALUE, OR_FLAG) K(R, L64_VALUE, OR_FLAG) K(R, S_VALUE, OR_FLAG) K(R, UI_VALUE, OR_FLAG)                     \
    K(R, UL_VALUE, OR_FLAG) K(R, UL64_VALUE, OR_FLAG) K(R, RETURN_TYPE, "|=code") K(R, UNLOAD, FLAG)                   \
    K(R, VALUE, "=array") K(R, WRITE_WRAPPER, "=string") K(R, CDECL, HIDDEN) K(R, CC, HIDDEN)                          \
    K(R, COMPILE_DIRECTORY, HIDDEN) K(R, EXTRA_CFLAGS, HIDDEN) K(R, EXTRA_LFLAGS, HIDDEN)                              \
    K(R, IGNORE_EXISTING_GLUE, HIDDEN) K(R, LD, HIDDEN) K(R, NOCLEANUP, HIDDEN) K(R, SHOW_ALL_OUTPUT, HIDDEN)          \
    K(R, VERBOSE, HIDDEN)
// clang-format on
KEYWORDS(CALL_EXTERNAL)

typedef struct Exchange {
    ForeignFn fn;
    int n;
    void **argv; // portable: what argv holds; natural: where each value is
    NaturalKind *kinds;
    const NaturalCallApi *natural; // NULL: portable
    NaturalKind gives;
    NaturalResult result;
    bool is_done;
} Exchange;

static void call_portable(Exchange *x)
{
#define PORTABLE(type) ((type(*)(int, void **))x->fn)(x->n, x->argv)
    switch (x->gives) {
    case NATURAL_U8: x->result.bits = PORTABLE(uint8_t); break;
    case NATURAL_I16: x->result.bits = (uint64_t)PORTABLE(int16_t); break;
    case NATURAL_U16: x->result.bits = PORTABLE(uint16_t); break;
    case NATURAL_U32: x->result.bits = PORTABLE(uint32_t); break;
    case NATURAL_I64:
    case NATURAL_U64: x->result.bits = PORTABLE(uint64_t); break;
    case NATURAL_F32: x->result.f = PORTABLE(float); break;
    case NATURAL_F64: x->result.d = PORTABLE(double); break;
    case NATURAL_ADDRESS: x->result.text = PORTABLE(char *); break;
    default: x->result.bits = (uint64_t)PORTABLE(int); break;
    }
#undef PORTABLE
    x->is_done = true;
}

static void exchange(void *arg)
{
    Exchange *x = arg;
    if (x->natural)
        x->is_done = x->natural->call(x->fn, x->n, x->kinds, x->argv, x->gives, &x->result);
    else
        call_portable(x);
}

// --- What it gives back ---

static TypeCode result_type(Call *c)
{
    static const struct {
        int slot;
        TypeCode type;
    } flags[] = {{KW_CALL_EXTERNAL_B_VALUE, T_BYTE},      {KW_CALL_EXTERNAL_D_VALUE, T_DOUBLE},
                 {KW_CALL_EXTERNAL_F_VALUE, T_FLOAT},     {KW_CALL_EXTERNAL_I_VALUE, T_INT},
                 {KW_CALL_EXTERNAL_L64_VALUE, T_LONG64},  {KW_CALL_EXTERNAL_S_VALUE, T_STRING},
                 {KW_CALL_EXTERNAL_UI_VALUE, T_UINT},     {KW_CALL_EXTERNAL_UL_VALUE, T_ULONG},
                 {KW_CALL_EXTERNAL_UL64_VALUE, T_ULONG64}};
    for (size_t i = 0; i < sizeof flags / sizeof flags[0]; i++) {
        if (call_kw_set(c, flags[i].slot)) return flags[i].type;
    }
    int64_t code = call_kw_int(c, KW_CALL_EXTERNAL_RETURN_TYPE, T_LONG);
    bool is_known = code > 0 && code < T_COUNT && type_in((TypeCode)code, TYPES_INTEGER | TYPES_REAL | TM(STRING));
    if (!is_known)
        throw_msg(c, E_VALUE, "Value of RETURN_TYPE keyword is out of allowed range: %lld.", (long long)code);
    return (TypeCode)code;
}

static Val result_value(TypeCode t, const NaturalResult *r)
{
    switch (t) {
    case T_BYTE: return val_byte((uint8_t)r->bits);
    case T_INT: return val_int((int16_t)r->bits);
    case T_UINT: return (Val){.type = T_UINT, .ui = (uint16_t)r->bits};
    case T_ULONG: return (Val){.type = T_ULONG, .ul = (uint32_t)r->bits};
    case T_LONG64: return val_long64((int64_t)r->bits);
    case T_ULONG64: return val_ulong64(r->bits);
    case T_FLOAT: return val_float(r->f);
    case T_DOUBLE: return val_double(r->d);
    case T_STRING: return val_string(r->text ? r->text : "");
    default: return val_long((int32_t)r->bits);
    }
}

// --- The call ---

// Whether parameter k is passed by value.
static const uint8_t *passed_by_value(Call *c, int n)
{
    const Val *v = call_kw(c, KW_CALL_EXTERNAL_VALUE);
    uint8_t *flags = call_alloc(c, (size_t)n + 1);
    if (call_kw_set(c, KW_CALL_EXTERNAL_ALL_VALUE)) {
        memset(flags, 1, (size_t)n);
    } else if (v) {
        if (val_count(v) != n)
            throw_msg(c, E_VALUE, "Keyword array parameter VALUE must have %d element%s.", n, n == 1 ? "" : "s");
        memcpy(flags, val_data_peek(call_convert(c, v, T_BYTE)), (size_t)n);
    }
    return flags;
}

static void find(Call *c, const char *image, const char *entry, ForeignFn *fn)
{
    const char *why;
    Status s = foreign_find(image, entry, fn, &why);
    if (status_ok(s) || !*why)
        TRY(c, s);
    else {
        status_drop(&s);
        throw_msg(c, E_EXTERNAL,
                  "Error loading sharable executable.\n                 Symbol: %s, File = %s\n                 %s",
                  entry, image, why);
    }
}

static void run(Call *c, Exchange *x, const char *image, const char *entry)
{
    int crash = foreign_run(exchange, x);
    if (crash)
        throw_msg(c, E_EXTERNAL,
                  "The routine %s of %s has crashed (%s). What it has spoilt in memory is not known: save your work "
                  "and begin anew.",
                  entry, image, strsignal(crash));
    if (!x->is_done) throw_msg(c, E_EXTERNAL, "%s cannot be called with these arguments.", entry);
}

// CALL_EXTERNAL(Image, Entry [, P0, ..., Pn]): calls the function Entry of the shared library Image, and gives what it
// returns: LONG, or what RETURN_TYPE (a type code) or B_VALUE, D_VALUE, F_VALUE, I_VALUE, L64_VALUE, S_VALUE, UI_VALUE,
// UL_VALUE, UL64_VALUE says. It is called as f(int argc, void *argv[]); with AUTO_GLUE it gets the arguments
// themselves. Parameters are passed by reference (strings as IDL_STRING, arrays as their elements, structures as C's),
// or, where VALUE is not 0 or with ALL_VALUE, by value (strings as char *). A variable that is passed by reference has
// what the function has left there. UNLOAD closes the library afterwards. A crash of the function is an error. Source:
// manual (CALL_EXTERNAL, External Development Guide).
static void fn_call_external(Call *c)
{
    char *image = path_expand(call_path(c, 0));
    call_defer(c, mem_free, image);
    const char *entry = call_path(c, 1);
    int n = c->argc - 2;
    Exchange x = {.n = n, .gives = NATURAL_I32};
    TypeCode t = result_type(c);
    if (call_kw_given(c, KW_CALL_EXTERNAL_WRITE_WRAPPER))
        throw_msg(c, E_VALUE, "WRITE_WRAPPER is not supported: AUTO_GLUE calls natural C functions without glue.");
    const uint8_t *is_by_value = passed_by_value(c, n);
    find(c, image, entry, &x.fn);
    x.gives = external_kind(t);
    x.argv = call_alloc(c, sizeof *x.argv * (size_t)(n + 1));
    x.kinds = call_alloc(c, sizeof *x.kinds * (size_t)(n + 1));
    ExternalArg *args = call_alloc(c, sizeof *args * (size_t)(n + 1));
    if (call_kw_set(c, KW_CALL_EXTERNAL_AUTO_GLUE)) {
        const void *table;
        TRY(c, dynlib_table("ffi", "natural_call_api", "libffi8", &table));
        x.natural = table;
    }
    for (int k = 0; k < n; k++) {
        args[k] = external_arg(c, k + 2, is_by_value[k]);
        x.kinds[k] = args[k].kind;
        if (!args[k].address)
            x.argv[k] = x.natural ? (void *)&args[k].value : (void *)(uintptr_t)args[k].value;
        else
            x.argv[k] = x.natural ? (void *)&args[k].address : args[k].address;
    }
    run(c, &x, image, entry);
    Val *result = call_keep_take(c, result_value(t, &x.result));
    for (int k = 0; k < n; k++) external_write_back(c, &args[k]);
    if (call_kw_set(c, KW_CALL_EXTERNAL_UNLOAD)) foreign_close(image);
    call_return_take(c, val_take(result));
}

static const Routine rows[] = {
    {"CALL_EXTERNAL", FUNCTION, {2, ARGS_ANY}, fn_call_external, "Image, Entry [, P0, ..., Pn]", KEYS(CALL_EXTERNAL)},
};
ROUTINE_TABLE(lib_call_external, rows)
