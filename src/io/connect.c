// Opens units over sockets. Names are mapped (net/options.h), connections raced (sys/tcp.c), TLS comes from its
// module. What happens to a reply is in io/follow.c. Start at connect_client.
#include "io/connect.h"

#include "base/mem.h"
#include "core/errors.h"
#include "io/decoded.h"
#include "io/dial.h"
#include "net/host_name.h"
#include "net/http_text.h"
#include "net/options.h"
#include "sys/fd.h"
#include "sys/tcp.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void drop_stream(Stream *s)
{
    Status closed = s->ops->close(s);
    status_drop(&closed);
}

static void note_map(Units *t, const char *host, int port, const char *to, int to_port)
{
    if (t->net->said_map || !t->net->hints) return;
    t->net->said_map = true;
    lun_note(t, "SOCKET: %s, %d is %s, %d here, by HELIO_NET_MAP or !NET.MAP.", host, port, to, to_port);
}

Status dial(Units *t, SocketOpen *how, Stream **out)
{
    const NetOptions *net = t->net;
    char mapped[256], ascii[256];
    const char *host = how->host;
    int port = how->port, fd;
    if (net_map(net, how->host, how->port, mapped, sizeof mapped, &port)) {
        host = mapped;
        note_map(t, how->host, how->port, host, port);
    }
    STATUS_TRY(secure_ascii_host(&host, ascii, sizeof ascii));
    STATUS_TRY(sys_connect(host, port, how->connect_timeout, &fd));
    Stream *s = socket_wrap(fd, false);
    s->read_timeout = how->read_timeout;
    s->write_timeout = how->write_timeout;
    how->local_port = sys_local_port(fd);
    Status st = how->tls ? secure(t, how, false, s) : STATUS_OK;
    if (status_ok(st)) *out = s;
    else drop_stream(s);
    return st;
}

// What to do about a connection that failed, where the system's line does not say enough.
static const char *advice(const Status *s)
{
    if (s->code == E_HOST) return "Check the spelling and the network; HELIO_NET_MAP can point a name elsewhere.";
    if (s->sys == ECONNREFUSED) return "Nothing listens there: check host and port, or whether the server runs.";
    if (s->code == E_TLS_TIMEOUT) return "Is that a TLS port (443, say)? See also CONNECT_TIMEOUT.";
    if (s->sys == ETIMEDOUT) return "No answer in time: a firewall or a wrong address; see CONNECT_TIMEOUT.";
    if (s->sys == ENETUNREACH || s->sys == EHOSTUNREACH) return "There is no way to that address from here.";
    return NULL;
}

// Behind a firewall the way out is a proxy, which other programs take from the environment.
static void put_proxy(const Status *s, Buf *b)
{
    static const char *const names[] = {"http_proxy", "HTTP_PROXY", "https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"};
    bool is_unreachable = s->code == E_HOST || s->sys == ETIMEDOUT || s->sys == ENETUNREACH || s->sys == EHOSTUNREACH;
    for (size_t i = 0; is_unreachable && i < sizeof names / sizeof names[0]; i++) {
        const char *proxy = getenv(names[i]);
        if (!proxy || !*proxy) continue;
        buf_printf(b, "\n  %s names a proxy, %.200s; SOCKET goes straight. Connect to the proxy and print GET http://host/path.",
                   names[i], proxy);
        return;
    }
}

Status socket_failure(Status s, int lun, const char *name)
{
    if (s.code == E_INTERRUPT || s.code == E_NO_MEMORY || s.code == E_MODULE) return s;
    const char *hint = advice(&s);
    const char *first = s.code == E_HOST ? "Unable to lookup host." :
                        s.code == E_ACCEPT || s.code == E_LISTEN ? error_row(s.code)->text : "Unable to connect to host.";
    bool has_detail = s.text && (s.sys == 0 || error_is_tls(s.code) || s.code == E_HOST);
    Buf b = BUF_INIT(8192);
    buf_printf(&b, "%s Unit: %d, File: %s", first, lun, name);
    if (has_detail) buf_printf(&b, "\n  %s", s.text);
    if (hint) buf_printf(&b, "\n  %s", hint);
    put_proxy(&s, &b);
    Status out = {s.code, s.sys, buf_take(&b)};
    status_drop(&s);
    return out;
}

static Status must_be_closed(Units *t, int64_t lun, Unit **u)
{
    STATUS_TRY(lun_find(t, lun, u));
    if ((*u)->stream) return status_fail(E_UNIT_OPEN, "Unit already open. Unit: %d", (*u)->lun);
    return STATUS_OK;
}

// What can be told without asking anybody.
static Status must_be_reachable(Units *t, const SocketOpen *how, int lun, const char *name)
{
    char advice[400];
    STATUS_TRY(net_options_check(t->net));
    if (!host_name_is_plain(how->host, how->port > 0 ? how->port : 80, advice, sizeof advice)) {
        return status_fail(E_HOST, "Unable to lookup host. Unit: %d, File: %s\n  %s", lun, name, advice);
    }
    if (how->port > 0) return STATUS_OK;
    return status_fail(E_CONNECT, "Unable to connect to host. Unit: %d, File: %s\n  %s", lun, name, how->port == PORT_UNKNOWN ?
                       "The service is not known: give a port number." : "Ports are 1 to 65535.");
}

Status connect_client(Units *t, int64_t lun, SocketOpen *how)
{
    Unit *u;
    Stream *s;
    char name[512];
    STATUS_TRY(must_be_closed(t, lun, &u));
    if (how->port > 0) snprintf(name, sizeof name, "%.255s.%d", how->host, how->port);
    else snprintf(name, sizeof name, "%.255s.%.200s", how->host, how->service);
    STATUS_TRY(must_be_reachable(t, how, u->lun, name));
    Status st = dial(t, how, &s);
    if (!status_ok(st)) return socket_failure(st, u->lun, name);
    STATUS_TRY(lun_attach(t, lun, s, name, how->flags, how->width));
    u->host = mem_strdup(how->host);
    u->port = how->port;
    u->tls = tls_setup_copy(&how->secure);
    if (how->decode) {
        NetOptions net = *t->net;
        net.http_text = true;
        u->http = http_text_new(&net);
        u->decoded = decoded_new();
    } else if (!(how->flags & (UF_RAWIO | UF_CRLF))) {
        u->http = http_text_new(t->net);
    }
    return STATUS_OK;
}

Status connect_listen(Units *t, int64_t lun, SocketOpen *how)
{
    Unit *u;
    int fd;
    char name[64];
    STATUS_TRY(must_be_closed(t, lun, &u));
    if (how->port < 0) {
        return status_fail(E_LISTEN, "%s Unit: %d, File: <LISTENER>.%s\n  Ports are 0 to 65535; 0 takes a free one.",
                           error_row(E_LISTEN)->text, u->lun, how->service);
    }
    snprintf(name, sizeof name, "<LISTENER>.%d", how->port);
    Status st = sys_listen(how->port, false, &fd);
    if (!status_ok(st)) return socket_failure(st, u->lun, name);
    how->local_port = sys_local_port(fd);
    snprintf(name, sizeof name, "<LISTENER>.%d", how->local_port);
    Stream *s = socket_wrap(fd, true);
    s->read_timeout = how->read_timeout;
    s->write_timeout = how->write_timeout;
    u->port = how->local_port;
    STATUS_TRY(lun_attach(t, lun, s, name, how->flags, how->width));
    u->port = how->local_port;
    return STATUS_OK;
}

Status connect_accept(Units *t, int64_t lun, int64_t listener, SocketOpen *how)
{
    Unit *u, *from;
    int fd;
    char name[64];
    STATUS_TRY(must_be_closed(t, lun, &u));
    STATUS_TRY(lun_for_bytes(t, listener, 0, &from));
    if (!(from->stream->flags & SF_LISTENER)) {
        return status_fail(E_ACCEPT, "Unable to accept a connection. Unit: %d, File: %s\n  That unit is not a listening "
                           "socket.", from->lun, from->name);
    }
    int port = from->port;
    snprintf(name, sizeof name, "<SERVER>.%d", port);
    Status st = sys_accept(unit_poll_fd(from), how->connect_timeout, &fd);
    if (!status_ok(st)) return socket_failure(st, u->lun, name);
    Stream *s = socket_wrap(fd, false);
    s->read_timeout = how->read_timeout;
    s->write_timeout = how->write_timeout;
    how->local_port = port;
    how->secure.is_later = from->is_polled && !how->asks_protocol;
    if (how->tls) st = secure(t, how, true, s);
    if (!status_ok(st)) {
        drop_stream(s);
        return socket_failure(st, u->lun, name);
    }
    STATUS_TRY(lun_attach(t, lun, s, name, how->flags, how->width));
    u->port = port;
    return STATUS_OK;
}
