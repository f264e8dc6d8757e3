// See raster.h. Start reading at raster_line and raster_polygon.
#include "gfx/raster.h"

#include "base/mem.h"
#include "gfx/depth.h"
#include "plot/clip.h"
#include "sys/interrupt.h"

#include <math.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

enum { FEW_EDGES = 32 };
#define FAR 1e6 // coordinates beyond are cut off before they become integers

Raster raster_on(Framebuffer *f)
{
    return (Raster){.frame = f,
                    .clip = frame_rect(f),
                    .mask = {255, 255, 255},
                    .function = RASTER_COPY,
                    .near = DEPTH_BACK};
}

static unsigned combined(int function, unsigned new, unsigned old)
{
    return (function & 1 ? new & old : 0) | (function & 2 ? new & ~old : 0) | (function & 4 ? ~new & old : 0) |
           (function & 8 ? ~new & ~old : 0);
}

static uint8_t masked(const Raster *r, int i, uint8_t new, uint8_t old)
{
    return (uint8_t)((old & ~r->mask[i]) | (combined(r->function, new, old) & r->mask[i]));
}

static void put_masked(const Raster *r, uint8_t *p)
{
    for (int i = 0; i < r->frame->bytes; i++) p[i] = masked(r, i, r->pixel[i], p[i]);
}

void raster_put(const Raster *r, int x, int y, const uint8_t pixel[3])
{
    uint8_t *p = frame_row(r->frame, y) + (size_t)x * (size_t)r->frame->bytes;
    for (int i = 0; i < r->frame->bytes; i++) p[i] = masked(r, i, pixel[i], p[i]);
}

void raster_combine(const Raster *r, Rect area, const Framebuffer *old, int channel)
{
    int bytes = r->frame->bytes;
    for (int y = area.y; y < area.y + area.height; y++) {
        size_t from = (size_t)area.x * (size_t)bytes;
        uint8_t *to = frame_row(r->frame, y) + from;
        const uint8_t *before = frame_row(old, y) + from;
        for (int i = 0; i < area.width * bytes; i++) {
            bool is_meant = channel == 0 || bytes == 1 || i % bytes == channel - 1;
            to[i] = is_meant ? masked(r, i % bytes, to[i], before[i]) : before[i];
        }
    }
}

bool raster_is_plain(const Raster *r)
{
    return r->function == RASTER_COPY && (r->mask[0] & r->mask[1] & r->mask[2]) == 255;
}

// --- Depth

enum { SLOPE_MOST = 1024 };

static int step_to(const Raster *r, int x, int y, int16_t from)
{
    bool is_inside = x >= 0 && y >= 0 && x < r->frame->width && y < r->frame->height;
    return is_inside ? abs(frame_depth_row(r->frame, y)[x] - from) : SLOPE_MOST;
}

static int smallest(int a, int b) { return a < b ? a : b; }

// How much nearer the surface at a pixel comes within it: a line on it may lie so far behind the pixel's middle.
static int slope_at(const Raster *r, int x, int y, int16_t here)
{
    int across = smallest(step_to(r, x - 1, y, here), step_to(r, x + 1, y, here));
    int along = smallest(step_to(r, x, y - 1, here), step_to(r, x, y + 1, here));
    return smallest(across + along + 1, SLOPE_MOST);
}

// Whether something may be in the way, or will be.
static bool meets_depth(const Raster *r)
{
    return r->frame->depth && !r->ignores_depth && (r->frame->is_deep || r->near > DEPTH_BACK);
}

static void fill_seen(const Raster *r, int y, int x, int n)
{
    uint8_t *p = frame_row(r->frame, y) + (size_t)x * (size_t)r->frame->bytes;
    int16_t *depth = frame_depth_row(r->frame, y);
    for (int i = x; i < x + n; i++, p += r->frame->bytes) {
        int reach = r->near + (r->is_line && r->near < depth[i] ? slope_at(r, i, y, depth[i]) : 0);
        if (reach < depth[i]) continue;
        if (r->near > depth[i]) depth[i] = r->near;
        put_masked(r, p);
    }
    r->frame->is_deep = true;
}

// --- Pixels

// n pixels of row y from x on, inside the clip rectangle.
static void fill(const Raster *r, int y, int x, int n)
{
    uint8_t *p = frame_row(r->frame, y) + (size_t)x * (size_t)r->frame->bytes;
    if (meets_depth(r)) {
        fill_seen(r, y, x, n);
    } else if (!raster_is_plain(r)) {
        for (int i = 0; i < n; i++) put_masked(r, p + i * r->frame->bytes);
    } else if (r->frame->bytes == 1) {
        memset(p, r->pixel[0], (size_t)n);
    } else {
        for (int i = 0; i < n; i++, p += 3) p[0] = r->pixel[0], p[1] = r->pixel[1], p[2] = r->pixel[2];
    }
}

static void note(Raster *r, int x0, int y0, int x1, int y1)
{
    Rect box = {x0, y0, x1 - x0 + 1, y1 - y0 + 1};
    r->changed = rect_union(r->changed, box);
}

static int min_int(int a, int b) { return a < b ? a : b; }
static int max_int(int a, int b) { return a > b ? a : b; }

void raster_span(Raster *r, int y, int x0, int x1)
{
    const Rect *c = &r->clip;
    x0 = max_int(x0, c->x);
    x1 = min_int(x1, c->x + c->width - 1);
    if (y < c->y || y >= c->y + c->height || x0 > x1) return;
    fill(r, y, x0, x1 - x0 + 1);
    note(r, x0, y, x1, y);
}

// --- Lines

// Across a line that is more than one pixel wide: `wide` pixels from the middle on, upwards or to the right.
static void put_across(Raster *r, int x, int y, int wide, bool is_steep)
{
    int from = -(wide - 1) / 2;
    if (is_steep) {
        raster_span(r, y, x + from, x + from + wide - 1);
        return;
    }
    for (int i = 0; i < wide; i++) raster_span(r, y + from + i, x, x);
}

// A pixel of a thin line that is inside.
static inline void put_thin(Raster *r, int x, int y)
{
    const Rect *c = &r->clip;
    if (x < c->x || y < c->y || x >= c->x + c->width || y >= c->y + c->height) return;
    fill(r, y, x, 1);
}

// Bresenham's line, n + 1 pixels along its longer side, less one without the last.
static void walk(Raster *r, int x0, int y0, int x1, int y1, int wide, bool last, double z, double dz)
{
    int dx = abs(x1 - x0), dy = abs(y1 - y0), sx = x0 < x1 ? 1 : -1, sy = y0 < y1 ? 1 : -1;
    bool is_steep = dy > dx;
    int n = is_steep ? dy : dx, side = is_steep ? dx : dy, error = n / 2;
    for (int i = 0; i <= n - !last; i++) {
        if (dz != 0 && n > 0) r->near = depth_of(z + dz * i / n);
        if (wide > 1)
            put_across(r, x0, y0, wide, is_steep);
        else
            put_thin(r, x0, y0);
        error -= side;
        bool steps = error < 0;
        if (steps) error += n;
        if (is_steep)
            y0 += sy, x0 += steps ? sx : 0;
        else
            x0 += sx, y0 += steps ? sy : 0;
    }
}

// The same, thin, plainly, and all inside.
static void walk_inside(const Raster *r, int x0, int y0, int x1, int y1, bool last)
{
    int dx = abs(x1 - x0), dy = abs(y1 - y0), bytes = r->frame->bytes;
    bool is_steep = dy > dx;
    int n = is_steep ? dy : dx, side = is_steep ? dx : dy, error = n / 2, count = n + last;
    ptrdiff_t across = x0 < x1 ? bytes : -bytes, row = (ptrdiff_t)r->frame->width * bytes, up = y0 < y1 ? -row : row;
    ptrdiff_t along = is_steep ? up : across, aside = is_steep ? across : up;
    uint8_t *p = frame_row(r->frame, y0) + (size_t)x0 * (size_t)bytes;
    if (bytes == 1 && side == 0 && !is_steep) {
        memset(along < 0 ? p - (count > 0 ? count - 1 : 0) : p, r->pixel[0], (size_t)count);
        return;
    }
    const uint8_t red = r->pixel[0], green = r->pixel[1], blue = r->pixel[2];
    for (int i = 0; i < count; i++) {
        p[0] = red;
        if (bytes == 3) p[1] = green, p[2] = blue;
        error -= side;
        int steps = error >> 31; // all bits, where there is a step aside
        error += n & steps;
        p += along + (aside & steps);
    }
}

// As many pixels along a column or row as make the line `thick` wide across its own direction.
static int width_across(int dx, int dy, int thick)
{
    double longer = fmax(abs(dx), abs(dy)), length = hypot(dx, dy);
    return thick <= 1 || longer == 0 ? thick : (int)lround(thick * length / longer);
}

static bool is_inside(const Rect *c, int x, int y)
{
    return x >= c->x && y >= c->y && x < c->x + c->width && y < c->y + c->height;
}

static bool lies_in(const Box *b, Point p) { return p.x >= b->x0 && p.x <= b->x1 && p.y >= b->y0 && p.y <= b->y1; }

static bool is_pixel(Point p) { return p.x >= 0 && p.y >= 0 && p.x < FAR && p.y < FAR; }

// Most lines: thin, drawn plainly on what has no depth, and all inside. False: this is not one of them.
static bool draw_simply(Raster *r, Point a, Point b, bool last)
{
    bool has_depth = r->frame->depth && (r->frame->is_deep || a.z > 0 || b.z > 0);
    if (has_depth || !raster_is_plain(r) || !is_pixel(a) || !is_pixel(b)) return false;
    int x0 = (int)a.x, y0 = (int)a.y, x1 = (int)b.x, y1 = (int)b.y;
    if (!is_inside(&r->clip, x0, y0) || !is_inside(&r->clip, x1, y1)) return false;
    r->near = DEPTH_BACK;
    walk_inside(r, x0, y0, x1, y1, last);
    note(r, min_int(x0, x1), min_int(y0, y1), max_int(x0, x1), max_int(y0, y1));
    return true;
}

void raster_line(Raster *r, Point a, Point b, int thick, bool last)
{
    Point whole = b;
    Box reach = {r->clip.x - thick - 2, r->clip.y - thick - 2, r->clip.x + r->clip.width + thick + 2,
                 r->clip.y + r->clip.height + thick + 2}; // from where on a line can touch a pixel inside
    if (thick <= 1 && draw_simply(r, a, b, last)) return;
    bool is_near = lies_in(&reach, a) && lies_in(&reach, b);
    if (!is_near && !clip_line(&reach, &a, &b)) return;
    if (b.x != whole.x || b.y != whole.y) last = true;
    int x0 = (int)floor(a.x), y0 = (int)floor(a.y), x1 = (int)floor(b.x), y1 = (int)floor(b.y);
    int wide = width_across(x1 - x0, y1 - y0, thick);
    r->near = depth_of(a.z);
    r->is_line = true;
    walk(r, x0, y0, x1, y1, wide, last, a.z, b.z - a.z);
    r->is_line = false;
    const Rect *c = &r->clip;
    int left = max_int(min_int(x0, x1), c->x), right = min_int(max_int(x0, x1), c->x + c->width - 1);
    int low = max_int(min_int(y0, y1), c->y), high = min_int(max_int(y0, y1), c->y + c->height - 1);
    if (left <= right && low <= high) note(r, left, low, right, high);
}

// --- Polygons

typedef struct Edge {
    double x, slope; // where it crosses the centre line of row `row`, and by how much that moves with each row
    int row, end;    // first row, and the one behind the last
    int from;        // the point that it begins at
} Edge;

typedef struct Filling {
    Raster *r;
    const Point *p;
    int n;
    const RasterFacet *facet; // NULL: one colour
    bool is_flat;             // all of it is as near
} Filling;

static int by_row(const void *a, const void *b)
{
    int p = ((const Edge *)a)->row, q = ((const Edge *)b)->row;
    return (p > q) - (p < q);
}

// The edges that cross centre lines inside the clip rectangle; returns how many.
static int find_edges(const Raster *r, const Point *p, int n, Edge *edge)
{
    int count = 0, bottom = r->clip.y, top = r->clip.y + r->clip.height;
    for (int i = 0; i < n; i++) {
        Point a = p[i], b = p[(i + 1) % n];
        bool is_there = isfinite(a.x) && isfinite(b.x) && isfinite(a.y) && isfinite(b.y);
        if (!is_there || fabs(a.y) >= FAR || fabs(b.y) >= FAR) continue;
        if (a.y > b.y) {
            Point t = a;
            a = b;
            b = t;
        }
        int row = (int)ceil(a.y - 0.5), end = (int)ceil(b.y - 0.5);
        if (row < bottom) row = bottom;
        if (end > top) end = top;
        if (row >= end) continue;
        double slope = (b.x - a.x) / (b.y - a.y);
        edge[count++] = (Edge){a.x + (row + 0.5 - a.y) * slope, slope, row, end, i};
    }
    qsort(edge, (size_t)count, sizeof *edge, by_row);
    return count;
}

static int by_x(const void *a, const void *b)
{
    double p = (*(Edge *const *)a)->x, q = (*(Edge *const *)b)->x;
    return (p > q) - (p < q);
}

// Few edges are nearly in order from the row before.
static void sort_by_x(Edge **live, int n)
{
    if (n > FEW_EDGES) {
        qsort(live, (size_t)n, sizeof *live, by_x);
        return;
    }
    for (int i = 1; i < n; i++) {
        Edge *e = live[i];
        int k = i;
        for (; k > 0 && live[k - 1]->x > e->x; k--) live[k] = live[k - 1];
        live[k] = e;
    }
}

static int column_of(double x) { return x > FAR ? (int)FAR : x < -FAR ? -(int)FAR : (int)ceil(x - 0.5); }

// Depth and values where an edge crosses the middle of a row.
static void values_on(const Filling *f, const Edge *e, int y, double out[1 + RASTER_VALUES])
{
    int to = (e->from + 1) % f->n;
    const Point *a = &f->p[e->from], *b = &f->p[to];
    double t = (y + 0.5 - a->y) / (b->y - a->y);
    out[0] = a->z + t * (b->z - a->z);
    for (int k = 0; f->facet && k < f->facet->values; k++) {
        double from = f->facet->value[e->from * f->facet->values + k];
        out[1 + k] = from + t * (f->facet->value[to * f->facet->values + k] - from);
    }
}

// Between two edges, pixel by pixel.
static void draw_between(const Filling *f, int y, const Edge *left, const Edge *right)
{
    Raster *r = f->r;
    const Rect *c = &r->clip;
    double lo[1 + RASTER_VALUES], hi[1 + RASTER_VALUES], at[1 + RASTER_VALUES], width = right->x - left->x;
    int x0 = max_int(column_of(left->x), c->x), x1 = min_int(column_of(right->x), c->x + c->width) - 1;
    int values = 1 + (f->facet ? f->facet->values : 0);
    if (x0 > x1) return;
    values_on(f, left, y, lo);
    values_on(f, right, y, hi);
    for (int x = x0; x <= x1; x++) {
        double t = width > 0 ? (x + 0.5 - left->x) / width : 0;
        for (int k = 0; k < values; k++) at[k] = lo[k] + t * (hi[k] - lo[k]);
        if (f->facet && !f->facet->pixel(f->facet->arg, x, y, at + 1, r->pixel)) continue;
        r->near = depth_of(at[0]);
        fill(r, y, x, 1);
    }
    note(r, x0, y, x1, y);
}

// Rows from below: edges join `live` where they begin and leave it where they end.
static void fill_rows(const Filling *f, Edge *edge, int count, Edge **live)
{
    bool is_plain_span = !f->facet && f->is_flat;
    int n = 0, next = 0;
    for (int y = count ? edge[0].row : 0; (next < count || n > 0) && !sys_interrupted(); y++) {
        while (next < count && edge[next].row == y) live[n++] = &edge[next++];
        sort_by_x(live, n);
        for (int i = 0; i + 1 < n; i += 2) {
            if (is_plain_span)
                raster_span(f->r, y, column_of(live[i]->x), column_of(live[i + 1]->x) - 1);
            else
                draw_between(f, y, live[i], live[i + 1]);
        }
        int kept = 0;
        for (int i = 0; i < n; i++) {
            live[i]->x += live[i]->slope;
            if (live[i]->end > y + 1) live[kept++] = live[i];
        }
        n = kept;
        if (n == 0 && next < count) y = edge[next].row - 1;
    }
}

static bool is_flat(const Raster *r, const Point *p, int n)
{
    for (int i = 1; r->frame->depth && i < n; i++) {
        if (p[i].z != p[0].z && isfinite(p[i].x)) return false;
    }
    return true;
}

bool raster_facet(Raster *r, const Point *p, int n, const RasterFacet *facet)
{
    if (n < 3) return true;
    Filling f = {r, p, n, facet, is_flat(r, p, n)};
    uint8_t pixel[3];
    memcpy(pixel, r->pixel, sizeof pixel);
    r->near = depth_of(p[0].z);
    Edge *edge = mem_alloc((size_t)n * sizeof *edge);
    Edge **live = mem_alloc((size_t)n * sizeof *live);
    bool has_room = edge && live;
    if (has_room) fill_rows(&f, edge, find_edges(r, p, n, edge), live);
    memcpy(r->pixel, pixel, sizeof pixel);
    mem_free(edge);
    mem_free(live);
    return has_room;
}

bool raster_polygon(Raster *r, const Point *p, int n) { return raster_facet(r, p, n, NULL); }
