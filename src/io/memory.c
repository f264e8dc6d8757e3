// A stream over bytes in memory, read and written at one position. Start at memory_open.
#include "io/stream.h"

#include "base/mem.h"
#include "core/errors.h"
#include "sys/fd.h"

#include <string.h>

typedef struct MemoryStream {
    Stream base;
    Buf data;
} MemoryStream;

static Status memory_read(Stream *s, void *p, size_t n, size_t *got)
{
    MemoryStream *m = (MemoryStream *)s;
    size_t left = s->pos < (int64_t)m->data.len ? m->data.len - (size_t)s->pos : 0;
    *got = sys_piece(n < left ? n : left);
    if (*got) memcpy(p, m->data.p + s->pos, *got);
    s->pos += (int64_t)*got;
    return STATUS_OK;
}

static Status memory_write(Stream *s, const void *p, size_t n, size_t *put)
{
    MemoryStream *m = (MemoryStream *)s;
    size_t at = (size_t)s->pos, end;
    if (at > m->data.len) buf_fill(&m->data, '\0', at - m->data.len);
    end = at + sys_piece(n);
    if (end > m->data.len) buf_fill(&m->data, '\0', end - m->data.len);
    if (!buf_ok(&m->data)) return status_fail(E_NO_MEMORY, "Unable to allocate memory.");
    memcpy(m->data.p + at, p, end - at);
    *put = end - at;
    s->pos += (int64_t)*put;
    return STATUS_OK;
}

static Status memory_seek(Stream *s, int64_t pos)
{
    s->pos = pos;
    return STATUS_OK;
}

static int64_t memory_size(Stream *s) { return (int64_t)((MemoryStream *)s)->data.len; }

static bool memory_pending(Stream *s)
{
    (void)s;
    return true;
}

static Status memory_close(Stream *s)
{
    buf_free(&((MemoryStream *)s)->data);
    mem_free(s);
    return STATUS_OK;
}

static const StreamOps memory_ops = {
    .kind = "memory",
    .read = memory_read,
    .write = memory_write,
    .seek = memory_seek,
    .size = memory_size,
    .pending = memory_pending,
    .close = memory_close,
};

Stream *memory_open(const void *p, size_t n)
{
    MemoryStream *m = stream_new(sizeof *m, &memory_ops, SF_READ | SF_WRITE | SF_REGULAR);
    m->data = BUF_INIT(BUF_NO_LIMIT);
    buf_put(&m->data, p, n);
    return &m->base;
}

const Buf *memory_bytes(const Stream *s) { return &((const MemoryStream *)s)->data; }
