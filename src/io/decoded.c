// SOCKET, /DECODE: joins the connection, the watcher of the reply's head (net/http_reply.c) and the decoder of its body
// (net/http_body.c). Start at decoded_fill.
#include "io/decoded.h"

#include "base/mem.h"
#include "core/errors.h"
#include "net/http_body.h"
#include "net/http_text.h"
#include "sys/dynlib.h"

#include <string.h>

enum { PIECE = 64 << 10 };

struct Decoded {
    Buf raw;          // bytes that have come and are not yet looked at, from `at` on
    size_t at;
    int64_t passed;   // bytes before them, since the connection began
    HttpBody body;
    bool has_body;    // `body` is that of the reply; else its head is being read
    bool is_skipping; // the body is not wanted: another request has been sent
};

Decoded *decoded_new(void)
{
    Decoded *d = mem_must(sizeof *d);
    d->raw = BUF_INIT(BUF_NO_LIMIT);
    d->body.state = BS_DONE;
    return d;
}

void decoded_free(Decoded *d)
{
    if (!d) return;
    http_body_end(&d->body);
    buf_free(&d->raw);
    mem_free(d);
}

void decoded_restart(Unit *u)
{
    Decoded *d = u->decoded;
    http_body_end(&d->body);
    buf_clear(&d->raw);
    d->at = 0;
    d->passed = 0;
    d->has_body = d->is_skipping = false;
}

void decoded_next(Unit *u)
{
    unit_clear_input(u);
    u->decoded->is_skipping = u->decoded->has_body;
}

static size_t left(const Decoded *d) { return d->raw.len - d->at; }

bool decoded_is_ready(const Unit *u)
{
    const Decoded *d = u->decoded;
    return left(d) > 0 || (d->has_body && !d->is_skipping && d->body.state == BS_DONE);
}

static void use(Decoded *d, size_t n)
{
    d->at += n;
    d->passed += (int64_t)n;
    if (d->at < d->raw.len) return;
    buf_clear(&d->raw);
    d->at = 0;
}

// One read of the connection behind what is there.
static Status receive(Unit *u, size_t *got)
{
    Decoded *d = u->decoded;
    *got = 0;
    if (d->raw.cap - d->raw.len < PIECE && !buf_reserve(&d->raw, PIECE)) {
        buf_recover(&d->raw, d->raw.len);
        return status_fail(E_NO_MEMORY, "Unable to allocate memory.");
    }
    STATUS_TRY(u->stream->ops->read(u->stream, d->raw.p + d->raw.len, PIECE, got));
    d->raw.len += *got;
    return STATUS_OK;
}

static Status begin_body(Unit *u)
{
    Decoded *d = u->decoded;
    const HttpFraming *f = &u->http->framing;
    const void *api = NULL;
    if (http_body_coding(f)) STATUS_TRY(dynlib_table("unpack", "unpack_api", "libbrotli1 libzstd1", &api));
    http_body_end(&d->body);
    http_body_begin(&d->body, f, &u->http->limits, api);
    d->has_body = true;
    return STATUS_OK;
}

// Bytes of the head, as they are, and of what is no HTTP.
static Status head_bytes(Unit *u, size_t *got)
{
    Decoded *d = u->decoded;
    HttpText *h = u->http;
    bool in_head = h->in == HI_HEAD;
    *got = 0;
    if (!left(d)) {
        STATUS_TRY(receive(u, got));
        if (!*got) return STATUS_OK;
    }
    size_t n = left(d) < PIECE ? left(d) : PIECE;
    const char *p = d->raw.p + d->at;
    http_reply_feed(h, p, n, d->passed);
    bool is_whole = in_head && h->in == HI_BODY;
    if (is_whole) n = (size_t)(h->body_start - d->passed);
    memcpy(u->in.p + u->in.len, p, n);
    use(d, n);
    *got = n;
    return is_whole ? begin_body(u) : STATUS_OK;
}

static Status broken(const Decoded *d) { return status_fail(E_READ, "the reply has %s", d->body.fault); }

// Decoded bytes to p; *made 0 at the end of the body.
static Status body_bytes(Unit *u, char *p, size_t size, size_t *made)
{
    Decoded *d = u->decoded;
    *made = 0;
    for (;;) {
        size_t used = 0, got = 0;
        http_body_take(&d->body, d->raw.p + d->at, left(d), &used, p, size, made);
        use(d, used);
        if (*made) return STATUS_OK;
        if (d->body.state == BS_FAULT) return broken(d);
        if (d->body.state == BS_DONE) return STATUS_OK;
        STATUS_TRY(receive(u, &got));
        if (!got) http_body_close(&d->body, unit_is_truncated(u));
    }
}

static Status skip_body(Unit *u)
{
    Decoded *d = u->decoded;
    char space[4096];
    size_t made = 1;
    while (made) STATUS_TRY(body_bytes(u, space, sizeof space, &made));
    d->has_body = d->is_skipping = false;
    return STATUS_OK;
}

Status decoded_fill(Unit *u, size_t *got)
{
    Decoded *d = u->decoded;
    *got = 0;
    if (d->is_skipping) STATUS_TRY(skip_body(u));
    if (d->has_body && u->http->in == HI_HEAD) d->has_body = false;
    STATUS_TRY(d->has_body ? body_bytes(u, u->in.p + u->in.len, PIECE, got) : head_bytes(u, got));
    u->in.len += *got;
    u->in_end = d->passed;
    return STATUS_OK;
}
