// The time: SYSTIME, JULDAY, CALDAT. Julian dates are fmt's (calendar.c); the clock is sys'. Start at fn_systime.
#include "fmt/format.h"
#include "lib/array/axis.h"
#include "lib/format/convert.h"
#include "sys/clock.h"

#include <math.h>
#include <stdio.h>
#include <time.h>

// --- SYSTIME --------------------------------------------------------------------------------------------------------

#define SYSTIME_KEYWORDS(K, R) K(R, ELAPSED, "=value") K(R, JULIAN, FLAG) K(R, SECONDS, FLAG) K(R, UTC, FLAG)
KEYWORDS(SYSTIME)

static struct tm broken_down(Call *c, double when, bool utc)
{
    struct tm t;
    time_t seconds;
    if (!(fabs(when) < 1e17)) throw_msg(c, E_VALUE, "Time out of range.");
    seconds = (time_t)floor(when);
    if (!(utc ? gmtime_r(&seconds, &t) : localtime_r(&seconds, &t))) throw_msg(c, E_VALUE, "Time out of range.");
    return t;
}

static double julian_of(const struct tm *t, double fraction)
{
    CalendarDate d = {.year = t->tm_year + 1900, .month = t->tm_mon + 1, .day = t->tm_mday, .hour = t->tm_hour,
                      .minute = t->tm_min, .second = t->tm_sec + fraction};
    return calendar_to_julian(&d);
}

// SYSTIME([SecondsFlag [, ElapsedSeconds]] [, ELAPSED=s] [, /JULIAN] [, /SECONDS] [, /UTC]): now (or the moment given in
// seconds since 1970) as text, or with a true flag in seconds. The text of NaN is that of 0. Manual: SYSTIME.
static void fn_systime(Call *c)
{
    static const char *const days[] = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
    static const char *const months[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                         "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    bool seconds = call_kw_set(c, KW_SYSTIME_SECONDS) || (c->argc > 0 && call_int(c, 0) != 0);
    double when = call_kw_double(c, KW_SYSTIME_ELAPSED, c->argc > 1 ? call_double(c, 1) : sys_wall());
    bool finite = isfinite(when);
    if (call_kw_set(c, KW_SYSTIME_JULIAN) && finite) {
        struct tm t = broken_down(c, when, call_kw_set(c, KW_SYSTIME_UTC));
        call_return_take(c, val_double(julian_of(&t, when - floor(when))));
    } else if (seconds || call_kw_set(c, KW_SYSTIME_JULIAN)) {
        call_return_take(c, val_double(when));
    } else {
        char text[64];
        struct tm t = broken_down(c, finite ? when : 0, call_kw_set(c, KW_SYSTIME_UTC));
        snprintf(text, sizeof text, "%s %s %2d %02d:%02d:%02d %lld", days[t.tm_wday], months[t.tm_mon], t.tm_mday,
                 t.tm_hour, t.tm_min, t.tm_sec, t.tm_year + 1900LL);
        call_return_take(c, val_string(text));
    }
}

// --- JULDAY, CALDAT -------------------------------------------------------------------------------------------------

static CalendarDate calendar_date(Call *c, const double *x)
{
    CalendarDate d = {.second = x[5]};
    if (!(fabs(x[0]) < 1e6 && fabs(x[1]) < 1e8 && x[2] >= -4800 && x[2] <= 5000000 && fabs(x[3]) < 1e8 && fabs(x[4]) < 1e8)) {
        throw_msg(c, E_VALUE, "Value of Julian date is out of allowed range.");
    }
    int64_t month = (int64_t)x[0] - 1, years = month >= 0 ? month / 12 : -((11 - month) / 12);
    d.year = (int64_t)x[2];
    if (d.year == 0) throw_msg(c, E_VALUE, "There is no year zero in the civil calendar.");
    if (years) d.year += years + (d.year < 0 && d.year + years >= 0);
    d.month = (int)(month - 12 * years) + 1;
    d.day = (int)x[1];
    d.hour = (int)x[3];
    d.minute = (int)x[4];
    return d;
}

// JULDAY(Month, Day, Year [, Hour [, Minute [, Second]]]): the Julian day number (LONG), with a time of day the Julian date
// (DOUBLE); without arguments now. Arrays go element by element. Manual: JULDAY.
static void fn_julday(Call *c)
{
    void *out;
    const double *p[6] = {NULL};
    const Val *shape = NULL;
    if (c->argc == 0) {
        double now = sys_wall();
        struct tm t = broken_down(c, now, false);
        call_return_take(c, val_double(julian_of(&t, now - floor(now))));
        return;
    }
    if (c->argc < 3) throw_msg(c, E_ARGS, "Incorrect number of arguments.");
    for (int i = 0; i < c->argc; i++) {
        const Val *v = call_arg(c, i);
        if (v->type != T_STRING) axis_need_numeric(c, v, i);
        p[i] = val_data_peek(call_convert(c, v, T_DOUBLE));
        if (val_is_array(v) && (!shape || v->a->n < shape->a->n)) shape = v;
    }
    if (!shape) shape = call_arg(c, 0);
    Val *cell = convert_new_like(c, shape, c->argc > 3 ? T_DOUBLE : T_LONG, &out);
    for (int64_t i = 0, n = val_count(shape); i < n; i++) {
        double x[6] = {1, 1, 1, 12, 0, 0};
        for (int k = 0; k < c->argc; k++) x[k] = p[k][val_is_array(call_arg(c, k)) ? i : 0];
        CalendarDate d = calendar_date(c, x);
        if (c->argc > 3) ((double *)out)[i] = calendar_to_julian(&d);
        else ((int32_t *)out)[i] = (int32_t)floor(calendar_to_julian(&d) + 0.5);
    }
    call_return_take(c, val_take(cell));
}

// CALDAT, Julian, Month [, Day [, Year [, Hour [, Minute [, Second]]]]]: the parts of Julian dates. Manual: CALDAT.
static void pro_caldat(Call *c)
{
    const Val *v = call_arg(c, 0);
    if (v->type != T_STRING) axis_need_numeric(c, v, 0);
    const double *p = val_data_peek(call_convert(c, v, T_DOUBLE));
    Val *cell[7] = {NULL};
    void *out[7];
    for (int k = 1; k < c->argc; k++) cell[k] = convert_new_like(c, v, k == 6 ? T_DOUBLE : T_LONG, &out[k]);
    for (int64_t i = 0, n = val_count(v); i < n; i++) {
        CalendarDate d;
        if (!calendar_from_julian(p[i], true, &d)) throw_msg(c, E_VALUE, "Value of Julian date is out of allowed range.");
        const int32_t parts[] = {0, d.month, d.day, (int32_t)d.year, d.hour, d.minute};
        for (int k = 1; k < c->argc && k < 6; k++) ((int32_t *)out[k])[i] = parts[k];
        if (c->argc > 6) ((double *)out[6])[i] = d.second;
    }
    for (int k = 1; k < c->argc; k++) call_set_take(c, k, val_take(cell[k]));
}

static const Routine rows[] = {
    {"SYSTIME", FUNCTION, {0, 2}, fn_systime, "[SecondsFlag [, ElapsedSeconds]]", KEYS(SYSTIME)},
    {"JULDAY", FUNCTION, {0, 6}, fn_julday, "[Month, Day, Year [, Hour [, Minute [, Second]]]]"},
    {"CALDAT", PROCEDURE, {2, 7}, pro_caldat, "Julian, Month [, Day [, Year [, Hour [, Minute [, Second]]]]]"},
};
ROUTINE_TABLE(lib_time, rows)
