// posix_spawn and waiting without hanging: every wait is sys_wait's, so that Ctrl-C and windows work meanwhile.
#include "sys/process.h"

#include "sys/await.h"
#include "sys/clock.h"
#include "sys/interrupt.h"
#include "sys/safe.h"

#include <errno.h>
#include <signal.h>
#include <spawn.h>
#include <sys/pidfd.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;

#define GRACE 0.3  // seconds between the signals of sys_process_end

int sys_spawn(char *const argv[], int in, int out, int err, pid_t *pid)
{
    if (safe_on()) return -SAFE_PROGRAM;
    posix_spawn_file_actions_t files;
    posix_spawnattr_t attr;
    sigset_t defaults;
    posix_spawn_file_actions_init(&files);
    if (in >= 0) posix_spawn_file_actions_adddup2(&files, in, 0);
    if (out >= 0) posix_spawn_file_actions_adddup2(&files, out, 1);
    if (err >= 0) posix_spawn_file_actions_adddup2(&files, err, 2);
    sigemptyset(&defaults);
    sigaddset(&defaults, SIGPIPE);  // ours are ignored so that they become errors (sys/interrupt.c)
    sigaddset(&defaults, SIGXFSZ);
    posix_spawnattr_init(&attr);
    posix_spawnattr_setsigdefault(&attr, &defaults);
    posix_spawnattr_setflags(&attr, POSIX_SPAWN_SETSIGDEF);
    int failed = posix_spawnp(pid, argv[0], &files, &attr, argv, environ);
    posix_spawnattr_destroy(&attr);
    posix_spawn_file_actions_destroy(&files);
    return -failed;
}

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
