// Projections around a centre. With x the cosine of the distance from it, and y, z the directions east and north, each is a
// factor of (y, z).
#include "plot/projection.h"

#include <math.h>

static bool factor_of(const Projection *p, double x, double sine, double *k)
{
    switch (p->kind) {
    case STEREOGRAPHIC: *k = 2 * p->k0 / (1 + x); return x > -1;
    case ORTHOGRAPHIC: *k = 1; return true;
    case GNOMIC: *k = 1 / x; return x > 0;
    case LAMBERT_AZIMUTHAL: *k = sqrt(2 / (1 + x)); return x > -1;
    case SATELLITE: *k = (p->height - 1) / (p->height - x); return true;
    default: *k = sine > 1e-12 ? atan2(sine, x) / sine : 1; return x > 0 || sine > 1e-12;
    }
}

// The picture plane of a tilted camera.
static bool tilt(const Projection *p, double *x, double *y)
{
    double cg = cos(p->gamma), sg = sin(p->gamma), up = *y * cg + *x * sg;
    double a = up * sin(p->omega) / (p->height - 1) + cos(p->omega);
    if (!(a > 1e-6)) return false;
    *x = (*x * cg - *y * sg) * cos(p->omega) / a;
    *y = up / a;
    return true;
}

static bool untilt(const Projection *p, double *x, double *y)
{
    double cg = cos(p->gamma), sg = sin(p->gamma), cw = cos(p->omega), sw = sin(p->omega);
    double below = 1 - *y * sw / (p->height - 1);
    if (!(below > 1e-9)) return false;
    double up = *y * cw / below, a = up * sw / (p->height - 1) + cw, aside = *x * a / cw;
    *x = aside * cg + up * sg;
    *y = up * cg - aside * sg;
    return true;
}

bool azimuthal_plane(const Projection *p, Turned t, double *u, double *v)
{
    double x = cos(t.lat) * cos(t.lon), y = cos(t.lat) * sin(t.lon), z = sin(t.lat), k;
    if (!factor_of(p, x, hypot(y, z), &k)) return false;
    *u = k * y;
    *v = k * z;
    return p->kind != SATELLITE || p->omega == 0 || tilt(p, u, v);
}

// The distance from the centre at a distance on the plane; NaN: there is none.
static double distance_of(const Projection *p, double r)
{
    switch (p->kind) {
    case STEREOGRAPHIC: return 2 * atan(r / 2 / p->k0);
    case ORTHOGRAPHIC: return asin(r);
    case GNOMIC: return atan(r);
    case LAMBERT_AZIMUTHAL: return 2 * asin(r / 2);
    case SATELLITE: {
        double h = p->height - 1, root = 1 - r * r * (p->height + 1) / h;
        return r > 0 ? asin((p->height - sqrt(root)) / (h / r + r / h)) : 0;
    }
    default: return r <= M_PI ? r : NAN;
    }
}

bool azimuthal_globe(const Projection *p, double u, double v, Turned *t)
{
    if (p->kind == SATELLITE && p->omega != 0 && !untilt(p, &u, &v)) return false;
    double r = hypot(u, v), c = distance_of(p, r);
    if (!isfinite(c)) return false;
    double sine = r > 0 ? sin(c) / r : 1;
    t->lat = atan2(v * sine, hypot(cos(c), u * sine));
    t->lon = atan2(u * sine, cos(c));
    return true;
}
