// Unit 0: lines from the prompt's editor while it supplies them, else from the descriptor (terminal, pipe or file).
// Start at tty_read.
#include "io/stream.h"

#include "base/mem.h"
#include "core/errors.h"
#include "sys/fd.h"
#include "sys/interrupt.h"
#include "sys/terminal.h"
#include "sys/typed.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>

typedef struct TtyStream {
    Stream base;
    int fd;
    TtyLine *source;
    void *arg;
    Buf line;   // of the source, not yet handed out
    size_t at;
    Buf prompt;  // offered for the next line
    bool is_offered;
} TtyStream;

static Status tty_read(Stream *s, void *p, size_t n, size_t *got)
{
    TtyStream *t = (TtyStream *)s;
    if (t->at == t->line.len && t->source) {
        buf_clear(&t->line);
        t->at = 0;
        *got = 0;
        bool more = t->source(t->arg, &t->line);
        t->is_offered = false;
        if (!more) return sys_interrupted() ? stream_error(E_READ, EINTR) : STATUS_OK;
        if (!buf_ok(&t->line)) return status_fail(E_NO_MEMORY, "Unable to allocate memory.");
    }
    if (t->at < t->line.len) {
        size_t left = t->line.len - t->at;
        *got = n < left ? n : left;
        memcpy(p, t->line.p + t->at, *got);
        t->at += *got;
        return STATUS_OK;
    }
    ssize_t k = s->flags & SF_REGULAR ? sys_read(t->fd, p, n) : sys_read_wait(t->fd, p, n, s->read_timeout);
    if (k < 0) return stream_error(E_READ, (int)-k);
    *got = (size_t)k;
    s->pos += k;
    return STATUS_OK;
}

static Status tty_write(Stream *s, const void *p, size_t n, size_t *put)
{
    TtyStream *t = (TtyStream *)s;
    ssize_t k = sys_write_wait(t->fd, p, n, s->write_timeout);
    if (k < 0) return stream_error(E_WRITE, (int)-k);
    *put = (size_t)k;
    return STATUS_OK;
}

static int tty_fd(Stream *s) { return ((TtyStream *)s)->fd; }

static bool tty_pending(Stream *s)
{
    TtyStream *t = (TtyStream *)s;
    return t->at < t->line.len || sys_typed_kept(t->fd);
}

static Status tty_close(Stream *s)
{
    buf_free(&((TtyStream *)s)->line);
    buf_free(&((TtyStream *)s)->prompt);
    mem_free(s);
    return STATUS_OK;
}

static const StreamOps tty_ops = {
    .kind = "tty",
    .read = tty_read,
    .write = tty_write,
    .fd = tty_fd,
    .pending = tty_pending,
    .close = tty_close,
};

Stream *tty_open(int fd, unsigned flags)
{
    struct stat st;
    TtyStream *t = stream_new(sizeof *t, &tty_ops, flags);
    t->fd = fd;
    t->line = t->prompt = BUF_INIT(BUF_NO_LIMIT);
    if (sys_is_tty(fd)) t->base.flags |= SF_TTY;
    else if (fstat(fd, &st) == 0 && S_ISREG(st.st_mode)) t->base.flags |= SF_REGULAR;
    return &t->base;
}

void tty_set_source(Stream *s, TtyLine *source, void *arg)
{
    TtyStream *t = (TtyStream *)s;
    t->source = source;
    t->arg = arg;
}

bool tty_offer_prompt(Stream *s, const char *prompt, size_t n)
{
    TtyStream *t = (TtyStream *)s;
    if (s->ops != &tty_ops || !t->source) return false;
    buf_clear(&t->prompt);
    buf_put(&t->prompt, prompt, n);
    return t->is_offered = buf_ok(&t->prompt);
}

const char *tty_prompt(const Stream *s)
{
    const TtyStream *t = (const TtyStream *)s;
    if (!t->is_offered) return NULL;
    return t->prompt.len ? t->prompt.p : "";
}
