// Texts on a canvas: strokes of Hershey's fonts, or characters of the device's. Start at canvas_text.
#include "lib/graphics/canvas.h"

#include "lib/graphics/keywords.h"
#include "lib/graphics/settings.h"
#include "plot/hershey.h"
#include "plot/text.h"

#include <math.h>

#define UNITS_POINT (2.54 / 72 * PAGE_UNITS_CM)
enum { RUN_MAX = 200 };

// A text that is laid out: `unit` is a Hershey unit in device coordinates.
typedef struct Writing {
    Canvas *canvas;
    const TextLayout *layout;
    Point at;
    double unit, cosine, sine;
} Writing;

static Point place_of(const Writing *w, double x, double y)
{
    x *= w->unit;
    y *= w->unit;
    return (Point){w->at.x + x * w->cosine - y * w->sine, w->at.y + x * w->sine + y * w->cosine};
}

// --- Hershey's fonts

static void write_stroke(void *arg, const double (*points)[2], int n)
{
    const Writing *w = arg;
    Point p[512];
    for (int i = 0; i < n; i++) p[i] = place_of(w, points[i][0], points[i][1]);
    canvas_path(w->canvas, p, n);
}

static void write_strokes(const Writing *w, double thick)
{
    Canvas *v = w->canvas;
    Pen before = v->pen;
    v->pen = (Pen){thick, 0};
    text_strokes(w->layout, write_stroke, (void *)w);
    v->pen = before;
}

// --- Fonts of PostScript

typedef struct PageFont {
    const PageSetup *setup;
    double em; // in units
} PageFont;

static PsChar char_of(const PageSetup *s, const TextGlyph *g)
{
    bool is_numbered = g->font > 0 && g->font < PSFONT_NUMBERS;
    return psfont_char(is_numbered ? s->fonts[g->font] : s->font, g->code, g->is_byte, s->is_latin1);
}

static double page_advance(const void *arg, const TextGlyph *g)
{
    const PageFont *f = arg;
    return char_of(f->setup, g).width / 1000.0 * f->em;
}

// Characters that follow each other in one font are written at once.
static void write_runs(const Writing *w, const PageFont *f)
{
    const TextLayout *t = w->layout;
    for (int i = 0, next; i < t->glyphs.len; i = next) {
        const TextGlyph *g = &t->glyphs.p[i];
        PsChar first = char_of(f->setup, g);
        uint8_t text[RUN_MAX];
        int n = 0;
        double x = g->x;
        for (next = i; next < t->glyphs.len && n < RUN_MAX; next++) {
            const TextGlyph *h = &t->glyphs.p[next];
            PsChar c = char_of(f->setup, h);
            bool goes_on = c.font == first.font && c.is_latin1 == first.is_latin1 && h->size == g->size && h->y == g->y &&
                           fabs(h->x - x) < 1e-6;
            if (!goes_on) break;
            text[n++] = c.code;
            x += c.width / 1000.0 * f->em * h->size;
        }
        canvas_run(w->canvas, &(PaintRun){.font = first.font,
                                          .is_latin1 = first.is_latin1,
                                          .text = text,
                                          .n = n,
                                          .size = f->em * g->size * w->unit,
                                          .at = place_of(w, g->x, g->y),
                                          .cosine = w->cosine,
                                          .sine = w->sine});
    }
}

// Screens' device fonts (FONT=0) and TrueType (1) are not here yet; it is said once.
static void note_font(Canvas *v)
{
    Gfx *g = gfx_of(v->call->vm);
    if (g->is_font_told) return;
    g->is_font_told = true;
    call_warn(v->call, false, "FONT=0 and 1 (device and TrueType fonts) are not supported yet: Hershey fonts are drawn.");
}

static void free_layout(void *t) { text_free(t); }

double canvas_text(Canvas *v, const char *text, size_t n, Point at, const TextStyle *style, bool is_measured)
{
    Gfx *g = gfx_of(v->call->vm);
    double unit = v->char_width * style->size / HERSHEY_UNITS, angle = style->degrees * M_PI / 180;
    double line = unit > 0 ? v->char_height * style->size / unit : 0;
    int64_t kind = kw_or_long(v->call, G_FONT, 'P', "FONT");
    bool is_page = kind == 0 && v->page && unit > 0;
    PageFont page_font = {0};
    TextMetrics metrics = text_hershey(line);
    if (is_page) {
        page_font = (PageFont){&v->page->setup, v->page->setup.font_size * UNITS_POINT * style->size / unit};
        metrics = (TextMetrics){page_advance, &page_font, line};
    } else if (kind >= 0) {
        note_font(v);
    }
    TextLayout *layout = call_alloc(v->call, sizeof *layout);
    call_defer(v->call, free_layout, layout);
    text_layout(text, n, is_page ? 0 : g->font ? g->font : HERSHEY_DEFAULT, style->alignment, &metrics, layout);
    if (is_measured) return layout->width * unit;
    Writing w = {v, layout, at, unit, cos(angle), sin(angle)};
    if (is_page) {
        write_runs(&w, &page_font);
    } else {
        g->font = layout->font;
        write_strokes(&w, style->thick);
    }
    Point end = place_of(&w, layout->end_x, layout->end_y);
    g->text_end[0] = end.x;
    g->text_end[1] = end.y;
    return layout->width * unit;
}
