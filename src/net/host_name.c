// What is no host name, and the call that was meant. Start at host_name_is_plain.
#include "net/host_name.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

// The port of "...:80" in [p, p + *n), which is then cut off; 0: there is none. Addresses of IPv6 have colons of their own.
static int cut_port(const char *p, size_t *n)
{
    const char *colon = memrchr(p, ':', *n), *bracket = memrchr(p, ']', *n);
    if (!colon || (bracket && bracket > colon) || (!bracket && memchr(p, ':', *n) != colon)) return 0;
    long port = strtol(colon + 1, NULL, 10);
    *n = (size_t)(colon - p);
    return port > 0 && port <= 65535 ? (int)port : 0;
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
    size_t name = len;
    int given = cut_port(p, &name);
    if (is_plain && name == len) return true;
    int shown = name < 200 ? (int)name : 200;
    if (given) port = given;
    snprintf(advice, n, "Give the host alone: SOCKET, unit, '%.*s', %d%s", shown, p, port, has_tls ? ", /TLS" : "");
    return false;
}
