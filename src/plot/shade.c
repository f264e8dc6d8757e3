// See shade.h. Start reading at shade_body.
#include "plot/shade.h"

#include "base/mem.h"

#include <float.h>
#include <math.h>

#define FAR 1e6 // pixels: what is farther away is left out

bool shade_begin(ShadeBuffer *b, int width, int height)
{
    size_t n = (size_t)width * (size_t)height;
    *b = (ShadeBuffer){.width = width, .height = height};
    b->depth = mem_alloc((n + 1) * sizeof *b->depth);
    b->shade = mem_zalloc((n + 1) * sizeof *b->shade);
    if (!b->depth || !b->shade) return false;
    for (size_t i = 0; i < n; i++) b->depth[i] = -INFINITY;
    return true;
}

void shade_free(ShadeBuffer *b)
{
    mem_free(b->depth);
    mem_free(b->shade);
    *b = (ShadeBuffer){0};
}

typedef struct Plane3 {
    double at, dx, dy;
} Plane3;

// A quantity that is linear over a triangle, as its value at (0, 0) and its slopes.
static Plane3 plane_through(const ShadePoint p[3], double area, double v0, double v1, double v2)
{
    Plane3 q;
    q.dx = ((v1 - v0) * (p[2].y - p[0].y) - (v2 - v0) * (p[1].y - p[0].y)) / area;
    q.dy = ((v2 - v0) * (p[1].x - p[0].x) - (v1 - v0) * (p[2].x - p[0].x)) / area;
    q.at = v0 - q.dx * p[0].x - q.dy * p[0].y;
    return q;
}

// Where row y crosses the triangle; false: it does not.
static bool row_ends(const ShadePoint p[3], double y, double *left, double *right)
{
    double lo = INFINITY, hi = -INFINITY;
    for (int i = 0; i < 3; i++) {
        const ShadePoint *a = &p[i], *b = &p[i < 2 ? i + 1 : 0];
        if ((a->y <= y) == (b->y <= y)) continue;
        double x = a->x + (y - a->y) / (b->y - a->y) * (b->x - a->x);
        lo = x < lo ? x : lo;
        hi = x > hi ? x : hi;
    }
    *left = lo;
    *right = hi;
    return hi >= lo;
}

static int ceil_of(double x) // not as far as FAR
{
    int whole = (int)x;
    return whole + (x > whole);
}

// The pixels whose middles lie within a range, inside 0 to n.
static bool pixels_within(double lo, double hi, int n, int *from, int *to)
{
    int first = ceil_of(lo - 0.5), end = ceil_of(hi - 0.5);
    *from = first > 0 ? first : 0;
    *to = end < n ? end : n;
    return *from < *to;
}

static double least(double a, double b, double c) { return a < b ? (a < c ? a : c) : (b < c ? b : c); }
static double most(double a, double b, double c) { return a > b ? (a > c ? a : c) : (b > c ? b : c); }

static bool is_near(const ShadePoint *p) { return fabs(p->x) < FAR && fabs(p->y) < FAR && fabs(p->depth) <= DBL_MAX; }

// Most triangles are smaller than a pixel and meet no pixel's middle.
void shade_triangle(ShadeBuffer *b, const ShadePoint p[3])
{
    int y0, y1, x0, x1;
    double left, right;
    if (!is_near(&p[0]) || !is_near(&p[1]) || !is_near(&p[2])) return;
    if (!pixels_within(least(p[0].y, p[1].y, p[2].y), most(p[0].y, p[1].y, p[2].y), b->height, &y0, &y1)) return;
    if (!pixels_within(least(p[0].x, p[1].x, p[2].x), most(p[0].x, p[1].x, p[2].x), b->width, &x0, &x1)) return;
    double area = (p[1].x - p[0].x) * (p[2].y - p[0].y) - (p[1].y - p[0].y) * (p[2].x - p[0].x);
    if (area == 0) return;
    Plane3 depth = {0}, shade = {0};
    for (int y = y0, has_planes = 0; y < y1; y++) {
        if (!row_ends(p, y + 0.5, &left, &right) || !pixels_within(left, right, b->width, &x0, &x1)) continue;
        if (!has_planes) {
            depth = plane_through(p, area, p[0].depth, p[1].depth, p[2].depth);
            shade = plane_through(p, area, p[0].shade, p[1].shade, p[2].shade);
            has_planes = 1;
        }
        for (int x = x0; x < x1; x++) {
            size_t k = (size_t)y * (size_t)b->width + (size_t)x;
            float d = (float)(depth.at + depth.dx * (x + 0.5) + depth.dy * (y + 0.5));
            if (!(d > b->depth[k])) continue;
            b->depth[k] = d;
            b->shade[k] = (float)(shade.at + shade.dx * (x + 0.5) + shade.dy * (y + 0.5));
        }
    }
}

double shade_of(const ShadeLight *light, const double n[3])
{
    const double *l = light->direction;
    double length = sqrt(n[0] * n[0] + n[1] * n[1] + n[2] * n[2]), far = sqrt(l[0] * l[0] + l[1] * l[1] + l[2] * l[2]);
    double sign = n[2] < 0 ? -1 : 1; // a facet that is seen from behind
    if (!(length > 0) || !(far > 0)) return 0;
    return fmax(0, sign * (n[0] * l[0] + n[1] * l[1] + n[2] * l[2]) / (length * far));
}

// --- Bodies

// Twice the area of a polygon as a vector (Newell), depth in pixels.
static void normal_of(const ShadeBody *body, const int32_t *corner, int n, double out[3])
{
    out[0] = out[1] = out[2] = 0;
    for (int i = 0; i < n; i++) {
        const double *a = body->p[corner[i]], *b = body->p[corner[i + 1 < n ? i + 1 : 0]];
        double az = a[2] * body->depth_scale, bz = b[2] * body->depth_scale;
        out[0] += (a[1] - b[1]) * (az + bz);
        out[1] += (az - bz) * (a[0] + b[0]);
        out[2] += (a[0] - b[0]) * (a[1] + b[1]);
    }
}

static bool is_sound(const ShadeBody *body)
{
    for (int64_t i = 0; i < body->length;) {
        int32_t n = body->list[i];
        if (n == -1) return true;
        if (n < 0 || n > body->length - i - 1) return false;
        for (int k = 1; k <= n; k++) {
            if (body->list[i + k] < 0 || body->list[i + k] >= body->points) return false;
        }
        i += n + 1;
    }
    return true;
}

static bool has_end(const ShadeBody *body, int64_t i) { return i >= body->length || body->list[i] == -1; }

// The shades of points: by the sums of the normals of the polygons around each. NULL: no memory.
static double *shades_of_points(const ShadeBody *body, const ShadeLight *light)
{
    double(*sum)[3] = mem_zalloc((size_t)(body->points + 1) * sizeof *sum);
    double *shade = mem_alloc((size_t)(body->points + 1) * sizeof *shade);
    for (int64_t i = 0; sum && shade && !has_end(body, i); i += body->list[i] + 1) {
        double normal[3];
        normal_of(body, body->list + i + 1, body->list[i], normal);
        bool is_whole = isfinite(normal[0] + normal[1] + normal[2]);
        for (int k = 1; k <= body->list[i]; k++) {
            double *at = sum[body->list[i + k]];
            for (int c = 0; c < 3 && is_whole; c++) at[c] += normal[c];
        }
    }
    for (int64_t i = 0; sum && shade && i < body->points; i++) shade[i] = shade_of(light, sum[i]);
    if (!sum) mem_free(shade);
    mem_free(sum);
    return sum ? shade : NULL;
}

// One polygon, as a fan of triangles. `shade` is of points; NULL: the polygon has one.
static void draw_polygon(ShadeBuffer *b, const ShadeBody *body, const ShadeLight *light, const double *shade, int64_t i,
                         int64_t facet)
{
    const int32_t *corner = body->list + i + 1;
    int n = body->list[i];
    double normal[3], flat = 0;
    if (light->rejects_back || !shade) normal_of(body, corner, n, normal);
    if (light->rejects_back && !(normal[2] > 0)) return;
    if (!shade) flat = body->facet_given ? body->facet_given[facet] : shade_of(light, normal);
    for (int k = 1; k + 1 < n; k++) {
        ShadePoint p[3];
        const int32_t fan[3] = {corner[0], corner[k], corner[k + 1]};
        for (int c = 0; c < 3; c++) {
            const double *at = body->p[fan[c]];
            p[c] = (ShadePoint){at[0], at[1], at[2], shade ? shade[fan[c]] : flat};
        }
        shade_triangle(b, p);
    }
}

ShadeFault shade_body(ShadeBuffer *b, const ShadeBody *body, const ShadeLight *light, bool (*is_stopped)(void))
{
    double *found = NULL;
    int64_t facet = 0;
    if (!is_sound(body)) return SHADE_BAD_LIST;
    if (light->is_smooth && !body->given && !body->facet_given) {
        found = shades_of_points(body, light);
        if (!found) return SHADE_NO_MEMORY;
    }
    for (int64_t i = 0; !has_end(body, i); i += body->list[i] + 1, facet++) {
        if ((facet & 0xFFF) == 0 && is_stopped && is_stopped()) break;
        draw_polygon(b, body, light, body->given ? body->given : found, i, facet);
    }
    mem_free(found);
    return is_stopped && is_stopped() ? SHADE_STOPPED : SHADE_FINE;
}
