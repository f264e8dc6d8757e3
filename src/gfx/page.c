// See page.h.
#include "gfx/page.h"

#include "base/mem.h"
#include "core/errors.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#define POINTS_INCH 72.0
#define CM_INCH     2.54
#define DUST        1e-3 // points: sizes come as FLOAT

void page_orient(PageSetup *s, bool is_landscape)
{
    const double per_inch = CM_INCH * PAGE_UNITS_CM;
    s->is_landscape = is_landscape;
    s->width = (is_landscape ? 9.5 : 7.0) * per_inch;
    s->height = (is_landscape ? 7.0 : 5.0) * per_inch;
    s->x_offset = 0.75 * POINTS_INCH;
    s->y_offset = (is_landscape ? 10.25 : 5.0) * POINTS_INCH;
}

PageSetup page_defaults(void)
{
    PageSetup s = {.scale = 1, .bits = 4, .language_level = 1, .font_size = 12, .family = PS_HELVETICA};
    page_orient(&s, false);
    s.font = psfont_of(s.family, false, false);
    for (int i = 0; i < PSFONT_NUMBERS; i++) s.fonts[i] = psfont_usual(i);
    return s;
}

void page_bounds(const PageSetup *s, double box[4])
{
    double points = POINTS_INCH / CM_INCH / PAGE_UNITS_CM * s->scale, width = s->width * points, height = s->height * points;
    double x = s->is_encapsulated ? 0 : s->x_offset;
    double y = s->is_encapsulated ? (s->is_landscape ? width : 0) : s->y_offset;
    box[0] = floor(x + DUST);
    box[1] = floor((s->is_landscape ? y - width : y) + DUST);
    box[2] = ceil(x + (s->is_landscape ? height : width) - DUST);
    box[3] = ceil((s->is_landscape ? y : y + height) - DUST);
}

void page_color(const PageSetup *s, int64_t color, const ColorTable *colors, uint8_t rgb[3])
{
    int index = (int)(color & 255);
    for (int i = 0; i < 3; i++) rgb[i] = colors ? (uint8_t)index : (uint8_t)(color >> 8 * i);
    if (!colors || !s->is_color) return; // in grey, tables have no part
    rgb[0] = colors->r[index];
    rgb[1] = colors->g[index];
    rgb[2] = colors->b[index];
}

Page *page_new(const PageFormat *format)
{
    Page *p = mem_must(sizeof *p);
    *p = (Page){.setup = page_defaults(), .format = format, .file = {.fd = -1}, .out = BUF_INIT(BUF_NO_LIMIT)};
    return p;
}

const char *page_filename(const Page *p) { return p->filename ? p->filename : p->format->usual_name; }

// The name of the file that is being written; owned.
static char *name_of(const Page *p)
{
    const char *name = page_filename(p), *dot = strrchr(name, '.');
    size_t room = strlen(name) + 16, stem = dot && !strchr(dot, '/') ? (size_t)(dot - name) : strlen(name);
    char *out = mem_must(room);
    if (p->sheet == 0)
        snprintf(out, room, "%s", name);
    else
        snprintf(out, room, "%.*s_%d%s", (int)stem, name, p->sheet + 1, name + stem);
    return out;
}

static Status failed(const Page *p, int code, int err, const char *what)
{
    char *name = name_of(p);
    Status s = status_sys(code, err, "Error %s file. File: %s", what, name);
    mem_free(name);
    return s;
}

// The file is closed or given up: the device is as if none had been opened.
static void forget(Page *p)
{
    if (p->has_begun) p->format->drop(p);
    buf_free(&p->out);
    p->is_open = p->has_begun = p->has_page = false;
    p->pages = 0;
    p->writer = NULL;
}

static void give_up(Page *p)
{
    publish_abandon(&p->file);
    forget(p);
}

void page_free(Page *p)
{
    if (p->is_open) give_up(p);
    mem_free(p->filename);
    mem_free(p);
}

static Status open_file(Page *p)
{
    char *name = name_of(p);
    int err = publish_open(&p->file, name, 0666);
    mem_free(name);
    if (err) return failed(p, E_OPEN, err, "opening");
    p->is_open = true;
    p->lost = NULL;
    return STATUS_OK;
}

Status page_flush(Page *p, bool is_all)
{
    if (!buf_ok(&p->out)) {
        give_up(p);
        return status_fail(E_NO_MEMORY, "Unable to allocate memory: to write a file.");
    }
    if (!is_all && p->out.len < PAGE_MUCH) return STATUS_OK;
    int err = publish_write(&p->file, p->out.p, p->out.len);
    buf_clear(&p->out);
    if (!err) return STATUS_OK;
    give_up(p);
    return failed(p, E_WRITE, err, "writing");
}

Status page_name(Page *p, const char *filename)
{
    STATUS_TRY(page_close(p));
    mem_free(p->filename);
    p->filename = mem_strdup(filename);
    return open_file(p);
}

// A step that fails gives the file up.
static Status sure(Page *p, Status s)
{
    if (!status_ok(s) && p->is_open) give_up(p);
    return s;
}

Status page_begin(Page *p)
{
    p->is_blank = false;
    if (p->has_page) return STATUS_OK;
    if (!p->is_open) STATUS_TRY(open_file(p));
    bool is_first = !p->has_begun;
    p->has_begun = true;
    if (is_first) STATUS_TRY(sure(p, p->format->begin(p)));
    STATUS_TRY(sure(p, p->format->new_page(p)));
    p->has_page = true;
    p->pages++;
    return page_flush(p, is_first); // a disk that is full is known at once
}

static Status end_page(Page *p)
{
    if (!p->has_page) return STATUS_OK;
    p->has_page = false;
    STATUS_TRY(sure(p, p->format->end_page(p)));
    return page_flush(p, false);
}

static Status close_file(Page *p)
{
    p->lost = NULL;
    if (!p->is_open) return STATUS_OK;
    if (!p->has_begun) {
        give_up(p);
        return STATUS_OK;
    }
    STATUS_TRY(end_page(p));
    STATUS_TRY(sure(p, p->format->end(p)));
    STATUS_TRY(page_flush(p, true));
    int err = publish_commit(&p->file, &p->lost);
    forget(p);
    return err ? failed(p, E_WRITE, err, "writing") : STATUS_OK;
}

Status page_erase(Page *p)
{
    if (p->is_blank) return STATUS_OK;
    if (!p->has_page || !p->format->is_single) return end_page(p);
    STATUS_TRY(close_file(p));
    p->sheet++;
    return STATUS_OK;
}

Status page_close(Page *p)
{
    Status s = close_file(p);
    p->sheet = 0;
    return s;
}

void page_set_color(void *page, const uint8_t rgb[3]) { memcpy(((Page *)page)->color, rgb, 3); }

static double near_page(double x) { return fmax(-PAGE_FAR, fmin(PAGE_FAR, x)); }

// A rectangle that is none shows nothing.
void page_set_clip(void *page, const Box *b)
{
    Page *p = page;
    p->is_clipped = b != NULL;
    if (!b) return;
    bool is_box = !isnan(b->x0) && !isnan(b->x1) && !isnan(b->y0) && !isnan(b->y1);
    double x0 = near_page(b->x0), x1 = near_page(b->x1), y0 = near_page(b->y0), y1 = near_page(b->y1);
    p->clip = is_box ? (Box){fmin(x0, x1), fmin(y0, y1), fmax(x0, x1), fmax(y0, y1)}
                     : (Box){PAGE_FAR, PAGE_FAR, PAGE_FAR, PAGE_FAR};
}

Status page_paint_erase(void *page) { return page_erase(page); }

Status page_verbatim(Page *p, const char *text, size_t n)
{
    if (!p->format->verbatim) return status_fail(E_UNSUPPORTED, "OUTPUT is for PostScript files only.");
    bool is_blank = !p->has_page || p->is_blank;
    STATUS_TRY(page_begin(p));
    p->is_blank = is_blank;
    STATUS_TRY(p->format->verbatim(p, text, n));
    return page_flush(p, false);
}
