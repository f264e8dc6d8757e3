// CONNECT: an HTTP proxy is asked for a tunnel. RFC 9110 9.3.6, 15.5.8; RFC 7617. Start at proxy_connect_request.
#include "net/proxy.h"

#include "core/errors.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

enum { SHOWN = 120 };  // bytes of a reply that a message quotes

static void put_base64(Buf *out, const char *p, size_t n)
{
    static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    for (size_t i = 0; i < n; i += 3) {
        unsigned long three = 0;
        for (size_t k = 0; k < 3; k++) three = three << 8 | (i + k < n ? (unsigned char)p[i + k] : 0);
        for (size_t k = 0; k < 4; k++) buf_putc(out, i + k <= n ? letters[three >> (18 - 6*k) & 63] : '=');
    }
}

void proxy_connect_request(const Proxy *p, const char *host, int port, Buf *out)
{
    char target[300];
    bool is_six = strchr(host, ':');
    snprintf(target, sizeof target, "%s%s%s:%d", is_six ? "[" : "", host, is_six ? "]" : "", port);
    buf_printf(out, "CONNECT %s HTTP/1.1\r\nHost: %s\r\n", target, target);
    if (p->has_user) {
        char both[sizeof p->user + sizeof p->password];
        int n = snprintf(both, sizeof both, "%s:%s", p->user, p->password);
        buf_puts(out, "Proxy-Authorization: Basic ");
        put_base64(out, both, (size_t)n);
        buf_puts(out, "\r\n");
    }
    buf_puts(out, "\r\n");
}

// The first line, as it can be shown.
static void quote(const Buf *head, char out[SHOWN + 1])
{
    size_t n = 0;
    for (; n < head->len && n < SHOWN && head->p[n] != '\r' && head->p[n] != '\n'; n++) {
        bool is_plain = (unsigned char)head->p[n] >= ' ' && (unsigned char)head->p[n] < 0x7f;
        out[n] = is_plain ? head->p[n] : '?';
    }
    out[n] = '\0';
}

// Bytes of the head with its empty line; 0: it is not whole yet.
static size_t head_length(const Buf *head)
{
    for (size_t i = 0; i < head->len; i++) {
        if (head->p[i] != '\n') continue;
        size_t next = i + 1 + (i + 1 < head->len && head->p[i + 1] == '\r');
        if (next < head->len && head->p[next] == '\n') return next + 1;
    }
    return 0;
}

static bool may_be_http(const Buf *head)
{
    static const char like[] = "HTTP/1.d ddd";
    for (size_t i = 0; i < head->len && i < sizeof like - 1; i++) {
        char c = head->p[i];
        if (like[i] == 'd' ? c < '0' || c > '9' : c != like[i]) return false;
    }
    return true;
}

static bool offers(const Buf *head, const char *scheme)
{
    static const char field[] = "\nproxy-authenticate:";
    for (size_t i = 0; i + sizeof field - 1 < head->len; i++) {
        if (strncasecmp(head->p + i, field, sizeof field - 1) != 0) continue;
        const char *p = head->p + i + sizeof field - 1;
        p += strspn(p, " \t");
        if (strncasecmp(p, scheme, strlen(scheme)) == 0) return true;
    }
    return false;
}

static Status wants_password(const Proxy *p, const Buf *head)
{
    char shown[300];
    proxy_show(p, shown, sizeof shown);
    bool others = offers(head, "") && !offers(head, "Basic");
    if (others) {
        return status_fail(E_PROXY_AUTH, "The proxy %s wants a user and password in a way that is not spoken here (only Basic "
                           "is): 407.", shown);
    }
    if (p->has_user) return status_fail(E_PROXY_AUTH, "The proxy %s does not take this user and password (407).", shown);
    return status_fail(E_PROXY_AUTH, "The proxy %s wants a user and password (407): PROXY='http://user:password@host:port'.",
                       shown);
}

static Status no_http(const char *shown, const char *line)
{
    return status_fail(E_PROXY_REPLY, "The proxy %s does not answer in HTTP/1: \"%s\".", shown, line);
}

Status proxy_connect_reply(const Proxy *p, Buf *head, bool *is_whole)
{
    char shown[300], line[SHOWN + 1];
    size_t n = head_length(head);
    *is_whole = false;
    proxy_show(p, shown, sizeof shown);
    quote(head, line);
    if (!may_be_http(head)) return no_http(shown, line);
    if (!n) return STATUS_OK;
    if (n < strlen("HTTP/1.1 200")) return no_http(shown, line);
    int status = (head->p[9] - '0') * 100 + (head->p[10] - '0') * 10 + (head->p[11] - '0');
    if (status == 407) return wants_password(p, head);
    if (status >= 100 && status < 200 && status != 101) {
        buf_cut(head, n);
        return STATUS_OK;
    }
    if (status < 200 || status > 299) {
        return status_fail(E_PROXY_REFUSED, "The proxy %s does not connect: \"%s\".", shown, line);
    }
    *is_whole = true;
    return STATUS_OK;
}
