// Julian dates and their parts for C() formats: the Julian calendar to 4 October 1582, the Gregorian after. Names of
// months, days and halves of the day come from the caller or are English. Start at calendar_from_julian.
#include "fmt/format.h"

#include <ctype.h>
#include <math.h>
#include <string.h>
#include <strings.h>

static const char *const month_names[] = {"January", "February", "March",     "April",   "May",      "June",
                                          "July",    "August",   "September", "October", "November", "December"};
static const char *const day_names[] = {"Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"};
static const char *const half_names[] = {"am", "pm"};

enum { GREGORIAN_START = 2299161 };  // day number of 15 October 1582

// Day number of a date at noon, counting years with a year 0.
static int64_t day_number(int64_t year, int month, int day)
{
    int64_t y = year + 4800 - (month <= 2), m = month > 2 ? month - 3 : month + 9;
    int64_t n = (153 * m + 2) / 5 + day + 365 * y + y / 4 - 32083;
    if (n < GREGORIAN_START) return n;
    return (153 * m + 2) / 5 + day + 365 * y + y / 4 - y / 100 + y / 400 - 32045;
}

static void date_of(int64_t n, CalendarDate *d)
{
    int64_t shifted = n + 32082, centuries = 0;
    if (n >= GREGORIAN_START) {
        int64_t a = n + 32044;
        centuries = (4 * a + 3) / 146097;
        shifted = a - 146097 * centuries / 4;
    }
    int64_t y = (4 * shifted + 3) / 1461, e = shifted - 1461 * y / 4, m = (5 * e + 2) / 153;
    d->day = (int)(e - (153 * m + 2) / 5 + 1);
    d->month = (int)(m + 3 - 12 * (m / 10));
    d->year = 100 * centuries + y - 4800 + m / 10;
    if (d->year <= 0) d->year--;  // there is no year 0
}

bool calendar_from_julian(double julian, bool plain, CalendarDate *d)
{
    if (!(julian >= -31776.5 && julian <= 1827933925.5)) return false;
    double day = floor(julian + 0.5);
    double fraction = julian + 0.5 - day + (plain ? 0 : fmax(fabs(day), 1) * 2.2204460492503131e-16);
    *d = (CalendarDate){0};
    d->hour = (int)(fraction * 24);
    if (d->hour > 23) d->hour = 23;
    fraction -= d->hour / 24.0;
    d->minute = (int)(fraction * 1440);
    if (d->minute > 59) d->minute = 59;
    d->second = fmax((fraction - d->minute / 1440.0) * 86400, 0);
    int64_t n = (int64_t)day;
    date_of(n, d);
    d->weekday = (int)(((n + 1) % 7 + 7) % 7);
    return true;
}

double calendar_to_julian(const CalendarDate *d)
{
    int64_t year = d->year < 0 ? d->year + 1 : d->year;
    double day = (double)day_number(year, d->month, d->day);
    double fraction = d->hour / 24.0 - 0.5 + d->minute / 1440.0 + d->second / 86400;
    return day + fraction + fmax(fabs(day), 1) * 2.2204460492503131e-16;
}

static void put_cased(Buf *out, const char *p, size_t n, unsigned flags)
{
    for (size_t i = 0; i < n; i++) {
        int c = (unsigned char)p[i];
        buf_putc(out, (char)(flags & FF_UPPER || (i == 0 && !(flags & FF_LOWER)) ? toupper(c) : tolower(c)));
    }
}

void calendar_name(const FormatOp *op, const CalendarDate *d, const FormatNames *names, Buf *out)
{
    const Str *const *given = NULL;
    const char *const *own;
    int k;
    switch (op->code) {
    case FC_CMOA: k = d->month - 1, own = month_names, given = names ? names->months : NULL; break;
    case FC_CDWA: k = d->weekday, own = day_names, given = names ? names->days : NULL; break;
    default: k = d->hour >= 12, own = half_names, given = names ? names->am_pm : NULL; break;
    }
    if (given) put_cased(out, str_text(given[k]), str_len(given[k]), op->flags);
    else put_cased(out, own[k], strlen(own[k]), op->flags);
}

int calendar_month(const char *p, size_t n, const FormatNames *names, size_t *used)
{
    for (int m = 0; m < 12; m++) {
        const char *name = names && names->months ? str_text(names->months[m]) : month_names[m];
        size_t len = strlen(name), k = 0;
        while (k < n && k < len && tolower((unsigned char)p[k]) == tolower((unsigned char)name[k])) k++;
        if (k < 3 && k < len) continue;
        *used = k;
        return m + 1;
    }
    return 0;
}
