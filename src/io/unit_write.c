// Writing a unit: its buffer, text with its line ends, flushing. Small writes are gathered; large ones go straight to
// the stream. Start at unit_write_bytes.
#include "io/unit.h"

#include "core/errors.h"
#include "io/datagram.h"
#include "io/decoded.h"
#include "io/lun.h"
#include "io/pager.h"
#include "io/shared.h"
#include "net/http_text.h"
#include "net/options.h"
#include "sys/await.h"
#include "sys/clock.h"
#include "sys/fd.h"
#include "sys/interrupt.h"
#include "sys/later.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum { WRITE_CHUNK = 64 << 10 };
#define STDOUT_NAP 0.05  // seconds output of a program may stay in the buffer when it goes to a pipe

// All of n bytes to the stream; *done counts.
static Status write_all(Stream *s, const char *p, size_t n, size_t *done)
{
    *done = 0;
    while (*done < n) {
        size_t put = 0;
        if (*done && sys_interrupted()) return (Status){E_INTERRUPT, 0, NULL};
        STATUS_TRY(s->ops->write(s, p + *done, n - *done, &put));
        *done += put;
    }
    return STATUS_OK;
}

// Nobody reads what the program prints any more (`helio ... | head`): it ends, as by the signal that others end by.
static void end_if_unread(Unit *u, const Status *s)
{
    if (s->sys != EPIPE || u->lun != LUN_STDOUT) return;
    buf_clear(&u->out);
    sys_end_by_pipe();
}

// Ctrl-C while a terminal shows what is printed: the rest is not wanted, and must not come behind the message.
static void forget_shown(Unit *u, size_t done)
{
    bool in_line = done && u->out.p[done - 1] != '\n';
    buf_clear(&u->out);
    if (in_line && u->stream->ops->fd) sys_write_message(u->stream->ops->fd(u->stream), "\n", 1);
}

// The buffer is the program's again: what has been sent meanwhile is gone.
static void unpost(Unit *u)
{
    if (!u->is_posted) return;
    u->is_posted = false;
    size_t sent = sys_later_end(u->stream->ops->fd(u->stream));
    if (!sent) return;
    buf_cut(&u->out, sent);
    u->held_since = 0;
}

// The buffer to the stream; what could not be written stays.
static Status drain(Unit *u)
{
    size_t done = 0;
    unpost(u);
    u->held_since = 0;
    u->unsent = 0;
    if (!u->out.len) return STATUS_OK;
    // a callback that printed to another unit than the one that is known to be busy would move its bytes
    const SysIdle *idle = u->is_served ? NULL : sys_idle_set(NULL);
    u->is_draining = true;
    Status s = write_all(u->stream, u->out.p, u->out.len, &done);
    u->is_draining = false;
    if (!u->is_served) sys_idle_set(idle);
    if (s.code == E_INTERRUPT && u->stream->flags & SF_TTY) forget_shown(u, done);
    else if (done) buf_cut(&u->out, done);
    end_if_unread(u, &s);
    // What a broken socket or pipe did not take never will be, and after Ctrl-C it would block the next statement, CLOSE
    // and the exit again. A file keeps it for another try.
    unsigned gives_up = s.code == E_INTERRUPT ? SF_SOCKET | SF_PIPE : SF_SOCKET | SF_PIPE | SF_TTY;
    if (!status_ok(s) && u->stream->flags & gives_up) {
        u->unsent = u->out.len;
        buf_clear(&u->out);
    }
    return s;
}

// What a statement has put into the buffer: all of it, or, without memory, nothing but what was there before; the next one may
// have better luck.
static Status check_buffer(Unit *u, size_t before)
{
    if (buf_ok(&u->out)) return STATUS_OK;
    buf_recover(&u->out, before);
    return status_fail(E_NO_MEMORY, "Unable to allocate memory.");
}

// Text mode may hold back an unfinished line.
static Status release_held(Unit *u)
{
    unpost(u);
    size_t before = u->out.len;
    if (u->http) http_text_flush(u->http, &u->out);
    return check_buffer(u, before);
}

Status unit_flush(Unit *u)
{
    if (!(u->flags & UF_WRITE)) return STATUS_OK;
    STATUS_TRY(release_held(u));
    STATUS_TRY(drain(u));
    if (u->stream->ops->flush && u->stream->pos > 0) STATUS_TRY(u->stream->ops->flush(u->stream, false));
    return STATUS_OK;
}

Status unit_finish(Unit *u)
{
    if (!(u->flags & UF_WRITE)) return STATUS_OK;
    STATUS_TRY(release_held(u));
    STATUS_TRY(drain(u));
    return u->stream->ops->flush ? u->stream->ops->flush(u->stream, true) : STATUS_OK;
}

// Before the program writes: this unit and others of the file have no input that would be in its way.
static Status turn_to_writing(Unit *u)
{
    STATUS_TRY(unit_forget_input(u));
    unit_check(u);
    return shared_settle(u, true);
}

// Keeps n bytes in the buffer, or writes buffer and bytes when they are many. *put counts those accepted.
static Status put_bytes(Unit *u, const char *p, size_t n, size_t *put)
{
    *put = 0;
    if (unit_is_datagram(u)) STATUS_TRY(datagram_check(u, (int64_t)n));
    if (u->out.len + n < WRITE_CHUNK) {
        size_t before = u->out.len;
        buf_put(&u->out, p, n);
        STATUS_TRY(check_buffer(u, before));
        *put = n;
        return STATUS_OK;
    }
    STATUS_TRY(drain(u));
    Status s = write_all(u->stream, p, n, put);
    end_if_unread(u, &s);
    return s;
}

Status unit_write_bytes(Unit *u, const void *p, size_t n, size_t *put)
{
    *put = 0;
    unpost(u);
    Status s = turn_to_writing(u);
    if (!status_ok(s)) return unit_error(u, s);
    if (u->flags & UF_RAWIO && !unit_is_datagram(u)) {
        s = n ? u->stream->ops->write(u->stream, p, n, put) : STATUS_OK;
        return status_ok(s) ? s : unit_error(u, s);
    }
    if (u->http && u->http->out != HO_RAW) {
        size_t before = u->out.len;
        http_text_written(u->http, n, &u->out);
        s = check_buffer(u, before);
    }
    if (status_ok(s)) s = put_bytes(u, p, n, put);
    return status_ok(s) ? s : unit_error(u, s);
}

static Status put_crlf(Unit *u, const char *p, size_t n)
{
    size_t put;
    while (n) {
        const char *lf = memchr(p, '\n', n);
        size_t k = lf ? (size_t)(lf - p) : n;
        STATUS_TRY(put_bytes(u, p, k, &put));
        if (lf) STATUS_TRY(put_bytes(u, "\r\n", 2, &put));
        k += lf != NULL;
        p += k;
        n -= k;
    }
    return STATUS_OK;
}

static void note_wrapped(Unit *u)
{
    if (!u->http->was_wrapped) return;
    u->http->was_wrapped = false;
    if (!u->all->net->hints) return;
    lun_note(u->all, "PRINTF: the HTTP request line was broken at column %d. Print it as one string, or with FORMAT='(A)', "
             "or open the socket with WIDTH=32000.", unit_width(u));
}

Status unit_write_text(Unit *u, const char *p, size_t n)
{
    size_t put;
    unpost(u);
    Status s = turn_to_writing(u);
    if (!status_ok(s)) return unit_error(u, s);
    if (u->tee) u->tee(u->tee_arg, p, n);
    if (u->http && u->http->out != HO_RAW) {
        size_t before = u->out.len;
        int requests = u->http->requests;
        http_text_print(u->http, p, n, &u->out);
        if (u->decoded && u->http->requests != requests) decoded_next(u);
        note_wrapped(u);
        s = check_buffer(u, before);
    } else if (pager_is_on(u)) {
        s = drain(u);
        if (status_ok(s)) s = pager_write(u, p, n);
    } else if (u->flags & UF_CRLF) {
        s = put_crlf(u, p, n);
    } else {
        s = put_bytes(u, p, n, &put);
    }
    return status_ok(s) ? s : unit_error(u, s);
}

// The lines of a printed request's head go out together: with its empty line; before a read, FLUSH or CLOSE; or HELD_HEAD after
// the first of them. Over TLS only if the program waits then, since a signal's handler cannot encrypt.
#define HELD_HEAD 0.05  // seconds

static bool holds_head(Unit *u)
{
    if (!u->http || u->http->out != HO_HEADER || !u->out.len) return false;
    double now = sys_now();
    if (!u->held_since) u->held_since = now;
    if (now - u->held_since > HELD_HEAD || !lun_watch_held(u->all, HELD_HEAD)) return false;
    bool is_plain = unit_is_socket(u) && !(u->stream->flags & SF_UNDER_TLS);
    double left = HELD_HEAD - (now - u->held_since);
    u->is_posted = is_plain && sys_later(u->stream->ops->fd(u->stream), u->out.p, u->out.len, left);
    return true;
}

bool unit_release_head(Unit *u)
{
    if (!u->held_since || !u->stream || !u->out.len) return false;
    if (sys_now() - u->held_since < HELD_HEAD) return true;
    unpost(u);
    Status s = drain(u);  // what is wrong with the connection shows when the program next uses it
    status_drop(&s);
    return false;
}

Status unit_end_text(Unit *u)
{
    Status s = STATUS_OK;
    if (holds_head(u) || (u->stream->flags & SF_OPENING && unit_is_opening(u))) return s;
    if (unit_is_datagram(u)) {
        s = datagram_send(u);
        return status_ok(s) ? s : unit_error(u, s);
    }
    bool is_live = u->stream->flags & (SF_TTY | SF_SOCKET | SF_PIPE) || u->lun == LUN_STDERR;
    if (u->lun == LUN_STDOUT && !is_live) {  // a program's output through a pipe: soon, but not line by line
        double now = sys_now();
        is_live = now - u->last_flush > STDOUT_NAP;
        if (is_live) u->last_flush = now;
    }
    if (is_live) s = drain(u);
    return status_ok(s) ? s : unit_error(u, s);
}
