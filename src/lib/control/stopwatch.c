// TIC and TOC: clocks for programs. The one that the procedure TIC sets is the engine's; others are structures.
#include "base/buf.h"
#include "fmt/default.h"
#include "io/lun.h"
#include "lib/control/lines.h"
#include "lib/control/profiler.h"
#include "sys/clock.h"
#include "vm/engine.h"
#include "vm/fault/error_line.h"
#include "vm/structure/structure.h"

#include <string.h>

#define TIC_KEYWORDS(K, R) K(R, PROFILER, FLAG)
KEYWORDS(TIC)

// PROFILER=0 ends a profiling that an earlier TIC has begun.
static void take_profiler(Call *c)
{
    Engine *e = c->vm->engine;
    if (!call_kw_given(c, KW_TIC_PROFILER)) return;
    e->tic_profiles = call_kw_set(c, KW_TIC_PROFILER);
    if (e->tic_profiles) profiler_begin(c);
    else profiler_end(c);
}

// TIC [, /PROFILER]: the clock starts anew; with PROFILER also the profiling of all routines. Manual: TIC.
static void pro_tic(Call *c)
{
    take_profiler(c);
    c->vm->engine->tic = sys_wall();
}

// TIC([Name] [, /PROFILER]): a clock of its own, {NAME, TIME}, for TOC. Manual: TIC.
static void fn_tic(Call *c)
{
    static const char *const tags[] = {"NAME", "TIME"};
    const Str *name = c->argc ? call_str_peek(c, 0) : NULL;
    take_profiler(c);
    Val v[] = {val_stringn(str_text(name), str_len(name)), val_double(sys_wall())}, clock;
    Status s = struct_make(c->vm, NULL, tags, v, 2, &clock);
    val_drop(&v[0]);
    TRY(c, s);
    call_return_take(c, clock);
}

#define TOC_KEYWORDS(K, R) K(R, LUN, "=lun") K(R, REPORT, OUT)
KEYWORDS(TOC)
#define TOC_FUNCTION_KEYWORDS(K, R) K(R, REPORT, OUT)
KEYWORDS(TOC_FUNCTION)

// The clocks given; NULL: the engine's is meant.
static const Arr *clocks(Call *c)
{
    const Val *v = c->argc ? call_arg_peek(c, 0) : NULL;
    if (!v || v->type == T_UNDEF) {
        if (!c->vm->engine->tic) throw_msg(c, E_VALUE, "TIC must be called before TOC.");
        return NULL;
    }
    const SDef *d = v->type == T_STRUCT ? v->a->def : NULL;
    int name = d ? sdef_find(d, "NAME") : -1, time = d ? sdef_find(d, "TIME") : -1;
    if (name < 0 || time < 0 || d->tag[name].type != T_STRING || d->tag[time].type != T_DOUBLE || d->tag[name].rank ||
        d->tag[time].rank) throw_msg(c, E_TYPE, "ClockID must be a result of TIC.");
    return v->a;
}

static const char *clock_name(const Arr *a, int64_t i)
{
    const void *at = (const char *)a->data + (size_t)i * a->def->size + a->def->tag[sdef_find(a->def, "NAME")].offset;
    return str_text(((const StrSlot *)at)->p);
}

static double clock_time(const Arr *a, int64_t i)
{
    double t;
    memcpy(&t, (const char *)a->data + (size_t)i * a->def->size + a->def->tag[sdef_find(a->def, "TIME")].offset, sizeof t);
    return t;
}

// "% Time elapsed NAME: 0.94500017 seconds."
static void elapsed_line(Buf *b, const char *name, double seconds)
{
    Buf number = BUF_INIT(100);
    default_scalar(&number, T_DOUBLE, &seconds, false);
    const char *p = buf_ok(&number) ? number.p : "";
    buf_printf(b, "%% Time elapsed%s%s: %s seconds.\n", *name ? " " : "", name, p + strspn(p, " "));
    buf_free(&number);
}

// Without a clock the profiling ends.
static void give_report(Call *c, int slot, const Arr *a)
{
    if (call_kw_given(c, slot)) call_kw_set_take(c, slot, profiler_data(c));
    if (a || !c->vm->engine->tic_profiles) return;
    profiler_end(c);
    c->vm->engine->tic_profiles = false;
}

// TOC [, ClockID] [, LUN=lun] [, REPORT=variable]: shows the time since TIC, or of each clock. Manual: TOC.
static void pro_toc(Call *c)
{
    double now = sys_wall();
    const Arr *a = clocks(c);
    Buf *b = lines_new(c);
    for (int64_t i = 0; a && i < a->n; i++) elapsed_line(b, clock_name(a, i), now - clock_time(a, i));
    if (!a) elapsed_line(b, "", now - c->vm->engine->tic);
    give_report(c, KW_TOC_REPORT, a);
    int64_t lun = call_kw_int(c, KW_TOC_LUN, 0);
    if (lun) lines_write(c, lun, b);
    else if (!c->vm->quiet && buf_ok(b)) vm_error_line(c->vm, "%.*s", (int)b->len - 1, b->p);
}

// TOC([ClockID] [, REPORT=variable]): the seconds (DOUBLE), an array for an array of clocks. Manual: TOC.
static void fn_toc(Call *c)
{
    double now = sys_wall();
    const Arr *a = clocks(c);
    if (!a || a->n == 1) {
        call_return_take(c, val_double(now - (a ? clock_time(a, 0) : c->vm->engine->tic)));
    } else {
        Arr *out = call_new_array(c, T_DOUBLE, a->rank, a->dim, false);
        for (int64_t i = 0; i < a->n; i++) ((double *)out->data)[i] = now - clock_time(a, i);
        call_return_take(c, val_arr_take(arr_ref(out)));
    }
    give_report(c, KW_TOC_FUNCTION_REPORT, a);
}

static const Routine rows[] = {
    {"TIC", PROCEDURE, {0, 0}, pro_tic, "", KEYS(TIC)},
    {"TIC", FUNCTION, {0, 1}, fn_tic, "[Name]", KEYS(TIC)},
    {"TOC", PROCEDURE, {0, 1}, pro_toc, "[, ClockID]", KEYS(TOC)},
    {"TOC", FUNCTION, {0, 1}, fn_toc, "[ClockID]", KEYS(TOC_FUNCTION)},
};
ROUTINE_TABLE(lib_stopwatch, rows)
