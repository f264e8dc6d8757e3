// Writes the records of a SAVE file into a new file beside the old one, which it replaces at the end: a full disk or a
// failure leaves the old file as it was. Start reading at save_out_begin.
#include "io/save_file.h"

#include "base/mem.h"
#include "core/errors.h"
#include "base/inflate_memory.h"
#include "sys/interrupt.h"
#include "sys/publish.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <zlib.h>

enum { BLOCK = 1 << 16 };

struct SaveOut {
    Stream *s;
    char *path;
    Publication file;
    bool compressed;
    z_stream z;
    bool z_open;
    int64_t header;  // place of the record's header
    int64_t given;   // bytes of the record's body
    Status failure;
    int64_t start;   // place in the file of block[0]
    size_t used, plain_used;
    unsigned char block[BLOCK], plain[BLOCK];  // for the file; for zlib
};

bool save_out_ok(const SaveOut *out) { return out->failure.code == 0; }

void save_out_fail(SaveOut *out, Status s)
{
    if (save_out_ok(out)) out->failure = s;
    else status_drop(&s);
}

static void fail_writing(SaveOut *out, Status s)
{
    int code = s.code, sys = s.sys;
    status_drop(&s);
    save_out_fail(out, status_sys(code, sys, "Error encountered writing to file. File: %s", out->path));
}

// --- Bytes -----------------------------------------------------------------------------------------------------------

static void write_stream(SaveOut *out, const void *p, size_t n)
{
    const char *from = p;
    while (n && save_out_ok(out)) {
        size_t k = 0;
        if (sys_interrupted()) save_out_fail(out, (Status){E_INTERRUPT, 0, NULL});
        if (!save_out_ok(out)) return;
        Status s = out->s->ops->write(out->s, from, n, &k);
        if (!status_ok(s)) fail_writing(out, s);
        from += k;
        n -= k;
    }
}

static void flush_block(SaveOut *out)
{
    write_stream(out, out->block, out->used);
    out->start += (int64_t)out->used;
    out->used = 0;
}

// Into the block, whole blocks straight to the file.
static void put(SaveOut *out, const void *p, size_t n)
{
    const char *from = p;
    while (n && save_out_ok(out)) {
        size_t k = BLOCK - out->used < n ? BLOCK - out->used : n;
        if (!out->used && n >= BLOCK) {
            k = n;
            write_stream(out, from, k);
            out->start += (int64_t)k;
        } else {
            memcpy(out->block + out->used, from, k);
            out->used += k;
            if (out->used == BLOCK) flush_block(out);
        }
        from += k;
        n -= k;
    }
}

static void deflate_plain(SaveOut *out, bool last)
{
    int r = Z_OK;
    out->z.next_in = out->plain;
    out->z.avail_in = (unsigned)out->plain_used;
    do {
        out->z.next_out = out->block + out->used;
        out->z.avail_out = (unsigned)(BLOCK - out->used);
        r = deflate(&out->z, last ? Z_FINISH : Z_NO_FLUSH);
        out->used = BLOCK - out->z.avail_out;
        if (out->used == BLOCK) flush_block(out);
    } while (save_out_ok(out) && (last ? r != Z_STREAM_END : !out->z.avail_out));
    out->plain_used = 0;
}

void save_out_bytes(SaveOut *out, const void *p, size_t n)
{
    const char *from = p;
    out->given += (int64_t)n;
    if (!out->z_open) put(out, p, n);
    while (out->z_open && n && save_out_ok(out)) {
        size_t k = BLOCK - out->plain_used < n ? BLOCK - out->plain_used : n;
        memcpy(out->plain + out->plain_used, from, k);
        out->plain_used += k;
        from += k;
        n -= k;
        if (sys_interrupted()) save_out_fail(out, (Status){E_INTERRUPT, 0, NULL});
        if (out->plain_used == BLOCK) deflate_plain(out, false);
    }
}

void save_out_long(SaveOut *out, int32_t v)
{
    uint32_t x = __builtin_bswap32((uint32_t)v);
    save_out_bytes(out, &x, sizeof x);
}

void save_out_long64(SaveOut *out, int64_t v)
{
    uint64_t x = __builtin_bswap64((uint64_t)v);
    save_out_bytes(out, &x, sizeof x);
}

void save_out_align(SaveOut *out)
{
    static const char zeros[4];
    if (out->given % 4) save_out_bytes(out, zeros, (size_t)(4 - out->given % 4));
}

void save_out_text(SaveOut *out, const char *p, size_t n)
{
    if (n > SAVE_TEXT_MAX) {
        save_out_fail(out, status_fail(E_VALUE, "Text is too long for a SAVE file: %zu bytes.", n));
        return;
    }
    save_out_long(out, (int32_t)n);
    save_out_bytes(out, p, n);
    save_out_align(out);
}

// --- Records -------------------------------------------------------------------------------------------------------

static void put_header(SaveOut *out, SaveKind kind, int64_t next)
{
    uint32_t h[4] = {__builtin_bswap32((uint32_t)kind), __builtin_bswap32((uint32_t)next),
                     __builtin_bswap32((uint32_t)((uint64_t)next >> 32)), 0};
    put(out, h, sizeof h);
}

void save_out_begin(SaveOut *out, SaveKind kind)
{
    out->header = out->start + (int64_t)out->used;
    put_header(out, kind, 0);
    out->given = 0;
    if (!out->compressed || !save_out_ok(out)) return;
    out->z = inflate_memory_stream();
    out->z_open = deflateInit(&out->z, Z_DEFAULT_COMPRESSION) == Z_OK;
    if (!out->z_open) save_out_fail(out, (Status){E_NO_MEMORY, 0, NULL});
}

// Writes the place of the next record into the header, which is in the block still or in the file.
static void complete_header(SaveOut *out)
{
    int64_t next = out->start + (int64_t)out->used;
    uint32_t h[2] = {__builtin_bswap32((uint32_t)next), __builtin_bswap32((uint32_t)((uint64_t)next >> 32))};
    if (out->header >= out->start) {
        memcpy(out->block + (out->header - out->start) + 4, h, sizeof h);
        return;
    }
    flush_block(out);
    Status s = out->s->ops->seek(out->s, out->header + 4);
    if (!status_ok(s)) fail_writing(out, s);
    write_stream(out, h, sizeof h);
    s = out->s->ops->seek(out->s, next);
    if (!status_ok(s)) fail_writing(out, s);
}

void save_out_end(SaveOut *out)
{
    save_out_align(out);
    if (out->z_open) {
        deflate_plain(out, true);
        deflateEnd(&out->z);
    }
    out->z_open = false;
    if (save_out_ok(out)) complete_header(out);
}

// --- Files -----------------------------------------------------------------------------------------------------------

Status save_out_open(const char *path, bool compressed, SaveOut **result)
{
    SaveOut *out = mem_must(sizeof *out);
    out->path = mem_strdup(path);
    out->compressed = compressed;
    int err = publish_open(&out->file, path, 0666), fd = err ? -1 : fcntl(out->file.fd, F_DUPFD_CLOEXEC, 3);
    if (!err && fd < 0) err = errno;
    if (fd >= 0) out->s = file_wrap(fd, SF_WRITE);
    if (err) {
        save_out_abandon(out);
        *result = NULL;
        return status_sys(E_OPEN, err, "Error opening file. File: %s", path);
    }
    put(out, compressed ? "SR\0\6" : "SR\0\4", 4);
    *result = out;
    return STATUS_OK;
}

static void close_stream(SaveOut *out)
{
    if (!out->s) return;
    Status s = out->s->ops->close(out->s);
    out->s = NULL;
    if (!status_ok(s)) fail_writing(out, s);
}

static void free_out(SaveOut *out)
{
    if (out->z_open) deflateEnd(&out->z);
    mem_free(out->path);
    mem_free(out);
}

void save_out_abandon(SaveOut *out)
{
    if (!out) return;
    close_stream(out);
    publish_abandon(&out->file);
    status_drop(&out->failure);
    free_out(out);
}

Status save_out_finish(SaveOut *out, const char **lost)
{
    if (save_out_ok(out)) put_header(out, SAVE_END, 0);
    if (save_out_ok(out)) flush_block(out);
    close_stream(out);
    int err = save_out_ok(out) ? publish_commit(&out->file, lost) : 0;
    if (err) fail_writing(out, err == EINTR ? (Status){E_INTERRUPT, 0, NULL} : (Status){E_WRITE, err, NULL});
    Status failure = out->failure;
    out->failure = STATUS_OK;
    publish_abandon(&out->file);
    free_out(out);
    return failure;
}
