// A pattern's braces are written out first; each alternative is then followed folder by folder. Parts without wildcards are
// not looked up. Start at wildcards_find.
#include "lib/io/wildcards.h"

#include "base/mem.h"
#include "core/errors.h"
#include "sys/interrupt.h"

#include <ctype.h>
#include <dirent.h>
#include <fnmatch.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

enum { PATTERN_MAX = 1 << 16, GROUPS_MAX = 64, ALTERNATIVES_MAX = 100 * 1000, FOUND_MAX = 10 * 1000 * 1000 };

typedef struct Walk {
    unsigned flags;
    Names *to;
    int64_t alternatives;
    size_t n;               // of path
    char path[PATH_MAX];
} Walk;

void names_free(void *names)
{
    Names *f = names;
    for (int64_t i = 0; i < f->n; i++) mem_free(f->p[i]);
    mem_free(f->p);
    *f = (Names){0};
}

Status names_add(Names *to, const char *name, bool slash)
{
    const Status no_memory = {E_NO_MEMORY, 0, NULL};
    if (to->n >= FOUND_MAX) return status_fail(E_VALUE, "Too many files are found.");
    if (to->n == to->cap) {
        int64_t cap = to->cap ? 2 * to->cap : 64;
        char **p = mem_realloc(to->p, (size_t)cap * sizeof *p);
        if (!p) return no_memory;
        to->p = p;
        to->cap = cap;
    }
    size_t n = strlen(name);
    char *copy = mem_zalloc(n + 2);
    if (!copy) return no_memory;
    memcpy(copy, name, n);
    if (slash) copy[n] = '/';
    to->p[to->n++] = copy;
    return STATUS_OK;
}

int names_compare(const void *a, const void *b) { return strcmp(*(char *const *)a, *(char *const *)b); }

bool has_wildcards(const char *text) { return strpbrk(text, "*?[{") != NULL; }

// --- One alternative, folder by folder -----------------------------------------------------------------------------

static Status follow(Walk *w, const char *rest);

static bool is_searched(const Walk *w, const char *part, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        if (strchr("*?[", part[i]) || (w->flags & WILD_QUOTE && part[i] == '\\')) return true;
        if (w->flags & WILD_FOLD && isalpha((unsigned char)part[i])) return true;
    }
    return false;
}

// The path with n bytes more, then what is left of the pattern; afterwards the path is as before.
static Status follow_into(Walk *w, const char *name, size_t n, const char *rest)
{
    size_t before = w->n;
    if (before + n >= sizeof w->path) return STATUS_OK;  // no file has such a name
    memcpy(w->path + before, name, n);
    w->n += n;
    w->path[w->n] = '\0';
    Status s = follow(w, rest);
    w->n = before;
    w->path[before] = '\0';
    return s;
}

static Status matching_names(Walk *w, const char *part, Names *names)
{
    int flags = FNM_PERIOD | (w->flags & WILD_FOLD ? FNM_CASEFOLD : 0) | (w->flags & WILD_QUOTE ? 0 : FNM_NOESCAPE);
    if (w->flags & WILD_DOTS) flags &= ~FNM_PERIOD;
    DIR *d = opendir(w->n ? w->path : ".");
    Status s = STATUS_OK;
    for (const struct dirent *e; d && status_ok(s) && (e = readdir(d));) {
        if (!strcmp(e->d_name, ".") || !strcmp(e->d_name, "..")) continue;
        if (sys_interrupted()) s = (Status){E_INTERRUPT, 0, NULL};
        else if (fnmatch(part, e->d_name, flags) == 0) s = names_add(names, e->d_name, false);
    }
    if (d) closedir(d);
    return s;
}

static Status follow_matches(Walk *w, const char *part, size_t n, const char *rest)
{
    Names names = {0};
    AUTO_FREE char *text = mem_strndup(part, n);
    Status s = matching_names(w, text, &names);
    for (int64_t i = 0; status_ok(s) && i < names.n; i++) s = follow_into(w, names.p[i], strlen(names.p[i]), rest);
    names_free(&names);
    return s;
}

// `rest` begins with slashes or with a part; the path so far is in w->path.
static Status follow(Walk *w, const char *rest)
{
    struct stat st;
    if (!*rest) return lstat(w->path, &st) == 0 ? names_add(w->to, w->path, false) : STATUS_OK;
    if (sys_interrupted()) return (Status){E_INTERRUPT, 0, NULL};
    size_t slashes = strspn(rest, "/");
    if (slashes) {
        bool is_folder = !w->n || (stat(w->path, &st) == 0 && S_ISDIR(st.st_mode));
        return is_folder ? follow_into(w, rest, slashes, rest + slashes) : STATUS_OK;
    }
    size_t n = strcspn(rest, "/");
    return is_searched(w, rest, n) ? follow_matches(w, rest, n, rest + n) : follow_into(w, rest, n, rest + n);
}

// --- Braces ----------------------------------------------------------------------------------------------------------

// The brace that closes the one at p, or NULL.
static const char *closing(const char *p)
{
    int depth = 0;
    for (; *p; p++) {
        if (*p == '{') depth++;
        if (*p == '}' && --depth == 0) return p;
    }
    return NULL;
}

static const char *end_of_alternative(const char *p, const char *end)
{
    int depth = 0;
    for (; p < end; p++) {
        if (*p == '{') depth++;
        if (*p == '}') depth--;
        if (*p == ',' && depth == 0) break;
    }
    return p;
}

static Status one_alternative(Walk *w, const char *pattern)
{
    int64_t first = w->to->n;
    if (++w->alternatives > ALTERNATIVES_MAX) return status_fail(E_VALUE, "The pattern has too many alternatives.");
    w->n = 0;
    w->path[0] = '\0';
    STATUS_TRY(follow(w, pattern));
    char **found = w->to->p + first;
    if (!(w->flags & WILD_NOSORT)) qsort(found, (size_t)(w->to->n - first), sizeof *found, names_compare);
    return STATUS_OK;
}

static Status each_alternative(Walk *w, const char *pattern, int groups)
{
    const char *open = strchr(pattern, '{'), *close = NULL;
    while (open && !(close = closing(open))) open = strchr(open + 1, '{');
    if (!open) return *pattern ? one_alternative(w, pattern) : STATUS_OK;
    if (groups > GROUPS_MAX) return status_fail(E_VALUE, "The pattern has too many braces (limit %d).", GROUPS_MAX);
    AUTO_FREE char *text = mem_alloc(strlen(pattern) + 1);
    if (!text) return (Status){E_NO_MEMORY, 0, NULL};
    for (const char *p = open + 1, *end; p <= close; p = end + 1) {
        end = end_of_alternative(p, close);
        size_t head = (size_t)(open - pattern), n = (size_t)(end - p);
        memcpy(text, pattern, head);
        memcpy(text + head, p, n);
        strcpy(text + head + n, close + 1);
        Status s = each_alternative(w, text, groups + 1);
        if (!status_ok(s)) return s;
    }
    return STATUS_OK;
}

Status wildcards_find(const char *pattern, unsigned flags, Names *to)
{
    if (strlen(pattern) > PATTERN_MAX) return status_fail(E_VALUE, "The pattern is too long (limit %d).", PATTERN_MAX);
    Walk *w = mem_must(sizeof *w);
    w->flags = flags;
    w->to = to;
    Status s = each_alternative(w, pattern, 1);
    mem_free(w);
    return s;
}
