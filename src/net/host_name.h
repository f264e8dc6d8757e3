// Host names as programs and servers write them: "host:port" taken apart; whether one is a name or an address alone, and what to
// say when it is a URL, "host:port" or has blanks.
#ifndef HELIO_NET_HOST_NAME_H
#define HELIO_NET_HOST_NAME_H

#include <stdbool.h>
#include <stddef.h>

typedef struct HostPort {
    const char *host;  // `len` bytes of the text, without brackets
    size_t len;
    int port;  // 0: none given
} HostPort;

// "host", "host:port", "[::1]:port" or an address of IPv6 in the n bytes at p. False: no host, or a port that there cannot be.
bool host_port_parse(const char *p, size_t n, HostPort *out);

// True: a name or an address, to be looked up. Else `advice` (n bytes) gets "Give the host alone: SOCKET, unit, 'h', 80".
bool host_name_is_plain(const char *host, int port, char *advice, size_t n);

#endif
