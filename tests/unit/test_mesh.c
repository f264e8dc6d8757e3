// Triangulations: against the definition (no point inside a circle, Euler's count, orientation), whatever the points are.
#include "check.h"
#include "plot/patch.h"
#include "plot/predicates.h"
#include "plot/sphere.h"

#include <math.h>
#include <string.h>

static uint32_t state = 1;

static double next_random(void)
{
    state = state * 1664525u + 1013904223u;
    return state / 4294967296.0;
}

// Every triangle turns left, twins fit, no point lies inside a circle, and there are 2n - 2 - h triangles for h points at the
// border (points on its sides count).
static void check_mesh(const Point *p, int n, const TriangleMesh *m)
{
    int used = 0, border = 0, inside = 0;
    for (int i = 0; i < n; i++) used += m->first[i] >= 0;
    for (int h = 0; h < 3 * m->n; h++) {
        border += m->twin[h] < 0;
        if (m->twin[h] < 0) continue;
        CHECK_INT(m->twin[m->twin[h]], h);
        CHECK_INT(m->corner[side_next(m->twin[h])], m->corner[h]);
    }
    CHECK_INT(m->n, 2 * used - 2 - border);
    for (int t = 0; t < m->n; t++) {
        const int32_t *c = m->corner + 3 * t;
        CHECK_INT(side_of_line(p[c[0]], p[c[1]], p[c[2]]), 1);
        for (int i = 0; i < n; i++) {
            inside += m->first[i] >= 0 && side_of_circle(p[c[0]], p[c[1]], p[c[2]], p[i]) > 0;
        }
    }
    CHECK_INT(inside, 0);
}

static void check_points(const Point *p, int n, int same)
{
    TriangleMesh m;
    CHECK_INT(delaunay_make(p, n, 0, NULL, &m), DELAUNAY_FINE);
    check_mesh(p, n, &m);
    int found = 0;
    for (int i = 0; i < n; i++) found += m.same[i] >= 0;
    CHECK_INT(found, same);
    mesh_free(&m);
}

static void test_delaunay(void)
{
    enum { N = 400 };
    Point p[N];
    for (int i = 0; i < N; i++) p[i] = (Point){next_random(), next_random()};
    check_points(p, N, 0);
    for (int i = 0; i < N; i++) p[i] = (Point){i % 20, i / 20};
    check_points(p, N, 0); // a grid: four points on each circle
    for (int i = 0; i < N; i++) p[i] = (Point){0.1 * (i % 20), 0.1 * (i / 20) + 0.3 * (i % 20)};
    check_points(p, N, 0); // a sheared one, rounded
    for (int i = 0; i < N; i++) p[i] = (Point){i % 7, i / 7 % 7};
    check_points(p, N, N - 49);
    for (int i = 0; i < N; i++) p[i] = (Point){cos(i * M_PI / 200), sin(i * M_PI / 200)};
    check_points(p, N, 0); // on one circle
    for (int i = 0; i < N; i++) p[i] = (Point){i, i == 200 ? 1e-9 : 0};
    check_points(p, N, 0); // nearly on a line
    for (int i = 0; i < N; i++) p[i] = (Point){1e9 + 1e-6 * (i % 20), 1e-300 * (i / 20)};
    TriangleMesh m;
    CHECK(delaunay_make(p, N, 0, NULL, &m) != DELAUNAY_NO_MEMORY); // whatever it is: it ends
    mesh_free(&m);
    for (int i = 0; i < N; i++) p[i] = i % 3 ? (Point){next_random(), next_random()} : (Point){NAN, INFINITY};
    check_points(p, N, 0);
}

static void test_collinear(void)
{
    Point p[50];
    TriangleMesh m;
    for (int i = 0; i < 50; i++) p[i] = (Point){0.1 * i, 3};
    CHECK_INT(delaunay_make(p, 50, 0, NULL, &m), DELAUNAY_COLLINEAR);
    mesh_free(&m);
    for (int i = 0; i < 50; i++) p[i] = (Point){1, 1};
    CHECK_INT(delaunay_make(p, 50, 0, NULL, &m), DELAUNAY_COLLINEAR);
    mesh_free(&m);
    CHECK_INT(delaunay_make(p, 0, 0, NULL, &m), DELAUNAY_COLLINEAR);
    mesh_free(&m);
    // A flat triangle at the border is dropped: the middle point lies 1e-6 above the side.
    Point q[4] = {{0, 0}, {1, 0}, {0.5, 1e-6}, {0.5, 1}};
    CHECK_INT(delaunay_make(q, 4, 1e-5, NULL, &m), DELAUNAY_FINE);
    CHECK_INT(m.n, 2);
    mesh_free(&m);
    CHECK_INT(delaunay_make(q, 4, 1e-7, NULL, &m), DELAUNAY_FINE);
    CHECK_INT(m.n, 3);
    mesh_free(&m);
}

// Signs that doubles get wrong: three points a unit of the last place off a line, four on a circle.
static void test_predicates(void)
{
    Point a = {0.5, 0.5}, b = {12, 12}, c = {24, 24}, up = {24, nextafter(24, 25)}, down = {24, nextafter(24, 0)};
    CHECK_INT(side_of_line(a, b, c), 0);
    CHECK_INT(side_of_line(a, b, up), 1);
    CHECK_INT(side_of_line(a, b, down), -1);
    Point e = {1, 0}, n = {0, 1}, w = {-1, 0}, s = {0, -1};
    CHECK_INT(side_of_circle(e, n, w, s), 0);
    CHECK_INT(side_of_circle(e, n, w, (Point){0, nextafter(-1, 0)}), 1);
    CHECK_INT(side_of_circle(e, n, w, (Point){0, nextafter(-1, -2)}), -1);
}

// All round the sphere: 2n - 4 triangles, no point above any of them. In a half of it: a border.
static void test_sphere(void)
{
    enum { N = 200 };
    Vector p[N];
    TriangleMesh m;
    int above = 0;
    for (int i = 0; i < N; i++) p[i] = sphere_point(2 * M_PI * next_random(), asin(2 * next_random() - 1));
    CHECK_INT(sphere_triangulate(p, N, NULL, &m), DELAUNAY_FINE);
    CHECK_INT(m.n, 2 * N - 4);
    for (int t = 0; t < m.n; t++) {
        Vector a = p[m.corner[3 * t]], b = p[m.corner[3 * t + 1]], c = p[m.corner[3 * t + 2]];
        Vector up = vector_cross(vector_sum(b, a, -1), vector_sum(c, a, -1));
        CHECK(vector_turn(a, b, c) > 0);
        for (int i = 0; i < N; i++) above += vector_dot(vector_sum(p[i], a, -1), up) > 1e-12;
    }
    CHECK_INT(above, 0);
    mesh_free(&m);
    for (int i = 0; i < N; i++) p[i] = sphere_point(next_random(), next_random());
    CHECK_INT(sphere_triangulate(p, N, NULL, &m), DELAUNAY_FINE);
    int32_t border[N];
    int h = mesh_border(&m, border);
    CHECK(h > 2);
    CHECK_INT(m.n, 2 * N - 2 - h);
    mesh_free(&m);
}

// A polynomial of degree 5 with the right jets at the corners is found again where its slope across the sides is a cubic: all
// of degree 4 and below are. Neighbours meet smoothly.
static double hill(double x, double y) { return 1 + x - 2 * y + x * x * y * y - 3 * x * y * y * y + 0.5 * x * x * x * x; }

static Jet hill_jet(double x, double y)
{
    return (Jet){hill(x, y), 1 + 2 * x * y * y - 3 * y * y * y + 2 * x * x * x, -2 + 2 * x * x * y - 9 * x * y * y,
                 2 * y * y + 6 * x * x, 4 * x * y - 9 * y * y, 2 * x * x - 18 * x * y};
}

static void test_patch(void)
{
    Point p[3] = {{0.2, 0.1}, {1.3, 0.4}, {0.5, 1.1}};
    Jet jet[3];
    for (int i = 0; i < 3; i++) jet[i] = hill_jet(p[i].x, p[i].y);
    Patch patch = patch_make(p, jet);
    for (int i = 0; i <= 10; i++) {
        for (int k = 0; i + k <= 10; k++) {
            double part[3] = {i / 10.0, k / 10.0, (10 - i - k) / 10.0}, x = 0, y = 0;
            for (int s = 0; s < 3; s++) x += part[s] * p[s].x, y += part[s] * p[s].y;
            CHECK(fabs(patch_at(&patch, part) - hill(x, y)) < 1e-12);
        }
    }
}

int main(void)
{
    test_predicates();
    test_delaunay();
    test_collinear();
    test_sphere();
    test_patch();
    CHECK_DONE();
}
