// Projections against PROJ (projected.def), and back again; clipping of lines and polygons by hand.
#include "check.h"
#include "plot/map_clip.h"

#include <math.h>

#define DEG (M_PI / 180)

typedef struct Row {
    int kind;
    double lon0, lat0, rotation, e2, k0, parallel[2], height, omega, gamma, lon, lat, u, v;
} Row;

static const Row rows[] = {
#define P(kind, lon0, lat0, rot, e2, k0, a, b, h, o, g, lon, lat, u, v)                                               \
    {kind, lon0, lat0, rot, e2, k0, {a, b}, h, o, g, lon, lat, u, v},
#include "projected.def"
#undef P
};

static Projection of_row(const Row *r)
{
    Projection p = {.kind = r->kind, .lon0 = r->lon0 * DEG, .lat0 = r->lat0 * DEG, .rotation = r->rotation * DEG,
                    .radius = 1, .e2 = r->e2, .k0 = r->k0, .height = r->height, .omega = r->omega * DEG, .gamma = r->gamma * DEG};
    p.parallel[0] = r->parallel[0] * DEG;
    p.parallel[1] = r->parallel[1] * DEG;
    return p;
}

static void test_rows(void)
{
    double worst[PROJECTION_COUNT] = {0};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        Projection p = of_row(&rows[i]);
        double u, v, lon, lat, most = p.kind == ROBINSON ? 2e-3 : 1e-7;
        CHECK(projection_prepare(&p));
        CHECK(projection_forward(&p, rows[i].lon * DEG, rows[i].lat * DEG, &u, &v));
        double off = hypot(u - rows[i].u, v - rows[i].v);
        worst[p.kind] = fmax(worst[p.kind], off);
        if (!(off <= most)) fprintf(stderr, "kind %d at %g %g: %g %g, PROJ %g %g\n", p.kind, rows[i].lon, rows[i].lat, u, v, rows[i].u, rows[i].v);
        CHECK(off <= most);
        CHECK(projection_inverse(&p, u, v, &lon, &lat));
        double dlon = remainder(lon - rows[i].lon * DEG, 2 * M_PI);
        CHECK(fabs(lat - rows[i].lat * DEG) < 1e-7 && fabs(dlon * cos(lat)) < 1e-7);
    }
}

// Rotated clockwise by 90 degrees, north points to the right.
static void test_rotation(void)
{
    static const int kinds[] = {STEREOGRAPHIC, CYLINDRICAL, LAMBERT_CONIC, TRANSVERSE_MERCATOR};
    for (int i = 0; i < 4; i++) {
        Projection p = {.kind = kinds[i], .lon0 = 0.3, .lat0 = 0.5, .rotation = M_PI / 2, .radius = 1, .parallel = {0.4, 0.6}};
        double u, v;
        CHECK(projection_prepare(&p) && projection_forward(&p, 0.3, 0.51, &u, &v));
        CHECK(fabs(u - 0.01) < 2e-4 && fabs(v) < 1e-9);
    }
}

// What cannot be is refused, and nothing hangs or gives infinite numbers.
static void test_hostile(void)
{
    static const double odd[] = {0, 1e-300, M_PI / 2, -M_PI / 2, M_PI, -M_PI, 1, 1e300, NAN, INFINITY};
    enum { N = sizeof odd / sizeof *odd };
    for (int kind = -1; kind <= PROJECTION_COUNT; kind++) {
        for (int i = 0; i < N * N * N; i++) {
            double a = odd[i % N], b = odd[i / N % N], c = odd[i / N / N], u, v, lon, lat;
            Projection p = {.kind = kind, .lon0 = c, .lat0 = a, .rotation = b, .radius = 1, .parallel = {a, c}, .height = b, .e2 = 0.006};
            if (!projection_prepare(&p)) continue;
            if (projection_forward(&p, b, c, &u, &v)) CHECK(isfinite(u) && isfinite(v));
            if (projection_inverse(&p, a, b, &lon, &lat)) CHECK(isfinite(lon) && fabs(lat) < 1.6);
        }
    }
}

// --- Clipping

typedef struct Pieces {
    int count;
    int64_t points;
    double area, length;
    Point first, last;
} Pieces;

static void count_piece(void *arg, const Point *p, int64_t n)
{
    Pieces *s = arg;
    s->count++;
    s->points += n;
    for (int64_t i = 0; i < n; i++) {
        Point a = p[i], b = p[(i + 1) % n];
        CHECK(isfinite(a.x) && isfinite(a.y));
        s->area += (a.x * b.y - b.x * a.y) / 2;
        if (i + 1 < n) s->length += hypot(b.x - a.x, b.y - a.y);
    }
    if (s->count == 1) s->first = p[0];
    s->last = p[n - 1];
}

static Projection named(int kind, double lon0, double lat0)
{
    Projection p = {.kind = kind, .lon0 = lon0 * DEG, .lat0 = lat0 * DEG, .radius = 1, .height = 3, .parallel = {0.4, 0.6}};
    CHECK(projection_prepare(&p));
    return p;
}

static Pieces line_of(int kind, double lon0, double lat0, const LonLat *at, int n)
{
    MapScratch m = {0};
    Pieces s = {0};
    Projection p = named(kind, lon0, lat0);
    CHECK(map_line(&p, at, n, &m, count_piece, &s));
    map_scratch_free(&m);
    return s;
}

static Pieces polygon_of(int kind, double lon0, double lat0, const LonLat *at, int n)
{
    MapScratch m = {0};
    Pieces s = {0};
    Projection p = named(kind, lon0, lat0);
    CHECK(map_polygon(&p, at, n, &m, count_piece, &s));
    map_scratch_free(&m);
    return s;
}

#define NEAR_TO(got, want, most) CHECK(fabs((got) - (want)) <= (most))

static void test_lines(void)
{
    Pieces s = line_of(CYLINDRICAL, 0, 0, (LonLat[]){{170, 0}, {-170, 0}}, 2); // over the seam
    CHECK_INT(s.count, 2);
    NEAR_TO(s.length, 20 * DEG, 1e-9);
    NEAR_TO(s.first.x, 170 * DEG, 1e-9);
    NEAR_TO(s.last.x, -170 * DEG, 1e-9);
    s = line_of(CYLINDRICAL, 180, 0, (LonLat[]){{170, 0}, {-170, 0}}, 2);
    CHECK_INT(s.count, 1);
    NEAR_TO(s.length, 20 * DEG, 1e-9);
    s = line_of(ORTHOGRAPHIC, 0, 0, (LonLat[]){{0, 0}, {120, 0}}, 2); // behind the horizon
    CHECK_INT(s.count, 1);
    NEAR_TO(s.last.x, 1, 1e-9);
    s = line_of(ORTHOGRAPHIC, 0, 0, (LonLat[]){{120, 0}, {170, 10}}, 2);
    CHECK_INT(s.count, 0);
    s = line_of(GOODES_HOMOLOSINE, 0, 0, (LonLat[]){{-60, 30}, {-20, 30}}, 2); // between two lobes
    CHECK_INT(s.count, 2);
    s = line_of(CYLINDRICAL, 0, 0, (LonLat[]){{0, 0}, {NAN, 3}, {10, 0}, {20, 0}}, 4);
    CHECK_INT(s.count, 2);
    s = line_of(MERCATOR, 0, 0, (LonLat[]){{0, 80}, {0, 90}}, 2); // the pole is at infinity
    CHECK_INT(s.count, 1);
}

static void test_polygons(void)
{
    LonLat box[] = {{-10, -10}, {10, -10}, {10, 10}, {-10, 10}}, cap[] = {{0, 60}, {90, 60}, {180, 60}, {-90, 60}},
           globe[] = {{-180, -90}, {180, -90}, {180, 90}, {-180, 90}}, far[] = {{80, -10}, {100, -10}, {100, 10}, {80, 10}};
    double square = 20 * DEG * 20 * DEG;
    NEAR_TO(polygon_of(CYLINDRICAL, 0, 0, box, 4).area, square, 1e-9);
    NEAR_TO(polygon_of(CYLINDRICAL, 180, 0, box, 4).area, square, 1e-9); // in two parts
    CHECK_INT(polygon_of(CYLINDRICAL, 180, 0, box, 4).count, 2);
    NEAR_TO(polygon_of(CYLINDRICAL, 0, 0, cap, 4).area, 30 * DEG * 2 * M_PI, 1e-6); // around the pole
    NEAR_TO(polygon_of(CYLINDRICAL, 77, 0, cap, 4).area, 30 * DEG * 2 * M_PI, 1e-6);
    NEAR_TO(polygon_of(SINUSOIDAL, 77, 0, cap, 4).area, 2 * M_PI * (1 - sin(60 * DEG)), 2e-3); // equal-area
    NEAR_TO(polygon_of(MOLLWEIDE, 77, 0, cap, 4).area, 2 * M_PI * (1 - sin(60 * DEG)), 2e-3);
    NEAR_TO(polygon_of(LAMBERT_AZIMUTHAL, 20, 40, cap, 4).area, 2 * M_PI * (1 - sin(60 * DEG)), 2e-3);
    NEAR_TO(polygon_of(LAMBERT_AZIMUTHAL, 20, -90, cap, 4).area, 2 * M_PI * (1 - sin(60 * DEG)), 2e-2); // around what is not shown
    NEAR_TO(polygon_of(GOODES_HOMOLOSINE, 0, 0, cap, 4).area, 2 * M_PI * (1 - sin(60 * DEG)), 2e-3);
    NEAR_TO(polygon_of(ALBERS, 0, 40, cap, 4).area, 2 * M_PI * (1 - sin(60 * DEG)), 2e-3);
    NEAR_TO(polygon_of(CYLINDRICAL, 0, 0, globe, 4).area, 2 * M_PI * M_PI, 1e-6);
    double half = polygon_of(ORTHOGRAPHIC, 0, 0, far, 4).area; // from x = cos(lat) sin(80) to cos(lat): 10 + sin(10) cos(10), times 1 - sin(80)
    NEAR_TO(half, (1 - sin(80 * DEG)) * (10 * DEG + sin(10 * DEG) * cos(10 * DEG)), 1e-4);
    CHECK_INT(polygon_of(ORTHOGRAPHIC, 0, 0, far, 4).count, 1);
    CHECK_INT(polygon_of(ORTHOGRAPHIC, -90, 0, far, 4).count, 0);
    NEAR_TO(polygon_of(ORTHOGRAPHIC, 0, 90, cap, 4).area, M_PI * cos(60 * DEG) * cos(60 * DEG), 1e-3);
}

static void test_any(void)
{
    unsigned seed = 1;
    for (int i = 0; i < 4000; i++) {
        LonLat at[12];
        int n = 3 + i % 10;
        for (int k = 0; k < n; k++) {
            seed = seed * 1103515245u + 12345u;
            at[k].lon = (double)(seed >> 8 & 0x1FF) * 1.5 - 384;
            seed = seed * 1103515245u + 12345u;
            at[k].lat = (double)(seed >> 8 & 0xFF) * 180 / 255 - 90;
        }
        (void)line_of(1 + i % (PROJECTION_COUNT - 1), i % 360, i % 181 - 90, at, n);
        Pieces s = polygon_of(1 + i % (PROJECTION_COUNT - 1), i % 360, i % 181 - 90, at, n);
        CHECK(isfinite(s.area));
    }
}

int main(void)
{
    test_rows();
    test_rotation();
    test_hostile();
    test_lines();
    test_polygons();
    test_any();
    CHECK_DONE();
}
