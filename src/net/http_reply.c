// The head of an HTTP reply as it passes by: status, framing, where the body begins. Bounded, and quiet about anything
// that is not HTTP. Start at http_reply_feed.
#include "net/http_text.h"

#include <string.h>

static bool is_digit(char c) { return c >= '0' && c <= '9'; }

enum { STATUS_BYTES = 13 };

// "HTTP/1.1 200", and a blank or the line's end. False: it is something else.
static bool parse_status(HttpText *h)
{
    static const char pattern[] = "HTTP/1.? ???";
    const char *p = h->head.p;
    size_t n = h->head.len;
    for (size_t i = 0; i < STATUS_BYTES - 1 && i < n; i++) {
        if (pattern[i] == '?' ? !is_digit(p[i]) : p[i] != pattern[i]) return false;
    }
    if (n < STATUS_BYTES) return true;
    h->status = (p[9] - '0') * 100 + (p[10] - '0') * 10 + (p[11] - '0');
    return h->status >= 100 && (p[12] == ' ' || p[12] == '\r' || p[12] == '\n');
}

// The head is whole when it ends with an empty line.
static bool is_whole(const Buf *b)
{
    const char *e = b->p + b->len;
    return (b->len >= 2 && e[-1] == '\n' && e[-2] == '\n') ||
           (b->len >= 3 && e[-1] == '\n' && e[-2] == '\r' && e[-3] == '\n');
}

static void end_of_head(HttpText *h, int64_t body_start)
{
    if (h->status < 200 && h->status != 101) {  // an interim reply: the real one follows
        if (!h->asks_interim) h->interim_end = body_start;
        if (++h->interims > h->limits.interims) h->trouble = HTTP_MANY_INTERIM;
        buf_clear(&h->head);
        h->status = 0;
        return;
    }
    bool is_head = h->request.p && strncmp(h->request.p, "HEAD ", 5) == 0;
    h->in = HI_BODY;
    h->framing = http_framing(&h->head, h->status, is_head);
    h->content_length = h->framing.length;
    h->body_start = body_start;
}

// Nothing more is known about what comes.
static void give_up(HttpText *h)
{
    h->in = HI_NONE;
    h->may_resend = false;
}

void http_reply_feed(HttpText *h, const char *p, size_t n, int64_t at)
{
    for (size_t i = 0; i < n && h->in == HI_HEAD; i++) {
        bool is_full = (int64_t)h->head.len >= h->limits.head;
        if (!is_full) buf_putc(&h->head, p[i]);
        if (is_full || !buf_ok(&h->head)) {
            if (is_full) h->trouble = HTTP_LONG_HEAD;
            h->said_hint = true;
            give_up(h);
        } else if (h->head.len <= STATUS_BYTES && !parse_status(h)) {
            h->status = 0;
            give_up(h);
        } else if (p[i] == '\n' && is_whole(&h->head)) {
            end_of_head(h, at + (int64_t)i + 1);
        }
    }
}

bool http_reply_is_open(const HttpText *h)
{
    if (h->in != HI_HEAD) return false;
    if (h->status < 200 && h->status != 101 && !h->asks_interim) return true;
    if (!h->may_resend) return false;
    if (h->status < 200 || (h->status >= 300 && h->status <= 308)) return true;
    return h->status >= 300 && !memchr(h->head.p, '\n', h->head.len);  // of an error the whole line, to be quoted
}
