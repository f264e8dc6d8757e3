// AXIS: one axis more. Start reading at pro_axis.
#include "lib/graphics/coords.h"
#include "lib/graphics/frame.h"
#include "lib/graphics/keywords.h"
#include "lib/graphics/settings.h"

#include <math.h>

// clang-format off
#define AXIS_KEYWORDS(K, R)                                                                                          \
    GRAPHICS_LIST(K, R) AXES_LIST(K, R) K(R, SAVE, FLAG) K(R, XAXIS, "={0|1}") K(R, YAXIS, OR_FLAG) K(R, ZAXIS, OR_FLAG)   \
    K(R, ZLOG, FLAG)
// clang-format on
KEYWORDS(AXIS)
_Static_assert((int)KW_AXIS_SAVE == (int)G_COUNT, "the common keywords come first");

// The present range of an axis in the data's units.
static void present_range(Call *c, char letter, double range[2])
{
    const double *now = setting_doubles(c, letter, "CRANGE");
    bool is_log = setting_long(c, letter, "TYPE") == 1;
    for (int i = 0; i < 2; i++) range[i] = is_log ? pow(10, now[i]) : now[i];
}

// The axis as keywords have it; without a range that of the plot, exactly.
static AxisLook plan_axis(Call *c, char letter, double char_size)
{
    int n;
    double data[2];
    int slot = G_XRANGE + (letter - 'X') * G_AXIS_STRIDE;
    int log_slot = letter == 'X' ? G_XLOG : letter == 'Y' ? G_YLOG : KW_AXIS_ZLOG;
    present_range(c, letter, data);
    bool has_range = kw_numbers(c, slot, 2, 2, &n) != NULL;
    bool is_log = axes_log_given(c, letter, log_slot) ? axes_log(c, letter, log_slot) : setting_long(c, letter, "TYPE") == 1;
    if (!has_range) return axes_plan_exactly(c, letter, data, is_log, char_size);
    return axes_plan(c, letter, data, is_log, false, char_size);
}

// Where the axis is moved to by X or Y, as coordinates of the device.
static void move_box(Call *c, const Canvas *v, bool is_x, Box *b, AxisSide side)
{
    Coords s = coords_now(c, v->width, v->height, false);
    s.is_3d = false; // on the plane
    if (c->argc < 1) return;
    CoordSystem from = coords_asked(c, COORD_DATA);
    Place p = {call_double(c, 0), c->argc > 1 ? call_double(c, 1) : 0, 0};
    if (c->argc == 1 && from == COORD_DATA && !is_x) p.y = 1;
    Point d = coords_to_device(&s, p, from);
    if (is_x && c->argc > 1) *(side == SIDE_TOP ? &b->y1 : &b->y0) = d.y;
    if (!is_x) *(side == SIDE_RIGHT ? &b->x1 : &b->x0) = d.x;
}

static double size_of(Call *c)
{
    double size = kw_or_float(c, G_CHARSIZE, 'P', "CHARSIZE");
    const int32_t *multi = setting(c, 'P', "MULTI");
    return (size > 0 ? size : 1) / (multi[1] > 2 || multi[2] > 2 ? 2 : 1);
}

// In three dimensions an axis lies on a plane at the height Z, or ZVALUE.
static void lay_down(Call *c, Canvas *v)
{
    Plane *plane = frame_plane(c, v);
    v->plane = plane;
    if (!plane || c->argc < 3) return;
    Coords s = coords_now(c, v->width, v->height, false);
    s.is_3d = false;
    plane->origin[2] = coords_to_normal(&s, (Place){1, 1, call_double(c, 2)}, coords_asked(c, COORD_DATA)).z;
}

// The z axis stands at X and Y, or at a corner of the window: 0 lower right, 1 lower left, 2 upper left, 3 upper right.
static Box stand(Call *c, Canvas *v, int64_t corner)
{
    gfx_ranged(c, corner, 0, 3, "ZAXIS keyword");
    if (c->argc < 2) return frame_stand(c, v, (int)corner, NULL);
    Coords s = coords_now(c, v->width, v->height, false);
    s.is_3d = false;
    Place p = coords_to_normal(&s, (Place){call_double(c, 0), call_double(c, 1), 1}, coords_asked(c, COORD_DATA));
    return frame_stand(c, v, (int)corner, (double[]){p.x, p.y});
}

static void draw_standing(Call *c, Canvas *v, double thick)
{
    int64_t corner = call_kw_int(c, KW_AXIS_ZAXIS, 0);
    AxisLook look = plan_axis(c, 'Z', size_of(c));
    canvas_open_again(v);
    Box b = stand(c, v, corner);
    canvas_color(v, kw_or_long(c, G_COLOR, 'P', "COLOR"));
    if (!(look.style & AXIS_NONE))
        axes_draw(v, &look, b, corner == 0 || corner == 3 ? SIDE_RIGHT : SIDE_LEFT, true, thick);
    const float *w = setting_floats(c, 'Z', "WINDOW"), *r = setting_floats(c, 'Z', "REGION");
    if (call_kw_set(c, KW_AXIS_SAVE)) axes_store(c, &look, w[0], w[1], r[0], r[1]);
}

static void draw_lying(Call *c, Canvas *v, double thick)
{
    bool is_x = !call_kw(c, KW_AXIS_YAXIS);
    int64_t end = call_kw_int(c, is_x ? KW_AXIS_XAXIS : KW_AXIS_YAXIS, 0);
    AxisLook look = plan_axis(c, is_x ? 'X' : 'Y', size_of(c));
    canvas_open_again(v);
    const float *wx = setting_floats(c, 'X', "WINDOW"), *wy = setting_floats(c, 'Y', "WINDOW");
    Box b = {wx[0] * v->width, wy[0] * v->height, wx[1] * v->width, wy[1] * v->height};
    AxisSide side = is_x ? (end ? SIDE_TOP : SIDE_BOTTOM) : (end ? SIDE_RIGHT : SIDE_LEFT);
    move_box(c, v, is_x, &b, side);
    canvas_color(v, kw_or_long(c, G_COLOR, 'P', "COLOR"));
    lay_down(c, v);
    if (!(look.style & AXIS_NONE)) axes_draw(v, &look, b, side, true, thick);
    if (!call_kw_set(c, KW_AXIS_SAVE)) return;
    const float *w = is_x ? wx : wy, *r = setting_floats(c, is_x ? 'X' : 'Y', "REGION");
    axes_store(c, &look, w[0], w[1], r[0], r[1]);
}

// AXIS [, X [, Y [, Z]]] [, XAXIS={0|1} | YAXIS={0|1} | ZAXIS={0|1|2|3}]: draws one axis: XAXIS=0 below the window with
// ticks upwards, 1 above it, YAXIS=0 left, 1 right; at X or Y if they are given. In three dimensions (T3D) it lies at
// the height Z or ZVALUE, or stands at a corner: ZAXIS=0 lower right, 1 lower left, 2 upper left, 3 upper right. Range,
// ticks and labels as for PLOT. SAVE makes its range the scaling of what is drawn next. Manual: AXIS.
static void pro_axis(Call *c)
{
    double thick = kw_or_float(c, G_CHARTHICK, 'P', "CHARTHICK");
    Canvas *v = canvas_open(c);
    if (call_kw(c, KW_AXIS_ZAXIS))
        draw_standing(c, v, thick > 0 ? thick : 1);
    else
        draw_lying(c, v, thick > 0 ? thick : 1);
    v->plane = NULL;
    canvas_close(v);
}

static const Routine rows[] = {
    {"AXIS", PROCEDURE, {0, 3}, pro_axis, "[, X [, Y [, Z]]]", KEYS(AXIS)},
};
ROUTINE_TABLE(lib_axis, rows)
