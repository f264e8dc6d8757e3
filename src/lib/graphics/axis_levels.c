// See axis_levels.h. A level is two lines of text deep below an axis of x, and beside one of y as wide as the labels.
#include "lib/graphics/axis_levels.h"

#include <math.h>

#define LEVEL_DEEP  2.0 // lines
#define LABEL_DOWN  1.5
#define LABEL_ASIDE 0.5 // characters
#define LEVEL_TICK  0.5 // lines

DateUnit axis_unit(Call *c, char letter, const Str *name)
{
    DateUnit unit;
    if (!date_unit(str_text(name), &unit))
        throw_msg(c, E_VALUE, "Illegal keyword value for %cTICKUNITS.", letter);
    return unit;
}

static void plan_level(Call *c, AxisLook *a, int i, DateUnit unit, AxisLabeller label)
{
    AxisLevel *l = &a->level[i];
    const double *range = a->axis.range;
    if (unit == DATE_NONE) {
        AxisWish w = {.style = AXIS_EXACT, .range = {range[0], range[1]}, .data = {range[0], range[1]}};
        (void)axis_plan(&w, &l->axis); // the range was planned once: it has no fault
    } else {
        date_level(range, unit, 0, &l->axis);
    }
    l->unit = unit == DATE_TIME ? date_unit_for(fabs(range[1] - range[0])) : unit;
    for (int k = 0; k < l->axis.n; k++) l->label[k] = label(c, a, i + 1, k, l->axis.tick[k]);
    if (l->axis.n == 0) l->label[0] = label(c, a, i + 1, 0, fmin(range[0], range[1]));
}

void axis_levels_plan(Call *c, AxisLook *a, const DateUnit *unit, AxisLabeller label)
{
    if (a->nlevels <= 1) return;
    a->level = call_alloc(c, (size_t)(a->nlevels - 1) * sizeof *a->level);
    for (int i = 0; i + 1 < a->nlevels; i++) plan_level(c, a, i, unit[i + 1], label);
}

// --- Drawing: `out` is the distance from the axis, `place` that along it

typedef struct Strip {
    Canvas *canvas;
    const AxisLook *look;
    Box box;
    AxisSide side;
    double cx, cy, char_thick;
    bool is_x;
} Strip;

static Strip strip_of(Canvas *v, const AxisLook *a, Box box, AxisSide side, double char_thick)
{
    return (Strip){v,          a, box, side, v->char_width * a->char_size, v->char_height * a->char_size,
                   char_thick, side <= SIDE_TOP};
}

static Point at(const Strip *s, double place, double out)
{
    const Box *b = &s->box;
    if (s->is_x) return (Point){b->x0 + place * (b->x1 - b->x0), s->side == SIDE_TOP ? b->y1 + out : b->y0 - out};
    return (Point){s->side == SIDE_RIGHT ? b->x1 + out : b->x0 - out, b->y0 + place * (b->y1 - b->y0)};
}

static void line(const Strip *s, double p0, double out0, double p1, double out1)
{
    canvas_path(s->canvas, (Point[]){at(s, p0, out0), at(s, p1, out1)}, 2);
}

static double put(const Strip *s, const Str *text, Point p, double alignment, bool is_measured)
{
    TextStyle style = {s->look->char_size, s->char_thick, 0, alignment};
    return canvas_text(s->canvas, str_text(text), str_len(text), p, &style, is_measured);
}

static double widest(const Strip *s, const Str *const *label, int n)
{
    double width = 0;
    for (int i = 0; i < n; i++) width = fmax(width, put(s, label[i], (Point){0, 0}, 0, true));
    return width;
}

// Where level i (0: the one behind the first) begins.
static double depth_of(const Strip *s, int i)
{
    if (s->is_x) return LEVEL_DEEP * s->cy * (i + 1);
    double depth = 0;
    for (int k = 0; k <= i; k++) {
        const AxisLevel *l = k ? &s->look->level[k - 1] : NULL;
        int n = l ? (l->axis.n ? l->axis.n : 1) : s->look->axis.n;
        depth += widest(s, l ? l->label : s->look->label, n) + 2 * LABEL_ASIDE * s->cx;
    }
    return depth;
}

static void put_label(const Strip *s, const Str *text, double place, double out, bool is_boxed)
{
    Point p = at(s, place, out);
    if (s->is_x) {
        p.y += s->side == SIDE_TOP ? LABEL_ASIDE * s->cy : -LABEL_DOWN * s->cy;
        if (is_boxed) p.x += LABEL_ASIDE * s->cx;
        put(s, text, p, is_boxed ? 0 : 0.5, false);
    } else {
        p.x += s->side == SIDE_RIGHT ? LABEL_ASIDE * s->cx : -LABEL_ASIDE * s->cx;
        p.y += is_boxed ? LABEL_ASIDE * s->cy : -0.4 * s->cy;
        put(s, text, p, s->side == SIDE_RIGHT ? 0 : 1, false);
    }
}

static void draw_boxes(const Strip *s, const Axis *axis, double near, double far)
{
    line(s, 0, far, 1, far);
    line(s, 0, near, 0, far);
    line(s, 1, near, 1, far);
    for (int k = 0; k < axis->n; k++) {
        double place = axis_place(&s->look->axis, axis->tick[k]);
        line(s, place, near, place, far);
    }
}

static void draw_level(const Strip *s, int i)
{
    const AxisLevel *l = &s->look->level[i];
    double out = depth_of(s, i);
    bool is_boxed = s->look->layout == LAYOUT_BOXES;
    if (s->look->layout == LAYOUT_AXIS) line(s, 0, out, 1, out);
    for (int k = 0; k < l->axis.n; k++) {
        double place = axis_place(&s->look->axis, l->axis.tick[k]);
        if (s->look->layout == LAYOUT_AXIS) line(s, place, out, place, out - LEVEL_TICK * s->cy);
        put_label(s, l->label[k], place, out, is_boxed);
    }
    if (l->axis.n == 0) put_label(s, l->label[0], 0.5, out, false);
    if (is_boxed) draw_boxes(s, &l->axis, out, s->is_x ? out + LEVEL_DEEP * s->cy : depth_of(s, i + 1));
}

void axis_levels_draw(Canvas *v, const AxisLook *a, Box box, AxisSide side, double char_thick)
{
    Strip s = strip_of(v, a, box, side, char_thick);
    v->pen.linestyle = 0;
    if (a->layout == LAYOUT_BOXES) draw_boxes(&s, &a->axis, 0, depth_of(&s, 0));
    for (int i = 0; i + 1 < a->nlevels; i++) draw_level(&s, i);
}

double axis_levels_depth(Canvas *v, const AxisLook *a, AxisSide side)
{
    Strip s = strip_of(v, a, (Box){0}, side, 1);
    return a->nlevels > 1 ? depth_of(&s, a->nlevels - 2) : 0;
}
