// PROFILER: what vm/frame/profile.c has counted, as a report or as data. Start reading at pro_profiler.
#include "io/lun.h"
#include "lib/control/lines.h"
#include "lib/control/passing.h"
#include "lib/control/profiled_lines.h"
#include "lib/control/profiler.h"
#include "sys/publish.h"
#include "vm/frame/profile.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define PROFILER_KEYWORDS(K, R)                                                                           \
    K(R, CLEAR, FLAG) K(R, CODE_COVERAGE, FLAG) K(R, DATA, OUT) K(R, FILENAME, "=path") K(R, LINES, FLAG) \
    K(R, OUTPUT, OUT) K(R, REPORT, FLAG) K(R, RESET, FLAG) K(R, SYSTEM, FLAG)
KEYWORDS(PROFILER)

typedef struct Found {
    const ProfileItem **item;
    int n;
} Found;

static void collect(const Map *m, const char *name, Found *f)
{
    size_t at = 0;
    for (const MapEntry *x; (x = map_next(m, &at)) != NULL;) {
        const ProfileItem *item = x->value;
        if (item->count && (!name || strcmp(name, item->name) == 0)) f->item[f->n++] = item;
    }
}

static int by_name(const void *a, const void *b)
{
    return strcmp((*(const ProfileItem *const *)a)->name, (*(const ProfileItem *const *)b)->name);
}

// Those that have been called, by name. name: that one alone; NULL: all.
static Found called(Call *c, const char *name)
{
    const Profiler *p = profile_of(c->vm);
    Found f = {call_alloc(c, (p->users.len + p->functions.len + p->procedures.len + 1) * sizeof *f.item), 0};
    collect(&p->users, name, &f);
    collect(&p->functions, name, &f);
    collect(&p->procedures, name, &f);
    qsort(f.item, (size_t)f.n, sizeof *f.item, by_name);
    return f;
}

static void item_lines(Call *c, const ProfileItem *item, int *ran, int *all)
{
    *ran = *all = 0;
    if (!item->real) profile_lines(c->vm, item->name, ran, all);
}

// The table, as the manual's example has it.
static void report(Call *c, const Found *f, bool covers, Buf *b)
{
    int width = 9;
    for (int i = 0; i < f->n; i++) {
        if ((int)strlen(f->item[i]->name) > width) width = (int)strlen(f->item[i]->name);
    }
    buf_printf(b, " %-*sType  Count    Only(s)   Avg.(s)     Time(s)   Avg.(s)%s\n", width, "Module",
               covers ? " LinesRun Total" : "");
    for (int i = 0; i < f->n; i++) {
        const ProfileItem *x = f->item[i];
        double n = (double)x->count;
        int ran, all;
        buf_printf(b, " %-*s (%c)%6lld%12.6f%10.6f%12.6f%10.6f", width, x->name, x->real ? 'S' : 'U', (long long)x->count,
                   x->only, x->only / n, x->total, x->total / n);
        item_lines(c, x, &ran, &all);
        if (covers) buf_printf(b, "%7d%7d", ran, all);
        buf_putc(b, '\n');
    }
}

static void put(Arr *a, int64_t record, const char *tag, const void *value, size_t size)
{
    memcpy((char *)a->data + (size_t)record * a->def->size + a->def->tag[sdef_find(a->def, tag)].offset, value, size);
}

static SDef *data_definition(bool covers)
{
    static const struct {
        const char *name;
        TypeCode type;
    } tags[] = {{"NAME", T_STRING}, {"COUNT", T_LONG}, {"ONLY_TIME", T_DOUBLE}, {"TIME", T_DOUBLE}, {"SYS", T_BYTE},
                {"LINES_RUN", T_LONG}, {"LINES_TOTAL", T_LONG}};
    SDef *d = sdef_new(NULL);
    for (int i = 0; i < (covers ? 7 : 5); i++) sdef_add(d, tags[i].name, tags[i].type, 0, NULL, NULL);
    sdef_close(d);
    return d;
}

// A record a routine; !NULL when none was called.
static Val data(Call *c, const Found *f, bool covers)
{
    if (!f->n) return VAL_NULL;
    SDef *d = data_definition(covers);
    Arr *a = arr_new_struct(d, 1, (int64_t[]){f->n});
    sdef_drop(d);
    if (!a) throw_no_memory(c);
    for (int i = 0; i < f->n; i++) {
        const ProfileItem *x = f->item[i];
        int32_t count = x->count > INT32_MAX ? INT32_MAX : (int32_t)x->count;
        uint8_t sys = x->real != NULL;
        Str *name = str_from(x->name);
        int ran, all;
        put(a, i, "NAME", &name, sizeof name);
        put(a, i, "COUNT", &count, sizeof count);
        put(a, i, "ONLY_TIME", &x->only, sizeof x->only);
        put(a, i, "TIME", &x->total, sizeof x->total);
        put(a, i, "SYS", &sys, sizeof sys);
        if (!covers) continue;
        item_lines(c, x, &ran, &all);
        put(a, i, "LINES_RUN", &ran, sizeof ran);
        put(a, i, "LINES_TOTAL", &all, sizeof all);
    }
    return val_arr_take(a);
}

Val profiler_data(Call *c)
{
    Found f = called(c, NULL);
    return data(c, &f, false);
}

void profiler_begin(Call *c)
{
    profile_reset(c->vm);
    profile_users(c->vm, NULL, true);
    profile_builtins(c->vm, NULL, true);
}

void profiler_end(Call *c)
{
    if (!profile_is_on(c->vm->engine)) return;
    profile_users(c->vm, NULL, false);
    profile_builtins(c->vm, NULL, false);
}

static void write_file(Call *c, const char *path, const Buf *b)
{
    int err = publish_bytes(path, b->p ? b->p : "", b->len, 0666, NULL);
    if (err) throw_status(c, status_sys(E_OPEN, err, "Error opening file. File: %s", path));
}

// Where the keywords want the results; without any, to standard output.
static void show_results(Call *c, const char *name)
{
    bool covers = call_kw_set(c, KW_PROFILER_CODE_COVERAGE);
    bool to_data = call_kw_given(c, KW_PROFILER_DATA), to_output = call_kw_given(c, KW_PROFILER_OUTPUT);
    bool to_file = call_kw_given(c, KW_PROFILER_FILENAME), by_line = call_kw_set(c, KW_PROFILER_LINES);
    Found f = called(c, name);
    Buf *b = lines_new(c);
    report(c, &f, covers, b);
    if (by_line) profiled_lines_report(c, f.item, f.n, b);
    if (to_data) call_kw_set_take(c, KW_PROFILER_DATA, by_line ? profiled_lines_data(c, f.item, f.n) : data(c, &f, covers));
    if (to_output) call_kw_set_take(c, KW_PROFILER_OUTPUT, lines_value(c, b));
    if (to_file) {
        const Str *path = call_kw_str_peek(c, KW_PROFILER_FILENAME);
        if (!str_len(path) || memchr(str_text(path), '\0', str_len(path))) throw_msg(c, E_VALUE, "FILENAME must be a path name.");
        write_file(c, str_text(path), b);
    }
    if (!to_data && !to_output && !to_file) lines_write(c, LUN_STDOUT, b);
}

// PROFILER [, Module] [, /CLEAR] [, /CODE_COVERAGE] [, DATA=variable] [, FILENAME=path] [, /LINES] [, OUTPUT=variable]
// [, /REPORT] [, /RESET] [, /SYSTEM]: counts and times the calls of compiled routines (of Module alone), with SYSTEM of
// builtins; CLEAR ends it, RESET forgets the results, REPORT (or one of the keywords that take results) gives them. With LINES
// each line's runs and time (with what it called) too; DATA are then the lines. Manual: PROFILER (LINES is ours).
static void pro_profiler(Call *c)
{
    const char *name = c->argc ? upper_name(c, call_str_peek(c, 0)) : NULL;
    bool wants_results = call_kw_set(c, KW_PROFILER_REPORT) || call_kw_given(c, KW_PROFILER_DATA) ||
                         call_kw_given(c, KW_PROFILER_OUTPUT) || call_kw_given(c, KW_PROFILER_FILENAME);
    if (call_kw_set(c, KW_PROFILER_RESET)) {
        profile_reset(c->vm);
    } else if (wants_results) {
        show_results(c, name);
    } else {
        bool on = !call_kw_set(c, KW_PROFILER_CLEAR), system = call_kw_set(c, KW_PROFILER_SYSTEM);
        bool found = system ? profile_builtins(c->vm, name, on) : profile_users(c->vm, name, on);
        if (!found) throw_msg(c, E_VALUE, system ? "Not a system routine: %s." : "Routine is not compiled: %s.", name);
        if (on && !system && call_kw_set(c, KW_PROFILER_LINES)) profile_times(c->vm);
    }
}

static const Routine rows[] = {
    {"PROFILER", PROCEDURE, {0, 1}, pro_profiler, "[, Module]", KEYS(PROFILER)},
};
ROUTINE_TABLE(lib_profiler, rows)
