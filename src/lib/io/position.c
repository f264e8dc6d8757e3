// EOF, FSTAT, POINT_LUN, FLUSH, TRUNCATE_LUN, FILE_POLL_INPUT: the state of open units. Start at fn_fstat.
#include "core/errors.h"
#include "io/lun.h"
#include "lib/control/timer.h"
#include "lib/io/record.h"
#include "sys/await.h"
#include "sys/clock.h"
#include "vm/call/call.h"
#include "vm/vm.h"

#include <errno.h>
#include <math.h>

static void fn_eof(Call *c)
{
    Unit *u;
    bool end;
    TRY(c, lun_for_bytes(c->vm->units, call_int(c, 0), 0, &u));
    bool serves = timers_serve(c, u, TIMERS_READ);
    Status s = unit_at_end(u, &end);
    if (serves) timers_serve_end(c);
    TRY(c, s);
    call_return_take(c, val_long(end));
}

static void fn_fstat(Call *c)
{
    LunStat st;
    TRY(c, lun_stat(c->vm->units, call_int(c, 0), &st));
    bool is_large = st.size > INT32_MAX || st.cur_ptr > INT32_MAX || st.transfer_count > INT32_MAX;
    TypeCode t = is_large ? T_LONG64 : T_LONG;
    Field f[] = {
        {"UNIT", T_LONG, st.unit, NULL},
        {"NAME", T_STRING, 0, st.name},
        {"OPEN", T_BYTE, st.open, NULL},
        {"ISATTY", T_BYTE, st.is_a_tty, NULL},
        {"ISAGUI", T_BYTE, st.is_a_gui, NULL},
        {"INTERACTIVE", T_BYTE, st.interactive, NULL},
        {"XDR", T_BYTE, st.xdr, NULL},
        {"COMPRESS", T_BYTE, st.compress, NULL},
        {"READ", T_BYTE, st.read, NULL},
        {"WRITE", T_BYTE, st.write, NULL},
        {"ATIME", T_LONG64, (int64_t)st.atime, NULL},
        {"CTIME", T_LONG64, (int64_t)st.ctime, NULL},
        {"MTIME", T_LONG64, (int64_t)st.mtime, NULL},
        {"TRANSFER_COUNT", t, st.transfer_count, NULL},
        {"CUR_PTR", t, st.cur_ptr, NULL},
        {"SIZE", t, st.size < 0 ? 0 : st.size, NULL},
        {"REC_LEN", t, st.rec_len, NULL},
    };
    int n = sizeof f / sizeof f[0];
    Arr *a = record_new(c, is_large ? "FSTAT64" : "FSTAT", f, n, 1, &(int64_t){1});
    record_fill(a, 0, f, n);
    call_return_take(c, val_arr_take(a));
}

// A negative unit asks for the position instead of setting it. Unit 0 cannot be asked; nothing is lost by that.
static void pro_point_lun(Call *c)
{
    int64_t lun = call_int(c, 0);
    Unit *u;
    TRY(c, lun_for_bytes(c->vm->units, lun < -INT32_MAX ? INT32_MAX : lun < 0 ? -lun : lun, 0, &u));
    if (lun >= 0) {
        double pos = call_double(c, 1);
        if (!(pos >= 0) || pos > 9e18) throw_msg(c, E_VALUE, "Position out of range: %s.", call_arg_name(c, 1));
        TRY(c, unit_seek(u, call_int(c, 1)));
        return;
    }
    if (!unit_can_seek(u)) TRY(c, unit_error(u, (Status){E_SEEK, ESPIPE, NULL}));
    int64_t at = unit_tell(u);
    call_set_take(c, 1, at > INT32_MAX ? val_long64(at) : val_long((int32_t)at));
}

static void pro_flush(Call *c)
{
    for (int i = 0; i < c->argc; i++) TRY(c, lun_flush(c->vm->units, call_int(c, i)));
}

static void pro_truncate_lun(Call *c)
{
    Unit *u;
    for (int i = 0; i < c->argc; i++) {
        TRY(c, lun_for_bytes(c->vm->units, call_int(c, i), UF_WRITE, &u));
        TRY(c, unit_truncate(u));
    }
}

#define FILE_POLL_INPUT_KEYWORDS(K, R) K(R, COUNT, OUT) K(R, TIMEOUT, "=seconds")
KEYWORDS(FILE_POLL_INPUT)

static int64_t poll_units(Call *c, Unit *const *u, int64_t n, double timeout, uint8_t *ready)
{
    double deadline = sys_deadline(timeout);
    for (double wait = timeout;; wait = sys_remaining(deadline)) {
        int got = lun_poll(c->vm->units, u, (int)n, timers_next(c->vm, wait), ready);
        if (got == SYS_INTERRUPTED) call_poll(c);
        else if (got < 0) TRY(c, status_sys(E_READ, -got, "Unable to wait for units."));
        if (timers_run(c)) got = lun_poll(c->vm->units, u, (int)n, 0, ready);  // a callback may have read or closed one
        if (got > 0 || sys_remaining(deadline) == 0) return got > 0 ? got : 0;
    }
}

static void fn_file_poll_input(Call *c)
{
    const Val *v = call_convert(c, call_arg(c, 0), T_LONG64);
    int64_t n = val_count(v);
    bool is_array = val_is_array(v);
    if (n < 1 || n > lun_last(c->vm->units) + 3) throw_msg(c, E_VALUE, "Too many units: %lld.", (long long)n);
    Unit **u = call_alloc(c, (size_t)n * sizeof *u);
    for (int64_t i = 0; i < n; i++) {
        TRY(c, lun_for_bytes(c->vm->units, is_array ? ((int64_t *)v->a->data)[i] : v->ll, 0, &u[i]));
    }
    Arr *out = call_new_array(c, T_BYTE, 1, &n, true);
    double timeout = call_kw_double(c, KW_FILE_POLL_INPUT_TIMEOUT, -1);
    int64_t count = poll_units(c, u, n, isfinite(timeout) ? timeout : -1, out->data);
    call_kw_set_take(c, KW_FILE_POLL_INPUT_COUNT, val_long((int32_t)count));
    if (is_array) call_return_take(c, val_arr_take(arr_ref(out)));
    else call_return_take(c, val_byte(*(uint8_t *)out->data));
}

static const Routine rows[] = {
    {"EOF", FUNCTION, {1, 1}, fn_eof, "Unit"},
    {"FILE_POLL_INPUT", FUNCTION, {1, 1}, fn_file_poll_input, "Units", KEYS(FILE_POLL_INPUT)},
    {"FLUSH", PROCEDURE, {1, ARGS_ANY}, pro_flush, "Unit..."},
    {"FSTAT", FUNCTION, {1, 1}, fn_fstat, "Unit", .defines = "FSTAT"},
    {"POINT_LUN", PROCEDURE, {2, 2}, pro_point_lun, "Unit, Position"},
    {"TRUNCATE_LUN", PROCEDURE, {1, ARGS_ANY}, pro_truncate_lun, "Unit..."},
};
ROUTINE_TABLE(lib_position, rows)
