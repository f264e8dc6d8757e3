// What is no host name, and the call that was meant. Start at host_name_is_plain.
#include "net/host_name.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

bool host_port_parse(const char *p, size_t n, HostPort *out)
{
    const char *colon = memrchr(p, ':', n), *bracket = memrchr(p, ']', n);
    bool has_port = colon && (!bracket || bracket < colon) && (bracket || memchr(p, ':', n) == colon);
    size_t len = has_port ? (size_t)(colon - p) : n;
    *out = (HostPort){p, len, 0};
    if (has_port) {
        for (const char *d = colon + 1; d < p + n; d++) {
            if (*d < '0' || *d > '9' || out->port > 65535) return false;
            out->port = out->port * 10 + (*d - '0');
        }
        if (out->port < 1 || out->port > 65535) return false;
    }
    if (len >= 2 && p[0] == '[' && p[len - 1] == ']') out->host++, out->len -= 2;
    return out->len > 0;
}

bool host_name_is_plain(const char *host, int port, char *advice, size_t n)
{
    size_t skip = strspn(host, " \t\r\n"), len = strcspn(host + skip, " \t\r\n");
    const char *p = host + skip, *scheme = strstr(p, "://");
    bool is_plain = skip == 0 && host[len] == '\0' && !strpbrk(p, "/?#@'\"");
    bool has_tls = scheme && strncasecmp(p, "https:", 6) == 0;
    if (scheme) {
        p = scheme + 3;
        len = strcspn(p, " \t\r\n");
        port = has_tls ? 443 : 80;
    }
    size_t end = strcspn(p, "/?#");
    if (end < len) len = end;
    const char *at = memrchr(p, '@', len);
    if (at) {
        len -= (size_t)(at + 1 - p);
        p = at + 1;
    }
    HostPort given;
    bool is_host = host_port_parse(p, len, &given), has_brackets = given.host > p;
    if (is_plain && is_host && !given.port) return true;
    int shown = given.len < 200 ? (int)given.len : 200;
    if (is_host && given.port) port = given.port;
    snprintf(advice, n, "Give the host alone: SOCKET, unit, '%s%.*s%s', %d%s", has_brackets ? "[" : "", shown, given.host,
             has_brackets ? "]" : "", port, has_tls ? ", /TLS" : "");
    return false;
}
