// Dates on axes: the calendar by the Astronomical Almanac's Julian dates, ticks by hand.
#include "check.h"
#include "plot/dates.h"
#include "plot/label.h"

#include <math.h>

#define JAN_1_2000 2451544.5

static void check_date(double julian, int year, int month, int day, int hour, int minute)
{
    double p[6];
    date_parts(julian, p);
    CHECK((int)p[0] == year && (int)p[1] == month && (int)p[2] == day && (int)p[3] == hour && (int)p[4] == minute);
}

static void test_calendar(void)
{
    check_date(2451545.0, 2000, 1, 1, 12, 0);
    check_date(2440587.5, 1970, 1, 1, 0, 0);
    check_date(2299160.5, 1582, 10, 15, 0, 0);
    check_date(2299159.5, 1582, 10, 4, 0, 0);
    check_date(0, -4712, 1, 1, 12, 0);
    check_date(JAN_1_2000 + 59, 2000, 2, 29, 0, 0);
    check_date(JAN_1_2000 + 1 - 1e-10, 2000, 1, 2, 0, 0);
}

static void test_units(void)
{
    DateUnit u;
    CHECK(date_unit("months", &u) && u == DATE_MONTHS);
    CHECK(date_unit("Year", &u) && u == DATE_YEARS);
    CHECK(date_unit("", &u) && u == DATE_NONE);
    CHECK(date_unit("NUMERIC", &u) && u == DATE_NONE);
    CHECK(!date_unit("Fortnight", &u));
    CHECK(date_unit_for(400) == DATE_YEARS && date_unit_for(40) == DATE_MONTHS && date_unit_for(2) == DATE_DAYS);
}

static void test_ticks(void)
{
    Axis a;
    AxisWish w = {.style = AXIS_EXACT, .range = {JAN_1_2000, JAN_1_2000 + 366}, .data = {0, 1}};
    CHECK(date_plan(&w, DATE_MONTHS, &a) == AXIS_FINE);
    CHECK(a.n == 7 && a.tick[0] == JAN_1_2000 && a.tick[1] == JAN_1_2000 + 60 && a.tick[6] == JAN_1_2000 + 366);
    w.interval = 1;
    CHECK(date_plan(&w, DATE_MONTHS, &a) == AXIS_FINE && a.n == 13 && a.tick[1] == JAN_1_2000 + 31);
    w.interval = 0;
    w.style = 0;
    w.range[0] = JAN_1_2000 + 40, w.range[1] = JAN_1_2000 + 4000;
    CHECK(date_plan(&w, DATE_YEARS, &a) == AXIS_FINE && a.range[0] == JAN_1_2000 && a.range[1] >= JAN_1_2000 + 4000);
    w.range[0] = JAN_1_2000 + 0.26, w.range[1] = JAN_1_2000 + 0.74;
    CHECK(date_plan(&w, DATE_HOURS, &a) == AXIS_FINE && a.range[0] == JAN_1_2000 + 0.25 && a.range[1] == JAN_1_2000 + 0.75);
    double lo = w.range[0];
    w.range[0] = w.range[1], w.range[1] = lo;
    CHECK(date_plan(&w, DATE_TIME, &a) == AXIS_FINE && a.range[0] > a.range[1] && a.tick[0] > a.tick[a.n - 1]);
}

static void test_hostile(void)
{
    static const double ends[] = {0, -1e9, 1e9, 1e300, -1e300, 2451545, 2451545.0000001, NAN, INFINITY, 1e-9};
    enum { N = sizeof ends / sizeof *ends };
    Axis a;
    double place[100];
    char text[LABEL_MAX];
    for (int i = 0; i < N * N * 8; i++) {
        DateUnit unit = (DateUnit)(i % 7 + 1);
        AxisWish w = {.style = i / (N * N) % 4, .range = {ends[i % N], ends[i / N % N]}, .data = {0, 1}};
        (void)date_plan(&w, unit, &a);
        CHECK(a.n <= AXIS_TICKS_MAX);
        (void)date_minor_places(&a, unit, place, 100);
        date_level(w.range, unit, 0, &a);
        date_label(w.range[0], unit, text);
    }
}

int main(void)
{
    test_calendar();
    test_units();
    test_ticks();
    test_hostile();
    CHECK_DONE();
}
