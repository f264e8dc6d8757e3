// The session as a program sees it: the arguments it was started with, and waiting.
#include "gfx/gfx.h"
#include "io/lun.h"
#include "sys/await.h"
#include "vm/engine.h"

#define COMMAND_LINE_ARGS_KEYWORDS(K) K(COMMAND_LINE_ARGS, COUNT)
KEYWORDS(COMMAND_LINE_ARGS)

// COMMAND_LINE_ARGS([COUNT=n]): the words after FILE, -arg and -args as strings; '' when there are none.
// Manual: COMMAND_LINE_ARGS.
static void fn_command_line_args(Call *c)
{
    const Engine *e = c->vm->engine;
    call_kw_set_take(c, KW_COMMAND_LINE_ARGS_COUNT, val_long(e->nargs));
    if (!e->nargs) {
        call_return_take(c, val_string(""));
        return;
    }
    Arr *a = call_new_array(c, T_STRING, 1, (int64_t[]){e->nargs}, true);
    for (int i = 0; i < e->nargs; i++) ((StrSlot *)a->data)[i].p = str_from(e->args[i]);
    call_return_take(c, val_arr_take(arr_ref(a)));
}

// WAIT, Seconds: pauses; windows repaint meanwhile, Ctrl-C ends it. Manual: WAIT.
static void pro_wait(Call *c)
{
    double seconds = call_double(c, 0);
    if (!(seconds >= 0)) throw_msg(c, E_VALUE, "Number of seconds must not be negative.");
    TRY(c, units_flush(c->vm->units));
    if (c->vm->gfx) TRY(c, gfx_settle(c->vm->gfx));
    sys_sleep(seconds);
    call_poll(c);
}

static const Routine rows[] = {
    ROW_FUN(COMMAND_LINE_ARGS, 0, 0, fn_command_line_args, "Result = COMMAND_LINE_ARGS([COUNT=variable])"),
    ROW_PRO0(WAIT, 1, 1, pro_wait, "WAIT, Seconds"),
};
ROUTINE_TABLE(lib_session, rows)
