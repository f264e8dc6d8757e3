// Conic projections (Lambert's conformal one of the sphere and of an ellipsoid, Albers'), and the transverse Mercator projection.
#include "plot/projection.h"

#include <math.h>

#define RIGHT   (M_PI / 2)
#define DEG     (M_PI / 180)
#define SAME    1e-10
#define FAR_END (85 * DEG) // how far towards the pole that lies at infinity

// --- Conic

// Snyder's t (15-9) and m (14-15); of a sphere with e2 = 0.
static double isometric(double lat, double e2)
{
    double e = sqrt(e2), s = e * sin(lat);
    return tan(M_PI / 4 - lat / 2) / pow((1 - s) / (1 + s), e / 2);
}

static double parallel_radius(double lat, double e2) { return cos(lat) / sqrt(1 - e2 * sin(lat) * sin(lat)); }

static double eccentricity(const Projection *p) { return p->kind == LAMBERT_CONIC_ELLIPSOID ? p->e2 : 0; }

static double lambert_rho(const Projection *p, double lat)
{
    return p->factor * pow(isometric(lat, eccentricity(p)), p->cone);
}

static double albers_rho(const Projection *p, double lat)
{
    return sqrt(fmax(p->factor - 2 * p->cone * sin(lat), 0)) / p->cone;
}

static double rho_of(const Projection *p, double lat)
{
    return p->kind == ALBERS ? albers_rho(p, lat) : lambert_rho(p, lat);
}

bool conic_prepare(Projection *p)
{
    double a = p->parallel[0], b = p->parallel[1], e2 = eccentricity(p);
    if (!(fabs(a) < RIGHT) || !(fabs(b) < RIGHT) || fabs(a + b) < SAME) return false;
    if (p->kind == ALBERS) {
        p->cone = (sin(a) + sin(b)) / 2;
        p->factor = cos(a) * cos(a) + 2 * p->cone * sin(a);
    } else {
        double ma = parallel_radius(a, e2), ta = isometric(a, e2);
        p->cone = fabs(a - b) < SAME ? sin(a)
                                     : (log(ma) - log(parallel_radius(b, e2))) / (log(ta) - log(isometric(b, e2)));
        p->factor = ma / (p->cone * pow(ta, p->cone));
        if (p->cone > 0)
            p->lat_lo = -FAR_END;
        else
            p->lat_hi = FAR_END;
    }
    p->rho0 = rho_of(p, fmax(fmin(p->lat0, p->lat_hi), p->lat_lo));
    return fabs(p->cone) > SAME && isfinite(p->rho0);
}

bool conic_plane(const Projection *p, Turned t, double *u, double *v)
{
    double rho = rho_of(p, t.lat), angle = p->cone * t.lon;
    *u = rho * sin(angle);
    *v = p->rho0 - rho * cos(angle);
    return isfinite(rho);
}

// Snyder (7-9), by repetition.
static double latitude_of(double t, double e2)
{
    double e = sqrt(e2), lat = RIGHT - 2 * atan(t);
    for (int i = 0; i < 20 && e2 > 0; i++) {
        double s = e * sin(lat), next = RIGHT - 2 * atan(t * pow((1 - s) / (1 + s), e / 2));
        if (fabs(next - lat) < 1e-15) break;
        lat = next;
    }
    return lat;
}

bool conic_globe(const Projection *p, double u, double v, Turned *t)
{
    double sign = p->cone < 0 ? -1 : 1, y = sign * (p->rho0 - v), x = sign * u;
    double rho = sign * hypot(u, p->rho0 - v);
    t->lon = atan2(x, y) / p->cone;
    if (p->kind == ALBERS) {
        double sine = (p->factor - rho * rho * p->cone * p->cone) / (2 * p->cone);
        t->lat = asin(sine);
        return fabs(sine) <= 1;
    }
    t->lat = rho == 0 ? sign * RIGHT : latitude_of(pow(rho / p->factor, 1 / p->cone), eccentricity(p));
    return true;
}

// --- Transverse Mercator: Krueger's series in the third flattening, to the fourth power (0.1 mm on the earth). They do
// not converge where the equator is 90 degrees away from the meridian: within 10 degrees of that, they are kept.

#define SERIES_END 2.5

typedef struct Krueger {
    double radius, forth[4], back[4], e;
} Krueger;

static Krueger krueger(double e2)
{
    double f = 1 - sqrt(1 - e2), n = f / (2 - f), n2 = n * n, n3 = n2 * n, n4 = n2 * n2;
    return (Krueger){
        .radius = (1 + n2 / 4 + n4 / 64) / (1 + n),
        .forth = {n / 2 - 2 * n2 / 3 + 5 * n3 / 16 + 41 * n4 / 180, 13 * n2 / 48 - 3 * n3 / 5 + 557 * n4 / 1440,
                  61 * n3 / 240 - 103 * n4 / 140, 49561 * n4 / 161280},
        .back = {n / 2 - 2 * n2 / 3 + 37 * n3 / 96 - n4 / 360, n2 / 48 + n3 / 15 - 437 * n4 / 1440, 17 * n3 / 480 - 37 * n4 / 840,
                 4397 * n4 / 161280},
        .e = sqrt(e2)};
}

// The tangent of the conformal latitude.
static double conformal(double tangent, double e)
{
    double s = sinh(e * atanh(e * tangent / hypot(1, tangent)));
    return tangent * hypot(1, s) - s * hypot(1, tangent);
}

// Along the meridian from the equator, in units of the radius.
static double along_meridian(const Krueger *k, double lat)
{
    double chi = fabs(lat) < RIGHT - 1e-12 ? atan(conformal(tan(lat), k->e)) : lat, sum = chi;
    for (int i = 0; i < 4; i++) sum += k->forth[i] * sin(2 * (i + 1) * chi);
    return k->radius * sum;
}

bool transverse_plane(const Projection *p, Turned t, double *u, double *v)
{
    Krueger k = krueger(p->e2);
    double tau = fabs(t.lat) < RIGHT - 1e-12 ? conformal(tan(t.lat), k.e) : copysign(1e15, t.lat);
    double xi = atan2(tau, cos(t.lon)), eta = asinh(sin(t.lon) / hypot(tau, cos(t.lon))), x = eta, y = xi;
    if (!(fabs(eta) < 8)) return false;
    double within = fmax(fmin(eta, SERIES_END), -SERIES_END);
    for (int i = 0; i < 4; i++) {
        y += k.forth[i] * sin(2 * (i + 1) * xi) * cosh(2 * (i + 1) * within);
        x += k.forth[i] * cos(2 * (i + 1) * xi) * sinh(2 * (i + 1) * within);
    }
    *u = p->k0 * k.radius * x;
    *v = p->k0 * (k.radius * y - along_meridian(&k, p->lat0));
    return true;
}

bool transverse_globe(const Projection *p, double u, double v, Turned *t)
{
    Krueger k = krueger(p->e2);
    double y = (v / p->k0 + along_meridian(&k, p->lat0)) / k.radius, x = u / p->k0 / k.radius, xi = y, eta = x;
    if (!(fabs(x) < 8) || !(fabs(y) <= M_PI)) return false;
    double within = fmax(fmin(x, SERIES_END), -SERIES_END);
    for (int i = 0; i < 4; i++) {
        xi -= k.back[i] * sin(2 * (i + 1) * y) * cosh(2 * (i + 1) * within);
        eta -= k.back[i] * cos(2 * (i + 1) * y) * sinh(2 * (i + 1) * within);
    }
    double below = hypot(sinh(eta), cos(xi)), want = sin(xi) / below, tangent = want;
    for (int i = 0; i < 10 && isfinite(tangent); i++) { // Newton
        double at = conformal(tangent, k.e), root = hypot(1, tangent);
        double step = (want - at) / hypot(1, at) * (1 + (1 - p->e2) * tangent * tangent) / ((1 - p->e2) * root);
        tangent += step;
        if (fabs(step) < 1e-14 * (1 + fabs(tangent))) break;
    }
    t->lon = atan2(sinh(eta), cos(xi));
    t->lat = isfinite(tangent) ? atan(tangent) : copysign(RIGHT, xi);
    return true;
}
