// See device_page.h. Start at device_page.
#include "lib/graphics/device_page.h"

#include "lib/graphics/device_fonts.h"
#include "sys/interrupt.h"

#include <math.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

enum { DEVICE_KEYWORDS(KW_SLOT_, KW_DEVICE_) KW_DEVICE_COUNT };

#define POINTS_INCH   72.0
#define CM_INCH       2.54
#define FARTHEST      1e6 // units, of sizes and offsets: 10 m
#define CELL_WIDTH    222.25 // of a character at 12 points
#define CELL_HEIGHT   352.78
#define USUAL_POINTS  12.0
enum { POINTS_MAX = 1000, FONT_FIRST = 3 };

static double in_range(Call *c, int slot, double lo, double hi)
{
    double x = call_kw_double(c, slot, 0);
    if (isnan(x) || x < lo || x > hi)
        throw_msg(c, E_VALUE, "Value of %s keyword is out of allowed range.", c->routine->keywords.p[slot].name);
    return x;
}

// --- Size and place

static void take_length(Call *c, int slot, double per_unit, double lo, double *to)
{
    double unit = call_kw_set(c, KW_DEVICE_INCHES) ? CM_INCH : 1;
    if (call_kw(c, slot)) *to = in_range(c, slot, lo / PAGE_UNITS_CM / unit, FARTHEST / PAGE_UNITS_CM / unit) * unit * per_unit;
}

static void take_sizes(Call *c, PageSetup *s)
{
    const double point = POINTS_INCH / CM_INCH;
    if (call_kw_set(c, KW_DEVICE_LANDSCAPE))
        page_orient(s, true);
    else if (call_kw_set(c, KW_DEVICE_PORTRAIT) || (call_kw(c, KW_DEVICE_LANDSCAPE) && s->is_landscape))
        page_orient(s, false);
    take_length(c, KW_DEVICE_XSIZE, PAGE_UNITS_CM, 1, &s->width);
    take_length(c, KW_DEVICE_YSIZE, PAGE_UNITS_CM, 1, &s->height);
    take_length(c, KW_DEVICE_XOFFSET, point, -FARTHEST, &s->x_offset);
    take_length(c, KW_DEVICE_YOFFSET, point, -FARTHEST, &s->y_offset);
    if (call_kw(c, KW_DEVICE_SCALE_FACTOR)) s->scale = in_range(c, KW_DEVICE_SCALE_FACTOR, 1e-3, 1e3);
}

static void flag(Call *c, int slot, bool *to)
{
    if (call_kw(c, slot)) *to = call_kw_set(c, slot);
}

static void take_form(Call *c, PageSetup *s)
{
    if (call_kw_set(c, KW_DEVICE_PREVIEW))
        call_warn(c, false, "PREVIEW is not supported: encapsulated files are written without a preview.");
    if (call_kw_set(c, KW_DEVICE_CMYK) && !gfx_page(gfx_of(c->vm))->format->verbatim)
        throw_msg(c, E_UNSUPPORTED, "CMYK is for PostScript files only.");
    flag(c, KW_DEVICE_ENCAPSULATED, &s->is_encapsulated);
    flag(c, KW_DEVICE_COLOR, &s->is_color);
    flag(c, KW_DEVICE_CMYK, &s->is_cmyk);
    flag(c, KW_DEVICE_ISOLATIN1, &s->is_latin1);
    if (s->is_cmyk && call_kw(c, KW_DEVICE_CMYK)) s->is_color = true;
    if (call_kw(c, KW_DEVICE_BITS_PER_PIXEL)) {
        int bits = (int)in_range(c, KW_DEVICE_BITS_PER_PIXEL, 1, 8);
        if (bits & (bits - 1)) throw_msg(c, E_VALUE, "Value of BITS_PER_PIXEL keyword is out of allowed range.");
        s->bits = bits;
    }
    if (call_kw(c, KW_DEVICE_LANGUAGE_LEVEL)) s->language_level = (int)in_range(c, KW_DEVICE_LANGUAGE_LEVEL, 1, 2);
}

// --- Fonts

static bool take_family(Call *c, PageSetup *s)
{
    static const struct {
        int slot;
        PsFamily family;
    } families[] = {
        {KW_DEVICE_AVANTGARDE, PS_AVANTGARDE}, {KW_DEVICE_BKMAN, PS_BOOKMAN}, {KW_DEVICE_COURIER, PS_COURIER},
        {KW_DEVICE_HELVETICA, PS_HELVETICA}, {KW_DEVICE_PALATINO, PS_PALATINO}, {KW_DEVICE_SCHOOLBOOK, PS_SCHOOLBOOK},
        {KW_DEVICE_SYMBOL, PS_SYMBOL}, {KW_DEVICE_TIMES, PS_TIMES}, {KW_DEVICE_ZAPFCHANCERY, PS_ZAPFCHANCERY},
        {KW_DEVICE_ZAPFDINGBATS, PS_ZAPFDINGBATS},
    };
    for (size_t i = 0; i < sizeof families / sizeof *families; i++) {
        if (!call_kw_set(c, families[i].slot)) continue;
        s->family = families[i].family;
        s->is_bold = s->is_slanted = false;
        return true;
    }
    return false;
}

// BOLD and its kin; false: none was given.
static bool take_style(Call *c, PageSetup *s)
{
    bool is_given = false;
    for (int slot = KW_DEVICE_BOLD; slot <= KW_DEVICE_NARROW; slot++) {
        if (!call_kw(c, slot)) continue;
        bool is_set = call_kw_set(c, slot), is_narrow = s->family == PS_HELVETICA_NARROW;
        is_given = true;
        if (slot <= KW_DEVICE_DEMI)
            s->is_bold = is_set;
        else if (slot <= KW_DEVICE_MEDIUM)
            s->is_bold = is_set ? false : s->is_bold;
        else if (slot <= KW_DEVICE_OBLIQUE)
            s->is_slanted = is_set;
        else if (is_narrow || s->family == PS_HELVETICA)
            s->family = is_set ? PS_HELVETICA_NARROW : PS_HELVETICA;
    }
    return is_given;
}

// A font by its name; blanks and stars stand for hyphens.
static int font_named(Call *c, const char *name)
{
    static const char *const short_names[] = {"Times", "Palatino", "NewCenturySchlbk"};
    char text[64], list[1024] = "";
    size_t n = strlen(name) < sizeof text - 1 ? strlen(name) : sizeof text - 1;
    for (size_t i = 0; i < n; i++) text[i] = name[i] == '*' || name[i] == ' ' ? '-' : name[i];
    text[n] = 0;
    for (size_t i = 0; i < 3; i++) {
        if (strcasecmp(text, short_names[i]) == 0) strcat(text, "-Roman");
    }
    int font = psfont_named(text);
    for (int i = 0; font < 0 && i < PSFONTS; i++)
        snprintf(list + strlen(list), sizeof list - strlen(list), " %s", psfonts[i].name);
    if (font < 0) throw_msg(c, E_VALUE, "Font is not available: %s. There are:%s", name, list);
    return font;
}

static void take_font(Call *c, PageSetup *s)
{
    bool is_truetype = call_kw_set(c, KW_DEVICE_TT_FONT);
    PageSetup before = *s;
    bool is_new = take_family(c, s);
    is_new |= take_style(c, s);
    int font = psfont_of(s->family, s->is_bold, s->is_slanted);
    const char *name = device_font_name(c);
    if (name && !is_truetype) {
        font = font_named(c, name);
        is_new = true;
    }
    if (call_kw(c, KW_DEVICE_FONT_INDEX)) {
        int index = (int)in_range(c, KW_DEVICE_FONT_INDEX, FONT_FIRST, PSFONT_NUMBERS - 1);
        s->fonts[index] = is_new ? font : s->font;
        s->family = before.family, s->is_bold = before.is_bold, s->is_slanted = before.is_slanted;
    } else if (is_new) {
        s->font = font;
    }
    if (call_kw(c, KW_DEVICE_FONT_SIZE)) {
        Screen *screen = gfx_of(c->vm)->on;
        s->font_size = in_range(c, KW_DEVICE_FONT_SIZE, 1, POINTS_MAX);
        screen->char_width = (int)(CELL_WIDTH * s->font_size / USUAL_POINTS);
        screen->char_height = (int)(CELL_HEIGHT * s->font_size / USUAL_POINTS);
    }
}

// --- The file

// Ctrl-C may have ended it.
static void sure(Call *c, Status s)
{
    if (!status_ok(s) && sys_interrupted()) {
        status_drop(&s);
        s = STATUS_OK;
    }
    call_poll(c);
    TRY(c, s);
}

void device_close_page(Call *c, Page *page)
{
    sure(c, page_close(page));
    if (page->lost) call_warn(c, true, "%s: %s.", page_filename(page), page->lost);
}

void device_page(Call *c, Page *page)
{
    PageSetup s = page->setup;
    Screen *screen = gfx_of(c->vm)->on;
    take_sizes(c, &s);
    take_form(c, &s);
    take_font(c, &s);
    page->setup = s;
    screen->width = (int)lround(s.width);
    screen->height = (int)lround(s.height);
    if (call_kw(c, KW_DEVICE_FILENAME))
        sure(c, page_name(page, gfx_expand(c, str_text(call_kw_str_peek(c, KW_DEVICE_FILENAME)))));
    if (call_kw(c, KW_DEVICE_OUTPUT)) {
        const Str *text = call_kw_str_peek(c, KW_DEVICE_OUTPUT);
        sure(c, page_verbatim(page, str_text(text), str_len(text)));
    }
}
