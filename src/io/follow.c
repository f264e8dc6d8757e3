// What a socket unit does about the reply to a printed HTTP request: follows a redirect to https on the same host by
// connecting again over TLS and sending the request once more, and keeps interim replies from the program. Start at
// connect_follow.
#include "io/connect.h"

#include "base/mem.h"
#include "core/errors.h"
#include "io/decoded.h"
#include "io/dial.h"
#include "io/explain.h"
#include "net/http_text.h"
#include "net/options.h"
#include "sys/clock.h"
#include "sys/safe.h"

#include <errno.h>
#include <stdio.h>
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
        .bind = u->bind,
        .bind_port = u->bind_port,
        .proxy = u->proxy,
        .connect_timeout = u->stream->read_timeout,
        .read_timeout = u->stream->read_timeout,
        .write_timeout = u->stream->write_timeout,
        .tls = true,
    };
    if (u->tls) how.secure = *u->tls;
    if (to->is_other_port) how.secure.cert_file = how.secure.key_file = how.secure.key_password = NULL;  // another owner, perhaps
    STATUS_TRY(dial(u->all, &how, out));
    Status s = send_all(*out, request, len);
    if (status_ok(s) && !(u->flags & UF_WRITE)) s = (*out)->ops->end_writing(*out);
    if (status_ok(s)) return s;
    Status closed = (*out)->ops->close(*out);
    status_drop(&closed);
    return s;
}

// The unit goes on with the new connection as if nothing had been received.
static void take_over(Unit *u, Stream *s, const HttpTarget *to, const char *request, size_t len)
{
    unit_unwatch(u);
    Status closed = u->stream->ops->close(u->stream);
    status_drop(&closed);
    u->stream = s;
    u->port = to->port;
    unit_clear_input(u);
    if (u->decoded) decoded_restart(u);
    http_text_moved(u->http, request, len);
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
    char port[64] = "";
    if (to->is_other_port) snprintf(port, sizeof port, " at port %d, without cookies and passwords,", to->port);
    lun_note(u->all, "SOCKET: unit %d: %s moved to https://%s%s; connected there%s over TLS (!NET.UPGRADE=0 prevents it).",
             u->lun, u->name, to->host, to->path, port);
    *done = true;
    return STATUS_OK;
}

// The bytes of interim replies are not for the program.
static void drop_interim(Unit *u)
{
    int64_t end = u->http->interim_end, first = u->in_end - (int64_t)u->in.len;
    if (!end) return;
    if (end > first + (int64_t)u->at) u->at = (size_t)(end - first);
    u->http->interim_end = 0;
}

static Status past_a_limit(Unit *u)
{
    HttpText *h = u->http;
    HttpTrouble trouble = h->trouble;
    h->trouble = HTTP_FINE;
    if (trouble == HTTP_LONG_HEAD) {
        return status_fail(E_READ, "the head of the reply is longer than %lld bytes (!NET.MAX_HEAD raises that)",
                           (long long)h->limits.head);
    }
    return status_fail(E_READ, "more than %lld interim replies came before the reply (!NET.MAX_INTERIM raises that)",
                       (long long)h->limits.interims);
}

Status follow_fill(Unit *u, size_t *got)
{
    STATUS_TRY(unit_fill_raw(u, got));
    if (!u->http) return STATUS_OK;
    drop_interim(u);
    return u->http->trouble ? past_a_limit(u) : STATUS_OK;
}

// Reads until it is sure that the program may see the bytes. READ_TIMEOUT bounds this as a whole; what came by then is handed on.
static Status look_ahead(Unit *u)
{
    HttpText *h = u->http;
    double given = u->stream->read_timeout, deadline = sys_deadline(given);
    Status s = STATUS_OK;
    for (size_t got = 1; got && status_ok(s) && http_reply_is_open(h);) {
        u->stream->read_timeout = sys_remaining(deadline);
        s = follow_fill(u, &got);
        u->stream->read_timeout = given;
    }
    if (s.code != E_READ || s.sys != ETIMEDOUT || u->at == u->in.len) return s;
    status_drop(&s);
    h->may_resend = false;
    return STATUS_OK;
}

static Status too_far(const Unit *u)
{
    return status_fail(E_READ, "the server redirects more than %lld times (!NET.MAX_HOPS raises that)",
                       (long long)u->http->limits.hops);
}

Status connect_follow(Unit *u)
{
    HttpText *h = u->http;
    bool again = true;
    while (again) {
        again = false;
        STATUS_TRY(look_ahead(u));
        bool is_tls = u->stream->flags & SF_TLS;
        HttpTarget to = {0};
        if (h->in != HI_BODY || !u->all->net->upgrade || !u->host) break;
        HttpMove move = http_redirect(h, u->host, u->port, is_tls, &to);
        if (move == MOVE_TOO_FAR) return too_far(u);
        Status s = move == MOVE_FOLLOW ? reconnect(u, &to, &again) : STATUS_OK;
        mem_free(to.path);
        STATUS_TRY(s);
    }
    if (u->at < u->in.len) {  // from here on the program has seen bytes
        explain_reply(u);
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
    if (u->decoded) return;
    if (unit_is_truncated(u) && h->content_length < 0 && u->all->net->hints) {
        lun_note(u->all, "CLOSE: unit %d: the TLS connection ended without notice: the data may be cut.", u->lun);
    }
    if (h->in != HI_BODY || h->content_length <= 0 || h->said_hint || !u->all->net->hints) return;
    int64_t used = unit_tell(u) - h->body_start;
    if (h->readu_calls != 1 || used <= 0 || used >= h->content_length) return;
    lun_note(u->all, "CLOSE: unit %d: only %lld of the reply's %lld bytes (Content-Length) were read.", u->lun,
             (long long)used, (long long)h->content_length);
}
