// The module `cairo`: pages as PDF and SVG. Coordinates are those of PostScript's device, so that the same numbers come
// out. Start at the table at the end.
#include "gfx/cairo_pages.h"

#include "base/mem.h"
#include "base/utf8.h"
#include "core/errors.h"
#include "gfx/page_parts.h"
#include "plot/dash.h"

#include <cairo-pdf.h>
#include <cairo-svg.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

extern const CairoTable helio_cairo;

#define POINTS_UNIT (72.0 / 2.54 / PAGE_UNITS_CM)
#define THIN        10.0
#define DOT         10.0
#define MITER       2.5
enum { SMALL = 1000 };

typedef struct Writer {
    cairo_surface_t *surface;
    cairo_t *cr;
    bool is_pdf, is_started;
} Writer;

static Writer *writer_of(Page *p) { return p->writer; }

static cairo_status_t collect(void *page, const unsigned char *data, unsigned n)
{
    Page *p = page;
    buf_put(&p->out, data, n);
    return buf_ok(&p->out) ? CAIRO_STATUS_SUCCESS : CAIRO_STATUS_NO_MEMORY;
}

// What has been collected so far is sent; a library's failure is told.
static Status settle(Page *p)
{
    cairo_status_t s = cairo_status(writer_of(p)->cr);
    if (s == CAIRO_STATUS_NO_MEMORY) return status_fail(E_NO_MEMORY, "Unable to allocate memory: to draw.");
    if (s != CAIRO_STATUS_SUCCESS) return status_fail(E_DEVICE, "The page cannot be drawn: %s.", cairo_status_to_string(s));
    return page_flush(p, false);
}

// --- The document

static double points_wide(const PageSetup *s) { return s->width * POINTS_UNIT * s->scale; }
static double points_high(const PageSetup *s) { return s->height * POINTS_UNIT * s->scale; }

// Now, or what SOURCE_DATE_EPOCH says.
static void put_metadata(cairo_surface_t *surface)
{
    const char *fixed = getenv("SOURCE_DATE_EPOCH");
    time_t now = fixed ? (time_t)strtoll(fixed, NULL, 10) : time(NULL);
    char text[64];
    struct tm t;
    if (gmtime_r(&now, &t)) {
        strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", &t);
        cairo_pdf_surface_set_metadata(surface, CAIRO_PDF_METADATA_CREATE_DATE, text);
    }
    cairo_pdf_surface_set_metadata(surface, CAIRO_PDF_METADATA_TITLE, "Graphics produced by Heliograph");
}

static Status begin(Page *p, bool is_pdf)
{
    double w = points_wide(&p->setup), h = points_high(&p->setup);
    Writer *x = mem_must(sizeof *x);
    *x = (Writer){.is_pdf = is_pdf};
    p->writer = x;
    x->surface = is_pdf ? cairo_pdf_surface_create_for_stream(collect, p, w, h)
                        : cairo_svg_surface_create_for_stream(collect, p, w, h);
    if (is_pdf) put_metadata(x->surface);
    x->cr = cairo_create(x->surface);
    return STATUS_OK;
}

static Status pdf_begin(Page *p) { return begin(p, true); }
static Status svg_begin(Page *p) { return begin(p, false); }

static Status new_page(Page *p)
{
    Writer *x = writer_of(p);
    double h = points_high(&p->setup), unit = POINTS_UNIT * p->setup.scale;
    cairo_font_options_t *plain = cairo_font_options_create();
    if (x->is_pdf) cairo_pdf_surface_set_size(x->surface, points_wide(&p->setup), h);
    cairo_identity_matrix(x->cr);
    cairo_translate(x->cr, 0, h);
    cairo_scale(x->cr, unit, -unit);
    cairo_set_miter_limit(x->cr, MITER);
    cairo_set_fill_rule(x->cr, CAIRO_FILL_RULE_EVEN_ODD);
    cairo_font_options_set_hint_metrics(plain, CAIRO_HINT_METRICS_OFF);
    cairo_font_options_set_hint_style(plain, CAIRO_HINT_STYLE_NONE);
    cairo_set_font_options(x->cr, plain);
    cairo_font_options_destroy(plain);
    return settle(p);
}

static Status end_page(Page *p)
{
    cairo_show_page(writer_of(p)->cr);
    return settle(p);
}

static Status end(Page *p)
{
    Writer *x = writer_of(p);
    cairo_surface_finish(x->surface);
    cairo_status_t s = cairo_surface_status(x->surface);
    return s == CAIRO_STATUS_SUCCESS ? STATUS_OK
                                     : status_fail(E_DEVICE, "The file cannot be written: %s.", cairo_status_to_string(s));
}

static void drop(Page *p)
{
    Writer *x = p->writer;
    cairo_destroy(x->cr);
    cairo_surface_destroy(x->surface);
    mem_free(x);
}

// --- Lines and polygons

static void set_color(Page *p)
{
    const uint8_t *c = p->color;
    double grey = (0.30 * c[0] + 0.59 * c[1] + 0.11 * c[2]) / 255;
    bool is_color = p->setup.is_color;
    cairo_set_source_rgb(writer_of(p)->cr, is_color ? c[0] / 255.0 : grey, is_color ? c[1] / 255.0 : grey,
                         is_color ? c[2] / 255.0 : grey);
}

static void begin_part(void *page)
{
    cairo_t *cr = writer_of(page)->cr;
    if (cairo_has_current_point(cr)) cairo_new_sub_path(cr);
}

static void put_point(void *page, double x, double y) { cairo_line_to(writer_of(page)->cr, x, y); }

static Status paint_path(void *page, const Point *q, int64_t n, const Pen *pen)
{
    Page *p = page;
    cairo_t *cr = writer_of(p)->cr;
    int dashes;
    const double *pattern = dash_pattern(pen->linestyle, &dashes);
    set_color(p);
    if (n == 1) {
        if (!page_shows(p, q[0])) return STATUS_OK;
        cairo_arc(cr, q[0].x, q[0].y, DOT, 0, 2 * M_PI);
        cairo_fill(cr);
        return settle(p);
    }
    cairo_set_line_width(cr, THIN * (pen->thick > 0 ? fmin(pen->thick, 1e4) : 1));
    cairo_set_dash(cr, pattern, dashes, 0);
    STATUS_TRY(page_lines(p, q, n, &(PartSink){begin_part, put_point, NULL, p}));
    cairo_stroke(cr);
    return settle(p);
}

static void polygon_part(void *page)
{
    cairo_t *cr = writer_of(page)->cr;
    if (cairo_has_current_point(cr)) cairo_close_path(cr);
    cairo_new_sub_path(cr);
}

static Status paint_fill(void *page, const Point *q, int64_t n)
{
    Page *p = page;
    set_color(p);
    STATUS_TRY(page_polygons(p, q, n, &(PartSink){polygon_part, put_point, NULL, p}));
    cairo_fill(writer_of(p)->cr);
    return settle(p);
}

static void clip_to(Page *p)
{
    const Box *c = &p->clip;
    if (!p->is_clipped) return;
    cairo_rectangle(writer_of(p)->cr, c->x0, c->y0, c->x1 - c->x0, c->y1 - c->y0);
    cairo_clip(writer_of(p)->cr);
}

// --- Texts

// The free fonts as wide as PostScript's, by families of four.
static void select_font(cairo_t *cr, int font)
{
    static const char *const families[] = {"URW Gothic", "URW Bookman", "Nimbus Mono PS", "Nimbus Sans",
                                           "Nimbus Sans Narrow", "P052", "C059", "Nimbus Roman"};
    static const char *const others[] = {"Standard Symbols PS", "Z003", "D050000L"};
    int family = font / 4, style = font % 4;
    bool has_styles = family < PS_SYMBOL;
    cairo_select_font_face(cr, has_styles ? families[family] : others[font - 4 * PS_SYMBOL],
                           has_styles && style % 2 ? CAIRO_FONT_SLANT_ITALIC : CAIRO_FONT_SLANT_NORMAL,
                           has_styles && style >= 2 ? CAIRO_FONT_WEIGHT_BOLD : CAIRO_FONT_WEIGHT_NORMAL);
}

// What a byte is in Unicode. The free fonts of signs have their own encoding there.
static unsigned meaning(const PaintRun *run, uint8_t code)
{
    if (run->font >= 4 * PS_SYMBOL) return code;
    return code == '\'' ? 0x2019 : code == '`' ? 0x2018 : run->is_latin1 && code == '-' ? 0x2212 : code;
}

static Status paint_run(void *page, const PaintRun *run)
{
    Page *p = page;
    cairo_t *cr = writer_of(p)->cr;
    char *text = mem_must((size_t)run->n * UTF8_MAX + 1), *at = text;
    for (int i = 0; i < run->n; i++) at += utf8_put(at, meaning(run, run->text[i]));
    *at = 0;
    set_color(p);
    cairo_save(cr);
    clip_to(p);
    cairo_translate(cr, run->at.x, run->at.y);
    cairo_rotate(cr, atan2(run->sine, run->cosine));
    cairo_scale(cr, 1, -1);
    select_font(cr, run->font);
    cairo_set_font_size(cr, run->size);
    cairo_move_to(cr, 0, 0);
    cairo_show_text(cr, text);
    cairo_restore(cr);
    cairo_new_path(cr);
    mem_free(text);
    return settle(p);
}

// --- Images

// A sample as so many bits hold it.
static unsigned rough(uint8_t v, int bits)
{
    unsigned most = (1u << bits) - 1;
    return (v >> (8 - bits)) * 255u / most;
}

// Each pixel `times` as large: what reads SVG makes smooth transitions of small images.
static cairo_surface_t *picture_of(const FrameImage *img, const PageSetup *s, int times)
{
    int w = (int)img->width * times, h = (int)img->height * times;
    cairo_surface_t *picture = cairo_image_surface_create(CAIRO_FORMAT_RGB24, w, h);
    if (cairo_surface_status(picture) != CAIRO_STATUS_SUCCESS) return picture;
    unsigned char *data = cairo_image_surface_get_data(picture);
    int stride = cairo_image_surface_get_stride(picture);
    for (int y = 0; y < h; y++) {
        uint32_t *to = (uint32_t *)(void *)(data + (int64_t)(h - 1 - y) * stride);
        for (int x = 0; x < w; x++) {
            const uint8_t *px = img->data + x / times * img->step_x + y / times * img->step_y;
            uint8_t c[3];
            for (int i = 0; i < 3; i++) c[i] = px[img->channels == 3 ? i * img->step_c : 0];
            if (!s->is_color) c[0] = c[1] = c[2] = (uint8_t)lround(0.30 * c[0] + 0.59 * c[1] + 0.11 * c[2]);
            to[x] = rough(c[0], s->bits) << 16 | rough(c[1], s->bits) << 8 | rough(c[2], s->bits);
        }
    }
    cairo_surface_mark_dirty(picture);
    return picture;
}

static Status paint_image(void *page, const FrameImage *img, const Box *to)
{
    Page *p = page;
    cairo_t *cr = writer_of(p)->cr;
    if (img->width > FRAME_MAX_SIDE || img->height > FRAME_MAX_SIDE)
        return status_fail(E_VALUE, "An image has at most %d pixels each way.", FRAME_MAX_SIDE);
    int64_t most = img->width > img->height ? img->width : img->height;
    int times = writer_of(p)->is_pdf || most > SMALL ? 1 : (int)(SMALL / most);
    cairo_surface_t *picture = picture_of(img, &p->setup, times);
    cairo_save(cr);
    clip_to(p);
    cairo_translate(cr, to->x0, to->y1);
    cairo_scale(cr, (to->x1 - to->x0) / (double)(img->width * times), -(to->y1 - to->y0) / (double)(img->height * times));
    cairo_set_source_surface(cr, picture, 0, 0);
    cairo_pattern_set_filter(cairo_get_source(cr), CAIRO_FILTER_NEAREST);
    cairo_paint(cr);
    cairo_restore(cr);
    cairo_surface_destroy(picture);
    return settle(p);
}

#define PAINTER {page_paint_erase, page_set_color, page_set_clip, paint_path, paint_fill, paint_run, paint_image}

const CairoTable helio_cairo = {.pdf = {.usual_name = "idl.pdf",
                                        .paint = PAINTER,
                                        .begin = pdf_begin,
                                        .new_page = new_page,
                                        .end_page = end_page,
                                        .end = end,
                                        .drop = drop},
                                .svg = {.usual_name = "idl.svg",
                                        .is_single = true,
                                        .paint = PAINTER,
                                        .begin = svg_begin,
                                        .new_page = new_page,
                                        .end_page = end_page,
                                        .end = end,
                                        .drop = drop}};
