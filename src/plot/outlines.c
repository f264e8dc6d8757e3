// See outlines.h; the format is described in tools/map_data.py.
#include "plot/outlines.h"

#include <stddef.h>

extern const unsigned char map_low[], map_high[];
extern const unsigned map_low_size, map_high_size;

static int64_t number(OutlineReader *r)
{
    uint64_t x = 0;
    for (int shift = 0; r->at < r->end && shift < 63; shift += 7) {
        unsigned char byte = *r->at++;
        x |= (uint64_t)(byte & 127) << shift;
        if (!(byte & 128)) break;
    }
    return x & 1 ? -(int64_t)(x / 2) - 1 : (int64_t)(x / 2);
}

int64_t outlines_next(OutlineReader *r, bool *is_closed)
{
    if (r->left <= 0) return 0;
    r->left--;
    int64_t n = number(r);
    *is_closed = n & 1;
    return n / 2;
}

void outlines_read(OutlineReader *r, LonLat *place, int64_t n)
{
    int64_t x = 0, y = 0;
    for (int64_t i = 0; i < n; i++) {
        x += number(r);
        y += number(r);
        if (place) place[i] = (LonLat){(double)x * r->unit, (double)y * r->unit};
    }
}

OutlineReader outlines_open(OutlineKind kind, bool is_fine)
{
    const unsigned char *p = is_fine ? map_high : map_low;
    OutlineReader r = {p, p + (is_fine ? map_high_size : map_low_size), is_fine ? 0.002 : 0.01, 0};
    for (int i = 0;; i++) {
        r.left = number(&r);
        if (i == (int)kind) return r;
        bool is_closed;
        for (int64_t n; (n = outlines_next(&r, &is_closed)) > 0;) outlines_read(&r, NULL, n);
    }
}
