// Socket streams: the descriptor itself, or a TLS connection over it. Connecting is in io/connect.c; start here at
// socket_read.
#include "io/stream.h"

#include "base/mem.h"
#include "core/errors.h"
#include "net/tls.h"
#include "sys/fd.h"
#include "sys/local_socket.h"

#include <errno.h>
#include <sys/socket.h>

typedef struct SocketStream {
    Stream base;
    int fd;
    const TlsApi *api;  // NULL: plain
    TlsConn *tls;    // what bytes come from and go to
    TlsConn *proxy;  // TLS of a proxy, below that
    char *path;  // of a Unix-domain listener; else NULL
    SysLocalFile file;
} SocketStream;

static Status socket_read(Stream *s, void *p, size_t n, size_t *got)
{
    SocketStream *k = (SocketStream *)s;
    if (k->tls) {
        STATUS_TRY(k->api->read(k->tls, p, sys_piece(n), s->read_timeout, got));
    } else {
        ssize_t r = sys_read(k->fd, p, n);
        if (r == -EAGAIN) {
            sys_gather(k->fd, n);
            r = sys_read_wait(k->fd, p, n, s->read_timeout);
        }
        if (r < 0) return stream_error(E_READ, (int)-r);
        *got = (size_t)r;
    }
    s->pos += (int64_t)*got;
    return STATUS_OK;
}

static Status socket_write(Stream *s, const void *p, size_t n, size_t *put)
{
    SocketStream *k = (SocketStream *)s;
    if (k->tls) return k->api->write(k->tls, p, sys_piece(n), s->write_timeout, put);
    ssize_t r = sys_write(k->fd, p, n);  // sockets do not block
    if (r == -EAGAIN) r = sys_write_wait(k->fd, p, n, s->write_timeout);
    if (r < 0) return stream_error(E_WRITE, (int)-r);
    *put = (size_t)r;
    return STATUS_OK;
}

// Over TLS: decrypted bytes, of the record that has come. What is on the wire may be no data at all.
static int64_t socket_size(Stream *s)
{
    SocketStream *k = (SocketStream *)s;
    size_t bytes;
    if (!k->tls) return sys_waiting(k->fd);
    k->api->look(k->tls, &bytes);
    return (int64_t)bytes;
}

// A handshake that ACCEPT has not waited for is over, perhaps.
static void note_opening(Stream *s)
{
    SocketStream *k = (SocketStream *)s;
    if (s->flags & SF_OPENING && k->api->is_open(k->tls)) s->flags &= ~(unsigned)SF_OPENING;
}

static int socket_fd(Stream *s) { return ((SocketStream *)s)->fd; }

static bool socket_pending(Stream *s)
{
    SocketStream *k = (SocketStream *)s;
    size_t bytes;
    if (!k->tls) return false;
    bool is_there = k->api->look(k->tls, &bytes);
    note_opening(s);
    return is_there;
}

static bool socket_holds(Stream *s)
{
    SocketStream *k = (SocketStream *)s;
    note_opening(s);
    return k->tls && k->api->holds(k->tls);
}

static bool socket_lacks_certificate(Stream *s)
{
    SocketStream *k = (SocketStream *)s;
    return k->tls && k->api->lacks_certificate(k->tls);
}

static bool socket_truncated(Stream *s)
{
    SocketStream *k = (SocketStream *)s;
    return k->tls && k->api->truncated(k->tls);
}

static Status socket_end_writing(Stream *s)
{
    SocketStream *k = (SocketStream *)s;
    if (k->tls) STATUS_TRY(k->api->end_writing(k->tls, s->write_timeout));
    if (k->proxy) STATUS_TRY(k->api->end_writing(k->proxy, s->write_timeout));
    if (shutdown(k->fd, SHUT_WR) < 0) return stream_error(E_WRITE, errno);
    return STATUS_OK;
}

static void socket_withdraw(Stream *s)
{
    SocketStream *k = (SocketStream *)s;
    if (!k->path) return;
    sys_local_remove(k->path, &k->file);
    mem_free(k->path);
    k->path = NULL;
}

static Status socket_close(Stream *s)
{
    SocketStream *k = (SocketStream *)s;
    socket_withdraw(s);
    if (k->tls) k->api->close(k->tls);
    if (k->proxy) k->api->close(k->proxy);
    int err = sys_close(k->fd);
    mem_free(k);
    return err && err != -ECONNRESET ? stream_error(E_CLOSE, -err) : STATUS_OK;
}

static const StreamOps socket_ops = {
    .kind = "socket",
    .read = socket_read,
    .write = socket_write,
    .size = socket_size,
    .fd = socket_fd,
    .pending = socket_pending,
    .holds = socket_holds,
    .truncated = socket_truncated,
    .lacks_certificate = socket_lacks_certificate,
    .end_writing = socket_end_writing,
    .withdraw = socket_withdraw,
    .close = socket_close,
};

Stream *socket_wrap(int fd, bool is_listener)
{
    SocketStream *k = stream_new(sizeof *k, &socket_ops, is_listener ? SF_LISTENER : SF_SOCKET | SF_READ | SF_WRITE);
    k->fd = fd;
    return &k->base;
}

void socket_set_tls(Stream *s, const TlsApi *api, TlsConn *conn)
{
    SocketStream *k = (SocketStream *)s;
    k->api = api;
    k->proxy = k->tls;
    k->tls = conn;
    s->flags |= SF_TLS | SF_UNDER_TLS | (api->is_open(conn) ? 0 : SF_OPENING);
}

TlsConn *socket_tls(const Stream *s) { return ((const SocketStream *)s)->tls; }

void socket_facts(const Stream *s, TlsFacts *out)
{
    const SocketStream *k = (const SocketStream *)s;
    *out = (TlsFacts){.version = "", .cipher = ""};
    if (s->flags & SF_TLS) k->api->facts(k->tls, out);
}

void socket_set_file(Stream *s, const char *path, const struct SysLocalFile *file)
{
    SocketStream *k = (SocketStream *)s;
    k->path = mem_strdup(path);
    k->file = *file;
}

const char *socket_protocol(const Stream *s, size_t *n)
{
    const SocketStream *k = (const SocketStream *)s;
    *n = 0;
    return s->flags & SF_TLS ? k->api->protocol(k->tls, n) : NULL;
}
