// See udp.h.
#include "sys/udp.h"

#include "core/errors.h"
#include "sys/address.h"
#include "sys/await.h"
#include "sys/fd.h"
#include "sys/interrupt.h"
#include "sys/safe.h"

#include <errno.h>
#include <netinet/in.h>
#include <string.h>

enum { LONGEST_FOUR = 65535 - 20 - 8, LONGEST_SIX = 65535 - 8 };  // what IP's lengths leave

static int open_socket(int family)
{
    int on = 1, fd = socket(family, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (fd < 0) return -errno;
    setsockopt(fd, SOL_SOCKET, SO_BROADCAST, &on, sizeof on);  // an address of broadcasts is asked for by its number
    return fd;
}

Status sys_udp_connect(const char *host, int port, const SysAddrs *from, double timeout, int *fd)
{
    SysAddrs to;
    int err = EADDRNOTAVAIL, bind_error = 0;
    if (safe_on()) return status_sys(E_CONNECT, SAFE_NETWORK, "Unable to connect to host.");
    STATUS_TRY(sys_resolve(host, port, timeout, &to));
    for (int i = 0; i < to.n; i++) {
        int got = open_socket(to.p[i].a.ss_family);
        if (got < 0) {
            err = -got;
            continue;
        }
        int unbound = from ? sys_bind_from(got, to.p[i].a.ss_family, from) : 0;
        if (!unbound && connect(got, (const struct sockaddr *)&to.p[i].a, to.p[i].len) == 0) {
            *fd = got;
            return STATUS_OK;
        }
        if (unbound) bind_error = unbound;
        else err = errno;
        sys_close(got);
    }
    return bind_error ? sys_bind_failure(from, bind_error) : status_sys(E_CONNECT, err, "Unable to connect to host.");
}

static int bind_to(int family, const struct sockaddr *a, socklen_t len)
{
    int off = 0, fd = open_socket(family);
    if (fd < 0) return fd;
    if (family == AF_INET6) setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &off, sizeof off);
    if (bind(fd, a, len) == 0) return fd;
    int err = errno;
    sys_close(fd);
    return -err;
}

Status sys_udp_bind(int port, const SysAddrs *at, int *fd)
{
    struct sockaddr_in6 six = {.sin6_family = AF_INET6, .sin6_port = htons((uint16_t)port), .sin6_addr = in6addr_any};
    struct sockaddr_in four = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
    if (safe_on()) return status_sys(E_LISTEN, SAFE_NETWORK, "Unable to listen on port %d.", port);
    int got = -EADDRNOTAVAIL;
    for (int i = 0; at && i < at->n && got < 0; i++) {
        got = bind_to(at->p[i].a.ss_family, (const struct sockaddr *)&at->p[i].a, at->p[i].len);
    }
    if (at && got < 0) return sys_bind_failure(at, -got);
    if (!at) got = bind_to(AF_INET6, (const struct sockaddr *)&six, sizeof six);
    if (got < 0 && got != -EADDRINUSE && got != -EACCES) got = bind_to(AF_INET, (const struct sockaddr *)&four, sizeof four);
    if (got < 0) return status_sys(E_LISTEN, -got, "Unable to listen on port %d.", port);
    *fd = got;
    return STATUS_OK;
}

ssize_t sys_udp_receive(int fd, void *p, SysAddr *from, double timeout)
{
    for (;;) {
        int ready = sys_wait_fd(fd, POLLIN, timeout);
        if (ready < 0) return ready;
        if (ready == 0) return -ETIMEDOUT;
        from->len = sizeof from->a;
        ssize_t got = recvfrom(fd, p, UDP_ROOM, 0, (struct sockaddr *)&from->a, &from->len);
        if (got >= 0) return got;
        if (errno != EAGAIN && errno != EINTR) return -errno;  // what poll saw had a wrong checksum
        if (sys_interrupted()) return -EINTR;
    }
}

ssize_t sys_udp_send(int fd, const void *p, size_t n, const SysAddr *to, double timeout)
{
    for (;;) {
        ssize_t put = sendto(fd, p, n, 0, to ? (const struct sockaddr *)&to->a : NULL, to ? to->len : 0);
        if (put >= 0) return put;
        if (errno != EAGAIN && errno != EINTR) return -errno;
        int ready = sys_wait_fd(fd, POLLOUT, timeout);
        if (ready < 0) return ready;
        if (ready == 0) return -ETIMEDOUT;
    }
}

size_t sys_udp_longest(int fd, const SysAddr *to)
{
    SysAddr own = {.len = sizeof own.a};
    SysName name;
    if (!to && getpeername(fd, (struct sockaddr *)&own.a, &own.len) < 0) return LONGEST_FOUR;
    sys_address_name(to ? to : &own, &name);
    return strchr(name.host, ':') ? LONGEST_SIX : LONGEST_FOUR;
}
