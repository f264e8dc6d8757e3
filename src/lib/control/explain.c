// See explain.h. What a builtin does is told by lib/docstrings.h, what a program's routine does by the comment at its head: the
// lines from ";+" to ";-" above it, or those right above or below its first line. Start reading at explain.
#include "lib/control/explain.h"

#include "base/mem.h"
#include "lib/docstrings.h"
#include "sys/terminal.h"
#include "vm/dispatch/classes.h"
#include "vm/engine.h"
#include "vm/names/library.h"
#include "vm/names/usage.h"

#include <ctype.h>
#include <fnmatch.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { COMMENT_LINES = 60 };

static int by_name(const void *a, const void *b) { return strcmp(((const Docstring *)a)->name, ((const Docstring *)b)->name); }

static const char *docstring(const char *name)
{
    Docstring key = {.name = name};
    const Docstring *found = bsearch(&key, docstrings, (size_t)ndocstrings, sizeof *docstrings, by_name);
    return found ? found->text : NULL;
}

// --- Comments of programs -----------------------------------------------------------------------------------------------

typedef struct Line {
    const char *p;
    size_t n;
} Line;

typedef VEC(Line) Lines;

static Lines lines_of(const char *text)
{
    Lines l = {0};
    for (const char *p = text; *p;) {
        size_t n = strcspn(p, "\n");
        VEC_PUSH(&l, ((Line){p, n}));
        p += n + (p[n] == '\n');
    }
    return l;
}

static Line trimmed(Line l)
{
    while (l.n && isspace((unsigned char)*l.p)) l.p++, l.n--;
    while (l.n && isspace((unsigned char)l.p[l.n - 1])) l.n--;
    return l;
}

static bool is_comment(Line l) { return (l = trimmed(l)).n && *l.p == ';'; }
static bool is_mark(Line l, char mark) { return (l = trimmed(l)).n >= 2 && l.p[0] == ';' && l.p[1] == mark; }

// The comment's lines, without ";".
static void put_comment(const Lines *l, int from, int to, Buf *out)
{
    if (to - from > COMMENT_LINES) to = from + COMMENT_LINES;
    for (int i = from; i < to; i++) {
        Line x = trimmed(l->p[i]);
        while (x.n && *x.p == ';') x.p++, x.n--;
        buf_printf(out, "%.*s\n", (int)x.n, x.p);
    }
}

// The comment that belongs to the routine that begins on line `first` (from 0).
static void find_comment(const Lines *l, int first, int *from, int *to)
{
    int above = first, below = first + 1;
    while (above > 0 && !trimmed(l->p[above - 1]).n) above--;  // empty lines between
    if (above > 0 && is_mark(l->p[above - 1], '-')) {
        for (*to = above - 1, *from = *to; *from > 0 && !is_mark(l->p[*from - 1], '+');) --*from;
        return;
    }
    for (*to = above, *from = above; *from > 0 && is_comment(l->p[*from - 1]);) --*from;
    if (*from < *to) return;
    while (below < l->len && !trimmed(l->p[below]).n) below++;
    if (below < l->len && is_mark(l->p[below], '+')) {
        for (*from = *to = below + 1; *to < l->len && !is_mark(l->p[*to], '-') && is_comment(l->p[*to]);) ++*to;
        return;
    }
    for (*from = *to = below; *to < l->len && is_comment(l->p[*to]);) ++*to;
}

static bool put_program(Vm *vm, const UserRoutine *u, Buf *out)
{
    size_t len;
    char *path = NULL, *text = u->code->path ? library_read_file(vm, u->code->path, &len, &path) : NULL;
    if (!text) return false;
    Lines l = lines_of(text);
    int from = 0, to = 0;
    if (u->first_line >= 1 && u->first_line <= l.len) find_comment(&l, u->first_line - 1, &from, &to);
    put_comment(&l, from, to, out);
    VEC_FREE(&l);
    mem_free(path);
    mem_free(text);
    return true;
}

// "CLASS::METHOD" as it is inherited: the name of the routine in `own`, which has room for it.
static const char *inherited(Vm *vm, const char *name, char *own, size_t n)
{
    const char *method = strstr(name, "::");
    char class_name[64];
    if (!method || (size_t)(method - name) >= sizeof class_name) return name;
    snprintf(class_name, sizeof class_name, "%.*s", (int)(method - name), name);
    const SDef *d = class_known(vm, class_name);
    for (int is_function = 0; d && is_function <= 1; is_function++) {
        Method m;
        if (!class_method(vm, d, method + 2, is_function, false, &m)) continue;
        const Routine *r = m.target;
        const UserRoutine *u = m.target;
        snprintf(own, n, "%s", m.kind == TARGET_USER ? u->code->name : r->name);
        return own;
    }
    return name;
}

// A class: what is said where it is defined, or of how an object of it is made.
static bool explain_class(Vm *vm, const char *name, Buf *out)
{
    char own[160];
    int columns = sys_term_columns(STDOUT_FILENO);
    snprintf(own, sizeof own, "%.140s__DEFINE", name);
    const char *text = library_text(vm, own, false) ? docstring(own) : NULL;
    if (text) {
        usage_put_folded(out, text, (size_t)columns, 0);
        return true;
    }
    snprintf(own, sizeof own, "%.140s::INIT", name);
    text = docstring(own);
    if (!text || !usage_put(vm, own, columns, out)) return false;
    usage_put_folded(out, text, (size_t)columns, 0);
    return true;
}

bool explain(Vm *vm, const char *asked, Buf *out)
{
    char own[160];
    const char *name = inherited(vm, asked, own, sizeof own);
    int columns = sys_term_columns(STDOUT_FILENO);
    if (!usage_put(vm, name, columns, out)) return explain_class(vm, name, out);
    const char *text = docstring(name);
    for (int is_function = 0; is_function <= 1; is_function++) {
        const UserRoutine *u = user_routine(vm, name, is_function);
        if (!u || library_text(vm, name, is_function)) continue;
        put_program(vm, u, out);
        text = NULL;
    }
    if (text) usage_put_folded(out, text, (size_t)columns, 0);
    return true;
}

// --- Searching ----------------------------------------------------------------------------------------------------------

typedef struct Found {
    const char *pattern;
    VEC(char *) names;
} Found;

static void consider(Found *f, const char *name, size_t n)
{
    char *upper = mem_strndup(name, n);
    for (char *p = upper; *p; p++) *p = (char)toupper((unsigned char)*p);
    if (fnmatch(f->pattern, upper, 0) == 0) VEC_PUSH(&f->names, upper);
    else mem_free(upper);
}

static void consider_file(void *found, const char *file) { consider(found, file, strlen(file) - 4); }

static void consider_map(Found *f, const Map *m)
{
    size_t at = 0;
    for (const MapEntry *x; (x = map_next(m, &at)) != NULL;) consider(f, x->key, strlen(x->key));
}

// Helpers of our library's routines are hidden.
static void consider_compiled(Found *f, const Map *m)
{
    size_t at = 0;
    for (const MapEntry *x; (x = map_next(m, &at)) != NULL;) {
        const UserRoutine *u = x->value;
        if (!(u->code->options & OPT_HIDDEN)) consider(f, x->key, strlen(x->key));
    }
}

static int by_text(const void *a, const void *b) { return strcmp(*(char *const *)a, *(char *const *)b); }

// "NAME            The first sentence of what it does."
static void put_line(const char *name, size_t width, Buf *out)
{
    const char *text = docstring(name), *stop = text ? strstr(text, ". ") : NULL;
    size_t n = !text ? 0 : stop ? (size_t)(stop - text) + 1 : strlen(text);
    size_t room = width > 40 ? width - 22 : 20;
    if (!n) buf_printf(out, "%s\n", name);
    else buf_printf(out, "%-20s  %.*s%s\n", name, (int)(n > room ? room - 3 : n), text, n > room ? "..." : "");
}

int explain_matching(Vm *vm, const char *pattern, Buf *out)
{
    const Engine *e = vm->engine;
    Found f = {.pattern = pattern};
    consider_map(&f, &e->builtin_pro);
    consider_map(&f, &e->builtin_fun);
    consider_compiled(&f, &e->procedures);
    consider_compiled(&f, &e->functions);
    for (int i = 0; i < e->ntexts; i++) consider(&f, e->texts[i].name, strlen(e->texts[i].name));
    library_each_file(vm, consider_file, &f);
    if (f.names.len) qsort(f.names.p, (size_t)f.names.len, sizeof *f.names.p, by_text);
    int count = 0;
    for (int i = 0; i < f.names.len; i++) {
        if (i && strcmp(f.names.p[i], f.names.p[i - 1]) == 0) continue;
        put_line(f.names.p[i], (size_t)sys_term_columns(STDOUT_FILENO), out);
        count++;
    }
    for (int i = 0; i < f.names.len; i++) mem_free(f.names.p[i]);
    VEC_FREE(&f.names);
    return count;
}
