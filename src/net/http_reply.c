// The head of an HTTP reply as it passes by: status, framing, where the body begins. Bounded, and quiet about anything
// that is not HTTP. Start at http_reply_feed.
#include "net/http_text.h"

#include "base/mem.h"

#include <string.h>
#include <strings.h>

static bool is_digit(char c) { return c >= '0' && c <= '9'; }

// "HTTP/1.1 200" are the first 12 bytes. 1 they are, 0 too few yet, -1 something else.
static int parse_status(HttpText *h)
{
    static const char pattern[] = "HTTP/1.? ???";
    const char *p = h->head.p;
    for (size_t i = 0; i < 12 && i < h->head.len; i++) {
        if (pattern[i] == '?' ? !is_digit(p[i]) : p[i] != pattern[i]) return -1;
    }
    if (h->head.len < 12) return 0;
    h->status = (p[9] - '0') * 100 + (p[10] - '0') * 10 + (p[11] - '0');
    return 1;
}

// The head is whole when it ends with an empty line.
static bool is_whole(const Buf *b)
{
    const char *e = b->p + b->len;
    return (b->len >= 2 && e[-1] == '\n' && e[-2] == '\n') ||
           (b->len >= 3 && e[-1] == '\n' && e[-2] == '\r' && e[-3] == '\n');
}

char *http_reply_field(const HttpText *h, const char *name)
{
    size_t n = strlen(name);
    const char *p = h->head.p, *end = p + h->head.len;
    while (p && p < end) {
        const char *lf = memchr(p, '\n', (size_t)(end - p));
        const char *stop = lf ? lf : end;
        if ((size_t)(stop - p) > n && p[n] == ':' && strncasecmp(p, name, n) == 0) {
            p += n + 1;
            while (p < stop && (*p == ' ' || *p == '\t')) p++;
            while (stop > p && (stop[-1] == '\r' || stop[-1] == ' ' || stop[-1] == '\t')) stop--;
            return mem_strndup(p, (size_t)(stop - p));
        }
        p = stop + 1;
    }
    return NULL;
}

static int64_t field_length(const HttpText *h)
{
    AUTO_FREE char *coding = http_reply_field(h, "Transfer-Encoding");
    AUTO_FREE char *text = http_reply_field(h, "Content-Length");
    int64_t v = 0;
    size_t n = text ? strlen(text) : 0;
    if (coding || n == 0 || n > 18) return -1;
    for (size_t i = 0; i < n; i++) {
        if (!is_digit(text[i])) return -1;
        v = v * 10 + (text[i] - '0');
    }
    return v;
}

static void end_of_head(HttpText *h, int64_t body_start)
{
    if (h->status >= 100 && h->status < 200 && h->status != 101) {  // an interim reply: the real one follows
        buf_clear(&h->head);
        h->status = 0;
        return;
    }
    bool is_head = h->request.p && strncmp(h->request.p, "HEAD ", 5) == 0;
    bool has_body = h->status >= 200 && h->status != 204 && h->status != 304 && !is_head;
    h->in = HI_BODY;
    h->content_length = has_body ? field_length(h) : 0;
    h->body_start = body_start;
}

void http_reply_feed(HttpText *h, const char *p, size_t n, int64_t at)
{
    for (size_t i = 0; i < n && h->in == HI_HEAD; i++) {
        buf_putc(&h->head, p[i]);
        if (!buf_ok(&h->head) || (h->head.len <= 12 && parse_status(h) < 0)) {
            h->in = HI_NONE;
            h->may_resend = false;
            h->said_hint = h->said_hint || !buf_ok(&h->head);  // too long, or no memory: nothing is known about it
        } else if (p[i] == '\n' && is_whole(&h->head)) {
            end_of_head(h, at + (int64_t)i + 1);
        }
    }
}

bool http_reply_cannot_redirect(const HttpText *h)
{
    if (h->in != HI_HEAD || !h->may_resend) return true;
    if (h->status < 200 || (h->status >= 300 && h->status <= 308)) return false;
    return h->status < 300 || memchr(h->head.p, '\n', h->head.len);  // of an error the whole line, to be quoted
}
