// The wait that serves Ctrl-C and the pumps. The table of pumps belongs to the process, as its signal flag does: there
// is one thread that waits and one window system. Start at sys_wait.
#include "sys/await.h"

#include "base/mem.h"
#include "sys/clock.h"
#include "sys/interrupt.h"
#include "sys/typed.h"

#include <errno.h>
#include <math.h>
#include <string.h>

enum { MAX_PUMPS = 8, FEW_FDS = 64 };
#define LONGEST_NAP 0.1  // seconds: bounds the answer to Ctrl-C even should the wake descriptor fail

typedef struct Pump {
    int fd;
    double period, due;
    void (*run)(void *);
    void *arg;
} Pump;

static struct {
    Pump p[MAX_PUMPS];
    int n;
    bool running;  // a pump that waits does not run the pumps again
} pumps;

static const SysIdle *at_idle;

const SysIdle *sys_idle_set(const SysIdle *idle)
{
    const SysIdle *before = at_idle;
    at_idle = idle;
    return before;
}

static void run_idle(void)
{
    const SysIdle *mine = at_idle;
    if (!mine || mine->next(mine->arg, 1) > 0) return;
    at_idle = NULL;
    mine->run(mine->arg);
    at_idle = mine;
}

bool sys_pump_add(int fd, double period, void (*pump)(void *), void *arg)
{
    if (pumps.n == MAX_PUMPS) return false;
    pumps.p[pumps.n++] = (Pump){fd, period, period > 0 ? sys_now() + period : INFINITY, pump, arg};
    return true;
}

void sys_pump_remove(void (*pump)(void *), void *arg)
{
    for (int i = 0; i < pumps.n; i++) {
        if (pumps.p[i].run != pump || pumps.p[i].arg != arg) continue;
        memmove(&pumps.p[i], &pumps.p[i + 1], (size_t)(pumps.n - i - 1) * sizeof(Pump));
        pumps.n--;
        return;
    }
}

static void run_pump(Pump *p)
{
    void (*run)(void *) = p->run;
    void *arg = p->arg;
    if (p->period > 0) p->due = sys_now() + p->period;
    pumps.running = true;
    run(arg);  // may remove itself
    pumps.running = false;
}

// Runs the pumps that are due by time, or whose descriptor is readable according to fds[0..pumps.n).
static void run_due(const struct pollfd *fds)
{
    double now = sys_now();
    int n = pumps.n;
    for (int i = n - 1; i >= 0; i--) {
        if (i < pumps.n && ((fds && fds[i].revents) || now >= pumps.p[i].due)) run_pump(&pumps.p[i]);
    }
}

static int put_pumps(struct pollfd *fds)
{
    for (int i = 0; i < pumps.n; i++) fds[i] = (struct pollfd){pumps.p[i].fd, POLLIN, 0};
    return pumps.n;
}

void sys_pump(void)
{
    struct pollfd fds[MAX_PUMPS];
    if (pumps.running || !pumps.n) return;
    int n = put_pumps(fds);
    run_due(poll(fds, (nfds_t)n, 0) > 0 ? fds : NULL);
}

// Seconds until the next pump by time, what is done besides, the deadline or the longest nap, whichever is first.
static double nap(double deadline)
{
    double left = sys_remaining(deadline), now = sys_now();
    if (left < 0 || left > LONGEST_NAP) left = LONGEST_NAP;
    for (int i = 0; i < pumps.n && !pumps.running; i++) {
        if (pumps.p[i].due - now < left) left = fmax(0, pumps.p[i].due - now);
    }
    return at_idle ? at_idle->next(at_idle->arg, left) : left;
}

// Those that have something to read already, which the system does not know of; how many.
static int mark_kept(struct pollfd *fds, int n)
{
    int ready = 0;
    for (int i = 0; i < n; i++) {
        fds[i].revents = fds[i].events & POLLIN && sys_typed_kept(fds[i].fd) ? POLLIN : 0;
        ready += fds[i].revents != 0;
    }
    return ready;
}

// sys_wait with room for n + MAX_PUMPS + 1 descriptors at `all`.
static int wait_in(struct pollfd *all, struct pollfd *fds, int n, double timeout)
{
    double deadline = sys_deadline(timeout);
    for (;;) {
        if (sys_interrupted()) return SYS_INTERRUPTED;
        int k = pumps.running ? 0 : put_pumps(all), at = k + 1;
        all[k] = (struct pollfd){sys_interrupt_fd(), POLLIN, 0};
        if (n) memcpy(all + at, fds, (size_t)n * sizeof *fds);
        double left = mark_kept(fds, n) ? 0 : nap(deadline);
        struct timespec ts = {(time_t)left, (long)((left - (double)(time_t)left) * 1e9)};
        int got = ppoll(all, (nfds_t)(at + n), &ts, NULL);
        if (got < 0 && errno != EINTR && errno != EAGAIN) return -errno;
        if (sys_interrupted()) return SYS_INTERRUPTED;
        int ready = 0;
        for (int i = 0; i < n; i++) {
            fds[i].revents = (short)(fds[i].revents | (got > 0 ? all[at + i].revents : 0));
            ready += fds[i].revents != 0;
        }
        if (!pumps.running && pumps.n) run_due(got > 0 ? all : NULL);
        if (ready) return ready;
        run_idle();
        if (got <= 0 && sys_remaining(deadline) == 0) return 0;
    }
}

int sys_wait(struct pollfd *fds, int n, double timeout)
{
    struct pollfd few[FEW_FDS + MAX_PUMPS + 1];
    if (n <= FEW_FDS) return wait_in(few, fds, n, timeout);
    struct pollfd *many = mem_alloc(((size_t)n + MAX_PUMPS + 1) * sizeof *many);
    if (!many) return -ENOMEM;
    int got = wait_in(many, fds, n, timeout);
    mem_free(many);
    return got;
}

int sys_wait_fd(int fd, short events, double timeout)
{
    struct pollfd p = {fd, events, 0};
    return sys_wait(&p, 1, timeout);
}

bool sys_sleep(double seconds) { return sys_wait(NULL, 0, seconds > 0 ? seconds : 0) == 0; }
