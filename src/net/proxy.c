// The address of a proxy, and which one the environment has for a target. Start at proxy_parse.
#include "net/proxy.h"

#include "core/errors.h"
#include "net/host_name.h"

#include <arpa/inet.h>
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

// Where no port is given: curl's.
enum { PORT_OF_PROXY = 1080, PORT_OF_HTTPS = 443, PORT_TLS = 443 };

static const char *const schemes[] = {
    [PROXY_HTTP] = "http", [PROXY_HTTPS] = "https", [PROXY_SOCKS5] = "socks5", [PROXY_SOCKS5H] = "socks5h"};

static Status read_scheme(const char **at, Proxy *p)
{
    const char *end = strstr(*at, "://");
    size_t n = end ? (size_t)(end - *at) : 0;
    p->kind = PROXY_HTTP;
    if (!end) return STATUS_OK;
    for (int i = 0; i < (int)(sizeof schemes / sizeof schemes[0]); i++) {
        if (strlen(schemes[i]) != n || strncasecmp(schemes[i], *at, n) != 0) continue;
        p->kind = (ProxyKind)i;
        *at = end + 3;
        return STATUS_OK;
    }
    return status_fail(E_PROXY, "PROXY: %.*s:// is not one of http://, https://, socks5:// and socks5h://.", n < 20 ? (int)n : 20,
                       *at);
}

static int hex(char c) { return isdigit((unsigned char)c) ? c - '0' : isxdigit((unsigned char)c) ? (c | 32) - 'a' + 10 : -1; }

static bool is_control(char c) { return (unsigned char)c < ' ' || c == 0x7f; }

// Percent-decoded; false when it is too long or has control characters.
static bool decode(const char *p, size_t n, char *out, size_t max)
{
    size_t k = 0;
    for (size_t i = 0; i < n; i++) {
        bool is_code = p[i] == '%' && i + 2 < n && hex(p[i + 1]) >= 0 && hex(p[i + 2]) >= 0;
        char c = is_code ? (char)(hex(p[i + 1]) * 16 + hex(p[i + 2])) : p[i];
        if (is_code) i += 2;
        if (k + 1 >= max || is_control(c)) return false;
        out[k++] = c;
    }
    out[k] = '\0';
    return true;
}

static Status read_user(const char **at, Proxy *p)
{
    const char *end = strrchr(*at, '@');
    if (!end) return STATUS_OK;
    size_t n = (size_t)(end - *at);
    const char *colon = memchr(*at, ':', n);
    size_t user = colon ? (size_t)(colon - *at) : n, rest = colon ? n - user - 1 : 0;
    p->has_user = true;
    if (!decode(*at, user, p->user, sizeof p->user) || !decode(*at + user + 1, rest, p->password, sizeof p->password)) {
        return status_fail(E_PROXY, "PROXY: user and password have at most 255 bytes, and no control characters.");
    }
    if (!p->user[0]) return status_fail(E_PROXY, "PROXY: the user is empty.");
    if (p->kind <= PROXY_HTTPS && strchr(p->user, ':')) return status_fail(E_PROXY, "PROXY: a user of HTTP has no colon.");
    *at = end + 1;
    return STATUS_OK;
}

Status proxy_parse(const char *url, Proxy *p)
{
    HostPort part;
    *p = (Proxy){.port = 0};
    STATUS_TRY(read_scheme(&url, p));
    STATUS_TRY(read_user(&url, p));
    size_t n = strcspn(url, "/?#");
    bool is_fine = host_port_parse(url, n, &part) && part.len < sizeof p->host;
    for (size_t i = 0; i < n; i++) is_fine = is_fine && !is_control(url[i]) && url[i] != ' ';
    if (!is_fine) return status_fail(E_PROXY, "PROXY is not like http://host:8080 or socks5h://user:password@host:1080.");
    memcpy(p->host, part.host, part.len);
    p->port = part.port ? part.port : p->kind == PROXY_HTTPS ? PORT_OF_HTTPS : PORT_OF_PROXY;
    return STATUS_OK;
}

void proxy_show(const Proxy *p, char *out, size_t n)
{
    bool is_six = strchr(p->host, ':');
    snprintf(out, n, "%s://%s%s%s:%d", schemes[p->kind], is_six ? "[" : "", p->host, is_six ? "]" : "", p->port);
}

// --- The environment ------------------------------------------------------------------------------------------------------

static const char *variable(const char *small, const char *large)
{
    const char *v = getenv(small);
    if (!v && large) v = getenv(large);
    return v && *v ? v : NULL;
}

static bool bits_match(const unsigned char *a, const unsigned char *b, int bits)
{
    int rest = bits % 8;
    if (memcmp(a, b, (size_t)bits / 8) != 0) return false;
    return rest == 0 || ((a[bits / 8] ^ b[bits / 8]) >> (8 - rest)) == 0;
}

// "192.168.0.0/16", "fe80::/10", or an address.
static bool network_matches(const char *entry, size_t n, const char *host)
{
    unsigned char net[16], at[16];
    char text[64];
    const char *slash = memchr(entry, '/', n);
    size_t len = slash ? (size_t)(slash - entry) : n;
    if (len >= 2 && entry[0] == '[' && entry[len - 1] == ']') entry++, len -= 2;
    if (len >= sizeof text) return false;
    memcpy(text, entry, len);
    text[len] = '\0';
    int family = strchr(text, ':') ? AF_INET6 : AF_INET, most = family == AF_INET6 ? 128 : 32;
    int bits = slash ? atoi(slash + 1) : most;
    if (bits < 0 || bits > most || inet_pton(family, text, net) != 1 || inet_pton(family, host, at) != 1) return false;
    return bits_match(net, at, bits);
}

static bool name_matches(const char *entry, size_t n, const char *host, size_t len)
{
    if (n && entry[0] == '.') entry++, n--;
    if (n && entry[n - 1] == '.') n--;
    if (!n || n > len || strncasecmp(host + len - n, entry, n) != 0) return false;
    return n == len || host[len - n - 1] == '.';
}

static bool is_direct(const char *host)
{
    const char *p = variable("no_proxy", "NO_PROXY");
    size_t len = strlen(host);
    char plain[256];
    if (!p) return false;
    if (strcmp(p, "*") == 0) return true;
    if (len >= 2 && host[0] == '[' && host[len - 1] == ']') host++, len -= 2;
    if (len && host[len - 1] == '.') len--;
    if (len >= sizeof plain) return false;
    memcpy(plain, host, len);
    plain[len] = '\0';
    while (*p) {
        p += strspn(p, ", \t");
        size_t n = strcspn(p, ", \t");
        if (n && (name_matches(p, n, plain, len) || network_matches(p, n, plain))) return true;
        p += n;
    }
    return false;
}

const char *proxy_from_environment(const char *host, int port, bool has_tls)
{
    bool is_secure = has_tls || port == PORT_TLS;
    // HTTP_PROXY in capitals is what a web server makes of a request's header "Proxy:", so nobody takes it.
    const char *p = is_secure ? variable("https_proxy", "HTTPS_PROXY") : variable("http_proxy", NULL);
    if (!p) p = variable("all_proxy", "ALL_PROXY");
    return p && !is_direct(host) ? p : NULL;
}
