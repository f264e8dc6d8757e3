// The handler and the rest of the program never work on the same bytes: it sends only between sys_later and sys_later_end, and it
// runs in the thread that calls these. The timer is set once in a while, not for each call. Start at sys_later.
#include "sys/later.h"

#include "sys/clock.h"

#include <errno.h>
#include <signal.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#ifndef sigev_notify_thread_id
#define sigev_notify_thread_id _sigev_un._tid
#endif

static struct {
    volatile sig_atomic_t is_armed;
    int fd;  // -1: the place is free
    const char *p;
    size_t n;
    double due;
    volatile size_t sent;
    bool has_timer;
    volatile sig_atomic_t is_set;  // the timer
    timer_t timer;
} later = {.fd = -1};

static void set_timer(double seconds)
{
    if (seconds < 1e-3) seconds = 1e-3;
    struct itimerspec t = {.it_value = {(time_t)seconds, (long)((seconds - (double)(time_t)seconds) * 1e9)}};
    later.is_set = timer_settime(later.timer, 0, &t, NULL) == 0;
}

static void on_timer(int sig)
{
    int saved = errno;
    (void)sig;
    later.is_set = 0;
    double left = later.is_armed ? later.due - sys_now() : 0;
    if (later.is_armed && left > 0) {
        set_timer(left);
    } else if (later.is_armed) {
        ssize_t k = send(later.fd, later.p, later.n, MSG_DONTWAIT | MSG_NOSIGNAL);
        later.sent = k > 0 ? (size_t)k : 0;
        later.is_armed = 0;
    }
    errno = saved;
}

// Where the system has no timer to give, nothing is sent but by who waits.
static bool make_timer(void)
{
    struct sigaction sa;
    struct sigevent e;
    if (later.has_timer) return true;
    memset(&sa, 0, sizeof sa);
    memset(&e, 0, sizeof e);
    sigemptyset(&sa.sa_mask);
    sa.sa_handler = on_timer;
    sa.sa_flags = SA_RESTART;
    e.sigev_notify = SIGEV_THREAD_ID;
    e.sigev_signo = SIGRTMIN;
    e.sigev_notify_thread_id = (pid_t)syscall(SYS_gettid);
    if (sigaction(SIGRTMIN, &sa, NULL) < 0) return false;
    return later.has_timer = timer_create(CLOCK_MONOTONIC, &e, &later.timer) == 0;
}

bool sys_later(int fd, const char *p, size_t n, double seconds)
{
    if (later.fd >= 0 || !n || !make_timer()) return false;
    later.fd = fd;
    later.p = p;
    later.n = n;
    later.sent = 0;
    later.due = sys_now() + seconds;
    atomic_signal_fence(memory_order_seq_cst);
    later.is_armed = 1;
    if (!later.is_set) set_timer(seconds);
    return true;
}

size_t sys_later_end(int fd)
{
    if (later.fd != fd) return 0;
    later.is_armed = 0;
    atomic_signal_fence(memory_order_seq_cst);
    later.fd = -1;
    return later.sent;
}
