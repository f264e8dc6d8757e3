// See sink.h.
#include "lib/archive/sink.h"

#include "sys/interrupt.h"

#include <errno.h>
#include <string.h>

static void sink_release(void *p)
{
    Sink *s = p;
    if (s->path) publish_abandon(&s->file);
    buf_free(&s->bytes);
}

Sink *sink_bytes(Call *c)
{
    Sink *s = call_alloc(c, sizeof *s);
    s->bytes = BUF_INIT(BUF_NO_LIMIT);
    call_defer(c, sink_release, s);
    return s;
}

Sink *sink_file(Call *c, const char *path, int mode)
{
    Sink *s = sink_bytes(c);
    int err = publish_open(&s->file, path, mode);
    if (err) throw_status(c, status_sys(E_OPEN, err, "Error opening file: %s.", path));
    s->path = path;
    return s;
}

bool sink_put(void *sink, const void *p, size_t n)
{
    Sink *s = sink;
    if (s->err) return false;
    if (s->path)
        s->err = publish_write(&s->file, p, n);
    else
        buf_put(&s->bytes, p, n);
    if (!buf_ok(&s->bytes)) s->err = ENOMEM;
    if (!s->err && sys_interrupted()) s->err = EINTR;
    s->n += (int64_t)n;
    return !s->err;
}

void sink_throw(Call *c, const Sink *s)
{
    call_poll(c);
    if (!s->path) throw_no_memory(c);
    throw_status(c, status_sys(E_WRITE, s->err, "Error encountered writing to file: %s.", s->path));
}

void sink_keep(Call *c, Sink *s)
{
    const char *lost;
    s->err = publish_commit(&s->file, &lost);
    if (s->err) sink_throw(c, s);
    if (lost) call_warn(c, true, "%s: %s.", s->path, lost);
}

Val sink_value(Call *c, const Sink *s)
{
    if (!s->bytes.len) return (Val){.type = T_BYTE};
    Arr *a = call_new_array(c, T_BYTE, 1, (int64_t[]){(int64_t)s->bytes.len}, false);
    memcpy(a->data, s->bytes.p, s->bytes.len);
    return val_arr_take(arr_ref(a));
}
