// BREAKPOINT, and what HELP, /BREAKPOINTS shows. How they stop is vm/frame/debug.c. Start reading at pro_breakpoint.
#include "lib/control/breakpoint.h"

#include "base/mem.h"
#include "io/lun.h"
#include "vm/frame/debug.h"
#include "vm/names/library.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>

#define BREAKPOINT_KEYWORDS(K, R)                                                                                     \
    K(R, AFTER, "=integer") K(R, CLEAR, FLAG) K(R, CONDITION, "='expression'") K(R, DISABLE, FLAG) K(R, ENABLE, FLAG) \
    K(R, ON_RECOMPILE, FLAG) K(R, ONCE, FLAG) K(R, SET, FLAG)
KEYWORDS(BREAKPOINT)

// The file in full: as given or with .pro, from the current folder. A name that is no file is kept: a routine's, perhaps.
static const char *full_path(Call *c, const char *given)
{
    char *name = path_expand(given), *with_pro = call_alloc(c, strlen(name) + 5), *full = call_alloc(c, PATH_MAX);
    call_defer(c, mem_free, name);
    strcat(strcpy(with_pro, name), ".pro");
    if (!realpath(name, full) && !realpath(with_pro, full)) {
        char here[PATH_MAX];
        if (*name == '/' || !realpath(".", here)) return name;
        char *made = call_alloc(c, strlen(here) + strlen(name) + 2);
        return strcat(strcat(strcpy(made, here), "/"), name);
    }
    return full;
}

static int line_of(Call *c, int i)
{
    int64_t line = call_int(c, i);
    if (line < 0 || line > INT_MAX) throw_msg(c, E_VALUE, "Value of Index is out of allowed range.");
    return (int)line;
}

static bool ends_in_dollar(const char *p, const char *end)
{
    char quote = 0, last = 0;
    for (; p < end; p++) {
        if (quote ? *p == quote : *p == '\'' || *p == '"') quote = quote ? 0 : *p;
        else if (!quote && *p == ';') break;
        if (*p != ' ' && *p != '\t' && *p != '\r') last = *p;
    }
    return last == '$';
}

// Of a statement on several lines the last was named (manual): the line where it begins.
static int first_line(Call *c, const char *path, int line)
{
    size_t len;
    char *where = NULL, *text = library_read_file(c->vm, path, &len, &where);
    mem_free(where);
    if (!text) return line;
    int begins = 1, n = 1;
    for (const char *p = text; *p && n < line; n++) {
        const char *end = strchr(p, '\n');
        if (!end) break;
        if (!ends_in_dollar(p, end)) begins = n + 1;
        p = end + 1;
    }
    mem_free(text);
    return n == line ? begins : line;
}

static Breakpoint *existing(Call *c)
{
    Breakpoint *b = c->argc == 1 ? debug_by_index(c->vm, line_of(c, 0)) : NULL;
    if (c->argc > 1) {
        const char *path = full_path(c, call_path(c, 0));
        b = debug_find(c->vm, path, line_of(c, 1));
        if (!b) b = debug_find(c->vm, path, first_line(c, path, line_of(c, 1)));
    }
    if (!b) throw_msg(c, E_VALUE, "No such breakpoint (HELP, /BREAKPOINTS lists them).");
    return b;
}

static void describe(Call *c, Breakpoint *b)
{
    const Str *condition = call_kw_str_peek(c, KW_BREAKPOINT_CONDITION);
    b->after = (int)call_kw_int(c, KW_BREAKPOINT_AFTER, 0);
    b->hits = 0;
    b->once = call_kw_set(c, KW_BREAKPOINT_ONCE);
    mem_free(b->condition);
    b->condition = condition && str_len(condition) ? mem_strdup(str_text(condition)) : NULL;
}

static void set(Call *c)
{
    if (c->argc < 2) throw_msg(c, E_ARGS, "Incorrect number of arguments.");
    bool waits = call_kw_set(c, KW_BREAKPOINT_ON_RECOMPILE);
    const char *path = full_path(c, call_path(c, 0));
    int line = line_of(c, 1);
    call_kw_int(c, KW_BREAKPOINT_AFTER, 0);
    call_kw_str_peek(c, KW_BREAKPOINT_CONDITION);  // which throw before anything is set
    Breakpoint *b = debug_set(c->vm, path, first_line(c, path, line), waits);
    if (!b) {
        throw_msg(c, E_VALUE, "Unable to find code: no statement of %s, line %d is compiled (.COMPILE it, or set /ON_RECOMPILE).",
                  str_text(call_str_peek(c, 0)), line);
    }
    describe(c, b);
    if (call_kw_set(c, KW_BREAKPOINT_DISABLE)) debug_enable(c->vm, b, false);
}

// BREAKPOINT [, File], Index [, AFTER=n] [, /CLEAR] [, CONDITION=text] [, /DISABLE] [, /ENABLE] [, /ON_RECOMPILE] [, /ONCE]
// [, /SET]: stops programs before the statement at line Index of File. Manual: BREAKPOINT.
static void pro_breakpoint(Call *c)
{
    if (call_kw_set(c, KW_BREAKPOINT_CLEAR)) debug_clear(c->vm, existing(c));
    else if (c->argc > 1 && (call_kw_set(c, KW_BREAKPOINT_SET) ||
                             !(call_kw_set(c, KW_BREAKPOINT_ENABLE) || call_kw_set(c, KW_BREAKPOINT_DISABLE)))) set(c);
    else if (call_kw_set(c, KW_BREAKPOINT_SET)) describe(c, existing(c));
    else if (call_kw_set(c, KW_BREAKPOINT_ENABLE)) debug_enable(c->vm, existing(c), true);
    else if (call_kw_set(c, KW_BREAKPOINT_DISABLE)) debug_enable(c->vm, existing(c), false);
    else throw_msg(c, E_ARGS, "Incorrect number of arguments.");
}

void breakpoint_lines(Vm *vm, Buf *b)
{
    const Debugger *d = vm->engine->debugger;
    if (!d || !d->points.len) return;
    buf_puts(b, "Breakpoints:\n  Index  Module                Line  File\n  -----  ------                ----  ----\n");
    for (int i = 0; i < d->points.len; i++) {
        const Breakpoint *p = d->points.p[i];
        buf_printf(b, "  %5d  %-20s %5d  %s", p->index, p->module ? p->module : "(not compiled)", p->at_line, p->path);
        if (!p->enabled) buf_puts(b, "  Disabled");
        if (p->waits) buf_puts(b, "  On recompile");
        if (p->once) buf_puts(b, "  Once");
        if (p->after > 1) buf_printf(b, "  After %d (%d so far)", p->after, p->hits);
        if (p->condition) buf_printf(b, "  Condition: %s", p->condition);
        buf_putc(b, '\n');
    }
}

static const Routine rows[] = {
    {"BREAKPOINT", PROCEDURE, {1, 2}, pro_breakpoint, "[, File], Index", KEYS(BREAKPOINT)},
};
ROUTINE_TABLE(lib_breakpoint, rows)
