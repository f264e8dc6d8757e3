// Lines, polygons and texts in PostScript: integers, 1/1000 cm; lines relative to the point before. Start at ps_path.
#include "gfx/ps.h"

#include "gfx/page_parts.h"
#include "plot/dash.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#define THIN   10.0 // units of a line that is 1 thick
enum { PATH_POINTS = 400, LINE_LENGTH = 80 };

// --- What is drawn with

static void new_line(Page *p)
{
    if (p->out.len < ps_of(p)->line) ps_of(p)->line = 0;
    if (p->out.len > ps_of(p)->line) buf_putc(&p->out, '\n');
    ps_of(p)->line = p->out.len;
}

static void word(Page *p, const char *text)
{
    if (p->out.len < ps_of(p)->line) ps_of(p)->line = 0; // what there was has been sent
    if (p->out.len > ps_of(p)->line) buf_putc(&p->out, ' ');
    buf_puts(&p->out, text);
}

// Lines of the program have moderate lengths.
static void wrap(Page *p)
{
    if (p->out.len > ps_of(p)->line + LINE_LENGTH) new_line(p);
}

// Between two words.
static Status send(Page *p)
{
    if (p->out.len >= PAGE_MUCH) new_line(p);
    return page_flush(p, false);
}

static void put_integer(Page *p, long x)
{
    char text[24], *at = text + sizeof text;
    bool is_negative = x < 0;
    unsigned long left = is_negative ? 0 - (unsigned long)x : (unsigned long)x;
    *--at = 0;
    do *--at = (char)('0' + left % 10);
    while (left /= 10);
    if (is_negative) *--at = '-';
    word(p, at);
}

static void put_fraction(Page *p, double x)
{
    char text[32];
    snprintf(text, sizeof text, "%.4g", x);
    word(p, text);
}

void ps_settle(Page *p)
{
    Ps *ps = ps_of(p);
    if (ps->is_path) word(p, "D");
    ps->is_path = ps->is_started = false;
    ps->points = 0;
    new_line(p);
}

static double grey(const uint8_t c[3]) { return (0.30 * c[0] + 0.59 * c[1] + 0.11 * c[2]) / 255; }

void ps_color(Page *p)
{
    Ps *ps = ps_of(p);
    const uint8_t *c = p->color;
    if (memcmp(c, ps->color, 3) == 0) return;
    ps_settle(p);
    bool is_grey = !p->setup.is_color || (c[0] == c[1] && c[1] == c[2] && !p->setup.is_cmyk);
    if (is_grey) {
        put_fraction(p, grey(c));
        word(p, "G");
    } else if (p->setup.is_cmyk) {
        int most = c[0] > c[1] ? c[0] : c[1];
        if (c[2] > most) most = c[2];
        for (int i = 0; i < 3; i++) put_fraction(p, most ? (double)(most - c[i]) / most : 0);
        put_fraction(p, (255 - most) / 255.0);
        word(p, "setcmykcolor");
    } else {
        for (int i = 0; i < 3; i++) put_fraction(p, c[i] / 255.0);
        word(p, "C");
    }
    memcpy(ps->color, c, 3);
    new_line(p);
}

static void set_pen(Page *p, const Pen *pen)
{
    Ps *ps = ps_of(p);
    int n, style = pen->linestyle;
    double thick = pen->thick > 0 ? fmin(pen->thick, 1e4) : 1;
    const double *pattern = dash_pattern(style, &n);
    if (!pattern) style = 0;
    if (thick == ps->thick && style == ps->linestyle) return;
    ps_settle(p);
    if (thick != ps->thick) put_fraction(p, thick * THIN), word(p, "W");
    if (style != ps->linestyle) {
        word(p, "[");
        for (int i = 0; i < n; i++) put_fraction(p, pattern[i]);
        word(p, "] L");
    }
    ps->thick = thick;
    ps->linestyle = style;
    new_line(p);
}

// --- Lines

static void put_vertex(Page *p, long x, long y)
{
    Ps *ps = ps_of(p);
    wrap(p);
    if (ps->is_started) {
        if (x == ps->x && y == ps->y && ps->points > 1) return;
        put_integer(p, x - ps->x);
        put_integer(p, y - ps->y);
        word(p, "R");
    } else {
        put_integer(p, x);
        put_integer(p, y);
        word(p, "M");
    }
    ps->is_path = ps->is_started = true;
    ps->points++;
    ps->x = x;
    ps->y = y;
}

// A point of a line; long paths are cut.
static void put_point(Page *p, long x, long y)
{
    Ps *ps = ps_of(p);
    if (ps->is_started && ps->points >= PATH_POINTS) {
        long at_x = ps->x, at_y = ps->y;
        ps_settle(p);
        put_vertex(p, at_x, at_y);
    }
    put_vertex(p, x, y);
}

static void begin_part(void *page) { ps_of(page)->is_started = false; }

static void line_point(void *page, double x, double y) { put_point(page, lround(x), lround(y)); }

static void polygon_point(void *page, double x, double y) { put_vertex(page, lround(x), lround(y)); }

static Status flush(void *page) { return send(page); }

static void put_dot(Page *p, Point at)
{
    if (!page_shows(p, at)) return;
    ps_settle(p);
    put_integer(p, lround(at.x));
    put_integer(p, lround(at.y));
    word(p, "P");
}

Status ps_path(void *page, const Point *q, int64_t n, const Pen *pen)
{
    Page *p = page;
    ps_color(p);
    set_pen(p, pen);
    if (n == 1)
        put_dot(p, q[0]);
    else
        STATUS_TRY(page_lines(p, q, n, &(PartSink){begin_part, line_point, flush, p}));
    return send(p);
}

Status ps_fill(void *page, const Point *q, int64_t n)
{
    Page *p = page;
    ps_settle(p);
    ps_color(p);
    STATUS_TRY(page_polygons(p, q, n, &(PartSink){begin_part, polygon_point, NULL, p}));
    if (ps_of(p)->is_path) word(p, "F");
    ps_of(p)->is_path = false;
    ps_settle(p);
    return send(p);
}

// --- Texts

static void set_font(Page *p, const PaintRun *run)
{
    Ps *ps = ps_of(p);
    const char *name = psfonts[run->font].name, *latin1 = run->is_latin1 ? "-Latin1" : "";
    ps->is_used[run->font] = true;
    if (run->is_latin1 && !ps->has_latin1[run->font]) {
        buf_printf(&p->out, "/%s-Latin1 /%s I\n", name, name);
        ps->has_latin1[run->font] = true;
    }
    if (ps->font == run->font && ps->is_latin1 == run->is_latin1 && ps->size == run->size) return;
    buf_printf(&p->out, "/%s%s %.3f T\n", name, latin1, run->size);
    ps->font = run->font;
    ps->is_latin1 = run->is_latin1;
    ps->size = run->size;
}

static void put_string(Buf *b, const uint8_t *text, int n)
{
    buf_putc(b, '(');
    for (int i = 0; i < n; i++) {
        if (text[i] == '(' || text[i] == ')' || text[i] == '\\')
            buf_printf(b, "\\%c", text[i]);
        else if (text[i] < ' ' || text[i] > '~')
            buf_printf(b, "\\%03o", text[i]);
        else
            buf_putc(b, (char)text[i]);
    }
    buf_putc(b, ')');
}

Status ps_run(void *page, const PaintRun *run)
{
    Page *p = page;
    Ps *ps = ps_of(p);
    Buf *b = &p->out;
    long x = lround(fmax(-PAGE_FAR, fmin(PAGE_FAR, run->at.x))), y = lround(fmax(-PAGE_FAR, fmin(PAGE_FAR, run->at.y)));
    bool is_turned = run->sine != 0 || run->cosine < 0, is_saved = is_turned || p->is_clipped;
    ps_color(p);
    ps_settle(p);
    set_font(p, run);
    if (is_saved) buf_puts(b, "gsave ");
    if (p->is_clipped) {
        const Box *c = &p->clip;
        buf_printf(b, "%.0f %.0f %.0f %.0f B ", c->x1 - c->x0, c->y1 - c->y0, c->x0, c->y0);
    }
    if (is_turned) {
        buf_printf(b, "%ld %ld translate %.5g rotate 0 0 M ", x, y, atan2(run->sine, run->cosine) * 180 / M_PI);
    } else {
        buf_printf(b, "%ld %ld M ", x, y);
    }
    put_string(b, run->text, run->n);
    buf_puts(b, is_saved ? " show grestore\n" : " show\n");
    ps->line = b->len;
    return page_flush(p, false);
}
