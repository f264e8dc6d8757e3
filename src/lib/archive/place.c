// See place.h. Start at place_open.
#include "lib/archive/place.h"

#include "base/mem.h"
#include "lib/archive/names.h"
#include "sys/entry.h"
#include "sys/interrupt.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum { HOLE = 4096 };

static int refuse(Place *x, const char *why)
{
    x->why = why;
    return -1;
}

static int path_of(Place *x, const char *name, size_t n)
{
    int k = snprintf(x->path, sizeof x->path, "%s%s%.*s", x->root, n ? "/" : "", (int)n, name);
    return k < (int)sizeof x->path ? 0 : ENAMETOOLONG;
}

// --- Folders -------------------------------------------------------------------------------------------------------

int place_root(Place *x, const char *root)
{
    size_t n = strlen(root);
    while (n > 1 && root[n - 1] == '/') n--;
    char *made = mem_strndup(root, n);
    mode_t mask = umask(0);
    umask(mask);
    *x = (Place){.root = made, .mask = mask};
    x->tail = &x->later;
    if (n >= PATH_MAX) return ENAMETOOLONG;
    for (size_t i = 1; i <= n; i++) {
        struct stat st;
        if (i < n && root[i] != '/') continue;
        snprintf(x->path, sizeof x->path, "%.*s", (int)i, root);
        if (stat(x->path, &st) == 0) {
            if (!S_ISDIR(st.st_mode)) return ENOTDIR;
            continue;
        }
        int err = errno == ENOENT ? sys_mkdir(x->path, 0777) : errno;
        if (err && err != EEXIST) return err;
    }
    return 0;
}

// The folder of that name (n bytes), made if need be; none of its parts is a link.
static int enter_folder(Place *x, const char *name, size_t n)
{
    if (x->is_looked && strlen(x->folder) == n && !memcmp(x->folder, name, n)) return 0;
    for (size_t i = 1; i <= n; i++) {
        struct stat st;
        if (i < n && name[i] != '/') continue;
        int err = path_of(x, name, i);
        if (err) return err;
        if (lstat(x->path, &st) < 0) {
            err = errno == ENOENT ? sys_mkdir(x->path, 0777) : errno;
            if (err) return err;
        } else if (S_ISLNK(st.st_mode)) {
            return refuse(x, "its way goes through a symbolic link");
        } else if (!S_ISDIR(st.st_mode)) {
            return refuse(x, "a part of its name is a file");
        }
    }
    memcpy(x->folder, name, n);
    x->folder[n] = '\0';
    x->is_looked = true;
    return 0;
}

static int enter_parent(Place *x, const char *name)
{
    const char *slash = strrchr(name, '/');
    int err = slash ? enter_folder(x, name, (size_t)(slash - name)) : 0;
    return err ? err : path_of(x, name, strlen(name));
}

static void put_off(Place *x, const char *name, const char *target, const ArchiveEntry *e)
{
    PlaceLater *l = mem_must(sizeof *l);
    *l = (PlaceLater){.name = mem_strdup(name),
                      .target = target ? mem_strdup(target) : NULL,
                      .mode = e->mode,
                      .seconds = e->seconds,
                      .nanoseconds = e->nanoseconds};
    *x->tail = l;
    x->tail = &l->next;
}

int place_folder(Place *x, const char *name, const ArchiveEntry *e)
{
    if (!*name) return 0;
    int err = enter_folder(x, name, strlen(name));
    if (!err) put_off(x, name, NULL, e);
    return err;
}

// --- Files and links -----------------------------------------------------------------------------------------------

// What is there under the entry's path: nothing, or something that may be replaced.
static int look_at_old(Place *x, bool *exists)
{
    struct stat st;
    *exists = lstat(x->path, &st) == 0;
    if (!*exists) return errno == ENOENT ? 0 : errno;
    if (S_ISDIR(st.st_mode)) return refuse(x, "a folder of that name is there");
    return S_ISREG(st.st_mode) || S_ISLNK(st.st_mode) ? 0 : refuse(x, "a device or pipe of that name is there");
}

int place_open(Place *x, const char *name, const ArchiveEntry *e, Publication *out)
{
    bool exists;
    if (!*name) return refuse(x, "it has no name");
    int err = enter_parent(x, name);
    if (!err) err = look_at_old(x, &exists);
    return err ? err : publish_open(out, x->path, (int)(e->mode & 0777) | PUBLISH_NO_LINK | PUBLISH_UNSYNCED);
}

int place_hard_link(Place *x, const char *name, const char *target)
{
    struct stat st, to;
    bool exists;
    int err = enter_parent(x, target);
    if (err) return err;
    if (lstat(x->path, &st) < 0)
        return errno == ENOENT ? refuse(x, "the file that it is another name of is not there") : errno;
    if (!S_ISREG(st.st_mode)) return refuse(x, "it is another name of something that is no file");
    char *from = mem_strdup(x->path);
    err = enter_parent(x, name);
    if (!err) err = look_at_old(x, &exists);
    bool same = !err && exists && lstat(x->path, &to) == 0 && to.st_ino == st.st_ino && to.st_dev == st.st_dev;
    if (!err && exists && !same) err = sys_unlink(x->path);
    if (!err && !same) err = sys_link(from, x->path);
    mem_free(from);
    return err;
}

int place_link(Place *x, const char *name, const char *target, const ArchiveEntry *e)
{
    if (!*name) return refuse(x, "it has no name");
    if (!archive_link_stays(name, target)) return refuse(x, "it is a symbolic link that leads out of the folder");
    put_off(x, name, target, e);
    return 0;
}

static int make_link(Place *x, const PlaceLater *l)
{
    bool exists;
    int err = enter_parent(x, l->name);
    if (!err) err = look_at_old(x, &exists);
    if (!err && exists) err = sys_unlink(x->path);
    if (!err) err = sys_symlink(l->target, x->path);
    return err || l->seconds < 0 ? err : sys_set_time(x->path, l->seconds, l->nanoseconds);
}

static int settle_folder(Place *x, const PlaceLater *l)
{
    struct stat st;
    int err = path_of(x, l->name, strlen(l->name));
    if (err || lstat(x->path, &st) < 0 || !S_ISDIR(st.st_mode)) return err;
    err = sys_chmod(x->path, (l->mode & 0777 & ~x->mask) | 0700);
    return err || l->seconds < 0 ? err : sys_set_time(x->path, l->seconds, l->nanoseconds);
}

int place_finish(Place *x, void (*refused)(void *ctx, const char *name, const char *why), void *ctx)
{
    int err = 0;
    x->is_looked = false;
    for (const PlaceLater *l = x->later; l && !err; l = l->next) {
        if (!l->target) continue;
        err = make_link(x, l);
        if (err == -1) {
            refused(ctx, l->name, x->why);
            err = 0;
        }
        if (sys_interrupted()) err = EINTR;
    }
    for (const PlaceLater *l = x->later; l && !err; l = l->next) {
        if (!l->target) err = settle_folder(x, l);
        if (sys_interrupted()) err = EINTR;
    }
    return err;
}

void place_release(void *place)
{
    Place *x = place;
    for (PlaceLater *l = x->later, *next; l; l = next) {
        next = l->next;
        mem_free(l->name);
        mem_free(l->target);
        mem_free(l);
    }
    mem_free((char *)x->root);
}

// --- Content -------------------------------------------------------------------------------------------------------

static bool is_zero(const char *p, size_t n) { return n && !p[0] && !memcmp(p, p + 1, n - 1); }

int place_write(const Publication *out, const char *p, size_t n, int64_t at)
{
    for (size_t done = 0, k; done < n; done += k) {
        k = HOLE - (size_t)((at + (int64_t)done) % HOLE);
        if (k > n - done) k = n - done;
        bool hole = is_zero(p + done, k);
        size_t end = done + k;
        while (end < n) { // as long as it goes on like this
            size_t more = n - end < HOLE ? n - end : HOLE;
            if (is_zero(p + end, more) != hole) break;
            end += more;
        }
        k = end - done;
        if (hole) continue;
        if (lseek(out->fd, at + (int64_t)done, SEEK_SET) < 0) return errno;
        int err = publish_write(out, p + done, k);
        if (err) return err;
    }
    return 0;
}

int place_end(const Place *x, const Publication *out, int64_t size, const ArchiveEntry *e)
{
    const struct timespec times[2] = {{.tv_nsec = UTIME_NOW}, {.tv_sec = e->seconds, .tv_nsec = e->nanoseconds}};
    if (ftruncate(out->fd, size) < 0 || fchmod(out->fd, e->mode & 0777 & ~x->mask) < 0) return errno;
    return e->seconds >= 0 && futimens(out->fd, times) < 0 ? errno : 0;
}
