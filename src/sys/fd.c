// Transfers on descriptors with the rules the rest of the engine relies on: no EINTR, bounded pieces, waits only in
// sys_wait. Buffering is above (io/buffer.c). Start at sys_read_wait.
#include "sys/fd.h"

#include "sys/await.h"
#include "sys/interrupt.h"
#include "sys/safe.h"
#include "sys/typed.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

enum { PIECE = 16 << 20, LOT_FROM = 64 << 10, LOT = 256 << 10, GATHER_MS = 2 };

static size_t largest = PIECE;
static pthread_once_t once = PTHREAD_ONCE_INIT;

static void read_stress(void)
{
    const char *s = getenv("HELIO_STRESS");
    if (s && strstr(s, "short")) largest = 1;
}

size_t sys_piece(size_t n)
{
    pthread_once(&once, read_stress);
    return n < largest ? n : largest;
}

int sys_open_at(int at, const char *name, int flags, int mode)
{
    for (;;) {
        int fd = openat(at, name, flags | O_CLOEXEC, mode);
        if (fd >= 0) return fd;
        if (errno != EINTR || sys_interrupted()) return -errno;
    }
}

int sys_open(const char *path, int flags, int mode)
{
    return safe_on() ? safe_open(path, flags, mode) : sys_open_at(AT_FDCWD, path, flags, mode);
}

int sys_open_nameless(void)
{
    char name[4096];
    const char *folder = getenv("TMPDIR");
    if (!folder || !*folder) folder = "/tmp";
    int fd = sys_open(folder, O_TMPFILE | O_RDWR, 0600);
    if (fd >= 0 || fd == -EINTR) return fd;
    int n = snprintf(name, sizeof name, "%s/helioXXXXXX", folder);  // a file system that does not know O_TMPFILE
    if (n < 0 || (size_t)n >= sizeof name || safe_on()) return fd;
    if ((fd = mkostemp(name, O_CLOEXEC)) < 0) return -errno;
    unlink(name);
    return fd;
}

FILE *sys_fopen(const char *path, const char *mode)
{
    const int flags = *mode == 'r' ? O_RDONLY : O_WRONLY | O_CREAT | (*mode == 'a' ? O_APPEND : O_TRUNC);
    int fd = sys_open(path, flags, 0666);
    FILE *f = fd < 0 ? NULL : fdopen(fd, mode);
    if (!f && fd >= 0) sys_close(fd);
    if (fd < 0) errno = -fd;
    return f;
}

int sys_close(int fd) { return close(fd) < 0 && errno != EINTR ? -errno : 0; }

ssize_t sys_read(int fd, void *p, size_t n)
{
    n = sys_piece(n);
    if (!sys_typed_kept(fd) && !sys_typed_sift(fd)) return -EAGAIN;
    size_t kept = sys_typed_take(fd, p, n);
    if (kept) return (ssize_t)kept;
    for (;;) {
        ssize_t got = read(fd, p, n);
        if (got >= 0) return got;
        if (errno != EINTR || sys_interrupted()) return -errno;
    }
}

ssize_t sys_write(int fd, const void *p, size_t n)
{
    n = sys_piece(n);
    for (;;) {
        ssize_t put = write(fd, p, n);
        if (put >= 0) return put;
        if (errno != EINTR || sys_interrupted()) return -errno;
    }
}

void sys_gather(int fd, size_t wanted)
{
    int lot = wanted < LOT ? (int)wanted : LOT, one = 1;
    if (wanted < LOT_FROM || setsockopt(fd, SOL_SOCKET, SO_RCVLOWAT, &lot, sizeof lot) != 0) return;
    poll(&(struct pollfd){.fd = fd, .events = POLLIN}, 1, GATHER_MS);
    setsockopt(fd, SOL_SOCKET, SO_RCVLOWAT, &one, sizeof one);
}

ssize_t sys_read_wait(int fd, void *p, size_t n, double timeout)
{
    for (;;) {
        int ready = sys_wait_fd(fd, POLLIN, timeout);
        if (ready < 0) return ready;
        if (ready == 0) return -ETIMEDOUT;
        ssize_t got = sys_read(fd, p, n);
        if (got != -EAGAIN) return got;
    }
}

ssize_t sys_write_wait(int fd, const void *p, size_t n, double timeout)
{
    for (;;) {
        int ready = sys_wait_fd(fd, POLLOUT, timeout);
        if (ready < 0) return ready;
        if (ready == 0) return -ETIMEDOUT;
        ssize_t put = sys_write(fd, p, n);
        if (put != -EAGAIN) return put;
    }
}

// Ctrl-C is no reason to leave it: it may be what the message tells of.
void sys_write_message(int fd, const char *p, size_t n)
{
    enum { PATIENCE_MS = 2000 };
    while (n) {
        struct pollfd ready = {fd, POLLOUT, 0};
        ssize_t put = write(fd, p, n);
        if (put < 0 && errno != EINTR && (errno != EAGAIN || poll(&ready, 1, PATIENCE_MS) == 0)) return;
        if (put > 0) p += put, n -= (size_t)put;
    }
}

int sys_set_nonblocking(int fd, int on)
{
    int flags = fcntl(fd, F_GETFL);
    if (flags < 0) return -errno;
    int want = on ? flags | O_NONBLOCK : flags & ~O_NONBLOCK;
    return want != flags && fcntl(fd, F_SETFL, want) < 0 ? -errno : 0;
}

int64_t sys_waiting(int fd)
{
    int n = 0;
    return ioctl(fd, FIONREAD, &n) == 0 && n > 0 ? n : 0;
}

void sys_allow_descriptors(void)
{
    struct rlimit r;
    if (getrlimit(RLIMIT_NOFILE, &r) < 0 || r.rlim_cur >= r.rlim_max) return;
    r.rlim_cur = r.rlim_max;
    setrlimit(RLIMIT_NOFILE, &r);
}
