// See session.h.
#include "session.h"

#include "base/mem.h"
#include "io/lun.h"
#include "lib/tables.h"
#include "sys/interrupt.h"
#include "sys/safe.h"
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

void fuzz_describe(void);

enum { TICKS_MAX = 10, NOBODY = 65534 };

static volatile sig_atomic_t ticks;
static char current[4096], folder[] = "/tmp/fuzz-session-XXXXXX", slowest[200];
static double slowest_time;
static long lines, stopped;
static uint64_t state;

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
    fprintf(stderr, "%ld lines, %ld stopped after a second, the slowest took %.1f s: %s\n", lines, stopped,
            slowest_time, slowest);
}

void fuzz_describe(void) { fprintf(stderr, "the line is: %s\n", current); }

static void become_nobody(void)
{
    if (geteuid() != 0) return;
    if (chown(folder, NOBODY, NOBODY) != 0 || setgroups(0, NULL) != 0 || setgid(NOBODY) != 0 || setuid(NOBODY) != 0)
        exit(2);
}

static void no_text(Vm *vm, const char *text, size_t n) { (void)vm, (void)text, (void)n; }

Vm *session_new(void)
{
    Vm *vm = vm_new();
    if (!vm) exit(2);
    lib_start(vm);
    vm->engine->error_text = no_text;
    return vm;
}

bool session_start(void)
{
    static bool is_started;
    if (is_started) return false;
    is_started = true;
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
    if (atexit(finish) != 0) exit(2);
    signal(SIGALRM, on_tick);
    return true;
}

// --- Lines
// ------------------------------------------------------------------------------------------------------------------

void session_seed(const uint8_t *data, size_t size)
{
    state = 1469598103934665603u;
    for (size_t i = 0; i < size; i++) state = (state ^ data[i]) * 1099511628211u;
    if (!state) state = 1;
}

uint64_t session_draw(uint64_t n)
{
    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    return (state >> 11) % n;
}

static double seconds_now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

bool session_run(Vm *vm, const char *text)
{
    double begun = seconds_now();
    if (getenv("FUZZ_SHOW")) fprintf(stderr, "%s\n", text);
    snprintf(current, sizeof current, "%s", text);
    time_limit(1);
    RunResult r = vm_run_text(vm, text, strlen(text), NULL, 1);
    lines++;
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

void session_end(Vm *vm)
{
    Status s = units_flush(vm->units);
    status_drop(&s);
    vm_free(vm);
}

void session_usage_keywords(const char *usage, void (*take)(void *arg, const char *name, size_t n), void *arg)
{
    for (const char *p = usage; *p; p++) {
        size_t n = 0;
        if (p > usage && (isalnum((unsigned char)p[-1]) || p[-1] == '_')) continue;
        while (isupper((unsigned char)p[n]) || isdigit((unsigned char)p[n]) || p[n] == '_') n++;
        if (n && (p[n] == '=' || (p > usage && p[-1] == '/'))) take(arg, p, n);
    }
}

void session_leaks(void (*replay)(const uint8_t *data, size_t size), const uint8_t *data, size_t size)
{
    for (int turn = 0; turn < 3; turn++) {
        int64_t before = mem_stats().in_use;
        replay(data, size);
        if (mem_stats().in_use == before) return;
    }
    mem_census();
    abort();
}
