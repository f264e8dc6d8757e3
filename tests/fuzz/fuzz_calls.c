// Fuzz target for the built-in routines and those of the library written in IDL: calls with hostile values (hostile.h), made from the
// tables, so that new routines and keywords are called without being named here. An input is the seed of CALLS calls in one
// engine; one that begins with "sweep" calls every routine, with each of its keywords. session.h says where. A block that is still
// alive afterwards is a failure.
#include "hostile.h"
#include "lib/tables.h"
#include "session.h"
#include "vm/names/library.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { CALLS = 20, CALLABLES_MAX = 2000, KEYWORDS_KEPT = 60, NAME_LEN = 40 };

typedef struct Callable {
    char name[NAME_LEN];
    bool is_function;
    int least, most;  // arguments
    int nkeywords;
    char keyword[KEYWORDS_KEPT][NAME_LEN];
} Callable;

static Callable *callable;
static int ncallables;
static long calls;

extern const LibraryText library_texts[];
extern const int library_ntexts;

// --- What may be called ---------------------------------------------------------------------------------------------------

static bool is_skipped(const char *name)
{
    for (size_t i = 0; i < sizeof skipped / sizeof *skipped; i++) {
        if (strcmp(skipped[i].name, name) == 0) return true;
    }
    return false;
}

static Callable *add_callable(const char *name, bool is_function)
{
    if (is_skipped(name) || ncallables == CALLABLES_MAX) return NULL;
    Callable *c = &callable[ncallables++];
    *c = (Callable){.is_function = is_function};
    snprintf(c->name, sizeof c->name, "%s", name);
    return c;
}

static void take_keyword(void *arg, const char *name, size_t n)
{
    Callable *c = arg;
    if (c->nkeywords < KEYWORDS_KEPT && n && n < NAME_LEN) memcpy(c->keyword[c->nkeywords++], name, n);
}

static void add_builtin(const Routine *r)
{
    Callable *c = add_callable(r->name, r->kind == FUNCTION);
    if (!c) return;
    c->least = r->nargs.min;
    c->most = r->nargs.max == ARGS_ANY ? r->nargs.min + 3 : r->nargs.max;
    for (int i = 0; i < r->keywords.n; i++) take_keyword(c, r->keywords.p[i].name, strlen(r->keywords.p[i].name));
}

static void add_text(const LibraryText *t)
{
    Callable *c = add_callable(t->name, t->is_function);
    if (!c) return;
    c->least = 1;
    c->most = 5;
    session_usage_keywords(t->usage, take_keyword, c);
}

static void list_callables(Vm *vm)
{
    callable = calloc(CALLABLES_MAX, sizeof *callable);
    if (!callable) exit(2);
    for (int i = 0; i < (int)vm->engine->builtins.len; i++) add_builtin(vm->engine->builtins.p[i]);
    for (int i = 0; i < library_ntexts; i++) add_text(&library_texts[i]);
}

// --- Calls ------------------------------------------------------------------------------------------------------------------

static const char *value(void) { return hostile_values[session_draw(sizeof hostile_values / sizeof *hostile_values)]; }

static const char *object_of(const char *class)
{
    static const char *const made[][2] = {{"LIST", "list(1, 'a')"}, {"HASH", "hash('a', 1)"}, {"ORDEREDHASH", "orderedhash('a', 1)"},
                                          {"DICTIONARY", "dictionary('a', 1)"}, {"IDL_CONTAINER", "obj_new('idl_container')"}};
    for (size_t i = 0; i < sizeof made / sizeof *made; i++) {
        if (strncmp(made[i][0], class, strlen(made[i][0])) == 0 && class[strlen(made[i][0])] == ':') return made[i][1];
    }
    return "obj_new('idl_object')";
}

// Variables v0 to v7 have values; arguments are these or expressions.
static void put_value(Buf *b)
{
    if (session_draw(2)) buf_printf(b, "v%d", (int)session_draw(8));
    else buf_puts(b, value());
}

static void put_arguments(Buf *b, const Callable *c, int n, int forced)
{
    const char *comma = c->is_function ? "" : ", ";
    for (int i = 0; i < n; i++, comma = ", ") {
        buf_puts(b, comma);
        put_value(b);
    }
    int keywords = c->nkeywords ? (int)session_draw(4) : 0;
    for (int i = forced < 0 ? 0 : -1; i < keywords; i++, comma = ", ") {
        const char *name = c->keyword[i < 0 ? forced : (int)session_draw((uint64_t)c->nkeywords)];
        if (session_draw(3) == 0) {
            buf_printf(b, "%s/%s", comma, name);
            continue;
        }
        buf_printf(b, "%s%s=", comma, name);
        put_value(b);
    }
}

// forced: a keyword that is given; -1: none.
static bool call_one(Vm *vm, const Callable *c, int forced)
{
    Buf b = BUF_INIT(1 << 20);
    const char *method = strstr(c->name, "::");
    int n = session_draw(12) ? c->least + (int)session_draw((uint64_t)(c->most - c->least) + 1) : (int)session_draw((uint64_t)c->most + 2);
    if (method) buf_printf(&b, "o = %s & ", object_of(c->name));
    buf_puts(&b, c->is_function ? "x = " : "");
    if (method) buf_printf(&b, "o->%s", method + 2);
    else buf_puts(&b, c->name);
    if (c->is_function) buf_putc(&b, '(');
    put_arguments(&b, c, n, forced);
    buf_puts(&b, c->is_function ? ")\n" : "\n");
    buf_putc(&b, '\0');
    bool goes_on = !buf_ok(&b) || session_run(vm, b.p);
    calls++;
    buf_free(&b);
    return goes_on;
}

static bool set_variables(Vm *vm)
{
    char text[400];
    bool goes_on = true;
    for (int i = 0; i < 8 && goes_on; i++) {
        snprintf(text, sizeof text, "v%d = %s\n", i, value());
        goes_on = session_run(vm, text);
    }
    return goes_on;
}

static void make_calls(int first)
{
    Vm *vm = session_new();
    bool goes_on = session_run(vm, "openw, 1, 'one' & printf, 1, findgen(20) & close, 1 & openu, 1, 'one' & openw, 100, 'two'\n") &&
                   set_variables(vm);
    for (int i = 0; i < CALLS && goes_on; i++) goes_on = call_one(vm, &callable[i ? session_draw((uint64_t)ncallables) : (uint64_t)first], -1);
    session_end(vm);
}

static void sweep(void)
{
    Vm *vm = session_new();
    set_variables(vm);
    for (int i = 0; i < ncallables; i++) {
        call_one(vm, &callable[i], -1);
        for (int k = 0; k < callable[i].nkeywords; k++) call_one(vm, &callable[i], k);
        if (i % 10 == 0) set_variables(vm);
    }
    session_end(vm);
}

static void finish(void)
{
    fprintf(stderr, "%d routines, %ld calls\n", ncallables, calls);
    free(callable);
}

static void start_once(void)
{
    if (!session_start()) return;
    Vm *vm = session_new();
    list_callables(vm);
    vm_free(vm);
    if (atexit(finish) != 0) exit(2);
}

static void replay(const uint8_t *data, size_t size)
{
    session_seed(data, size);
    if (size >= 5 && memcmp(data, "sweep", 5) == 0) sweep();
    else make_calls((int)session_draw((uint64_t)ncallables));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    start_once();
    session_leaks(replay, data, size);
    return 0;
}
