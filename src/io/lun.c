// The table of units: finding, reserving, opening, closing. Start at lun_open; reading and writing are in unit_read.c
// and unit_write.c.
#include "io/lun.h"

#include "base/mem.h"
#include "core/errors.h"
#include "io/connect.h"
#include "io/decoded.h"
#include "io/shared.h"
#include "net/http_text.h"
#include "net/options.h"
#include "sys/await.h"
#include "sys/entry.h"
#include "sys/fd.h"
#include "sys/publish.h"
#include "sys/watch.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { CLOSE_WAIT = 10 };  // seconds

int lun_last(const Units *t) { return LUN_LAST + t->more.len; }

static Unit *unit_of(Units *t, int lun) { return lun <= LUN_LAST ? &t->unit[lun + 2] : t->more.p[lun - LUN_LAST - 1]; }

// Gives a closed unit its stream and fresh buffers.
static void begin(Unit *u, Stream *s, const char *name, unsigned flags, int width)
{
    u->stream = s;
    u->name = mem_strdup(name);
    u->flags = flags | (s->flags & SF_READ ? UF_READ : 0) | (s->flags & SF_WRITE ? UF_WRITE : 0);
    u->width = width;
    u->column = u->transfer_count = 0;
    u->in = u->out = BUF_INIT(BUF_NO_LIMIT);
    u->at = u->ahead = 0;
    u->page_line = 0;
    u->http_marks = 0;
    u->announced = 0;
    u->record_left = -1;
}

static void flush_before_end(void *arg)
{
    Status s = units_flush(arg);
    status_drop(&s);
}

Units *units_new(struct NetOptions *net)
{
    Units *t = mem_must(sizeof *t);
    t->net = net;
    t->max_line = LINE_LIMIT;
    for (int lun = LUN_STDERR; lun <= LUN_LAST; lun++) {
        *unit_of(t, lun) = (Unit){.lun = lun, .all = t, .record_left = -1};
    }
    begin(unit_of(t, LUN_STDERR), file_wrap(2, SF_WRITE), "<stderr>", 0, 0);
    begin(unit_of(t, LUN_STDOUT), file_wrap(1, SF_WRITE), "<stdout>", 0, 0);
    begin(unit_of(t, LUN_STDIN), tty_open(0, SF_READ), "<stdin>", 0, 0);
    mem_on_end(flush_before_end, t);
    return t;
}

// Everything of a unit but its number and its reservation.
static Status end(Unit *u)
{
    unit_unwatch(u);
    Status s = u->stream->ops->close(u->stream);
    if (!status_ok(s)) s = unit_error(u, s);
    int kept = u->flags & UF_DELETE && u->path ? sys_unlink(u->path) : 0;
    if (kept && status_ok(s)) s = unit_error(u, (Status){E_CLOSE, kept, NULL});
    mem_free(u->name);
    mem_free(u->path);
    mem_free(u->host);
    mem_free(u->bind);
    mem_free(u->proxy);
    tls_setup_free(u->tls);
    http_text_free(u->http);
    decoded_free(u->decoded);
    buf_free(&u->in);
    buf_free(&u->out);
    *u = (Unit){.lun = u->lun, .all = u->all, .is_reserved = u->is_reserved, .record_left = -1};
    return s;
}

// Sends what is held back. A peer that does not read is given CLOSE_WAIT seconds without progress.
static Status finish_in_time(Unit *u)
{
    if (u->stream->flags & SF_SOCKET && u->stream->write_timeout < 0) u->stream->write_timeout = CLOSE_WAIT;
    if (unit_is_opening(u)) u->stream->write_timeout = 0;
    return unit_finish(u);
}

static void release_heads(void *arg)
{
    Units *t = arg;
    bool any = false;
    for (int lun = 1; lun <= lun_last(t); lun++) any |= unit_release_head(unit_of(t, lun));
    if (any) return;
    sys_pump_remove(release_heads, t);
    t->watches_held = false;
}

bool lun_watch_held(Units *t, double period)
{
    if (!t->watches_held) t->watches_held = sys_pump_add(-1, period, release_heads, t);
    return t->watches_held;
}

void units_free(Units *t)
{
    if (!t) return;
    sys_pump_remove(release_heads, t);
    mem_on_end(NULL, NULL);
    for (int lun = lun_last(t); lun >= LUN_STDERR; lun--) {
        Unit *u = unit_of(t, lun);
        if (!u->stream) continue;
        Status s = finish_in_time(u);
        status_drop(&s);
        s = end(u);
        status_drop(&s);
    }
    for (int i = 0; i < t->more.len; i++) mem_free(t->more.p[i]);
    VEC_FREE(&t->more);
    watch_free(t->watch);
    mem_free(t);
}

void units_end(Units *t)
{
    for (int lun = lun_last(t); lun >= LUN_STDERR; lun--) {
        Unit *u = unit_of(t, lun);
        if (!u->stream) continue;
        u->stream->write_timeout = 1;
        Status s = unit_finish(u);
        status_drop(&s);
        if (u->flags & UF_DELETE && u->path) sys_unlink(u->path);
        if (u->stream->ops->withdraw) u->stream->ops->withdraw(u->stream);
    }
}

void units_end_urgently(Units *t)
{
    for (int i = 0; i < LUN_LAST + 3; i++) {
        const Unit *u = &t->unit[i];
        bool is_plain = u->stream && u->flags & UF_WRITE && u->stream->flags & SF_REGULAR && u->stream->ops->fd;
        for (size_t done = 0; is_plain && u->out.p && done < u->out.len;) {
            ssize_t k = write(u->stream->ops->fd(u->stream), u->out.p + done, u->out.len - done);
            if (k <= 0) break;
            done += (size_t)k;
        }
    }
}

Status units_flush(Units *t)
{
    Status first = STATUS_OK;
    for (int lun = LUN_STDERR; lun <= lun_last(t); lun++) {
        Unit *u = unit_of(t, lun);
        Status s = u->stream && !u->busy ? unit_flush(u) : STATUS_OK;
        if (status_ok(first) && !status_ok(s)) first = unit_error(u, s);
        else status_drop(&s);
    }
    return first;
}

Status lun_find(Units *t, int64_t lun, Unit **u)
{
    if (lun < LUN_STDERR || lun > lun_last(t)) {
        return status_fail(E_UNIT, "Invalid logical unit: %lld. Units are -2 to %d.", (long long)lun, lun_last(t));
    }
    *u = unit_of(t, (int)lun);
    return STATUS_OK;
}

static Status is_busy(const Unit *u)
{
    return status_fail(E_UNIT, "Unit %d is busy: the statement that waits at it while this callback runs is %s it. File: %s",
                       u->lun, u->busy & BUSY_READING ? "reading" : "using", u->name);
}

Status lun_for_bytes(Units *t, int64_t lun, unsigned need, Unit **u)
{
    STATUS_TRY(lun_find(t, lun, u));
    bool is_writable = (*u)->busy == BUSY_READING && !(*u)->is_draining && !(*u)->decoded;
    if ((*u)->busy && !(need == UF_WRITE && is_writable)) return is_busy(*u);
    if (!(*u)->stream) return status_fail(E_UNIT_CLOSED, "File unit is not open: %d.", (*u)->lun);
    if (need & UF_READ && !((*u)->flags & UF_READ)) return unit_error(*u, (Status){E_NOT_READABLE, 0, NULL});
    if (need & UF_WRITE && !((*u)->flags & UF_WRITE)) return unit_error(*u, (Status){E_NOT_WRITABLE, 0, NULL});
    // one order of appearance: what was printed comes before questions and error messages
    bool is_ordered = lun == LUN_STDIN || lun == LUN_STDERR;
    Unit *out = unit_of(t, LUN_STDOUT);
    if (is_ordered && out->out.len) {
        Status s = unit_flush(out);
        if (!status_ok(s)) return unit_error(out, s);
    }
    return STATUS_OK;
}

Status lun_for_text(Units *t, int64_t lun, unsigned need, Unit **u)
{
    STATUS_TRY(lun_for_bytes(t, lun, need, u));
    return (*u)->flags & UF_RAWIO ? unit_error(*u, (Status){E_RAWIO, 0, NULL}) : STATUS_OK;
}

static Status no_units(Units *t)
{
    Buf b = BUF_INIT(2000);
    int n = 0;
    buf_puts(&b, error_row(E_NO_UNITS)->text);
    buf_puts(&b, "\n  FREE_LUN gives units back (CLOSE does not). They are held by:");
    for (int lun = LUN_POOL; lun <= LUN_LAST; lun++) {
        Unit *u = unit_of(t, lun);
        if (++n > 8) continue;
        buf_printf(&b, "%s %d %.100s", n > 1 ? "," : "", lun, u->name ? u->name : "(closed, not freed)");
    }
    buf_printf(&b, ", and %d more; HELP, /FILES lists all.", n - 8);
    return (Status){E_NO_UNITS, 0, buf_take(&b)};
}

static bool take_from_pool(Units *t, int *lun)
{
    for (int i = LUN_POOL; i <= LUN_LAST; i++) {
        Unit *u = unit_of(t, i);
        if (u->is_reserved || u->stream) continue;
        u->is_reserved = true;
        *lun = i;
        return true;
    }
    return false;
}

Status lun_get(Units *t, int *lun) { return take_from_pool(t, lun) ? STATUS_OK : no_units(t); }

static Status add_unit(Units *t, int *lun)
{
    Unit *u = mem_alloc(sizeof *u);
    if (!u) return status_fail(E_NO_MEMORY, "Unable to allocate memory.");
    VEC_PUSH(&t->more, u);
    *lun = lun_last(t);
    *u = (Unit){.lun = *lun, .all = t, .is_reserved = true, .record_left = -1};
    return STATUS_OK;
}

Status lun_get_for_socket(Units *t, int *lun)
{
    if (take_from_pool(t, lun)) return STATUS_OK;
    for (int i = t->free_from; i < t->more.len && t->net->units; i++) {
        Unit *u = t->more.p[i];
        t->free_from = i + 1;
        if (u->is_reserved || u->stream) continue;
        u->is_reserved = true;
        *lun = u->lun;
        return STATUS_OK;
    }
    if (t->more.len >= t->net->units) return no_units(t);
    if (t->more.len == 0) {
        sys_allow_descriptors();
        lun_note(t, "SOCKET: the units of GET_LUN, %d to %d, are all in use; sockets get %d and on (!NET.UNITS=0 prevents it).",
                 LUN_POOL, LUN_LAST, LUN_LAST + 1);
    }
    return add_unit(t, lun);
}

static Status refuse_standard(int64_t lun)
{
    return lun <= 0 ? status_fail(E_UNIT, "Unit %d cannot be opened or closed.", (int)lun) : STATUS_OK;
}

Status lun_attach(Units *t, int64_t lun, Stream *s, const char *name, unsigned flags, int width)
{
    Unit *u = NULL;
    Status st = lun_find(t, lun, &u);
    if (status_ok(st)) st = refuse_standard(lun);
    if (status_ok(st) && u->stream) st = status_fail(E_UNIT_OPEN, "Unit already open. Unit: %d", u->lun);
    if (status_ok(st)) {
        begin(u, s, name, flags, width);
        return st;
    }
    Status closed = s->ops->close(s);
    status_drop(&closed);
    return st;
}

static int open_flags(const LunOpen *how)
{
    switch (how->access) {
    case 'w': return O_RDWR | O_CREAT | (how->flags & UF_APPEND ? 0 : O_TRUNC);
    case 'u': return O_RDWR;
    default: return O_RDONLY;
    }
}

static Status open_stream(const char *path, const LunOpen *how, Stream **s)
{
    int flags = open_flags(how);
    if (strlen(path) == 0) return (Status){E_OPEN, ENOENT, NULL};
    if (how->access != 'r' && publish_is_strangers_link(path)) return (Status){E_OPEN, EACCES, NULL};
    if (how->flags & UF_COMPRESS) return gzip_open(path, flags, s);
    Status st = file_open(path, flags, s);
    if (how->access == 'w' && (st.sys == EACCES || st.sys == ENXIO)) {  // writable but not readable (a FIFO, say)
        status_drop(&st);
        st = file_open(path, (flags & ~O_ACCMODE) | O_WRONLY, s);
    }
    return st;
}

// APPEND: to the end of what this and other units have written.
static Status go_to_end(Unit *u)
{
    Stream *s = u->stream;
    if (!(u->flags & UF_APPEND) || !(s->flags & SF_REGULAR)) return STATUS_OK;
    STATUS_TRY(shared_settle(u, false));
    return s->ops->seek(s, s->ops->size(s));
}

static Status open_failure(Status s, int lun, const char *path)
{
    if (s.code == E_INTERRUPT || s.code == E_NO_MEMORY) return s;
    Status out = status_sys(E_OPEN, s.sys, "Error opening file. Unit: %d, File: %s%s%s", lun, path, s.text ? "\n  " : "",
                            s.text ? s.text : "");
    status_drop(&s);
    return out;
}

static Status open_url(Units *t, const char *url, const LunOpen *how, Stream **s)
{
    if (how->access != 'r') return status_fail(E_OPEN, "A URL can be read only: OPENR.");
    STATUS_TRY(url_open(t->net, url, s));
    if (url_is_copied(*s)) {
        lun_note(t, "OPENR: the server sends no parts of a file: %.200s has been copied to a temporary one.", url);
    }
    return how->flags & UF_COMPRESS ? gzip_over(*s, false, s) : STATUS_OK;
}

Status lun_open(Units *t, int64_t lun, const char *path, const LunOpen *how)
{
    Unit *u;
    Stream *stream;
    STATUS_TRY(lun_find(t, lun, &u));
    STATUS_TRY(refuse_standard(lun));
    if (u->stream) STATUS_TRY(lun_close(t, lun, false, NULL));
    bool is_url = url_is(path);
    AUTO_FREE char *full = how->no_expand || is_url ? mem_strdup(path) : path_expand(path);
    if (how->access == 'w' && !is_url) STATUS_TRY(shared_settle_path(t, full));
    Status s = is_url ? open_url(t, path, how, &stream) : open_stream(full, how, &stream);
    if (!status_ok(s)) return open_failure(s, u->lun, path);
    begin(u, stream, full, how->flags, how->width);
    if (how->access == 'r') u->flags &= ~(unsigned)UF_WRITE;
    u->path = full;
    full = NULL;
    shared_note(u);
    s = go_to_end(u);
    if (!status_ok(s)) {
        Status closed = end(u);
        status_drop(&closed);
        return open_failure(s, (int)lun, path);
    }
    return STATUS_OK;
}

// A socket or pipe that takes no more is closed all the same; what it did not take is told.
static void note_unsent_take(Unit *u, Status s, bool quiet)
{
    const char *why = s.sys == ETIMEDOUT ? "the other side does not read"
                      : s.sys            ? sys_error_text(s.sys)
                      : s.text           ? s.text
                                         : error_row(s.code)->text;
    size_t left = u->out.len;
    if (left && !quiet) {
        lun_note(u->all, "CLOSE: unit %d: %zu byte%s written could not be sent: %s.", u->lun, left, left == 1 ? "" : "s", why);
    }
    status_drop(&s);
}

Status lun_close(Units *t, int64_t lun, bool force, int *exit_status)
{
    Unit *u;
    if (exit_status) *exit_status = 0;
    STATUS_TRY(lun_find(t, lun, &u));
    STATUS_TRY(refuse_standard(lun));
    if (!u->stream) return STATUS_OK;
    if (u->busy) return is_busy(u);
    bool stays = !force && !(u->stream->flags & (SF_SOCKET | SF_PIPE | SF_TTY));
    Status s = finish_in_time(u);
    if (!status_ok(s) && stays) return unit_error(u, s);
    bool interrupted = s.code == E_INTERRUPT;
    if (!status_ok(s)) note_unsent_take(u, s, force);
    if (u->http) connect_note_close(u);
    if (u->stream->flags & SF_PIPE) {
        int status = pipe_finish(u->stream);
        if (exit_status) *exit_status = status;
    }
    s = end(u);
    return interrupted && status_ok(s) ? (Status){E_INTERRUPT, 0, NULL} : s;
}

Status lun_free(Units *t, int64_t lun, bool force, int *exit_status)
{
    Unit *u;
    STATUS_TRY(lun_find(t, lun, &u));
    STATUS_TRY(lun_close(t, lun, force, exit_status));
    u->is_reserved = false;
    if (lun > LUN_LAST && lun - LUN_LAST - 1 < t->free_from) t->free_from = (int)lun - LUN_LAST - 1;
    return STATUS_OK;
}

Status lun_close_range(Units *t, bool pool_too, bool force)
{
    Status first = STATUS_OK;
    for (int lun = 1; lun <= (pool_too ? lun_last(t) : LUN_POOL - 1); lun++) {
        Status s = lun >= LUN_POOL ? lun_free(t, lun, force, NULL) : lun_close(t, lun, force, NULL);
        if (status_ok(first)) first = s;
        else status_drop(&s);
    }
    return first;
}

Status lun_flush(Units *t, int64_t lun)
{
    Unit *u;
    STATUS_TRY(lun_for_bytes(t, lun, 0, &u));
    Status s = unit_flush(u);
    return status_ok(s) ? s : unit_error(u, s);
}

static void put_times(const Unit *u, LunStat *st)
{
    struct stat f;
    int fd = u->stream->ops->fd ? u->stream->ops->fd(u->stream) : -1;
    if (fd < 0 || fstat(fd, &f) < 0) return;
    st->atime = (double)f.st_atime;
    st->ctime = (double)f.st_ctime;
    st->mtime = (double)f.st_mtime;
}

Status lun_stat(Units *t, int64_t lun, LunStat *st)
{
    Unit *u;
    STATUS_TRY(lun_find(t, lun, &u));
    *st = (LunStat){.unit = u->lun, .name = u->name ? u->name : "", .is_reserved = u->is_reserved};
    if (!u->stream) return STATUS_OK;
    bool is_regular = u->stream->flags & SF_REGULAR;
    st->open = true;
    st->is_a_tty = u->stream->flags & SF_TTY;
    st->interactive = st->is_a_tty && lun == LUN_STDIN;
    st->xdr = u->flags & UF_XDR;
    st->compress = u->stream->flags & SF_GZIP;
    st->read = u->flags & UF_READ;
    st->write = u->flags & UF_WRITE;
    st->rawio = u->flags & UF_RAWIO;
    st->f77 = u->flags & UF_F77;
    st->swap = u->flags & UF_SWAP;
    st->transfer_count = u->transfer_count;
    if (!u->busy) STATUS_TRY(shared_settle(u, false));
    st->cur_ptr = is_regular || st->compress ? unit_tell(u) : 0;
    st->size = u->busy ? (int64_t)(u->in.len - u->at) : unit_size(u);
    if (is_regular) put_times(u, st);
    return STATUS_OK;
}

void lun_note(Units *t, const char *format, ...)
{
    Unit *u;
    Buf b = BUF_INIT(8192);
    va_list args;
    va_start(args, format);
    buf_puts(&b, "% ");
    buf_vprintf(&b, format, args);
    buf_putc(&b, '\n');
    va_end(args);
    Status s = lun_for_bytes(t, LUN_STDERR, UF_WRITE, &u);
    if (status_ok(s) && buf_ok(&b)) s = unit_write_text(u, b.p, b.len);
    if (status_ok(s)) s = unit_end_text(u);
    status_drop(&s);  // nowhere left to complain
    buf_free(&b);
}
