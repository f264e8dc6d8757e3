// sys_wait: the only place where the engine blocks. It returns at once on Ctrl-C and keeps the pumps (window events)
// running meanwhile. (No header here may be named as one of the system's, such as sys/wait.h.)
#ifndef HELIO_SYS_AWAIT_H
#define HELIO_SYS_AWAIT_H

#include <poll.h>
#include <stdbool.h>

#define SYS_INTERRUPTED (-4)  // -EINTR: Ctrl-C is up; the caller returns E_INTERRUPT

// Waits until one of the n descriptors is ready (revents tell), the timeout in seconds is over (negative: none), or
// Ctrl-C. Returns how many are ready, 0 after the timeout, SYS_INTERRUPTED, or another -errno.
int sys_wait(struct pollfd *fds, int n, double timeout);
// The same of one descriptor: 1, 0, SYS_INTERRUPTED or -errno.
int sys_wait_fd(int fd, short events, double timeout);
// Sleeps; false when Ctrl-C ended it.
bool sys_sleep(double seconds);

// What is done besides while a statement waits that has asked for it: `run` when `next` says 0 seconds (at most `most`; negative:
// no limit) are left, not within itself. NULL: nothing. Answers what there was before.
typedef struct SysIdle {
    double (*next)(void *arg, double most);
    void (*run)(void *arg);
    void *arg;
} SysIdle;
const SysIdle *sys_idle_set(const SysIdle *idle);

// A pump is called whenever its descriptor is readable during a wait (a window system's connection, say), and at
// most every `period` seconds when that is positive. At most 8; false when there is no room.
bool sys_pump_add(int fd, double period, void (*pump)(void *arg), void *arg);
void sys_pump_remove(void (*pump)(void *arg), void *arg);
// Runs the pumps that are due, without waiting: for long loops of the VM.
void sys_pump(void);

#endif
