// See tunnel.h; what is said to a proxy is in net/proxy_connect.c and net/proxy_socks.c. Start at tunnel_open.
#include "io/tunnel.h"

#include "core/errors.h"
#include "net/options.h"
#include "net/proxy.h"
#include "sys/clock.h"
#include "sys/safe.h"
#include "sys/tcp.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <string.h>

typedef struct Tunnel {
    Units *t;
    const SocketOpen *how;
    const Proxy *p;
    char shown[300];  // the proxy, without user and password
    Stream *s;
    double deadline;
} Tunnel;

// --- Bytes ----------------------------------------------------------------------------------------------------------------

static Status broken(const Tunnel *x, Status s)
{
    if (s.code == E_INTERRUPT || s.code == E_NO_MEMORY) return s;
    Status out = s.sys == ETIMEDOUT ? status_fail(E_PROXY_TIMEOUT, "The proxy %s did not answer in time.", x->shown) :
                 status_fail(E_PROXY_CUT, "The proxy %s broke the connection: %s.", x->shown,
                             s.sys ? sys_error_text(s.sys) : s.text ? s.text : "no reason is known");
    status_drop(&s);
    return out;
}

static Status receive(Tunnel *x, void *p, size_t n, const char *what)
{
    for (size_t got = 0, k; got < n; got += k) {
        x->s->read_timeout = sys_remaining(x->deadline);
        Status s = x->s->ops->read(x->s, (char *)p + got, n - got, &k);
        if (!status_ok(s)) return broken(x, s);
        if (k == 0) return status_fail(E_PROXY_CUT, "The proxy %s closed the connection %s.", x->shown, what);
    }
    return STATUS_OK;
}

// Sends what is in the buffer, and empties it.
static Status send_buffer(Tunnel *x, Buf *b)
{
    if (!buf_ok(b)) return status_fail(E_NO_MEMORY, "Unable to allocate memory.");
    for (size_t put = 0, k; put < b->len; put += k) {
        x->s->write_timeout = sys_remaining(x->deadline);
        Status s = x->s->ops->write(x->s, b->p + put, b->len - put, &k);
        if (!status_ok(s)) return broken(x, s);
    }
    buf_clear(b);
    return STATUS_OK;
}

// --- CONNECT --------------------------------------------------------------------------------------------------------------

static Status too_long(const Tunnel *x)
{
    return status_fail(E_PROXY_REPLY, "The head of the reply of the proxy %s is longer than %lld bytes (!NET.MAX_HEAD raises "
                       "that).", x->shown, (long long)x->t->net->limits.head);
}

// A reply that is none is quoted in the message as far as it has come.
static Status read_more_of_it(Tunnel *x, Buf *b, Status s)
{
    char space[100];
    size_t n = 0;
    bool is_whole;
    x->s->read_timeout = 0.05;
    Status more = x->s->ops->read(x->s, space, sizeof space, &n);
    bool is_fine = status_ok(more) && n;
    status_drop(&more);
    if (!is_fine) return s;
    status_drop(&s);
    buf_put(b, space, n);
    return proxy_connect_reply(x->p, b, &is_whole);
}

// Byte by byte: what comes behind the head is the other side's.
static Status read_connect_reply(Tunnel *x, Buf *b)
{
    bool is_whole = false;
    int64_t bytes = 0;
    while (!is_whole) {
        char c;
        STATUS_TRY(receive(x, &c, 1, bytes ? "within its reply" : "without a reply"));
        buf_putc(b, c);
        if (!buf_ok(b)) return status_fail(E_NO_MEMORY, "Unable to allocate memory.");
        if (++bytes > x->t->net->limits.head) return too_long(x);
        bool may_tell = c == '\n' || b->len <= sizeof "HTTP/1.1 200";
        Status s = may_tell ? proxy_connect_reply(x->p, b, &is_whole) : STATUS_OK;
        if (!status_ok(s)) return s.code == E_PROXY_REPLY ? read_more_of_it(x, b, s) : s;
    }
    return STATUS_OK;
}

static Status by_connect(Tunnel *x, const char *host, int port, Buf *b)
{
    proxy_connect_request(x->p, host, port, b);
    STATUS_TRY(send_buffer(x, b));
    return read_connect_reply(x, b);
}

// --- SOCKS5 ---------------------------------------------------------------------------------------------------------------

// An address as it is, or the first one of a name that is looked up here. *n 0: the name goes to the proxy.
static Status find_address(const Tunnel *x, const char *host, int port, void *address, size_t *n)
{
    SysAddrs found;
    *n = inet_pton(AF_INET, host, address) == 1 ? 4 : inet_pton(AF_INET6, host, address) == 1 ? 16 : 0;
    if (*n || x->p->kind == PROXY_SOCKS5H) return STATUS_OK;
    STATUS_TRY(sys_resolve(host, port, sys_remaining(x->deadline), &found));
    const struct sockaddr_in *four = (const struct sockaddr_in *)&found.p[0].a;
    const struct sockaddr_in6 *six = (const struct sockaddr_in6 *)&found.p[0].a;
    bool is_four = four->sin_family == AF_INET;
    *n = is_four ? sizeof four->sin_addr : sizeof six->sin6_addr;
    memcpy(address, is_four ? (const void *)&four->sin_addr : (const void *)&six->sin6_addr, *n);
    return STATUS_OK;
}

static Status greet(Tunnel *x, Buf *b)
{
    unsigned char two[2];
    bool wants_password;
    socks_greeting(x->p, b);
    STATUS_TRY(send_buffer(x, b));
    STATUS_TRY(receive(x, two, 1, "without a reply"));
    two[1] = 0;
    if (two[0] != 5) return socks_method(x->p, two, &wants_password);  // it may have no second byte
    STATUS_TRY(receive(x, two + 1, 1, "within its reply"));
    STATUS_TRY(socks_method(x->p, two, &wants_password));
    if (!wants_password) return STATUS_OK;
    socks_password(x->p, b);
    STATUS_TRY(send_buffer(x, b));
    STATUS_TRY(receive(x, two, sizeof two, "instead of judging user and password"));
    return socks_password_reply(x->p, two);
}

static Status by_socks(Tunnel *x, const char *host, int port, Buf *b)
{
    unsigned char address[16], start[SOCKS_REPLY_START] = {0}, rest[260];
    size_t n;
    STATUS_TRY(find_address(x, host, port, address, &n));
    STATUS_TRY(greet(x, b));
    STATUS_TRY(socks_request(host, n ? address : NULL, n, port, b));
    STATUS_TRY(send_buffer(x, b));
    STATUS_TRY(receive(x, start, 2, "instead of connecting"));
    if (start[0] != 5 || start[1]) return socks_reply(x->p, start, &n);
    STATUS_TRY(receive(x, start + 2, sizeof start - 2, "within its reply"));
    STATUS_TRY(socks_reply(x->p, start, &n));
    return receive(x, rest, n, "within its reply");
}

// --- The proxy ------------------------------------------------------------------------------------------------------------

static Status reach(Tunnel *x, const SysAddrs *from)
{
    int fd;
    Status s = sys_connect(x->p->host, x->p->port, from, sys_remaining(x->deadline), &fd);
    if (status_ok(s)) {
        x->s = wrap_timed(fd, false, x->how);
        return s;
    }
    if (s.code != E_HOST && s.code != E_CONNECT) return s;
    Status out = s.code == E_CONNECT ? status_sys(E_PROXY_CONNECT, s.sys, "The proxy %s cannot be reached.", x->shown) :
                 status_fail(E_PROXY_HOST, "The name of the proxy %s is not known: %s.", x->shown,
                             s.text ? s.text : sys_error_text(s.sys));
    status_drop(&s);
    return out;
}

// A proxy that is spoken to in TLS shows its own certificate.
static Status secure_proxy(Tunnel *x)
{
    SocketOpen how = {.host = x->p->host, .port = x->p->port, .read_timeout = x->how->read_timeout};
    how.secure = (TlsSetup){.ca_file = x->how->secure.ca_file, .ca_only = x->how->secure.ca_only};
    Status s = secure(x->t, &how, false, x->deadline, x->s);
    if (status_ok(s)) x->s->flags = (x->s->flags & ~(unsigned)SF_TLS) | SF_UNDER_TLS;
    if (!error_is_tls(s.code)) return s;
    char *offer = s.text ? strstr(s.text, " VERIFY=0 connects") : NULL;  // that is for the other side
    if (offer) *offer = '\0';
    Status out = status_sys(s.code, s.sys, "The proxy %s: %s", x->shown, s.text ? s.text : error_row(s.code)->text);
    status_drop(&s);
    return out;
}

static Status negotiate(Tunnel *x, const SysAddrs *from, const char *host, int port)
{
    Buf b = BUF_INIT((size_t)1 << 30);
    STATUS_TRY(reach(x, from));
    if (sys_remaining(x->deadline) < 0) {
        x->deadline = sys_deadline(x->how->read_timeout > 0 ? x->how->read_timeout : (double)x->t->net->handshake);
    }
    Status s = x->p->kind == PROXY_HTTPS ? secure_proxy(x) : STATUS_OK;
    bool is_http = x->p->kind == PROXY_HTTP || x->p->kind == PROXY_HTTPS;
    if (status_ok(s)) s = is_http ? by_connect(x, host, port, &b) : by_socks(x, host, port, &b);
    buf_free(&b);
    return s;
}

// What must not get into a request.
static Status check_host(const char *host)
{
    for (const char *c = host; *c; c++) {
        if ((unsigned char)*c <= ' ' || *c == 0x7f) return status_fail(E_HOST, "the name has control characters or blanks");
    }
    return STATUS_OK;
}

Status tunnel_open(Units *t, const SocketOpen *how, const char *host, int port, const SysAddrs *from, double deadline,
                   Stream **out)
{
    Proxy p;
    char plain[256];
    size_t n = strlen(host);
    Tunnel x = {.t = t, .how = how, .p = &p, .deadline = deadline};
    STATUS_TRY(proxy_parse(how->proxy, &p));
    STATUS_TRY(check_host(host));
    proxy_show(&p, x.shown, sizeof x.shown);
    if (n >= 2 && host[0] == '[' && host[n - 1] == ']') host++, n -= 2;
    if (n >= sizeof plain) return status_fail(E_HOST, "not a host name");
    memcpy(plain, host, n);
    plain[n] = '\0';
    Status s = negotiate(&x, from, plain, port);
    if (status_ok(s)) {
        x.s->read_timeout = how->read_timeout;
        x.s->write_timeout = how->write_timeout;
        *out = x.s;
    } else if (x.s) {
        drop_stream(x.s);
    }
    return s;
}
