// See dates.h. The calendar is Gregorian from 15 October 1582 on and Julian before, as JULDAY and CALDAT have it. Start at
// date_plan.
#include "plot/dates.h"

#include "plot/label.h"

#include <math.h>
#include <stdio.h>
#include <strings.h>

#define NEAR      1e-6  // of an interval
#define DAY       86400.0
#define FIRST_DAY -1095.0
#define LAST_DAY  1827933925.0
enum { TICKS_WANTED = 7, GREGORIAN = 2299161, STEPS_MAX = 12 };

static const double unit_days[] = {[DATE_NONE] = 1,          [DATE_YEARS] = 365.2425, [DATE_MONTHS] = 30.436875, [DATE_DAYS] = 1,
                                   [DATE_HOURS] = 1.0 / 24, [DATE_MINUTES] = 1.0 / 1440, [DATE_SECONDS] = 1 / DAY};

bool date_unit(const char *name, DateUnit *unit)
{
    static const char *const names[][2] = {{"Year", "Years"},     {"Month", "Months"},   {"Day", "Days"}, {"Hour", "Hours"},
                                           {"Minute", "Minutes"}, {"Second", "Seconds"}, {"Time", "Time"}};
    *unit = DATE_NONE;
    if (!*name || !strcasecmp(name, "Numeric")) return true;
    for (int i = 0; i < 7; i++) {
        if (!strcasecmp(name, names[i][0]) || !strcasecmp(name, names[i][1])) *unit = (DateUnit)(DATE_YEARS + i);
    }
    return *unit != DATE_NONE;
}

DateUnit date_unit_for(double days)
{
    return days >= 366 ? DATE_YEARS : days >= 32 ? DATE_MONTHS : days >= 1.1 ? DATE_DAYS
         : days >= 1.1 / 24 ? DATE_HOURS : days >= 1.1 / 1440 ? DATE_MINUTES : DATE_SECONDS;
}

// --- The calendar

static double julian_of(double year, double month, double day)
{
    double a = floor((14 - month) / 12), y = year + 4800 - a, m = month + 12 * a - 3;
    double days = day + floor((153 * m + 2) / 5) + 365 * y + floor(y / 4);
    double number = days - floor(y / 100) + floor(y / 400) - 32045;
    if (number < GREGORIAN) number = days - 32083;
    return number - 0.5;
}

void date_parts(double julian, double parts[6])
{
    double whole = floor(julian + 0.5), seconds = (julian + 0.5 - whole) * DAY;
    seconds = round(seconds * 1e4) / 1e4; // a Julian date of today is no more exact
    if (seconds >= DAY) whole++, seconds = 0;
    double a = whole, b = 0;
    if (whole >= GREGORIAN) {
        a = whole + 32044;
        b = floor((4 * a + 3) / 146097);
        a -= floor(146097 * b / 4);
    } else {
        a = whole + 32082;
    }
    double d = floor((4 * a + 3) / 1461), e = a - floor(1461 * d / 4), m = floor((5 * e + 2) / 153);
    parts[0] = 100 * b + d - 4800 + floor(m / 10);
    parts[1] = m + 3 - 12 * floor(m / 10);
    parts[2] = e - floor((153 * m + 2) / 5) + 1;
    parts[3] = floor(seconds / 3600);
    parts[4] = floor((seconds - 3600 * parts[3]) / 60);
    parts[5] = seconds - 3600 * parts[3] - 60 * parts[4];
}

// --- Steps. A year is 12 months; days are counted within their month, smaller units from midnight.

static double step_for(double range, DateUnit unit)
{
    static const double steps[][STEPS_MAX] = {
        [DATE_MONTHS] = {1, 2, 3, 4, 6, 12}, [DATE_DAYS] = {1, 2, 5, 10, 15}, [DATE_HOURS] = {1, 2, 3, 4, 6, 12, 24},
        [DATE_MINUTES] = {1, 2, 5, 10, 15, 20, 30, 60}, [DATE_SECONDS] = {1, 2, 5, 10, 15, 20, 30, 60}};
    double units = range / unit_days[unit];
    if (unit == DATE_YEARS) return fmax(1, axis_step(units, TICKS_WANTED - 2));
    double last = 1;
    for (int i = 0; i < STEPS_MAX && steps[unit][i] > 0; i++) {
        last = steps[unit][i];
        if (units / last <= TICKS_WANTED) return last;
    }
    if (unit == DATE_MONTHS) return 12 * axis_step(units / 12, TICKS_WANTED - 2);
    if (unit == DATE_SECONDS && units < 1) return axis_step(units, TICKS_WANTED - 2);
    double more = ceil(units / last / TICKS_WANTED);
    return last * more;
}

// The tick at or before a date.
static double tick_before(double julian, DateUnit unit, double step)
{
    double p[6];
    date_parts(julian, p);
    if (unit == DATE_YEARS) return julian_of(floor(p[0] / step + NEAR) * step, 1, 1);
    if (unit == DATE_MONTHS) {
        double months = floor((12 * p[0] + p[1] - 1) / step) * step, year = floor(months / 12);
        return julian_of(year, months - 12 * year + 1, 1);
    }
    if (unit == DATE_DAYS && step < 28) {
        double day = floor((p[2] - 1) / step) * step + 1;
        if (step > 1 && day + step / 2 > 31) day -= step; // no tick right before the next month's first
        return julian_of(p[0], p[1], day);
    }
    double midnight = julian_of(p[0], p[1], p[2]), size = step * unit_days[unit];
    if (size >= 1) return floor((midnight + 0.5) / size + NEAR) * size - 0.5;
    return midnight + floor((julian - midnight) / size + 1e-4) * size;
}

// The next tick behind a tick.
static double tick_after(double tick, DateUnit unit, double step)
{
    double size = step * unit_days[unit], next = tick;
    for (double part = 0.5; next <= tick + size * 0.05 && part < 40; part += 0.5) {
        next = tick_before(tick + part * size + 0.01 * size, unit, step);
    }
    return next;
}

static bool is_possible(const double ends[2])
{
    return ends[0] >= FIRST_DAY - 366 && ends[1] <= LAST_DAY + 366 * 1e4 && ends[0] < ends[1];
}

static void put_ticks(Axis *a, DateUnit unit)
{
    double lo = fmin(a->range[0], a->range[1]), hi = fmax(a->range[0], a->range[1]), dust = NEAR * a->step * unit_days[unit];
    double t = tick_before(lo + dust, unit, a->step);
    for (int i = 0; i < 10 * AXIS_TICKS_MAX && t <= hi + dust && a->n < AXIS_TICKS_MAX - 1; i++) {
        if (t >= lo - dust) a->tick[a->n++] = t;
        double next = tick_after(t, unit, a->step);
        if (!(next > t)) break;
        t = next;
    }
    if (a->range[0] > a->range[1]) {
        for (int i = 0; i < a->n / 2; i++) {
            double other = a->tick[a->n - 1 - i];
            a->tick[a->n - 1 - i] = a->tick[i];
            a->tick[i] = other;
        }
    }
}

static int minor_of(DateUnit unit, double step)
{
    int n = (int)step;
    if (step != n || n < 1) return 5;
    if (unit == DATE_DAYS && n == 1) return 4;
    if (n == 1) return unit == DATE_YEARS || unit == DATE_HOURS || unit == DATE_MONTHS ? 4 : 6;
    return n <= 6 ? n : n % 5 == 0 ? 5 : n % 6 == 0 ? 6 : 4;
}

AxisFault date_plan(const AxisWish *w, DateUnit unit, Axis *a)
{
    AxisWish plain = *w;
    plain.is_log = false;
    plain.style |= AXIS_EXACT; // the ends as they are asked for
    plain.interval = 0;
    plain.style &= ~AXIS_EXTEND;
    AxisFault fault = axis_plan(&plain, a);
    double ends[2] = {fmin(a->range[0], a->range[1]), fmax(a->range[0], a->range[1])};
    bool is_reversed = a->range[0] > a->range[1];
    if (!is_possible(ends)) return fault ? fault : AXIS_INFINITE;
    if (unit == DATE_TIME) unit = date_unit_for(ends[1] - ends[0]);
    bool is_wished = w->intervals > 0;
    if (!is_wished) {
        a->step = w->interval > 0 && isfinite(w->interval) ? w->interval : step_for(ends[1] - ends[0], unit);
        double size = a->step * unit_days[unit];
        if ((ends[1] - ends[0]) / size > 1e4) a->step = step_for(ends[1] - ends[0], unit);
        if (!(w->style & AXIS_EXACT)) {
            double last = tick_before(ends[1], unit, a->step);
            ends[0] = tick_before(ends[0], unit, a->step);
            if (last < ends[1] - NEAR * size) ends[1] = tick_after(last, unit, a->step);
        }
        a->n = 0;
        a->range[is_reversed] = ends[0];
        a->range[!is_reversed] = ends[1];
        put_ticks(a, unit);
    }
    if (w->style & AXIS_EXTEND) {
        double more = 0.025 * (a->range[1] - a->range[0]);
        a->range[0] -= more;
        a->range[1] += more;
    }
    a->minor = w->minor < 0 ? 1 : w->minor > 0 ? w->minor : is_wished ? 1 : minor_of(unit, a->step);
    return fault;
}

void date_level(const double range[2], DateUnit unit, double interval, Axis *a)
{
    double ends[2] = {fmin(range[0], range[1]), fmax(range[0], range[1])};
    *a = (Axis){.range = {range[0], range[1]}, .minor = 1};
    if (!is_possible(ends)) return;
    if (unit == DATE_TIME) unit = date_unit_for(ends[1] - ends[0]);
    a->step = interval > 0 ? interval : step_for(ends[1] - ends[0], unit);
    put_ticks(a, unit);
}

int date_minor_places(const Axis *a, DateUnit unit, double *place, int room)
{
    int n = 0;
    if (a->minor <= 1 || a->n == 0) return 0;
    if (unit == DATE_TIME) unit = date_unit_for(fabs(a->range[1] - a->range[0]));
    double lo = fmin(a->range[0], a->range[1]), hi = fmax(a->range[0], a->range[1]);
    double t = tick_before(lo, unit, a->step);
    for (int i = 0; i <= AXIS_TICKS_MAX && t <= hi; i++) {
        double next = tick_after(t, unit, a->step);
        if (!(next > t)) break;
        for (int k = 1; k < a->minor && n < room; k++) {
            double at = t + (next - t) * k / a->minor;
            if (at >= lo && at <= hi) place[n++] = axis_place(a, at);
        }
        t = next;
    }
    return n;
}

void date_label(double julian, DateUnit unit, char *out)
{
    static const char months[][4] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    double p[6];
    date_parts(julian, p);
    int month = (int)p[1];
    static const int part[] = {[DATE_DAYS] = 2, [DATE_HOURS] = 3, [DATE_MINUTES] = 4, [DATE_SECONDS] = 5};
    if (unit == DATE_MONTHS)
        snprintf(out, LABEL_MAX, "%s", month >= 1 && month <= 12 ? months[month - 1] : "");
    else if (unit == DATE_YEARS)
        snprintf(out, LABEL_MAX, "%.0f", p[0]);
    else if (unit == DATE_SECONDS && fabs(p[5] - round(p[5])) > 1e-3)
        snprintf(out, LABEL_MAX, "%05.2f", p[5]);
    else
        snprintf(out, LABEL_MAX, "%02.0f", p[unit >= DATE_DAYS && unit <= DATE_SECONDS ? part[unit] : 2]);
}
