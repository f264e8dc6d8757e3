// See apart.h. The other process is this one's fork, which may call the library only. Start at sys_apart.
#include "sys/apart.h"

#include "sys/fd.h"
#include "sys/interrupt.h"

#include <errno.h>
#include <fcntl.h>
#include <fenv.h>
#include <signal.h>
#include <stdbool.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

static int sends_to = -1;  // in the other process: where its results go

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

// What has been taken back before a failure lies in `made`, which the caller then throws away.
static int wait_for(pid_t pid, int fd, const struct iovec *made, int n)
{
    int flags = 0, err = 0;
    receive(fd, &flags, sizeof flags, &err);
    for (int i = 0; i < n && !err; i++) receive(fd, made[i].iov_base, made[i].iov_len, &err);
    close(fd);
    if (err) kill(pid, SIGKILL);
    while (waitpid(pid, NULL, 0) < 0 && errno == EINTR) continue;
    if (!err) feraiseexcept(flags);
    return err;
}

int sys_apart(double seconds, const struct iovec *made, int n)
{
    int ends[2];
    pid_t self = getpid();
    sigset_t all, before;
    if (seconds < APART_FROM || sends_to >= 0) return APART_WORK;
    if (sys_interrupted()) return -EINTR;
    if (pipe2(ends, O_CLOEXEC) < 0) return APART_WORK;
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
    int flags = fetestexcept(FE_ALL_EXCEPT);
    send_all(&flags, sizeof flags);
    for (int i = 0; i < n; i++) send_all(made[i].iov_base, made[i].iov_len);
    _exit(0);
}
