// FILE_COPY and FILE_MOVE. An old file gives way only to a complete new one (sys/publish.h). Start at place_files.
#include "base/mem.h"
#include "core/errors.h"
#include "lib/io/record.h"
#include "sys/entry.h"
#include "sys/fd.h"
#include "sys/interrupt.h"
#include "sys/publish.h"
#include "vm/call/call.h"
#include "vm/names/library.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define FILE_COPY_KEYWORDS(K, R)                                                                        \
    K(R, ALLOW_SAME, FLAG) K(R, COPY_NAMED_PIPE, FLAG) K(R, COPY_SYMLINK, FLAG) K(R, FORCE, FLAG)       \
    K(R, NOEXPAND_PATH, FLAG) K(R, OVERWRITE, FLAG) K(R, RECURSIVE, FLAG) K(R, REQUIRE_DIRECTORY, FLAG) \
    K(R, VERBOSE, FLAG)
KEYWORDS(FILE_COPY)

#define FILE_MOVE_KEYWORDS(K, R)                                                                         \
    K(R, ALLOW_SAME, FLAG) K(R, NOEXPAND_PATH, FLAG) K(R, OVERWRITE, FLAG) K(R, REQUIRE_DIRECTORY, FLAG) \
    K(R, VERBOSE, FLAG)
KEYWORDS(FILE_MOVE)

enum { DEPTH_MAX = 200 };

// What the keywords ask for; `lost` is what went with an overwritten file, NULL nothing.
typedef struct Placing {
    bool links, pipes, force, overwrite, recursive;
    const char *lost;
} Placing;

typedef int Place(Placing *x, const char *from, const char *to);  // 0 or errno

static int copy_bytes(int in, const Publication *out)
{
    char space[65536];
    ssize_t got;
    while ((got = sys_read(in, space, sizeof space)) > 0) {
        int err = publish_write(out, space, (size_t)got);
        if (err || sys_interrupted()) return err ? err : EINTR;
    }
    return (int)-got;
}

// The content of a file, pipe or device, with the mode of a new file from the source.
static int copy_content(Placing *x, const char *from, const char *to, const struct stat *st)
{
    Publication out;
    int in = sys_open(from, O_RDONLY, 0);
    if (in < 0) return -in;
    int err = publish_open(&out, to, (int)(st->st_mode & 0777));
    if (err == EACCES && x->force && sys_unlink(to) == 0) err = publish_open(&out, to, (int)(st->st_mode & 0777));
    if (!err) {
        err = copy_bytes(in, &out);
        if (err) publish_abandon(&out);
        else err = publish_commit(&out, &x->lost);
    }
    sys_close(in);
    return err;
}

// A link or pipe of the same kind, in place of what was there.
static int make_again(const char *from, const char *to, const struct stat *st)
{
    char target[PATH_MAX];
    ssize_t n = S_ISLNK(st->st_mode) ? readlink(from, target, sizeof target - 1) : 0;
    if (n < 0) return errno;
    target[n] = '\0';
    for (int i = 0; i < 2; i++) {
        int err = S_ISLNK(st->st_mode) ? sys_symlink(target, to) : sys_mkfifo(to, st->st_mode & 0777);
        if (err != EEXIST) return err;
        err = sys_unlink(to);
        if (err) return err;
    }
    return EEXIST;
}

static int copy_any(Placing *x, const char *from, const char *to, int depth);

static int copy_folder(Placing *x, const char *from, const char *to, const struct stat *st, int depth)
{
    struct stat there;
    if (!x->recursive) return EISDIR;
    if (depth > DEPTH_MAX) return ELOOP;
    DIR *d = opendir(from);
    if (!d) return errno;
    int err = sys_mkdir(to, (st->st_mode & 0777) | 0700);
    if (err == EEXIST && stat(to, &there) == 0 && S_ISDIR(there.st_mode)) err = 0;
    for (const struct dirent *e; !err && (e = readdir(d));) {
        char inner[PATH_MAX], target[PATH_MAX];
        if (!strcmp(e->d_name, ".") || !strcmp(e->d_name, "..")) continue;
        if (snprintf(inner, sizeof inner, "%s/%s", from, e->d_name) >= PATH_MAX ||
            snprintf(target, sizeof target, "%s/%s", to, e->d_name) >= PATH_MAX) {
            err = ENAMETOOLONG;
            break;
        }
        err = lstat(target, &there) == 0 && !S_ISDIR(there.st_mode) && !x->overwrite ? EEXIST : 0;
        if (!err) err = copy_any(x, inner, target, depth + 1);
    }
    closedir(d);
    return err;
}

static int copy_any(Placing *x, const char *from, const char *to, int depth)
{
    struct stat link, st;
    if (sys_interrupted()) return EINTR;
    if (lstat(from, &link) < 0) return errno;
    if (x->links && S_ISLNK(link.st_mode)) return make_again(from, to, &link);
    if (stat(from, &st) < 0) return errno;
    if (S_ISDIR(st.st_mode)) return copy_folder(x, from, to, &st, depth);
    if (x->pipes && S_ISFIFO(st.st_mode)) return make_again(from, to, &st);
    return copy_content(x, from, to, &st);
}

static int copy_file(Placing *x, const char *from, const char *to) { return copy_any(x, from, to, 0); }

// Within a file system a new name; else a copy, after which the source goes.
static int move_file(Placing *x, const char *from, const char *to)
{
    struct stat st;
    int err = sys_rename(from, to);
    if (err != EXDEV) return err;
    if (lstat(from, &st) < 0) return errno;
    if (S_ISDIR(st.st_mode)) return EXDEV;
    err = S_ISREG(st.st_mode) ? copy_content(x, from, to, &st) : make_again(from, to, &st);
    return err ? err : sys_unlink(from);
}

// A folder that would be copied into itself.
static bool is_inside(const char *folder, const char *path)
{
    struct stat top, st;
    char at[PATH_MAX];
    if (stat(folder, &top) < 0 || !S_ISDIR(top.st_mode) || strlen(path) + 8 > sizeof at) return false;
    strcpy(at, path);
    for (int i = 0; i < DEPTH_MAX; i++) {
        char *slash = strrchr(at, '/');
        if (slash && slash != at) *slash = '\0';
        else strcpy(at, slash ? "/" : ".");
        if (stat(at, &st) == 0 && st.st_ino == top.st_ino && st.st_dev == top.st_dev) return true;
        if (!strcmp(at, "/") || !strcmp(at, ".")) break;
    }
    return false;
}

// Why `from` may not go to `to`: errno; 0 it may; -1 it is there already and that is fine.
static int refused(const Placing *x, const char *from, const char *to, bool same_is_fine)
{
    struct stat st, source;
    bool exists = lstat(to, &st) == 0;
    bool both = exists && stat(from, &source) == 0 && stat(to, &st) == 0;
    if (both && source.st_ino == st.st_ino && source.st_dev == st.st_dev) return same_is_fine ? -1 : EEXIST;
    if (is_inside(from, to)) return EINVAL;
    return exists && !x->overwrite && !x->force ? EEXIST : 0;
}

// The destination, or the source's name in it when it is a folder.
static const char *target_of(const char *from, const char *to, bool must_be_folder, char full[PATH_MAX], int *err)
{
    struct stat st;
    size_t n;
    const char *name = record_base_part(from, &n);
    bool is_folder = stat(to, &st) == 0 && S_ISDIR(st.st_mode);
    *err = must_be_folder && !is_folder ? ENOTDIR : 0;
    if (!is_folder) return to;
    if (snprintf(full, PATH_MAX, "%s/%.*s", to, (int)n, name) >= PATH_MAX) *err = ENAMETOOLONG;
    return full;
}

typedef struct Slots {
    int same, noexpand, require, verbose;
} Slots;

// Source i goes to destination i, or all into the one destination folder.
static void place_files(Call *c, Place *place, Placing *x, const Slots *k, const char *what)
{
    library_look_again(c->vm);
    Paths from = paths_of(c, 0, paths_all(c, k->noexpand)), to = paths_of(c, 1, paths_first(c, k->noexpand));
    if (to.n != 1 && to.n != from.n) throw_msg(c, E_SHAPE, "Source and destination differ in number.");
    for (int64_t i = 0; i < from.n; i++) {
        char full[PATH_MAX];
        int err;
        bool into = call_kw_set(c, k->require) || (to.n == 1 && from.n > 1);
        const char *target = target_of(from.p[i], to.p[to.n == 1 ? 0 : i], into, full, &err);
        if (!err) err = refused(x, from.p[i], target, call_kw_set(c, k->same));
        if (err < 0) continue;
        x->lost = NULL;
        if (!err) err = place(x, from.p[i], target);
        if (err == EINTR) call_poll(c);
        if (err) throw_status(c, status_sys(E_FILE, err, "%s: %s to %s.", what, from.p[i], target));
        if (x->lost) call_warn(c, true, "%s: %s.", target, x->lost);
        if (call_kw_set(c, k->verbose)) call_warn(c, true, "%s to %s.", from.p[i], target);
    }
}

// FILE_COPY, SourcePath, DestPath [, keywords]: copies files; RECURSIVE: folders with all in them; COPY_SYMLINK,
// COPY_NAMED_PIPE: links and pipes as such. OVERWRITE: an old file is replaced; FORCE: also one that may not be written.
// Manual: FILE_COPY.
static void pro_file_copy(Call *c)
{
    Placing x = {call_kw_set(c, KW_FILE_COPY_COPY_SYMLINK), call_kw_set(c, KW_FILE_COPY_COPY_NAMED_PIPE),
                 call_kw_set(c, KW_FILE_COPY_FORCE), call_kw_set(c, KW_FILE_COPY_OVERWRITE),
                 call_kw_set(c, KW_FILE_COPY_RECURSIVE), NULL};
    place_files(c, copy_file, &x, &(Slots){KW_FILE_COPY_ALLOW_SAME, KW_FILE_COPY_NOEXPAND_PATH, KW_FILE_COPY_REQUIRE_DIRECTORY,
                KW_FILE_COPY_VERBOSE}, "Unable to copy file");
}

// FILE_MOVE, SourcePath, DestPath [, keywords]: renames; a file (not a folder) also goes to another file system.
// Manual: FILE_MOVE.
static void pro_file_move(Call *c)
{
    Placing x = {.overwrite = call_kw_set(c, KW_FILE_MOVE_OVERWRITE)};
    place_files(c, move_file, &x, &(Slots){KW_FILE_MOVE_ALLOW_SAME, KW_FILE_MOVE_NOEXPAND_PATH, KW_FILE_MOVE_REQUIRE_DIRECTORY,
                KW_FILE_MOVE_VERBOSE}, "Unable to move file");
}

static const Routine rows[] = {
    {"FILE_COPY", PROCEDURE, {2, 2}, pro_file_copy, "Source, Dest", KEYS(FILE_COPY)},
    {"FILE_MOVE", PROCEDURE, {2, 2}, pro_file_move, "Source, Dest", KEYS(FILE_MOVE)},
};
ROUTINE_TABLE(lib_copy, rows)
