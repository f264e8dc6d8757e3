// Host names as programs write them: whether one is a name or an address alone, and what to say when it is a URL, "host:port" or
// has blanks.
#ifndef HELIO_NET_HOST_NAME_H
#define HELIO_NET_HOST_NAME_H

#include <stdbool.h>
#include <stddef.h>

// True: a name or an address, to be looked up. Else `advice` (n bytes) gets "Give the host alone: SOCKET, unit, 'h', 80".
bool host_name_is_plain(const char *host, int port, char *advice, size_t n);

#endif
