// See address.h.
#include "sys/address.h"

#include "core/errors.h"

#include <arpa/inet.h>
#include <errno.h>
#include <ifaddrs.h>
#include <netdb.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <sys/un.h>

static void name_unix(const SysAddr *a, SysName *out)
{
    const struct sockaddr_un *un = (const struct sockaddr_un *)&a->a;
    size_t start = offsetof(struct sockaddr_un, sun_path), n = a->len > start ? a->len - start : 0;
    if (!n) return;
    bool is_abstract = un->sun_path[0] == '\0';
    size_t len = is_abstract ? n - 1 : strnlen(un->sun_path, n);
    snprintf(out->host, sizeof out->host, "%s%.*s", is_abstract ? "@" : "", (int)len, un->sun_path + is_abstract);
}

void sys_address_name(const SysAddr *a, SysName *out)
{
    SysAddr plain = *a;
    const struct sockaddr_in6 *six = (const struct sockaddr_in6 *)&a->a;
    *out = (SysName){.port = 0};
    if (a->a.ss_family == AF_UNIX) name_unix(a, out);
    if (a->a.ss_family != AF_INET && a->a.ss_family != AF_INET6) return;
    if (a->a.ss_family == AF_INET6 && IN6_IS_ADDR_V4MAPPED(&six->sin6_addr)) {
        struct sockaddr_in four = {.sin_family = AF_INET, .sin_port = six->sin6_port};
        memcpy(&four.sin_addr, six->sin6_addr.s6_addr + 12, sizeof four.sin_addr);
        memcpy(&plain.a, &four, sizeof four);
        plain.len = sizeof four;
    }
    out->port = ntohs(six->sin6_port);  // at the same place in both
    if (getnameinfo((const struct sockaddr *)&plain.a, plain.len, out->host, sizeof out->host, NULL, 0, NI_NUMERICHOST) != 0) {
        out->host[0] = '\0';
    }
}

bool sys_own_name(int fd, SysName *out)
{
    SysAddr a = {.len = sizeof a.a};
    if (getsockname(fd, (struct sockaddr *)&a.a, &a.len) < 0) a = (SysAddr){.len = 0};
    sys_address_name(&a, out);
    return a.a.ss_family == AF_UNIX;
}

void sys_peer_name(int fd, SysName *out)
{
    SysAddr a = {.len = sizeof a.a};
    if (getpeername(fd, (struct sockaddr *)&a.a, &a.len) < 0) a = (SysAddr){.len = 0};
    sys_address_name(&a, out);
}

static void set_port(SysAddr *a, int port)
{
    ((struct sockaddr_in6 *)&a->a)->sin6_port = htons((uint16_t)port);  // at the same place in IPv4's
}

static bool take_interface(const char *name, int port, SysAddrs *out)
{
    struct ifaddrs *all;
    out->n = 0;
    if (getifaddrs(&all) < 0) return false;
    for (const struct ifaddrs *i = all; i && out->n < SYS_MAX_ADDRS; i = i->ifa_next) {
        if (strcmp(i->ifa_name, name) != 0 || !i->ifa_addr) continue;
        int family = i->ifa_addr->sa_family;
        if (family != AF_INET && family != AF_INET6) continue;
        SysAddr *a = &out->p[out->n++];
        a->len = family == AF_INET ? sizeof(struct sockaddr_in) : sizeof(struct sockaddr_in6);
        memcpy(&a->a, i->ifa_addr, a->len);
        set_port(a, port);
    }
    freeifaddrs(all);
    return out->n > 0;
}

Status sys_local_addresses(const char *text, int port, double timeout, SysAddrs *out)
{
    return take_interface(text, port, out) ? STATUS_OK : sys_resolve(text, port, timeout, out);
}

int sys_bind_from(int fd, int family, const SysAddrs *from)
{
    int err = EAFNOSUPPORT, on = 1;
    for (int i = 0; i < from->n; i++) {
        const SysAddr *a = &from->p[i];
        SysName name;
        if (a->a.ss_family != family) continue;
        sys_address_name(a, &name);
        if (name.port) setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
        else setsockopt(fd, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &on, sizeof on);  // else as many connections as ports
        if (bind(fd, (const struct sockaddr *)&a->a, a->len) == 0) return 0;
        err = errno;
    }
    return err;
}

Status sys_bind_failure(const SysAddrs *from, int err)
{
    SysName name = {.port = 0};
    if (from->n) sys_address_name(&from->p[0], &name);
    if (err == EAFNOSUPPORT) {
        return status_sys(E_BIND, err, "BIND: %s is not of the other side's kind (IPv4, IPv6).", name.host);
    }
    if (name.port) return status_sys(E_BIND, err, "BIND: %s, port %d cannot be used.", name.host, name.port);
    return status_sys(E_BIND, err, "BIND: %s cannot be used.", name.host);
}
