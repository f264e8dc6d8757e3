// See datagram.h. The buffer `in` of the unit has the datagram that is being read. Start at datagram_begin.
#include "io/datagram.h"

#include "base/mem.h"
#include "core/errors.h"
#include "sys/fd.h"
#include "sys/udp.h"

#include <errno.h>
#include <string.h>

typedef struct DatagramStream {
    Stream base;
    int fd;
    bool is_bound;
    bool is_held;  // a datagram, or what READF has left of it, is in the unit's buffer
    SysAddr from;  // len 0: nobody yet
} DatagramStream;

static DatagramStream *stream_of(const Unit *u) { return (DatagramStream *)u->stream; }

// --- The stream -----------------------------------------------------------------------------------------------------------

static Status datagram_read(Stream *s, void *p, size_t n, size_t *got)
{
    DatagramStream *k = (DatagramStream *)s;
    *got = 0;
    if (n < UDP_ROOM) return stream_error(E_READ, EMSGSIZE);
    ssize_t r = sys_udp_receive(k->fd, p, &k->from, s->read_timeout);
    if (r < 0) return stream_error(E_READ, (int)-r);
    *got = (size_t)r;
    s->pos += r;
    return STATUS_OK;
}

static Status datagram_write(Stream *s, const void *p, size_t n, size_t *put)
{
    DatagramStream *k = (DatagramStream *)s;
    *put = 0;
    if (k->is_bound && !k->from.len) {
        return status_fail(E_WRITE, "nobody has sent a datagram yet that this one could answer");
    }
    ssize_t r = sys_udp_send(k->fd, p, n, k->is_bound ? &k->from : NULL, s->write_timeout);
    if (r < 0) return stream_error(E_WRITE, (int)-r);
    *put = (size_t)r;
    return STATUS_OK;
}

static int64_t waiting(Stream *s) { return sys_waiting(((DatagramStream *)s)->fd); }

static int datagram_fd(Stream *s) { return ((DatagramStream *)s)->fd; }

static Status datagram_close(Stream *s)
{
    int err = sys_close(((DatagramStream *)s)->fd);
    mem_free(s);
    return err ? stream_error(E_CLOSE, -err) : STATUS_OK;
}

static const StreamOps datagram_ops = {
    .kind = "datagram",
    .read = datagram_read,
    .write = datagram_write,
    .size = waiting,
    .fd = datagram_fd,
    .close = datagram_close,
};

Stream *datagram_wrap(int fd, bool is_bound)
{
    DatagramStream *k = stream_new(sizeof *k, &datagram_ops, SF_SOCKET | SF_DATAGRAM | SF_READ | SF_WRITE);
    k->fd = fd;
    k->is_bound = is_bound;
    return &k->base;
}

void datagram_peer(const Stream *s, SysName *out)
{
    const DatagramStream *k = (const DatagramStream *)s;
    if (k->is_bound) sys_address_name(&k->from, out);
    else sys_peer_name(k->fd, out);
}

// --- Reading --------------------------------------------------------------------------------------------------------------

static size_t left(const Unit *u) { return u->in.len - u->at; }

int64_t datagram_size(const Unit *u) { return stream_of(u)->is_held ? (int64_t)left(u) : waiting(u->stream); }

static Status fill(Unit *u)
{
    size_t got;
    if (stream_of(u)->is_held) return STATUS_OK;
    STATUS_TRY(unit_flush(u));
    unit_clear_input(u);
    if (!buf_reserve(&u->in, UDP_ROOM)) {
        buf_recover(&u->in, 0);
        return status_fail(E_NO_MEMORY, "Unable to allocate memory.");
    }
    STATUS_TRY(u->stream->ops->read(u->stream, u->in.p, UDP_ROOM, &got));
    u->in.len = got;
    u->in_end = u->stream->pos;
    stream_of(u)->is_held = true;
    return STATUS_OK;
}

Status datagram_begin(Unit *u, int64_t room)
{
    Status s = fill(u);
    if (!status_ok(s)) return unit_error(u, s);
    int64_t bytes = (int64_t)left(u);
    if (bytes <= room) return STATUS_OK;
    datagram_end(u);
    return unit_error(u, status_fail(E_READ, "the datagram has %lld bytes, and what is to be read %lld: it is given up (FSTAT's "
                                     "SIZE tells the length before)", (long long)bytes, (long long)room));
}

size_t datagram_take(Unit *u, void *p, size_t n)
{
    size_t got = left(u) < n ? left(u) : n;
    if (got) memcpy(p, u->in.p + u->at, got);
    memset((char *)p + got, 0, n - got);
    u->at += got;
    return got;
}

void datagram_end(Unit *u)
{
    u->at = u->in.len;
    stream_of(u)->is_held = false;
}

Status datagram_read_line(Unit *u, const char **p, size_t *n)
{
    Status s = fill(u);
    if (!status_ok(s)) return unit_error(u, s);
    const char *start = u->in.p + u->at, *lf = left(u) ? memchr(start, '\n', left(u)) : NULL;
    size_t len = lf ? (size_t)(lf - start) : left(u);
    *p = start;
    *n = len && start[len - 1] == '\r' ? len - 1 : len;
    u->at += len + (lf != NULL);
    if (u->at == u->in.len) datagram_end(u);
    return STATUS_OK;
}

// --- Writing --------------------------------------------------------------------------------------------------------------

Status datagram_check(Unit *u, int64_t n)
{
    const DatagramStream *k = stream_of(u);
    int64_t longest = (int64_t)sys_udp_longest(k->fd, k->is_bound && k->from.len ? &k->from : NULL);
    int64_t bytes = (int64_t)u->out.len + n;
    if (bytes <= longest) return STATUS_OK;
    buf_clear(&u->out);
    return status_fail(E_WRITE, "a datagram of %lld bytes cannot be sent: the longest has %lld", (long long)bytes,
                       (long long)longest);
}

Status datagram_send(Unit *u)
{
    size_t put, n = u->out.len;
    Status s = u->stream->ops->write(u->stream, u->out.p ? u->out.p : "", n, &put);
    u->unsent = status_ok(s) ? 0 : n;
    buf_clear(&u->out);
    return s;
}
