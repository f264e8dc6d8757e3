// See safe.h. Start at safe_place.
#include "sys/safe.h"

#include "base/mem.h"
#include "core/errors.h"
#include "sys/landlock.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { LINKS_MAX = 40 };

// Of the process, as the kernel's rules are.
static struct {
    int fd;            // of the folder
    size_t n;
    char root[PATH_MAX];  // its path, n bytes
    char *display;
} safe = {.fd = -1};

bool safe_on(void) { return safe.fd >= 0; }

// --- Beginning -----------------------------------------------------------------------------------------------------------

// The part of a path behind the folder's own ("" for itself); NULL: it is outside.
static const char *below(const char *real)
{
    if (strncmp(real, safe.root, safe.n) != 0) return NULL;
    return real[safe.n] == '/' ? real + safe.n + 1 : real[safe.n] ? NULL : real + safe.n;
}

bool safe_covers(const char *path)
{
    char real[PATH_MAX];
    return safe_on() && realpath(path, real) && below(real);
}

static void keep_display(void)
{
    const char *display = getenv("DISPLAY");
    if (display && (*display == ':' || strncmp(display, "unix:", 5) == 0)) safe.display = strdup(display);
}

Status safe_start(const char *folder)
{
    if (!realpath(folder, safe.root)) return status_sys(E_FILE, errno, "The folder of --safe cannot be used: %s", folder);
    safe.n = strcmp(safe.root, "/") == 0 ? 0 : strlen(safe.root);
    int fd = open(safe.root, O_PATH | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0) return status_sys(E_FILE, errno, "The folder of --safe cannot be used: %s", folder);
    safe.fd = fd;
    if (safe_covers("/proc/self/exe")) {
        safe.fd = -1;
        close(fd);
        return status_fail(E_FILE, "helio itself lies in the folder of --safe (%s): take another one.", safe.root);
    }
    keep_display();
    landlock_writes_below(fd);
    return STATUS_OK;
}

const char *safe_display(void)
{
    const char *display = safe_on() ? safe.display : getenv("DISPLAY");
    return display && *display ? display : NULL;
}

// --- Places --------------------------------------------------------------------------------------------------------------

// "a/b/c" is "c" in "a/b/". What ends in a dot is "." in itself, which no call makes, removes or replaces.
static int split(const char *path, char folder[PATH_MAX], char last[NAME_MAX + 1])
{
    size_t n = strlen(path);
    if (!n) return ENOENT;
    while (n > 1 && path[n - 1] == '/') n--;
    size_t k = n;
    while (k && path[k - 1] != '/') k--;
    bool is_dots = k == n || (path[k] == '.' && (n - k == 1 || (n - k == 2 && path[k + 1] == '.')));
    size_t head = is_dots ? n : k;
    if (head >= PATH_MAX || n - k > NAME_MAX) return ENAMETOOLONG;
    snprintf(folder, PATH_MAX, "%.*s", head ? (int)head : 1, head ? path : ".");
    snprintf(last, NAME_MAX + 1, "%.*s", is_dots ? 1 : (int)(n - k), is_dots ? "." : path + k);
    return 0;
}

// From the folder's descriptor down, no link followed: a descriptor or -errno.
static int descend(const char *way)
{
    char name[NAME_MAX + 1];
    int fd = fcntl(safe.fd, F_DUPFD_CLOEXEC, 3), err = errno;
    while (fd >= 0 && *way) {
        size_t n = strcspn(way, "/");
        snprintf(name, sizeof name, "%.*s", (int)n, way);
        int next = openat(fd, name, O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
        err = errno;
        close(fd);
        fd = next;
        way += n + (way[n] == '/');
    }
    return fd < 0 ? -err : fd;
}

// A link's target takes its place in `path`: 1; 0: it is no link; -1: too long.
static int follow_link(char path[PATH_MAX], const char *folder, const char *last)
{
    char link[PATH_MAX + NAME_MAX + 2], to[PATH_MAX];
    snprintf(link, sizeof link, "%s/%s", folder, last);
    ssize_t n = readlink(link, to, sizeof to - 1);
    if (n < 0) return 0;
    to[n] = '\0';
    int len = *to == '/' ? snprintf(path, PATH_MAX, "%s", to) : snprintf(path, PATH_MAX, "%s/%s", folder, to);
    return len < PATH_MAX ? 1 : -1;
}

// Why the folder cannot be reached: that it would lie outside is said first.
static int why_no_folder(char path[PATH_MAX])
{
    char real[PATH_MAX];
    int err = errno;
    for (char *slash; (slash = strrchr(path, '/'));) {
        *slash = '\0';
        if (realpath(*path ? path : "/", real)) return below(real) ? err : SAFE_WRITE;
    }
    return realpath(".", real) && below(real) ? err : SAFE_WRITE;
}

static int find_place(SafePlace *p, char path[PATH_MAX], bool follow)
{
    char folder[PATH_MAX], real[PATH_MAX];
    for (int i = 0; i < LINKS_MAX; i++) {
        int err = split(path, folder, p->last);
        if (err) return err;
        if (!realpath(folder, real)) return why_no_folder(folder);
        int link = follow ? follow_link(path, real, p->last) : 0;
        if (link < 0) return ENAMETOOLONG;
        if (link) continue;
        const char *way = below(real);
        int fd = way ? descend(way) : -SAFE_WRITE;
        if (fd < 0) return -fd;
        p->at = fd;
        p->name = p->last;
        return 0;
    }
    return ELOOP;
}

int safe_place(SafePlace *p, const char *path, bool follow)
{
    char way[PATH_MAX];
    *p = (SafePlace){.at = AT_FDCWD, .name = path};
    if (!safe_on()) return 0;
    if (snprintf(way, sizeof way, "%s", path) >= PATH_MAX) return ENAMETOOLONG;
    return find_place(p, way, follow);
}

void safe_leave(SafePlace *p)
{
    if (p->at >= 0) close(p->at);
    p->at = AT_FDCWD;
}

// --- Opening -------------------------------------------------------------------------------------------------------------

static bool is_plain(const struct stat *st) { return S_ISREG(st->st_mode) || S_ISDIR(st->st_mode) || S_ISLNK(st->st_mode); }

int safe_writes(const struct stat *st)
{
    if (!safe_on()) return 0;
    if (!is_plain(st)) return SAFE_DEVICE;
    return S_ISREG(st->st_mode) && st->st_nlink > 1 ? SAFE_LINKED : 0;
}

// The descriptor as it was asked for, or why not: -errno.
static int accept_opened(int fd, int flags, bool writes)
{
    struct stat st;
    int err = fstat(fd, &st) < 0 ? errno : writes ? safe_writes(&st) : is_plain(&st) ? 0 : SAFE_DEVICE;
    if (!err && flags & O_TRUNC && ftruncate(fd, 0) < 0) err = errno;
    if (!err && !(flags & O_NONBLOCK) && fcntl(fd, F_SETFL, fcntl(fd, F_GETFL) & ~O_NONBLOCK) < 0) err = errno;
    if (!err) return fd;
    close(fd);
    return -err;
}

// What it is shows before it is opened: opening a device may do something.
static int open_to_read(const char *path, int flags)
{
    struct stat st;
    if ((flags & O_NOFOLLOW ? lstat : stat)(path, &st) < 0) return -errno;
    if (!is_plain(&st)) return -SAFE_DEVICE;
    int fd = open(path, flags | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
    return fd < 0 ? -errno : accept_opened(fd, flags, false);
}

int safe_open(const char *path, int flags, int mode)
{
    SafePlace p;
    struct stat st;
    if ((flags & O_ACCMODE) == O_RDONLY && !(flags & (O_CREAT | O_TRUNC))) return open_to_read(path, flags);
    int err = safe_place(&p, path, !(flags & (O_NOFOLLOW | O_EXCL)));
    if (err) return -err;
    if (fstatat(p.at, p.name, &st, AT_SYMLINK_NOFOLLOW) == 0) err = safe_writes(&st);
    const int how = (flags & ~O_TRUNC) | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY;
    int fd = err ? -err : openat(p.at, p.name, how, mode);
    if (!err && fd < 0) fd = -errno;
    safe_leave(&p);
    return fd < 0 ? fd : accept_opened(fd, flags, true);
}

// --- Words ---------------------------------------------------------------------------------------------------------------

const char *sys_error_text(int err)
{
    static char text[PATH_MAX + 100];
    const char *folder = safe.n ? safe.root : "/";
    switch (err) {
    case SAFE_WRITE: snprintf(text, sizeof text, "Writing outside %s is not allowed under --safe", folder); return text;
    case SAFE_DEVICE: return "Opening a device or pipe is not allowed under --safe";
    case SAFE_LINKED: return "Writing into a file with other names (hard links) is not allowed under --safe";
    case SAFE_MODE: return "Running as another user (SETUID, SETGID) is not allowed under --safe";
    case SAFE_PROGRAM: return "Starting a program is not allowed under --safe";
    case SAFE_NETWORK: return "A network connection is not allowed under --safe";
    default: return strerror(err);
    }
}

int sys_error_number(int err) { return err >= SAFE_WRITE && err <= SAFE_NETWORK ? EPERM : err; }
