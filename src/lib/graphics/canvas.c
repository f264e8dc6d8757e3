// See canvas.h. What is drawn goes to the device's painter (gfx/painter.h); texts are in canvas_text.c. Start at
// canvas_path.
#include "lib/graphics/canvas.h"

#include "lib/graphics/keywords.h"
#include "lib/graphics/settings.h"
#include "sys/interrupt.h"
#include "kern/truncate.h"

#include <math.h>
#include <string.h>

// !P.CLIP is in pixels: where the user has given the window another size since PLOT, it grows with it.
static void follow_size(Canvas *v)
{
    Gfx *g = gfx_of(v->call->vm);
    int32_t *clip = setting(v->call, 'P', "CLIP");
    if (g->clip_window != v->window || (g->clip_width == (int)v->width && g->clip_height == (int)v->height)) return;
    for (int i = 0; i < 4; i++)
        clip[i] = truncate_i32(floor(clip[i] * (i % 2 ? v->height / g->clip_height : v->width / g->clip_width) + 0.5));
    g->clip_width = (int)v->width;
    g->clip_height = (int)v->height;
}

static void open_frame(Canvas *v)
{
    Call *c = v->call;
    (void)gfx_canvas(c); // has the window system listened to
    follow_size(v);
    v->paint = &frame_painter;
    const Screen *s = gfx_of(c->vm)->on;
    v->frame = (FramePainter){raster_on(&v->window->frame), s->dev->px_cm};
    v->frame.raster.function = s->function;
    for (int i = 0; i < 3; i++) v->frame.raster.mask[i] = (uint8_t)(s->write_mask >> 8 * i);
    if (v->is_plain) return;
    int channel = gfx_ranged(c, kw_or_long(c, G_CHANNEL, 'P', "CHANNEL"), 0, 3, "CHANNEL keyword");
    if (!channel || v->window->frame.bytes != 3) return;
    for (int i = 0; i < 3; i++) v->frame.raster.mask[i] &= i + 1 == channel ? 255 : 0;
}

void canvas_open_again(Canvas *v)
{
    Gfx *g = gfx_of(v->call->vm);
    TRY(v->call, gfx_target(g, &v->window));
    v->page = gfx_page(g);
    v->width = v->window ? v->window->frame.width : g->on->width ? g->on->width : g->on->dev->width;
    v->height = v->window ? v->window->frame.height : g->on->height ? g->on->height : g->on->dev->height;
    v->clip = (Box){0, 0, v->width, v->height};
    v->char_width = g->on->char_width;
    v->char_height = g->on->char_height;
    v->paint = v->page ? &v->page->format->paint : NULL;
    if (v->page) page_set_clip(v->page, NULL);
    if (v->window) open_frame(v);
}

static void note_change(void *canvas)
{
    Canvas *v = canvas;
    Rect changed = v->frame.raster.changed;
    if (v->window && !rect_empty(changed)) v->window->dirty = rect_union(v->window->dirty, changed);
}

static Canvas *opened(Call *c, bool is_plain)
{
    Canvas *v = call_alloc(c, sizeof *v);
    *v = (Canvas){.call = c, .pen = {1, 0}, .is_plain = is_plain};
    canvas_open_again(v);
    call_defer(c, note_change, v);
    return v;
}

Canvas *canvas_open(Call *c) { return opened(c, false); }
Canvas *canvas_open_plain(Call *c) { return opened(c, true); }

void canvas_close(Canvas *v)
{
    Rect changed = v->frame.raster.changed;
    v->frame.raster.changed = (Rect){0};
    if (!v->window || rect_empty(changed)) return;
    if (v->is_unrecorded)
        gfx_touch(v->call, v->window, changed);
    else
        gfx_show(v->call, v->window, changed);
}

static void free_frame(void *f) { frame_free(f); }

const Framebuffer *canvas_before(Canvas *v)
{
    const Framebuffer *f = &v->window->frame;
    if (raster_is_plain(&v->frame.raster)) return NULL;
    Framebuffer *old = call_alloc(v->call, sizeof *old);
    *old = (Framebuffer){0};
    call_defer(v->call, free_frame, old);
    TRY(v->call, frame_init(old, f->width, f->height, f->bytes));
    frame_copy(old, 0, 0, f, frame_rect(f));
    return old;
}

static void *painter_of(Canvas *v) { return v->page ? (void *)v->page : &v->frame; }

// What an operation came to: Ctrl-C may have ended it.
static void done(Canvas *v, Status s)
{
    if (!status_ok(s) && sys_interrupted()) {
        status_drop(&s);
        s = STATUS_OK;
    }
    call_poll(v->call);
    TRY(v->call, s);
}

static bool is_ready(Canvas *v)
{
    if (v->page) done(v, page_begin(v->page));
    return v->paint;
}

void canvas_pixel(const Canvas *v, int64_t color, uint8_t pixel[3])
{
    const Gfx *g = gfx_of(v->call->vm);
    const ColorTable *colors = &g->colors;
    for (int i = 0; i < 3; i++) pixel[i] = (uint8_t)(color >> 8 * i);
    if (g->on->is_decomposed || v->window->frame.bytes == 1) return;
    pixel[1] = colors->g[pixel[0]];
    pixel[2] = colors->b[pixel[0]];
    pixel[0] = colors->r[pixel[0]];
}

void canvas_color(Canvas *v, int64_t color)
{
    const Gfx *g = gfx_of(v->call->vm);
    uint8_t pixel[3];
    if (!v->paint) return;
    if (v->page)
        page_color(&v->page->setup, color, g->on->is_decomposed ? NULL : &g->colors, pixel);
    else
        canvas_pixel(v, color, pixel);
    memcpy(v->pixel, pixel, sizeof pixel);
    v->paint->color(painter_of(v), pixel);
}

void canvas_background(Canvas *v, int64_t color)
{
    if (v->page)
        v->paint->color(painter_of(v), (const uint8_t[]){255, 255, 255});
    else
        canvas_color(v, color);
}

static bool has_all_bits(const Raster *r) { return (r->mask[0] & r->mask[1] & r->mask[2]) == 255; }

void canvas_erase(Canvas *v, int64_t color)
{
    if (!v->paint) return;
    canvas_color(v, color);
    bool is_whole = v->window && has_all_bits(&v->frame.raster);
    if (is_whole) drawing_erase(&v->window->drawing, v->pixel);
    v->is_unrecorded |= v->window && !is_whole;
    done(v, v->paint->erase(painter_of(v)));
}

void canvas_clip(Canvas *v, const Box *box)
{
    if (!v->plane) v->clip = box ? *box : (Box){0, 0, v->width, v->height};
    if (v->paint) v->paint->clip(painter_of(v), v->plane ? NULL : box);
}

static const Point *on_plane(Canvas *v, const Point *p, int64_t n)
{
    Point *out = call_scratch(v->call, (size_t)(n + 1) * sizeof *out);
    for (int64_t i = 0; i < n; i++) out[i] = plane_point(v->plane, p[i]);
    return out;
}

// Where depths are kept, whether all is at the back.
static bool is_flat(const Canvas *v, const Point *p, int64_t n)
{
    for (int64_t i = 0; v->window && v->window->frame.depth && i < n; i++) {
        if (p[i].z > 0) return false;
    }
    return true;
}

// Where the next operation on a window is kept; NULL: it cannot be drawn anew (XOR, a single channel, depth), or there
// are pages.
static Drawing *drawing_of(Canvas *v, const Point *p, int64_t n)
{
    const Raster *r = &v->frame.raster;
    if (!v->window || v->window->frame.bytes != 3) return NULL;
    bool is_plain = r->function == RASTER_COPY && has_all_bits(r) && !r->frame->is_deep && is_flat(v, p, n);
    if (!is_plain) v->is_unrecorded = true;
    return is_plain ? &v->window->drawing : NULL;
}

// Planes in space are not clipped.
static Box clip_now(const Canvas *v) { return v->plane ? (Box){0, 0, v->width, v->height} : v->clip; }

static void draw_run(Canvas *v, const Point *p, int64_t n)
{
    Drawing *d = drawing_of(v, p, n);
    Box clip = clip_now(v);
    if (d) drawing_path(d, &v->window->frame, v->pixel, &clip, p, n, &v->pen);
    done(v, v->paint->path(painter_of(v), p, n, &v->pen));
}

void canvas_path(Canvas *v, const Point *p, int64_t n)
{
    if (!is_ready(v)) return;
    if (v->plane) p = on_plane(v, p, n);
    for (int64_t i = 0; i < n;) {
        int64_t from = i;
        while (i < n && isfinite(p[i].x) && isfinite(p[i].y)) i++;
        if (i > from)
            draw_run(v, p + from, i - from);
        else
            i++;
    }
}

bool canvas_begin_label(Canvas *v, const DrawingLabel *label)
{
    const Point ends[] = {{label->left, label->middle}, {label->right, label->middle}};
    if (v->plane || !v->window || !v->window->frame.px || !is_ready(v)) return false;
    Drawing *d = drawing_of(v, ends, 2);
    Box clip = clip_now(v);
    if (d) drawing_label(d, &v->window->frame, v->pixel, &clip, label);
    return d != NULL;
}

void canvas_end_label(Canvas *v) { drawing_label_end(&v->window->drawing); }

void canvas_fill(Canvas *v, const Point *p, int64_t n)
{
    if (n < 3 || !is_ready(v)) return;
    if (v->plane) p = on_plane(v, p, n);
    Drawing *d = drawing_of(v, p, n);
    Box clip = clip_now(v);
    if (d) drawing_fill(d, &v->window->frame, v->pixel, &clip, p, n);
    done(v, v->paint->fill(painter_of(v), p, n));
}

void canvas_facet(Canvas *v, const Point *p, int64_t n, const RasterFacet *facet)
{
    if (n < 3 || !v->window) return;
    v->is_unrecorded = true;
    done(v, v->paint->facet(&v->frame, p, n, facet));
}

void canvas_run(Canvas *v, const PaintRun *run)
{
    if (is_ready(v)) done(v, v->paint->run(painter_of(v), run));
}

void canvas_image(Canvas *v, const FrameImage *img, const Box *to)
{
    if (is_ready(v)) done(v, v->paint->image(painter_of(v), img, to));
}
