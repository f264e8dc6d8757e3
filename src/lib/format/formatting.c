// The shared parts of PRINT, READ and STRING: format keywords, argument lists, reading into variables. The routines
// are in print.c, read.c and string.c. Start at formatting_read, the longest road through here.
#include "lib/format/formatting.h"

#include "lib/control/timer.h"
#include "vm/dispatch/overload.h"
#include "vm/vm.h"

enum { FEW_VARIABLES = 8 };  // read without an allocation

static void release_formats(Vm *vm)
{
    format_cache_free(vm->formats);
    mem_free(vm->formats);
    vm->formats = NULL;
}

const Format *formatting_parse(Call *c, const Str *text)
{
    if (!str_len(text)) return NULL;
    Vm *vm = c->vm;
    if (!vm->formats) {
        vm->formats = mem_must(sizeof *vm->formats);
        vm_on_free(vm, release_formats);
    }
    const Format *f;
    TRY(c, format_cached(vm->formats, str_text(text), str_len(text), &f));
    return f;
}

const Format *formatting_format(Call *c, const FormatKeywords *kw)
{
    return formatting_parse(c, call_kw_str_peek(c, kw->format));
}

// A keyword's string array of n names; NULL when not given.
static const Str *const *name_list(Call *c, int slot, int n, const char *what)
{
    const Val *v = slot < 0 ? NULL : call_kw(c, slot);
    if (!v) return NULL;
    v = call_convert(c, v, T_STRING);
    if (!val_is_array(v) || v->a->n != n) throw_msg(c, E_VALUE, "%s must be a string array of %d names.", what, n);
    const Str **names = call_alloc(c, (size_t)n * sizeof *names);
    for (int i = 0; i < n; i++) names[i] = ((const StrSlot *)v->a->data)[i].p;
    return names;
}

void formatting_names(Call *c, const FormatKeywords *kw, FormatNames *names)
{
    names->am_pm = name_list(c, kw->am_pm, 2, "AM_PM");
    names->days = name_list(c, kw->days_of_week, 7, "DAYS_OF_WEEK");
    names->months = name_list(c, kw->months, 12, "MONTHS");
}

static void release_buf(void *p) { buf_free(p); }
static void release_items(void *p) { items_free(p); }
static void release_ends(void *p) { VEC_FREE(&((LineEnds *)p)->at); }

Buf *formatting_buf(Call *c)
{
    Buf *b = call_alloc(c, sizeof *b);
    *b = BUF_INIT(BUF_NO_LIMIT);
    call_defer(c, release_buf, b);
    return b;
}

LineEnds *formatting_ends(Call *c)
{
    LineEnds *e = call_alloc(c, sizeof *e);
    call_defer(c, release_ends, e);
    return e;
}

const Val **formatting_args(Call *c, int first)
{
    int n = c->argc - first;
    const Val **list = call_alloc(c, (size_t)(n > 0 ? n : 1) * sizeof *list);
    for (int i = 0; i < n; i++) list[i] = formatting_shown(c, call_arg(c, first + i), "_OVERLOADPRINT");
    return list;
}

const Val *formatting_shown(Call *c, const Val *v, const char *method)
{
    Val text;
    return v->type == T_OBJ && overload_text(c->vm, v, method, NULL, &text) ? call_keep_take(c, text) : v;
}

Items *formatting_items(Call *c, const Val *const *vals, int n, bool split_complex)
{
    Items *it = call_alloc(c, sizeof *it);
    items_start(it, vals, n, split_complex);
    call_defer(c, release_items, it);
    return it;
}

// ---- reading -------------------------------------------------------------------------------------------------------

static Status next_unit_line(void *src, const char **p, size_t *n) { return unit_read_line(src, p, n); }
LineSource formatting_unit_lines(Unit *u) { return (LineSource){next_unit_line, u}; }

// The variables to fill, or copies of them, made writable.
static void take_variables(Call *c, int first, int n, bool copies, Val **list)
{
    for (int i = 0; i < n; i++) {
        Val *v = call_var_mut(c, first + i);
        if (copies) v = call_keep_take(c, val_copy(v));
        if (v->type == T_UNDEF) val_set_take(v, val_float(0));
        if (!items_writable(v)) throw_no_memory(c);
        list[i] = v;
    }
}

void formatting_read(Call *c, const FormatKeywords *kw, int first, const LineSource *lines, Unit *u)
{
    const Format *f = formatting_format(c, kw);
    FormatNames names = {0};
    formatting_names(c, kw, &names);
    int n = c->argc > first ? c->argc - first : 0;
    Val *few[FEW_VARIABLES], **vars = n <= FEW_VARIABLES ? few : call_alloc(c, (size_t)n * sizeof *vars);
    bool serves = u && timers_serve(c, u, TIMERS_READ);
    take_variables(c, first, n, serves, vars);
    Items it;
    items_start(&it, (const Val *const *)vars, n, f != NULL);
    Status s = f ? format_read(f, &it, lines, &names) : free_read(&it, lines);
    items_free(&it);
    for (int i = 0; i < n; i++) items_written(vars[i]);
    if (serves) timers_serve_end(c);
    for (int i = 0; serves && i < n; i++) call_set_take(c, first + i, val_take(vars[i]));
    TRY(c, s);
}
