// File names alone, as texts: FILE_BASENAME, FILE_DIRNAME, FILE_EXPAND_PATH. Start at fn_file_basename.
#include "lib/io/record.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#define FILE_BASENAME_KEYWORDS(K, R) K(R, FOLD_CASE, FLAG)
KEYWORDS(FILE_BASENAME)

static size_t without_suffix(const char *p, size_t n, const char *suffix, bool fold)
{
    size_t k = strlen(suffix);
    if (k == 0 || k >= n) return n;
    bool same = fold ? strncasecmp(p + n - k, suffix, k) == 0 : memcmp(p + n - k, suffix, k) == 0;
    return same ? n - k : n;
}

static void fn_file_basename(Call *c)
{
    Paths paths = paths_of(c, 0, PATHS_PLAIN);
    Arr *out = paths_result(c, &paths, T_STRING);
    bool fold = call_kw_set(c, KW_FILE_BASENAME_FOLD_CASE);
    Paths suffixes = c->argc > 1 ? paths_of(c, 1, PATHS_PLAIN) : (Paths){0};
    for (int64_t i = 0; i < paths.n; i++) {
        size_t n;
        const char *p = record_base_part(paths.p[i], &n);
        for (int64_t k = 0; k < suffixes.n; k++) {
            size_t cut = without_suffix(p, n, suffixes.p[k], fold);
            if (cut == n) continue;
            n = cut;
            break;
        }
        record_put_text(c, out, i, p, n);
    }
    paths_return(c, &paths, out);
}

#define FILE_DIRNAME_KEYWORDS(K, R) K(R, MARK_DIRECTORY, FLAG)
KEYWORDS(FILE_DIRNAME)

static void fn_file_dirname(Call *c)
{
    Paths paths = paths_of(c, 0, PATHS_PLAIN);
    Arr *out = paths_result(c, &paths, T_STRING);
    bool mark = call_kw_set(c, KW_FILE_DIRNAME_MARK_DIRECTORY);
    for (int64_t i = 0; i < paths.n; i++) {
        const char *path = paths.p[i];
        size_t n;
        size_t end = (size_t)(record_base_part(path, &n) - path);
        while (end > 1 && path[end - 1] == '/') end--;
        bool is_root = path[0] == '/' && end <= 1;
        const char *dir = is_root ? "/" : end ? path : ".";
        size_t len = is_root || !end ? 1 : end;
        char *text = call_alloc(c, len + 2);
        memcpy(text, dir, len);
        if (mark && text[len - 1] != '/') text[len++] = '/';
        record_put_text(c, out, i, text, len);
    }
    paths_return(c, &paths, out);
}

static void fn_file_expand_path(Call *c)
{
    Paths paths = paths_of(c, 0, PATHS_NAMES);
    Arr *out = paths_result(c, &paths, T_STRING);
    for (int64_t i = 0; i < paths.n; i++) {
        char full[PATH_MAX];
        if (!realpath(*paths.p[i] ? paths.p[i] : ".", full)) {  // not there: made absolute all the same
            char here[PATH_MAX / 2];
            bool relative = paths.p[i][0] != '/' && getcwd(here, sizeof here);
            snprintf(full, sizeof full, "%s%s%.2000s", relative ? here : "", relative ? "/" : "", paths.p[i]);
        }
        record_put_text(c, out, i, full, strlen(full));
    }
    paths_return(c, &paths, out);
}

// FILE_BASENAME, FILE_DIRNAME(Path [, Suffixes]): The last part of a path, and what stands before it.

// FILE_EXPAND_PATH(Path): The path from the root on.

static const Routine rows[] = {
    {"FILE_BASENAME", FUNCTION, {1, 2}, fn_file_basename, "Path [, RemoveSuffix]", KEYS(FILE_BASENAME)},
    {"FILE_DIRNAME", FUNCTION, {1, 1}, fn_file_dirname, "Path", KEYS(FILE_DIRNAME)},
    {"FILE_EXPAND_PATH", FUNCTION, {1, 1}, fn_file_expand_path, "Path"},
};
ROUTINE_TABLE(lib_file_names, rows)
