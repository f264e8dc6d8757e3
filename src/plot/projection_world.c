// Projections of the whole globe: cylindrical ones and those with curved meridians.
#include "plot/projection.h"

#include <math.h>

#define RIGHT (M_PI / 2)
#define DEG   (M_PI / 180)

// Robinson's table, every 5 degrees: lengths of parallels and their distances from the equator (A. H. Robinson, 1974).
static const double robinson_x[] = {1.0000, 0.9986, 0.9954, 0.9900, 0.9822, 0.9730, 0.9600, 0.9427, 0.9216, 0.8962,
                                    0.8679, 0.8350, 0.7986, 0.7597, 0.7186, 0.6732, 0.6213, 0.5722, 0.5322};
static const double robinson_y[] = {0.0000, 0.0620, 0.1240, 0.1860, 0.2480, 0.3100, 0.3720, 0.4340, 0.4958, 0.5571,
                                    0.6176, 0.6769, 0.7346, 0.7903, 0.8435, 0.8936, 0.9394, 0.9761, 1.0000};
#define ROBINSON_X 0.8487
#define ROBINSON_Y 1.3523
#define STEP       (5 * DEG)

static double entry(const double *table, int i, double sign)
{
    if (i < 0) return sign * table[-i];
    return i <= 18 ? table[i] : 2 * table[18] - table[36 - i];
}

// Cubic interpolation through four neighbours; `sign`: how the table goes on below the equator.
static double between(const double *table, double lat, double sign)
{
    double at = fabs(lat) / STEP;
    int i = at < 17 ? (int)at : 17;
    double f = at - i, a = entry(table, i - 1, sign), b = table[i], c = table[i + 1], d = entry(table, i + 2, sign);
    return b + 0.5 * f * (c - a + f * (2 * a - 5 * b + 4 * c - d + f * (3 * (b - c) + d - a)));
}

static void robinson_plane(Turned t, double *u, double *v)
{
    *u = ROBINSON_X * t.lon * between(robinson_x, t.lat, 1);
    *v = copysign(ROBINSON_Y * between(robinson_y, t.lat, -1), t.lat);
}

static bool robinson_globe(double u, double v, Turned *t)
{
    double want = fabs(v) / ROBINSON_Y, lo = 0, hi = RIGHT;
    if (want > 1 + 1e-9) return false;
    for (int i = 0; i < 60; i++) {
        double middle = (lo + hi) / 2;
        if (between(robinson_y, middle, -1) < want)
            lo = middle;
        else
            hi = middle;
    }
    t->lat = copysign((lo + hi) / 2, v);
    t->lon = u / (ROBINSON_X * between(robinson_x, t->lat, 1));
    return true;
}

// 2a + sin 2a = pi sin(lat), by Newton; near a pole the other way about.
static double mollweide_angle(double lat)
{
    double want = M_PI * sin(lat), a = lat;
    if (RIGHT - fabs(lat) < 1e-9) return copysign(RIGHT, lat);
    for (int i = 0; i < 100; i++) {
        double step = (2 * a + sin(2 * a) - want) / (2 + 2 * cos(2 * a));
        step = fmax(fmin(step, 0.2), -0.2);
        a -= step;
        if (fabs(step) < 1e-15) break;
    }
    return a;
}

static void mollweide_plane(Turned t, double *u, double *v)
{
    double a = mollweide_angle(t.lat);
    *u = 2 * M_SQRT2 / M_PI * t.lon * cos(a);
    *v = M_SQRT2 * sin(a);
}

static bool mollweide_globe(double u, double v, Turned *t)
{
    if (!(fabs(v) <= M_SQRT2)) return false;
    double a = asin(v / M_SQRT2), sine = (2 * a + sin(2 * a)) / M_PI;
    t->lat = asin(fmax(fmin(sine, 1), -1));
    t->lon = cos(a) > 1e-9 ? M_PI * u / (2 * M_SQRT2 * cos(a)) : fabs(u) < 1e-6 ? 0 : 10;
    return true;
}

static void hammer_plane(Turned t, double *u, double *v)
{
    double d = sqrt(1 + cos(t.lat) * cos(t.lon / 2));
    *u = 2 * M_SQRT2 * cos(t.lat) * sin(t.lon / 2) / d;
    *v = M_SQRT2 * sin(t.lat) / d;
}

static bool hammer_globe(double u, double v, Turned *t)
{
    double z2 = 1 - u * u / 16 - v * v / 4;
    if (!(z2 >= 0.5 - 1e-12)) return false;
    double z = sqrt(z2);
    t->lon = 2 * atan2(z * u / 2, 2 * z2 - 1);
    t->lat = asin(fmax(fmin(z * v, 1), -1));
    return true;
}

static void aitoff_plane(Turned t, double *u, double *v)
{
    double y = cos(t.lat) * sin(t.lon / 2), z = sin(t.lat), sine = hypot(y, z);
    double a = atan2(sine, cos(t.lat) * cos(t.lon / 2)), k = sine > 1e-12 ? a / sine : 1;
    *u = 2 * k * y;
    *v = k * z;
}

// The azimuthal equidistant projection of half a globe, twice as wide.
static bool aitoff_globe(double u, double v, Turned *t)
{
    double r = hypot(u / 2, v);
    if (!(r <= RIGHT + 1e-12)) return false;
    double k = r > 0 ? sin(r) / r : 1, x = cos(r), y = k * u / 2, z = k * v;
    t->lon = 2 * atan2(y, x);
    t->lat = atan2(z, hypot(x, y));
    return true;
}

// --- Goode: sinusoidal between the parallels where Mollweide's is as long, else that, around a meridian a lobe

#define GOODE_LAT (40 * DEG + 44 * DEG / 60 + 11.8 * DEG / 3600)
#define GOODE_UP  0.0528035274542

static const struct {
    double west, east, middle;
} lobes[] = {{-180, -40, -100}, {-40, 180, 30}, {-180, -100, -160}, {-100, -20, -60}, {-20, 80, 20}, {80, 180, 140}};

int goode_lobe(Turned t)
{
    if (t.lat >= 0) return t.lon < -40 * DEG ? 0 : 1;
    return t.lon < -100 * DEG ? 2 : t.lon < -20 * DEG ? 3 : t.lon < 80 * DEG ? 4 : 5;
}

void goode_edges(int lobe, double *west, double *east, bool *is_north)
{
    *west = lobes[lobe].west * DEG;
    *east = lobes[lobe].east * DEG;
    *is_north = lobe < 2;
}

static void goode_plane(Turned t, double *u, double *v)
{
    double middle = lobes[goode_lobe(t)].middle * DEG;
    Turned own = {t.lon - middle, t.lat};
    if (fabs(t.lat) < GOODE_LAT) {
        *u = own.lon * cos(t.lat);
        *v = t.lat;
    } else {
        mollweide_plane(own, u, v);
        *v -= copysign(GOODE_UP, t.lat);
    }
    *u += middle;
}

static bool goode_globe(double u, double v, Turned *t)
{
    for (int i = v >= 0 ? 0 : 2; i < (v >= 0 ? 2 : 6); i++) {
        double middle = lobes[i].middle * DEG, lat = fabs(v) < GOODE_LAT ? v : 0;
        Turned own = {(u - middle) / cos(lat), v};
        if (fabs(v) >= GOODE_LAT && !mollweide_globe(u - middle, v + copysign(GOODE_UP, v), &own)) continue;
        *t = (Turned){own.lon + middle, own.lat};
        if (t->lon >= lobes[i].west * DEG - 1e-9 && t->lon <= lobes[i].east * DEG + 1e-9) return true;
    }
    return false;
}

// --- All of them

bool world_plane(const Projection *p, Turned t, double *u, double *v)
{
    switch (p->kind) {
    case MERCATOR:
        *u = t.lon;
        *v = asinh(tan(t.lat));
        return fabs(t.lat) < RIGHT - 1e-9;
    case MILLER:
        *u = t.lon;
        *v = 1.25 * asinh(tan(0.8 * t.lat));
        return true;
    case SINUSOIDAL:
        *u = t.lon * cos(t.lat);
        *v = t.lat;
        return true;
    case MOLLWEIDE: mollweide_plane(t, u, v); return true;
    case AITOFF: aitoff_plane(t, u, v); return true;
    case HAMMER_AITOFF: hammer_plane(t, u, v); return true;
    case ROBINSON: robinson_plane(t, u, v); return true;
    case GOODES_HOMOLOSINE: goode_plane(t, u, v); return true;
    default:
        *u = t.lon;
        *v = t.lat;
        return true;
    }
}

bool world_globe(const Projection *p, double u, double v, Turned *t)
{
    switch (p->kind) {
    case MERCATOR: *t = (Turned){u, atan(sinh(v))}; return true;
    case MILLER: *t = (Turned){u, atan(sinh(0.8 * v)) / 0.8}; return true;
    case SINUSOIDAL:
        if (!(fabs(v) <= RIGHT)) return false;
        *t = (Turned){cos(v) > 1e-12 ? u / cos(v) : 0, v};
        return true;
    case MOLLWEIDE: return mollweide_globe(u, v, t);
    case AITOFF: return aitoff_globe(u, v, t);
    case HAMMER_AITOFF: return hammer_globe(u, v, t);
    case ROBINSON: return robinson_globe(u, v, t);
    case GOODES_HOMOLOSINE: return goode_globe(u, v, t);
    default: *t = (Turned){u, v}; return true;
    }
}
