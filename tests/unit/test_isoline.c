// Contour lines against the definition: each point lies where a side of the net has the level, lines that are closed come
// back, what is higher is on the left, areas of rings are those of the level's region.
#include "check.h"
#include "plot/isoline.h"

#include <math.h>

enum { NX = 23, NY = 17 };

static uint32_t state = 7;

static double next_random(void)
{
    state = state * 1664525u + 1013904223u;
    return state / 4294967296.0;
}

static Point at(const IsoField *f, const Point *place, IsoPoint p)
{
    Point a = f->mesh ? place[p.a] : (Point){(double)(p.a % f->nx), (double)(p.a / f->nx)};
    Point b = f->mesh ? place[p.b] : (Point){(double)(p.b % f->nx), (double)(p.b / f->nx)};
    return (Point){a.x + p.part * (b.x - a.x), a.y + p.part * (b.y - a.y)};
}

static double area_of(const IsoField *f, const Point *place, const IsoPaths *out)
{
    double sum = 0;
    for (int64_t i = 0; i < out->paths; i++) {
        for (int64_t k = out->path[i].first; k + 1 < out->path[i].first + out->path[i].n; k++) {
            Point a = at(f, place, out->p[k]), b = at(f, place, out->p[k + 1]);
            sum += (a.x * b.y - a.y * b.x) / 2;
        }
    }
    return sum;
}

static void check_paths(const IsoField *f, double level, const IsoPaths *out, bool is_closed)
{
    int64_t wrong = 0, open = 0;
    for (int64_t i = 0; i < out->n; i++) {
        IsoPoint p = out->p[i];
        double z = f->z[p.a] + p.part * (f->z[p.b] - f->z[p.a]);
        wrong += p.a == p.b ? !(f->z[p.a] >= level) : !(p.part >= 0 && p.part <= 1 && fabs(z - level) < 1e-9);
    }
    CHECK_INT(wrong, 0);
    for (int64_t i = 0; i < out->paths; i++) {
        IsoPath path = out->path[i];
        IsoPoint a = out->p[path.first], b = out->p[path.first + path.n - 1];
        open += !path.is_closed;
        if (path.is_closed) CHECK(a.a == b.a && a.b == b.b && a.part == b.part);
    }
    if (is_closed) CHECK_INT(open, 0);
}

// The region's area, cell by cell: what is inside the polygon of corners and crossings of each.
static double area_by_cells(const double *z, double level)
{
    double sum = 0;
    for (int y = 0; y + 1 < NY; y++) {
        for (int x = 0; x + 1 < NX; x++) {
            const int dx[4] = {0, 1, 1, 0}, dy[4] = {0, 0, 1, 1};
            double v[4], px[8], py[8], mean = 0;
            int n = 0, ups = 0;
            for (int s = 0; s < 4; s++) v[s] = z[(y + dy[s]) * NX + x + dx[s]], mean += v[s] / 4, ups += v[s] >= level;
            if (!isfinite(mean)) continue;
            bool is_saddle = ups == 2 && (v[0] >= level) == (v[2] >= level);
            for (int s = 0; s < 4; s++) {
                int t = (s + 1) % 4;
                double part = (level - v[s]) / (v[t] - v[s]);
                if (v[s] >= level) px[n] = dx[s], py[n++] = dy[s];
                if ((v[s] >= level) != (v[t] >= level)) px[n] = dx[s] + part * (dx[t] - dx[s]), py[n++] = dy[s] + part * (dy[t] - dy[s]);
            }
            if (is_saddle && mean < level) { // two triangles at the high corners
                for (int s = 0; s < 4; s++) {
                    double a = (level - v[s]) / (v[(s + 1) % 4] - v[s]), b = (level - v[s]) / (v[(s + 3) % 4] - v[s]);
                    if (v[s] >= level) sum += a * b / 2;
                }
                continue;
            }
            for (int i = 0; i < n; i++) sum += (px[i] * py[(i + 1) % n] - py[i] * px[(i + 1) % n]) / 2;
        }
    }
    return sum;
}

static void test_grid(void)
{
    double z[NX * NY];
    IsoPaths out = {0};
    for (int turn = 0; turn < 200; turn++) {
        for (int i = 0; i < NX * NY; i++) z[i] = turn % 4 == 1 ? floor(4 * next_random()) : next_random();
        for (int i = 0; turn % 3 == 2 && i < NX * NY; i++) z[i] = next_random() < 0.1 ? NAN : z[i];
        IsoField f = {.z = z, .nx = NX, .ny = NY};
        double level = turn % 4 == 1 ? 2 : next_random();
        CHECK(iso_begin(&f));
        CHECK(iso_trace(&f, level, false, &out));
        check_paths(&f, level, &out, false);
        CHECK(iso_trace(&f, level, true, &out));
        check_paths(&f, level, &out, true);
        CHECK(fabs(area_of(&f, NULL, &out) - area_by_cells(z, level)) < 1e-9);
        CHECK(iso_trace(&f, -1, true, &out)); // below everything: all cells
        CHECK(fabs(area_of(&f, NULL, &out) - area_by_cells(z, -1)) < 1e-9);
        CHECK(iso_trace(&f, 9, true, &out));
        CHECK_INT(out.paths, 0);
        iso_end(&f);
    }
    iso_free(&out);
}

// By hand: a hill in the middle of 3 x 3 is one ring of four points, counterclockwise; a saddle goes as its mean says.
static void test_by_hand(void)
{
    double hill[9] = {0, 0, 0, 0, 1, 0, 0, 0, 0};
    IsoField f = {.z = hill, .nx = 3, .ny = 3};
    IsoPaths out = {0};
    CHECK(iso_begin(&f) && iso_trace(&f, 0.5, false, &out));
    CHECK_INT(out.paths, 1);
    CHECK_INT(out.path[0].n, 5);
    CHECK(out.path[0].is_closed && fabs(area_of(&f, NULL, &out) - 0.5) < 1e-12);
    iso_end(&f);
    double saddle[4] = {1, 0, 0, 1};
    f = (IsoField){.z = saddle, .nx = 2, .ny = 2};
    CHECK(iso_begin(&f) && iso_trace(&f, 0.4, true, &out)); // the middle (0.5) is high: one ring
    CHECK_INT(out.paths, 1);
    CHECK(iso_trace(&f, 0.6, true, &out));
    CHECK_INT(out.paths, 2);
    CHECK(iso_trace(&f, 0.6, false, &out));
    CHECK_INT(out.paths, 2);
    CHECK(!out.path[0].is_closed);
    iso_end(&f);
    iso_free(&out);
}

static void test_triangles(void)
{
    enum { N = 300 };
    Point p[N];
    double z[N], plane[N], area = 0;
    TriangleMesh m;
    IsoPaths out = {0};
    for (int i = 0; i < N; i++) p[i] = (Point){next_random(), next_random()}, z[i] = next_random(), plane[i] = p[i].x;
    p[0] = (Point){0, 0}, p[1] = (Point){1, 0}, p[2] = (Point){1, 1}, p[3] = (Point){0, 1};
    for (int i = 0; i < 4; i++) plane[i] = p[i].x;
    CHECK_INT(delaunay_make(p, N, 0, NULL, &m), DELAUNAY_FINE);
    IsoField f = {.z = z, .mesh = &m};
    CHECK(iso_begin(&f) && iso_trace(&f, 0.5, false, &out));
    check_paths(&f, 0.5, &out, false);
    CHECK(iso_trace(&f, 0.5, true, &out));
    check_paths(&f, 0.5, &out, true);
    CHECK(iso_trace(&f, -1, true, &out));
    area = area_of(&f, p, &out);
    CHECK(fabs(area - 1) < 1e-12); // the unit square
    iso_end(&f);
    f = (IsoField){.z = plane, .mesh = &m};
    CHECK(iso_begin(&f) && iso_trace(&f, 0.3, true, &out));
    area = area_of(&f, p, &out);
    CHECK(fabs(area - 0.7) < 1e-12);
    iso_end(&f);
    iso_free(&out);
    mesh_free(&m);
}

int main(void)
{
    test_by_hand();
    test_grid();
    test_triangles();
    CHECK_DONE();
}
