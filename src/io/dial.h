// Internal to io/: one connection, mapped and with TLS if asked for, as a stream.
#ifndef HELIO_IO_DIAL_H
#define HELIO_IO_DIAL_H

#include "io/connect.h"

// TLS over a connected stream, as `how` asks for it (io/secure.c).
MUST_USE Status secure(Units *t, const SocketOpen *how, bool is_server, Stream *s);
// The host in the letters of DNS; `space` has room for it.
MUST_USE Status secure_ascii_host(const char **host, char *space, size_t n);
// A connection that failed, worded with the unit.
MUST_USE Status socket_failure(Status s, int lun, const char *name);

MUST_USE Status dial(Units *t, SocketOpen *how, Stream **out);

#endif
