// Streams over descriptors of files, FIFOs and devices. Regular files are read and written directly; everything else
// waits in sys_wait first, so that Ctrl-C works. Start at file_ops.
#include "io/stream.h"

#include "base/mem.h"
#include "core/errors.h"
#include "sys/fd.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

typedef struct FileStream {
    Stream base;
    int fd;
} FileStream;

static Status file_read(Stream *s, void *p, size_t n, size_t *got)
{
    FileStream *f = (FileStream *)s;
    ssize_t k = s->flags & SF_REGULAR ? sys_read(f->fd, p, n) : sys_read_wait(f->fd, p, n, s->read_timeout);
    if (k == -EIO && s->flags & SF_TTY) k = 0;  // a terminal that hung up
    if (k < 0) return stream_error(E_READ, (int)-k);
    *got = (size_t)k;
    s->pos += k;
    return STATUS_OK;
}

static Status file_write(Stream *s, const void *p, size_t n, size_t *put)
{
    FileStream *f = (FileStream *)s;
    ssize_t k = s->flags & SF_REGULAR ? sys_write(f->fd, p, n) : sys_write_wait(f->fd, p, n, s->write_timeout);
    if (k < 0) return stream_error(E_WRITE, (int)-k);
    *put = (size_t)k;
    s->pos += k;
    return STATUS_OK;
}

static Status file_seek(Stream *s, int64_t pos)
{
    FileStream *f = (FileStream *)s;
    if (!(s->flags & SF_REGULAR)) return (Status){E_SEEK, ESPIPE, NULL};
    if (lseek(f->fd, pos, SEEK_SET) < 0) return stream_error(E_SEEK, errno);
    s->pos = pos;
    return STATUS_OK;
}

static int64_t file_size(Stream *s)
{
    struct stat st;
    FileStream *f = (FileStream *)s;
    if (!(s->flags & SF_REGULAR)) return sys_waiting(f->fd);
    return fstat(f->fd, &st) == 0 ? st.st_size : -1;
}

static int file_fd(Stream *s) { return ((FileStream *)s)->fd; }

static Status file_close(Stream *s)
{
    FileStream *f = (FileStream *)s;
    int err = f->fd > 2 ? sys_close(f->fd) : 0;  // the standard three stay
    mem_free(f);
    return err ? stream_error(E_CLOSE, -err) : STATUS_OK;
}

static const StreamOps file_ops = {
    .kind = "file",
    .read = file_read,
    .write = file_write,
    .seek = file_seek,
    .size = file_size,
    .fd = file_fd,
    .close = file_close,
};

Stream *file_wrap(int fd, unsigned flags)
{
    struct stat st;
    FileStream *f = stream_new(sizeof *f, &file_ops, flags);
    f->fd = fd;
    if (fstat(fd, &st) == 0 && (S_ISREG(st.st_mode) || S_ISBLK(st.st_mode))) {
        off_t at = lseek(fd, 0, SEEK_CUR);
        f->base.flags |= SF_REGULAR;
        f->base.pos = at > 0 ? at : 0;
    } else if (isatty(fd)) {
        f->base.flags |= SF_TTY;
    }
    return &f->base;
}

Status file_open(const char *path, int flags, Stream **out)
{
    struct stat st;
    int fd = sys_open(path, flags, 0666);
    if (fd < 0) return stream_error(E_OPEN, -fd);
    if (fstat(fd, &st) == 0 && S_ISDIR(st.st_mode)) {
        sys_close(fd);
        return stream_error(E_OPEN, EISDIR);
    }
    int access = flags & O_ACCMODE;
    unsigned sf = access == O_RDONLY ? SF_READ : access == O_WRONLY ? SF_WRITE : SF_READ | SF_WRITE;
    *out = file_wrap(fd, sf);
    return STATUS_OK;
}
