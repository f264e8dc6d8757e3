#include "sys/foreign.h"

#include "core/errors.h"
#include "sys/safe.h"

#include <dlfcn.h>
#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <string.h>

// --- Libraries ---

// Kept open from the first call on; the loader counts.
static void *opened(const char *path)
{
    void *handle = dlopen(path, RTLD_NOW | RTLD_NOLOAD);
    if (!handle) return dlopen(path, RTLD_NOW | RTLD_LOCAL);
    dlclose(handle);
    return handle;
}

Status foreign_find(const char *path, const char *symbol, ForeignFn *fn, const char **why)
{
    *why = "";
    if (safe_on()) return status_sys(E_EXTERNAL, SAFE_PROGRAM, "Libraries of others are not called.");
    void *handle = opened(path), *found = handle ? dlsym(handle, symbol) : NULL;
    if (!found) {
        *why = dlerror();
        return status_fail(E_EXTERNAL, "Error loading sharable executable.");
    }
    memcpy(fn, &found, sizeof found);
    return STATUS_OK;
}

void foreign_close(const char *path)
{
    void *handle = dlopen(path, RTLD_NOW | RTLD_NOLOAD);
    if (!handle) return;
    dlclose(handle);
    dlclose(handle); // that of the first call
}

// --- Crashes ---

enum { CRASH_STACK = 1 << 16 };
static const int crashes[] = {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT};
enum { CRASHES = sizeof crashes / sizeof crashes[0] };

static struct {
    sigjmp_buf back;
    pthread_t thread;
    volatile sig_atomic_t is_inside;
    struct sigaction before[CRASHES];
} guard;

static void crashed(int number, siginfo_t *info, void *context)
{
    (void)info;
    (void)context;
    if (guard.is_inside && pthread_equal(pthread_self(), guard.thread)) siglongjmp(guard.back, number);
    for (int i = 0; i < CRASHES; i++) { // another thread's: as if this had never been here
        if (crashes[i] == number) sigaction(number, &guard.before[i], NULL);
    }
    raise(number);
}

static void arm(void)
{
    struct sigaction act = {.sa_sigaction = crashed, .sa_flags = SA_SIGINFO | SA_ONSTACK};
    sigemptyset(&act.sa_mask);
    for (int i = 0; i < CRASHES; i++) sigaction(crashes[i], &act, &guard.before[i]);
    guard.thread = pthread_self();
    guard.is_inside = 1;
}

static void disarm(void)
{
    guard.is_inside = 0;
    for (int i = 0; i < CRASHES; i++) sigaction(crashes[i], &guard.before[i], NULL);
}

int foreign_run(void (*fn)(void *), void *arg)
{
    static char stack[CRASH_STACK];
    stack_t own = {.ss_sp = stack, .ss_size = sizeof stack}, before;
    if (guard.is_inside) { // within another one
        fn(arg);
        return 0;
    }
    bool is_ours = sigaltstack(NULL, &before) == 0 && before.ss_flags & SS_DISABLE && sigaltstack(&own, NULL) == 0;
    int number = sigsetjmp(guard.back, 1);
    if (number == 0) {
        arm();
        fn(arg);
    }
    disarm();
    if (is_ours) sigaltstack(&before, NULL);
    return number;
}
