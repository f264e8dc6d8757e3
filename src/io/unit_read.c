// Reading a unit: filling its buffer, lines, exact counts. Before the first byte of a reply reaches the program, a
// socket's reply is looked at (io/connect.c decides about redirects). Start at unit_fill.
#include "io/unit.h"

#include "base/mem.h"
#include "core/errors.h"
#include "io/connect.h"
#include "io/datagram.h"
#include "io/decoded.h"
#include "io/explain.h"
#include "io/lun.h"
#include "io/shared.h"
#include "net/http_text.h"
#include "sys/clock.h"
#include "sys/fd.h"
#include "sys/interrupt.h"

#include <errno.h>
#include <string.h>

enum { READ_CHUNK = 64 << 10, READ_FEW = 4 << 10, KEEP_AT_MOST = 1 << 20 };

static size_t buffered(const Unit *u) { return u->in.len - u->at; }

// Makes room for more bytes behind the unused ones.
static Status make_room(Unit *u)
{
    if (u->at == u->in.len) {
        if (u->in.cap > KEEP_AT_MOST) {
            buf_free(&u->in);
            u->in = BUF_INIT(BUF_NO_LIMIT);
        }
        unit_clear_input(u);
    } else if (u->at > 0 && u->in.cap - u->in.len < READ_CHUNK) {
        buf_cut(&u->in, u->at);
        u->at = 0;
    }
    size_t more = buffered(u) > READ_CHUNK ? buffered(u) : READ_CHUNK;
    if (u->in.cap - u->in.len < READ_CHUNK && !buf_reserve(&u->in, more)) {
        buf_free(&u->in);  // failure is sticky: begin anew
        u->in = BUF_INIT(BUF_NO_LIMIT);
        u->at = 0;
        return status_fail(E_NO_MEMORY, "Unable to allocate memory.");
    }
    return STATUS_OK;
}

// Bytes of the next fill of the buffer. Programs that go from place to place in a file need few at each.
static size_t fill_size(Unit *u)
{
    if (!(u->stream->flags & SF_REGULAR)) return READ_CHUNK;
    u->ahead = u->ahead ? 4*u->ahead : READ_FEW;
    if (u->ahead > READ_CHUNK) u->ahead = READ_CHUNK;
    return u->ahead;
}

// Whether what comes first is "HTTP/": n bytes at offset `at`.
static void match_mark(Unit *u, const char *p, size_t n, int64_t at)
{
    for (size_t i = 0; i < n && at + (int64_t)i < HTTP_MARK; i++) {
        if (u->http_marks == at + (int64_t)i && p[i] == "HTTP/"[at + (int64_t)i]) u->http_marks++;
    }
}

// One read of the stream that also shows the bytes to the reply watcher.
static Status stream_read(Unit *u, void *p, size_t n, size_t *got)
{
    int64_t at = u->stream->pos;
    *got = 0;
    Status s = u->stream->ops->read(u->stream, p, n, got);
    if (status_ok(s) && u->http) http_reply_feed(u->http, p, *got, at);
    if (status_ok(s) && at < HTTP_MARK && u->stream->flags & SF_SOCKET) match_mark(u, p, *got, at);
    return s;
}

Status unit_fill_raw(Unit *u, size_t *got)
{
    STATUS_TRY(make_room(u));
    if (u->decoded) return decoded_fill(u, got);
    STATUS_TRY(stream_read(u, u->in.p + u->in.len, fill_size(u), got));
    u->in.len += *got;
    u->in_end = u->stream->pos;
    u->in_time = sys_now();
    unit_check(u);
    return STATUS_OK;
}

// The file is as the program, with this and other units, has written it.
static Status settle(Unit *u)
{
    STATUS_TRY(unit_flush(u));
    return shared_settle(u, false);
}

// A read straight into the program's memory: the buffer's bytes would no longer be those before the stream's place.
static Status read_past_buffer(Unit *u, void *p, size_t n, size_t *got)
{
    STATUS_TRY(settle(u));
    unit_clear_input(u);
    return stream_read(u, p, n, got);
}

// More bytes into the buffer; *got 0 at the end.
static Status unit_fill(Unit *u, size_t *got)
{
    STATUS_TRY(settle(u));
    if (u->http && u->http->in == HI_HEAD && buffered(u) == 0) {
        STATUS_TRY(connect_follow(u));
        *got = buffered(u);  // looking for a redirect may have read ahead
        if (*got) return STATUS_OK;
    }
    bool is_head = u->http && u->http->in == HI_HEAD;
    STATUS_TRY(follow_fill(u, got));
    if (is_head && u->http->in == HI_BODY) explain_reply(u);
    return STATUS_OK;
}

// A CR alone ends a line too (test_readf of GDL's suite is "OK with IDL 8.8", gdl#2026). Where more may have to come to know
// whether LF follows it, as from a socket, it does not.
static bool ends_at_cr(const Unit *u) { return u->stream->flags & (SF_REGULAR | SF_GZIP); }

Status unit_read_line(Unit *u, const char **p, size_t *n)
{
    if (unit_is_datagram(u)) return datagram_read_line(u, p, n);
    size_t looked = 0, max = u->all ? u->all->max_line : LINE_LIMIT;
    for (;;) {
        const char *start = u->in.p + u->at;
        const char *lf = buffered(u) > looked ? memchr(start + looked, '\n', buffered(u) - looked) : NULL;
        size_t got = 0, len = lf ? (size_t)(lf - start) : buffered(u);
        const char *cr = ends_at_cr(u) && len > looked ? memchr(start + looked, '\r', len - looked) : NULL;
        size_t before_cr = cr ? (size_t)(cr - start) : len;
        if (before_cr + 1 < len) {
            *p = start;
            *n = before_cr;
            u->at += before_cr + 1;
            return STATUS_OK;
        }
        if (len > max) {
            u->at = u->in.len;
            return unit_error(u, (Status){E_LINE_TOO_LONG, 0, NULL});
        }
        looked = before_cr;
        if (!lf) {
            Status s = unit_fill(u, &got);
            if (!status_ok(s)) return unit_error(u, s);
            if (got) continue;
            if (!len) return unit_error(u, (Status){E_EOF, 0, NULL});
        }
        *p = u->in.p + u->at;
        u->at += len + (lf != NULL);
        *n = len && (*p)[len - 1] == '\r' ? len - 1 : len;
        return STATUS_OK;
    }
}

// The bytes of one that is not empty: zero bytes would be the end.
static Status read_of_datagram(Unit *u, void *p, size_t n, size_t *got)
{
    for (*got = 0; *got == 0; *got = datagram_take(u, p, n)) {
        if (!buffered(u)) datagram_end(u);
        STATUS_TRY(datagram_begin(u, INT64_MAX));
    }
    return STATUS_OK;
}

Status unit_read_some(Unit *u, void *p, size_t n, size_t *got)
{
    *got = 0;
    if (n == 0) return STATUS_OK;
    if (unit_is_datagram(u)) return read_of_datagram(u, p, n, got);
    if (!buffered(u)) {
        Status s = unit_fill(u, got);
        if (!status_ok(s)) return unit_error(u, s);
    }
    *got = buffered(u) < n ? buffered(u) : n;
    if (*got) memcpy(p, u->in.p + u->at, *got);
    u->at += *got;
    return STATUS_OK;
}

// RAWIO: one read, straight.
static Status read_raw(Unit *u, void *p, size_t n, size_t *got)
{
    Status s = settle(u);
    if (status_ok(s)) s = u->stream->ops->read(u->stream, p, n, got);
    return status_ok(s) ? s : unit_error(u, s);
}

// Moves bytes until n are there or nothing more comes. Large rests bypass the buffer.
static Status read_loop(Unit *u, char *p, size_t n, size_t *done)
{
    while (*done < n) {
        size_t got = 0, left = n - *done;
        if (buffered(u)) {
            got = buffered(u) < left ? buffered(u) : left;
            memcpy(p + *done, u->in.p + u->at, got);
            u->at += got;
            *done += got;
            continue;
        }
        if (sys_interrupted()) return (Status){E_INTERRUPT, 0, NULL};
        bool is_direct = left >= READ_CHUNK && !u->decoded && !(u->http && u->http->in == HI_HEAD);
        STATUS_TRY(is_direct ? read_past_buffer(u, p + *done, left, &got) : unit_fill(u, &got));
        if (!got) return (Status){E_EOF, 0, NULL};
        if (is_direct) *done += got;
    }
    return STATUS_OK;
}

Status unit_read_exact(Unit *u, void *p, size_t n, size_t *got)
{
    size_t limit = n;
    *got = 0;
    if (n == 0) return STATUS_OK;
    if (unit_is_datagram(u)) {
        *got = datagram_take(u, p, n);
        return STATUS_OK;
    }
    if (u->flags & UF_RAWIO) return read_raw(u, p, n, got);
    if (u->record_left >= 0 && (int64_t)n > u->record_left) limit = (size_t)u->record_left;
    if (u->http && !u->decoded) connect_note_readu(u, n);
    Status s = read_loop(u, p, limit, got);
    if (u->record_left >= 0) u->record_left -= (int64_t)*got;
    if (status_ok(s) && limit < n) s = status_fail(E_READ, "the record is shorter than what was asked for");
    unit_check(u);
    if (status_ok(s)) return s;
    memset((char *)p + *got, 0, n - *got);
    return unit_error(u, s);
}

Status unit_at_end(Unit *u, bool *end)
{
    size_t got = 1;
    *end = false;
    if (unit_is_datagram(u)) return STATUS_OK;  // there may always come one more
    if (u->flags & UF_RAWIO) return unit_error(u, (Status){E_SEEK, 0, NULL});
    if (buffered(u) || unit_is_tty(u)) return STATUS_OK;
    if (!(u->flags & UF_READ)) {
        *end = true;
        return STATUS_OK;
    }
    Status s = unit_fill(u, &got);
    if (s.code == E_READ && s.sys == ETIMEDOUT) {  // neither a byte nor the end in time: not known to be the end
        status_drop(&s);
        return STATUS_OK;
    }
    if (s.code == E_READ && s.sys && unit_is_socket(u)) {  // reset: nothing more will come
        status_drop(&s);
        got = 0;
    }
    *end = got == 0;
    return status_ok(s) ? s : unit_error(u, s);
}
