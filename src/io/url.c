// A stream over a file on a server (net/remote.h): OPENR, lun, 'https://...'. Start at url_open.
#include "io/stream.h"

#include "base/mem.h"
#include "core/errors.h"
#include "net/remote.h"

typedef struct UrlStream {
    Stream base;
    RemoteFile *file;
} UrlStream;

static Status url_read(Stream *s, void *p, size_t n, size_t *got)
{
    STATUS_TRY(remote_read(((UrlStream *)s)->file, s->pos, p, n, got));
    s->pos += (int64_t)*got;
    return STATUS_OK;
}

static Status url_seek(Stream *s, int64_t pos)
{
    s->pos = pos;
    return STATUS_OK;
}

static int64_t url_size(Stream *s) { return remote_size(((UrlStream *)s)->file); }

static bool url_pending(Stream *s)
{
    (void)s;
    return true;
}

static Status url_close(Stream *s)
{
    remote_close(((UrlStream *)s)->file);
    mem_free(s);
    return STATUS_OK;
}

static const StreamOps url_ops = {
    .kind = "url",
    .read = url_read,
    .seek = url_seek,
    .size = url_size,
    .pending = url_pending,
    .close = url_close,
};

bool url_is(const char *path) { return remote_is_url(path); }

Status url_open(const struct NetOptions *net, const char *url, Stream **out)
{
    RemoteFile *file;
    STATUS_TRY(remote_open(net, url, &file));
    UrlStream *u = stream_new(sizeof *u, &url_ops, SF_READ | SF_REGULAR);
    u->file = file;
    *out = &u->base;
    return STATUS_OK;
}

bool url_is_copied(const Stream *s) { return s->ops == &url_ops && remote_is_copied(((const UrlStream *)s)->file); }
