// Signals: an orderly end by SIGTERM and SIGHUP; the Ctrl-C flag and the descriptor that wakes sys_wait. The variables are the
// signal flags that the architecture allows: a process has one of each signal. Start at sys_interrupt.
#include "sys/interrupt.h"

#include "base/mem.h"
#include "sys/stack.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdint.h>
#include <string.h>
#include <sys/eventfd.h>
#include <termios.h>
#include <unistd.h>

volatile int sys_interrupt_flag;
static volatile int wake_fd = -1;
static volatile int *volatile told;

void sys_interrupt(void)
{
    int saved = errno;
    uint64_t one = 1;
    volatile int *place = told;
    sys_interrupt_flag = 1;
    if (place) *place = 1;
    if (wake_fd >= 0 && write(wake_fd, &one, sizeof one) < 0) sys_interrupt_flag = 1;  // a full counter is readable anyway
    errno = saved;
}

volatile int *sys_interrupt_tell(volatile int *place)
{
    volatile int *before = told;
    told = place;
    return before;
}

// --- Ending ------------------------------------------------------------------------------------------------------------

enum { PATIENCE = 3, PATIENCE_AT_END = 5 };  // seconds until the interruption is seen; for the orderly end

static volatile sig_atomic_t ending;  // the signal that asked for it

static struct {
    void (*orderly)(void *), (*urgent)(void *);
    void *arg;
    struct termios modes;
    bool is_terminal;
} at_end;

void sys_on_ending(void (*orderly)(void *), void (*urgent)(void *), void *arg)
{
    at_end.orderly = orderly;
    at_end.urgent = urgent;
    at_end.arg = arg;
    if (ending && orderly) sys_interrupt();
}

static void on_ending(int sig)
{
    ending = sig;
    if (at_end.orderly) sys_interrupt();  // else it is starting or ending anyway
    alarm(PATIENCE);
}

// The terminal is another's when this process is in the background. Safe in a handler.
static void restore_terminal(void)
{
    if (!at_end.is_terminal || tcgetpgrp(STDIN_FILENO) != getpgrp()) return;
    signal(SIGTTOU, SIG_IGN);
    tcsetattr(STDIN_FILENO, TCSANOW, &at_end.modes);
}

static _Noreturn void end_by(int sig)
{
    sigset_t set;
    restore_terminal();
    signal(sig, SIG_DFL);
    sigemptyset(&set);
    sigaddset(&set, sig);
    raise(sig);
    sigprocmask(SIG_UNBLOCK, &set, NULL);
    _exit(128 + sig);
}

static void on_alarm(int sig)
{
    (void)sig;
    if (at_end.urgent) at_end.urgent(at_end.arg);
    end_by(ending ? ending : SIGTERM);
}

void sys_end_if_asked(void)
{
    int sig = ending;
    void (*orderly)(void *) = at_end.orderly;
    if (!sig) return;
    signal(SIGTERM, SIG_IGN);
    signal(SIGHUP, SIG_IGN);
    signal(SIGINT, SIG_IGN);
    alarm(PATIENCE_AT_END);
    at_end.orderly = NULL;
    sys_interrupt_flag = 0;
    uint64_t count;
    if (wake_fd >= 0 && read(wake_fd, &count, sizeof count) < 0 && errno != EAGAIN) wake_fd = -1;
    if (orderly) orderly(at_end.arg);
    end_by(sig);
}

void sys_end_by_pipe(void)
{
    if (ending) return;
    ending = SIGPIPE;
    sys_end_if_asked();
}

// What was ignored when the process started (nohup) stays so.
static void catch_ending(int sig)
{
    struct sigaction sa, before;
    memset(&sa, 0, sizeof sa);
    sigemptyset(&sa.sa_mask);
    if (sigaction(sig, NULL, &before) == 0 && before.sa_handler == SIG_IGN) return;
    sa.sa_handler = on_ending;
    sigaction(sig, &sa, NULL);
}

void sys_sure_descriptors(void)
{
    for (int fd = 0; fd <= 2; fd++) {
        if (fcntl(fd, F_GETFD) >= 0 || errno != EBADF) continue;
        int got = open("/dev/null", fd ? O_WRONLY : O_RDONLY);  // the lowest number that is free: fd
        if (got < 0 && open("/", O_RDONLY) < 0) _exit(70);
    }
}

// --- Ctrl-C ------------------------------------------------------------------------------------------------------------

static void on_sigint(int sig)
{
    (void)sig;
    sys_interrupt();
}

void sys_init(void)
{
    struct sigaction sa;
    memset(&sa, 0, sizeof sa);
    sigemptyset(&sa.sa_mask);
    if (wake_fd < 0) wake_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    mem_stop_at(&sys_interrupt_flag);
    sys_stack_start();
    sa.sa_handler = on_sigint;  // no SA_RESTART: a blocked open or write returns
    sigaction(SIGINT, &sa, NULL);
    sa.sa_handler = SIG_IGN;
    sigaction(SIGPIPE, &sa, NULL);
    sigaction(SIGXFSZ, &sa, NULL);  // a file over the limit is a write error
    sa.sa_handler = on_alarm;
    sigaction(SIGALRM, &sa, NULL);
    at_end.is_terminal = tcgetattr(STDIN_FILENO, &at_end.modes) == 0;
    catch_ending(SIGTERM);
    catch_ending(SIGHUP);
}

void sys_clear_interrupt(void)
{
    uint64_t count;
    sys_end_if_asked();
    sys_interrupt_flag = 0;
    if (wake_fd >= 0 && read(wake_fd, &count, sizeof count) < 0 && errno != EAGAIN) wake_fd = -1;
}

int sys_interrupt_fd(void) { return wake_fd; }
