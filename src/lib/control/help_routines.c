// How HELP shows routines: those compiled, those running, how one is called. Start reading at help_routines.
#include "base/mem.h"
#include "lib/control/help.h"
#include "vm/engine.h"
#include "vm/names/library.h"
#include "vm/names/usage.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

enum { HELP_WIDTH = 80 };

static int by_name(const void *a, const void *b) { return strcmp(*(const char *const *)a, *(const char *const *)b); }

static bool is_lambda(const char *name) { return strncmp(name, LAMBDA_PREFIX, sizeof LAMBDA_PREFIX - 1) == 0; }

// Those with COMPILE_OPT HIDDEN (our own library's are, too) are shown by FULL only, LAMBDA's by their own keyword.
static bool is_wanted(const MapEntry *x, unsigned which, const HelpHow *how)
{
    const Code *code = ((const UserRoutine *)x->value)->code;
    if (!help_is_named(how, x->key)) return false;
    if (which & HELP_LAMBDA) return is_lambda(x->key);
    return how->full || !(code->options & OPT_HIDDEN);
}

static const char **sorted_names(const Map *m, unsigned which, const HelpHow *how, int *n)
{
    const char **name = mem_must((m->len + 1) * sizeof *name);
    size_t at = 0;
    *n = 0;
    for (const MapEntry *x; (x = map_next(m, &at)) != NULL;) {
        if (is_wanted(x, which, how)) name[(*n)++] = x->key;
    }
    qsort(name, (size_t)*n, sizeof *name, by_name);
    return name;
}

// BRIEF with files: each file once.
static void put_file_names(Buf *b, const Map *m, const char **name, int n)
{
    const char **path = mem_must(((size_t)n + 1) * sizeof *path);
    int files = 0;
    for (int i = 0; i < n; i++) {
        const char *p = ((const UserRoutine *)map_get(m, name[i]))->code->path;
        if (p) path[files++] = p;
    }
    qsort(path, (size_t)files, sizeof *path, by_name);
    for (int i = 0; i < files; i++) {
        if (!i || strcmp(path[i], path[i - 1]) != 0) buf_printf(b, "%s\n", path[i]);
    }
    mem_free(path);
}

static void put_routines(Buf *b, const Map *m, const char *title, unsigned which, const HelpHow *how)
{
    int n;
    bool files = which & HELP_FILES;
    const char **name = sorted_names(m, which, how, &n);
    buf_printf(b, "%s:\n", title);
    if (how->brief && files) put_file_names(b, m, name, n);
    else if (how->brief) help_brief_names(b, name, n);
    for (int i = 0; i < n && !how->brief; i++) {
        const Code *code = ((const UserRoutine *)map_get(m, name[i]))->code;
        if (files) buf_printf(b, "%-15s %s", code->name, code->path ? code->path : "");
        else usage_put_brief(code, b);
        buf_putc(b, '\n');
    }
    buf_putc(b, '\n');
    mem_free(name);
}

void help_routines(Vm *vm, Buf *b, unsigned which, const HelpHow *how)
{
    bool lambda = which & HELP_LAMBDA;
    if (which & HELP_PROCEDURES) {
        put_routines(b, &vm->engine->procedures, lambda ? "Lambda Procedures" : "Compiled Procedures", which, how);
    }
    if (which & HELP_FUNCTIONS) {
        put_routines(b, &vm->engine->functions, lambda ? "Lambda Functions" : "Compiled Functions", which, how);
    }
}

static void put_names(Buf *b, const Map *m, const char *title, const char *first)
{
    int n;
    size_t column = 4 + strlen(first);
    const char **name = sorted_names(m, 0, &(HelpHow){0}, &n);
    buf_printf(b, "%s:\n", title);
    if (n || *first) buf_printf(b, "    %s", first);
    for (int i = 0; i < n; i++) {
        bool fresh = column == 4, folds = !fresh && column + 2 + strlen(name[i]) > HELP_WIDTH;
        buf_printf(b, "%s%s", folds ? "\n    " : fresh ? "" : "  ", name[i]);
        column = (folds || fresh ? 4 : column + 2) + strlen(name[i]);
    }
    buf_puts(b, n || *first ? "\n\n" : "\n");
    mem_free(name);
}

void help_routine_names(Vm *vm, Buf *b)
{
    put_names(b, &vm->engine->procedures, "Compiled Procedures", "$MAIN$");
    put_names(b, &vm->engine->functions, "Compiled Functions", "");
}

// --- Calls ------------------------------------------------------------------------------------------------------------

// Frames of typed text are not among the calls.
static bool is_call(const Engine *e, int i, bool any_shown)
{
    const CallFrame *f = &e->frame[i];
    if (f->kind == FRAME_STATEMENT && (f->quiet_stop || f->target)) return false;
    return !(f->kind == FRAME_MAIN && any_shown && e->frame[1].kind == FRAME_STATEMENT && !e->frame[1].quiet_stop);
}

static void put_place(Buf *b, const CallFrame *f, bool first)
{
    int line = f->kind == FRAME_MAIN ? 0 : code_line(f->code, f->pc);
    buf_printf(b, "%s%-16s", first ? "% At " : "%    ", f->code->name);
    if (line) buf_printf(b, "%5d %s", line, f->code->path ? f->code->path : "");
}

void help_calls(Vm *vm, Buf *b, bool places)
{
    const Engine *e = vm->engine;
    bool shown = false;
    for (int i = e->depth; i >= 0; i--) {
        const CallFrame *f = &e->frame[i];
        if (!is_call(e, i, shown)) continue;
        if (places) put_place(b, f, !shown);
        else buf_puts(b, f->code->name);
        if (!places && f->kind == FRAME_ROUTINE) {
            buf_printf(b, " <%s(%4d)>", f->code->path ? f->code->path : "", code_line(f->code, f->pc));
        }
        buf_putc(b, '\n');
        shown = true;
    }
}

// --- One routine ------------------------------------------------------------------------------------------------------

void help_usages(Call *c, Buf *b)
{
    for (int i = 0; i < c->argc; i++) {
        char *name = call_alloc(c, str_len(call_str_peek(c, i)) + 1);
        strcpy(name, str_text(call_str_peek(c, i)));
        for (char *p = name; *p; p++) *p = (char)toupper((unsigned char)*p);
        if (!usage_put(c->vm, name, HELP_WIDTH, b)) throw_msg(c, E_VALUE, "No routine is called %s.", name);
    }
}
