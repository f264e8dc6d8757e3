// Fuzz target for the built-in routines and those of the library written in IDL: calls with hostile values (hostile.h), made from the
// tables, so that new routines and keywords are called without being named here. An input is the seed of CALLS calls in one
// engine; one that begins with "sweep" calls every routine, with each of its keywords. They run in a folder that is thrown away,
// under --safe (what a hostile FILE_DELETE is told to remove stays), as the user nobody when started by root, with 64 MB. A call that
// takes more than a second is asked to stop as by Ctrl-C; one that takes ten is a failure, as is a block that is still alive
// afterwards. FUZZ_SHOW prints each call.
#include "base/mem.h"
#include "hostile.h"
#include "io/lun.h"
#include "lib/tables.h"
#include "sys/interrupt.h"
#include "sys/safe.h"
#include "vm/engine.h"
#include "vm/names/library.h"
#include "vm/session/statement.h"

#include <ctype.h>
#include <fcntl.h>
#include <ftw.h>
#include <grp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
void fuzz_describe(void);

enum { CALLS = 20, TICKS_MAX = 10, NOBODY = 65534, CALLABLES_MAX = 2000, KEYWORDS_KEPT = 60, NAME_LEN = 40 };

typedef struct Callable {
    char name[NAME_LEN];
    bool is_function;
    int least, most;  // arguments
    int nkeywords;
    char keyword[KEYWORDS_KEPT][NAME_LEN];
} Callable;

static Callable *callable;
static int ncallables;
static volatile sig_atomic_t ticks;
static char current[4096], folder[] = "/tmp/fuzz-calls-XXXXXX", slowest[200];
static double slowest_time;
static long calls, stopped;
static uint64_t state;

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

static void add_keyword(Callable *c, const char *name, size_t n)
{
    if (c->nkeywords < KEYWORDS_KEPT && n && n < NAME_LEN) memcpy(c->keyword[c->nkeywords++], name, n);
}

static void add_builtin(const Routine *r)
{
    Callable *c = add_callable(r->name, r->kind == FUNCTION);
    if (!c) return;
    c->least = r->nargs.min;
    c->most = r->nargs.max == ARGS_ANY ? r->nargs.min + 3 : r->nargs.max;
    for (int i = 0; i < r->keywords.n; i++) add_keyword(c, r->keywords.p[i].name, strlen(r->keywords.p[i].name));
}

// Its keywords are those that its usage shows: "/NAN", "DIMENSION=d".
static void add_text(const LibraryText *t)
{
    Callable *c = add_callable(t->name, t->is_function);
    if (!c) return;
    c->least = 1;
    c->most = 5;
    for (const char *p = t->usage; *p; p++) {
        size_t n = 0;
        if (p > t->usage && (isalnum((unsigned char)p[-1]) || p[-1] == '_')) continue;
        while (isupper((unsigned char)p[n]) || isdigit((unsigned char)p[n]) || p[n] == '_') n++;
        if (n && (p[n] == '=' || (p > t->usage && p[-1] == '/'))) add_keyword(c, p, n);
    }
}

static void list_callables(Vm *vm)
{
    callable = calloc(CALLABLES_MAX, sizeof *callable);
    if (!callable) exit(2);
    for (int i = 0; i < (int)vm->engine->builtins.len; i++) add_builtin(vm->engine->builtins.p[i]);
    for (int i = 0; i < library_ntexts; i++) add_text(&library_texts[i]);
}

// --- The place where they run ----------------------------------------------------------------------------------------------

// Asks the call to stop at each second; one that does not hear it for ten hangs.
static void on_tick(int sig)
{
    (void)sig;
    sys_interrupt();
    if (++ticks >= TICKS_MAX) abort();
}

static void time_limit(int seconds)
{
    ticks = 0;
    struct itimerval t = {{seconds, 0}, {seconds, 0}};
    setitimer(ITIMER_REAL, &t, NULL);
}

static int remove_one(const char *path, const struct stat *st, int type, struct FTW *at)
{
    (void)st, (void)type, (void)at;
    return remove(path) != 0 && 0;
}

static void finish(void)
{
    nftw(folder, remove_one, 20, FTW_DEPTH | FTW_PHYS | FTW_MOUNT);
    fprintf(stderr, "%d routines, %ld calls, %ld stopped after a second, the slowest took %.1f s: %s\n", ncallables, calls, stopped,
            slowest_time, slowest);
    free(callable);
}

void fuzz_describe(void) { fprintf(stderr, "the call is: %s\n", current); }

static void become_nobody(void)
{
    if (geteuid() != 0) return;
    if (chown(folder, NOBODY, NOBODY) != 0 || setgroups(0, NULL) != 0 || setgid(NOBODY) != 0 || setuid(NOBODY) != 0) exit(2);
}

static void no_text(Vm *vm, const char *text, size_t n) { (void)vm, (void)text, (void)n; }

static Vm *new_engine(void)
{
    Vm *vm = vm_new();
    if (!vm) exit(2);
    lib_start(vm);
    vm->engine->error_text = no_text;
    return vm;
}

static void start_once(void)
{
    if (callable) return;
    setenv("HELIO_MAX_MEMORY", "64M", 1);
    setenv("HELIO_PATH", "/nonexistent", 1);
    setenv("HELIO_PREFERENCES", "", 1);
    unsetenv("DISPLAY");
    int nothing = open("/dev/null", O_RDWR);
    if (!mkdtemp(folder) || nothing < 0 || dup2(nothing, 0) < 0 || dup2(nothing, 1) < 0 || chdir(folder) != 0) exit(2);
    close(nothing);
    become_nobody();
    setenv("HOME", folder, 1);
    setenv("TMPDIR", folder, 1);
    sys_init();
    Status s = safe_start(folder);
    if (!status_ok(s)) {
        fprintf(stderr, "%s\n", s.text);
        exit(2);
    }
    Vm *vm = new_engine();
    list_callables(vm);
    vm_free(vm);
    if (atexit(finish) != 0) exit(2);
    signal(SIGALRM, on_tick);
}

// --- Calls ------------------------------------------------------------------------------------------------------------------

static uint64_t draw(uint64_t n)  // 0 to n - 1
{
    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    return (state >> 11) % n;
}

static const char *value(void) { return hostile_values[draw(sizeof hostile_values / sizeof *hostile_values)]; }

static double seconds_now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

static bool run_line(Vm *vm, const char *text)
{
    double begun = seconds_now();
    if (getenv("FUZZ_SHOW")) fprintf(stderr, "%s\n", text);
    snprintf(current, sizeof current, "%s", text);
    time_limit(1);
    RunResult r = vm_run_text(vm, text, strlen(text), NULL, 1);
    stopped += ticks > 0;
    time_limit(0);
    sys_clear_interrupt();
    vm_return_to_main(vm);
    if (seconds_now() - begun > slowest_time) {
        slowest_time = seconds_now() - begun;
        snprintf(slowest, sizeof slowest, "%s", text);
    }
    return r != RAN_EXIT;
}

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
    if (draw(2)) buf_printf(b, "v%d", (int)draw(8));
    else buf_puts(b, value());
}

static void put_arguments(Buf *b, const Callable *c, int n, int forced)
{
    const char *comma = c->is_function ? "" : ", ";
    for (int i = 0; i < n; i++, comma = ", ") {
        buf_puts(b, comma);
        put_value(b);
    }
    int keywords = c->nkeywords ? (int)draw(4) : 0;
    for (int i = forced < 0 ? 0 : -1; i < keywords; i++, comma = ", ") {
        const char *name = c->keyword[i < 0 ? forced : (int)draw((uint64_t)c->nkeywords)];
        if (draw(3) == 0) {
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
    int n = draw(12) ? c->least + (int)draw((uint64_t)(c->most - c->least) + 1) : (int)draw((uint64_t)c->most + 2);
    if (method) buf_printf(&b, "o = %s & ", object_of(c->name));
    buf_puts(&b, c->is_function ? "x = " : "");
    if (method) buf_printf(&b, "o->%s", method + 2);
    else buf_puts(&b, c->name);
    if (c->is_function) buf_putc(&b, '(');
    put_arguments(&b, c, n, forced);
    buf_puts(&b, c->is_function ? ")\n" : "\n");
    buf_putc(&b, '\0');
    bool goes_on = !buf_ok(&b) || run_line(vm, b.p);
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
        goes_on = run_line(vm, text);
    }
    return goes_on;
}

static void end_engine(Vm *vm)
{
    Status s = units_flush(vm->units);
    status_drop(&s);
    vm_free(vm);
}

static void make_calls(int first)
{
    Vm *vm = new_engine();
    bool goes_on = run_line(vm, "openw, 1, 'one' & printf, 1, findgen(20) & close, 1 & openu, 1, 'one' & openw, 100, 'two'\n") &&
                   set_variables(vm);
    for (int i = 0; i < CALLS && goes_on; i++) goes_on = call_one(vm, &callable[i ? draw((uint64_t)ncallables) : (uint64_t)first], -1);
    end_engine(vm);
}

static void sweep(void)
{
    Vm *vm = new_engine();
    set_variables(vm);
    for (int i = 0; i < ncallables; i++) {
        call_one(vm, &callable[i], -1);
        for (int k = 0; k < callable[i].nkeywords; k++) call_one(vm, &callable[i], k);
        if (i % 10 == 0) set_variables(vm);
    }
    end_engine(vm);
}

static void replay(const uint8_t *data, size_t size)
{
    state = 1469598103934665603u;
    for (size_t i = 0; i < size; i++) state = (state ^ data[i]) * 1099511628211u;
    if (!state) state = 1;
    if (size >= 5 && memcmp(data, "sweep", 5) == 0) sweep();
    else make_calls((int)draw((uint64_t)ncallables));
}

// What is kept for the next of its kind (plans for FFT) is kept once; a leak grows each time.
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    start_once();
    for (int turn = 0; turn < 3; turn++) {
        int64_t before = mem_stats().in_use;
        replay(data, size);
        if (mem_stats().in_use == before) return 0;
    }
    mem_census();
    abort();
}
