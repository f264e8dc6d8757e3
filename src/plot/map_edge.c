// The edge of what a map shows (map_clip.h): a circle around the centre, or the meridian opposite of it, both sides, with the
// northernmost and southernmost parallels.
#include "plot/map_clip.h"

#include <math.h>

#define SIDES 4.0

static bool is_round(const Projection *p) { return p->family == FAMILY_AZIMUTHAL || p->family == FAMILY_TRANSVERSE; }

double map_edge_length(const Projection *p) { return is_round(p) ? 2 * M_PI : SIDES; }

Turned map_edge_point(const Projection *p, double place)
{
    if (is_round(p)) {
        double x = p->cap, r = sqrt(fmax(1 - x * x, 0)), y = r * cos(place), z = r * sin(place);
        return (Turned){atan2(y, x), atan2(z, hypot(x, y))};
    }
    double side = floor(place), f = place - side, high = p->lat_hi - p->lat_lo;
    switch ((int)fmod(side, SIDES)) {
    case 0: return (Turned){M_PI, p->lat_lo + f * high};
    case 1: return (Turned){M_PI - 2 * M_PI * f, p->lat_hi};
    case 2: return (Turned){-M_PI, p->lat_hi - f * high};
    default: return (Turned){-M_PI + 2 * M_PI * f, p->lat_lo};
    }
}

double map_edge_place(const Projection *p, Turned t)
{
    if (is_round(p)) {
        double a = atan2(sin(t.lat), cos(t.lat) * sin(t.lon));
        return a < 0 ? a + 2 * M_PI : a;
    }
    double high = p->lat_hi - p->lat_lo, up = fmax(fmin((t.lat - p->lat_lo) / high, 1), 0);
    double aside = M_PI - fabs(t.lon), above = p->lat_hi - t.lat, below = t.lat - p->lat_lo;
    if (aside <= fmin(above, below)) return t.lon > 0 ? up : 3 - up;
    return above < below ? 2 - (t.lon + M_PI) / (2 * M_PI) : 3 + (t.lon + M_PI) / (2 * M_PI);
}
