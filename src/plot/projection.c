// See projection.h. Start at projection_prepare and projection_forward.
#include "plot/projection.h"

#include <math.h>
#include <stddef.h>

#define RIGHT (M_PI / 2)
#define DEG   (M_PI / 180)
#define DUST  1e-9
#define NEAR  1e-6 // beyond the edge: single precision's share of a place that is meant to lie upon it

ProjectionFamily projection_family(int kind)
{
    switch (kind) {
    case STEREOGRAPHIC:
    case ORTHOGRAPHIC:
    case LAMBERT_AZIMUTHAL:
    case GNOMIC:
    case AZIMUTHAL_EQUIDISTANT:
    case SATELLITE: return FAMILY_AZIMUTHAL;
    case LAMBERT_CONIC:
    case LAMBERT_CONIC_ELLIPSOID:
    case ALBERS: return FAMILY_CONIC;
    case TRANSVERSE_MERCATOR: return FAMILY_TRANSVERSE;
    default: return FAMILY_WORLD;
    }
}

static double furthest(const Projection *p)
{
    switch (p->kind) {
    case ORTHOGRAPHIC: return 0;
    case GNOMIC: return cos(80 * DEG);
    case STEREOGRAPHIC: return cos(175 * DEG);
    case SATELLITE: return 1 / p->height;
    case LAMBERT_AZIMUTHAL:
    case AZIMUTHAL_EQUIDISTANT: return cos(179.9 * DEG); // the opposite point is a circle
    default: return p->family == FAMILY_TRANSVERSE ? 0 : -1;
    }
}

// Rows: the directions of the centre, of east and of north there, rotated.
static void set_turn(Projection *p)
{
    double cl = cos(p->lon0), sl = sin(p->lon0), cp = cos(p->lat0), sp = sin(p->lat0);
    double c = cos(p->rotation), s = sin(p->rotation);
    const double out[3] = {cp * cl, cp * sl, sp}, east[3] = {-sl, cl, 0}, north[3] = {-sp * cl, -sp * sl, cp};
    for (int i = 0; i < 3; i++) {
        p->turn[0][i] = out[i];
        p->turn[1][i] = c * east[i] + s * north[i];
        p->turn[2][i] = c * north[i] - s * east[i];
    }
}

bool projection_prepare(Projection *p)
{
    bool is_own = p->kind > PROJECTION_NONE && p->kind < PROJECTION_COUNT;
    if (!is_own && !(p->kind >= PROJECTION_HOOKED && p->hook)) return false;
    if (is_own) p->hook = NULL;
    bool is_finite = isfinite(p->lon0) && isfinite(p->lat0) && isfinite(p->rotation) && p->radius > 0 && p->e2 >= 0 && p->e2 < 1;
    if (!is_finite || !isfinite(p->radius) || fabs(p->lat0) > RIGHT + DUST) return false;
    if (p->kind == SATELLITE && !(p->height > 1)) return false;
    if (!(p->k0 > 0)) p->k0 = 1;
    p->family = is_own ? projection_family(p->kind) : p->is_narrow ? FAMILY_TRANSVERSE : FAMILY_CONIC;
    p->is_turned = p->family == FAMILY_AZIMUTHAL || (p->family == FAMILY_WORLD && (p->lat0 != 0 || p->rotation != 0));
    set_turn(p);
    p->cap = furthest(p);
    p->lat_lo = -RIGHT, p->lat_hi = RIGHT;
    if (p->kind == MERCATOR) p->lat_lo = -89.9 * DEG, p->lat_hi = 89.9 * DEG;
    return !is_own || p->family != FAMILY_CONIC || conic_prepare(p);
}

static double half_turn(double lon)
{
    return lon > M_PI || lon < -M_PI ? lon - 2 * M_PI * ceil((lon - M_PI) / (2 * M_PI)) : lon;
}

Turned projection_turn(const Projection *p, double lon, double lat)
{
    if (!p->is_turned) return (Turned){half_turn(lon - p->lon0), lat};
    const double v[3] = {cos(lat) * cos(lon), cos(lat) * sin(lon), sin(lat)};
    double t[3] = {0};
    for (int i = 0; i < 3; i++) {
        for (int k = 0; k < 3; k++) t[i] += p->turn[i][k] * v[k];
    }
    return (Turned){atan2(t[1], t[0]), atan2(t[2], hypot(t[0], t[1]))};
}

void projection_turn_back(const Projection *p, Turned t, double *lon, double *lat)
{
    if (!p->is_turned) {
        *lon = half_turn(t.lon + p->lon0);
        *lat = t.lat;
        return;
    }
    const double v[3] = {cos(t.lat) * cos(t.lon), cos(t.lat) * sin(t.lon), sin(t.lat)};
    double out[3] = {0};
    for (int i = 0; i < 3; i++) {
        for (int k = 0; k < 3; k++) out[i] += p->turn[k][i] * v[k];
    }
    *lon = atan2(out[1], out[0]);
    *lat = atan2(out[2], hypot(out[0], out[1]));
}

bool projection_sees(const Projection *p, Turned t)
{
    bool is_shown = t.lat >= p->lat_lo - DUST && t.lat <= p->lat_hi + DUST; // NaN is not
    if (p->family == FAMILY_AZIMUTHAL) return is_shown && cos(t.lat) * cos(t.lon) >= p->cap - DUST;
    if (p->family == FAMILY_TRANSVERSE) return is_shown && cos(t.lon) >= -DUST;
    return is_shown && isfinite(t.lon);
}

void projection_add_cut(Projection *p, const double normal[3], double d)
{
    if (p->ncuts == PROJECTION_CUTS) return;
    ProjectionCut *c = &p->cut[p->ncuts++];
    *c = (ProjectionCut){.d = d};
    double cosine = cos(p->lon0), sine = sin(p->lon0);
    const double eastward[3][3] = {{cosine, sine, 0}, {-sine, cosine, 0}, {0, 0, 1}};
    for (int i = 0; i < 3; i++) {
        for (int k = 0; k < 3; k++) c->normal[i] += (p->is_turned ? p->turn[i][k] : eastward[i][k]) * normal[k];
    }
}

double projection_over(const ProjectionCut *c, Turned t)
{
    return c->normal[0] * cos(t.lat) * cos(t.lon) + c->normal[1] * cos(t.lat) * sin(t.lon) + c->normal[2] * sin(t.lat) + c->d;
}

bool projection_keeps(const Projection *p, Turned t)
{
    for (int i = 0; i < p->ncuts; i++) {
        if (!(projection_over(&p->cut[i], t) >= -DUST)) return false;
    }
    return true;
}

bool projection_plane(const Projection *p, Turned t, double *u, double *v)
{
    double x, y;
    bool is_there = p->hook                          ? p->hook->plane(p->handle, t.lon, t.lat, &x, &y)
                    : p->family == FAMILY_AZIMUTHAL ? azimuthal_plane(p, t, &x, &y)
                    : p->family == FAMILY_WORLD   ? world_plane(p, t, &x, &y)
                    : p->family == FAMILY_CONIC   ? conic_plane(p, t, &x, &y)
                                                  : transverse_plane(p, t, &x, &y);
    if (!is_there) return false;
    if (p->family >= FAMILY_CONIC && p->rotation != 0) {
        double c = cos(p->rotation), s = sin(p->rotation), w = x * c + y * s;
        y = y * c - x * s;
        x = w;
    }
    *u = p->east + p->radius * x;
    *v = p->north + p->radius * y;
    return isfinite(*u) && isfinite(*v);
}

bool projection_globe(const Projection *p, double u, double v, Turned *t)
{
    double x = (u - p->east) / p->radius, y = (v - p->north) / p->radius;
    if (!isfinite(x) || !isfinite(y)) return false;
    if (p->family >= FAMILY_CONIC && p->rotation != 0) {
        double c = cos(p->rotation), s = sin(p->rotation), w = x * c - y * s;
        y = y * c + x * s;
        x = w;
    }
    bool is_there = p->hook                          ? p->hook->globe(p->handle, x, y, &t->lon, &t->lat)
                    : p->family == FAMILY_AZIMUTHAL ? azimuthal_globe(p, x, y, t)
                    : p->family == FAMILY_WORLD   ? world_globe(p, x, y, t)
                    : p->family == FAMILY_CONIC   ? conic_globe(p, x, y, t)
                                                  : transverse_globe(p, x, y, t);
    if (!is_there || !(fabs(t->lon) <= M_PI + NEAR) || !(fabs(t->lat) <= RIGHT + NEAR)) return false;
    t->lon = fmax(-M_PI, fmin(t->lon, M_PI));
    t->lat = fmax(-RIGHT, fmin(t->lat, RIGHT));
    return projection_sees(p, *t);
}

bool projection_forward(const Projection *p, double lon, double lat, double *u, double *v)
{
    if (!(fabs(lat) <= RIGHT + DUST) || !isfinite(lon)) return false;
    Turned t = projection_turn(p, lon, lat);
    if (!projection_sees(p, t) || !projection_keeps(p, t) || !projection_plane(p, t, u, v)) return false;
    return !p->has_box || (*u >= p->box[0] && *v >= p->box[1] && *u <= p->box[2] && *v <= p->box[3]);
}

bool projection_inverse(const Projection *p, double u, double v, double *lon, double *lat)
{
    Turned t;
    if (!projection_globe(p, u, v, &t)) return false;
    projection_turn_back(p, t, lon, lat);
    return true;
}
