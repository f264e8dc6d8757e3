// Addresses of sockets as text, and the addresses of this machine that a program may name.
#ifndef HELIO_SYS_ADDRESS_H
#define HELIO_SYS_ADDRESS_H

#include "sys/resolve.h"

#include <stddef.h>

enum { SYS_ADDRESS_MAX = 128 };  // bytes of a text, with its NUL

// "127.0.0.1", "::1", "fe80::1%eth0"; of a Unix-domain socket its path, or "@name"; "" when there is none. IPv4 that came
// through an IPv6 socket is written as IPv4.
typedef struct SysName {
    char host[SYS_ADDRESS_MAX];
    int port;  // 0: none
} SysName;

void sys_address_name(const SysAddr *a, SysName *out);
bool sys_own_name(int fd, SysName *out);  // whether it is a Unix-domain socket
void sys_peer_name(int fd, SysName *out);

// What a program may bind to: an address, an interface ("eth0": its addresses) or a name. E_HOST, E_INTERRUPT.
MUST_USE Status sys_local_addresses(const char *text, int port, double timeout, SysAddrs *out);
// Binds to the first of them that is of the socket's family: 0 or errno; EAFNOSUPPORT when none is.
int sys_bind_from(int fd, int family, const SysAddrs *from);
// E_BIND for the first of these addresses.
MUST_USE Status sys_bind_failure(const SysAddrs *from, int err);

#endif
