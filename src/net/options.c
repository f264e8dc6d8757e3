// The network switches and the host map. An entry is host:port=host:port (or host=host:port for every port); entries
// are separated by commas, semicolons or blanks; IPv6 hosts stand in brackets. Start at net_map.
#include "net/options.h"

#include "base/mem.h"
#include "core/errors.h"
#include "net/host_name.h"
#include "sys/fd.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

void net_set_text(char **field, const char *text)
{
    mem_free(*field);
    *field = text && *text ? mem_strdup(text) : NULL;
}

void net_options_init(NetOptions *o)
{
    *o = (NetOptions){.upgrade = true, .http_text = true, .hints = true, .units = 4096, .handshake = 60,
                       .limits = {.head = 64 << 10, .interims = 100, .unpacked = 1 << 30, .ratio = 1000, .hops = 10}};
    net_set_text(&o->map, getenv("HELIO_NET_MAP"));
    net_set_text(&o->ca_file, getenv("HELIO_CA_FILE"));
}

void net_options_free(NetOptions *o)
{
    net_set_text(&o->map, NULL);
    net_set_text(&o->ca_file, NULL);
}

static bool is_separator(char c) { return c == ',' || c == ';' || c == ' ' || c == '\t' || c == '\n'; }

static bool is_entry(const char *p, size_t n)
{
    HostPort side;
    const char *eq = memchr(p, '=', n);
    return eq && host_port_parse(p, (size_t)(eq - p), &side) && host_port_parse(eq + 1, n - (size_t)(eq + 1 - p), &side);
}

Status net_options_check(const NetOptions *o)
{
    for (const char *p = o->map ? o->map : ""; *p;) {
        size_t len = 0;
        while (is_separator(*p)) p++;
        while (p[len] && !is_separator(p[len])) len++;
        if (len && !is_entry(p, len)) {
            int shown = len < 200 ? (int)len : 200;
            return status_fail(E_VALUE, "HELIO_NET_MAP (!NET.MAP): \"%.*s\" is not like host:80=host:8080.", shown, p);
        }
        p += len;
    }
    if (!o->ca_file) return STATUS_OK;
    int fd = sys_open(o->ca_file, O_RDONLY, 0);
    if (fd < 0) return status_sys(E_VALUE, -fd, "HELIO_CA_FILE (!NET.CA_FILE): %s cannot be read.", o->ca_file);
    sys_close(fd);
    return STATUS_OK;
}

static bool entry_matches(const char *p, size_t n, const char *host, int port, HostPort *target)
{
    HostPort from;
    const char *eq = memchr(p, '=', n);
    if (!eq || !host_port_parse(p, (size_t)(eq - p), &from)) return false;
    if (from.len != strlen(host) || strncasecmp(from.host, host, from.len) != 0) return false;
    if (from.port && from.port != port) return false;
    return host_port_parse(eq + 1, n - (size_t)(eq + 1 - p), target);
}

bool net_map(const NetOptions *o, const char *host, int port, char *to, size_t n, int *to_port)
{
    for (const char *p = o->map ? o->map : ""; *p;) {
        HostPort target;
        size_t len = 0;
        while (is_separator(*p)) p++;
        while (p[len] && !is_separator(p[len])) len++;
        if (entry_matches(p, len, host, port, &target) && target.len < n) {
            memcpy(to, target.host, target.len);
            to[target.len] = '\0';
            *to_port = target.port ? target.port : port;
            return true;
        }
        p += len;
    }
    return false;
}
