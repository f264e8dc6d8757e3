// See axis_look.h. Where labels and titles stand was measured (spec graphics.md 1.5). Start at axes_plan and axes_draw.
#include "lib/graphics/axis_look.h"

#include "lib/graphics/axis_levels.h"
#include "lib/graphics/keywords.h"
#include "lib/graphics/settings.h"
#include "plot/label.h"
#include "vm/dispatch/invoke.h"

#include <ctype.h>
#include <math.h>
#include <string.h>

// In character cells of the labels, from the axis.
#define X_LABEL_DOWN  1.5
#define X_TITLE_DOWN  2.8
#define LABEL_ASIDE   0.5
#define Y_LABEL_DOWN  0.4
#define Y_UPPERMOST   0.7
#define Y_TITLE_ASIDE 2.0
#define X_TITLE_UP    1.5
#define Y_TITLE_RIGHT 2.2
#define MINOR_PART    0.5
#define LONG_TICK     0.3 // minor ticks are as long as others from here on
enum { MINOR_MAX = 2000 };

static int slot(char letter, int of_x) { return of_x + (letter - 'X') * G_AXIS_STRIDE; }

// --- Labels

// FORMAT as a function of the program: F(axis, index, value), and the level where units are given.
static Val by_function(Call *c, const AxisLook *a, const Str *name, int level, int i, double value)
{
    char upper[128];
    size_t n = str_len(name) < sizeof upper - 1 ? str_len(name) : sizeof upper - 1;
    for (size_t k = 0; k < n; k++) upper[k] = (char)toupper((unsigned char)str_text(name)[k]);
    upper[n] = 0;
    Val args[] = {val_int((int16_t)(a->letter - 'X')), val_int((int16_t)i), val_double(value), val_int((int16_t)level)};
    int count = a->nlevels ? 4 : 3;
    return invoke_take(c->vm, invoke_site(c->vm, NULL, upper, false, true, count, 0, NULL), count, args);
}

static Val by_format(Call *c, const Str *format, double value)
{
    static const char *const keyword[] = {"FORMAT"};
    Val args[] = {val_double(value), val_str_take(str_ref((Str *)format))};
    return invoke_take(c->vm, invoke_site(c->vm, NULL, "STRING", false, true, 1, 1, keyword), 2, args);
}

static const Str *formatted(Call *c, const AxisLook *a, const Str *format, int level, int i, double value)
{
    bool is_format = memchr(str_text(format), '(', str_len(format)) || memchr(str_text(format), '%', str_len(format));
    Val v = is_format ? by_format(c, format, value) : by_function(c, a, format, level, i, value);
    const Val *kept = call_keep_take(c, v);
    const Str *s = val_to_str_peek(c, kept, "tick label");
    const char *p = str_text(s);
    size_t n = str_len(s), blanks = 0;
    while (blanks < n && p[blanks] == ' ') blanks++;
    return blanks ? call_keep_take(c, val_stringn(p + blanks, n - blanks))->s : s;
}

// The strings of a keyword or a setting; `room` pointers are set, NULL where there is none.
static void strings(Call *c, int kw, char letter, const char *tag, int room, const Str **out)
{
    const Val *given = call_kw(c, kw);
    const StrSlot *p = given ? NULL : setting(c, letter, tag);
    int64_t n = room;
    if (given) {
        const Val *v = call_convert(c, given, T_STRING);
        n = val_count(v) < room ? val_count(v) : room;
        if (val_is_array(v))
            p = v->a->data;
        else if (n)
            out[0] = v->s;
    }
    for (int i = 0; i < room; i++) {
        if (p)
            out[i] = i < n ? p[i].p : NULL;
        else if (i > 0 || !given)
            out[i] = NULL;
        if (str_len(out[i]))
            out[i] = call_keep_take(c, val_str_take(str_ref((Str *)out[i])))->s; // the program's code may run
    }
}

// The text of a tick of a level, from 0 on: by its format (a single one is for all levels), or as the unit has it.
static const Str *level_label(Call *c, const AxisLook *a, int level, int i, double value)
{
    const Str *formats[AXIS_LEVELS_MAX];
    char text[LABEL_MAX];
    strings(c, slot(a->letter, G_XTICKFORMAT), a->letter, "TICKFORMAT", AXIS_LEVELS_MAX, formats);
    bool is_single = true;
    for (int k = 1; k < AXIS_LEVELS_MAX; k++) is_single &= !str_len(formats[k]);
    const Str *format = formats[is_single ? 0 : level];
    if (str_len(format)) return formatted(c, a, format, level, i, value);
    DateUnit unit = level ? a->level[level - 1].unit : a->unit;
    if (unit == DATE_NONE)
        axis_label(level ? &a->level[level - 1].axis : &a->axis, i, text);
    else
        date_label(value, unit, text);
    return call_keep_take(c, val_string(text))->s;
}

static void find_labels(Call *c, AxisLook *a)
{
    const Str *names[AXIS_TICKS_MAX];
    strings(c, slot(a->letter, G_XTICKNAME), a->letter, "TICKNAME", AXIS_TICKS_MAX, names);
    for (int i = 0; i < a->axis.n; i++)
        a->label[i] = str_len(names[i]) ? names[i] : level_label(c, a, 0, i, a->axis.tick[i]);
}

// --- Planning

bool axes_log(Call *c, char letter, int log_slot)
{
    return call_kw_set(c, call_kw(c, log_slot) ? log_slot : G_XTYPE + (letter - 'X'));
}

bool axes_log_given(Call *c, char letter, int log_slot)
{
    return call_kw(c, log_slot) || call_kw(c, G_XTYPE + (letter - 'X'));
}

static AxisWish wish_of(Call *c, char letter, const double data[2], bool is_log, bool from_zero)
{
    int n;
    AxisWish w = {.is_log = is_log, .data = {data[0], data[1]}, .from_zero = from_zero};
    w.style = (int)kw_or_long(c, slot(letter, G_XSTYLE), letter, "STYLE");
    const double *range = kw_numbers(c, slot(letter, G_XRANGE), 2, 2, &n);
    if (!range) range = setting_doubles(c, letter, "RANGE");
    w.range[0] = range[0];
    w.range[1] = range[1];
    w.intervals = (int)fmax(fmin((double)kw_or_long(c, slot(letter, G_XTICKS), letter, "TICKS"), AXIS_TICKS_MAX - 1), 0);
    w.places = kw_numbers(c, slot(letter, G_XTICKV), 1, AXIS_TICKS_MAX, &w.nplaces);
    if (!w.places && w.intervals > 0) {
        w.places = setting_doubles(c, letter, "TICKV");
        for (int i = 0; i < AXIS_TICKS_MAX; i++) w.nplaces = w.places[i] != 0 ? AXIS_TICKS_MAX : w.nplaces;
    }
    bool has_interval = call_kw(c, slot(letter, G_XTICKINTERVAL));
    w.interval = has_interval ? call_kw_double(c, slot(letter, G_XTICKINTERVAL), 0)
                              : *setting_doubles(c, letter, "TICKINTERVAL");
    w.minor = (int)kw_or_long(c, slot(letter, G_XMINOR), letter, "MINOR");
    return w;
}

static void return_ticks(Call *c, const AxisLook *a)
{
    if (!call_kw_given(c, slot(a->letter, G_XTICK_GET))) return;
    Arr *ticks = call_new_array(c, T_DOUBLE, 1, (int64_t[]){a->axis.n ? a->axis.n : 1}, true);
    memcpy(ticks->data, a->axis.tick, (size_t)a->axis.n * sizeof(double));
    call_kw_set_take(c, slot(a->letter, G_XTICK_GET), val_arr_take(arr_ref(ticks)));
}

// Whether all names are the same: a setting that one string was assigned to.
static bool is_filled(const Str *const *names)
{
    for (int i = 1; i < AXIS_LEVELS_MAX; i++) {
        if (!str_eq(names[i], names[0])) return false;
    }
    return true;
}

// [XYZ]TICKUNITS: how many levels there are, 0 without it, and what they count.
static void find_units(Call *c, AxisLook *a, DateUnit *unit)
{
    const Str *names[AXIS_LEVELS_MAX];
    int kw = slot(a->letter, G_XTICKUNITS);
    strings(c, kw, a->letter, "TICKUNITS", AXIS_LEVELS_MAX, names);
    int n = !call_kw(c, kw) && is_filled(names) ? 1 : AXIS_LEVELS_MAX;
    for (int i = 0; i < n; i++) {
        unit[i] = axis_unit(c, a->letter, names[i]);
        if (str_len(names[i])) a->nlevels = i + 1;
    }
    a->unit = unit[0];
}

static AxisLook look_of(Call *c, char letter, const AxisWish *w, double char_size)
{
    AxisLook a = {.letter = letter};
    DateUnit unit[AXIS_LEVELS_MAX];
    find_units(c, &a, unit);
    AxisFault fault = a.unit ? date_plan(w, a.unit, &a.axis) : axis_plan(w, &a.axis);
    if (a.unit == DATE_TIME) a.unit = date_unit_for(fabs(a.axis.range[1] - a.axis.range[0]));
    if (fault == AXIS_ZERO_LENGTH) throw_msg(c, E_VALUE, "Data range for axis has zero length.");
    if (fault == AXIS_INFINITE) call_warn(c, false, "Infinite plot range.");
    double own = kw_or_float(c, slot(letter, G_XCHARSIZE), letter, "CHARSIZE");
    a.style = w->style;
    a.char_size = char_size * (own > 0 ? own : 1);
    a.thick = kw_or_float(c, slot(letter, G_XTHICK), letter, "THICK");
    a.grid_style = (int)kw_or_long(c, slot(letter, G_XGRIDSTYLE), letter, "GRIDSTYLE");
    a.tick_length = kw_or_float(c, slot(letter, G_XTICKLEN), letter, "TICKLEN");
    if (a.tick_length == 0) a.tick_length = kw_or_float(c, G_TICKLEN, 'P', "TICKLEN");
    a.title = kw_or_text(c, slot(letter, G_XTITLE), letter, "TITLE");
    a.layout = gfx_ranged(c, kw_or_long(c, slot(letter, G_XTICKLAYOUT), letter, "TICKLAYOUT"), LAYOUT_AXIS,
                          LAYOUT_BOXES, "TICKLAYOUT keyword");
    return_ticks(c, &a);
    find_labels(c, &a);
    axis_levels_plan(c, &a, unit, level_label);
    return a;
}

AxisLook axes_plan(Call *c, char letter, const double data[2], bool is_log, bool from_zero, double char_size)
{
    AxisWish w = wish_of(c, letter, data, is_log, from_zero);
    return look_of(c, letter, &w, char_size);
}

AxisLook axes_plan_exactly(Call *c, char letter, const double range[2], bool is_log, double char_size)
{
    AxisWish w = wish_of(c, letter, range, is_log, false);
    w.range[0] = range[0];
    w.range[1] = range[1];
    w.style |= AXIS_EXACT;
    return look_of(c, letter, &w, char_size);
}

void axes_store(Call *c, const AxisLook *a, double w0, double w1, double r0, double r1)
{
    double *range = setting_doubles(c, a->letter, "CRANGE"), c0 = a->axis.range[0], c1 = a->axis.range[1];
    range[0] = c0;
    range[1] = c1;
    double *s = setting_doubles(c, a->letter, "S");
    s[1] = (w1 - w0) / (c1 - c0);
    s[0] = w0 - s[1] * c0;
    float *window = setting_floats(c, a->letter, "WINDOW"), *region = setting_floats(c, a->letter, "REGION");
    window[0] = (float)w0, window[1] = (float)w1;
    region[0] = (float)r0, region[1] = (float)r1;
    *(int32_t *)setting(c, a->letter, "TYPE") = a->axis.is_log;
}

// --- Drawing

typedef struct Ruler {
    Canvas *canvas;
    const AxisLook *look;
    Point origin, along, inward; // device coordinates; `along` is the whole axis, `inward` a tick
    bool is_x;
    double char_thick, cx, cy;
    double out; // by how much labels move away from the axis: the length of ticks that point outwards
} Ruler;

static Point at(const Ruler *r, double place, double inward)
{
    return (Point){r->origin.x + place * r->along.x + inward * r->inward.x,
                   r->origin.y + place * r->along.y + inward * r->inward.y};
}

static void draw_tick(const Ruler *r, double place, double part)
{
    r->canvas->pen.linestyle = r->look->grid_style;
    canvas_path(r->canvas, (Point[]){at(r, place, 0), at(r, place, part)}, 2);
    r->canvas->pen.linestyle = 0;
}

static double put(const Ruler *r, const Str *s, Point p, double alignment, double degrees, bool is_measured)
{
    TextStyle style = {r->look->char_size, r->char_thick, degrees, alignment};
    return canvas_text(r->canvas, str_text(s), str_len(s), p, &style, is_measured);
}

static void label_x(const Ruler *r, const Str *s, double place, bool is_top)
{
    Point p = at(r, place, 0);
    p.y += is_top ? r->out + LABEL_ASIDE * r->cy : -r->out - X_LABEL_DOWN * r->cy;
    bool is_boxed = r->look->layout == LAYOUT_BOXES;
    if (is_boxed) p.x += LABEL_ASIDE * r->cx;
    put(r, s, p, is_boxed ? 0 : 0.5, 0, false);
}

static void label_y(const Ruler *r, const Str *s, double place, bool is_right)
{
    Point p = at(r, place, 0);
    bool is_low = fabs(place) < 1e-4, is_high = fabs(place - 1) < 1e-4;
    double down = r->out > 0 ? Y_LABEL_DOWN : is_low ? 0 : is_high ? Y_UPPERMOST : Y_LABEL_DOWN;
    p.y -= down * r->cy;
    p.x += is_right ? r->out + LABEL_ASIDE * r->cx : -r->out - LABEL_ASIDE * r->cx;
    put(r, s, p, is_right ? 0 : 1, 0, false);
}

static double widest_label(const Ruler *r)
{
    double width = 0;
    for (int i = 0; i < r->look->axis.n; i++) width = fmax(width, put(r, r->look->label[i], (Point){0, 0}, 0, 0, true));
    return width;
}

static void draw_title(const Ruler *r, AxisSide side)
{
    if (!str_len(r->look->title)) return;
    Point p = at(r, 0.5, 0);
    double deep = r->out + axis_levels_depth(r->canvas, r->look, side);
    if (side == SIDE_BOTTOM)
        p.y -= deep + X_TITLE_DOWN * r->cy;
    else if (side == SIDE_TOP)
        p.y += deep + X_TITLE_UP * r->cy;
    else if (side == SIDE_LEFT)
        p.x -= deep + widest_label(r) + Y_TITLE_ASIDE * r->cx;
    else
        p.x += deep + widest_label(r) + Y_TITLE_RIGHT * r->cx;
    put(r, r->look->title, p, 0.5, r->is_x ? 0 : 90, false);
}

static Ruler ruler(Canvas *v, const AxisLook *a, Box b, AxisSide side, double char_thick)
{
    double length = a->tick_length, height = length * (b.y1 - b.y0), width = length * (b.x1 - b.x0);
    Ruler r = {.canvas = v,
               .look = a,
               .is_x = side <= SIDE_TOP,
               .char_thick = char_thick,
               .cx = v->char_width * a->char_size,
               .cy = v->char_height * a->char_size};
    r.origin = (Point){side == SIDE_RIGHT ? b.x1 : b.x0, side == SIDE_TOP ? b.y1 : b.y0};
    r.along = r.is_x ? (Point){b.x1 - b.x0, 0} : (Point){0, b.y1 - b.y0};
    r.inward =
        r.is_x ? (Point){0, side == SIDE_TOP ? -height : height} : (Point){side == SIDE_RIGHT ? -width : width, 0};
    r.out = length < 0 ? fabs(r.is_x ? height : width) : 0;
    return r;
}

void axes_draw(Canvas *v, const AxisLook *a, Box box, AxisSide side, bool is_labelled, double char_thick)
{
    Ruler r = ruler(v, a, box, side, char_thick);
    double minor[MINOR_MAX];
    bool has_line = a->layout != LAYOUT_LABELS;
    v->pen = (Pen){a->thick, 0};
    if (has_line) canvas_path(v, (Point[]){at(&r, 0, 0), at(&r, 1, 0)}, 2);
    for (int i = 0; i < a->axis.n; i++) {
        double place = axis_place(&a->axis, a->axis.tick[i]);
        if (has_line) draw_tick(&r, place, 1);
        if (is_labelled && r.is_x)
            label_x(&r, a->label[i], place, side == SIDE_TOP);
        else if (is_labelled)
            label_y(&r, a->label[i], place, side == SIDE_RIGHT);
    }
    int n = !has_line ? 0
            : a->unit ? date_minor_places(&a->axis, a->unit, minor, MINOR_MAX)
                      : axis_minor_places(&a->axis, minor, MINOR_MAX);
    for (int i = 0; i < n; i++) draw_tick(&r, minor[i], fabs(a->tick_length) < LONG_TICK ? MINOR_PART : 1);
    if (is_labelled) axis_levels_draw(v, a, box, side, char_thick);
    if (is_labelled) draw_title(&r, side);
}
