// Where the readers of pictures read from. Start at picture_file_open.
#include "lib/graphics/picture_file.h"

#include "io/stream.h"
#include "lib/graphics/state.h"
#include "vm/vm.h"

static ssize_t read_stream(void *arg, void *p, size_t n)
{
    PictureFile *f = arg;
    size_t got = 0;
    if (!status_ok(f->failed)) return -1;
    f->failed = f->stream->ops->read(f->stream, p, n, &got);
    return status_ok(f->failed) ? (ssize_t)got : -1;
}

static void close_stream(void *s)
{
    Status closed = ((Stream *)s)->ops->close(s);
    status_drop(&closed);
}

Status picture_file_try(Call *c, int i, PictureFile *f, ImageSource *src)
{
    const char *path = call_path(c, i);
    *f = (PictureFile){0};
    *src = (ImageSource){0};
    if (!url_is(path)) {
        src->path = gfx_path(c, i);
        return STATUS_OK;
    }
    Status s = url_open(c->vm->net, path, &f->stream);
    if (s.code == E_OPEN) {
        Status told = status_sys(E_OPEN, s.sys, "Error opening file. File: %s\n  %s", path, s.text ? s.text : "");
        status_drop(&s);
        return told;
    }
    if (!status_ok(s)) return s;
    call_defer(c, close_stream, f->stream);
    *src = (ImageSource){.read = read_stream, .read_arg = f};
    return STATUS_OK;
}

ImageSource picture_file_open(Call *c, int i, PictureFile *f)
{
    ImageSource src;
    TRY(c, picture_file_try(c, i, f, &src));
    return src;
}

void picture_file_check(Call *c, PictureFile *f, Status *decoded)
{
    if (status_ok(f->failed)) return;
    status_drop(decoded);
    throw_status(c, f->failed);
}
