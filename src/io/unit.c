// What a unit is apart from its bytes: width, position, readiness, records, and the wording of its failures. Reading is
// in unit_read.c, writing in unit_write.c.
#include "io/unit.h"

#include "base/mem.h"
#include "core/errors.h"
#include "io/datagram.h"
#include "io/decoded.h"
#include "io/lun.h"
#include "io/shared.h"
#include "sys/clock.h"
#include "sys/terminal.h"

#include <assert.h>
#include <errno.h>
#include <poll.h>
#include <string.h>
#include <unistd.h>

#define INPUT_IS_FRESH 0.05  // seconds

int unit_width(const Unit *u)
{
    if (u->width > 0) return u->width;
    if (unit_is_tty(u) && u->stream->ops->fd) return sys_term_columns(u->stream->ops->fd(u->stream));
    return 80;
}

bool unit_has_buffered(Unit *u)
{
    if (u->at < u->in.len || (u->decoded && decoded_is_ready(u))) return true;
    return u->stream->ops->pending && u->stream->ops->pending(u->stream);
}

int unit_poll_fd(Unit *u)
{
    if (u->stream->flags & SF_REGULAR || !u->stream->ops->fd) return -1;
    return u->stream->ops->fd(u->stream);
}

bool unit_is_ready(Unit *u)
{
    struct pollfd p = {unit_poll_fd(u), POLLIN, 0};
    if (unit_has_buffered(u) || p.fd < 0) return true;
    if (u->stream->flags & SF_UNDER_TLS) return false;  // what has come is no data
    return poll(&p, 1, 0) > 0;
}

static bool is_file(const Unit *u) { return u->stream->flags & (SF_REGULAR | SF_GZIP); }

void unit_check(const Unit *u)
{
#ifdef HELIO_DEBUG
    assert(u->at <= u->in.len);
    assert(!u->in.len || u->decoded || u->in_end == u->stream->pos);
    assert(!is_file(u) || !u->in.len || !u->out.len);
    assert(!(u->flags & UF_RAWIO) || unit_is_datagram(u) || (!u->in.len && !u->out.len));
#else
    (void)u;
#endif
}

void unit_clear_input(Unit *u)
{
    buf_clear(&u->in);
    u->at = 0;
}

Status unit_forget_input(Unit *u)
{
    Stream *s = u->stream;
    int64_t ahead = (int64_t)(u->in.len - u->at);
    if (!(s->flags & SF_REGULAR) || !s->ops->seek) return STATUS_OK;
    unit_clear_input(u);
    return ahead ? s->ops->seek(s, s->pos - ahead) : STATUS_OK;
}

int64_t unit_tell(Unit *u)
{
    return u->stream->pos - (int64_t)(u->in.len - u->at) + (unit_is_socket(u) ? 0 : (int64_t)u->out.len);
}

bool unit_can_seek(const Unit *u) { return u->stream->ops->seek && is_file(u) && !(u->flags & UF_RAWIO); }

// A place whose bytes are in the buffer. Another program may have changed a file since they were read, so it is asked again
// after a while; a compressed file is not: going back means reading it from its start.
static bool stays_in_buffer(const Unit *u, int64_t pos)
{
    if (pos > u->stream->pos || pos < u->stream->pos - (int64_t)u->in.len) return false;
    return u->stream->flags & SF_GZIP || (u->in.len && sys_now() - u->in_time < INPUT_IS_FRESH);
}

Status unit_seek(Unit *u, int64_t pos)
{
    Stream *s = u->stream;
    if (!unit_can_seek(u) || pos < 0) return unit_error(u, (Status){E_SEEK, pos < 0 ? EINVAL : ESPIPE, NULL});
    Status st = unit_flush(u);
    if (!status_ok(st)) return unit_error(u, st);
    u->column = 0;
    u->record_left = -1;
    if (stays_in_buffer(u, pos)) {
        u->at = u->in.len - (size_t)(s->pos - pos);
    } else {
        unit_clear_input(u);
        u->ahead = 0;
        st = s->ops->seek(s, pos);
    }
    unit_check(u);
    return status_ok(st) ? st : unit_error(u, st);
}

Status unit_truncate(Unit *u)
{
    int64_t pos = unit_tell(u);
    bool can = u->stream->flags & SF_REGULAR && u->stream->ops->fd;
    if (!can) return unit_error(u, (Status){E_SEEK, ESPIPE, NULL});
    STATUS_TRY(shared_settle(u, true));
    Status s = unit_flush(u);
    if (status_ok(s)) s = unit_forget_input(u);
    if (!status_ok(s)) return unit_error(u, s);
    if (ftruncate(u->stream->ops->fd(u->stream), pos) < 0) return unit_error(u, stream_error(E_WRITE, errno));
    return unit_seek(u, pos);
}

// Of a body that is decoded: the bytes that can be had without waiting for more.
static int64_t decoded_size(Unit *u)
{
    bool end;
    if (u->at == u->in.len && unit_is_ready(u)) {
        double given = u->stream->read_timeout;
        u->stream->read_timeout = 0;
        Status s = unit_at_end(u, &end);
        status_drop(&s);  // whoever reads is told
        u->stream->read_timeout = given;
    }
    return (int64_t)(u->in.len - u->at);
}

// How much the program has read.
static int64_t place(const Unit *u) { return u->stream->pos - (int64_t)(u->in.len - u->at); }

void unit_announce(Unit *u)
{
    if (u->stream) u->announced = place(u) + 1;
}

int64_t unit_size(Unit *u)
{
    bool may_be_streamed = u->stream->flags & SF_PIPE || u->http_marks == HTTP_MARK;
    if (may_be_streamed && !(u->flags & UF_RAWIO) && u->announced != place(u) + 1) return 0;
    if (u->decoded) return decoded_size(u);
    if (unit_is_datagram(u)) return datagram_size(u);
    int64_t n = u->stream->ops->size ? u->stream->ops->size(u->stream) : 0;
    if (!is_file(u)) return n + (int64_t)(u->in.len - u->at);
    if (u->stream->flags & SF_GZIP) return n;  // as it lies on the disk
    int64_t end = u->stream->pos + (int64_t)u->out.len;
    return u->out.len && end > n ? end : n;
}

// The length that stands before and after a record, in the order of bytes that SWAP_ENDIAN asks for.
static Status read_mark(Unit *u, uint32_t *mark)
{
    size_t got;
    u->record_left = -1;
    *mark = 0;
    STATUS_TRY(unit_read_exact(u, mark, sizeof *mark, &got));
    if (u->flags & UF_SWAP) *mark = __builtin_bswap32(*mark);
    return STATUS_OK;
}

Status unit_record_begin_read(Unit *u)
{
    uint32_t mark;
    STATUS_TRY(read_mark(u, &mark));
    u->record_left = mark;
    return STATUS_OK;
}

Status unit_record_end_read(Unit *u)
{
    char space[4096];
    uint32_t mark;
    while (u->record_left > 0) {
        size_t got, n = u->record_left < (int64_t)sizeof space ? (size_t)u->record_left : sizeof space;
        STATUS_TRY(unit_read_exact(u, space, n, &got));
    }
    return read_mark(u, &mark);
}

Status unit_record_write_mark(Unit *u, int64_t bytes)
{
    uint32_t mark = (uint32_t)bytes;
    size_t put;
    if (bytes < 0 || bytes > INT32_MAX) return status_fail(E_VALUE, "Record too long for F77_UNFORMATTED.");
    if (u->flags & UF_SWAP) mark = __builtin_bswap32(mark);
    return unit_write_bytes(u, &mark, sizeof mark, &put);
}

static const char *standard_text(int code)
{
    switch (code) {
    case E_RAWIO: return "Formatted I/O is not allowed on a RAWIO unit.";
    case E_SEEK: return "Operation not valid for this kind of file.";
    case E_LISTEN: return "Unable to listen.";
    case E_ACCEPT: return "Unable to accept a connection.";
    default: return error_row(code)->text;
    }
}

bool unit_is_truncated(const Unit *u)
{
    return u->stream && u->stream->ops->truncated && u->stream->ops->truncated(u->stream);
}

// Advice for failures that have one usual cause.
static const char *advice(const Unit *u, const Status *s)
{
    if (s->sys == ECONNREFUSED && unit_is_datagram(u)) return "Nothing listens there (ICMP, about one sent before).";
    if (s->code == E_READ && s->sys == ETIMEDOUT) return "READ_TIMEOUT is over; what came before it has been kept.";
    if (s->code == E_EOF && unit_is_truncated(u)) return "The TLS connection ended without notice: the data may be cut.";
    if (s->code == E_WRITE && s->sys == ETIMEDOUT) return "WRITE_TIMEOUT is over; the other side does not read.";
    if (s->code == E_WRITE && s->sys == ENOSPC) return "The disk is full.";
    if (s->code == E_READ && s->sys == ECONNRESET) return "The other side broke the connection.";
    if (s->code == E_WRITE && (s->sys == EPIPE || s->sys == ECONNRESET)) return "The other side closed the connection.";
    if (s->code == E_NOT_WRITABLE && unit_is_socket(u)) return "SOCKET, unit, /SHUTDOWN has ended writing.";
    if (s->code == E_RAWIO) return "Use READU and WRITEU, or open it without /RAWIO.";
    if (s->code == E_LINE_TOO_LONG && u->stream) return "A line has at most 256 MB. Read it with READU.";
    return NULL;
}

Status unit_error(const Unit *u, Status s)
{
    if (s.code == E_INTERRUPT || s.code == E_NO_MEMORY) return s;
    const char *hint = advice(u, &s), *detail = s.text;
    Buf b = BUF_INIT(8192);
    buf_puts(&b, standard_text(s.code));
    if (u->name) buf_printf(&b, " Unit: %d, File: %s", u->lun, u->name);
    else buf_printf(&b, " Unit: %d", u->lun);
    if (detail) buf_printf(&b, "\n  %s", detail);
    if (hint) buf_printf(&b, "\n  %s", hint);
    Status out = {s.code, s.sys, buf_take(&b)};
    status_drop(&s);
    return out;
}
