// Texts on a canvas: strokes of Hershey's fonts, or characters of the device's. Start at canvas_text.
#include "lib/graphics/writing.h"

#include "lib/graphics/keywords.h"
#include "lib/graphics/settings.h"
#include "plot/hershey.h"

#include <math.h>

#define UNITS_POINT (2.54 / 72 * PAGE_UNITS_CM)
enum { RUN_MAX = 200 };

// --- Hershey's fonts

static void write_stroke(void *arg, const double (*points)[2], int n)
{
    const Writing *w = arg;
    Point p[512];
    for (int i = 0; i < n; i++) p[i] = writing_place(w, points[i][0], points[i][1]);
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
                                          .at = writing_place(w, g->x, g->y),
                                          .cosine = w->cosine,
                                          .sine = w->sine});
    }
}

// --- Which fonts

typedef enum Hand { BY_STROKES, BY_RUNS, BY_OUTLINES } Hand;
enum { NO_OWN_FONTS = 1024 }; // a bit of !D.FLAGS

// The system's fonts may be missing, which is said once.
static bool has_fonts(Canvas *v)
{
    Gfx *g = gfx_of(v->call->vm);
    Status s = gfx_fonts(g);
    if (status_ok(s)) return true;
    if (!g->is_font_told) call_warn(v->call, false, "Hershey's fonts are drawn: %s", s.text ? s.text : "no others can be read.");
    g->is_font_told = true;
    status_drop(&s);
    return false;
}

// FONT or !P.FONT: -1 Hershey's, 0 the device's own, 1 TrueType. On a plane in space a device's own cannot lie: Hershey's do.
static Hand hand_of(Canvas *v, const Screen *screen, int64_t font)
{
    bool has_own = v->page || (v->window && !(screen->dev->idl_flags & NO_OWN_FONTS));
    if (!v->paint || font < 0 || (font == 0 && (v->plane || !has_own))) return BY_STROKES;
    if (font == 0 && v->page && v->paint->run) return BY_RUNS;
    return has_fonts(v) ? BY_OUTLINES : BY_STROKES;
}

static void free_layout(void *t) { text_free(t); }

static TextLayout *new_layout(Call *c)
{
    TextLayout *t = call_alloc(c, sizeof *t);
    *t = (TextLayout){0};
    call_defer(c, free_layout, t);
    return t;
}

double canvas_text(Canvas *v, const char *text, size_t n, Point at, const TextStyle *style, bool is_measured)
{
    Gfx *g = gfx_of(v->call->vm);
    int64_t kind = kw_or_long(v->call, G_FONT, 'P', "FONT");
    Hand hand = hand_of(v, g->on, kind);
    bool is_screens_own = hand == BY_OUTLINES && kind == 0; // of one size
    double size = is_screens_own ? 1 : style->size, unit = v->char_width * size / HERSHEY_UNITS;
    if (!(unit > 0)) return 0;
    double line = v->char_height * size / unit, quarters = style->degrees / 90;
    bool is_upright = quarters == floor(quarters); // or lies exactly on a side
    TextMetrics metrics = text_hershey(line);
    double points = v->page ? v->page->setup.font_size * UNITS_POINT : 0;
    PageFont runs = {v->page ? &v->page->setup : NULL, points * size / unit};
    OutlineFont outlines = {.call = v->call, .font = is_screens_own ? &g->on->own : &g->on->truetype, .unit = unit};
    outlines.px = (v->page ? points : outlines.font->size > 0 ? outlines.font->size : v->char_height) * size;
    outlines.is_fitted = !v->page && !v->plane && is_upright;
    if (hand == BY_RUNS) metrics = (TextMetrics){page_advance, &runs, line};
    if (hand == BY_OUTLINES) metrics = (TextMetrics){outline_advance, &outlines, line};
    TextLayout *layout = new_layout(v->call);
    int font = hand != BY_STROKES ? 0 : g->font ? g->font : HERSHEY_DEFAULT;
    if (!text_layout(text, n, font, style->alignment, &metrics, layout)) throw_no_memory(v->call);
    double width = layout->width * unit;
    if (is_measured) {
        text_free(layout);
        return width;
    }
    double angle = style->degrees * M_PI / 180;
    Writing w = {v, layout, at, unit, cos(angle), sin(angle)};
    if (is_upright) w.cosine = round(w.cosine), w.sine = round(w.sine);
    bool is_label = canvas_label(&w, style->alignment);
    if (hand == BY_RUNS) write_runs(&w, &runs);
    if (hand == BY_OUTLINES) outline_write(&w, &outlines);
    if (hand == BY_STROKES) {
        g->font = layout->font;
        write_strokes(&w, style->thick);
    }
    if (is_label) canvas_end_label(v);
    Point end = writing_place(&w, layout->end_x, layout->end_y);
    g->text_end[0] = end.x;
    g->text_end[1] = end.y;
    text_free(layout);
    return width;
}
