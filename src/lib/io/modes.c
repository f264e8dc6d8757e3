// Permissions, links and times of files: FILE_CHMOD, FILE_LINK, FILE_READLINK, FILE_SAME, FILE_MODTIME. Start at
// pro_file_chmod.
#include "core/errors.h"
#include "lib/io/record.h"
#include "sys/entry.h"
#include "vm/call/call.h"
#include "vm/names/library.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static _Noreturn void throw_file(Call *c, int err, const char *what, const char *path)
{
    throw_status(c, status_sys(E_FILE, err, "%s: %s.", what, path));
}

#define FILE_CHMOD_KEYWORDS(K, R)                                                                              \
    K(R, A_EXECUTE, "=b") K(R, A_READ, "=b") K(R, A_WRITE, "=b") K(R, G_EXECUTE, "=b") K(R, G_READ, "=b")      \
    K(R, G_WRITE, "=b") K(R, NOEXPAND_PATH, FLAG) K(R, O_EXECUTE, "=b") K(R, O_READ, "=b") K(R, O_WRITE, "=b") \
    K(R, SETGID, "=b") K(R, SETUID, "=b") K(R, STICKY_BIT, "=b") K(R, U_EXECUTE, "=b") K(R, U_READ, "=b")      \
    K(R, U_WRITE, "=b")
KEYWORDS(FILE_CHMOD)

// A keyword that is given adds its bits, or takes them away when it is 0; those for all come first.
static mode_t changed(Call *c, mode_t mode)
{
    static const struct {
        int slot;
        mode_t bits;
    } map[] = {
        {KW_FILE_CHMOD_A_EXECUTE, 0111}, {KW_FILE_CHMOD_A_READ, 0444},     {KW_FILE_CHMOD_A_WRITE, 0222},
        {KW_FILE_CHMOD_G_EXECUTE, 0010}, {KW_FILE_CHMOD_G_READ, 0040},     {KW_FILE_CHMOD_G_WRITE, 0020},
        {KW_FILE_CHMOD_O_EXECUTE, 0001}, {KW_FILE_CHMOD_O_READ, 0004},     {KW_FILE_CHMOD_O_WRITE, 0002},
        {KW_FILE_CHMOD_U_EXECUTE, 0100}, {KW_FILE_CHMOD_U_READ, 0400},     {KW_FILE_CHMOD_U_WRITE, 0200},
        {KW_FILE_CHMOD_SETGID, S_ISGID}, {KW_FILE_CHMOD_SETUID, S_ISUID}, {KW_FILE_CHMOD_STICKY_BIT, S_ISVTX},
    };
    for (size_t i = 0; i < sizeof map / sizeof map[0]; i++) {
        if (!call_kw(c, map[i].slot)) continue;
        mode = call_kw_set(c, map[i].slot) ? mode | map[i].bits : mode & ~map[i].bits;
    }
    return mode;
}

// FILE_CHMOD, File [, Mode] [, keywords]: the files' permissions; without Mode they are changed by the keywords alone.
// Manual: FILE_CHMOD.
static void pro_file_chmod(Call *c)
{
    Paths paths = paths_of(c, 0, paths_all(c, KW_FILE_CHMOD_NOEXPAND_PATH));
    for (int64_t i = 0; i < paths.n; i++) {
        struct stat st;
        if (stat(paths.p[i], &st) < 0) throw_file(c, errno, "Unable to change mode of file", paths.p[i]);
        mode_t mode = c->argc > 1 ? (mode_t)call_int(c, 1) : st.st_mode;
        int err = sys_chmod(paths.p[i], changed(c, mode) & 07777);
        if (err) throw_file(c, err, "Unable to change mode of file", paths.p[i]);
    }
}

#define FILE_LINK_KEYWORDS(K, R)                                                              \
    K(R, ALLOW_SAME, FLAG) K(R, HARDLINK, FLAG) K(R, NOEXPAND_PATH, FLAG) K(R, VERBOSE, FLAG)
KEYWORDS(FILE_LINK)

static bool is_same(const char *a, const char *b)
{
    struct stat x, y;
    return stat(a, &x) == 0 && stat(b, &y) == 0 && x.st_ino == y.st_ino && x.st_dev == y.st_dev;
}

// FILE_LINK, SourcePath, DestPath [, /ALLOW_SAME] [, /HARDLINK] [, /VERBOSE]: a link at DestPath (in it, when it is a folder)
// that stands for SourcePath. Manual: FILE_LINK.
static void pro_file_link(Call *c)
{
    library_look_again(c->vm);
    Paths from = paths_of(c, 0, paths_all(c, KW_FILE_LINK_NOEXPAND_PATH));
    Paths to = paths_of(c, 1, paths_first(c, KW_FILE_LINK_NOEXPAND_PATH));
    bool hard = call_kw_set(c, KW_FILE_LINK_HARDLINK);
    if (to.n != 1 && to.n != from.n) throw_msg(c, E_SHAPE, "Source and destination differ in number.");
    for (int64_t i = 0; i < from.n; i++) {
        char full[PATH_MAX];
        struct stat st;
        size_t n;
        const char *at = to.p[to.n == 1 ? 0 : i], *name = record_base_part(from.p[i], &n);
        bool is_folder = stat(at, &st) == 0 && S_ISDIR(st.st_mode);
        if (is_folder && snprintf(full, sizeof full, "%s/%.*s", at, (int)n, name) < PATH_MAX) at = full;
        if (call_kw_set(c, KW_FILE_LINK_ALLOW_SAME) && is_same(from.p[i], at)) continue;
        int err = hard ? sys_link(from.p[i], at) : sys_symlink(from.p[i], at);
        if (err) throw_file(c, err, "Unable to link file", at);
        if (call_kw_set(c, KW_FILE_LINK_VERBOSE)) call_warn(c, true, "%s to %s.", at, from.p[i]);
    }
}

#define FILE_READLINK_KEYWORDS(K, R)                                                     \
    K(R, ALLOW_NONEXISTENT, FLAG) K(R, ALLOW_NONSYMLINK, FLAG) K(R, NOEXPAND_PATH, FLAG)
KEYWORDS(FILE_READLINK)

// FILE_READLINK(Path [, /ALLOW_NONEXISTENT] [, /ALLOW_NONSYMLINK] [, /NOEXPAND_PATH]): what a link stands for. Manual.
static void fn_file_readlink(Call *c)
{
    Paths paths = paths_of(c, 0, paths_first(c, KW_FILE_READLINK_NOEXPAND_PATH));
    Arr *out = paths_result(c, &paths, T_STRING);
    for (int64_t i = 0; i < paths.n; i++) {
        char target[PATH_MAX];
        ssize_t n = readlink(paths.p[i], target, sizeof target);
        bool is_fine = n >= 0 || (errno == ENOENT && call_kw_set(c, KW_FILE_READLINK_ALLOW_NONEXISTENT)) ||
                       (errno == EINVAL && call_kw_set(c, KW_FILE_READLINK_ALLOW_NONSYMLINK));
        if (!is_fine) throw_file(c, errno, "Unable to read symbolic link", paths.p[i]);
        record_put_text(c, out, i, target, n > 0 ? (size_t)n : 0);
    }
    paths_return(c, &paths, out);
}

#define FILE_SAME_KEYWORDS(K, R) K(R, NOEXPAND_PATH, FLAG)
KEYWORDS(FILE_SAME)

// FILE_SAME(Path1, Path2 [, /NOEXPAND_PATH]): 1 where both names stand for one file. Manual: FILE_SAME.
static void fn_file_same(Call *c)
{
    Paths a = paths_of(c, 0, paths_first(c, KW_FILE_SAME_NOEXPAND_PATH));
    Paths b = paths_of(c, 1, paths_first(c, KW_FILE_SAME_NOEXPAND_PATH));
    if (a.n != b.n && a.n != 1 && b.n != 1) throw_msg(c, E_SHAPE, "The two arguments differ in number.");
    const Paths *shape = a.n >= b.n && val_is_array(a.shape) ? &a : &b;
    Arr *out = paths_result(c, shape, T_BYTE);
    for (int64_t i = 0; i < shape->n; i++) {
        const char *x = a.p[a.n == 1 ? 0 : i], *y = b.p[b.n == 1 ? 0 : i];
        ((uint8_t *)out->data)[i] = !strcmp(x, y) || is_same(x, y);
    }
    paths_return(c, shape, out);
}

// FILE_MODTIME(File): when the files were changed last, in seconds since 1970 (LONG64). Manual: FILE_MODTIME.
static void fn_file_modtime(Call *c)
{
    Paths paths = paths_of(c, 0, PATHS_FIRST);
    Arr *out = paths_result(c, &paths, T_LONG64);
    for (int64_t i = 0; i < paths.n; i++) {
        struct stat st;
        if (stat(paths.p[i], &st) < 0) throw_file(c, errno, "Unable to obtain information about file", paths.p[i]);
        ((int64_t *)out->data)[i] = st.st_mtime;
    }
    paths_return(c, &paths, out);
}

static const Routine rows[] = {
    {"FILE_CHMOD", PROCEDURE, {1, 2}, pro_file_chmod, "File [, Mode]", KEYS(FILE_CHMOD)},
    {"FILE_LINK", PROCEDURE, {2, 2}, pro_file_link, "Source, Dest", KEYS(FILE_LINK)},
    {"FILE_MODTIME", FUNCTION, {1, 1}, fn_file_modtime, "File"},
    {"FILE_READLINK", FUNCTION, {1, 1}, fn_file_readlink, "Path", KEYS(FILE_READLINK)},
    {"FILE_SAME", FUNCTION, {2, 2}, fn_file_same, "Path1, Path2", KEYS(FILE_SAME)},
};
ROUTINE_TABLE(lib_modes, rows)
