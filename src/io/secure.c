// TLS over a connected stream: by the module `tls`, at once or on a unit that has been open for a while. Start at secure.
#include "io/dial.h"

#include "core/errors.h"
#include "net/options.h"
#include "net/tls.h"
#include "sys/clock.h"
#include "sys/dynlib.h"
#include "sys/tcp.h"

#include <string.h>

static Status find_api(const TlsApi **api)
{
    const void *table;
    STATUS_TRY(dynlib_table("tls", "tls_api", "libssl3 libidn2-0", &table));
    *api = table;
    return STATUS_OK;
}

static void note_no_verify(Units *t, const SocketOpen *how)
{
    if (!how->secure.no_verify || t->net->said_no_verify || !t->net->hints) return;
    t->net->said_no_verify = true;
    lun_note(t, "SOCKET: VERIFY=0: whoever answers for %s is believed to be it.", how->host);
}

Status secure(Units *t, const SocketOpen *how, bool is_server, double deadline, Stream *s)
{
    const TlsApi *api;
    TlsConn *conn;
    TlsSetup setup = how->secure;
    setup.host = how->host;
    setup.port = how->port;
    setup.is_server = is_server;
    if (!is_server && !how->host) {
        return status_fail(E_TLS, "HOST= has to say whose certificate is wanted: a Unix-domain socket has no host.");
    }
    if (!setup.ca_file && !is_server) setup.ca_file = t->net->ca_file;
    double left = sys_remaining(deadline);
    setup.timeout = left >= 0 ? left : how->read_timeout > 0 ? how->read_timeout : (double)t->net->handshake;
    STATUS_TRY(find_api(&api));
    setup.over = socket_tls(s);
    STATUS_TRY(api->open(s->ops->fd(s), &setup, &conn));
    socket_set_tls(s, api, conn);
    if (!is_server) note_no_verify(t, how);
    return STATUS_OK;
}

Status secure_ascii_host(const char **host, char *space, size_t n)
{
    const TlsApi *api;
    const char *p = *host;
    while (*p && (unsigned char)*p < 0x80) p++;
    if (!*p) return STATUS_OK;
    STATUS_TRY(find_api(&api));
    STATUS_TRY(api->ascii_name(*host, space, n));
    *host = space;
    return STATUS_OK;
}

static Status refuse(const Unit *u, const char *why)
{
    return status_fail(E_TLS, "Unable to start TLS. Unit: %d, File: %s\n  %s", u->lun, u->name, why);
}

Status connect_start_tls(Units *t, int64_t lun, SocketOpen *how)
{
    Unit *u;
    STATUS_TRY(lun_for_bytes(t, lun, 0, &u));
    if (!unit_is_socket(u)) return refuse(u, "That unit is no connection: SOCKET, unit, host, port, /TLS opens one.");
    if (u->stream->flags & SF_TLS) return refuse(u, "TLS is there already.");
    if (u->at < u->in.len) {
        return refuse(u, "Bytes that came before TLS are still to be read; they could be anybody's.");
    }
    Status s = unit_flush(u);
    if (!status_ok(s)) return unit_error(u, s);
    bool is_server = u->is_accepted;
    if (!how->host) how->host = u->host;
    how->port = u->port;
    how->local_port = sys_local_port(u->stream->ops->fd(u->stream));
    if (how->read_timeout <= 0) how->read_timeout = u->stream->read_timeout;
    s = secure(t, how, is_server, sys_deadline(how->connect_timeout), u->stream);
    if (status_ok(s)) return s;
    s = socket_failure(s, u->lun, u->name);
    Status closed = lun_close(t, lun, true, NULL);
    status_drop(&closed);
    return s;
}
