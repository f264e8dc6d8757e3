// The Ctrl-C flag and the descriptor that wakes sys_wait. The variables are the signal flag that the architecture allows: a
// process has one SIGINT. Start at sys_interrupt.
#include "sys/interrupt.h"

#include <errno.h>
#include <signal.h>
#include <stdint.h>
#include <string.h>
#include <sys/eventfd.h>
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
    sa.sa_handler = on_sigint;  // no SA_RESTART: a blocked open or write returns
    sigaction(SIGINT, &sa, NULL);
    sa.sa_handler = SIG_IGN;
    sigaction(SIGPIPE, &sa, NULL);
    sigaction(SIGXFSZ, &sa, NULL);  // a file over the limit is a write error
}

void sys_clear_interrupt(void)
{
    uint64_t count;
    sys_interrupt_flag = 0;
    if (wake_fd >= 0 && read(wake_fd, &count, sizeof count) < 0 && errno != EAGAIN) wake_fd = -1;
}

int sys_interrupt_fd(void) { return wake_fd; }
