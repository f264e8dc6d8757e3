// See drawing.h.
#include "gfx/drawing.h"

#include "base/mem.h"
#include "core/errors.h"
#include "gfx/paint_frame.h"

#include <math.h>
#include <string.h>

enum { CEILING = 32 << 20, SIZE, COLOR, CLIP, PATH, FILL, IMAGE, LABEL, LABEL_END };

// LABEL is followed by a DrawingLabel, the others by n Points (PATH, FILL; SIZE with one, CLIP with two), or by a Rect and n
// bytes: its pixels, red, green, blue (IMAGE). COLOR has it in n.
typedef struct Op {
    int32_t kind, n;
    float thick;
    int32_t linestyle;
} Op;

void drawing_free(Drawing *d) { buf_free(&d->ops); }

void drawing_erase(Drawing *d, const uint8_t color[3])
{
    buf_free(&d->ops);
    *d = (Drawing){.ops = BUF_INIT(CEILING)};
    memcpy(d->background, color, 3);
}

void drawing_pixels(Drawing *d, Rect r) { d->pixels = rect_union(d->pixels, r); }

// Too much, or no memory: what there is by then stands for it.
static void start_over(Drawing *d, const Framebuffer *f)
{
    uint8_t background[3];
    memcpy(background, d->background, 3);
    drawing_erase(d, background);
    d->pixels = frame_rect(f);
}

static void put_pairs(Drawing *d, Op op, const Point *p)
{
    buf_put(&d->ops, &op, sizeof op);
    buf_put(&d->ops, p, (size_t)op.n * sizeof *p);
}

// The size of the frame, when it has changed; where and how is drawn is told anew then.
static void note_size(Drawing *d, const Framebuffer *f)
{
    if (d->width == f->width && d->height == f->height) return;
    put_pairs(d, (Op){SIZE, 1, 0, 0}, &(Point){f->width, f->height});
    d->width = f->width;
    d->height = f->height;
    d->has_state = false;
}

// The pixels of r in f, as an operation; all of it: what was before cannot be seen.
static void put_pixels(Drawing *d, const Framebuffer *f, Rect r)
{
    if (r.width == f->width && r.height == f->height) {
        buf_clear(&d->ops);
        d->width = 0;
    }
    note_size(d, f);
    size_t bytes = (size_t)r.width * (size_t)r.height * 3, filled = (bytes + 3) & ~(size_t)3;
    if (filled > CEILING / 2) {
        d->ops.failed = true; // as if it were full
        return;
    }
    Op op = {IMAGE, (int32_t)filled, 0, 0};
    buf_put(&d->ops, &op, sizeof op);
    buf_put(&d->ops, &r, sizeof r);
    for (int y = 0; y < r.height; y++) buf_put(&d->ops, frame_row(f, r.y + y) + (size_t)r.x * 3, (size_t)r.width * 3);
    buf_fill(&d->ops, '\0', filled - bytes);
}

static void settle_pixels(Drawing *d, const Framebuffer *f)
{
    Rect r = rect_clip(d->pixels, f->width, f->height);
    d->pixels = (Rect){0};
    if (!rect_empty(r)) put_pixels(d, f, r);
}

// Before an operation on f: what was drawn otherwise, and how it is drawn where that has changed. False: there is no
// room.
static bool begin(Drawing *d, const Framebuffer *f, const uint8_t color[3], const Box *clip)
{
    if (d->ops.max == 0) d->ops = BUF_INIT(CEILING); // a new window
    settle_pixels(d, f);
    note_size(d, f);
    bool is_new = !d->has_state;
    d->has_state = true;
    if (is_new || memcmp(color, d->color, 3) != 0) {
        Op op = {COLOR, color[0] | color[1] << 8 | color[2] << 16, 0, 0};
        buf_put(&d->ops, &op, sizeof op);
        memcpy(d->color, color, 3);
    }
    if (is_new || memcmp(clip, &d->clip, sizeof *clip) != 0) {
        put_pairs(d, (Op){CLIP, 2, 0, 0}, (Point[]){{clip->x0, clip->y0}, {clip->x1, clip->y1}});
        d->clip = *clip;
    }
    return buf_ok(&d->ops);
}

static void put_points(Drawing *d, const Framebuffer *f, Op op, const Point *p, int64_t n)
{
    op.n = (int32_t)n;
    put_pairs(d, op, p);
    if (!buf_ok(&d->ops)) start_over(d, f);
}

void drawing_path(Drawing *d, const Framebuffer *f, const uint8_t color[3], const Box *clip, const Point *p, int64_t n,
                  const Pen *pen)
{
    bool fits = n <= CEILING / (int64_t)sizeof(Point) && begin(d, f, color, clip);
    if (fits)
        put_points(d, f, (Op){PATH, 0, pen->thick > 0 ? (float)pen->thick : 1, pen->linestyle}, p, n);
    else
        start_over(d, f);
}

void drawing_fill(Drawing *d, const Framebuffer *f, const uint8_t color[3], const Box *clip, const Point *p, int64_t n)
{
    bool fits = n <= CEILING / (int64_t)sizeof(Point) && begin(d, f, color, clip);
    if (fits)
        put_points(d, f, (Op){FILL, 0, 0, 0}, p, n);
    else
        start_over(d, f);
}

void drawing_label(Drawing *d, const Framebuffer *f, const uint8_t color[3], const Box *clip, const DrawingLabel *label)
{
    if (!begin(d, f, color, clip)) return;
    buf_put(&d->ops, &(Op){LABEL, 0, 0, 0}, sizeof(Op));
    buf_put(&d->ops, label, sizeof *label);
    if (!buf_ok(&d->ops)) start_over(d, f);
}

void drawing_label_end(Drawing *d)
{
    if (d->has_state) buf_put(&d->ops, &(Op){LABEL_END, 0, 0, 0}, sizeof(Op));
}

// --- Drawing anew
// -----------------------------------------------------------------------------------------------------------

// Onto a frame, the nearest pixel for each.
static void put_scaled(Framebuffer *f, Rect r, const uint8_t *rgb, const DrawingTarget *to)
{
    int x0 = (int)fmax(0, floor(r.x * to->scale_x + 0.5)),
        x1 = (int)fmin(f->width, floor((r.x + r.width) * to->scale_x + 0.5));
    int y0 = (int)fmax(0, floor(r.y * to->scale_y + 0.5)),
        y1 = (int)fmin(f->height, floor((r.y + r.height) * to->scale_y + 0.5));
    for (int y = y0; y < y1; y++) {
        int from = (int)((y + 0.5) / to->scale_y) - r.y;
        from = from < 0 ? 0 : from >= r.height ? r.height - 1 : from;
        uint8_t *row = frame_row(f, y);
        for (int x = x0; x < x1; x++) {
            int k = (int)((x + 0.5) / to->scale_x) - r.x;
            k = k < 0 ? 0 : k >= r.width ? r.width - 1 : k;
            memcpy(row + 3 * (size_t)x, rgb + 3 * ((size_t)from * (size_t)r.width + (size_t)k), 3);
        }
    }
}

static Status replay_image(const DrawingTarget *to, Rect r, const uint8_t *rgb)
{
    if (to->frame) {
        put_scaled(to->frame, r, rgb, to);
        return STATUS_OK;
    }
    FrameImage img = {(uint8_t *)rgb, r.width, r.height, 3, 3 * (int64_t)r.width, 1, 3};
    Box box = {r.x * to->scale_x, r.y * to->scale_y, (r.x + r.width) * to->scale_x, (r.y + r.height) * to->scale_y};
    return to->paint->image(to->on, &img, &box);
}

static Status replay_points(const DrawingTarget *to, const Op *op, const char *data)
{
    Point *p = mem_alloc((size_t)op->n * sizeof *p);
    if (!p) return status_fail(E_NO_MEMORY, "Unable to allocate memory.");
    for (int32_t i = 0; i < op->n; i++) {
        memcpy(&p[i], data + (size_t)i * sizeof *p, sizeof *p);
        p[i] = (Point){p[i].x * to->scale_x, p[i].y * to->scale_y};
    }
    Pen pen = {op->thick, op->linestyle};
    pen.thick = fmax(pen.thick * fmin(to->scale_x, to->scale_y) / to->thinnest, to->least);
    Status s = op->kind == PATH ? to->paint->path(to->on, p, op->n, &pen) : to->paint->fill(to->on, p, op->n);
    mem_free(p);
    return s;
}

static void set_scale(DrawingTarget *to, double width, double height)
{
    to->scale_x = to->width / width;
    to->scale_y = to->height / height;
}

static void replay_size(DrawingTarget *to, const char *data)
{
    Point size;
    memcpy(&size, data, sizeof size);
    set_scale(to, size.x, size.y);
}

static void replay_clip(const DrawingTarget *to, const char *data)
{
    Point at[2];
    memcpy(at, data, sizeof at);
    Box box = {at[0].x * to->scale_x, at[0].y * to->scale_y, at[1].x * to->scale_x, at[1].y * to->scale_y};
    to->paint->clip(to->on, &box);
}

static void replay_label(DrawingTarget *to, const char *data)
{
    DrawingLabel l;
    memcpy(&l, data, sizeof l);
    l.left *= to->scale_x / to->width;
    l.right *= to->scale_x / to->width;
    l.middle *= to->scale_y / to->height;
    to->is_label_taken = to->labels && to->labels->take(to->labels->arg, &l, to->color);
}

static void replay_color(DrawingTarget *to, int32_t color)
{
    for (int k = 0; k < 3; k++) to->color[k] = (uint8_t)(color >> 8 * k);
    to->paint->color(to->on, to->color);
}

// The operation at *at, which goes on to the next.
static Status replay_one(const Drawing *d, DrawingTarget *to, size_t *at)
{
    Op op;
    memcpy(&op, d->ops.p + *at, sizeof op);
    *at += sizeof op;
    const char *data = d->ops.p + *at;
    switch (op.kind) {
    case SIZE:
        *at += sizeof(Point);
        replay_size(to, data);
        return STATUS_OK;
    case COLOR:
        replay_color(to, op.n);
        return STATUS_OK;
    case CLIP:
        *at += 2 * sizeof(Point);
        replay_clip(to, data);
        return STATUS_OK;
    case IMAGE: {
        Rect r;
        memcpy(&r, data, sizeof r);
        *at += sizeof r + (size_t)op.n;
        return replay_image(to, r, (const uint8_t *)data + sizeof r);
    }
    case LABEL:
        *at += sizeof(DrawingLabel);
        replay_label(to, data);
        return STATUS_OK;
    case LABEL_END: to->is_label_taken = false; return STATUS_OK;
    default: *at += (size_t)op.n * sizeof(Point); return to->is_label_taken ? STATUS_OK : replay_points(to, &op, data);
    }
}

static Status paint_background(const Drawing *d, const DrawingTarget *to)
{
    bool is_paper = !to->frame && d->background[0] == 255 && d->background[1] == 255 && d->background[2] == 255;
    if (to->frame) frame_fill(to->frame, d->background);
    if (to->frame || is_paper) return STATUS_OK;
    to->paint->color(to->on, d->background);
    return to->paint->fill(to->on, (Point[]){{0, 0}, {to->width, 0}, {to->width, to->height}, {0, to->height}}, 4);
}

// What there is no operation for: the frame of 24 bits as it is.
static Status replay_frame(const Framebuffer *f, const DrawingTarget *to)
{
    size_t row = (size_t)f->width * 3;
    if (f->bytes != 3) return status_fail(E_DEVICE, "A frame of 8 bits has no drawing.");
    uint8_t *rgb = mem_alloc(row * (size_t)f->height);
    if (!rgb) return status_fail(E_NO_MEMORY, "Unable to allocate memory.");
    for (int y = 0; y < f->height; y++) memcpy(rgb + row * (size_t)y, frame_row(f, y), row);
    Status s = replay_image(to, frame_rect(f), rgb);
    mem_free(rgb);
    return s;
}

Status drawing_replay(Drawing *d, const Framebuffer *f, const DrawingTarget *to)
{
    DrawingTarget t = *to;
    set_scale(&t, f->width, f->height);
    if (f->bytes != 3) return replay_frame(f, &t);
    if (d->ops.max == 0) d->ops = BUF_INIT(CEILING); // a new window
    settle_pixels(d, f);
    if (!buf_ok(&d->ops)) {
        start_over(d, f);
        return replay_frame(f, &t);
    }
    STATUS_TRY(paint_background(d, &t));
    for (size_t at = 0; at < d->ops.len;) STATUS_TRY(replay_one(d, &t, &at));
    return STATUS_OK;
}

Status drawing_resize(Drawing *d, Framebuffer *f, int width, int height, double px_cm)
{
    Framebuffer next;
    if (f->bytes != 3) return frame_resize(f, width, height);
    STATUS_TRY(frame_init(&next, width, height, 3));
    FramePainter painter = {raster_on(&next), px_cm};
    DrawingTarget to = {&frame_painter, &painter, &next, width, height, 1, 1, 1};
    Status s = drawing_replay(d, f, &to);
    if (!status_ok(s)) {
        frame_free(&next);
        return s;
    }
    frame_free(f);
    *f = next;
    return STATUS_OK;
}
