// See sphere.h. Seen from one of the points (stereographic projection), circles are circles and what is outside of all
// is the point itself: so the plane's triangulation has all triangles but those with the point as a corner, which stand
// on its hull.
#include "plot/sphere.h"

#include "base/mem.h"

#include <math.h>

#define FLAT 1e-14 // six times the volume of a triangle's pyramid

Vector vector_unit(Vector a)
{
    double length = sqrt(vector_dot(a, a));
    return length > 0 ? (Vector){a.x / length, a.y / length, a.z / length} : a;
}

Vector sphere_point(double lon, double lat) { return (Vector){cos(lat) * cos(lon), cos(lat) * sin(lon), sin(lat)}; }

// Projects from `eye`, whose image and whose twins' are no numbers.
static void project(const Vector *p, int n, int eye, Point *out)
{
    Vector e = p[eye], right = vector_unit(fabs(e.z) < 0.9 ? (Vector){-e.y, e.x, 0} : (Vector){e.z, 0, -e.x});
    Vector up = vector_cross(e, right);
    for (int i = 0; i < n; i++) {
        double away = 1 - vector_dot(p[i], e);
        Vector d = vector_sum(p[i], e, -1);
        bool is_eye = vector_dot(d, d) == 0 || !(away > 0);
        out[i] = is_eye ? (Point){NAN, NAN} : (Point){vector_dot(p[i], right) / away, vector_dot(p[i], up) / away};
    }
}

// The plane's triangles, then those of the eye with the hull.
static int collect(const TriangleMesh *plane, int eye, const int32_t *hull, int n, int32_t *corner)
{
    int count = 0;
    for (int h = 0; h < 3 * plane->n; h++) corner[count++] = plane->corner[h];
    for (int i = 0; i < n; i++) {
        corner[count++] = eye;
        corner[count++] = hull[(i + 1) % n];
        corner[count++] = hull[i];
    }
    return count / 3;
}

// Triangles whose plane has the centre on the other side, or on it, belong to what the points leave open.
static int drop_far_side(const Vector *p, int32_t *corner, int n)
{
    int kept = 0;
    for (int t = 0; t < n; t++) {
        const int32_t c[3] = {corner[3 * t], corner[3 * t + 2], corner[3 * t + 1]};
        if (!(vector_turn(p[c[0]], p[c[1]], p[c[2]]) > FLAT)) continue;
        for (int s = 0; s < 3; s++) corner[3 * kept + s] = c[s];
        kept++;
    }
    return kept;
}

DelaunayFault sphere_triangulate(const Vector *p, int n, bool (*is_stopped)(void), TriangleMesh *out)
{
    TriangleMesh plane = {0};
    int eye = 0;
    *out = (TriangleMesh){0};
    while (eye < n && !isfinite(p[eye].x + p[eye].y + p[eye].z)) eye++;
    if (n - eye < 3) return DELAUNAY_COLLINEAR;
    size_t room = (size_t)n + 1;
    Point *flat = mem_alloc(room * sizeof *flat);
    int32_t *hull = mem_alloc(room * sizeof *hull), *corner = mem_alloc(6 * room * sizeof *corner);
    DelaunayFault fault = DELAUNAY_NO_MEMORY;
    if (flat && hull && corner) {
        project(p, n, eye, flat);
        fault = delaunay_make(flat, n, 0, is_stopped, &plane);
    }
    if (fault == DELAUNAY_FINE) {
        int triangles = collect(&plane, eye, hull, mesh_border(&plane, hull), corner);
        triangles = drop_far_side(p, corner, triangles);
        fault = triangles ? mesh_of_corners(corner, triangles, n, out) : DELAUNAY_COLLINEAR;
        for (int i = 0; fault == DELAUNAY_FINE && i < n; i++) out->same[i] = plane.same[i];
        for (int i = 0; fault == DELAUNAY_FINE && i < n; i++) {
            bool is_eye = i != eye && p[i].x == p[eye].x && p[i].y == p[eye].y && p[i].z == p[eye].z;
            if (is_eye) out->same[i] = eye;
        }
    }
    mesh_free(&plane);
    mem_free(flat);
    mem_free(hull);
    mem_free(corner);
    return fault;
}
