// Ticks of an axis of dates: places on the calendar. Values are Julian dates (days, noon begins a day of that count).
#ifndef HELIO_PLOT_DATES_H
#define HELIO_PLOT_DATES_H

#include "plot/axis.h"

typedef enum DateUnit {
    DATE_NONE, // plain numbers
    DATE_YEARS,
    DATE_MONTHS,
    DATE_DAYS,
    DATE_HOURS,
    DATE_MINUTES,
    DATE_SECONDS,
    DATE_TIME, // whichever of them suits the range
} DateUnit;

// A unit by its name, singular or plural, in any case; "" and "Numeric" are DATE_NONE. False: there is none of that name.
bool date_unit(const char *name, DateUnit *unit);
// The unit that DATE_TIME stands for over so many days.
DateUnit date_unit_for(double days);

// As axis_plan; the step is in the unit, and with wish->interval it is that. wish->is_log is ignored.
AxisFault date_plan(const AxisWish *wish, DateUnit unit, Axis *axis);
// The ticks of a further level of an axis whose range is known.
void date_level(const double range[2], DateUnit unit, double interval, Axis *axis);
// Minor marks: each interval between ticks is cut into axis->minor parts.
int date_minor_places(const Axis *axis, DateUnit unit, double *place, int room);

// The calendar's parts, rounded to a millionth of a second: year, month, day, hour, minute, second.
void date_parts(double julian, double parts[6]);
void date_label(double julian, DateUnit unit, char *out); // LABEL_MAX

#endif
