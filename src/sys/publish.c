// See publish.h. The name appears by link and rename, done by a process that dies with no kill of this one. Start at
// publish_open and publish_commit.
#include "sys/publish.h"

#include "base/mem.h"
#include "sys/fd.h"
#include "sys/interrupt.h"
#include "sys/sync.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

enum { TRIES = 100, LINKS_MAX = 40 };

static Publication *named;  // those whose working files have names

// --- The target ------------------------------------------------------------------------------------------------------

static char *beside(const char *path, const char *name)
{
    const char *slash = strrchr(path, '/');
    size_t n = slash && name[0] != '/' ? (size_t)(slash - path) + 1 : 0;
    char *out = mem_must(n + strlen(name) + 1);
    memcpy(out, path, n);
    strcpy(out + n, name);
    return out;
}

static char *folder_of(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash ? mem_strndup(path, slash == path ? 1 : (size_t)(slash - path)) : mem_strdup(".");
}

bool publish_is_strangers_link(const char *link)
{
    struct stat st, in;
    AUTO_FREE char *folder = folder_of(link);
    if (lstat(link, &st) < 0 || !S_ISLNK(st.st_mode) || stat(folder, &in) < 0) return false;
    return in.st_mode & S_IWOTH && st.st_uid != geteuid() && st.st_uid != in.st_uid;
}

// What a link stands for, though it need not exist. Owned; NULL and *err when links go in circles.
static char *follow_links(const char *path, int *err)
{
    char *at = mem_strdup(path), to[PATH_MAX];
    for (int i = 0; i < LINKS_MAX; i++) {
        ssize_t n = readlink(at, to, sizeof to - 1);
        if (n < 0) return at;
        *err = publish_is_strangers_link(at) ? EACCES : 0;
        if (*err) break;
        to[n] = '\0';
        char *next = beside(at, to);
        mem_free(at);
        at = next;
    }
    mem_free(at);
    if (!*err) *err = ELOOP;
    return NULL;
}

// --- Opening -----------------------------------------------------------------------------------------------------------

static int adopt(Publication *p, int fd)
{
    if (fd < 0) return -fd;
    p->fd = fd;
    if (!p->exists || p->way == PUBLISH_DIRECT || p->way == PUBLISH_OVERWRITE) return 0;
    int failed = fchown(p->fd, p->old.st_uid, p->old.st_gid);  // when it fails, publish_commit says so
    if (failed) failed = fchown(p->fd, (uid_t)-1, p->old.st_gid);
    return fchmod(p->fd, p->old.st_mode & (failed || safe_on() ? 0777 : 07777)) < 0 ? errno : 0;
}

static bool has_proc(int fd)
{
    char self[64];
    snprintf(self, sizeof self, "/proc/self/fd/%d", fd);
    return access(self, F_OK) == 0;
}

// A working file that was left behind by a kill belongs to nobody: it is not locked.
static void remove_stale(int at, const char *working)
{
    struct stat st;
    int fd = openat(at, working, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
    if (fd < 0) return;
    bool ours = fstat(fd, &st) == 0 && S_ISREG(st.st_mode) && st.st_uid == geteuid();
    if (ours && flock(fd, LOCK_EX | LOCK_NB) == 0) unlinkat(at, working, 0);
    close(fd);
}

static unsigned hash_of(const char *s)
{
    unsigned h = 2166136261u;
    for (; *s; s++) h = (h ^ (unsigned char)*s) * 16777619u;
    return h;
}

static int open_named(Publication *p, int mode)
{
    const char *base = strrchr(p->target, '/');
    int fd = -EEXIST;
    p->way = PUBLISH_NAMED;
    for (int i = 0; i < TRIES && fd == -EEXIST; i++) {
        char name[64];
        snprintf(name, sizeof name, ".helio-%08x-%d.tmp", hash_of(base ? base + 1 : p->target), i);
        mem_free(p->working);
        p->working = beside(p->place.name, name);
        remove_stale(p->place.at, p->working);
        fd = sys_open_at(p->place.at, p->working, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW, mode);
    }
    if (fd < 0) return -fd;
    if (flock(fd, LOCK_EX | LOCK_NB) < 0 && errno != EWOULDBLOCK && errno != ENOLCK) return errno;
    p->next = named;
    named = p;
    return adopt(p, fd);
}

static int open_beside(Publication *p, int mode)
{
    AUTO_FREE char *folder = folder_of(p->place.name);
    int fd = sys_open_at(p->place.at, folder, O_TMPFILE | O_RDWR, mode);
    p->way = PUBLISH_UNNAMED;
    if (fd >= 0 && has_proc(fd)) return adopt(p, fd);
    if (fd >= 0) sys_close(fd);
    int err = fd < 0 ? -fd : 0;
    bool unknown = !err || err == EOPNOTSUPP || err == EISDIR || err == EINVAL || err == ENOENT;
    return unknown ? open_named(p, mode) : err;
}

// Folders that may not be written: all is kept in memory until it is complete.
static int open_overwrite(Publication *p)
{
    int err = safe_writes(&p->old);
    if (err) return err;
    int fd = memfd_create("helio", MFD_CLOEXEC);
    p->way = PUBLISH_OVERWRITE;
    return adopt(p, fd < 0 ? -errno : fd);
}

static int open_target(Publication *p, int mode)
{
    int err = safe_place(&p->place, p->target, false);
    if (err) return err;
    p->exists = fstatat(p->place.at, p->place.name, &p->old, AT_SYMLINK_NOFOLLOW) == 0 && !S_ISLNK(p->old.st_mode);
    if (p->exists && S_ISDIR(p->old.st_mode)) return EISDIR;
    if (p->exists && !S_ISREG(p->old.st_mode)) {
        p->way = PUBLISH_DIRECT;
        err = safe_writes(&p->old);
        return err ? err : adopt(p, sys_open_at(p->place.at, p->place.name, O_WRONLY | O_NOCTTY, 0));
    }
    if (p->exists && faccessat(p->place.at, p->place.name, W_OK, 0) < 0) return errno;
    err = open_beside(p, p->exists ? 0600 : mode & 07777);
    return p->exists && (err == EACCES || err == EROFS || err == EPERM) ? open_overwrite(p) : err;
}

int publish_open(Publication *p, const char *path, int mode)
{
    int err = 0;
    *p = (Publication){.fd = -1, .place.at = AT_FDCWD, .unsynced = mode & PUBLISH_UNSYNCED};
    if (!*path) return ENOENT;
    p->target = mode & PUBLISH_NO_LINK ? mem_strdup(path) : follow_links(path, &err);
    if (!err) err = open_target(p, mode);
    if (err) publish_abandon(p);
    return err;
}

// --- Writing -------------------------------------------------------------------------------------------------------------

int publish_write(const Publication *p, const void *data, size_t n)
{
    const char *from = data;
    while (n) {
        ssize_t k = p->way == PUBLISH_DIRECT ? sys_write_wait(p->fd, from, n, -1) : sys_write(p->fd, from, n);
        if (k < 0) return (int)-k;
        from += k;
        n -= (size_t)k;
        if (n && sys_interrupted()) return EINTR;
    }
    return 0;
}

// --- Taking the old file's place ------------------------------------------------------------------------------------------

typedef struct Names {
    int at;
    const char *self, *working, *target;  // self: the file without a name, NULL: it is there as `working`
    int err;
} Names;

// In the child: only system calls.
static void link_and_rename(Names *n)
{
    n->err = 0;
    if (n->self && linkat(AT_FDCWD, n->self, n->at, n->working, AT_SYMLINK_FOLLOW) < 0) n->err = errno;
    else if (renameat(n->at, n->working, n->at, n->target) < 0) n->err = errno;
    if (n->err && n->self && n->err != EEXIST) unlinkat(n->at, n->working, 0);
}

// Between link and rename the new file has a name that must not stay: a kill of this process does not reach the child.
static int replace_in_child(Names *n)
{
    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_BLOCK, &all, &before);
    pid_t pid = vfork();
    if (pid == 0) {
        link_and_rename(n);
        _exit(0);
    }
    if (pid < 0) link_and_rename(n);
    while (pid > 0 && waitpid(pid, NULL, 0) < 0 && errno == EINTR) continue;
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    return n->err;
}

static int replace_unnamed(const Publication *p)
{
    char self[64], name[64];
    int err = EEXIST;
    snprintf(self, sizeof self, "/proc/self/fd/%d", p->fd);
    if (!p->exists) {
        if (linkat(AT_FDCWD, self, p->place.at, p->place.name, AT_SYMLINK_FOLLOW) == 0) return 0;
        if (errno != EEXIST) return errno;
    }
    for (int i = 0; i < TRIES && err == EEXIST; i++) {
        snprintf(name, sizeof name, ".helio-%d-%d.tmp", (int)getpid(), i);
        AUTO_FREE char *working = beside(p->place.name, name);
        err = replace_in_child(&(Names){.at = p->place.at, .self = self, .working = working, .target = p->place.name});
    }
    return err;
}

static int copy_over(const Publication *p)
{
    char space[65536];
    struct stat st;
    ssize_t got = 0;
    if (fstat(p->fd, &st) < 0) return errno;
    int out = sys_open_at(p->place.at, p->place.name, O_WRONLY | O_NOFOLLOW | O_NONBLOCK, 0);
    if (out < 0) return -out;
    int err = st.st_size > p->old.st_size ? posix_fallocate(out, 0, st.st_size) : 0;
    if (err == EOPNOTSUPP || err == EINVAL) err = 0;
    const Publication to = {.fd = out};
    for (off_t at = 0; !err && (got = pread(p->fd, space, sizeof space, at)) > 0; at += got) {
        err = publish_write(&to, space, (size_t)got);
    }
    if (!err && got < 0) err = errno;
    if (!err && ftruncate(out, st.st_size) < 0) err = errno;
    if (!err) {
        err = sys_sync(out);
        if (err == EINTR) err = 0;  // all is written
    }
    int closed = sys_close(out);
    return err ? err : -closed;
}

static void forget(Publication *p)
{
    for (Publication **q = &named; *q; q = &(*q)->next) {
        if (*q != p) continue;
        *q = p->next;
        break;
    }
    if (p->fd >= 0) close(p->fd);
    safe_leave(&p->place);
    mem_free(p->target);
    mem_free(p->working);
    *p = (Publication){.fd = -1, .place.at = AT_FDCWD};
}

static const char *lost_by(const Publication *p)
{
    struct stat now;
    if (!p->exists || p->way > PUBLISH_NAMED) return NULL;
    if (p->old.st_nlink > 1) return "the file's other names (hard links) keep the old content";
    if (fstat(p->fd, &now) == 0 && now.st_uid != p->old.st_uid) return "the file has a new owner";
    if (fstat(p->fd, &now) == 0 && now.st_gid != p->old.st_gid) return "the file has a new group";
    return NULL;
}

int publish_commit(Publication *p, const char **lost)
{
    int err = 0;
    bool aside = p->way == PUBLISH_UNNAMED || p->way == PUBLISH_NAMED;
    const char *said = lost_by(p);
    if (lost) *lost = NULL;
    if (aside && p->exists && !p->unsynced) err = sys_sync(p->fd);
    if (err == EINVAL || err == EROFS) err = 0;  // it cannot be asked for there
    if (!err && p->way == PUBLISH_UNNAMED) err = replace_unnamed(p);
    if (!err && p->way == PUBLISH_OVERWRITE) err = copy_over(p);
    if (!err && p->way == PUBLISH_NAMED && renameat(p->place.at, p->working, p->place.at, p->place.name) < 0) err = errno;
    if (err) {
        publish_abandon(p);
        return err;
    }
    int closed = p->way == PUBLISH_DIRECT ? sys_close(p->fd) : 0;
    if (p->way == PUBLISH_DIRECT) p->fd = -1;
    forget(p);
    if (lost) *lost = said;
    return -closed;
}

void publish_abandon(Publication *p)
{
    if (p->fd >= 0 && p->way == PUBLISH_NAMED && p->working) unlinkat(p->place.at, p->working, 0);
    forget(p);
}

void publish_abandon_all(void)
{
    while (named) publish_abandon(named);
}

int publish_bytes(const char *path, const void *data, size_t n, int mode, const char **lost)
{
    Publication p;
    int err = publish_open(&p, path, mode);
    if (err) return err;
    err = publish_write(&p, data, n);
    if (!err) return publish_commit(&p, lost);
    publish_abandon(&p);
    return err;
}
