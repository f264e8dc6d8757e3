// What all streams share: their creation and the wording of failures. The kinds are in file.c, gzip.c, socket.c,
// memory.c, pipe.c and tty.c; reading one through a buffer is io/unit.c.
#include "io/stream.h"

#include "base/mem.h"
#include "core/errors.h"

#include <errno.h>

void *stream_new(size_t size, const StreamOps *ops, unsigned flags)
{
    Stream *s = mem_must(size);
    s->ops = ops;
    s->flags = flags;
    s->read_timeout = s->write_timeout = -1;
    return s;
}

Status stream_error(int code, int err)
{
    if (err == EINTR) return (Status){E_INTERRUPT, 0, NULL};
    return (Status){code, err, NULL};
}
