// See local_socket.h.
#include "sys/local_socket.h"

#include "core/errors.h"
#include "sys/await.h"
#include "sys/clock.h"
#include "sys/fd.h"
#include "sys/safe.h"

#include <errno.h>
#include <stddef.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

enum { BACKLOG = 4096, BUSY_LIMIT = 60 };  // connections that wait; seconds for a place among them, where no limit is given
#define BUSY_NAP 0.01
#define STALE_NAP 0.05  // seconds that a server is given between making its file and listening

static bool is_abstract(const char *path) { return path[0] == '@'; }

static Status make_address(const char *path, struct sockaddr_un *a, socklen_t *len)
{
    size_t n = strlen(path);
    *a = (struct sockaddr_un){.sun_family = AF_UNIX};
    if (n == (is_abstract(path) ? 1 : 0)) return status_fail(E_VALUE, "The path of a Unix-domain socket is empty.");
    if (n > SYS_LOCAL_MAX) {
        return status_fail(E_VALUE, "The path of a Unix-domain socket has at most %d bytes; this one has %zu.", SYS_LOCAL_MAX, n);
    }
    memcpy(a->sun_path, path, n);
    if (is_abstract(path)) a->sun_path[0] = '\0';
    *len = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + n + !is_abstract(path));
    return STATUS_OK;
}

// What a file is that nobody answers at: the system says "refused" of ordinary ones, too.
static bool is_no_socket(const char *path)
{
    struct stat st;
    return !is_abstract(path) && stat(path, &st) == 0 && !S_ISSOCK(st.st_mode);
}

static int try_connect(const struct sockaddr_un *a, socklen_t len, int *fd)
{
    *fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (*fd < 0) return errno;
    if (connect(*fd, (const struct sockaddr *)a, len) == 0) return 0;
    int err = errno;
    sys_close(*fd);
    return err;
}

Status sys_local_connect(const char *path, double timeout, int *fd)
{
    struct sockaddr_un a;
    socklen_t len;
    int err;
    if (safe_on()) return status_sys(E_CONNECT, SAFE_NETWORK, "Unable to connect to host.");
    STATUS_TRY(make_address(path, &a, &len));
    double deadline = sys_deadline(timeout > 0 ? timeout : BUSY_LIMIT);
    while ((err = try_connect(&a, len, fd)) == EAGAIN || err == EINTR) {  // its queue is full
        if (sys_remaining(deadline) == 0) return status_sys(E_CONNECT, ETIMEDOUT, "Unable to connect to host.");
        if (!sys_sleep(BUSY_NAP)) return (Status){E_INTERRUPT, 0, NULL};
    }
    if (err == ECONNREFUSED && is_no_socket(path)) err = ENOTSOCK;
    return err ? status_sys(E_CONNECT, err, "Unable to connect to host.") : STATUS_OK;
}

// Nobody listens at the file, looked at twice: 0, and it is gone; else why it stays.
static int remove_stale(const char *path, const struct sockaddr_un *a, socklen_t len)
{
    struct stat before, now;
    if (lstat(path, &before) < 0) return errno == ENOENT ? 0 : errno;
    if (!S_ISSOCK(before.st_mode)) return ENOTSOCK;
    for (int look = 0; look < 2; look++) {
        int fd, err = try_connect(a, len, &fd);
        if (err == 0) sys_close(fd);
        if (err == ENOENT) return 0;
        if (err != ECONNREFUSED) return EADDRINUSE;
        if (look == 0 && !sys_sleep(STALE_NAP)) return EINTR;
    }
    if (lstat(path, &now) < 0) return errno == ENOENT ? 0 : errno;
    if (now.st_ino != before.st_ino || now.st_dev != before.st_dev) return EADDRINUSE;
    return unlink(path) == 0 || errno == ENOENT ? 0 : errno;
}

static int bind_file(int fd, const char *path, const struct sockaddr_un *a, socklen_t len)
{
    if (bind(fd, (const struct sockaddr *)a, len) == 0) return 0;
    if (errno != EADDRINUSE || is_abstract(path)) return errno;
    int err = remove_stale(path, a, len);
    if (err) return err;
    return bind(fd, (const struct sockaddr *)a, len) == 0 ? 0 : errno;
}

Status sys_local_listen(const char *path, int *fd, SysLocalFile *file)
{
    struct sockaddr_un a;
    struct stat st;
    socklen_t len;
    if (safe_on()) return status_sys(E_LISTEN, SAFE_NETWORK, "Unable to listen.");
    STATUS_TRY(make_address(path, &a, &len));
    *file = (SysLocalFile){0, 0};
    int got = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (got < 0) return status_sys(E_LISTEN, errno, "Unable to listen.");
    int err = bind_file(got, path, &a, len);
    if (!err && !is_abstract(path) && lstat(path, &st) == 0) *file = (SysLocalFile){st.st_dev, st.st_ino};
    if (!err && listen(got, BACKLOG) < 0) {
        err = errno;
        sys_local_remove(path, file);
    }
    if (!err) {
        *fd = got;
        return STATUS_OK;
    }
    sys_close(got);
    return err == EINTR ? (Status){E_INTERRUPT, 0, NULL} : status_sys(E_LISTEN, err, "Unable to listen.");
}

void sys_local_remove(const char *path, const SysLocalFile *file)
{
    struct stat st;
    if (!file->ino || lstat(path, &st) < 0) return;
    if (st.st_ino == file->ino && st.st_dev == file->dev) unlink(path);
}
