// Redirects of printed requests: whether the reply leads to https on the same host, and the request for there. Start at
// http_redirect.
#include "net/http_text.h"

#include "base/mem.h"
#include "net/host_name.h"

#include <string.h>
#include <strings.h>

static void strip(const char **p, size_t *n)
{
    if (*n >= 2 && (*p)[0] == '[' && (*p)[*n - 1] == ']') ++*p, *n -= 2;
    if (*n > 1 && (*p)[*n - 1] == '.') --*n;
}

// As names, brackets of an address and the root's dot aside.
static bool is_same_host(const char *a, const char *b)
{
    size_t n = strlen(a), m = strlen(b);
    strip(&a, &n);
    strip(&b, &m);
    return n == m && strncasecmp(a, b, n) == 0;
}

static bool copy_host(HttpTarget *to, const char *p, size_t n)
{
    strip(&p, &n);
    if (n == 0 || n >= sizeof to->host) return false;
    memcpy(to->host, p, n);
    to->host[n] = '\0';
    return true;
}

// "host[:port]" of an https URL; its port 80 means 443: servers that rewrite http to https keep the old one.
static bool parse_authority(const char *p, size_t n, HttpTarget *to)
{
    HostPort at;
    if (n && p[n - 1] == ':') n--;  // RFC 3986, 3.2.3: an empty port is the usual one
    if (memchr(p, '@', n) || !host_port_parse(p, n, &at)) return false;
    to->port = at.port == 0 || at.port == 80 ? 443 : at.port;
    return copy_host(to, at.host, at.len);
}

static bool parse_location(const char *url, const char *host, int port, bool is_tls, HttpTarget *to)
{
    const char *path;
    if (strncasecmp(url, "https://", 8) == 0) {
        const char *p = url + 8;
        size_t n = strcspn(p, "/?#");
        if (!parse_authority(p, n, to)) return false;
        path = p + n;
    } else if (is_tls && url[0] == '/' && url[1] != '/') {
        if (!copy_host(to, host, strlen(host))) return false;
        to->port = port;
        path = url;
    } else {
        return false;
    }
    size_t n = strcspn(path, "#");
    for (size_t i = 0; i < n; i++) {
        if ((unsigned char)path[i] <= ' ' || path[i] == 127) return false;
    }
    to->path = mem_must(n + 2);
    if (*path != '/') to->path[0] = '/';
    strncat(to->path, path, n);
    return true;
}

// The request for there, as a number (FNV-1a).
static uint64_t fingerprint(const char *p, size_t n, int port)
{
    uint64_t x = 14695981039346656037u ^ (uint64_t)port;
    for (size_t i = 0; i < n; i++) x = (x ^ (unsigned char)p[i]) * 1099511628211u;
    return x;
}

// Whether that request has been made on this way; from now on it has.
static bool is_circle(HttpText *h, const HttpTarget *to)
{
    size_t len = 0;
    AUTO_FREE char *request = http_request_for(h, to, &len);
    uint64_t mark = fingerprint(request ? request : "", len, to->port);
    for (int i = 0; i < h->hops && i < HTTP_HOPS_KNOWN; i++) {
        if (h->seen[i] == mark) return true;
    }
    if (h->hops < HTTP_HOPS_KNOWN) h->seen[h->hops] = mark;
    return false;
}

HttpMove http_redirect(HttpText *h, const char *host, int port, bool is_tls, HttpTarget *to)
{
    bool is_redirect = (h->status >= 301 && h->status <= 303) || h->status == 307 || h->status == 308;
    to->path = NULL;
    h->move = MOVE_NONE;
    if (!is_redirect || !h->may_resend || !h->is_complete) return MOVE_NONE;
    AUTO_FREE char *url = http_field(&h->head, "Location");
    if (!url || !parse_location(url, host, port, is_tls, to)) return MOVE_NONE;
    to->is_other_port = to->port != port && !(port == 80 && to->port == 443);
    h->move = !is_same_host(to->host, host) ? MOVE_NONE : is_circle(h, to) ? MOVE_CIRCLE :
              h->hops >= h->limits.hops ? MOVE_TOO_FAR : MOVE_FOLLOW;
    if (h->move == MOVE_FOLLOW) return MOVE_FOLLOW;
    mem_free(to->path);
    to->path = NULL;
    return h->move;
}

static void put_host(Buf *b, const HttpTarget *to)
{
    bool is_six = strchr(to->host, ':') != NULL;
    buf_printf(b, is_six ? "Host: [%s]" : "Host: %s", to->host);
    if (to->port != 443) buf_printf(b, ":%d", to->port);
    buf_puts(b, "\r\n");
}

// What belongs to the server that answered, and to no other one on that host.
static bool is_secret(const char *line)
{
    static const char *const names[] = {"Cookie:", "Authorization:", "Proxy-Authorization:"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        if (strncasecmp(line, names[i], strlen(names[i])) == 0) return true;
    }
    return false;
}

char *http_request_for(const HttpText *h, const HttpTarget *to, size_t *len)
{
    Buf b = BUF_INIT(2 * HTTP_HEAD_LIMIT);
    const char *p = h->request.p, *end = p + h->request.len;
    const char *blank = memchr(p, ' ', (size_t)(end - p)), *version = blank ? strchr(blank + 1, ' ') : NULL;
    if (!version) return NULL;
    buf_put(&b, p, (size_t)(blank + 1 - p));
    buf_puts(&b, to->path);
    for (p = version; p < end;) {
        const char *lf = memchr(p, '\n', (size_t)(end - p));
        const char *next = lf ? lf + 1 : end;
        if (strncasecmp(p, "Host:", 5) == 0) put_host(&b, to);
        else if (!to->is_other_port || !is_secret(p)) buf_put(&b, p, (size_t)(next - p));
        p = next;
    }
    *len = b.len;
    return buf_take(&b);
}
