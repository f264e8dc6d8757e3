// Units over UDP are opened here; what is done with them is in datagram.c.
#include "sys/udp.h"

#include "core/errors.h"
#include "io/datagram.h"
#include "io/dial.h"
#include "sys/tcp.h"

#include <stdio.h>

static Status attach(Units *t, int lun, int fd, bool is_bound, const char *name, SocketOpen *how)
{
    Stream *s = datagram_wrap(fd, is_bound);
    s->read_timeout = how->read_timeout;
    s->write_timeout = how->write_timeout;
    how->local_port = sys_local_port(fd);
    return lun_attach(t, lun, s, name, how->flags, how->width);
}

Status connect_udp(Units *t, int64_t lun, SocketOpen *how)
{
    Unit *u;
    char name[512], space[256];
    SysAddrs addrs;
    const SysAddrs *from = NULL;
    int fd = -1, port = how->port;
    STATUS_TRY(must_be_closed(t, lun, &u));
    snprintf(name, sizeof name, "%.255s.%.200s", how->host, how->service);
    STATUS_TRY(must_be_reachable(t, how, u->lun, name));
    snprintf(name, sizeof name, "%.255s.%d", how->host, how->port);
    const char *host = how->host;
    Status s = mapped_host(t, how, &host, &port, space, sizeof space);
    if (status_ok(s)) s = find_bind(how, &addrs, &from);
    if (status_ok(s)) s = sys_udp_connect(host, port, from, how->connect_timeout, &fd);
    return status_ok(s) ? attach(t, u->lun, fd, false, name, how) : socket_failure(s, u->lun, name);
}

Status connect_udp_bind(Units *t, int64_t lun, SocketOpen *how)
{
    Unit *u;
    char name[64];
    SysAddrs addrs;
    const SysAddrs *at = NULL;
    int fd = -1;
    STATUS_TRY(must_be_closed(t, lun, &u));
    STATUS_TRY(must_be_a_port(how, u->lun));
    snprintf(name, sizeof name, "<LISTENER>.%d", how->port);
    how->bind_port = how->port;
    Status s = find_bind(how, &addrs, &at);
    if (status_ok(s)) s = sys_udp_bind(how->port, at, &fd);
    if (!status_ok(s)) return socket_failure(s, u->lun, name);
    snprintf(name, sizeof name, "<UDP>.%d", sys_local_port(fd));
    return attach(t, u->lun, fd, true, name, how);
}
