// Internal to io/: a connection by way of a proxy.
#ifndef HELIO_IO_TUNNEL_H
#define HELIO_IO_TUNNEL_H

#include "io/dial.h"

// Connects to the proxy how->proxy and has it connect to host:port. What the other side sends from its first byte on is still to
// be read. `deadline` bounds all of it; where there is none, READ_TIMEOUT or !NET.HANDSHAKE bounds the proxy's answer.
MUST_USE Status tunnel_open(Units *t, const SocketOpen *how, const char *host, int port, const SysAddrs *from, double deadline,
                            Stream **out);

#endif
