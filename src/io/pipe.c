// A stream over a shell command: reads its standard output, writes its standard input. Closing waits for the command
// (Ctrl-C ends the wait). Start at pipe_open.
#include "io/stream.h"

#include "base/mem.h"
#include "core/errors.h"
#include "sys/fd.h"
#include "sys/await.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;

typedef struct PipeStream {
    Stream base;
    int in, out;  // descriptors to read from and to write to; -1 closed
    pid_t pid;
} PipeStream;

static Status pipe_read(Stream *s, void *p, size_t n, size_t *got)
{
    ssize_t k = sys_read_wait(((PipeStream *)s)->in, p, n, s->read_timeout);
    if (k < 0) return stream_error(E_READ, (int)-k);
    *got = (size_t)k;
    s->pos += k;
    return STATUS_OK;
}

static Status pipe_write(Stream *s, const void *p, size_t n, size_t *put)
{
    ssize_t k = sys_write_wait(((PipeStream *)s)->out, p, n, s->write_timeout);
    if (k < 0) return stream_error(E_WRITE, (int)-k);
    *put = (size_t)k;
    return STATUS_OK;
}

static int pipe_fd(Stream *s) { return ((PipeStream *)s)->in; }

static int64_t pipe_size(Stream *s) { return sys_waiting(((PipeStream *)s)->in); }

int pipe_finish(Stream *s)
{
    PipeStream *p = (PipeStream *)s;
    int ended = 0;
    if (p->out >= 0) sys_close(p->out);
    if (p->in >= 0) sys_close(p->in);
    p->out = p->in = -1;
    while (p->pid > 0 && waitpid(p->pid, &ended, WNOHANG) == 0) {
        if (!sys_sleep(0.01)) break;  // Ctrl-C: leave the command to itself
    }
    p->pid = 0;
    return WIFEXITED(ended) ? WEXITSTATUS(ended) : 128 + WTERMSIG(ended);
}

static Status pipe_close(Stream *s)
{
    pipe_finish(s);
    mem_free(s);
    return STATUS_OK;
}

static const StreamOps pipe_ops = {
    .kind = "pipe",
    .read = pipe_read,
    .write = pipe_write,
    .size = pipe_size,
    .fd = pipe_fd,
    .close = pipe_close,
};

int64_t pipe_pid(const Stream *s) { return s->ops == &pipe_ops ? ((const PipeStream *)s)->pid : 0; }

// The command gets the default signals back: ours are ignored so that they become errors (sys/interrupt.c).
static int spawn_shell(const char *command, int in, int out, pid_t *pid)
{
    posix_spawn_file_actions_t files;
    posix_spawnattr_t attr;
    sigset_t defaults;
    char *argv[] = {"sh", "-c", (char *)command, NULL};
    posix_spawn_file_actions_init(&files);
    posix_spawn_file_actions_adddup2(&files, in, 0);
    posix_spawn_file_actions_adddup2(&files, out, 1);
    sigemptyset(&defaults);
    sigaddset(&defaults, SIGPIPE);
    sigaddset(&defaults, SIGXFSZ);
    posix_spawnattr_init(&attr);
    posix_spawnattr_setsigdefault(&attr, &defaults);
    posix_spawnattr_setflags(&attr, POSIX_SPAWN_SETSIGDEF);
    int err = posix_spawn(pid, "/bin/sh", &files, &attr, argv, environ);
    posix_spawnattr_destroy(&attr);
    posix_spawn_file_actions_destroy(&files);
    return err;
}

Status pipe_open(const char *command, Stream **out)
{
    int to[2], from[2];
    pid_t pid;
    if (pipe2(to, O_CLOEXEC) < 0) return stream_error(E_OPEN, errno);
    if (pipe2(from, O_CLOEXEC) < 0) {
        int err = errno;
        sys_close(to[0]);
        sys_close(to[1]);
        return stream_error(E_OPEN, err);
    }
    int err = spawn_shell(command, to[0], from[1], &pid);
    sys_close(to[0]);
    sys_close(from[1]);
    if (err) {
        sys_close(to[1]);
        sys_close(from[0]);
        return stream_error(E_OPEN, err);
    }
    sys_set_nonblocking(to[1], 1);
    PipeStream *p = stream_new(sizeof *p, &pipe_ops, SF_READ | SF_WRITE | SF_PIPE);
    p->in = from[0];
    p->out = to[1];
    p->pid = pid;
    *out = &p->base;
    return STATUS_OK;
}
