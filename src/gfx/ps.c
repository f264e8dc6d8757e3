// PostScript documents: head, pages, end. Start at ps_format. The lines that programs look for (%%BoundingBox,
// %%EndProlog, %%PageOrientation, ...) stand where IDL has them; the procedures are our own.
#include "gfx/ps.h"

#include "base/mem.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#define POINTS_UNIT (72.0 / 2.54 / PAGE_UNITS_CM)

static const char prolog[] =
    "%%BeginProlog\n"
    "/HelioDict 40 dict def HelioDict begin\n"
    "/M {moveto} bind def /R {rlineto} bind def /D {stroke} bind def /F {eofill} bind def\n"
    "/W {setlinewidth} bind def /L {0 setdash} bind def /G {setgray} bind def /C {setrgbcolor} bind def\n"
    "/P {10 0 360 arc fill} bind def\n"
    "/B {newpath moveto dup 0 exch rlineto exch 0 rlineto neg 0 exch rlineto closepath clip newpath} bind def\n"
    "/T {exch findfont exch scalefont setfont} bind def\n"
    "/I {findfont dup length dict begin {1 index /FID ne {def} {pop pop} ifelse} forall\n"
    "    /Encoding ISOLatin1Encoding def currentdict end definefont pop} bind def\n"
    "end\n"
    "%%EndProlog\n";

// Now, or what SOURCE_DATE_EPOCH says (seconds of 1970, UTC), so that a file can be made again byte by byte.
static void put_date(Buf *b)
{
    const char *fixed = getenv("SOURCE_DATE_EPOCH");
    char text[64];
    time_t now = fixed ? (time_t)strtoll(fixed, NULL, 10) : time(NULL);
    struct tm t;
    if (!(fixed ? gmtime_r(&now, &t) : localtime_r(&now, &t))) return;
    strftime(text, sizeof text, "%a %b %e %H:%M:%S %Y", &t);
    buf_printf(b, "%%%%CreationDate: %s\n", text);
}

static Status ps_begin(Page *p)
{
    const PageSetup *s = &p->setup;
    Buf *b = &p->out;
    double box[4];
    p->writer = mem_must(sizeof(Ps));
    *ps_of(p) = (Ps){.thick = -1, .linestyle = -1, .font = -1};
    page_bounds(s, box);
    buf_printf(b, "%%!PS-Adobe-3.0%s\n", s->is_encapsulated ? " EPSF-3.0" : "");
    buf_printf(b, "%%%%BoundingBox: %.0f %.0f %.0f %.0f\n", box[0], box[1], box[2], box[3]);
    buf_puts(b, "%%Title: Graphics produced by Heliograph\n");
    buf_puts(b, "%%Creator: Heliograph (direct graphics as IDL Version 8)\n");
    put_date(b);
    buf_puts(b, "%%DocumentData: Clean7Bit\n");
    if (s->is_color) buf_puts(b, "%%Requirements: color\n");
    buf_printf(b, "%%%%LanguageLevel: %d\n", s->language_level);
    buf_printf(b, "%%%%Orientation: %s\n", s->is_landscape ? "Landscape" : "Portrait");
    buf_puts(b, "%%PageOrder: Ascend\n%%Pages: (atend)\n%%DocumentNeededResources: (atend)\n%%EndComments\n");
    buf_puts(b, prolog);
    return STATUS_OK;
}

static Status ps_new_page(Page *p)
{
    const PageSetup *s = &p->setup;
    Buf *b = &p->out;
    double box[4], width = s->width * POINTS_UNIT * s->scale;
    Ps *ps = ps_of(p);
    page_bounds(s, box);
    buf_printf(b, "%%%%Page: %d %d\n", p->pages + 1, p->pages + 1);
    buf_printf(b, "%%%%PageRequirements:%s\n", s->is_color ? " color" : "");
    buf_puts(b, "%%PageResources: (atend)\n");
    buf_printf(b, "%%%%PageOrientation: %s\n", s->is_landscape ? "Landscape" : "Portrait");
    buf_printf(b, "%%%%PageBoundingBox: %.0f %.0f %.0f %.0f\n", box[0], box[1], box[2], box[3]);
    buf_puts(b, "%%BeginPageSetup\nsave HelioDict begin\n");
    if (!s->is_encapsulated) buf_printf(b, "%.6g %.6g translate\n", s->x_offset, s->y_offset);
    if (s->is_landscape && s->is_encapsulated) buf_printf(b, "0 %.6g translate\n", width);
    if (s->is_landscape) buf_puts(b, "270 rotate\n");
    buf_printf(b, "%.6g dup scale\n", POINTS_UNIT * s->scale);
    buf_puts(b, "10 setlinewidth 0 setlinecap 0 setlinejoin 2.5 setmiterlimit 0 setgray\n%%EndPageSetup\n");
    memset(ps->has_latin1, 0, sizeof ps->has_latin1);
    memset(ps->color, 0, sizeof ps->color);
    ps->thick = 1;
    ps->linestyle = 0;
    ps->font = -1;
    return STATUS_OK;
}

// The fonts that were used so far, as a comment of the trailer's.
static void put_fonts(Page *p, const char *comment)
{
    const Ps *ps = ps_of(p);
    bool is_first = true;
    for (int i = 0; i < PSFONTS; i++) {
        if (!ps->is_used[i]) continue;
        buf_printf(&p->out, "%s font %s\n", is_first ? comment : "%%+", psfonts[i].name);
        is_first = false;
    }
    if (is_first) buf_printf(&p->out, "%s\n", comment);
}

static Status ps_end_page(Page *p)
{
    ps_settle(p);
    buf_puts(&p->out, "end restore\nshowpage\n%%PageTrailer\n");
    put_fonts(p, "%%PageResources:");
    return STATUS_OK;
}

static Status ps_end(Page *p)
{
    buf_printf(&p->out, "%%%%Trailer\n%%%%Pages: %d\n", p->pages);
    put_fonts(p, "%%DocumentNeededResources:");
    buf_puts(&p->out, "%%EOF\n");
    return STATUS_OK;
}

static Status ps_verbatim(Page *p, const char *text, size_t n)
{
    ps_settle(p);
    buf_put(&p->out, text, n);
    buf_putc(&p->out, '\n');
    ps_of(p)->line = p->out.len;
    return STATUS_OK;
}

static void ps_drop(Page *p) { mem_free(p->writer); }

const PageFormat ps_format = {
    .usual_name = "idl.ps",
    .paint = {page_paint_erase, page_set_color, page_set_clip, ps_path, ps_fill, ps_run, ps_image},
    .begin = ps_begin,
    .new_page = ps_new_page,
    .end_page = ps_end_page,
    .verbatim = ps_verbatim,
    .end = ps_end,
    .drop = ps_drop,
};
