// See packed.h. What may come out: 1100 times what goes in, for DEFLATE reaches 1032, and HELIO_MAX_UNPACKED bytes in
// all.
#include "lib/archive/packed.h"

#include "base/mem.h"

#include <fcntl.h>
#include <stdlib.h>

enum { RATIO_MAX = 1100, RATIO_FREE = 16 << 20, PIECE = 256 << 10 };
static const int64_t unpacked_max = (int64_t)64 << 30;

static int64_t unpacked_limit(void)
{
    const char *s = getenv("HELIO_MAX_UNPACKED");
    if (!s || !*s) return unpacked_max;
    char *end;
    double v = strtod(s, &end);
    if (*end == 'K' || *end == 'k') v *= 1 << 10;
    if (*end == 'M' || *end == 'm') v *= 1 << 20;
    if (*end == 'G' || *end == 'g') v *= 1 << 30;
    return v >= 1 && v < 9e18 ? (int64_t)v : unpacked_max;
}

static void packed_release(void *p)
{
    Packed *s = p;
    status_drop(&s->failure);
    if (!s->stream) return;
    Status closed = s->stream->ops->close(s->stream);
    status_drop(&closed);
    s->stream = NULL;
}

void packed_close(Packed *s) { packed_release(s); }

Packed *packed_over(Call *c, const char *path, Stream *stream, int64_t packed)
{
    Packed *s = call_alloc(c, sizeof *s);
    *s = (Packed){.stream = stream, .name = path, .packed = packed, .most = unpacked_limit()};
    call_defer(c, packed_release, s);
    return s;
}

static Packed *over(Call *c, const char *name, Status opened, Stream *stream, bool gzip)
{
    if (opened.code == E_INTERRUPT) call_poll(c);
    if (!status_ok(opened)) {
        int err = opened.sys;
        if (!err) throw_status(c, opened);
        status_drop(&opened);
        throw_status(c, status_sys(E_OPEN, err, "Error opening file: %s.", name));
    }
    int64_t packed = stream->ops->size ? stream->ops->size(stream) : -1;
    if (gzip) TRY(c, gzip_over(stream, false, &stream));
    return packed_over(c, name, stream, packed);
}

Packed *packed_file(Call *c, const char *path, bool gzip)
{
    Stream *stream = NULL;
    Status opened = file_open(path, O_RDONLY, &stream);
    return over(c, path, opened, stream, gzip);
}

Packed *packed_data(Call *c, const Val *data, bool gzip)
{
    const void *p = val_is_array(data) ? data->a->data : (const void *)&data->bits;
    Stream *stream = memory_open(p, (size_t)val_count(data));
    Status kept = buf_ok(memory_bytes(stream)) ? STATUS_OK : status_fail(E_NO_MEMORY, "Unable to allocate memory.");
    if (!status_ok(kept)) {
        Status closed = stream->ops->close(stream);
        status_drop(&closed);
    }
    return over(c, "the data", kept, stream, gzip);
}

int64_t packed_read(void *ctx, void *p, size_t n)
{
    Packed *s = ctx;
    size_t got = 0;
    if (!status_ok(s->failure)) return -1;
    s->failure = s->stream->ops->read(s->stream, p, n, &got);
    return status_ok(s->failure) ? (int64_t)got : -1;
}

static bool packed_seek(void *ctx, int64_t pos)
{
    Packed *s = ctx;
    if (!status_ok(s->failure)) return false;
    s->failure = s->stream->ops->seek(s->stream, pos);
    return status_ok(s->failure);
}

void packed_verify(Call *c, Packed *s)
{
    char *space = call_scratch(c, PIECE);
    int64_t got, made = 0;
    if (s->packed < 0) return;
    while ((got = packed_read(s, space, PIECE)) > 0 && !gzip_is_plain(s->stream)) {
        packed_count(c, s, got, got);
        made += got;
        call_poll(c);
    }
    if (got < 0 || !packed_seek(s, 0)) packed_throw(c, s);
    s->most += made; // it is counted when it comes out for good
    s->made -= made;
}

ArchiveBytes packed_bytes(Packed *s)
{
    bool seeks = s->stream->ops->seek && !(s->stream->flags & SF_GZIP) && s->packed >= 0;
    return (ArchiveBytes){
        .ctx = s, .read = packed_read, .seek = seeks ? packed_seek : NULL, .size = seeks ? s->packed : -1};
}

void packed_throw(Call *c, Packed *s)
{
    Status st = s->failure;
    s->failure = STATUS_OK;
    call_poll(c);
    if (st.sys || !st.text) throw_status(c, st);
    Status named = status_fail(st.code, "%s: %s.", s->name, st.text);
    status_drop(&st);
    throw_status(c, named);
}

void packed_count(Call *c, Packed *s, int64_t n, int64_t real)
{
    if (n > s->most) {
        throw_msg(c, E_VALUE, "%s: more comes out than %lld bytes. HELIO_MAX_UNPACKED can be set to more.", s->name,
                  (long long)unpacked_limit());
    }
    s->most -= n;
    s->made += real;
    if (s->packed < 0 || s->made <= RATIO_FREE || s->made / RATIO_MAX <= s->packed) return;
    throw_msg(c, E_VALUE, "%s: more comes out than %d times what is in the file.", s->name, RATIO_MAX);
}
