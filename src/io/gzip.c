// gzip streams (OPENR, /COMPRESS) by zlib. Reading detects gzip and passes anything else through; several members in a
// row are one text; a file cut short is an error, not an end. Seeking re-reads from the start. Start at gzip_read.
#include "io/stream.h"

#include "base/mem.h"
#include "core/errors.h"
#include "base/inflate_memory.h"
#include "sys/fd.h"
#include "sys/interrupt.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>
#include <zlib.h>

enum { GZIP_BUFFER = 64 << 10, GZIP_PIECE = 1 << 20 };

typedef struct GzipStream {
    Stream base;
    Stream *inner;
    z_stream z;
    bool is_plain;    // reading what is no gzip
    bool is_started;  // the first bytes have been looked at
    bool in_member;   // between a member's header and its end
    bool is_finished; // the last flush has been done
    size_t held_at, held_end;  // writing: compressed bytes in the buffer that the file has not taken yet
    unsigned char buffer[GZIP_BUFFER];
} GzipStream;

static Status bad_data(const char *what) { return status_fail(E_READ, "%s", what); }

// More compressed bytes into the buffer, behind those not yet used. *got 0 at the end of the file.
static Status refill(GzipStream *g, size_t *got)
{
    if (g->z.avail_in) memmove(g->buffer, g->z.next_in, g->z.avail_in);
    g->z.next_in = g->buffer;
    STATUS_TRY(g->inner->ops->read(g->inner, g->buffer + g->z.avail_in, GZIP_BUFFER - g->z.avail_in, got));
    g->z.avail_in += (unsigned)*got;
    return STATUS_OK;
}

static Status look_at_start(GzipStream *g)
{
    size_t got = 1;
    while (g->z.avail_in < 2 && got > 0) STATUS_TRY(refill(g, &got));
    g->is_plain = g->z.avail_in < 2 || g->z.next_in[0] != 0x1f || g->z.next_in[1] != 0x8b;
    g->in_member = !g->is_plain;
    g->is_started = true;
    return STATUS_OK;
}

static Status read_plain(GzipStream *g, void *p, size_t n, size_t *got)
{
    if (!g->z.avail_in) return g->inner->ops->read(g->inner, p, n, got);
    *got = n < g->z.avail_in ? n : g->z.avail_in;
    memcpy(p, g->z.next_in, *got);
    g->z.next_in += *got;
    g->z.avail_in -= (unsigned)*got;
    return STATUS_OK;
}

// Between members: more bytes begin another one, the end of the file is the end. Trailing zeros (tape padding) too.
static Status next_member(GzipStream *g, bool *end)
{
    size_t got = 1;
    while (g->z.avail_in < 2 && got > 0) STATUS_TRY(refill(g, &got));
    *end = g->z.avail_in < 2 || g->z.next_in[0] != 0x1f || g->z.next_in[1] != 0x8b;
    if (!*end && inflateReset(&g->z) != Z_OK) return bad_data("damaged compressed data");
    g->in_member = !*end;
    return STATUS_OK;
}

static Status inflate_step(GzipStream *g, bool *end)
{
    size_t more = 1;
    if (!g->in_member) STATUS_TRY(next_member(g, end));
    if (*end) return STATUS_OK;
    if (!g->z.avail_in) STATUS_TRY(refill(g, &more));
    if (!more) return bad_data("the compressed file ends too early");
    int r = inflate(&g->z, Z_NO_FLUSH);
    if (r == Z_STREAM_END) g->in_member = false;
    else if (r != Z_OK && r != Z_BUF_ERROR) return bad_data(g->z.msg ? g->z.msg : "damaged compressed data");
    return STATUS_OK;
}

// What comes out before a failure is the program's; the failure comes again at the next call.
static Status inflate_some(GzipStream *g, void *p, size_t n, size_t *got)
{
    unsigned want = n < 4 * GZIP_PIECE ? (unsigned)n : 4 * GZIP_PIECE;
    bool end = false;
    Status s = STATUS_OK;
    g->z.next_out = p;
    g->z.avail_out = want;
    while (status_ok(s) && !end && g->z.avail_out == want) s = inflate_step(g, &end);
    *got = want - g->z.avail_out;
    if (*got) status_drop(&s);
    return s;
}

static Status gzip_read(Stream *s, void *p, size_t n, size_t *got)
{
    GzipStream *g = (GzipStream *)s;
    if (!g->is_started) STATUS_TRY(look_at_start(g));
    Status st = g->is_plain ? read_plain(g, p, n, got) : inflate_some(g, p, n, got);
    if (status_ok(st)) s->pos += (int64_t)*got;
    return st;
}

// The compressed bytes go to the file; what it does not take is kept for another try.
static Status push_held(GzipStream *g)
{
    while (g->held_at < g->held_end) {
        size_t put;
        STATUS_TRY(g->inner->ops->write(g->inner, g->buffer + g->held_at, g->held_end - g->held_at, &put));
        g->held_at += put;
    }
    return STATUS_OK;
}

// Runs deflate over what is in z.next_in; the last of what comes out may stay in the buffer.
static Status deflate_out(GzipStream *g, int mode)
{
    do {
        STATUS_TRY(push_held(g));
        g->z.next_out = g->buffer;
        g->z.avail_out = GZIP_BUFFER;
        if (deflate(&g->z, mode) == Z_STREAM_ERROR) return status_fail(E_WRITE, "compression failed");
        g->held_at = 0;
        g->held_end = GZIP_BUFFER - g->z.avail_out;
    } while (g->z.avail_out == 0);
    return STATUS_OK;
}

// At most a piece, so that Ctrl-C is seen between them.
// What deflate has taken counts as written, even when the file then refuses what came out: that is told the next time.
static Status gzip_write(Stream *s, const void *p, size_t n, size_t *put)
{
    GzipStream *g = (GzipStream *)s;
    unsigned k = n < GZIP_PIECE ? (unsigned)n : GZIP_PIECE;
    g->z.next_in = (unsigned char *)p;
    g->z.avail_in = k;
    Status st = deflate_out(g, Z_NO_FLUSH);
    *put = k - g->z.avail_in;
    s->pos += (int64_t)*put;
    if (*put) status_drop(&st);
    return st;
}

static Status gzip_flush(Stream *s, bool last)
{
    GzipStream *g = (GzipStream *)s;
    if (!(s->flags & SF_WRITE)) return STATUS_OK;
    g->z.avail_in = 0;
    if (!g->is_finished) STATUS_TRY(deflate_out(g, last ? Z_FINISH : Z_SYNC_FLUSH));
    g->is_finished = last;
    return push_held(g);
}

// Forward in what is being written: zeros.
static Status write_zeros(Stream *s, int64_t n)
{
    static const char zeros[8192];
    while (n > 0) {
        size_t put;
        if (sys_interrupted()) return (Status){E_INTERRUPT, 0, NULL};
        STATUS_TRY(gzip_write(s, zeros, n < (int64_t)sizeof zeros ? (size_t)n : sizeof zeros, &put));
        n -= (int64_t)put;
    }
    return STATUS_OK;
}

static Status skip(Stream *s, int64_t n)
{
    char space[8192];
    while (n > 0) {
        size_t got;
        if (sys_interrupted()) return (Status){E_INTERRUPT, 0, NULL};
        STATUS_TRY(gzip_read(s, space, n < (int64_t)sizeof space ? (size_t)n : sizeof space, &got));
        if (!got) break;
        n -= (int64_t)got;
    }
    return STATUS_OK;
}

static Status gzip_seek(Stream *s, int64_t pos)
{
    GzipStream *g = (GzipStream *)s;
    if (s->flags & SF_WRITE) return pos < s->pos ? (Status){E_SEEK, ESPIPE, NULL} : write_zeros(s, pos - s->pos);
    if (pos < s->pos) {
        STATUS_TRY(g->inner->ops->seek(g->inner, 0));
        g->z.avail_in = 0;
        g->is_started = false;
        if (inflateReset(&g->z) != Z_OK) return bad_data("damaged compressed data");
        s->pos = 0;
    }
    return skip(s, pos - s->pos);
}

static int gzip_fd(Stream *s)
{
    GzipStream *g = (GzipStream *)s;
    return g->inner->ops->fd ? g->inner->ops->fd(g->inner) : -1;
}

static int64_t gzip_size(Stream *s)
{
    GzipStream *g = (GzipStream *)s;
    return g->inner->ops->size(g->inner);
}

static bool gzip_pending(Stream *s) { return ((GzipStream *)s)->z.avail_in > 0 || !((GzipStream *)s)->inner->ops->fd; }

static Status gzip_close(Stream *s)
{
    GzipStream *g = (GzipStream *)s;
    if (s->flags & SF_WRITE) deflateEnd(&g->z);
    else inflateEnd(&g->z);
    Status st = g->inner->ops->close(g->inner);
    mem_free(g);
    return st;
}

static const StreamOps gzip_ops = {
    .kind = "gzip",
    .read = gzip_read,
    .write = gzip_write,
    .flush = gzip_flush,
    .seek = gzip_seek,
    .size = gzip_size,
    .fd = gzip_fd,
    .pending = gzip_pending,
    .close = gzip_close,
};

bool gzip_is_plain(const Stream *s) { return ((const GzipStream *)s)->is_plain; }

// What is left behind the last member, and no padding of zeros.
bool gzip_has_rest(const Stream *s)
{
    const GzipStream *g = (const GzipStream *)s;
    return !g->is_plain && !g->in_member && g->z.avail_in && *g->z.next_in;
}

Status gzip_over(Stream *inner, bool writing, Stream **out)
{
    GzipStream *g = stream_new(sizeof *g, &gzip_ops, SF_GZIP | (writing ? SF_WRITE : SF_READ));
    g->inner = inner;
    g->z = inflate_memory_stream();
    int r = writing ? deflateInit2(&g->z, Z_DEFAULT_COMPRESSION, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY)
                    : inflateInit2(&g->z, 15 + 16);
    *out = &g->base;
    if (r == Z_OK) return STATUS_OK;
    Status ignored = inner->ops->close(inner);
    status_drop(&ignored);
    mem_free(g);
    return status_fail(E_NO_MEMORY, "Unable to allocate memory.");
}

Status gzip_open(const char *path, int flags, Stream **out)
{
    Stream *inner;
    bool writing = (flags & O_ACCMODE) != O_RDONLY;
    if (writing) flags = (flags & ~O_ACCMODE) | O_WRONLY;
    STATUS_TRY(file_open(path, flags, &inner));
    if (writing && !(flags & O_TRUNC) && inner->flags & SF_REGULAR) {
        Status st = inner->ops->seek(inner, inner->ops->size(inner));
        if (!status_ok(st)) {
            Status closed = inner->ops->close(inner);
            status_drop(&closed);
            return st;
        }
    }
    return gzip_over(inner, writing, out);
}
