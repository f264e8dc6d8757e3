// TCP sockets: connect with several addresses raced, listen, accept. All are non-blocking and close-on-exec; waits go
// through sys_wait. Reading and writing: sys_read_wait, sys_write_wait.
#ifndef HELIO_SYS_TCP_H
#define HELIO_SYS_TCP_H

#include "sys/resolve.h"

// Connects to host:port. A new address is tried every 0.25 s while the earlier ones are still pending. Timeout in
// seconds for look-up and connection together, negative for the system's. `from`: addresses of this machine to connect from,
// NULL any. E_HOST, E_CONNECT (sys tells), E_BIND or E_INTERRUPT.
MUST_USE Status sys_connect(const char *host, int port, const SysAddrs *from, double timeout, int *fd);
// A listening socket on all addresses (IPv6 and IPv4), or on loopback only; port 0 lets the system choose.
MUST_USE Status sys_listen(int port, bool loopback_only, int *fd);
// A listening socket on the first of these addresses that can be had; E_BIND says of which, and why not.
MUST_USE Status sys_listen_at(const SysAddrs *at, int *fd);
// Waits for a connection; connections reset before they could be accepted are skipped. E_ACCEPT, E_INTERRUPT.
MUST_USE Status sys_accept(int listener, double timeout, int *fd);
int sys_local_port(int fd);  // 0 when unknown
// 1: bytes can be read, 0: nothing yet, -1: the peer has closed (or reset) and nothing is left.
int sys_peek(int fd);

#endif
