// See paint_frame.h. Paths become pieces of lines for gfx/raster.h. Start at frame_path.
#include "gfx/paint_frame.h"

#include "core/errors.h"
#include "gfx/depth.h"
#include "plot/dash.h"
#include "sys/interrupt.h"

#include <math.h>

#define DENSE 4    // points a column of pixels
#define THICKEST 1000.0 // pixels
#define DUST  1e-3 // a place that arithmetic in FLOAT has put just below a pixel is in it

typedef struct Stroke {
    Raster *raster;
    int thick;
} Stroke;

static Point exact(Point p) { return (Point){p.x + DUST, p.y + DUST, p.z}; }

static int width_of(const Pen *pen) { return pen->thick > 1 ? (int)lround(fmin(pen->thick, THICKEST)) : 1; }

static void solid(const Stroke *s, Point a, Point b, bool last)
{
    raster_line(s->raster, exact(a), exact(b), s->thick, last);
}

// A dash ends before the pixel in which the gap begins, but has one at least.
static void piece(void *stroke, Point a, Point b)
{
    Point p = exact(a), q = exact(b);
    solid(stroke, a, b, floor(p.x) == floor(q.x) && floor(p.y) == floor(q.y));
}

// Points that follow p[i] in its column of pixels: all that they draw is one vertical line, which is drawn here.
// Returns the last one.
static int64_t same_column(const Stroke *s, const Point *p, int64_t i, int64_t n)
{
    double column = floor(p[i].x + DUST), next = column + 1, lo = p[i].y, hi = p[i].y;
    int64_t last = i;
    for (; last + 1 < n; last++) {
        double x = p[last + 1].x + DUST, y = p[last + 1].y;
        if (!(x >= column && x < next)) break;
        lo = y < lo ? y : lo;
        hi = y > hi ? y : hi;
    }
    if (last > i) solid(s, (Point){p[i].x, lo}, (Point){p[i].x, hi}, true);
    return last;
}

// The line to the next column draws nothing but its first pixel, which has been drawn with its column.
static bool is_drawn(Point a, Point b)
{
    return fabs(floor(b.x + DUST) - floor(a.x + DUST)) <= 1 && fabs(floor(b.y + DUST) - floor(a.y + DUST)) <= 1;
}

// Thin solid lines through very many points: those of a column are drawn at once.
static void dense_path(const Stroke *s, const Point *p, int64_t n)
{
    for (int64_t i = 0, next; i < n; i = next) {
        if ((i & 0xFF) == 0 && sys_interrupted()) return;
        int64_t last = same_column(s, p, i, n);
        next = last + 1;
        bool is_end = next == n - 1;
        if (next < n && (is_end || last == i || !is_drawn(p[last], p[next]))) solid(s, p[last], p[next], is_end);
    }
}

// Where depths are kept, points that are not all at the back are drawn one by one.
static bool lies_at_back(const Framebuffer *f, const Point *p, int64_t n)
{
    for (int64_t i = 0; f->depth && i < n; i++) {
        if (p[i].z > 0) return false;
    }
    return true;
}

static Status frame_path(void *on, const Point *p, int64_t n, const Pen *pen)
{
    FramePainter *f = on;
    Stroke s = {&f->raster, width_of(pen)};
    DashWalk dash = dash_begin(pen->linestyle, f->px_cm);
    const Rect *clip = &f->raster.clip;
    double room = s.thick + 2;
    Box seen = {clip->x - room, clip->y - room, clip->x + clip->width + room, clip->y + clip->height + room};
    bool is_dense = n > (int64_t)DENSE * f->raster.frame->width && !dash.pattern && s.thick == 1 &&
                    f->raster.function == RASTER_COPY && lies_at_back(f->raster.frame, p, n);
    if (n == 1) solid(&s, p[0], p[0], true);
    if (is_dense) {
        dense_path(&s, p, n);
        return STATUS_OK;
    }
    for (int64_t i = 1; i < n; i++) {
        if ((i & 0xFFFF) == 0 && sys_interrupted()) break;
        if (dash.pattern)
            dash_line(&dash, &seen, p[i - 1], p[i], piece, &s);
        else
            solid(&s, p[i - 1], p[i], i == n - 1);
    }
    return STATUS_OK;
}

static Status frame_erase(void *on)
{
    Raster *r = &((FramePainter *)on)->raster;
    int function = r->function;
    r->function = RASTER_COPY;
    r->ignores_depth = true;
    for (int y = 0; y < r->frame->height; y++) raster_span(r, y, 0, r->frame->width - 1);
    r->function = function;
    r->ignores_depth = false;
    frame_erase_depth(r->frame);
    return STATUS_OK;
}

static void frame_color(void *on, const uint8_t pixel[3])
{
    Raster *r = &((FramePainter *)on)->raster;
    for (int i = 0; i < 3; i++) r->pixel[i] = pixel[i];
}

static void frame_clip(void *on, const Box *box)
{
    Raster *r = &((FramePainter *)on)->raster;
    Rect all = frame_rect(r->frame);
    r->clip = all;
    if (!box) return;
    double x0 = fmax(floor(fmin(box->x0, box->x1) + DUST), 0), y0 = fmax(floor(fmin(box->y0, box->y1) + DUST), 0);
    double x1 = fmin(floor(fmax(box->x0, box->x1) + DUST), all.width - 1),
           y1 = fmin(floor(fmax(box->y0, box->y1) + DUST), all.height - 1);
    bool is_inside = x1 >= x0 && y1 >= y0;
    r->clip = is_inside ? (Rect){(int)x0, (int)y0, (int)(x1 - x0) + 1, (int)(y1 - y0) + 1} : (Rect){0};
}

static Status frame_facet(void *on, const Point *p, int64_t n, const RasterFacet *facet)
{
    bool has_room = n <= INT32_MAX && raster_facet(&((FramePainter *)on)->raster, p, (int)n, facet);
    return has_room ? STATUS_OK : status_fail(E_NO_MEMORY, "Unable to allocate memory: to fill a polygon.");
}

static Status frame_fill_polygon(void *on, const Point *p, int64_t n) { return frame_facet(on, p, n, NULL); }

const PainterOps frame_painter = {.erase = frame_erase,
                                  .color = frame_color,
                                  .clip = frame_clip,
                                  .path = frame_path,
                                  .fill = frame_fill_polygon,
                                  .facet = frame_facet};
