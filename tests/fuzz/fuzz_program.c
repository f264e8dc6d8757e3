// Fuzz target for the engine: runs a program in a new engine and takes it down again. An input that begins with the
// byte 1 makes a program by generate.c, any other is program text; text that is no program runs line by line, executive
// commands included. The library is the part that touches no file and no net; a program gets 64 MB and is interrupted
// after half a second. A block still alive afterwards is a failure.
#include "base/mem.h"
#include "generate.h"
#include "io/lun.h"
#include "lib/tables.h"
#include "repl/batch.h"
#include "sys/interrupt.h"
#include "vm/engine.h"
#include "vm/names/library.h"

#include <ctype.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/time.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { TICK_US = 500000, TICKS_MAX = 40, PROGRAM_LIMIT = 32 << 10 };

static volatile sig_atomic_t ticks;

// Asks the program to stop at each tick; one that does not hear it for 20 s hangs.
static void on_tick(int sig)
{
    (void)sig;
    sys_interrupt();
    if (++ticks > TICKS_MAX) abort();
}

static void time_limit(int us)
{
    ticks = 0;
    struct itimerval t = {{0, us}, {0, us}};
    setitimer(ITIMER_REAL, &t, NULL);
}

// Programs print into nothing and find no .pro file.
static void start_once(void)
{
    static bool started;
    if (started) return;
    started = true;
    setenv("HELIO_MAX_MEMORY", "64M", 1);
    setenv("HELIO_PATH", "/nonexistent", 1);
    int nothing = open("/dev/null", O_RDWR);
    if (nothing < 0 || dup2(nothing, 0) < 0 || dup2(nothing, 1) < 0 || chdir("/proc/self/fdinfo") != 0) exit(2);
    close(nothing);
    sys_init();
    signal(SIGALRM, on_tick);
}

static void no_text(Vm *vm, const char *text, size_t n) { (void)vm, (void)text, (void)n; }

#define TABLES(X)                \
    X(lib_format_convert) X(lib_format_print) X(lib_format_read) X(lib_format_string) X(lib_string_part) \
    X(lib_string_regex) X(lib_string_split) X(lib_string_trim) X(lib_errors) X(lib_calls) X(lib_inquiry) \
    X(lib_make) X(lib_help) X(lib_list) X(lib_list_methods) X(lib_hash) X(lib_hash_methods) X(lib_container) \
    X(lib_objects) X(lib_lambda) X(lib_call_by_name) X(lib_scope) X(lib_structures) X(lib_execute) X(lib_where) \
    X(lib_sort) X(lib_shape) X(lib_heap) X(lib_message) X(lib_routines) X(lib_defsysv) X(lib_stopwatch) \
    X(lib_profiler) X(lib_breakpoint) X(lib_sums) X(lib_extremes) X(lib_elementary) X(lib_number) \
    X(lib_counting) X(lib_random) X(lib_interpolation) X(lib_interpolate) X(lib_resample) X(lib_median) \
    X(lib_fft) X(lib_special) X(lib_linear) X(lib_decompose) X(lib_byteorder) X(lib_logic) X(lib_convolution)
#define X(symbol) extern const RoutineTable symbol;
TABLES(X)
#undef X

extern const LibraryText library_texts[];
extern const int library_ntexts;

typedef struct Text {
    const char *p, *end;
} Text;

// The next line that is no command for the shell.
static bool next_line(void *arg, bool more, const char **p, size_t *n)
{
    Text *t = arg;
    (void)more;
    while (t->p < t->end) {
        const char *lf = memchr(t->p, '\n', (size_t)(t->end - t->p)), *stop = lf ? lf : t->end;
        *p = t->p;
        *n = (size_t)(stop - t->p);
        t->p = lf ? lf + 1 : t->end;
        const char *q = *p;
        while (q < stop && (isspace((unsigned char)*q) || strchr("IDL>.", *q))) q++;
        if (q == stop || *q != '$') return true;
    }
    return false;
}

static void run_program(const char *text, size_t len)
{
    Vm *vm = vm_new();
    if (!vm) exit(2);
#define X(symbol) library_add_table(vm, &symbol);
    TABLES(X)
#undef X
    library_add_texts(vm, library_texts, library_ntexts);
    lib_add_system_variables(vm);
    vm->engine->error_text = no_text;
    Source src = {NULL, text, len, 1};
    Text rest = {text, text + len};
    LineFeed feed = {.next = next_line, .arg = &rest, .is_prompt = true};
    time_limit(TICK_US);
    if (parse_is_program(&src)) (void)vm_run_program(vm, text, len, NULL, &(bool){false});
    else (void)batch_lines(vm, &feed);
    time_limit(0);
    sys_clear_interrupt();
    Status s = units_flush(vm->units);
    status_drop(&s);
    vm_free(vm);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    start_once();
    int64_t before = mem_stats().in_use;
    Buf b = BUF_INIT(1 << 20);
    if (size && data[0] == 1) generate_program(data + 1, size - 1, &b);
    else buf_put(&b, data, size < PROGRAM_LIMIT ? size : PROGRAM_LIMIT);
    if (buf_ok(&b) && b.len) {
        if (getenv("FUZZ_SHOW")) fprintf(stderr, "%.*s\n", (int)b.len, b.p);
        run_program(b.p, b.len);
    }
    buf_free(&b);
    if (mem_stats().in_use != before) {
        mem_census();
        abort();
    }
    return 0;
}
