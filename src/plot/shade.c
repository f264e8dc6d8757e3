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

static double length_of(const double v[3]) { return sqrt(v[0] * v[0] + v[1] * v[1] + v[2] * v[2]); }

// `far`: the length of the light's direction.
static double shade_by(const double *l, double far, const double n[3])
{
    double length = length_of(n), sign = n[2] < 0 ? -1 : 1; // a facet that is seen from behind
    if (!(length > 0) || !(far > 0)) return 0;
    return fmax(0, sign * (n[0] * l[0] + n[1] * l[1] + n[2] * l[2]) / (length * far));
}

double shade_of(const ShadeLight *light, const double n[3])
{
    return shade_by(light->direction, length_of(light->direction), n);
}

// --- Bodies

static void add_side(const double a[3], const double b[3], double az, double bz, double out[3])
{
    out[0] += (a[1] - b[1]) * (az + bz);
    out[1] += (az - bz) * (a[0] + b[0]);
    out[2] += (a[0] - b[0]) * (a[1] + b[1]);
}

// Twice the area of a polygon as a vector (Newell), depth in pixels.
static void normal_of(const ShadeBody *body, const int32_t *corner, int n, double out[3])
{
    double scale = body->depth_scale;
    out[0] = out[1] = out[2] = 0;
    if (n == 4) {  // the cells of a grid
        const double *a = body->p[corner[0]], *b = body->p[corner[1]], *c = body->p[corner[2]], *d = body->p[corner[3]];
        double az = a[2] * scale, bz = b[2] * scale, cz = c[2] * scale, dz = d[2] * scale;
        add_side(a, b, az, bz, out);
        add_side(b, c, bz, cz, out);
        add_side(c, d, cz, dz, out);
        add_side(d, a, dz, az, out);
        return;
    }
    for (int i = 0; i < n; i++) {
        const double *a = body->p[corner[i]], *b = body->p[corner[i + 1 < n ? i + 1 : 0]];
        add_side(a, b, a[2] * scale, b[2] * scale, out);
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
        if (!isfinite(normal[0] + normal[1] + normal[2])) continue;
        for (int k = 1; k <= body->list[i]; k++) {
            double *at = sum[body->list[i + k]];
            for (int c = 0; c < 3; c++) at[c] += normal[c];
        }
    }
    double far = length_of(light->direction);
    for (int64_t i = 0; sum && shade && i < body->points; i++) shade[i] = shade_by(light->direction, far, sum[i]);
    if (!sum) mem_free(shade);
    mem_free(sum);
    return sum ? shade : NULL;
}

// The first column and row whose middles lie at or beyond a point: of polygons whose points have the same ones, no pixel's middle
// lies inside. FAR_OFF: it is not near.
typedef struct Middle {
    int32_t x, y;
} Middle;
#define FAR_OFF INT32_MIN

static Middle middle_of(const double p[3])
{
    bool is_far = !(fabs(p[0]) < FAR) || !(fabs(p[1]) < FAR);
    return is_far ? (Middle){FAR_OFF, FAR_OFF} : (Middle){ceil_of(p[0] - 0.5), ceil_of(p[1] - 0.5)};
}

// Whether a polygon may meet a pixel's middle.
static bool may_be_seen(const ShadeBuffer *b, const Middle *m, const int32_t *corner, int n)
{
    Middle lo = m[corner[0]], hi = lo;
    for (int k = 1; k < n; k++) {
        Middle at = m[corner[k]];
        lo = (Middle){at.x < lo.x ? at.x : lo.x, at.y < lo.y ? at.y : lo.y};
        hi = (Middle){at.x > hi.x ? at.x : hi.x, at.y > hi.y ? at.y : hi.y};
    }
    return lo.x == FAR_OFF || (lo.x < hi.x && lo.y < hi.y && hi.x > 0 && hi.y > 0 && lo.x < b->width && lo.y < b->height);
}

// One polygon, as a fan of triangles. `shade` is of points; NULL: the polygon has one. `m` may be NULL.
static void draw_polygon(ShadeBuffer *b, const ShadeBody *body, const ShadeLight *light, const double *shade, const Middle *m,
                         const int32_t *corner, int n, int64_t facet)
{
    if (n < 3 || (m && !may_be_seen(b, m, corner, n))) return;
    double normal[3], flat = 0;
    if (light->rejects_back || !shade) normal_of(body, corner, n, normal);
    if (light->rejects_back && !(normal[2] > 0)) return;
    if (!shade) flat = body->facet_given ? body->facet_given[facet] : shade_of(light, normal);
    for (int k = 1; k + 1 < n; k++) {
        ShadePoint p[3];
        const int32_t fan[3] = {corner[0], corner[k], corner[k + 1]};
        if (m && !may_be_seen(b, m, fan, 3)) continue;
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
        draw_polygon(b, body, light, body->given ? body->given : found, NULL, body->list + i + 1, body->list[i], facet);
    }
    mem_free(found);
    return is_stopped && is_stopped() ? SHADE_STOPPED : SHADE_FINE;
}

// --- Grids: three rows of points are known at a time, since memory that is touched first costs more than what is computed.

enum { ROWS_KNOWN = 3 };

typedef struct GridRows {
    const ShadeGrid *grid;
    double (*p)[3], (*sum)[3]; // places, and sums of the normals around them
    double *shade;
    Middle *middle;
} GridRows;

static bool rows_begin(GridRows *w, const ShadeGrid *g)
{
    size_t n = ROWS_KNOWN * (size_t)g->nx + 1;
    *w = (GridRows){g, mem_alloc(n * sizeof *w->p), mem_alloc(n * sizeof *w->sum), mem_alloc(n * sizeof *w->shade),
                    mem_alloc(n * sizeof *w->middle)};
    return w->p && w->sum && w->shade && w->middle;
}

static void rows_free(GridRows *w)
{
    mem_free(w->p);
    mem_free(w->sum);
    mem_free(w->shade);
    mem_free(w->middle);
}

static int64_t place_of_row(const GridRows *w, int64_t y) { return y % ROWS_KNOWN * w->grid->nx; }

static void read_row(GridRows *w, int64_t y)
{
    int64_t at = place_of_row(w, y), nx = w->grid->nx;
    w->grid->read_row(w->grid->context, y, w->p + at, w->shade + at);
    for (int64_t x = at; x < at + nx; x++) {
        w->middle[x] = middle_of(w->p[x]);
        w->sum[x][0] = w->sum[x][1] = w->sum[x][2] = 0;
    }
}

// Counterclockwise seen from above.
static void cell_corners(const GridRows *w, int64_t y, int64_t x, int32_t corner[4])
{
    int32_t low = (int32_t)(place_of_row(w, y) + x), high = (int32_t)(place_of_row(w, y + 1) + x);
    bool is_back = w->grid->is_back(w->grid->context, y * w->grid->nx + x);
    corner[0] = is_back ? high : low;
    corner[1] = corner[0] + 1;
    corner[3] = is_back ? low : high;
    corner[2] = corner[3] + 1;
}

static void add_normals(GridRows *w, const ShadeBody *body, int64_t y)
{
    for (int64_t x = 0; x + 1 < w->grid->nx; x++) {
        int32_t corner[4];
        double normal[3];
        cell_corners(w, y, x, corner);
        normal_of(body, corner, 4, normal);
        if (!isfinite(normal[0] + normal[1] + normal[2])) continue;
        for (int k = 0; k < 4; k++) {
            for (int c = 0; c < 3; c++) w->sum[corner[k]][c] += normal[c];
        }
    }
}

static void shade_row(GridRows *w, const ShadeLight *light, int64_t y)
{
    double far = length_of(light->direction);
    int64_t at = place_of_row(w, y);
    for (int64_t x = at; x < at + w->grid->nx; x++) w->shade[x] = shade_by(light->direction, far, w->sum[x]);
}

static void draw_cells(ShadeBuffer *b, const GridRows *w, const ShadeBody *body, const ShadeLight *light, int64_t y)
{
    bool by_points = w->grid->is_given || light->is_smooth;
    for (int64_t x = 0; x + 1 < w->grid->nx; x++) {
        int32_t corner[4];
        cell_corners(w, y, x, corner);
        draw_polygon(b, body, light, by_points ? w->shade : NULL, w->middle, corner, 4, 0);
    }
}

ShadeFault shade_grid(ShadeBuffer *b, const ShadeGrid *g, const ShadeLight *light, bool (*is_stopped)(void))
{
    GridRows w = {0};
    bool computes = light->is_smooth && !g->is_given, is_ready = g->nx < INT32_MAX / 4 && rows_begin(&w, g), stops = false;
    ShadeBody body = {.p = (const double(*)[3])w.p, .depth_scale = g->depth_scale};
    if (is_ready && g->nx > 0 && g->ny > 0) read_row(&w, 0);
    for (int64_t y = 0; y < g->ny && is_ready && !stops; y++) {
        if (y + 1 < g->ny) read_row(&w, y + 1);
        if (y + 1 < g->ny && computes) add_normals(&w, &body, y);
        if (computes) shade_row(&w, light, y);
        if (y > 0) draw_cells(b, &w, &body, light, y - 1);
        stops = is_stopped && is_stopped();
    }
    rows_free(&w);
    return !is_ready ? SHADE_NO_MEMORY : stops ? SHADE_STOPPED : SHADE_FINE;
}
