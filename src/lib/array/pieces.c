// Numbers of a value, piece by piece. What is done with them is in the files of the routines.
#include "lib/array/pieces.h"

#include "kern/kern.h"

#include <math.h>
#include <string.h>

const double *pieces_doubles(const Val *v, int64_t at, int64_t m, double *room)
{
    const char *p = (const char *)val_data_peek(v) + (size_t)at * type_size(v->type);
    if (v->type == T_DOUBLE) return (const double *)p;
    kern_convert(T_DOUBLE, v->type)(room, p, (size_t)m);
    return room;
}

static double as_double(TypeCode t, const void *p)
{
    double x;
    kern_convert(T_DOUBLE, t)(&x, p, 1);
    return x;
}

// Without conversions, from the first number on.
static bool range_of_type(Call *c, const Val *v, double *low, double *high)
{
    enum { POLL = 1 << 20 };
    TypeCode t = (TypeCode)v->type;
    size_t size = type_size(t);
    const char *p = val_data_peek(v);
    int64_t n = val_count(v), first = 0;
    while (first < n && isnan(as_double(t, p + (size_t)first * size))) first++;
    if (first == n) return false;
    _Alignas(8) char least[8], most[8];
    memcpy(least, p + (size_t)first * size, size);
    memcpy(most, least, size);
    for (int64_t at = first; at < n; at += POLL) {
        kern_widen(t)(least, most, p + (size_t)at * size, (size_t)(n - at < POLL ? n - at : POLL));
        call_poll(c);
    }
    *low = as_double(t, least);
    *high = as_double(t, most);
    return true;
}

bool pieces_range(Call *c, const Val *v, bool finite, double *low, double *high)
{
    if (kern_widen((TypeCode)v->type) && (!finite || type_is_integer(v->type))) return range_of_type(c, v, low, high);
    double room[PIECE];
    int64_t n = val_count(v);
    bool any = false;
    for (int64_t at = 0; at < n; at += PIECE) {
        int64_t m = n - at < PIECE ? n - at : PIECE;
        const double *p = pieces_doubles(v, at, m, room);
        for (int64_t i = 0; i < m; i++) {
            if (finite ? !isfinite(p[i]) : isnan(p[i])) continue;
            if (!any || p[i] < *low) *low = p[i];
            if (!any || p[i] > *high) *high = p[i];
            any = true;
        }
        if (!(at & 0xFFFFF)) call_poll(c);
    }
    return any;
}
