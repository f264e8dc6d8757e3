// Start reading at axis_plan.
#include "plot/axis.h"

#include <math.h>

#define NEAR     AXIS_DUST
#define LARGEST  1e300 // an end of an axis
#define COARSE   1e15  // intervals from 0 on
#define EXTENDED 0.025 // of the range, at both ends
enum { FREE_INTERVALS = 4, EXACT_INTERVALS = 5, DRAWN_MAX = 59, DECADES_BELOW = 12, STEPS_MAX = 100000 };

double axis_step(double range, int n)
{
    double each = fabs(range) / n;
    if (!(each > 0) || !isfinite(each)) return 1;
    double unit = pow(10, floor(log10(each))), m = each / unit;
    return unit * (m < sqrt(2) ? 1 : m < sqrt(10) ? 2 : m < sqrt(50) ? 5 : 10);
}

// Decades between ticks of a log axis.
static double decade_step(double decades) { return decades < 8.1 ? 1 : decades < 15 ? 2 : decades < 35 ? 5 : 10; }

static double round_down(double x, double step)
{
    double k = x / step, near = round(k);
    bool is_one = fabs(k - near) < NEAR, is_countable = fabs(k) < COARSE;
    return is_one || !is_countable ? x : floor(k) * step;
}

static double round_up(double x, double step) { return -round_down(-x, step); }

// Outwards to ticks. An upper end that is a tick but for the dust of FLOAT lies a number of steps above the lower one
// (seen in IDL: -0.001 to 0.001, both as FLOAT, ends at 0.00099999995).
static void round_ends(double ends[2], double step, bool is_log)
{
    double given = ends[1];
    for (int i = 0; i < 2 && is_log; i++) {  // whole decades, also of what FLOAT has
        double decade = round(ends[i]);
        if (fabs(ends[i] - decade) < NEAR) ends[i] = decade;
    }
    ends[0] = round_down(ends[0], step);
    ends[1] = round_up(ends[1], step);
    double steps = (ends[1] - ends[0]) / step, above = round(given / step);
    bool is_countable = steps > 0.5 && steps < COARSE && fabs(above) < COARSE;
    bool has_dust = !is_log && is_countable && ends[1] == given && given != above * step && fabs(steps - round(steps)) < NEAR;
    if (has_dust) ends[1] = ends[0] + round(steps) * step;
}

// The ends that are asked for, or the data's, lowest first; on a log axis in decades.
static AxisFault find_ends(const AxisWish *w, double ends[2], bool *is_reversed)
{
    bool is_given = w->range[0] != 0 || w->range[1] != 0, has_data = w->data[0] <= w->data[1];
    double lo = is_given ? w->range[0] : w->data[0], hi = is_given ? w->range[1] : w->data[1];
    AxisFault fault = AXIS_FINE;
    *is_reversed = is_given && lo > hi;
    if (!is_given && !has_data) lo = w->is_log ? 1 : 0, hi = w->is_log ? 10 : 1;
    if (!is_given && w->from_zero && !w->is_log && lo > 0 && !(w->style & (AXIS_EXACT | AXIS_NO_ZERO))) lo = 0;
    if (*is_reversed) {
        double t = lo;
        lo = hi;
        hi = t;
    }
    if (w->is_log) {
        if (!(hi > 0)) hi = 1, lo = 0, fault = AXIS_INFINITE;
        if (!(lo > 0)) fault = AXIS_INFINITE;
        hi = log10(hi);
        lo = lo > 0 ? log10(lo) : hi - DECADES_BELOW;
    }
    if (!(fabs(lo) < LARGEST) || !(fabs(hi) < LARGEST)) lo = 0, hi = 1, fault = AXIS_INFINITE;
    ends[0] = lo;
    ends[1] = hi;
    return fault;
}

static void add_tick(Axis *a, double value)
{
    if (a->n < AXIS_TICKS_MAX) a->tick[a->n++] = value;
}

// A multiple of the interval, without the dust that multiplication leaves.
static double multiple(double k, double step)
{
    if (k == 0) return 0;
    double inverse = round(1 / step);
    return step < 1 && fabs(inverse * step - 1) < 1e-12 ? k / inverse : k * step;
}

// Steps from first to last, at most `most`; -1: there are none, or so many that numbers are too coarse to count them.
static int countable(double first, double last, int most)
{
    if (!(first <= last) || fabs(first) > COARSE || fabs(last) > COARSE) return -1;
    return last - first < most ? (int)(last - first) : most;
}

static void put_multiples(Axis *a)
{
    double lo = fmin(a->range[0], a->range[1]), hi = fmax(a->range[0], a->range[1]);
    double first = ceil(lo / a->step - NEAR), last = floor(hi / a->step + NEAR);
    bool is_reversed = a->range[0] > a->range[1];
    int n = countable(first, last, DRAWN_MAX);
    for (int i = 0; i <= n; i++) {
        double value = multiple(first + (is_reversed ? n - i : i), a->step);
        add_tick(a, a->is_log ? pow(10, value) : value);
    }
}

// XTICKS=n: n intervals from end to end, or at the places of XTICKV.
static void put_wished(const AxisWish *w, Axis *a)
{
    int n = w->intervals < AXIS_TICKS_MAX ? w->intervals : AXIS_TICKS_MAX - 1;
    a->step = (a->range[1] - a->range[0]) / n;
    for (int i = 0; i <= n; i++) {
        double at = i == n ? a->range[1] : a->range[0] + i * a->step;
        if (w->nplaces > i)
            add_tick(a, w->places[i]);
        else
            add_tick(a, a->is_log ? pow(10, at) : at);
    }
    a->step = fabs(a->step);
}

// Ticks that the program names make the axis hold them.
static void widen(const AxisWish *w, double ends[2])
{
    for (int i = 0; i < w->nplaces && i <= w->intervals; i++) {
        double x = w->is_log ? log10(w->places[i]) : w->places[i];
        if (!isfinite(x)) continue;
        ends[0] = fmin(ends[0], x);
        ends[1] = fmax(ends[1], x);
    }
}

static int automatic_minor(const Axis *a)
{
    if (a->is_log) return a->step == 1 ? 10 : a->step == floor(a->step) && a->step <= 10 ? (int)a->step : 1;
    double m = a->step / pow(10, floor(log10(a->step) + NEAR));
    return m < 1.5 ? 10 : m < 3 ? 4 : 5;
}

static int minor_intervals(const AxisWish *w, const Axis *a)
{
    if (w->minor < 0) return 1;
    if (w->minor > 0) return w->minor;
    if (w->intervals > 0 && (w->style & AXIS_EXACT)) return 1;
    return automatic_minor(a);
}

// No ticks are in what is added.
static void extend(double range[2])
{
    double more = EXTENDED * (range[1] - range[0]);
    range[0] -= more;
    range[1] += more;
}

AxisFault axis_plan(const AxisWish *w, Axis *a)
{
    double ends[2];
    bool is_reversed, is_wished = w->intervals > 0, is_exact = (w->style & AXIS_EXACT) || (is_wished && w->nplaces);
    *a = (Axis){.is_log = w->is_log};
    AxisFault fault = find_ends(w, ends, &is_reversed);
    if (is_wished) widen(w, ends);
    if (ends[0] == ends[1]) {
        if (is_exact && is_wished) fault = AXIS_ZERO_LENGTH;
        ends[1] = ends[0] + fmax(1, fabs(ends[0]) * 1e-6);
    }
    double length = ends[1] - ends[0];
    a->step = w->interval > 0 && isfinite(w->interval) ? w->interval
              : w->is_log                              ? decade_step(length)
                                                       : axis_step(length, is_exact ? EXACT_INTERVALS : FREE_INTERVALS);
    double rounded = w->is_log && a->step != w->interval ? 1 : a->step;
    if (!is_exact) round_ends(ends, rounded, w->is_log);
    a->range[0] = ends[is_reversed];
    a->range[1] = ends[!is_reversed];
    if (is_wished)
        put_wished(w, a);
    else
        put_multiples(a);
    if (w->style & AXIS_EXTEND) extend(a->range);
    a->minor = minor_intervals(w, a);
    return fault;
}

double axis_place(const Axis *a, double value)
{
    double x = a->is_log ? (value > 0 ? log10(value) : NAN) : value;
    return (x - a->range[0]) / (a->range[1] - a->range[0]);
}

// A mark that is not at an end or outside.
static int add_place(const Axis *a, double x, double *place, int n, int room)
{
    double at = (x - a->range[0]) / (a->range[1] - a->range[0]);
    if (n < room && at >= -NEAR && at <= 1 + NEAR) place[n++] = at;
    return n;
}

static int log_places(const Axis *a, double *place, int room)
{
    double lo = fmin(a->range[0], a->range[1]), hi = fmax(a->range[0], a->range[1]);
    int n = 0, decades = countable(floor(lo), floor(hi), STEPS_MAX);
    for (int k = 0; k <= decades && n < room; k++) {
        for (int m = 2; m <= 9; m++) n = add_place(a, floor(lo) + k + log10(m), place, n, room);
    }
    return n;
}

int axis_minor_places(const Axis *a, double *place, int room)
{
    if (a->minor <= 1 || a->n == 0) return 0;
    if (a->is_log && a->step == 1 && a->minor >= 9) return log_places(a, place, room);
    double lo = fmin(a->range[0], a->range[1]), hi = fmax(a->range[0], a->range[1]), small = a->step / a->minor;
    double origin = a->is_log ? log10(a->tick[0]) : a->tick[0];
    double first = ceil((lo - origin) / small - NEAR), last = floor((hi - origin) / small + NEAR);
    int n = 0, steps = countable(first, last, STEPS_MAX);
    for (int i = 0; i <= steps && n < room; i++) {
        double k = first + i;
        if (fmod(k, a->minor) != 0) n = add_place(a, origin + k * small, place, n, room);
    }
    return n;
}
