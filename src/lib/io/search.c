// FILE_SEARCH: names that match a pattern, or all below a folder whose own name matches. Start at fn_file_search.
#include "base/mem.h"
#include "core/errors.h"
#include "io/lun.h"
#include "lib/io/look.h"
#include "lib/io/record.h"
#include "lib/io/wildcards.h"
#include "sys/interrupt.h"
#include "vm/call/call.h"

#include <dirent.h>
#include <fnmatch.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define FILE_SEARCH_KEYWORDS(K, R)                                                                                  \
    K(R, COUNT, OUT) K(R, EXPAND_ENVIRONMENT, "=0") K(R, EXPAND_TILDE, "=0") K(R, FOLD_CASE, FLAG)                  \
    K(R, FULLY_QUALIFY_PATH, FLAG) K(R, ISSUE_ACCESS_ERROR, FLAG) K(R, MARK_DIRECTORY, FLAG)                        \
    K(R, MATCH_ALL_INITIAL_DOT, FLAG) K(R, MATCH_INITIAL_DOT, FLAG) K(R, NOSORT, FLAG) K(R, NULL, FLAG)             \
    K(R, QUOTE, FLAG) K(R, TEST_BLOCK_SPECIAL, FLAG) K(R, TEST_CHARACTER_SPECIAL, FLAG)                             \
    K(R, TEST_DANGLING_SYMLINK, FLAG) K(R, TEST_DIRECTORY, FLAG) K(R, TEST_EXECUTABLE, FLAG) K(R, TEST_GROUP, FLAG) \
    K(R, TEST_NAMED_PIPE, FLAG) K(R, TEST_READ, FLAG) K(R, TEST_REGULAR, FLAG) K(R, TEST_SETGID, FLAG)              \
    K(R, TEST_SETUID, FLAG) K(R, TEST_SOCKET, FLAG) K(R, TEST_STICKY_BIT, FLAG) K(R, TEST_SYMLINK, FLAG)            \
    K(R, TEST_USER, FLAG) K(R, TEST_WRITE, FLAG) K(R, TEST_ZERO_LENGTH, FLAG) K(R, WINDOWS_SHORT_NAMES, HIDDEN)
KEYWORDS(FILE_SEARCH)

enum { MAX_DEPTH = 100 };

typedef struct Search {
    unsigned flags, tests;  // WILD_; of lib/io/look.h
    bool access_errors;
    Names found;
    Status failure;
} Search;

static void search_free(void *arg)
{
    Search *s = arg;
    names_free(&s->found);
    status_drop(&s->failure);
}

static void fail(Search *s, Status st)
{
    if (status_ok(s->failure)) s->failure = st;
    else status_drop(&st);
}

static void cannot_read(Search *s, const char *folder)
{
    if (s->access_errors) fail(s, status_fail(E_FILE, "Unable to access directory: %s.", folder));
}

static int fnmatch_flags(const Search *s)
{
    return (s->flags & WILD_DOTS ? 0 : FNM_PERIOD) | (s->flags & WILD_FOLD ? FNM_CASEFOLD : 0) |
           (s->flags & WILD_QUOTE ? 0 : FNM_NOESCAPE);
}

static bool joined(char *path, const char *folder, const char *name)
{
    const char *slash = *folder && folder[strlen(folder) - 1] == '/' ? "" : "/";
    return snprintf(path, PATH_MAX, "%s%s%s", folder, slash, name) < PATH_MAX;
}

// FILE_SEARCH(Dir, Pattern): the folder and all below it; links to folders are not entered.
static void search_tree(Search *s, const char *folder, const char *pattern, int depth)
{
    DIR *d = depth < MAX_DEPTH ? opendir(folder) : NULL;
    Names inner = {0};
    if (!d) {
        cannot_read(s, folder);
        return;
    }
    for (const struct dirent *e; status_ok(s->failure) && (e = readdir(d));) {
        char path[PATH_MAX];
        struct stat st;
        if (sys_interrupted()) fail(s, (Status){E_INTERRUPT, 0, NULL});
        if (!strcmp(e->d_name, ".") || !strcmp(e->d_name, "..") || !joined(path, folder, e->d_name)) continue;
        if (fnmatch(pattern, e->d_name, fnmatch_flags(s)) == 0) fail(s, names_add(&s->found, path, false));
        if (lstat(path, &st) == 0 && S_ISDIR(st.st_mode)) fail(s, names_add(&inner, path, false));
    }
    closedir(d);
    for (int64_t i = 0; i < inner.n && status_ok(s->failure); i++) search_tree(s, inner.p[i], pattern, depth + 1);
    names_free(&inner);
}

// What passes the tests, in the form that is wanted.
static void keep_wanted(Call *c, Search *s)
{
    bool full = call_kw_set(c, KW_FILE_SEARCH_FULLY_QUALIFY_PATH), mark = call_kw_set(c, KW_FILE_SEARCH_MARK_DIRECTORY);
    Names kept = {0};
    for (int64_t i = 0; i < s->found.n && status_ok(s->failure); i++) {
        const char *path = s->found.p[i];
        char space[PATH_MAX];
        Seen f = look(path);
        if (!look_passes(path, &f, s->tests)) continue;
        if (full && realpath(path, space)) path = space;
        bool slash = mark && S_ISDIR(f.st.st_mode) && *path && path[strlen(path) - 1] != '/';
        fail(s, names_add(&kept, path, slash));
    }
    names_free(&s->found);
    s->found = kept;
}

#define SLOT(name, holds) KW_FILE_SEARCH_TEST_##name,
static const int slots[LOOK_COUNT] = {LOOK_TESTS(SLOT) KW_FILE_SEARCH_TEST_DANGLING_SYMLINK};

static void take_keywords(Call *c, Search *s)
{
    if (call_kw_set(c, KW_FILE_SEARCH_FOLD_CASE)) s->flags |= WILD_FOLD;
    if (call_kw_set(c, KW_FILE_SEARCH_MATCH_INITIAL_DOT)) s->flags |= WILD_DOTS;
    if (call_kw_set(c, KW_FILE_SEARCH_MATCH_ALL_INITIAL_DOT)) s->flags |= WILD_DOTS;
    if (call_kw_set(c, KW_FILE_SEARCH_QUOTE)) s->flags |= WILD_QUOTE;
    if (call_kw_set(c, KW_FILE_SEARCH_NOSORT)) s->flags |= WILD_NOSORT;
    s->access_errors = call_kw_set(c, KW_FILE_SEARCH_ISSUE_ACCESS_ERROR);
    for (int i = 0; i < LOOK_COUNT; i++) s->tests |= call_kw_set(c, slots[i]) ? 1u << i : 0;
}

static bool is_on(Call *c, int slot) { return !call_kw(c, slot) || call_kw_set(c, slot); }

// ~ and $NAME are expanded unless the keyword is there and zero.
static const char *expanded(Call *c, const char *path)
{
    char *full = path_expand_some(path, is_on(c, KW_FILE_SEARCH_EXPAND_TILDE), is_on(c, KW_FILE_SEARCH_EXPAND_ENVIRONMENT));
    call_defer(c, mem_free, full);
    return full;
}

static void search_all(Call *c, Search *s)
{
    Paths first = c->argc ? paths_of(c, 0, PATHS_PLAIN) : (Paths){0};
    Paths second = c->argc > 1 ? paths_of(c, 1, PATHS_PLAIN) : (Paths){0};
    if (c->argc == 0) fail(s, wildcards_find("*", s->flags, &s->found));
    for (int64_t i = 0; i < first.n; i++) {
        const char *path = expanded(c, first.p[i]);
        if (c->argc < 2) fail(s, wildcards_find(*path ? path : "*", s->flags, &s->found));
        for (int64_t k = 0; k < second.n; k++) search_tree(s, *path ? path : ".", second.p[k], 0);
    }
}

static void fn_file_search(Call *c)
{
    Search *s = call_alloc(c, sizeof *s);
    call_defer(c, search_free, s);
    take_keywords(c, s);
    search_all(c, s);
    keep_wanted(c, s);
    call_poll(c);
    Status failure = s->failure;
    s->failure = STATUS_OK;
    TRY(c, failure);
    Names *f = &s->found;
    if (c->argc > 1 && f->n && !(s->flags & WILD_NOSORT)) qsort(f->p, (size_t)f->n, sizeof *f->p, names_compare);
    call_kw_set_take(c, KW_FILE_SEARCH_COUNT, val_long((int32_t)f->n));
    if (f->n == 0) {
        call_return_take(c, call_kw_set(c, KW_FILE_SEARCH_NULL) ? VAL_NULL : val_string(""));
        return;
    }
    Arr *out = call_new_array(c, T_STRING, 1, &f->n, true);
    for (int64_t i = 0; i < f->n; i++) record_put_text(c, out, i, f->p[i], strlen(f->p[i]));
    call_return_take(c, val_arr_take(arr_ref(out)));
}

static const Routine rows[] = {
    {"FILE_SEARCH", FUNCTION, {0, 2}, fn_file_search, "[Path] [, Pattern]", KEYS(FILE_SEARCH)},
};
ROUTINE_TABLE(lib_search, rows)
