// posix_spawn and waiting without hanging: every wait is sys_wait's, so that Ctrl-C and windows work meanwhile.
#include "sys/process.h"

#include "sys/await.h"
#include "sys/clock.h"
#include "sys/fd.h"
#include "sys/interrupt.h"
#include "sys/safe.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <sys/pidfd.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;

#define GRACE 0.3  // seconds between the signals of sys_process_end

static int spawn(const char *program, char *const argv[], const int std[3], bool has_own_group, pid_t *pid)
{
    if (safe_on()) return -SAFE_PROGRAM;
    posix_spawn_file_actions_t files;
    posix_spawnattr_t attr;
    sigset_t defaults;
    posix_spawn_file_actions_init(&files);
    for (int i = 0; i < 3; i++) {
        if (std[i] >= 0) posix_spawn_file_actions_adddup2(&files, std[i], i);
    }
    sigemptyset(&defaults);
    sigaddset(&defaults, SIGPIPE);  // ours are ignored so that they become errors (sys/interrupt.c)
    sigaddset(&defaults, SIGXFSZ);
    posix_spawnattr_init(&attr);
    posix_spawnattr_setsigdefault(&attr, &defaults);
    posix_spawnattr_setpgroup(&attr, 0);
    posix_spawnattr_setflags(&attr, (short)(POSIX_SPAWN_SETSIGDEF | (has_own_group ? POSIX_SPAWN_SETPGROUP : 0)));
    int failed = posix_spawnp(pid, program, &files, &attr, argv, environ);
    posix_spawnattr_destroy(&attr);
    posix_spawn_file_actions_destroy(&files);
    return -failed;
}

int sys_spawn(char *const argv[], int in, int out, int err, pid_t *pid)
{
    return spawn(argv[0], argv, (const int[]){in, out, err}, false, pid);
}

// The program's file may have been replaced meanwhile; this is the one that runs.
int sys_spawn_self(char *const argv[], int out, int *channel, pid_t *pid)
{
    int ends[2];
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) < 0) return -errno;
    int failed = spawn("/proc/self/exe", argv, (const int[]){ends[1], out, out}, true, pid);
    close(ends[1]);
    if (!failed) failed = sys_set_nonblocking(ends[0], 1);
    if (failed) close(ends[0]);
    *channel = ends[0];
    return failed;
}

int sys_parent_channel(void)
{
    int kind;
    socklen_t n = sizeof kind;
    if (getsockopt(STDIN_FILENO, SOL_SOCKET, SO_TYPE, &kind, &n) < 0) return -errno;
    int fd = fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, STDERR_FILENO + 1), nothing = sys_open_at(AT_FDCWD, "/dev/null", O_RDONLY, 0);
    if (fd < 0 || nothing < 0 || dup2(nothing, STDIN_FILENO) < 0) return -errno;
    close(nothing);
    prctl(PR_SET_PDEATHSIG, SIGTERM);
    int failed = sys_set_nonblocking(fd, 1);
    return failed ? failed : fd;
}

void sys_process_interrupt(pid_t pid) { kill(pid, SIGINT); }

int sys_process_fd(pid_t pid) { return pidfd_open(pid, 0); }

bool sys_process_ended(pid_t pid, int *status)
{
    int how = 0;
    pid_t got = waitpid(pid, &how, WNOHANG);
    if (got == 0 || (got < 0 && errno == EINTR)) return false;
    *status = got < 0 ? 127 : WIFEXITED(how) ? WEXITSTATUS(how) : 128 + WTERMSIG(how);
    return true;
}

// One wait for the process's descriptor, or a short sleep. False: Ctrl-C.
static bool wait_a_little(int fd, double seconds)
{
    if (fd < 0) return sys_sleep(seconds < 0.01 ? seconds : 0.01);
    return sys_wait_fd(fd, POLLIN, seconds) != SYS_INTERRUPTED;
}

bool sys_process_wait(pid_t pid, double seconds, int *status)
{
    double end = sys_now() + seconds;
    int fd = sys_process_fd(pid);
    bool ended, going = true;
    while (!(ended = sys_process_ended(pid, status)) && going) {
        double left = seconds < 0 ? 1 : end - sys_now();
        going = left > 0 && wait_a_little(fd, left < 1 ? left : 1);
    }
    if (fd >= 0) close(fd);
    return ended;
}

// Without regard to Ctrl-C, which is why it is being ended.
static bool ends_soon(pid_t pid, int *status)
{
    double end = sys_now() + GRACE;
    while (sys_now() < end) {
        if (sys_process_ended(pid, status)) return true;
        usleep(5000);
    }
    return false;
}

int sys_process_kill(pid_t pid)
{
    int status = 128 + SIGKILL;
    kill(pid, SIGKILL);
    ends_soon(pid, &status);
    return status;
}

int sys_process_end(pid_t pid)
{
    static const int signals[] = {SIGINT, SIGTERM, SIGKILL};
    int status = 0;
    for (int i = 0; i < 3; i++) {
        kill(pid, signals[i]);
        if (ends_soon(pid, &status)) return status;
    }
    return 128 + SIGKILL;
}
