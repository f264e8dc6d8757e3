// File names: FILE_BASENAME, FILE_DIRNAME, FILE_SEARCH, EXPAND_PATH's simple relative FILE_EXPAND_PATH, FILE_COPY and
// FILE_MOVE. Start at fn_file_search.
#include "base/mem.h"
#include "core/errors.h"
#include "io/lun.h"
#include "lib/io/record.h"
#include "sys/fd.h"
#include "sys/interrupt.h"
#include "vm/call.h"
#include "vm/library.h"
#include "vm/vm.h"

#include <errno.h>
#include <fcntl.h>
#include <fnmatch.h>
#include <ctype.h>
#include <dirent.h>
#include <glob.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

#define FILE_BASENAME_KEYWORDS(K) K(FILE_BASENAME, FOLD_CASE)
KEYWORDS(FILE_BASENAME)

static void put_string(Call *c, Arr *a, int64_t i, const char *p, size_t n)
{
    Str *s = str_new(p, n);
    if (n && !s) throw_no_memory(c);
    str_drop(((StrSlot *)a->data)[i].p);
    ((StrSlot *)a->data)[i].p = s;
}

// Last part of a path without trailing slashes.
static const char *base_part(const char *path, size_t *n)
{
    size_t end = strlen(path);
    while (end > 1 && path[end - 1] == '/') end--;
    size_t start = end;
    while (start > 0 && path[start - 1] != '/') start--;
    if (start == end && end > 0) start = end - 1;  // "/"
    *n = end - start;
    return path + start;
}

static size_t without_suffix(const char *p, size_t n, const char *suffix, bool fold)
{
    size_t k = strlen(suffix);
    if (k == 0 || k >= n) return n;
    bool same = fold ? strncasecmp(p + n - k, suffix, k) == 0 : memcmp(p + n - k, suffix, k) == 0;
    return same ? n - k : n;
}

static void fn_file_basename(Call *c)
{
    Paths paths = paths_of(c, 0, true);
    Arr *out = paths_result(c, &paths, T_STRING);
    bool fold = call_kw_set(c, KW_FILE_BASENAME_FOLD_CASE);
    Paths suffixes = c->argc > 1 ? paths_of(c, 1, true) : (Paths){0};
    for (int64_t i = 0; i < paths.n; i++) {
        size_t n;
        const char *p = base_part(paths.p[i], &n);
        for (int64_t k = 0; k < suffixes.n; k++) {
            size_t cut = without_suffix(p, n, suffixes.p[k], fold);
            if (cut == n) continue;
            n = cut;
            break;
        }
        put_string(c, out, i, p, n);
    }
    paths_return(c, &paths, out);
}

#define FILE_DIRNAME_KEYWORDS(K) K(FILE_DIRNAME, MARK_DIRECTORY)
KEYWORDS(FILE_DIRNAME)

static void fn_file_dirname(Call *c)
{
    Paths paths = paths_of(c, 0, true);
    Arr *out = paths_result(c, &paths, T_STRING);
    bool mark = call_kw_set(c, KW_FILE_DIRNAME_MARK_DIRECTORY);
    for (int64_t i = 0; i < paths.n; i++) {
        const char *path = paths.p[i];
        size_t n;
        size_t end = (size_t)(base_part(path, &n) - path);
        while (end > 1 && path[end - 1] == '/') end--;
        bool is_root = path[0] == '/' && end <= 1;
        const char *dir = is_root ? "/" : end ? path : ".";
        size_t len = is_root || !end ? 1 : end;
        char *text = call_alloc(c, len + 2);
        memcpy(text, dir, len);
        if (mark && text[len - 1] != '/') text[len++] = '/';
        put_string(c, out, i, text, len);
    }
    paths_return(c, &paths, out);
}

static void fn_file_expand_path(Call *c)
{
    Paths paths = paths_of(c, 0, false);
    Arr *out = paths_result(c, &paths, T_STRING);
    for (int64_t i = 0; i < paths.n; i++) {
        char full[PATH_MAX];
        if (!realpath(*paths.p[i] ? paths.p[i] : ".", full)) {  // not there: made absolute all the same
            char here[PATH_MAX / 2];
            bool relative = paths.p[i][0] != '/' && getcwd(here, sizeof here);
            snprintf(full, sizeof full, "%s%s%.2000s", relative ? here : "", relative ? "/" : "", paths.p[i]);
        }
        put_string(c, out, i, full, strlen(full));
    }
    paths_return(c, &paths, out);
}

#define FILE_SEARCH_KEYWORDS(K)                                                                 \
    K(FILE_SEARCH, COUNT, OUT)                                                                  \
    K(FILE_SEARCH, FOLD_CASE) K(FILE_SEARCH, FULLY_QUALIFY_PATH) K(FILE_SEARCH, MARK_DIRECTORY) \
        K(FILE_SEARCH, MATCH_INITIAL_DOT) K(FILE_SEARCH, NOSORT) K(FILE_SEARCH, TEST_DIRECTORY) \
            K(FILE_SEARCH, TEST_READ) K(FILE_SEARCH, TEST_REGULAR) K(FILE_SEARCH, TEST_WRITE)   \
                K(FILE_SEARCH, TEST_ZERO_LENGTH)
KEYWORDS(FILE_SEARCH)

enum { MAX_FOUND = 10 * 1000 * 1000, MAX_DEPTH = 100 };

typedef struct Found {
    char **p;
    int64_t n, cap;
} Found;

static void found_free(void *arg)
{
    Found *f = arg;
    for (int64_t i = 0; i < f->n; i++) mem_free(f->p[i]);
    mem_free(f->p);
}

static bool wanted(Call *c, const char *path)
{
    struct stat st;
    if (call_kw_set(c, KW_FILE_SEARCH_TEST_READ) && access(path, R_OK) < 0) return false;
    if (call_kw_set(c, KW_FILE_SEARCH_TEST_WRITE) && access(path, W_OK) < 0) return false;
    bool there = stat(path, &st) == 0;
    if (call_kw_set(c, KW_FILE_SEARCH_TEST_DIRECTORY) && !(there && S_ISDIR(st.st_mode))) return false;
    if (call_kw_set(c, KW_FILE_SEARCH_TEST_REGULAR) && !(there && S_ISREG(st.st_mode))) return false;
    return !call_kw_set(c, KW_FILE_SEARCH_TEST_ZERO_LENGTH) || (there && st.st_size == 0);
}

static void add_found(Call *c, Found *f, const char *path)
{
    char full[PATH_MAX];
    struct stat st;
    if (!wanted(c, path)) return;
    if (f->n >= MAX_FOUND) throw_msg(c, E_VALUE, "FILE_SEARCH finds too many files.");
    if (call_kw_set(c, KW_FILE_SEARCH_FULLY_QUALIFY_PATH) && realpath(path, full)) path = full;
    bool mark = call_kw_set(c, KW_FILE_SEARCH_MARK_DIRECTORY) && stat(path, &st) == 0 && S_ISDIR(st.st_mode);
    if (f->n == f->cap) {
        f->cap = f->cap ? 2 * f->cap : 64;
        f->p = mem_must_realloc(f->p, (size_t)f->cap * sizeof *f->p);
    }
    size_t n = strlen(path);
    char *copy = mem_must(n + 2);
    memcpy(copy, path, n);
    if (mark && n && copy[n - 1] != '/') copy[n] = '/';
    f->p[f->n++] = copy;
}

// [b-d] as [b-dB-D]; returns where the class has ended.
static const char *fold_class(const char *p, const char *end, char **out)
{
    char *q = *out;
    *q++ = *p++;
    if (*p == '!' || *p == '^') *q++ = *p++;
    for (const char *s = p; s < end; s++) *q++ = (char)tolower((unsigned char)*s);
    for (const char *s = p; s < end; s++) *q++ = (char)toupper((unsigned char)*s);
    *q++ = ']';
    *out = q;
    return end + 1;
}

// The pattern in which a letter stands for both its cases: x becomes [xX]; a leading ~user stays.
static char *fold_pattern(Call *c, const char *p)
{
    char *out = call_alloc(c, 4*strlen(p) + 1), *q = out;
    size_t user = *p == '~' ? strcspn(p, "/") : 0;
    memcpy(q, p, user);
    q += user;
    for (p += user; *p;) {
        const char *end = *p == '[' ? strchr(p + 1, ']') : NULL;
        if (end) {
            p = fold_class(p, end, &q);
        } else if (isalpha((unsigned char)*p)) {
            q += sprintf(q, "[%c%c]", tolower((unsigned char)*p), toupper((unsigned char)*p));
            p++;
        } else {
            *q++ = *p++;
        }
    }
    *q = '\0';
    return out;
}

// One pattern: *, ?, [..], {a,b}. A pattern with a trailing slash or without wildcards names what exists.
static void search_pattern(Call *c, Found *f, const char *pattern)
{
    glob_t g;
    int flags = GLOB_BRACE | GLOB_TILDE | (call_kw_set(c, KW_FILE_SEARCH_MATCH_INITIAL_DOT) ? GLOB_PERIOD : 0);
    if (call_kw_set(c, KW_FILE_SEARCH_NOSORT)) flags |= GLOB_NOSORT;
    if (call_kw_set(c, KW_FILE_SEARCH_FOLD_CASE)) pattern = fold_pattern(c, pattern);
    if (glob(*pattern ? pattern : "*", flags, NULL, &g) == 0) {
        for (size_t i = 0; i < g.gl_pathc; i++) {
            const char *name = strrchr(g.gl_pathv[i], '/');
            name = name ? name + 1 : g.gl_pathv[i];
            if (strcmp(name, ".") && strcmp(name, "..")) add_found(c, f, g.gl_pathv[i]);
        }
    }
    globfree(&g);
}

static int by_name(const void *a, const void *b) { return strcmp(*(char *const *)a, *(char *const *)b); }

// FILE_SEARCH(Dir, Pattern): the folder and all below it.
static void search_tree(Call *c, Found *f, const char *folder, const char *pattern, int depth)
{
    int flags = FNM_PERIOD | (call_kw_set(c, KW_FILE_SEARCH_FOLD_CASE) ? FNM_CASEFOLD : 0);
    if (call_kw_set(c, KW_FILE_SEARCH_MATCH_INITIAL_DOT)) flags &= ~FNM_PERIOD;
    DIR *d = depth < MAX_DEPTH ? opendir(folder) : NULL;
    struct dirent *e;
    Found inner = {0};
    if (!d) return;
    while ((e = readdir(d)) && !sys_interrupted()) {
        char path[PATH_MAX];
        struct stat st;
        if (!strcmp(e->d_name, ".") || !strcmp(e->d_name, "..")) continue;
        bool slash = folder[0] && folder[strlen(folder) - 1] == '/';
        if (snprintf(path, sizeof path, "%s%s%s", folder, slash ? "" : "/", e->d_name) >= (int)sizeof path) continue;
        if (f->n < MAX_FOUND && fnmatch(pattern, e->d_name, flags) == 0) add_found(c, f, path);
        if (lstat(path, &st) == 0 && S_ISDIR(st.st_mode)) {
            if (inner.n == inner.cap) {
                inner.cap = inner.cap ? 2 * inner.cap : 16;
                inner.p = mem_must_realloc(inner.p, (size_t)inner.cap * sizeof *inner.p);
            }
            inner.p[inner.n++] = mem_strdup(path);
        }
    }
    closedir(d);
    for (int64_t i = 0; i < inner.n; i++) search_tree(c, f, inner.p[i], pattern, depth + 1);
    found_free(&inner);
}

static void fn_file_search(Call *c)
{
    Found *f = call_alloc(c, sizeof *f);
    call_defer(c, found_free, f);
    Paths first = c->argc ? paths_of(c, 0, false) : (Paths){0};
    Paths second = c->argc > 1 ? paths_of(c, 1, true) : (Paths){0};
    if (c->argc == 0) search_pattern(c, f, "*");
    for (int64_t i = 0; i < first.n; i++) {
        if (c->argc < 2) search_pattern(c, f, first.p[i]);
        for (int64_t k = 0; k < second.n; k++) {
            search_tree(c, f, *first.p[i] ? first.p[i] : ".", second.p[k], 0);
        }
    }
    call_poll(c);
    if (c->argc > 1 && f->n && !call_kw_set(c, KW_FILE_SEARCH_NOSORT)) qsort(f->p, (size_t)f->n, sizeof *f->p, by_name);
    call_kw_set_take(c, KW_FILE_SEARCH_COUNT, val_long((int32_t)f->n));
    if (f->n == 0) {
        call_return_take(c, val_string(""));
        return;
    }
    Arr *out = call_new_array(c, T_STRING, 1, &f->n, true);
    for (int64_t i = 0; i < f->n; i++) put_string(c, out, i, f->p[i], strlen(f->p[i]));
    call_return_take(c, val_arr_take(arr_ref(out)));
}

#define FILE_COPY_KEYWORDS(K)                                                                                        \
    K(FILE_COPY, ALLOW_SAME) K(FILE_COPY, NOEXPAND_PATH) K(FILE_COPY, OVERWRITE) K(FILE_COPY, REQUIRE_DIRECTORY)      \
    K(FILE_COPY, VERBOSE)
KEYWORDS(FILE_COPY)

static int copy_bytes(int in, int out)
{
    char space[65536];
    ssize_t got;
    while ((got = sys_read(in, space, sizeof space)) > 0) {
        for (ssize_t done = 0; done < got;) {
            ssize_t put = sys_write(out, space + done, (size_t)(got - done));
            if (put < 0) return (int)-put;
            done += put;
        }
        if (sys_interrupted()) return EINTR;
    }
    return (int)-got;
}

// Copies a regular file with its mode; a copy that fails is removed. 0 or errno.
static int copy_file(const char *from, const char *to)
{
    struct stat st;
    int in = sys_open(from, O_RDONLY, 0);
    if (in < 0) return -in;
    int err = fstat(in, &st) < 0 ? errno : S_ISREG(st.st_mode) ? 0 : EISDIR;
    int out = err ? -1 : sys_open(to, O_WRONLY | O_CREAT | O_TRUNC, (int)(st.st_mode & 0777));
    if (!err && out < 0) err = -out;
    if (!err) {
        err = copy_bytes(in, out);
        int closed = sys_close(out);
        if (!err && closed < 0) err = -closed;
        if (err) unlink(to);
    }
    sys_close(in);
    return err;
}

static int move_file(const char *from, const char *to)
{
    if (rename(from, to) == 0) return 0;
    if (errno != EXDEV) return errno;
    int err = copy_file(from, to);
    return err ? err : unlink(from) < 0 ? errno : 0;
}

// Source i goes to destination i, or into the one destination folder.
static void place_files(Call *c, int (*place)(const char *, const char *), const char *what)
{
    library_look_again(c->vm);
    Paths from = paths_of(c, 0, call_kw_set(c, KW_FILE_COPY_NOEXPAND_PATH));
    Paths to = paths_of(c, 1, call_kw_set(c, KW_FILE_COPY_NOEXPAND_PATH));
    if (to.n != 1 && to.n != from.n) throw_msg(c, E_SHAPE, "Source and destination differ in number.");
    for (int64_t i = 0; i < from.n; i++) {
        char full[PATH_MAX];
        struct stat st, source;
        size_t n;
        const char *target = to.p[to.n == 1 ? 0 : i], *name = base_part(from.p[i], &n);
        bool is_folder = stat(target, &st) == 0 && S_ISDIR(st.st_mode);
        int err = call_kw_set(c, KW_FILE_COPY_REQUIRE_DIRECTORY) && !is_folder ? ENOTDIR : 0;
        if (is_folder && snprintf(full, sizeof full, "%s/%.*s", target, (int)n, name) < (int)sizeof full) target = full;
        bool exists = stat(target, &st) == 0;
        bool same = exists && stat(from.p[i], &source) == 0 && source.st_ino == st.st_ino && source.st_dev == st.st_dev;
        if (same && call_kw_set(c, KW_FILE_COPY_ALLOW_SAME)) continue;
        if (!err && exists && (same || !call_kw_set(c, KW_FILE_COPY_OVERWRITE))) err = EEXIST;
        if (!err) err = place(from.p[i], target);
        if (err == EINTR) call_poll(c);
        if (err) throw_status(c, status_sys(E_FILE, err, "%s: %s to %s.", what, from.p[i], target));
        if (call_kw_set(c, KW_FILE_COPY_VERBOSE)) call_warn(c, true, "%s to %s.", from.p[i], target);
    }
}

static void pro_file_copy(Call *c) { place_files(c, copy_file, "Unable to copy file"); }
static void pro_file_move(Call *c) { place_files(c, move_file, "Unable to move file"); }

static const Routine rows[] = {
    ROW_FUN(FILE_BASENAME, 1, 2, fn_file_basename, "Result = FILE_BASENAME(Path [, RemoveSuffix] [, /FOLD_CASE])"),
    ROW_PRO(FILE_COPY, 2, 2, pro_file_copy,
            "FILE_COPY, Source, Dest [, /ALLOW_SAME] [, /NOEXPAND_PATH] [, /OVERWRITE] [, /REQUIRE_DIRECTORY] [, /VERBOSE]"),
    ROW_FUN(FILE_DIRNAME, 1, 1, fn_file_dirname, "Result = FILE_DIRNAME(Path [, /MARK_DIRECTORY])"),
    ROW_FUN0(FILE_EXPAND_PATH, 1, 1, fn_file_expand_path, "Result = FILE_EXPAND_PATH(Path)"),
    ROW_PRO_AS("FILE_MOVE", FILE_COPY, 2, 2, pro_file_move,
               "FILE_MOVE, Source, Dest [, /ALLOW_SAME] [, /NOEXPAND_PATH] [, /OVERWRITE] [, /REQUIRE_DIRECTORY] [, /VERBOSE]"),
    ROW_FUN(FILE_SEARCH, 0, 2, fn_file_search,
            "Result = FILE_SEARCH([Path] [, Pattern] [, COUNT=variable] [, /FOLD_CASE] [, /FULLY_QUALIFY_PATH]"
            " [, /MARK_DIRECTORY] [, /MATCH_INITIAL_DOT] [, /NOSORT] [, /TEST_DIRECTORY] [, /TEST_READ] [, /TEST_REGULAR]"
            " [, /TEST_WRITE] [, /TEST_ZERO_LENGTH])"),
};
ROUTINE_TABLE(lib_file_names, rows)
