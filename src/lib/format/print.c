// PRINT and PRINTF. The text is made by fmt/, the unit takes it; here are the keywords, the "$(" form and the column
// that the line has reached. Start at print_to.
#include "core/errors.h"
#include "io/datagram.h"
#include "lib/control/timer.h"
#include "lib/format/formatting.h"
#include "sys/interrupt.h"
#include "vm/vm.h"

#include <string.h>

#define PRINT_KEYWORDS(K, R)                                                                             \
    K(R, AM_PM, "=[string, string]") K(R, DAYS_OF_WEEK, "=string_array{7 names}") K(R, FORMAT, "=value") \
    K(R, IMPLIED_PRINT, FLAG) K(R, MONTHS, "=string_array{12 names}") K(R, STDIO_NON_FINITE, FLAG)
KEYWORDS(PRINT)

static const FormatKeywords keywords = {KW_PRINT_FORMAT, KW_PRINT_AM_PM, KW_PRINT_DAYS_OF_WEEK, KW_PRINT_MONTHS};

// PRINT, '$(I5)', x: the format as first argument, when more follow.
static const Format *dollar_format(Call *c, int first)
{
    if (call_kw_given(c, KW_PRINT_FORMAT) || c->argc - first < 2) return NULL;
    const Val *v = call_arg(c, first);
    if (v->type != T_STRING || val_is_array(v) || strncmp(str_text(v->s), "$(", 2) != 0) return NULL;
    Val rest = val_stringn(v->s->s + 1, v->s->len - 1);
    return formatting_parse(c, call_keep_take(c, rest)->s);
}

static void print_free(Call *c, Buf *out, const Unit *u, int first, Spill *spill)
{
    int n = c->argc - first;
    if (call_kw_set(c, KW_PRINT_IMPLIED_PRINT)) {
        for (int i = 0; i < n; i++)
            default_implied(out, formatting_shown(c, call_arg(c, first + i), "_OVERLOADIMPLIEDPRINT"), unit_width(u),
                spill);
        return;
    }
    const Val **args = formatting_args(c, first);
    DefaultOut d;
    default_start(&d, out, unit_width(u));
    d.spill = spill;
    d.col = (size_t)u->column;
    d.stdio_non_finite = call_kw_set(c, KW_PRINT_STDIO_NON_FINITE);
    for (int i = 0; i < n; i++) default_value(&d, args[i]);
    default_end(&d);
}

static void print_format(Call *c, Buf *out, const Format *f, int first, Spill *spill)
{
    FormatNames names = {.spill = spill, .stdio_non_finite = call_kw_set(c, KW_PRINT_STDIO_NON_FINITE)};
    formatting_names(c, &keywords, &names);
    Items *it = formatting_items(c, formatting_args(c, first), c->argc - first, true);
    TRY(c, format_write(f, it, out, &names, NULL));
}

// Where the line stands after the text; the $ code leaves it open.
static void note_column(Unit *u, const Buf *text)
{
    const char *last = text->len ? memrchr(text->p, '\n', text->len) : NULL;
    u->column = last ? text->p + text->len - last - 1 : u->column + (int64_t)text->len;
}

static Status write_lines(void *unit, const char *p, size_t n)
{
    Unit *u = unit;
    STATUS_TRY(unit_write_text(u, p, n));
    u->column = 0;
    STATUS_TRY(unit_end_text(u));
    return sys_interrupted() ? (Status){E_INTERRUPT, 0, NULL} : STATUS_OK;
}

static void print_to(Call *c, int64_t lun, int first)
{
    Unit *u;
    TRY(c, lun_for_text(c->vm->units, lun, UF_WRITE, &u));
    Buf *out = formatting_buf(c);
    bool is_whole = u->http || unit_is_datagram(u);  // HTTP's text mode and datagrams need it in one piece
    Spill lines = {.write = write_lines, .arg = u}, *spill = is_whole ? NULL : &lines;
    const Format *f = dollar_format(c, first);
    if (f)
        print_format(c, out, f, first + 1, spill);
    else if ((f = formatting_format(c, &keywords)))
        print_format(c, out, f, first, spill);
    else
        print_free(c, out, u, first, spill);
    TRY(c, lines.failed);
    call_poll(c);  // the text is not complete then
    if (!buf_ok(out)) throw_no_memory(c);
    bool serves = lun > 0 && timers_serve(c, u, TIMERS_WRITE);
    Status s = unit_write_text(u, out->p ? out->p : "", out->len);
    if (status_ok(s)) note_column(u, out);
    if (status_ok(s)) s = unit_end_text(u);
    if (serves) timers_serve_end(c);
    TRY(c, s);
}

void formatting_show_arguments(Call *c)
{
    Unit *u;
    TRY(c, lun_for_text(c->vm->units, LUN_STDOUT, UF_WRITE, &u));
    Buf *out = formatting_buf(c);
    DefaultOut d;
    default_start(&d, out, unit_width(u));
    for (int i = 0; i < c->argc; i++) default_value(&d, formatting_shown(c, call_arg(c, i), "_OVERLOADPRINT"));
    default_end(&d);
    TRY(c, unit_write_text(u, out->p, out->len));
    note_column(u, out);
    TRY(c, unit_end_text(u));
}

Status formatting_implied_print(Vm *vm, const Val *v)
{
    Unit *u;
    STATUS_TRY(lun_for_text(vm->units, LUN_STDOUT, UF_WRITE, &u));
    Buf out = BUF_INIT(BUF_NO_LIMIT);
    Spill lines = {.write = write_lines, .arg = u};
    default_implied(&out, v, unit_width(u), &lines);
    Status s = spill_failed(&lines) ? lines.failed : buf_ok(&out) ? unit_write_text(u, out.p ? out.p : "",
        out.len) : (Status){E_NO_MEMORY, 0, NULL};
    if (status_ok(s)) note_column(u, &out);
    buf_free(&out);
    return status_ok(s) ? unit_end_text(u) : s;
}

static void pro_print(Call *c) { print_to(c, LUN_STDOUT, 0); }
static void pro_printf(Call *c) { print_to(c, call_int(c, 0), 1); }

// PRINT [, X, ...]: Writes values to standard output, in columns of their types or as FORMAT says.

// PRINTF, Unit [, X, ...]: Writes values to a unit, in columns of their types or as FORMAT says.

static const Routine rows[] = {
    {"PRINT", PROCEDURE, {0, ARGS_ANY}, pro_print, "[, Expression1, ..., Expressionn]", KEYS(PRINT)},
    {"PRINTF", PROCEDURE, {1, ARGS_ANY}, pro_printf, "Unit [, Expression1, ..., Expressionn]", KEYS(PRINT)},
};
ROUTINE_TABLE(lib_format_print, rows)
