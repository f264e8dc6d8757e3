// HTTP text mode, outgoing side: printed request lines get CR LF and are kept for sending again. The
// reply's head is watched in net/http_reply.c. Start at http_text_print.
#include "net/http_text.h"

#include "base/mem.h"

#include <string.h>
#include <strings.h>

HttpText *http_text_new(const NetOptions *o)
{
    HttpText *h = mem_must(sizeof *h);
    h->enabled = o->http_text;
    h->limits = o->limits;
    h->out = h->enabled ? HO_START : HO_RAW;
    h->line = BUF_INIT(HTTP_HEAD_LIMIT);
    h->request = BUF_INIT(HTTP_HEAD_LIMIT);
    h->head = BUF_INIT((size_t)h->limits.head);
    h->content_length = h->body_start = -1;
    return h;
}

void http_text_free(HttpText *h)
{
    if (!h) return;
    buf_free(&h->line);
    buf_free(&h->request);
    buf_free(&h->head);
    mem_free(h);
}

static bool is_upper_word(const char *p, size_t n)
{
    if (n < 3 || n > 20) return false;
    for (size_t i = 0; i < n; i++) {
        if ((p[i] < 'A' || p[i] > 'Z') && p[i] != '-') return false;
    }
    return true;
}

// How a printed line begins a request: 2 whole ("GET /x HTTP/1.1"), 1 without its version, 0 not at all.
static int request_line_kind(const char *p, size_t n)
{
    const char *blank = memchr(p, ' ', n);
    if (!blank || !is_upper_word(p, (size_t)(blank - p))) return 0;
    const char *target = blank + 1, *end = p + n;
    const char *second = memchr(target, ' ', (size_t)(end - target));
    if (second == target || target == end) return 0;
    if (!second) return *target == '/' || strncmp(target, "http:", 5) == 0;
    size_t left = (size_t)(end - second - 1);
    bool is_version = left == 8 && memcmp(second + 1, "HTTP/1.", 7) == 0 && (second[8] == '0' || second[8] == '1');
    return is_version ? 2 : 0;
}

static void emit(HttpText *h, Buf *wire, const char *end)
{
    buf_put(wire, h->line.p, h->line.len);
    buf_puts(wire, end);
    buf_put(&h->request, h->line.p, h->line.len);
    buf_puts(&h->request, end);
}

static void expect_reply(HttpText *h)
{
    h->in = HI_HEAD;
    buf_clear(&h->head);
    h->status = 0;
    h->interims = 0;
    h->interim_end = 0;
    h->content_length = h->body_start = -1;
    h->framing = (HttpFraming){.length = -1};
    h->readu_calls = 0;
}

static void begin_reply(HttpText *h)
{
    bool is_pipelined = h->in == HI_HEAD;  // a reply is still owed: which one comes is not followed up
    expect_reply(h);
    if (is_pipelined) h->in = HI_NONE;
    h->asks_interim = false;
    h->hops = 0;
    h->may_resend = !is_pipelined && (!strncmp(h->line.p, "GET ", 4) || !strncmp(h->line.p, "HEAD ", 5));
}

static void start_line(HttpText *h, Buf *wire, size_t n, const char *end)
{
    const char *p = h->line.p;
    size_t lead = n ? strspn(p, " ") : 0;
    int kind = n ? request_line_kind(p, n) : 0;
    if (n == 0 && h->requests) return;  // a second blank line: a server that closes without reading it cuts its reply
    h->is_complete = false;
    if (kind == 2) {
        buf_free(&h->request);
        h->request = BUF_INIT(HTTP_HEAD_LIMIT);
        h->requests++;
        h->body_left = 0;
        h->out = HO_HEADER;
        begin_reply(h);
        emit(h, wire, end);
        return;
    }
    if (h->is_split && n > lead + 6 && strncmp(p + lead, "HTTP/1.", 7) == 0) h->was_wrapped = true;
    h->is_split = kind == 1;
    h->out = h->is_split ? HO_START : HO_RAW;
    buf_puts(&h->line, "\n");
    buf_put(wire, h->line.p, h->line.len);
}

static int64_t parse_length(const char *p)
{
    int64_t v = 0;
    while (*p == ' ' || *p == '\t') p++;
    if (*p < '0' || *p > '9') return -1;
    for (int digits = 0; *p >= '0' && *p <= '9'; p++) {
        if (++digits > 18) return -1;
        v = v * 10 + (*p - '0');
    }
    return v;
}

static void header_line(HttpText *h, Buf *wire, size_t n, const char *end)
{
    const char *p = h->line.p;
    emit(h, wire, end);
    if (n == 0) {
        h->is_complete = true;
        if (!buf_ok(&h->request) || h->body_left) h->may_resend = false;
        h->out = h->body_left > 0 ? HO_BODY : h->body_left < 0 ? HO_RAW : HO_START;
    } else if (strncasecmp(p, "Content-Length:", 15) == 0 && h->body_left >= 0) {
        h->body_left = parse_length(p + 15);
    } else if (strncasecmp(p, "Transfer-Encoding:", 18) == 0) {
        h->body_left = -1;
    } else if (strncasecmp(p, "Expect:", 7) == 0) {
        h->asks_interim = true;
    }
}

// A whole printed line is in h->line, without its LF.
static void take_line(HttpText *h, Buf *wire)
{
    size_t n = h->line.len;
    bool has_cr = n && h->line.p[n - 1] == '\r';
    const char *end = has_cr ? "\n" : "\r\n";
    if (h->out == HO_START) start_line(h, wire, n - has_cr, end);
    else header_line(h, wire, n - has_cr, end);
    buf_clear(&h->line);
}

// Bytes that pass unchanged: all of them, or the declared body. Returns how many.
static size_t pass(HttpText *h, const char *p, size_t n, Buf *wire)
{
    size_t k = n;
    if (h->out == HO_BODY) {
        if ((int64_t)k > h->body_left) k = (size_t)h->body_left;
        h->body_left -= (int64_t)k;
        if (h->body_left == 0) h->out = HO_START;
    }
    buf_put(wire, p, k);
    return k;
}

// Out of memory for the held-back line: `wire`, which the caller checks, has failed as well.
static bool lost_line(HttpText *h, Buf *wire)
{
    if (buf_ok(&h->line)) return false;
    buf_free(&h->line);
    h->line = BUF_INIT(HTTP_HEAD_LIMIT);
    wire->failed = true;
    return true;
}

void http_text_print(HttpText *h, const char *p, size_t n, Buf *wire)
{
    while (n) {
        if (h->out == HO_RAW || h->out == HO_BODY) {
            size_t k = pass(h, p, n, wire);
            p += k;
            n -= k;
            continue;
        }
        const char *lf = memchr(p, '\n', n);
        size_t k = lf ? (size_t)(lf - p) : n;
        if (h->line.len + k >= HTTP_HEAD_LIMIT) {  // no request has such a line
            http_text_written(h, n, wire);
            buf_put(wire, p, n);
            return;
        }
        buf_put(&h->line, p, k);
        if (lost_line(h, wire)) return;
        if (lf) take_line(h, wire);
        if (lost_line(h, wire)) return;
        p += k + (lf != NULL);
        n -= k + (lf != NULL);
    }
}

void http_text_flush(HttpText *h, Buf *wire)
{
    if (!h->line.len) return;
    if (h->out == HO_START) h->out = HO_RAW;
    h->may_resend = false;
    buf_put(wire, h->line.p, h->line.len);
    buf_clear(&h->line);
}

void http_text_written(HttpText *h, size_t n, Buf *wire)
{
    http_text_flush(h, wire);
    h->may_resend = h->may_resend && h->is_complete && n == 0;
    if (h->out == HO_BODY && (int64_t)n < h->body_left) h->body_left -= (int64_t)n;
    else if (n || h->out != HO_BODY) h->out = HO_RAW;
}

void http_text_moved(HttpText *h, const char *request, size_t len)
{
    buf_clear(&h->request);
    buf_put(&h->request, request, len);
    expect_reply(h);
    h->hops++;
}
