// Regions of a map (plot/map_region.c) against counting: circles on the globe, a place is inside if it lies in an odd number of
// them. Every projection, random centres; circles are lines around the pole, across the seam and behind the horizon too.
#include "check.h"
#include "plot/map_clip.h"

#include <math.h>
#include <stdlib.h>

#define DEG (M_PI / 180)
enum { CIRCLES = 5, AROUND = 361, TRIES = 40, SAMPLES = 250 };

typedef struct Circle {
    LonLat centre;
    double radius; // degrees
} Circle;

typedef struct Parity {
    int n;
    Point at[SAMPLES];
    bool is_inside[SAMPLES];
} Parity;

static double uniform(double lo, double hi) { return lo + (hi - lo) * rand() / RAND_MAX; }

static double away(LonLat a, LonLat b)
{
    double c = sin(a.lat * DEG) * sin(b.lat * DEG) + cos(a.lat * DEG) * cos(b.lat * DEG) * cos((a.lon - b.lon) * DEG);
    return acos(fmax(fmin(c, 1), -1)) / DEG;
}

// Its places, longitude without jumps.
static void ring_of(const Circle *c, LonLat *out)
{
    double sp = sin(c->centre.lat * DEG), cp = cos(c->centre.lat * DEG), sr = sin(c->radius * DEG), cr = cos(c->radius * DEG);
    for (int i = 0; i < AROUND; i++) {
        double a = 2 * M_PI * i / (AROUND - 1), lat = asin(fmax(fmin(sp * cr + cp * sr * cos(a), 1), -1));
        double lon = c->centre.lon + atan2(sin(a) * sr * cp, cr - sp * sin(lat)) / DEG;
        if (c->centre.lat == 90) lon = a / DEG, lat = asin(cr); // a parallel
        if (i > 0) lon = out[i - 1].lon + remainder(lon - out[i - 1].lon, 360);
        out[i] = (LonLat){lon, lat / DEG};
    }
}

// How near to a circle, and in how many.
static double nearest(const Circle *c, LonLat at, int *in)
{
    double least = 180;
    *in = 0;
    for (int i = 0; i < CIRCLES; i++) {
        double d = away(c[i].centre, at) - c[i].radius;
        least = fmin(least, fabs(d));
        *in += d < 0;
    }
    return least;
}

static void count_crossings(void *arg, const Point *p, int64_t n)
{
    Parity *s = arg;
    for (int64_t i = 0; i < n; i++) {
        Point a = p[i], b = p[(i + 1) % n];
        for (int k = 0; k < s->n; k++) {
            if ((a.y > s->at[k].y) == (b.y > s->at[k].y)) continue;
            if (a.x + (s->at[k].y - a.y) / (b.y - a.y) * (b.x - a.x) > s->at[k].x) s->is_inside[k] = !s->is_inside[k];
        }
    }
}

static LonLat anywhere(void) { return (LonLat){uniform(-180, 180), asin(uniform(-1, 1)) / DEG}; }

// A place that is seen, not near the map's edge, and not near a circle.
static bool sample(const Projection *p, const Circle *c, LonLat *at, Point *plane, int *in)
{
    for (int i = 0; i < 200; i++) {
        *at = anywhere();
        Turned t = projection_turn(p, at->lon * DEG, at->lat * DEG);
        if (nearest(c, *at, in) < 1 || !projection_sees(p, t) || !projection_plane(p, t, &plane->x, &plane->y)) continue;
        bool is_far = p->family == FAMILY_AZIMUTHAL || p->family == FAMILY_TRANSVERSE
                          ? acos(fmin(cos(t.lat) * cos(t.lon), 1)) < acos(fmax(p->cap, -1)) - 10 * DEG
                          : fabs(t.lon) < 177 * DEG && t.lat > p->lat_lo + 3 * DEG && t.lat < p->lat_hi - 3 * DEG;
        bool is_cut = p->kind == GOODES_HOMOLOSINE && fmod(fabs(t.lon / DEG) + 2, 20) < 4;
        if (is_far && !is_cut) return true;
    }
    return false;
}

static void try_region(int kind)
{
    Projection p = {.kind = kind, .lon0 = uniform(-180, 180) * DEG, .radius = 1, .height = 3, .parallel = {0.4, 0.6}};
    if (projection_family(kind) != FAMILY_CONIC) p.lat0 = uniform(-90, 90) * DEG, p.rotation = uniform(-180, 180) * DEG;
    CHECK(projection_prepare(&p));
    Circle c[CIRCLES];
    LonLat ring[CIRCLES][AROUND], known, at;
    Point plane;
    int in, wrong = 0;
    for (int i = 0; i < CIRCLES; i++) {
        c[i] = (Circle){anywhere(), uniform(5, 140)};
        if (i == 0) c[i].centre = (LonLat){0, 90}; // along a parallel
        ring_of(&c[i], ring[i]);
    }
    if (!sample(&p, c, &known, &plane, &in)) return;
    bool is_known_inside = in % 2, is_in[SAMPLES];
    Parity s = {0};
    while (s.n < SAMPLES && sample(&p, c, &at, &s.at[s.n], &in)) is_in[s.n++] = in % 2;
    MapScratch m = {0};
    map_region_begin(&m);
    for (int i = 0; i < CIRCLES; i++) CHECK(map_region_ring(&p, ring[i], AROUND, true, &m));
    CHECK(map_region_end(&p, known, is_known_inside, &m, count_crossings, &s));
    map_scratch_free(&m);
    for (int k = 0; k < s.n; k++) wrong += s.is_inside[k] != is_in[k];
    CHECK(s.n > 0);
    CHECK_INT(wrong, 0);
    if (wrong) fprintf(stderr, "kind %d, centre %g %g, rotation %g: %d of %d\n", kind, p.lon0 / DEG, p.lat0 / DEG, p.rotation / DEG, wrong, s.n);
}

// Whether a place of each longitude is inside of a ring, drawn on a map.
static Parity drawn(const Projection *p, const LonLat *ring, LonLat known, bool is_inside, LonLat *at)
{
    Parity s = {0};
    MapScratch m = {0};
    for (int lon = -175; lon < 180; lon += 12) {
        Turned t = projection_turn(p, lon * DEG, 0.2);
        if (!projection_sees(p, t) || !projection_plane(p, t, &s.at[s.n].x, &s.at[s.n].y)) continue;
        at[s.n++] = (LonLat){lon, 0.2 / DEG};
    }
    map_region_begin(&m);
    CHECK(map_region_ring(p, ring, 5, true, &m));
    CHECK(map_region_end(p, known, is_inside, &m, count_crossings, &s));
    map_scratch_free(&m);
    return s;
}

// A ring along the seam, and one around the globe, whose area is none: all is outside of it, or inside.
static void test_flat(void)
{
    static const LonLat half[] = {{0, -90}, {180, -90}, {180, 90}, {0, 90}, {0, -90}},
                        round[] = {{-180, -90}, {180, -90}, {180, 90}, {-180, 90}, {-180, -90}};
    LonLat at[SAMPLES];
    for (int kind = PROJECTION_NONE + 1; kind < PROJECTION_COUNT; kind++) {
        for (int lon0 = -180; lon0 <= 180; lon0 += 90) {
            Projection p = {.kind = kind, .lon0 = lon0 * DEG, .radius = 1, .height = 3, .parallel = {0.4, 0.6}};
            CHECK(projection_prepare(&p));
            LonLat known = {lon0 + 3.3, 0.3};
            Parity s = drawn(&p, half, known, remainder(known.lon, 360) > 0, at);
            for (int k = 0; k < s.n; k++) CHECK_INT(s.is_inside[k], at[k].lon > 0);
            s = drawn(&p, round, known, true, at);
            for (int k = 0; k < s.n; k++) CHECK_INT(s.is_inside[k], true);
            s = drawn(&p, round, known, false, at);
            for (int k = 0; k < s.n; k++) CHECK_INT(s.is_inside[k], false);
        }
    }
}

int main(void)
{
    srand(7);
    for (int kind = PROJECTION_NONE + 1; kind < PROJECTION_COUNT; kind++) {
        for (int i = 0; i < TRIES; i++) try_region(kind);
    }
    test_flat();
    CHECK_DONE();
}
