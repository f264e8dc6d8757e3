// A stream over a command: reads its standard output, writes its standard input. Closing waits for the command a moment,
// then ends it. Start at pipe_open.
#include "io/stream.h"

#include "base/mem.h"
#include "core/errors.h"
#include "sys/fd.h"
#include "sys/process.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

enum { PATIENCE = 1 };  // seconds a command is given to end by itself when its unit is closed

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

// A command that does not end for want of its descriptors is ended (manual: closing the unit kills the process).
int pipe_finish(Stream *s)
{
    PipeStream *p = (PipeStream *)s;
    int status = 0;
    if (p->out >= 0) sys_close(p->out);
    if (p->in >= 0) sys_close(p->in);
    p->out = p->in = -1;
    if (p->pid > 0 && !sys_process_wait(p->pid, PATIENCE, &status)) status = sys_process_end(p->pid);
    p->pid = 0;
    return status;
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

Status pipe_open(char *const argv[], bool errors_too, Stream **out)
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
    int err = -sys_spawn(argv, to[0], from[1], errors_too ? from[1] : -1, &pid);
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
