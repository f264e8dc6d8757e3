// Datagrams (UDP): each is sent and received whole.
#ifndef HELIO_SYS_UDP_H
#define HELIO_SYS_UDP_H

#include "sys/resolve.h"

#include <stddef.h>

enum { UDP_ROOM = 65536 };  // no datagram has more bytes

// A socket that talks to one other side. E_HOST, E_CONNECT, E_BIND, E_INTERRUPT.
MUST_USE Status sys_udp_connect(const char *host, int port, const SysAddrs *from, double timeout, int *fd);
// One that takes datagrams from everybody, at the first of these addresses that can be had; NULL: at all of this machine.
// E_LISTEN, E_BIND.
MUST_USE Status sys_udp_bind(int port, const SysAddrs *at, int *fd);

// One datagram of at most UDP_ROOM bytes, and who sent it: its length (0 too), or -errno; -ETIMEDOUT after the timeout.
ssize_t sys_udp_receive(int fd, void *p, SysAddr *from, double timeout);
// `to` NULL: to the other side. All is sent, or -errno.
ssize_t sys_udp_send(int fd, const void *p, size_t n, const SysAddr *to, double timeout);
// The longest datagram that the socket sends.
size_t sys_udp_longest(int fd, const SysAddr *to);

#endif
