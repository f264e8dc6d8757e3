// See dense.h.
#include "plot/dense.h"

#include <math.h>

static void put(Dense *d, long y, long *now)
{
    if (y != *now) d->put(d->arg, d->x, y);
    *now = y;
}

void dense_end(Dense *d)
{
    if (!d->has_column) return;
    long now = d->first;
    d->put(d->arg, d->x, now);
    bool is_lo_inside = d->lo < d->first && d->lo < d->last, is_hi_inside = d->hi > d->first && d->hi > d->last;
    if (is_lo_inside && d->lo_at < d->hi_at) put(d, d->lo, &now);
    if (is_hi_inside) put(d, d->hi, &now);
    if (is_lo_inside && d->lo_at >= d->hi_at) put(d, d->lo, &now);
    put(d, d->last, &now);
    d->has_column = false;
}

void dense_point(Dense *d, double px, double py)
{
    long x = lround(px), y = lround(py);
    if (d->has_column && x != d->x) dense_end(d);
    if (!d->has_column) {
        d->has_column = true;
        d->x = x;
        d->first = d->last = d->lo = d->hi = y;
        d->count = d->lo_at = d->hi_at = 0;
        return;
    }
    d->count++;
    if (y < d->lo) d->lo = y, d->lo_at = d->count;
    if (y > d->hi) d->hi = y, d->hi_at = d->count;
    d->last = y;
}
