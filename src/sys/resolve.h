// Names to addresses. The system's resolver blocks, so it runs on a helper thread while sys_wait keeps Ctrl-C alive.
#ifndef HELIO_SYS_RESOLVE_H
#define HELIO_SYS_RESOLVE_H

#include "base/status.h"

#include <sys/socket.h>

typedef struct SysAddr {
    struct sockaddr_storage a;
    socklen_t len;
} SysAddr;

enum { SYS_MAX_ADDRS = 64 };  // all are tried

typedef struct SysAddrs {
    SysAddr p[SYS_MAX_ADDRS];
    int n;
} SysAddrs;

// The addresses of a name or of an IPv4 or IPv6 literal (brackets allowed), in the order to try: families alternate,
// beginning with the system's first choice. Timeout in seconds, negative for none. E_HOST (text: the resolver's
// reason), E_HOST with sys ETIMEDOUT, or E_INTERRUPT.
MUST_USE Status sys_resolve(const char *host, int port, double timeout, SysAddrs *out);
// A service name (/etc/services; capitals and blanks around it do not matter) or decimal number to a port; -1: there is no such
// service, -2: no port has that number.
int sys_service_port(const char *service);

#endif
