// Axes at the unit cube. The floor is drawn as a plot's window lying on a plane: turned by quarters until its lower
// side is the nearest, so that texts are read from the eye. The z axis stands at the leftmost corner. Start at
// view_draw_axes.
#include "lib/graphics/settings.h"
#include "lib/surface/view.h"

#include <math.h>
#include <string.h>

#define TITLE_SIZE    1.25
#define TITLE_UP      0.6
#define SUBTITLE_DOWN 3.0

// The four ways to turn the floor: `right` and `up` as axes (0: x, 1: y) with a sign.
typedef struct Turn {
    int axis[2];
    double sign[2];
} Turn;

// By how much a step in space moves to the right, up, and away on the page.
static void step_on_page(const View *v, const double step[3], double out[3])
{
    double p[3] = {0.5, 0.5, 0.5}, a[3], b[3];
    view_turn(v, p, a);
    for (int i = 0; i < 3; i++) p[i] += step[i] / 2;
    view_turn(v, p, b);
    for (int i = 0; i < 3; i++) out[i] = b[i] - a[i];
    out[2] = -out[2];
}

// Right is what goes to the right most; up goes up on the page.
static Turn best_turn(const View *v)
{
    Turn best = {{0, 1}, {1, 1}};
    double most = -INFINITY;
    for (int axis = 0; axis < 2; axis++) {
        for (int sign = 1; sign >= -1; sign -= 2) {
            double step[3] = {0}, moved[3];
            step[axis] = sign;
            step_on_page(v, step, moved);
            if (!(moved[0] > most)) continue;
            most = moved[0];
            best.axis[0] = axis;
            best.sign[0] = sign;
        }
    }
    double step[3] = {0}, moved[3];
    best.axis[1] = 1 - best.axis[0];
    step[best.axis[1]] = 1;
    step_on_page(v, step, moved);
    best.sign[1] = moved[1] < 0 ? -1 : 1;
    return best;
}

static Plane plane_of(const View *v)
{
    Plane p = {.width = v->canvas->width, .height = v->canvas->height};
    memcpy(p.t, v->coords.t, sizeof p.t);
    return p;
}

static void ends_of(const View *v, int axis, double sign, double out[2])
{
    const Box *w = &v->frame.region.window;
    double a = axis ? w->y0 : w->x0, b = axis ? w->y1 : w->x1;
    out[0] = sign < 0 ? 1 - b : a;
    out[1] = sign < 0 ? 1 - a : b;
}

// An axis along a direction of the floor: drawn backwards where the floor is turned round.
static void draw_along(View *v, const AxisLook *look, Box b, AxisSide side, double sign)
{
    bool is_level = side <= SIDE_TOP;
    if (look->style & AXIS_NONE) return;
    double t = is_level ? b.x0 : b.y0;
    if (sign < 0 && is_level) b.x0 = b.x1, b.x1 = t;
    if (sign < 0 && !is_level) b.y0 = b.y1, b.y1 = t;
    axes_draw(v->canvas, look, b, side, true, v->frame.char_thick);
}

static void draw_floor(View *v, const Turn *turn)
{
    Plane plane = plane_of(v);
    plane.origin[2] = call_kw_double(v->canvas->call, V_ZVALUE, 0);
    double along[2], across[2], step[3] = {0}, moved[3];
    for (int i = 0; i < 2; i++) {
        double *direction = i ? plane.up : plane.right;
        direction[turn->axis[i]] = turn->sign[i];
        if (turn->sign[i] < 0) plane.origin[turn->axis[i]] = 1;
    }
    ends_of(v, turn->axis[0], turn->sign[0], along);
    ends_of(v, turn->axis[1], turn->sign[1], across);
    Box b = {along[0] * plane.width, across[0] * plane.height, along[1] * plane.width, across[1] * plane.height};
    const AxisLook *look[2] = {&v->x, &v->y};
    step[turn->axis[0]] = turn->sign[0];
    step_on_page(v, step, moved);
    bool is_left_near = moved[2] >= 0; // to the right is away
    memset(step, 0, sizeof step);
    step[turn->axis[1]] = turn->sign[1];
    step_on_page(v, step, moved);
    v->canvas->plane = &plane;
    draw_along(v, look[turn->axis[0]], b, moved[2] >= -1e-9 ? SIDE_BOTTOM : SIDE_TOP, turn->sign[0]);
    draw_along(v, look[turn->axis[1]], b, is_left_near ? SIDE_LEFT : SIDE_RIGHT, turn->sign[1]);
    v->canvas->plane = NULL;
}

// ZAXIS: 1 to 4 are the floor's corners lower right, lower left, upper left, upper right; without it the leftmost on
// the page.
static void z_corner(const View *v, double corner[3])
{
    const Box *w = &v->frame.region.window;
    const double places[4][2] = {{w->x1, w->y0}, {w->x0, w->y0}, {w->x0, w->y1}, {w->x1, w->y1}};
    int64_t asked = call_kw_int(v->canvas->call, V_ZAXIS, 0);
    double leftmost = INFINITY;
    corner[2] = 0;
    for (int i = 0; i < 4; i++) {
        double p[3] = {places[i][0], places[i][1], 0}, page[3];
        view_turn(v, p, page);
        bool is_it = asked > 0 ? i + 1 == asked : page[0] < leftmost - 1e-9;
        if (!is_it) continue;
        leftmost = page[0];
        corner[0] = p[0];
        corner[1] = p[1];
    }
}

static void draw_z(View *v, const Turn *turn)
{
    Plane plane = plane_of(v);
    double corner[3] = {0}, wide[2];
    if ((v->z.style & AXIS_NONE) || call_kw_int(v->canvas->call, V_ZAXIS, 0) < 0) return;
    z_corner(v, corner);
    ends_of(v, turn->axis[0], turn->sign[0], wide);
    plane.right[turn->axis[0]] = turn->sign[0];
    plane.up[2] = 1;
    for (int i = 0; i < 2; i++) plane.origin[i] = corner[i] - wide[0] * plane.right[i];
    Box b = {wide[0] * plane.width, 0, wide[1] * plane.width, plane.height};
    v->canvas->plane = &plane;
    axes_draw(v->canvas, &v->z, b, SIDE_LEFT, true, v->frame.char_thick);
    v->canvas->plane = NULL;
}

// Titles stand above and below the page's part, unturned.
static void draw_title(View *v)
{
    const Str *title = kw_or_text(v->canvas->call, V_TITLE, 'P', "TITLE"),
              *sub = kw_or_text(v->canvas->call, V_SUBTITLE, 'P', "SUBTITLE");
    TextStyle plain = {v->frame.char_size, v->frame.char_thick, 0, 0.5};
    double down = SUBTITLE_DOWN * v->canvas->char_height * v->frame.char_size;
    Box d = frame_device_box(v->canvas, v->frame.region.window);
    TextStyle style = {TITLE_SIZE * v->frame.char_size, v->frame.char_thick, 0, 0.5};
    double up = TITLE_UP * v->canvas->char_height * v->frame.char_size;
    if (str_len(title))
        canvas_text(v->canvas, str_text(title), str_len(title), (Point){(d.x0 + d.x1) / 2, d.y1 + up}, &style, false);
    if (str_len(sub))
        canvas_text(v->canvas, str_text(sub), str_len(sub), (Point){(d.x0 + d.x1) / 2, d.y0 - down}, &plain, false);
}

void view_draw_axes(View *v)
{
    Turn turn = best_turn(v);
    canvas_clip(v->canvas, NULL);
    draw_title(v);
    draw_floor(v, &turn);
    draw_z(v, &turn);
}
