// See clip.h: Liang and Barsky for lines, Sutherland and Hodgman for polygons.
#include "plot/clip.h"

#include <math.h>
#include <string.h>

// Huge lines lose all digits: their ends are brought inside.
static double between(double x, double lo, double hi) { return fmin(fmax(x, lo), hi); }

bool clip_line(const Box *c, Point *a, Point *b)
{
    double lo[2] = {c->x0, c->y0}, hi[2] = {c->x1, c->y1}, from[2] = {a->x, a->y}, d[2] = {b->x - a->x, b->y - a->y};
    double t0 = 0, t1 = 1, z = a->z, dz = b->z - a->z;
    if (!isfinite(from[0]) || !isfinite(from[1]) || !isfinite(d[0]) || !isfinite(d[1])) return false;
    for (int i = 0; i < 2; i++) {
        if (d[i] == 0) {
            if (from[i] < lo[i] || from[i] > hi[i]) return false;
            continue;
        }
        double near = (lo[i] - from[i]) / d[i], far = (hi[i] - from[i]) / d[i];
        t0 = fmax(t0, fmin(near, far));
        t1 = fmin(t1, fmax(near, far));
    }
    if (t0 > t1) return false;
    if (t1 < 1) *b = (Point){from[0] + t1 * d[0], from[1] + t1 * d[1], z + t1 * dz};
    if (t0 > 0) *a = (Point){from[0] + t0 * d[0], from[1] + t0 * d[1], z + t0 * dz};
    *a = (Point){between(a->x, lo[0], hi[0]), between(a->y, lo[1], hi[1]), a->z};
    *b = (Point){between(b->x, lo[0], hi[0]), between(b->y, lo[1], hi[1]), b->z};
    return true;
}

// How far inside a point lies of the side x = at (y = at), whose inside is above it or below.
typedef struct Side {
    bool is_x, is_above;
    double at;
} Side;

static double inside(Side s, Point p)
{
    double d = (s.is_x ? p.x : p.y) - s.at;
    return s.is_above ? d : -d;
}

static int64_t cut(Side s, const Point *p, int64_t n, Point *out)
{
    int64_t k = 0;
    for (int64_t i = 0; i < n; i++) {
        Point a = p[i ? i - 1 : n - 1], b = p[i];
        double from = inside(s, a), to = inside(s, b);
        if ((from < 0) != (to < 0)) {
            double t = from / (from - to);
            Point q = {a.x + t * (b.x - a.x), a.y + t * (b.y - a.y), a.z + t * (b.z - a.z)};
            if (s.is_x)
                q.x = s.at;
            else
                q.y = s.at;
            out[k++] = q;
        }
        if (to >= 0) out[k++] = b;
    }
    return k;
}

int64_t clip_polygon(const Box *c, const Point *p, int64_t n, Point *out, Point *spare)
{
    const Side left = {true, true, c->x0}, right = {true, false, c->x1}, low = {false, true, c->y0},
               high = {false, false, c->y1};
    n = cut(left, p, n, spare);
    n = cut(right, spare, n, out);
    n = cut(low, out, n, spare);
    return cut(high, spare, n, out);
}
