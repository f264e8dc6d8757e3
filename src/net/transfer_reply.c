// What comes of a transfer's exchange: heads, of which ambiguous ones are refused, and the body, whose coding is
// undone. libcurl lets pass what ends too early in some cases (net/transfer.h). Start at transfer_take_head.
#include "net/transfer_inside.h"

#include "sys/dynlib.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

enum { PIECE = 64 << 10, STATUS_LEAST = 100, STATUS_MOST = 599 };

bool transfer_fault(Transfer *t, int code, const char *format, ...)
{
    if (t->fault[0]) return false;
    va_list args;
    va_start(args, format);
    vsnprintf(t->fault, sizeof t->fault, format, args);
    va_end(args);
    t->fault_code = code;
    return false;
}

void transfer_expect(Transfer *t)
{
    buf_clear(&t->head);
    t->is_head_over = t->has_body = t->is_wanted = t->ends_with_connection = false;
    t->status = 0;
    t->interims = 0;
    t->fault[0] = '\0';
    t->fault_code = 0;
    http_body_end(&t->body);
    t->is_packed = false;
}

static bool is_http(const Transfer *t) { return strncmp(t->url, "http", 4) == 0; }

// The status of "HTTP/1.1 200 OK"; -1: no such line.
static int64_t status_of(const Buf *head)
{
    int64_t status = 0;
    const char *p = head->p ? strchr(head->p, ' ') : NULL;
    if (!p || strncmp(head->p, "HTTP/", 5) != 0) return -1;
    while (*p == ' ') p++;
    int digits = 0;
    for (; p[digits] >= '0' && p[digits] <= '9' && digits < 4; digits++) status = status * 10 + (p[digits] - '0');
    return digits == 3 && status >= STATUS_LEAST && status <= STATUS_MOST ? status : -1;
}

// The coding that was asked for is to be undone.
static bool begin_body(Transfer *t, HttpFraming f)
{
    const void *api = NULL;
    if (!t->ask.codings || !f.coding[0] || f.end == BODY_NONE) return true;
    Status s = dynlib_table("unpack", "unpack_api", "libbrotli1 libzstd1", &api);
    if (!status_ok(s)) {
        transfer_fault(t, CODE_CODING, "%s", s.text ? s.text : "what unpacks is not there");
        status_drop(&s);
        return false;
    }
    f.end = BODY_CLOSE; // libcurl sees to the end
    f.length = -1;
    f.transfer[0] = '\0';
    http_body_begin(&t->body, &f, &t->net->limits, api);
    t->is_packed = true;
    return t->body.state != BS_FAULT || transfer_fault(t, CODE_CODING, "The reply has %s", t->body.fault);
}

static bool interim(Transfer *t)
{
    if (t->status == 101) return transfer_fault(t, CODE_WEIRD_REPLY, "The server changes the protocol unasked (101)");
    if (++t->interims > t->net->limits.interims) {
        return transfer_fault(t, CODE_WEIRD_REPLY, "More than %lld replies 1xx (!NET.MAX_INTERIM raises that)",
                              (long long)t->net->limits.interims);
    }
    buf_clear(&t->head);
    t->is_head_over = false;
    return true;
}

static bool whole_head(Transfer *t)
{
    t->status = status_of(&t->head);
    if (t->status < 0) return transfer_fault(t, CODE_WEIRD_REPLY, "The reply does not begin as HTTP does");
    if (t->status < 200) return interim(t);
    HttpFraming f = http_framing(&t->head, (int)t->status, t->what == CURL_HEADS);
    if (f.end == BODY_FAULTY) return transfer_fault(t, CODE_WEIRD_REPLY, "The reply has %s", f.fault);
    if (f.transfer[0] && !strstr(f.transfer, "gzip") && strcmp(f.transfer, "deflate") != 0) {
        return transfer_fault(t, CODE_CODING, "The reply has a transfer coding that is not known here: %s", f.transfer);
    }
    bool is_success = t->status < 300;
    t->ends_with_connection = f.end == BODY_CLOSE && strncmp(t->head.p, "HTTP/1", 6) == 0;
    t->is_wanted = !transfer_is_redirect(t) && (is_success || t->ask.keeps_failures);
    return !t->is_wanted || begin_body(t, f);
}

bool transfer_take_head(void *arg, const char *line, size_t n)
{
    Transfer *t = arg;
    int64_t most = t->net->limits.head;
    buf_put(&t->heads, line, n);
    if (!is_http(t)) {
        if ((int64_t)t->heads.len > most)
            return transfer_fault(t, CODE_WEIRD_REPLY, "The server says more than %lld bytes", (long long)most);
        return true;
    }
    bool is_trailer = t->is_head_over && t->has_body; // fields behind the body say nothing about it
    if (is_trailer)
        return (int64_t)t->heads.len < 2 * most ||
               transfer_fault(t, CODE_WEIRD_REPLY, "The reply's trailer is too long");
    if (t->is_head_over) buf_clear(&t->head); // of a further reply: authentication
    t->is_head_over = false;
    buf_put(&t->head, line, n);
    if ((int64_t)t->head.len > most || !buf_ok(&t->head)) {
        return transfer_fault(t, CODE_WEIRD_REPLY,
                              "The reply's head is longer than %lld bytes (!NET.MAX_HEAD raises that)",
                              (long long)most);
    }
    bool is_empty = (n == 2 && line[0] == '\r' && line[1] == '\n') || (n == 1 && line[0] == '\n');
    if (!is_empty) return true;
    t->is_head_over = true;
    return whole_head(t);
}

static bool unpack(Transfer *t, const char *p, size_t n)
{
    char piece[PIECE];
    for (;;) {
        size_t used, made;
        http_body_take(&t->body, p, n, &used, piece, sizeof piece, &made);
        if (t->body.state == BS_FAULT) return transfer_fault(t, CODE_CODING, "The reply has %s", t->body.fault);
        if (made && !transfer_store(t, piece, made)) return false;
        p += used, n -= used;
        if (!used && !made) return true;
    }
}

bool transfer_take_body(void *arg, const char *p, size_t n)
{
    Transfer *t = arg;
    bool is_first = !t->has_body;
    t->has_body = true;
    if (is_first && !is_http(t)) t->is_wanted = true;
    if (!t->is_wanted) return true;
    return t->is_packed ? unpack(t, p, n) : transfer_store(t, p, n);
}

bool transfer_check_end(Transfer *t)
{
    if (!is_http(t)) return true;
    if (!t->is_head_over) return transfer_fault(t, CODE_PARTIAL, "The connection ended within the reply's head");
    if (t->ends_with_connection && strncmp(t->url, "https", 5) == 0 && !t->api->has_notice(t->curl)) {
        return transfer_fault(t, CODE_RECEIVE, "The TLS connection ended without notice: the body may be cut");
    }
    if (!t->is_packed || !t->has_body) return true;
    http_body_close(&t->body, false);
    if (t->body.state == BS_FAULT) return transfer_fault(t, CODE_PARTIAL, "The reply has %s", t->body.fault);
    return true;
}
