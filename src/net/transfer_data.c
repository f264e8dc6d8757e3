// What a transfer sends, and where the body goes: memory, or a file that has its name when it is whole.
#include "net/transfer_inside.h"

#include "base/mem.h"
#include "core/errors.h"
#include "sys/fd.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

// --- What is sent ---

Status transfer_open_source(Transfer *t)
{
    TransferSource *s = &t->source;
    struct stat st;
    *s = (TransferSource){.fd = -1, .size = (int64_t)t->ask.n_data};
    if (!t->ask.data_file) return STATUS_OK;
    int fd = sys_open(t->ask.data_file, O_RDONLY, 0);
    if (fd < 0) return status_sys(E_OPEN, -fd, "Error opening file. File: %s", t->ask.data_file);
    s->fd = fd;
    if (fstat(fd, &st) || S_ISDIR(st.st_mode)) {
        transfer_close_source(t);
        return status_sys(E_OPEN, EISDIR, "Error opening file. File: %s", t->ask.data_file);
    }
    s->size = S_ISREG(st.st_mode) ? st.st_size : -1;
    return STATUS_OK;
}

ptrdiff_t transfer_send(void *arg, char *p, size_t n)
{
    Transfer *t = arg;
    TransferSource *s = &t->source;
    if (s->fd >= 0) {
        ptrdiff_t got = sys_read_wait(s->fd, p, n, -1);
        if (got < 0) transfer_fault(t, CODE_READ, "%s cannot be read: %s", t->ask.data_file, strerror((int)-got));
        return got < 0 ? -1 : got;
    }
    size_t left = t->ask.n_data - s->at;
    if (n > left) n = left;
    memcpy(p, (const char *)t->ask.data + s->at, n);
    s->at += n;
    return (ptrdiff_t)n;
}

bool transfer_send_again(void *arg)
{
    TransferSource *s = &((Transfer *)arg)->source;
    s->at = 0;
    return s->fd < 0 || lseek(s->fd, 0, SEEK_SET) == 0;
}

void transfer_close_source(Transfer *t)
{
    if (t->source.fd >= 0) sys_close(t->source.fd);
    t->source.fd = -1;
}

// --- Where the body goes ---

Status transfer_open_sink(Transfer *t)
{
    TransferSink *s = &t->sink;
    buf_free(&s->bytes);
    if (s->nameless >= 0) sys_close(s->nameless);
    *s = (TransferSink){.is_file = t->ask.file != NULL, .nameless = -1, .bytes = BUF_INIT(BUF_NO_LIMIT)};
    if (t->ask.is_large && (s->nameless = sys_open_nameless()) < 0) {
        int why = -s->nameless;
        s->nameless = -1;
        return status_sys(E_OPEN, why, "A temporary file cannot be made.");
    }
    if (!s->is_file) return STATUS_OK;
    int err = publish_open(&s->file, t->ask.file, 0666);
    if (err) return status_sys(E_OPEN, err, "Error opening file. File: %s", t->ask.file);
    s->is_open = true;
    return STATUS_OK;
}

static bool store_nameless(Transfer *t, const char *p, size_t n)
{
    for (ssize_t put; n; p += put, n -= (size_t)put) {
        put = sys_write(t->sink.nameless, p, n);
        if (put < 0)
            return transfer_fault(t, CODE_WRITE, "A temporary file cannot be written: %s", strerror((int)-put));
    }
    return true;
}

int transfer_take_file(Transfer *t)
{
    int fd = t->sink.nameless;
    t->sink.nameless = -1;
    return fd;
}

bool transfer_store(Transfer *t, const char *p, size_t n)
{
    TransferSink *s = &t->sink;
    if (s->nameless >= 0) return store_nameless(t, p, n);
    if (s->is_open) {
        int err = publish_write(&s->file, p, n);
        if (err) return transfer_fault(t, CODE_WRITE, "%s cannot be written: %s", t->ask.file, strerror(err));
        return true;
    }
    buf_put(&s->bytes, p, n);
    return buf_ok(&s->bytes) || transfer_fault(t, CODE_MEMORY, "Unable to allocate memory for the body");
}

bool transfer_publish(Transfer *t)
{
    TransferSink *s = &t->sink;
    if (!s->is_open) return true;
    const char *lost;
    s->is_open = false;
    int err = publish_commit(&s->file, &lost);
    return !err || transfer_fault(t, CODE_WRITE, "%s cannot be written: %s", t->ask.file, strerror(err));
}

void transfer_abandon(Transfer *t)
{
    if (t->sink.is_open) publish_abandon(&t->sink.file);
    t->sink.is_open = false;
    transfer_close_source(t);
}
