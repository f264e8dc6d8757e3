// Internal to io/: one connection, mapped and with TLS if asked for, as a stream.
#ifndef HELIO_IO_DIAL_H
#define HELIO_IO_DIAL_H

#include "io/connect.h"
#include "sys/resolve.h"

// E_UNIT_OPEN.
MUST_USE Status must_be_closed(Units *t, int64_t lun, Unit **u);
// The descriptor as a stream with the time limits of `how`.
Stream *wrap_timed(int fd, bool is_listener, const SocketOpen *how);
void drop_stream(Stream *s);
// A client's requests are looked at, as !NET and the keywords have it.
void begin_requests(Unit *u, const SocketOpen *how);
// BIND=: `space` is filled, and *from is it; NULL where nothing is asked.
MUST_USE Status find_bind(const SocketOpen *how, SysAddrs *space, const SysAddrs **from);

// Host and port of a client that nobody has to be asked about: E_VALUE, E_HOST or E_CONNECT. Port of a listener: E_LISTEN.
MUST_USE Status must_be_reachable(Units *t, const SocketOpen *how, int lun, const char *name);
MUST_USE Status must_be_a_port(const SocketOpen *how, int lun);
// Where how->host and how->port are, by the map of hosts, and in the letters of DNS; n bytes at `space`.
MUST_USE Status mapped_host(Units *t, const SocketOpen *how, const char **host, int *port, char *space, size_t n);

// TLS over a connected stream, as `how` asks for it (io/secure.c). `deadline`, on sys_now's clock, is that of the whole
// connection; where there is none, the handshake has its own.
MUST_USE Status secure(Units *t, const SocketOpen *how, bool is_server, double deadline, Stream *s);
// The host in the letters of DNS; `space` has room for it.
MUST_USE Status secure_ascii_host(const char **host, char *space, size_t n);
// A connection that failed, worded with the unit.
MUST_USE Status socket_failure(Status s, int lun, const char *name);

MUST_USE Status dial(Units *t, SocketOpen *how, Stream **out);

#endif
