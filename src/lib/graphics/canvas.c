// See canvas.h. Lines and texts become pieces of lines for gfx/raster.h. Start at canvas_path.
#include "lib/graphics/canvas.h"

#include "lib/graphics/keywords.h"
#include "lib/graphics/settings.h"
#include "plot/dash.h"
#include "plot/hershey.h"
#include "plot/text.h"

#include <math.h>
#include <string.h>

#define DENSE 4    // points a column of pixels
#define DUST  1e-3 // a place that arithmetic in FLOAT has put just below a pixel is in it

void canvas_open_again(Canvas *v)
{
    Call *c = v->call;
    Gfx *g = gfx_of(c->vm);
    TRY(c, gfx_target(g, &v->window));
    if (v->window) (void)gfx_canvas(c); // has the window system listened to
    v->width = v->window ? v->window->frame.width : g->on->dev->width;
    v->height = v->window ? v->window->frame.height : g->on->dev->height;
    v->char_width = g->on->char_width;
    v->char_height = g->on->char_height;
    if (!v->window) return;
    v->raster = raster_on(&v->window->frame);
    int channel = gfx_ranged(c, kw_or_long(c, G_CHANNEL, 'P', "CHANNEL"), 0, 3, "CHANNEL keyword");
    for (int i = 0; channel && v->window->frame.bytes == 3 && i < 3; i++) v->raster.mask[i] = i + 1 == channel ? 255 : 0;
}

static void note_change(void *canvas)
{
    Canvas *v = canvas;
    if (v->window && !rect_empty(v->raster.changed)) v->window->dirty = rect_union(v->window->dirty, v->raster.changed);
}

Canvas *canvas_open(Call *c)
{
    Canvas *v = call_alloc(c, sizeof *v);
    *v = (Canvas){.call = c, .pen = {1, 0}};
    canvas_open_again(v);
    call_defer(c, note_change, v);
    return v;
}

void canvas_close(Canvas *v)
{
    Rect changed = v->raster.changed;
    v->raster.changed = (Rect){0};
    if (v->window && !rect_empty(changed)) gfx_touch(v->call, v->window, changed);
}

static void find_pixel(const Canvas *v, int64_t color, uint8_t pixel[3])
{
    const Gfx *g = gfx_of(v->call->vm);
    for (int i = 0; i < 3; i++) pixel[i] = (uint8_t)(color >> 8 * i);
    if (v->window && v->window->frame.bytes == 3 && !g->on->is_decomposed) {
        pixel[1] = g->colors.g[pixel[0]];
        pixel[2] = g->colors.b[pixel[0]];
        pixel[0] = g->colors.r[pixel[0]];
    }
}

void canvas_erase(Canvas *v, int64_t color)
{
    if (!v->window) return;
    canvas_color(v, color);
    for (int y = 0; y < v->window->frame.height; y++) raster_span(&v->raster, y, 0, v->window->frame.width - 1);
}

void canvas_color(Canvas *v, int64_t color) { find_pixel(v, color, v->raster.pixel); }

void canvas_clip(Canvas *v, const Box *box)
{
    if (!v->window) return;
    Rect all = frame_rect(&v->window->frame);
    v->raster.clip = all;
    if (!box) return;
    double x0 = fmax(floor(fmin(box->x0, box->x1) + DUST), 0), y0 = fmax(floor(fmin(box->y0, box->y1) + DUST), 0);
    double x1 = fmin(floor(fmax(box->x0, box->x1) + DUST), all.width - 1),
           y1 = fmin(floor(fmax(box->y0, box->y1) + DUST), all.height - 1);
    bool is_inside = x1 >= x0 && y1 >= y0;
    v->raster.clip = is_inside ? (Rect){(int)x0, (int)y0, (int)(x1 - x0) + 1, (int)(y1 - y0) + 1} : (Rect){0};
}

// --- Lines

static Point exact(Point p) { return (Point){p.x + DUST, p.y + DUST}; }

static int width_of(const Canvas *v) { return v->pen.thick > 1 ? (int)fmin(lround(v->pen.thick), 1000) : 1; }

static void solid(Canvas *v, Point a, Point b, bool last)
{
    raster_line(&v->raster, exact(a), exact(b), width_of(v), last);
}

// A dash ends before the pixel in which the gap begins, but has one at least.
static void piece(void *canvas, Point a, Point b)
{
    Point p = exact(a), q = exact(b);
    solid(canvas, a, b, floor(p.x) == floor(q.x) && floor(p.y) == floor(q.y));
}

// Points that follow p[i] in its column of pixels: all that they draw is one vertical line, which is drawn here.
// Returns the last one.
static int64_t same_column(Canvas *v, const Point *p, int64_t i, int64_t n)
{
    double column = floor(p[i].x + DUST), lo = p[i].y, hi = p[i].y;
    int64_t last = i;
    while (last + 1 < n && floor(p[last + 1].x + DUST) == column) {
        last++;
        lo = fmin(lo, p[last].y);
        hi = fmax(hi, p[last].y);
    }
    if (last > i) solid(v, (Point){p[i].x, lo}, (Point){p[i].x, hi}, true);
    return last;
}

// Thin solid lines through very many points: those of a column are drawn at once.
static void dense_run(Canvas *v, const Point *p, int64_t n)
{
    for (int64_t i = 0, next; i < n; i = next) {
        if ((i & 0xFF) == 0) call_poll(v->call);
        int64_t last = same_column(v, p, i, n);
        next = last + 1;
        if (next < n) solid(v, p[last], p[next], next == n - 1);
    }
}

// A run of finite points.
static void run(Canvas *v, const Point *p, int64_t n, DashWalk *dash)
{
    bool is_dense = n > DENSE * v->width && !dash->pattern && width_of(v) == 1 && v->raster.function == RASTER_COPY;
    if (n == 1) solid(v, p[0], p[0], true);
    if (is_dense) {
        dense_run(v, p, n);
        return;
    }
    for (int64_t i = 1; i < n; i++) {
        if ((i & 0xFFFF) == 0) call_poll(v->call);
        if (dash->pattern)
            dash_line(dash, p[i - 1], p[i], piece, v);
        else
            solid(v, p[i - 1], p[i], i == n - 1);
    }
}

void canvas_path(Canvas *v, const Point *p, int64_t n)
{
    DashWalk dash = dash_begin(v->pen.linestyle, gfx_of(v->call->vm)->on->dev->px_cm);
    if (!v->window) return;
    for (int64_t i = 0; i < n;) {
        int64_t from = i;
        while (i < n && isfinite(p[i].x) && isfinite(p[i].y)) i++;
        if (i > from)
            run(v, p + from, i - from, &dash);
        else
            i++;
    }
}

void canvas_fill(Canvas *v, const Point *p, int64_t n)
{
    if (!v->window || n < 3) return;
    if (n > INT32_MAX || !raster_polygon(&v->raster, p, (int)n)) throw_no_memory(v->call);
    call_poll(v->call);
}

// --- Texts

typedef struct Writing {
    Canvas *canvas;
    Point at;
    double unit, cosine, sine;
} Writing;

static void write_stroke(void *arg, const double (*points)[2], int n)
{
    const Writing *w = arg;
    Point p[512];
    for (int i = 0; i < n; i++) {
        double x = points[i][0] * w->unit, y = points[i][1] * w->unit;
        p[i] = (Point){w->at.x + x * w->cosine - y * w->sine, w->at.y + x * w->sine + y * w->cosine};
    }
    canvas_path(w->canvas, p, n);
}

// Device fonts (FONT=0) and TrueType (1) are not here yet; it is said once.
static void note_font(Canvas *v)
{
    Gfx *g = gfx_of(v->call->vm);
    if (g->is_font_told || kw_or_long(v->call, G_FONT, 'P', "FONT") < 0) return;
    g->is_font_told = true;
    call_warn(v->call, false, "FONT=0 and 1 (device and TrueType fonts) are not supported yet: Hershey fonts are drawn.");
}

static void free_layout(void *t) { text_free(t); }

double canvas_text(Canvas *v, const char *text, size_t n, Point at, const TextStyle *style, bool is_measured)
{
    Gfx *g = gfx_of(v->call->vm);
    double unit = v->char_width * style->size / HERSHEY_UNITS, angle = style->degrees * M_PI / 180;
    TextMetrics metrics = text_hershey(unit > 0 ? v->char_height * style->size / unit : 0);
    TextLayout *layout = call_alloc(v->call, sizeof *layout);
    call_defer(v->call, free_layout, layout);
    text_layout(text, n, g->font ? g->font : HERSHEY_DEFAULT, style->alignment, &metrics, layout);
    double width = layout->width * unit;
    note_font(v);
    if (!is_measured) {
        Pen before = v->pen;
        v->pen = (Pen){style->thick, 0};
        g->font = layout->font;
        text_strokes(layout, write_stroke, &(Writing){v, at, unit, cos(angle), sin(angle)});
        g->text_end[0] = at.x + unit * (layout->end_x * cos(angle) - layout->end_y * sin(angle));
        g->text_end[1] = at.y + unit * (layout->end_x * sin(angle) + layout->end_y * cos(angle));
        v->pen = before;
    }
    return width;
}
