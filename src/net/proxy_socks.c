// SOCKS5: greeting, user and password, the request, its reply. RFC 1928, RFC 1929. Start at socks_greeting.
#include "net/proxy.h"

#include "core/errors.h"

#include <string.h>

enum { VERSION = 5, PASSWORD_VERSION = 1, NO_METHOD = 0, BY_PASSWORD = 2, NONE_FITS = 0xff, CONNECT = 1 };
enum { BY_FOUR = 1, BY_NAME = 3, BY_SIX = 4, NAME_MAX_BYTES = 255 };

static void put_port(Buf *out, int port)
{
    buf_putc(out, (char)(port >> 8));
    buf_putc(out, (char)(port & 0xff));
}

void socks_greeting(const Proxy *p, Buf *out)
{
    if (p->has_user) buf_put(out, (const char[]){VERSION, 2, NO_METHOD, BY_PASSWORD}, 4);
    else buf_put(out, (const char[]){VERSION, 1, NO_METHOD}, 3);
}

static Status wrong_version(const Proxy *p, int version)
{
    char shown[300];
    proxy_show(p, shown, sizeof shown);
    return status_fail(E_PROXY_REPLY, "The proxy %s does not speak SOCKS5: it answers with version %d.", shown, version);
}

Status socks_method(const Proxy *p, const unsigned char *two, bool *wants_password)
{
    char shown[300];
    proxy_show(p, shown, sizeof shown);
    *wants_password = two[1] == BY_PASSWORD;
    if (two[0] != VERSION) return wrong_version(p, two[0]);
    if (two[1] == NO_METHOD || (two[1] == BY_PASSWORD && p->has_user)) return STATUS_OK;
    if (two[1] == NONE_FITS && p->has_user) {
        return status_fail(E_PROXY_AUTH, "The proxy %s takes neither user and password nor none.", shown);
    }
    if (two[1] == NONE_FITS || two[1] == BY_PASSWORD) {
        return status_fail(E_PROXY_AUTH, "The proxy %s wants a user and password: PROXY='socks5h://user:password@host:port'.",
                           shown);
    }
    return status_fail(E_PROXY_REPLY, "The proxy %s chose a way of authentication that was not offered: %d.", shown, two[1]);
}

void socks_password(const Proxy *p, Buf *out)
{
    buf_putc(out, PASSWORD_VERSION);
    buf_putc(out, (char)strlen(p->user));
    buf_puts(out, p->user);
    buf_putc(out, (char)strlen(p->password));
    buf_puts(out, p->password);
}

Status socks_password_reply(const Proxy *p, const unsigned char *two)
{
    char shown[300];
    proxy_show(p, shown, sizeof shown);
    if (two[0] != PASSWORD_VERSION && two[0] != VERSION) return wrong_version(p, two[0]);  // some answer with 5
    return two[1] == 0 ? STATUS_OK : status_fail(E_PROXY_AUTH, "The proxy %s does not take this user and password.", shown);
}

Status socks_request(const char *host, const void *address, size_t n, int port, Buf *out)
{
    size_t len = strlen(host);
    buf_put(out, (const char[]){VERSION, CONNECT, 0, (char)(!address ? BY_NAME : n == 4 ? BY_FOUR : BY_SIX)}, 4);
    if (!address && len > NAME_MAX_BYTES) return status_fail(E_PROXY, "SOCKS5 has no room for a name of %zu bytes.", len);
    if (!address) buf_putc(out, (char)len);
    if (address) buf_put(out, address, n);
    else buf_put(out, host, len);
    put_port(out, port);
    return STATUS_OK;
}

static const char *reason(int reply)
{
    static const char *const reasons[] = {
        [1] = "general failure", [2] = "its rules forbid it", [3] = "the network cannot be reached",
        [4] = "the host cannot be reached", [5] = "the host refused the connection", [6] = "the time to live is over",
        [7] = "it cannot do CONNECT", [8] = "it does not know this kind of address"};
    return reply < (int)(sizeof reasons / sizeof reasons[0]) ? reasons[reply] : "a reason that RFC 1928 does not have";
}

Status socks_reply(const Proxy *p, const unsigned char *start, size_t *rest)
{
    char shown[300];
    proxy_show(p, shown, sizeof shown);
    *rest = start[3] == BY_FOUR ? 4 + 2 - 1 : start[3] == BY_SIX ? 16 + 2 - 1 : (size_t)start[4] + 2;
    if (start[0] != VERSION) return wrong_version(p, start[0]);
    if (start[1]) {
        return status_fail(E_PROXY_REFUSED, "The proxy %s does not connect: %s (%d).", shown, reason(start[1]), start[1]);
    }
    if (start[3] == BY_FOUR || start[3] == BY_SIX || start[3] == BY_NAME) return STATUS_OK;
    return status_fail(E_PROXY_REPLY, "The reply of the proxy %s has an address of an unknown kind: %d.", shown, start[3]);
}
