// Opens units over sockets. Names are mapped (net/options.h), connections raced (sys/tcp.c), TLS comes from its
// module. What happens to a reply is in io/follow.c. Start at connect_client.
#include "io/connect.h"

#include "base/mem.h"
#include "core/errors.h"
#include "io/decoded.h"
#include "io/datagram.h"
#include "io/dial.h"
#include "io/tunnel.h"
#include "net/host_name.h"
#include "net/http_text.h"
#include "net/options.h"
#include "net/proxy.h"
#include "sys/clock.h"
#include "sys/address.h"
#include "sys/fd.h"
#include "sys/safe.h"
#include "sys/tcp.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void drop_stream(Stream *s)
{
    Status closed = s->ops->close(s);
    status_drop(&closed);
}

Stream *wrap_timed(int fd, bool is_listener, const SocketOpen *how)
{
    Stream *s = socket_wrap(fd, is_listener);
    s->read_timeout = how->read_timeout;
    s->write_timeout = how->write_timeout;
    return s;
}

Status find_bind(const SocketOpen *how, SysAddrs *space, const SysAddrs **from)
{
    *from = NULL;
    if (!how->bind) return STATUS_OK;
    Status s = sys_local_addresses(how->bind, how->bind_port, how->connect_timeout, space);
    if (status_ok(s)) *from = space;
    if (s.code != E_HOST || s.sys == SAFE_NETWORK) return s;
    Status out = status_fail(E_BIND, "BIND: %s is no address and no interface of this machine: %s.", how->bind,
                             s.text ? s.text : sys_error_text(s.sys));
    status_drop(&s);
    return out;
}

static void note_map(Units *t, const char *host, int port, const char *to, int to_port)
{
    if (t->net->said_map || !t->net->hints) return;
    t->net->said_map = true;
    lun_note(t, "SOCKET: %s, %d is %s, %d here, by HELIO_NET_MAP or !NET.MAP.", host, port, to, to_port);
}

Status mapped_host(Units *t, const SocketOpen *how, const char **host, int *port, char *space, size_t n)
{
    *host = how->host;
    *port = how->port;
    if (!net_map(t->net, how->host, how->port, space, n, port)) return secure_ascii_host(host, space, n);
    *host = space;
    note_map(t, how->host, how->port, space, *port);
    return STATUS_OK;
}

static Status go_straight(const SocketOpen *how, const char *host, int port, const SysAddrs *from, double deadline,
                          Stream **out)
{
    int fd;
    STATUS_TRY(sys_connect(host, port, from, sys_remaining(deadline), &fd));
    *out = wrap_timed(fd, false, how);
    return STATUS_OK;
}

Status dial(Units *t, SocketOpen *how, Stream **out)
{
    char ascii[256];
    const char *host;
    double deadline = sys_deadline(how->connect_timeout);
    SysAddrs space;
    const SysAddrs *from;
    int port;
    STATUS_TRY(mapped_host(t, how, &host, &port, ascii, sizeof ascii));
    STATUS_TRY(find_bind(how, &space, &from));
    Stream *s = NULL;
    if (how->proxy) STATUS_TRY(tunnel_open(t, how, host, port, from, deadline, &s));
    else STATUS_TRY(go_straight(how, host, port, from, deadline, &s));
    how->local_port = sys_local_port(s->ops->fd(s));
    Status st = how->tls ? secure(t, how, false, deadline, s) : STATUS_OK;
    if (status_ok(st)) *out = s;
    else drop_stream(s);
    return st;
}

// What to do about a connection that failed, where the system's line does not say enough.
static const char *advice(const Status *s)
{
    if (s->sys == EADDRINUSE) return "Somebody else listens there, or has it.";
    if (s->sys == ENOTSOCK) return "The file is no socket; it has not been touched.";
    if (s->code == E_HOST) return "Check the spelling and the network; HELIO_NET_MAP can point a name elsewhere.";
    if (s->sys == ECONNREFUSED) return "Nothing listens there: check host and port, or whether the server runs.";
    if (s->code == E_TLS_TIMEOUT) return "Is that a TLS port (443, say)? See also CONNECT_TIMEOUT.";
    if (s->code == E_BIND) return s->sys == EACCES ? "Ports below 1024 are the system's own." : NULL;
    if (s->sys == ETIMEDOUT) return "No answer in time: a firewall or a wrong address; see CONNECT_TIMEOUT.";
    if (s->sys == ENETUNREACH || s->sys == EHOSTUNREACH) return "There is no way to that address from here.";
    return NULL;
}

// Behind a firewall the way out is a proxy, which other programs take from the environment.
static void put_proxy(const Status *s, Buf *b)
{
    static const char *const names[] = {"http_proxy", "https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"};
    bool is_unreachable = s->code == E_HOST || s->sys == ETIMEDOUT || s->sys == ENETUNREACH || s->sys == EHOSTUNREACH;
    for (size_t i = 0; is_unreachable && i < sizeof names / sizeof names[0]; i++) {
        const char *proxy = getenv(names[i]);
        Proxy p;
        char shown[300];
        if (!proxy || !*proxy) continue;
        Status parsed = proxy_parse(proxy, &p);
        bool is_one = status_ok(parsed);
        status_drop(&parsed);
        if (!is_one) continue;
        proxy_show(&p, shown, sizeof shown);
        buf_printf(b, "\n  %s names a proxy, %s; SOCKET goes straight. SOCKET, ..., /PROXY goes by it.", names[i], shown);
        return;
    }
}

static bool has_detail(const Status *s)
{
    return s->text && (s->sys == 0 || error_is_tls(s->code) || s->code == E_HOST || s->code == E_BIND ||
                       error_is_proxy(s->code));
}

Status socket_failure(Status s, int lun, const char *name)
{
    if (s.code == E_INTERRUPT || s.code == E_NO_MEMORY || s.code == E_MODULE) return s;
    const char *hint = advice(&s);
    const char *first = s.code == E_HOST ? "Unable to lookup host." :
                        s.code == E_BIND ? error_row(strstr(name, "<LISTENER>") ? E_LISTEN : E_CONNECT)->text :
                        s.code == E_ACCEPT || s.code == E_LISTEN ? error_row(s.code)->text : "Unable to connect to host.";
    Buf b = BUF_INIT(8192);
    buf_printf(&b, "%s Unit: %d, File: %s", first, lun, name);
    if (has_detail(&s)) buf_printf(&b, "\n  %s", s.text);
    if (hint) buf_printf(&b, "\n  %s", hint);
    put_proxy(&s, &b);
    Status out = {s.code, s.sys, buf_take(&b)};
    status_drop(&s);
    return out;
}

Status must_be_closed(Units *t, int64_t lun, Unit **u)
{
    STATUS_TRY(lun_find(t, lun, u));
    if ((*u)->stream) return status_fail(E_UNIT_OPEN, "Unit already open. Unit: %d", (*u)->lun);
    return STATUS_OK;
}

// What can be told without asking anybody.
Status must_be_reachable(Units *t, const SocketOpen *how, int lun, const char *name)
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

void begin_requests(Unit *u, const SocketOpen *how)
{
    if (how->decode) {
        NetOptions net = *u->all->net;
        net.http_text = true;
        u->http = http_text_new(&net);
        u->decoded = decoded_new();
    } else if (!(how->flags & (UF_RAWIO | UF_CRLF))) {
        u->http = http_text_new(u->all->net);
    }
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
    if (how->asks_environment) how->proxy = proxy_from_environment(how->host, how->port, how->tls);
    Status st = dial(t, how, &s);
    if (!status_ok(st)) return socket_failure(st, u->lun, name);
    STATUS_TRY(lun_attach(t, lun, s, name, how->flags, how->width));
    u->host = mem_strdup(how->host);
    u->port = how->port;
    u->bind = how->bind ? mem_strdup(how->bind) : NULL;
    u->bind_port = how->bind_port;
    u->proxy = how->proxy ? mem_strdup(how->proxy) : NULL;
    u->tls = tls_setup_copy(&how->secure);
    begin_requests(u, how);
    return STATUS_OK;
}

Status must_be_a_port(const SocketOpen *how, int lun)
{
    if (how->port >= 0) return STATUS_OK;
    return status_fail(E_LISTEN, "%s Unit: %d, File: <LISTENER>.%s\n  Ports are 0 to 65535; 0 takes a free one.",
                       error_row(E_LISTEN)->text, lun, how->service);
}

Status connect_listen(Units *t, int64_t lun, SocketOpen *how)
{
    Unit *u;
    SysAddrs space;
    const SysAddrs *at;
    int fd = -1;
    char name[64];
    STATUS_TRY(must_be_closed(t, lun, &u));
    STATUS_TRY(must_be_a_port(how, u->lun));
    snprintf(name, sizeof name, "<LISTENER>.%d", how->port);
    how->bind_port = how->port;
    Status st = find_bind(how, &space, &at);
    if (status_ok(st)) st = at ? sys_listen_at(at, &fd) : sys_listen(how->port, false, &fd);
    if (!status_ok(st)) return socket_failure(st, u->lun, name);
    how->local_port = sys_local_port(fd);
    snprintf(name, sizeof name, "<LISTENER>.%d", how->local_port);
    Stream *s = wrap_timed(fd, true, how);
    STATUS_TRY(lun_attach(t, lun, s, name, how->flags, how->width));
    u->port = how->local_port;
    return STATUS_OK;
}

Status connect_accept(Units *t, int64_t lun, int64_t listener, SocketOpen *how)
{
    Unit *u, *from;
    int fd;
    STATUS_TRY(must_be_closed(t, lun, &u));
    STATUS_TRY(lun_for_bytes(t, listener, 0, &from));
    if (!(from->stream->flags & SF_LISTENER)) {
        return status_fail(E_ACCEPT, "Unable to accept a connection. Unit: %d, File: %s\n  That unit is not a listening "
                           "socket.", from->lun, from->name);
    }
    int port = from->port;
    Buf b = BUF_INIT(BUF_NO_LIMIT);
    buf_printf(&b, "<SERVER>%s", strchr(from->name, '.'));
    AUTO_FREE char *name = buf_take(&b);
    Status st = sys_accept(unit_poll_fd(from), how->connect_timeout, &fd);
    if (!status_ok(st)) return socket_failure(st, u->lun, name);
    Stream *s = wrap_timed(fd, false, how);
    how->local_port = port;
    how->secure.is_later = from->is_polled && !how->asks_protocol;
    if (how->tls) st = secure(t, how, true, sys_deadline(how->connect_timeout), s);
    if (!status_ok(st)) {
        drop_stream(s);
        return socket_failure(st, u->lun, name);
    }
    STATUS_TRY(lun_attach(t, lun, s, name, how->flags, how->width));
    u->port = port;
    u->is_accepted = true;
    return STATUS_OK;
}

Status connect_end_writing(Units *t, int64_t lun)
{
    Unit *u;
    STATUS_TRY(lun_for_bytes(t, lun, 0, &u));
    if (!unit_is_socket(u) || !u->stream->ops->end_writing) {
        return status_fail(E_CONNECT, "Unable to end writing. Unit: %d, File: %s\n  That unit is no connection.", u->lun,
                           u->name);
    }
    if (!(u->flags & UF_WRITE)) return STATUS_OK;
    Status s = unit_flush(u);
    if (status_ok(s)) s = u->stream->ops->end_writing(u->stream);
    if (!status_ok(s)) return unit_error(u, s);
    u->flags &= ~(unsigned)UF_WRITE;
    return s;
}

Status connect_facts(Units *t, int64_t lun, SocketFacts *out)
{
    Unit *u;
    Proxy p;
    STATUS_TRY(lun_for_bytes(t, lun, 0, &u));
    bool is_socket = u->stream->flags & (SF_SOCKET | SF_LISTENER);
    if (!is_socket) return status_fail(E_SEEK, "That unit is no socket. Unit: %d, File: %s", u->lun, u->name);
    *out = (SocketFacts){.is_listener = u->stream->flags & SF_LISTENER};
    int fd = u->stream->ops->fd(u->stream);
    bool is_local = sys_own_name(fd, &out->own);
    out->protocol = is_local ? "unix" : unit_is_datagram(u) ? "udp" : "tcp";
    if (unit_is_datagram(u)) {
        datagram_peer(u->stream, &out->peer);
        return STATUS_OK;
    }
    sys_peer_name(fd, &out->peer);
    socket_facts(u->stream, &out->tls);
    out->alpn = socket_protocol(u->stream, &out->alpn_len);
    Status s = u->proxy ? proxy_parse(u->proxy, &p) : STATUS_OK;
    if (u->proxy && status_ok(s)) proxy_show(&p, out->proxy, sizeof out->proxy);
    return s;
}
