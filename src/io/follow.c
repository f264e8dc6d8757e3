// What a socket unit does about the reply to a printed HTTP request: follows a redirect to https on the same host by
// connecting again over TLS and sending the request once more, and explains what would otherwise puzzle. Start at
// connect_follow.
#include "io/connect.h"

#include "base/mem.h"
#include "core/errors.h"
#include "io/dial.h"
#include "net/http_text.h"
#include "net/options.h"
#include "sys/safe.h"

#include <string.h>

static Status send_all(Stream *s, const char *p, size_t n)
{
    while (n) {
        size_t put = 0;
        STATUS_TRY(s->ops->write(s, p, n, &put));
        p += put;
        n -= put;
    }
    return STATUS_OK;
}

static Status dial_again(Unit *u, const HttpTarget *to, const char *request, size_t len, Stream **out)
{
    SocketOpen how = {
        .host = u->host,
        .port = to->port,
        .connect_timeout = u->stream->read_timeout,
        .read_timeout = u->stream->read_timeout,
        .write_timeout = u->stream->write_timeout,
        .tls = true,
        .no_verify = u->no_verify,
        .ca_file = u->ca_file,
    };
    STATUS_TRY(dial(u->all->net, &how, out));
    Status s = send_all(*out, request, len);
    if (status_ok(s)) return s;
    Status closed = (*out)->ops->close(*out);
    status_drop(&closed);
    return s;
}

// The unit goes on with the new connection as if nothing had been received.
static void take_over(Unit *u, Stream *s, const HttpTarget *to, const char *request, size_t len)
{
    HttpText *h = u->http;
    Status closed = u->stream->ops->close(u->stream);
    status_drop(&closed);
    u->stream = s;
    u->port = to->port;
    buf_clear(&u->in);
    u->at = 0;
    buf_clear(&h->request);
    buf_put(&h->request, request, len);
    buf_clear(&h->head);
    h->in = HI_HEAD;
    h->status = 0;
    h->hops++;
}

static Status reconnect(Unit *u, const HttpTarget *to, bool *done)
{
    size_t len;
    Stream *s;
    *done = false;
    AUTO_FREE char *request = http_request_for(u->http, to, &len);
    if (!request) return STATUS_OK;
    Status st = dial_again(u, to, request, len, &s);
    if (st.code == E_INTERRUPT) return st;
    if (!status_ok(st)) {
        const ErrorRow *row = error_row(st.code);
        lun_note(u->all, "SOCKET: unit %d: the server moved to https://%s%s, but no connection there: %s%s%s", u->lun,
                 to->host, to->path, st.text ? st.text : row->text, st.sys ? " " : "", st.sys ? sys_error_text(st.sys) : "");
        status_drop(&st);
        u->http->said_hint = true;
        return STATUS_OK;
    }
    take_over(u, s, to, request, len);
    lun_note(u->all, "SOCKET: unit %d: %s moved to https://%s%s; connected there over TLS (!NET.UPGRADE=0 prevents it).",
             u->lun, u->name, to->host, to->path);
    *done = true;
    return STATUS_OK;
}

// Explains replies that are not what a program reading a file by hand expects. Once a unit.
static void explain(Unit *u)
{
    HttpText *h = u->http;
    if (!u->all->net->hints || h->said_hint) return;
    if (h->in == HI_NONE && h->is_complete && h->hops == 0 && h->head.len) {
        lun_note(u->all, "SOCKET: unit %d: the reply has no HTTP header; was the request line complete?", u->lun);
        h->said_hint = true;
        return;
    }
    if (h->status < 300 || h->status == 304) return;
    h->said_hint = true;
    AUTO_FREE char *where = h->in == HI_BODY ? http_reply_field(h, "Location") : NULL;
    int line = (int)strcspn(h->head.p, "\r\n");
    const char *todo = h->status == 400 && !h->enabled ? "The request may need CR LF line ends: see !NET.HTTP_TEXT." :
                       h->status == 400 ? "Check the request and its Host line." :
                       h->status < 400 && where && strncmp(where, "https:", 6) == 0 ? "Ask there: https is port 443 with /TLS." :
                       h->status < 400 ? "Ask for that address instead." :
                       h->status == 404 ? "Check the path." : "The body is the server's explanation, not the file.";
    lun_note(u->all, "SOCKET: unit %d: the server answers %.*s%s%.300s. %s", u->lun, line < 100 ? line : 100, h->head.p,
             where ? ", see " : "", where ? where : "", todo);
}

Status connect_follow(Unit *u)
{
    HttpText *h = u->http;
    bool again = true;
    while (again) {
        size_t got = 1;
        again = false;
        while (got && !http_reply_cannot_redirect(h)) STATUS_TRY(unit_fill_raw(u, &got));
        bool is_tls = u->stream->flags & SF_TLS;
        HttpTarget to;
        if (h->in == HI_BODY && u->all->net->upgrade && http_redirect(h, u->host, u->port, is_tls, &to)) {
            Status s = reconnect(u, &to, &again);
            mem_free(to.path);
            if (!status_ok(s)) return s;
        }
    }
    if (u->at < u->in.len) {  // from here on the program has seen bytes
        explain(u);
        h->may_resend = false;
    }
    return STATUS_OK;
}

void connect_note_readu(Unit *u, size_t n)
{
    HttpText *h = u->http;
    if (h->in != HI_BODY || h->content_length < 0 || n == 0) return;
    int64_t pos = unit_tell(u), left = h->body_start + h->content_length - pos;
    if (pos < h->body_start || left < 0) return;
    h->readu_calls++;
    if ((int64_t)n <= left || h->said_hint || !u->all->net->hints) return;
    h->said_hint = true;
    lun_note(u->all, "READU: unit %d: %zu bytes are asked for, but %lld are left of the reply (Content-Length: %lld).",
             u->lun, n, (long long)left, (long long)h->content_length);
}

void connect_note_close(Unit *u)
{
    HttpText *h = u->http;
    if (unit_is_truncated(u) && h->content_length < 0 && u->all->net->hints) {
        lun_note(u->all, "CLOSE: unit %d: the TLS connection ended without notice: the data may be cut.", u->lun);
    }
    if (h->in != HI_BODY || h->content_length <= 0 || h->said_hint || !u->all->net->hints) return;
    int64_t used = unit_tell(u) - h->body_start;
    if (h->readu_calls != 1 || used <= 0 || used >= h->content_length) return;
    lun_note(u->all, "CLOSE: unit %d: only %lld of the reply's %lld bytes (Content-Length) were read.", u->lun,
             (long long)used, (long long)h->content_length);
}
