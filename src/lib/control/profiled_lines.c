// Lines of profiled routines: how often they ran and how long, beside their text. Start reading at profiled_lines_report.
#include "lib/control/profiled_lines.h"

#include "sys/fd.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { LINE_MAX_BYTES = 1 << 20, SHOWN = 70 };

typedef struct Line {
    int line;
    int64_t count;  // of the statement that ran most
    double time;    // of all
} Line;

static int by_line(const void *a, const void *b)
{
    const Line *x = a, *y = b;
    return (x->line > y->line) - (x->line < y->line);
}

// The lines of a routine that ran, in order; statements of one line together. None if it was not timed. Lives as long as the
// call.
static Line *lines_of(Call *c, const Code *code, int *n)
{
    double time = 0;
    Line *all = call_alloc(c, ((size_t)code->nmarks + 1) * sizeof *all);
    int found = 0, kept = 0;
    for (int i = 0; i < code->nmarks; i++) {
        const LineTally *t = &code->tally[i];
        if (t->count) all[found++] = (Line){code->mark[i].line, t->count, t->time};
        time += t->time;
    }
    if (time == 0) found = 0;
    qsort(all, (size_t)found, sizeof *all, by_line);
    for (int i = 0; i < found; i++) {
        Line *last = kept ? &all[kept - 1] : NULL;
        if (last && last->line == all[i].line) {
            last->time += all[i].time;
            if (all[i].count > last->count) last->count = all[i].count;
        } else {
            all[kept++] = all[i];
        }
    }
    *n = kept;
    return all;
}

// --- The text of the lines --------------------------------------------------------------------------------------------

typedef struct Text {
    FILE *f;  // NULL: the routine was typed, or its file is gone
    int line; // of what is in `now`
    char now[SHOWN + 1];
} Text;

// Reads on to the next line; the end of a long one is dropped.
static bool text_next(Text *t)
{
    size_t n = 0, taken = 0;
    int ch;
    while ((ch = getc(t->f)) != EOF && ch != '\n' && taken++ < LINE_MAX_BYTES) {
        bool leads = n == 0 && (ch == ' ' || ch == '\t');
        if (!leads && n < SHOWN && ch != '\r') t->now[n++] = ch == '\t' ? ' ' : (char)ch;
    }
    t->now[n] = '\0';
    t->line++;
    return ch != EOF || n;
}

static const char *text_of(Text *t, int line)
{
    while (t->f && t->line < line) {
        if (text_next(t)) continue;
        fclose(t->f);
        t->f = NULL;
    }
    return t->f ? t->now : "";
}

static void report_routine(Call *c, const char *name, const Code *code, Buf *b)
{
    int n;
    Line *lines = lines_of(c, code, &n);
    if (!n) return;
    double all = 0;
    for (int i = 0; i < n; i++) all += lines[i].time;
    buf_printf(b, "\n %s%s%s\n", name, code->path ? "  " : "", code->path ? code->path : "");
    buf_printf(b, "   Line       Count     Time(s)  Percent\n");
    Text text = {.f = code->path ? sys_fopen(code->path, "r") : NULL};
    for (int i = 0; i < n; i++) {
        buf_printf(b, "%7d%12lld%12.6f%9.1f  %s\n", lines[i].line, (long long)lines[i].count, lines[i].time,
                   all > 0 ? 100*lines[i].time/all : 0, text_of(&text, lines[i].line));
    }
    if (text.f) fclose(text.f);
}

// Each item may be a procedure (2 * its index) and a function.
static const Code *code_of(Call *c, const ProfileItem *const *item, int i)
{
    return item[i / 2]->real ? NULL : profile_code(c->vm, item[i / 2]->name, i % 2);
}

void profiled_lines_report(Call *c, const ProfileItem *const *item, int n, Buf *b)
{
    for (int i = 0; i < 2 * n; i++) {
        const Code *code = code_of(c, item, i);
        if (code) report_routine(c, item[i / 2]->name, code, b);
    }
}

// --- As data ----------------------------------------------------------------------------------------------------------

static SDef *record_definition(void)
{
    SDef *d = sdef_new(NULL);
    sdef_add(d, "NAME", T_STRING, 0, NULL, NULL);
    sdef_add(d, "LINE", T_LONG, 0, NULL, NULL);
    sdef_add(d, "COUNT", T_LONG64, 0, NULL, NULL);
    sdef_add(d, "TIME", T_DOUBLE, 0, NULL, NULL);
    sdef_close(d);
    return d;
}

static void set_record(Arr *a, int64_t i, const char *name, const Line *line)
{
    const Tag *t = a->def->tag;
    char *at = (char *)a->data + (size_t)i * a->def->size;
    int32_t number = line->line;
    Str *text = str_from(name);
    memcpy(at + t[0].offset, &text, sizeof text);
    memcpy(at + t[1].offset, &number, sizeof number);
    memcpy(at + t[2].offset, &line->count, sizeof line->count);
    memcpy(at + t[3].offset, &line->time, sizeof line->time);
}

Val profiled_lines_data(Call *c, const ProfileItem *const *item, int n)
{
    Line **lines = call_alloc(c, (2 * (size_t)n + 1) * sizeof *lines);
    int *count = call_alloc(c, (2 * (size_t)n + 1) * sizeof *count), all = 0;
    for (int i = 0; i < 2 * n; i++) {
        const Code *code = code_of(c, item, i);
        if (code) lines[i] = lines_of(c, code, &count[i]);
        all += count[i];
    }
    if (!all) return VAL_NULL;
    SDef *d = record_definition();
    Arr *a = arr_new_struct(d, 1, (int64_t[]){all});
    sdef_drop(d);
    if (!a) throw_no_memory(c);
    int64_t at = 0;
    for (int i = 0; i < 2 * n; i++) {
        for (int k = 0; k < count[i]; k++) set_record(a, at++, item[i / 2]->name, &lines[i][k]);
    }
    return val_arr_take(a);
}
