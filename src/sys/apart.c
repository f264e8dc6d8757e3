// See apart.h. The other process is this one's fork, which may call the library only. Start at sys_apart.
#include "sys/apart.h"

#include "sys/fd.h"
#include "sys/interrupt.h"
#include "sys/peer_memory.h"

#include <errno.h>
#include <fenv.h>
#include <signal.h>
#include <stdbool.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

static int sends_to = -1;  // in the other process: the way back

static bool receive(int fd, void *p, size_t n, int *err)
{
    for (char *to = p; n;) {
        ssize_t got = sys_read_wait(fd, to, n, -1);
        *err = got < 0 ? (int)got : got == 0 ? -ENOMEM : 0;
        if (*err) return false;
        to += got;
        n -= (size_t)got;
        if (n && sys_interrupted()) {
            *err = -EINTR;
            return false;
        }
    }
    return true;
}

static void send_all(const void *p, size_t n)
{
    for (const char *from = p; n;) {
        ssize_t put = write(sends_to, from, n);
        if (put < 0 && errno == EINTR) continue;
        if (put <= 0) _exit(1);
        from += put;
        n -= (size_t)put;
    }
}

// Out of the other process's memory, where it has the same address. False: the system does not allow that.
static bool take_over(pid_t pid, const struct iovec *v, int *err)
{
    int failed = sys_peer_read(pid, v->iov_base, (uintptr_t)v->iov_base, v->iov_len);
    if (failed == -EINTR) *err = -EINTR;
    return !failed || failed == -EINTR;
}

// What has been taken before a failure lies in `made`, which the caller then throws away.
static int wait_for(pid_t pid, int fd, const struct iovec *made, int n)
{
    int flags = 0, err = 0, taken = 0;
    receive(fd, &flags, sizeof flags, &err);
    while (taken < n && !err && take_over(pid, &made[taken], &err)) taken++;
    if (taken < n && !err && send(fd, &taken, sizeof taken, MSG_NOSIGNAL) < 0) err = -EPIPE;  // it is to send the rest
    for (; taken < n && !err; taken++) receive(fd, made[taken].iov_base, made[taken].iov_len, &err);
    close(fd);
    kill(pid, SIGKILL);
    while (waitpid(pid, NULL, 0) < 0 && errno == EINTR) continue;
    if (!err) feraiseexcept(flags);
    return err;
}

int sys_apart(double seconds, const struct iovec *made, int n)
{
    int ends[2];  // this process's and the other's
    pid_t self = getpid();
    sigset_t all, before;
    if (seconds < APART_FROM || sends_to >= 0) return APART_WORK;
    if (sys_interrupted()) return -EINTR;
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) < 0) return APART_WORK;
    sigfillset(&all);
    pthread_sigmask(SIG_BLOCK, &all, &before);
    pid_t pid = fork();
    if (pid == 0) {
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        if (getppid() != self) _exit(1);
        close(ends[0]);
        sends_to = ends[1];
        return APART_WORK;
    }
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    close(ends[1]);
    if (pid > 0) return wait_for(pid, ends[0], made, n);
    close(ends[0]);
    return APART_WORK;
}

int sys_apart_done(const struct iovec *made, int n)
{
    if (sends_to < 0) return 0;
    int flags = fetestexcept(FE_ALL_EXCEPT), from = n;
    send_all(&flags, sizeof flags);
    if (read(sends_to, &from, sizeof from) != sizeof from) _exit(0);  // it is killed here when all has been taken
    for (int i = from; i < n; i++) send_all(made[i].iov_base, made[i].iov_len);
    _exit(0);
}
