// The session as a program sees it: the arguments it was started with, and waiting.
#include "gfx/gfx.h"
#include "io/lun.h"
#include "lib/control/timer.h"
#include "sys/await.h"
#include "sys/clock.h"
#include "vm/call/call.h"
#include "vm/engine.h"
#include "vm/session/recall.h"
#include "vm/session/statement.h"

#define COMMAND_LINE_ARGS_KEYWORDS(K, R) K(R, COUNT, OUT) K(R, RESET, FLAG) K(R, SET, "=string")
KEYWORDS(COMMAND_LINE_ARGS)

static void add_arguments(Call *c, const Val *v)
{
    v = call_convert(c, v, T_STRING);
    for (int64_t i = 0; i < val_count(v); i++) {
        vm_add_argument(c->vm, str_text(val_is_array(v) ? ((const StrSlot *)v->a->data)[i].p : v->s));
    }
}

// COMMAND_LINE_ARGS([COUNT=n] [, /RESET] [, SET=strings]): the words after FILE, -arg and -args as strings; '' when there
// are none. RESET forgets them, then SET adds others. Manual: COMMAND_LINE_ARGS; the order is GDL's.
static void fn_command_line_args(Call *c)
{
    const Engine *e = c->vm->engine;
    if (call_kw_set(c, KW_COMMAND_LINE_ARGS_RESET)) vm_set_arguments(c->vm, NULL, 0);
    const Val *more = call_kw(c, KW_COMMAND_LINE_ARGS_SET);
    if (more) add_arguments(c, more);
    int n = e->args.len;
    call_kw_set_take(c, KW_COMMAND_LINE_ARGS_COUNT, val_long(n));
    if (!n) {
        call_return_take(c, val_string(""));
        return;
    }
    Arr *a = call_new_array(c, T_STRING, 1, (int64_t[]){n}, true);
    for (int i = 0; i < n; i++) ((StrSlot *)a->data)[i].p = str_from(e->args.p[i]);
    call_return_take(c, val_arr_take(arr_ref(a)));
}

// WAIT, Seconds: pauses; windows repaint meanwhile, Ctrl-C ends it. Manual: WAIT.
static void pro_wait(Call *c)
{
    double seconds = call_double(c, 0);
    if (!(seconds >= 0)) throw_msg(c, E_VALUE, "Number of seconds must not be negative.");
    Status flushed = units_flush(c->vm->units);
    status_drop(&flushed);  // the unit that failed will say so itself
    if (c->vm->gfx) TRY(c, gfx_settle(c->vm->gfx));
    double end = sys_deadline(seconds);
    do {
        sys_sleep(timers_next(c->vm, sys_remaining(end)));
        call_poll(c);
        timers_run(c);
    } while (sys_remaining(end) > 0);
    call_poll(c);
}

// RECALL_COMMANDS(): the lines typed in this session, the newest first; '' when there are none. Manual: RECALL_COMMANDS.
static void fn_recall_commands(Call *c)
{
    int n = recall_count(c->vm);
    if (!n) {
        call_return_take(c, val_string(""));
        return;
    }
    Arr *a = call_new_array(c, T_STRING, 1, (int64_t[]){n}, true);
    for (int i = 0; i < n; i++) ((StrSlot *)a->data)[i].p = str_from(recall_line(c->vm, i));
    call_return_take(c, val_arr_take(arr_ref(a)));
}

static const Routine rows[] = {
    {"COMMAND_LINE_ARGS", FUNCTION, {0, 0}, fn_command_line_args, "", KEYS(COMMAND_LINE_ARGS)},
    {"RECALL_COMMANDS", FUNCTION, {0, 0}, fn_recall_commands, ""},
    {"WAIT", PROCEDURE, {1, 1}, pro_wait, "Seconds"},
};
ROUTINE_TABLE(lib_session, rows)
