// WSAVE (ours): what a window shows, written into a file afterwards, drawn anew in any size. Start at pro_wsave.
#include "base/mem.h"
#include "gfx/smooth.h"
#include "image/png.h"
#include "lib/graphics/state.h"
#include "sys/dynlib.h"

#include <math.h>
#include <string.h>
#include <strings.h>

// clang-format off
#define WSAVE_KEYWORDS(K, R)                                                                                         \
    K(R, ANTIALIAS, FLAG) K(R, HEIGHT, "=value") K(R, RESOLUTION, "=value") K(R, WIDTH, "=value") K(R, WINDOW, "=index")
// clang-format on
KEYWORDS(WSAVE)

#define SCREEN_DPI 96.0
#define INCH       2.54
enum { CM_MAX = 500 };

// What a save holds until it is over.
typedef struct Saving {
    Framebuffer source, picture; // the window's with 24 bits a pixel (if it has 8)
    Drawing drawing;             // of `source`
    Buf file;
    void *pages;
    const Device *pages_device;
} Saving;

static void drop_saving(void *arg)
{
    Saving *s = arg;
    frame_free(&s->source);
    frame_free(&s->picture);
    drawing_free(&s->drawing);
    buf_free(&s->file);
    if (s->pages) s->pages_device->disconnect(s->pages);
}

static GfxWindow *asked_window(Call *c)
{
    Gfx *g = gfx_of(c->vm);
    TRY(c, gfx_pump(g));
    int64_t index = call_kw_given(c, KW_WSAVE_WINDOW) ? call_kw_int(c, KW_WSAVE_WINDOW, 0) : g->on->current;
    GfxWindow *w = index >= 0 && index < GFX_MAX_WINDOWS ? gfx_window(g, (int)index) : NULL;
    if (gfx_page(g)) throw_msg(c, E_DEVICE, "%s writes files of its own; WSAVE saves windows.", g->on->dev->name);
    if (!w) throw_msg(c, E_WINDOW, "Window is closed and unavailable.");
    return w;
}

// A frame of 8 bits as one of 24, which has no operations but its pixels.
static void take_indexed(Call *c, Saving *s, const Framebuffer *f)
{
    const ColorTable *t = &gfx_of(c->vm)->colors;
    TRY(c, frame_init(&s->source, f->width, f->height, 3));
    size_t n = (size_t)f->width * (size_t)f->height;
    for (size_t i = 0; i < n; i++) {
        uint8_t k = f->px[i];
        memcpy(s->source.px + 3 * i, (uint8_t[]){t->r[k], t->g[k], t->b[k]}, 3);
    }
    drawing_erase(&s->drawing, (uint8_t[3]){0});
    drawing_pixels(&s->drawing, frame_rect(f));
}

// WIDTH and HEIGHT; of one alone the other follows, of none `width` and `height` stay.
static void asked_size(Call *c, double *width, double *height)
{
    double ratio = *width / *height;
    bool has_width = call_kw_given(c, KW_WSAVE_WIDTH), has_height = call_kw_given(c, KW_WSAVE_HEIGHT);
    if (has_width) *width = call_kw_double(c, KW_WSAVE_WIDTH, 0);
    if (has_height) *height = call_kw_double(c, KW_WSAVE_HEIGHT, 0);
    if (has_width && !has_height) *height = *width / ratio;
    if (has_height && !has_width) *width = *height * ratio;
}

// --- Pictures

static void save_picture(Call *c, Saving *s, const Framebuffer *f, Drawing *d, const char *path)
{
    const void *codec;
    double dpi = call_kw_double(c, KW_WSAVE_RESOLUTION, 0), grow = dpi > 0 ? dpi / SCREEN_DPI : 1;
    double width = f->width * grow, height = f->height * grow;
    if (call_kw_given(c, KW_WSAVE_RESOLUTION) && !(dpi >= 1 && dpi <= 1e5))
        throw_msg(c, E_VALUE, "RESOLUTION out of range: 1 to 100000 dots per inch.");
    asked_size(c, &width, &height);
    width = floor(width + 0.5);
    height = floor(height + 0.5);
    bool fits = width >= 1 && height >= 1 && width <= FRAME_MAX_SIDE && height <= FRAME_MAX_SIDE;
    if (!fits) throw_msg(c, E_VALUE, "A picture has from 1 to %d pixels each way.", FRAME_MAX_SIDE);
    bool is_smooth = !call_kw_given(c, KW_WSAVE_ANTIALIAS) || call_kw_set(c, KW_WSAVE_ANTIALIAS);
    TRY(c, smooth_picture(d, f, (int)width, (int)height, is_smooth, gfx_of(c->vm)->on->dev->px_cm, NULL, &s->picture));
    call_poll(c);
    TRY(c, dynlib_table(PNG_MODULE, &codec));
    Pixels pixels = {s->picture.width, s->picture.height, 3, 8, s->picture.px};
    PngWriteOptions how = {.compression = -1, .x_dpi = dpi, .y_dpi = dpi};
    s->file = BUF_INIT(BUF_NO_LIMIT);
    TRY(c, ((const PngCodec *)codec)->write(&pixels, &how, &s->file));
    gfx_write_file(c, path, s->file.p, s->file.len);
}

// --- Pages

static void save_page(Call *c, Saving *s, const Framebuffer *f, Drawing *d, const Device *dev, const char *path)
{
    double width = f->width / SCREEN_DPI * INCH, height = f->height / SCREEN_DPI * INCH;
    if (call_kw_given(c, KW_WSAVE_RESOLUTION))
        throw_msg(c, E_VALUE, "RESOLUTION is for PNG; other files have WIDTH and HEIGHT in centimeters.");
    if (call_kw_given(c, KW_WSAVE_ANTIALIAS)) throw_msg(c, E_VALUE, "ANTIALIAS is for PNG.");
    asked_size(c, &width, &height);
    if (!(width >= 0.1 && height >= 0.1 && width <= CM_MAX && height <= CM_MAX))
        throw_msg(c, E_VALUE, "A page has from 0.1 to %d centimeters each way.", CM_MAX);
    s->pages_device = dev;
    TRY(c, dev->connect(NULL, &s->pages));
    Page *p = s->pages;
    p->setup.is_color = p->setup.is_encapsulated = true;
    p->setup.bits = 8;
    p->setup.language_level = 2;
    p->setup.width = width * PAGE_UNITS_CM;
    p->setup.height = height * PAGE_UNITS_CM;
    TRY(c, page_name(p, path));
    TRY(c, page_begin(p));
    TRY(c,
        drawing_replay(
            d, f, &(DrawingTarget){&p->format->paint, p, NULL, p->setup.width, p->setup.height, PAGE_THINNEST, 1, 1}));
    call_poll(c);
    TRY(c, page_close(p));
}

static const struct Ending {
    const char *name;
    const Device *pages; // NULL: a picture
} endings[] = {{".png", NULL}, {".pdf", &device_pdf}, {".svg", &device_svg}, {".eps", &device_ps}};

// WSAVE, File: what a window shows, in a file of the kind that its name ends in: .png, .pdf, .svg or .eps. It is drawn
// anew in the size asked for, so that lines and texts stay sharp; images keep their pixels. WINDOW is the window's
// index (the current one). WIDTH and HEIGHT are pixels for PNG (or RESOLUTION: dots per inch, where a screen has 96),
// else centimeters; one alone keeps the shape. PNG is smooth at the edges unless ANTIALIAS=0. The old file stays until
// the new one is complete. Ours, not IDL's.
static void pro_wsave(Call *c)
{
    const char *path = gfx_path(c, 0), *dot = strrchr(path, '.');
    const struct Ending *kind = NULL;
    for (size_t i = 0; dot && i < sizeof endings / sizeof *endings; i++) {
        if (strcasecmp(dot, endings[i].name) == 0) kind = &endings[i];
    }
    if (!kind) throw_msg(c, E_VALUE, "WSAVE writes .png, .pdf, .svg and .eps; the name is %s.", path);
    GfxWindow *w = asked_window(c);
    Saving *s = call_alloc(c, sizeof *s);
    *s = (Saving){.pages = NULL};
    call_defer(c, drop_saving, s);
    if (w->frame.bytes == 1) take_indexed(c, s, &w->frame);
    const Framebuffer *f = w->frame.bytes == 1 ? &s->source : &w->frame;
    Drawing *d = w->frame.bytes == 1 ? &s->drawing : &w->drawing;
    if (kind->pages)
        save_page(c, s, f, d, kind->pages, path);
    else
        save_picture(c, s, f, d, path);
}

static const Routine rows[] = {
    {"WSAVE", PROCEDURE, {1, 1}, pro_wsave, "File", KEYS(WSAVE)},
};
ROUTINE_TABLE(lib_wsave, rows)
