// TCP connections. Several addresses of a host are raced ("happy eyeballs", RFC 8305) so that a dead IPv6 route costs a
// quarter of a second. Names are looked up in sys/resolve.c. Start at sys_connect.
#include "sys/tcp.h"

#include "core/errors.h"
#include "sys/address.h"
#include "sys/clock.h"
#include "sys/fd.h"
#include "sys/await.h"
#include "sys/safe.h"

#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <string.h>
#include <sys/socket.h>

#define STAGGER 0.25  // seconds between attempts
enum { BACKLOG = 4096 };  // the system may allow less (net.core.somaxconn)

typedef struct Race {
    struct pollfd fds[SYS_MAX_ADDRS];  // attempts in flight
    int running;
    int last_error;
    const SysAddrs *from;  // where to connect from; NULL: as the system likes
    int bind_error;        // of the last attempt that could not begin there
    int winner;  // descriptor, or -1
} Race;

static void no_delay(int fd)
{
    int on = 1;
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);  // fails on other kinds of sockets, harmlessly
}

static void race_start(Race *r, const SysAddr *to)
{
    int fd = socket(to->a.ss_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    int err = fd >= 0 && r->from ? sys_bind_from(fd, to->a.ss_family, r->from) : 0;
    if (fd < 0) {
        r->last_error = errno;
    } else if (err) {
        if (r->bind_error == 0 || r->bind_error == EAFNOSUPPORT) r->bind_error = err;
        sys_close(fd);
    } else if (connect(fd, (const struct sockaddr *)&to->a, to->len) == 0) {
        r->winner = fd;
    } else if (errno == EINPROGRESS || errno == EINTR) {
        r->fds[r->running++] = (struct pollfd){fd, POLLOUT, 0};
    } else {
        r->last_error = errno;
        sys_close(fd);
    }
}

// Looks at the attempts that poll called ready: the first that is connected wins, failed ones leave.
static void race_judge(Race *r)
{
    for (int i = 0; i < r->running && r->winner < 0; i++) {
        int err = 0;
        socklen_t len = sizeof err;
        if (!r->fds[i].revents) continue;
        if (getsockopt(r->fds[i].fd, SOL_SOCKET, SO_ERROR, &err, &len) < 0) err = errno;
        if (err == 0) {
            r->winner = r->fds[i].fd;
        } else {
            r->last_error = err;
            sys_close(r->fds[i].fd);
        }
        r->fds[i--] = r->fds[--r->running];
    }
}

// What an address that could be connected from said comes before those that could not.
static Status race_lost(const Race *r)
{
    if (!r->last_error && r->bind_error) return sys_bind_failure(r->from, r->bind_error);
    return status_sys(E_CONNECT, r->last_error ? r->last_error : EADDRNOTAVAIL, "Unable to connect to host.");
}

static Status race_run(Race *r, const SysAddrs *to, double deadline)
{
    int next = 0;
    while (r->winner < 0) {
        if (next < to->n) race_start(r, &to->p[next++]);
        if (r->winner >= 0) break;
        if (r->running == 0 && next == to->n) return race_lost(r);
        if (r->running == 0) continue;
        double wait = sys_remaining(deadline);
        if (next < to->n && (wait < 0 || wait > STAGGER)) wait = STAGGER;
        int ready = sys_wait(r->fds, r->running, wait);
        if (ready == SYS_INTERRUPTED) return status_fail(E_INTERRUPT, "Interrupted.");
        if (ready < 0) return status_sys(E_CONNECT, -ready, "Unable to connect to host.");
        race_judge(r);
        if (r->winner < 0 && sys_remaining(deadline) == 0) {
            return status_sys(E_CONNECT, ETIMEDOUT, "Unable to connect to host.");
        }
    }
    return STATUS_OK;
}

Status sys_connect(const char *host, int port, const SysAddrs *from, double timeout, int *fd)
{
    if (safe_on()) return status_sys(E_CONNECT, SAFE_NETWORK, "Unable to connect to host.");
    double deadline = sys_deadline(timeout);
    SysAddrs to;
    Race r = {.winner = -1, .from = from};
    STATUS_TRY(sys_resolve(host, port, timeout, &to));
    Status s = race_run(&r, &to, deadline);
    for (int i = 0; i < r.running; i++) sys_close(r.fds[i].fd);
    if (!status_ok(s)) {
        if (r.winner >= 0) sys_close(r.winner);
        return s;
    }
    no_delay(r.winner);
    *fd = r.winner;
    return STATUS_OK;
}

static int bind_any(int family, int port, bool loopback_only)
{
    struct sockaddr_in6 six = {.sin6_family = AF_INET6, .sin6_port = htons((uint16_t)port),
                               .sin6_addr = loopback_only ? in6addr_loopback : in6addr_any};
    struct sockaddr_in four = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port),
                               .sin_addr.s_addr = htonl(loopback_only ? INADDR_LOOPBACK : INADDR_ANY)};
    const struct sockaddr *a = family == AF_INET6 ? (const struct sockaddr *)&six : (const struct sockaddr *)&four;
    socklen_t len = family == AF_INET6 ? sizeof six : sizeof four;
    int on = 1, off = 0, fd = socket(family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (fd < 0) return -errno;
    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    if (family == AF_INET6) setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &off, sizeof off);
    if (bind(fd, a, len) == 0 && listen(fd, BACKLOG) == 0) return fd;
    int err = errno;
    sys_close(fd);
    return -err;
}

Status sys_listen(int port, bool loopback_only, int *fd)
{
    if (safe_on()) return status_sys(E_LISTEN, SAFE_NETWORK, "Unable to listen on port %d.", port);
    int got = loopback_only ? -EAFNOSUPPORT : bind_any(AF_INET6, port, false);
    if (got < 0 && got != -EADDRINUSE && got != -EACCES) got = bind_any(AF_INET, port, loopback_only);
    if (got < 0) return status_sys(E_LISTEN, -got, "Unable to listen on port %d.", port);
    *fd = got;
    return STATUS_OK;
}

Status sys_listen_at(const SysAddrs *at, int *fd)
{
    int err = EADDRNOTAVAIL, on = 1, off = 0;
    if (safe_on()) return status_sys(E_LISTEN, SAFE_NETWORK, "Unable to listen.");
    for (int i = 0; i < at->n; i++) {
        int family = at->p[i].a.ss_family, got = socket(family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
        if (got < 0) {
            err = errno;
            continue;
        }
        setsockopt(got, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
        if (family == AF_INET6) setsockopt(got, IPPROTO_IPV6, IPV6_V6ONLY, &off, sizeof off);
        if (bind(got, (const struct sockaddr *)&at->p[i].a, at->p[i].len) == 0 && listen(got, BACKLOG) == 0) {
            *fd = got;
            return STATUS_OK;
        }
        err = errno;
        sys_close(got);
    }
    return sys_bind_failure(at, err);
}

Status sys_accept(int listener, double timeout, int *fd)
{
    double deadline = sys_deadline(timeout);
    for (;;) {
        int ready = sys_wait_fd(listener, POLLIN, sys_remaining(deadline));
        if (ready == SYS_INTERRUPTED) return status_fail(E_INTERRUPT, "Interrupted.");
        if (ready == 0) return status_sys(E_ACCEPT, ETIMEDOUT, "Unable to accept a connection.");
        int got = accept4(listener, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
        if (got >= 0) {
            no_delay(got);
            *fd = got;
            return STATUS_OK;
        }
        if (errno != ECONNABORTED && errno != EAGAIN && errno != EINTR && errno != EPROTO) {
            return status_sys(E_ACCEPT, errno, "Unable to accept a connection.");
        }
    }
}

int sys_local_port(int fd)
{
    struct sockaddr_storage a;
    socklen_t len = sizeof a;
    if (getsockname(fd, (struct sockaddr *)&a, &len) < 0) return 0;
    if (a.ss_family == AF_INET) return ntohs(((struct sockaddr_in *)&a)->sin_port);
    if (a.ss_family == AF_INET6) return ntohs(((struct sockaddr_in6 *)&a)->sin6_port);
    return 0;
}

int sys_peek(int fd)
{
    char c;
    ssize_t n = recv(fd, &c, 1, MSG_PEEK | MSG_DONTWAIT);
    if (n > 0) return 1;
    return n < 0 && (errno == EAGAIN || errno == EINTR) ? 0 : -1;
}
