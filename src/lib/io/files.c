// Files as things: FILE_TEST, FILE_INFO, FILE_LINES, FILE_DELETE, FILE_MKDIR, FILE_COPY, FILE_MOVE. Names alone are
// handled in names.c. Start at fn_file_test.
#include "base/mem.h"
#include "core/errors.h"
#include "io/lun.h"
#include "io/stream.h"
#include "lib/io/look.h"
#include "lib/io/record.h"
#include "sys/entry.h"
#include "sys/fd.h"
#include "sys/interrupt.h"
#include "vm/call/call.h"
#include "vm/names/library.h"
#include "vm/vm.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define FILE_TEST_KEYWORDS(K, R)                                                                                  \
    K(R, BLOCK_SPECIAL, FLAG) K(R, CHARACTER_SPECIAL, FLAG) K(R, DANGLING_SYMLINK, FLAG) K(R, DIRECTORY, FLAG)    \
    K(R, EXECUTABLE, FLAG) K(R, GET_MODE, OUT) K(R, GROUP, FLAG) K(R, NAMED_PIPE, FLAG) K(R, NOEXPAND_PATH, FLAG) \
    K(R, READ, FLAG) K(R, REGULAR, FLAG) K(R, SETGID, FLAG) K(R, SETUID, FLAG) K(R, SOCKET, FLAG)                 \
    K(R, STICKY_BIT, FLAG) K(R, SYMLINK, FLAG) K(R, USER, FLAG) K(R, WRITE, FLAG) K(R, ZERO_LENGTH, FLAG)
KEYWORDS(FILE_TEST)

#define SLOT(name, holds) KW_FILE_TEST_##name,
static const int slots[LOOK_COUNT] = {LOOK_TESTS(SLOT) KW_FILE_TEST_DANGLING_SYMLINK};

static bool passes(Call *c, const char *path, const Seen *f)
{
    unsigned tests = 0;
    for (int i = 0; i < LOOK_COUNT; i++) tests |= call_kw_set(c, slots[i]) ? 1u << i : 0;
    return (f->exists || tests) && look_passes(path, f, tests);
}

static void fn_file_test(Call *c)
{
    Paths paths = paths_of(c, 0, paths_first(c, KW_FILE_TEST_NOEXPAND_PATH));
    Arr *out = paths_result(c, &paths, T_LONG), *modes = paths_result(c, &paths, T_LONG);
    for (int64_t i = 0; i < paths.n; i++) {
        Seen f = look(paths.p[i]);
        ((int32_t *)out->data)[i] = passes(c, paths.p[i], &f);
        ((int32_t *)modes->data)[i] = f.exists ? (int32_t)(f.st.st_mode & 07777) : 0;
    }
    if (call_kw_given(c, KW_FILE_TEST_GET_MODE)) {
        call_kw_set_take(c, KW_FILE_TEST_GET_MODE,
                         val_is_array(paths.shape) ? val_arr_take(arr_ref(modes)) : arr_get(modes, 0));
    }
    paths_return(c, &paths, out);
}

#define FILE_INFO_KEYWORDS(K, R) K(R, NOEXPAND_PATH, FLAG)
KEYWORDS(FILE_INFO)

enum { FILE_INFO_FIELDS = 21 };

static void info_fields(const char *path, Field *f)
{
    Seen s = look(path);
    mode_t m = s.st.st_mode;
    const Field fields[FILE_INFO_FIELDS] = {
        {"NAME", T_STRING, 0, path},
        {"EXISTS", T_BYTE, s.exists, NULL},
        {"READ", T_BYTE, s.exists && access(path, R_OK) == 0, NULL},
        {"WRITE", T_BYTE, s.exists && access(path, W_OK) == 0, NULL},
        {"EXECUTE", T_BYTE, s.exists && access(path, X_OK) == 0, NULL},
        {"REGULAR", T_BYTE, S_ISREG(m), NULL},
        {"DIRECTORY", T_BYTE, S_ISDIR(m), NULL},
        {"BLOCK_SPECIAL", T_BYTE, S_ISBLK(m), NULL},
        {"CHARACTER_SPECIAL", T_BYTE, S_ISCHR(m), NULL},
        {"NAMED_PIPE", T_BYTE, S_ISFIFO(m), NULL},
        {"SETGID", T_BYTE, (m & S_ISGID) != 0, NULL},
        {"SETUID", T_BYTE, (m & S_ISUID) != 0, NULL},
        {"SOCKET", T_BYTE, S_ISSOCK(m), NULL},
        {"STICKY_BIT", T_BYTE, (m & S_ISVTX) != 0, NULL},
        {"SYMLINK", T_BYTE, s.is_link, NULL},
        {"DANGLING_SYMLINK", T_BYTE, s.is_dangling, NULL},
        {"MODE", T_LONG, s.exists ? (int64_t)(m & 07777) : 0, NULL},
        {"ATIME", T_LONG64, s.st.st_atime, NULL},
        {"CTIME", T_LONG64, s.st.st_ctime, NULL},
        {"MTIME", T_LONG64, s.st.st_mtime, NULL},
        {"SIZE", T_LONG64, s.st.st_size, NULL},
    };
    memcpy(f, fields, sizeof fields);
}

static void fn_file_info(Call *c)
{
    Paths paths = paths_of(c, 0, paths_first(c, KW_FILE_INFO_NOEXPAND_PATH));
    Field f[FILE_INFO_FIELDS];
    info_fields("", f);
    int rank = val_is_array(paths.shape) ? paths.shape->a->rank : 1;
    const int64_t *dim = val_is_array(paths.shape) ? paths.shape->a->dim : &(int64_t){1};
    Arr *a = record_new(c, "FILE_INFO", f, FILE_INFO_FIELDS, rank, dim);
    for (int64_t i = 0; i < paths.n; i++) {
        info_fields(paths.p[i], f);
        record_fill(a, i, f, FILE_INFO_FIELDS);
    }
    call_return_take(c, val_arr_take(a));
}

#define FILE_LINES_KEYWORDS(K, R) K(R, COMPRESS, FLAG) K(R, NOEXPAND_PATH, FLAG)
KEYWORDS(FILE_LINES)

typedef struct LineCount {
    int64_t lines;
    bool after_cr, at_start;  // at_start: behind a line's end
} LineCount;

// LF, CR LF and CR end lines (manual: FILE_LINES).
static void count_ends(LineCount *x, const char *p, size_t n)
{
    for (const char *end = p + n; p < end; p++) {
        bool is_end = *p == '\r' || (*p == '\n' && !x->after_cr);
        x->lines += is_end;
        x->at_start = *p == '\n' || *p == '\r';
        x->after_cr = *p == '\r';
    }
}

// Lines of a file; a last one without its end counts.
static Status open_lines(const struct NetOptions *net, const char *path, bool compressed, Stream **s)
{
    if (!url_is(path)) return compressed ? gzip_open(path, O_RDONLY, s) : file_open(path, O_RDONLY, s);
    STATUS_TRY(url_open(net, path, s));
    return compressed ? gzip_over(*s, false, s) : STATUS_OK;
}

static Status count_lines(const struct NetOptions *net, const char *path, bool compressed, int64_t *lines)
{
    char space[65536];
    LineCount count = {.at_start = true};
    Stream *s;
    size_t got = 1;
    STATUS_TRY(open_lines(net, path, compressed, &s));
    Status st = STATUS_OK;
    while (status_ok(st) && got) {
        st = sys_interrupted() ? stream_error(E_READ, EINTR) : s->ops->read(s, space, sizeof space, &got);
        if (!status_ok(st) || !got) break;
        count_ends(&count, space, got);
    }
    *lines = count.lines + !count.at_start;
    Status closed = s->ops->close(s);
    status_drop(&closed);
    return st;
}

// The failure of a routine on a file: "Unable to ...: NAME." with the system's line.
static _Noreturn void throw_file(Call *c, int err, const char *what, const char *path)
{
    throw_status(c, status_sys(E_FILE, err, "%s: %s.", what, path));
}

static void fn_file_lines(Call *c)
{
    Paths paths = paths_of(c, 0, paths_first(c, KW_FILE_LINES_NOEXPAND_PATH));
    Arr *out = paths_result(c, &paths, T_LONG64);
    int64_t largest = 0, *n = out->data;
    for (int64_t i = 0; i < paths.n; i++) {
        Status s = count_lines(c->vm->net, paths.p[i], call_kw_set(c, KW_FILE_LINES_COMPRESS), &n[i]);
        if (s.code == E_INTERRUPT) throw_status(c, s);
        if (!status_ok(s)) {
            bool is_told = url_is(paths.p[i]) && s.text;
            Status told = status_sys(E_OPEN, s.sys, "Error opening file. File: %s%s%s", paths.p[i], is_told ? "\n  " : "",
                                     is_told ? s.text : "");
            status_drop(&s);
            throw_status(c, told);
        }
        if (n[i] > largest) largest = n[i];
    }
    if (largest <= INT32_MAX) {
        Arr *small = paths_result(c, &paths, T_LONG);
        for (int64_t i = 0; i < paths.n; i++) ((int32_t *)small->data)[i] = (int32_t)n[i];
        out = small;
    }
    paths_return(c, &paths, out);
}

#define FILE_DELETE_KEYWORDS(K, R)                                                                  \
    K(R, ALLOW_NONEXISTENT, FLAG) K(R, NOEXPAND_PATH, FLAG) K(R, QUIET, FLAG) K(R, RECURSIVE, FLAG) \
    K(R, RECYCLE, HIDDEN) K(R, VERBOSE, FLAG)
KEYWORDS(FILE_DELETE)

// Removes a file or an empty folder, with `deep` a folder and all in it (links are removed, not followed). 0 or errno.
static int remove_path(const char *path, bool deep, int depth)
{
    struct stat st;
    int err = 0;
    if (lstat(path, &st) < 0) return errno;
    if (S_ISDIR(st.st_mode) && deep && depth < 200) {
        DIR *d = opendir(path);
        struct dirent *e;
        if (!d) return errno;
        while (!err && (e = readdir(d))) {
            char inner[4096];
            if (!strcmp(e->d_name, ".") || !strcmp(e->d_name, "..")) continue;
            int n = snprintf(inner, sizeof inner, "%s/%s", path, e->d_name);
            err = n < (int)sizeof inner ? remove_path(inner, true, depth + 1) : ENAMETOOLONG;
        }
        closedir(d);
    }
    return err ? err : sys_remove(path);
}

static void pro_file_delete(Call *c)
{
    library_look_again(c->vm);
    for (int a = 0; a < c->argc; a++) {
        Paths paths = paths_of(c, a, paths_all(c, KW_FILE_DELETE_NOEXPAND_PATH));
        for (int64_t i = 0; i < paths.n; i++) {
            int err = remove_path(paths.p[i], call_kw_set(c, KW_FILE_DELETE_RECURSIVE), 0);
            if (err == ENOENT && call_kw_set(c, KW_FILE_DELETE_ALLOW_NONEXISTENT)) continue;
            if (err && !call_kw_set(c, KW_FILE_DELETE_QUIET)) throw_file(c, err, "Unable to delete file", paths.p[i]);
            if (!err && call_kw_set(c, KW_FILE_DELETE_VERBOSE)) call_warn(c, true, "Deleted: %s.", paths.p[i]);
        }
    }
}

#define FILE_MKDIR_KEYWORDS(K, R) K(R, NOEXPAND_PATH, FLAG)
KEYWORDS(FILE_MKDIR)

// Makes a folder and those above it that are missing. 0 or errno.
static int make_folder(char *path)
{
    struct stat st;
    for (char *p = path + 1; *path; p++) {
        if (*p && *p != '/') continue;
        char kept = *p;
        *p = '\0';
        int err = sys_mkdir(path, 0777);
        if (err == EEXIST) err = stat(path, &st) == 0 && S_ISDIR(st.st_mode) ? 0 : kept ? ENOTDIR : EEXIST;
        *p = kept;
        if (err || !kept) return err;
    }
    return ENOENT;
}

static void pro_file_mkdir(Call *c)
{
    library_look_again(c->vm);
    for (int a = 0; a < c->argc; a++) {
        Paths paths = paths_of(c, a, paths_first(c, KW_FILE_MKDIR_NOEXPAND_PATH));
        for (int64_t i = 0; i < paths.n; i++) {
            AUTO_FREE char *copy = mem_strdup(paths.p[i]);
            int err = make_folder(copy);
            if (!err) continue;
            mem_free(copy);
            copy = NULL;
            throw_file(c, err, "Unable to create directory", paths.p[i]);
        }
    }
}

#define CD_KEYWORDS(K, R) K(R, CURRENT, OUT)
KEYWORDS(CD)

// CD [, Directory] [, CURRENT=variable]: changes the working folder; '' is the user's home. CURRENT: the one before.
// Manual: CD.
static void pro_cd(Call *c)
{
    library_look_again(c->vm);
    char here[4096];
    bool asks = call_kw_given(c, KW_CD_CURRENT);
    if (asks && !getcwd(here, sizeof here)) throw_file(c, errno, "Unable to tell the current directory", ".");
    if (c->argc > 0) {
        Paths paths = paths_of(c, 0, PATHS_FIRST);
        const char *home = getenv("HOME"), *to = paths.n && *paths.p[0] ? paths.p[0] : home ? home : "/";
        if (chdir(to) < 0) throw_file(c, errno, "Unable to change current directory to", to);
    }
    if (asks) call_kw_set_take(c, KW_CD_CURRENT, val_string(here));
}

// FILE_DELETE, File, ...: Deletes files and empty folders; /RECURSIVE folders with what is in them,
// /ALLOW_NONEXISTENT without an error for what is not there.

// FILE_MKDIR, Folder, ...: Makes folders, and those above them that are missing.

// FILE_TEST(File): 1 for files that are there and are what the keywords ask for (/DIRECTORY, /READ, ...), else 0.

// FILE_INFO(File): A structure of what the system knows of a file: its size, its times, whether it can be read, ...

// FILE_LINES(File): How many lines of text a file has.

static const Routine rows[] = {
    {"CD", PROCEDURE, {0, 1}, pro_cd, "[, Directory]", KEYS(CD)},
    {"FILE_DELETE", PROCEDURE, {1, ARGS_ANY}, pro_file_delete, "File...", KEYS(FILE_DELETE)},
    {"FILE_INFO", FUNCTION, {1, 1}, fn_file_info, "Path", KEYS(FILE_INFO), .defines = "FILE_INFO"},
    {"FILE_LINES", FUNCTION, {1, 1}, fn_file_lines, "Path", KEYS(FILE_LINES)},
    {"FILE_MKDIR", PROCEDURE, {1, ARGS_ANY}, pro_file_mkdir, "File...", KEYS(FILE_MKDIR)},
    {"FILE_TEST", FUNCTION, {1, 1}, fn_file_test, "File", KEYS(FILE_TEST)},
};
ROUTINE_TABLE(lib_files, rows)
