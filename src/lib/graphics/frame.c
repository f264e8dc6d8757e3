// See frame.h. Start reading at frame_plan.
#include "lib/graphics/frame.h"

#include "lib/graphics/coords.h"
#include "lib/graphics/keywords.h"
#include "lib/graphics/settings.h"

#include <math.h>
#include <string.h>

#define TITLE_SIZE    1.25
#define TITLE_UP      0.6
#define SUBTITLE_DOWN 4.0
#define CLIP_FAR      1e6 // device units

static double positive(double x) { return x > 0 ? x : 1; }

static Box box_of(const double *p)
{
    return (Box){fmin(p[0], p[2]), fmin(p[1], p[3]), fmax(p[0], p[2]), fmax(p[1], p[3])};
}

static Box clamped(Box b) { return (Box){fmax(b.x0, 0), fmax(b.y0, 0), fmin(b.x1, 1), fmin(b.y1, 1)}; }

// POSITION in the units that the call asks for, normal ones else.
static bool asked_position(Call *c, const Canvas *v, Box *box)
{
    int n;
    const double *p = kw_numbers(c, G_POSITION, 4, 4, &n);
    if (p) {
        Coords s = coords_now(c, v->width, v->height, false);
        s.is_3d = false;
        // DATA says nothing of it: Coyote's CGBARPLOT gives both
        CoordSystem from = coords_asked(c, COORD_NORMAL) == COORD_DEVICE ? COORD_DEVICE : COORD_NORMAL;
        Place a = coords_to_normal(&s, (Place){p[0], p[1], 0}, from),
              b = coords_to_normal(&s, (Place){p[2], p[3], 0}, from);
        *box = clamped(box_of((double[]){a.x, a.y, b.x, b.y}));
        return true;
    }
    const float *own = setting_floats(c, 'P', "POSITION");
    if (own[0] == own[2]) return false;
    *box = clamped(box_of((double[]){own[0], own[1], own[2], own[3]}));
    return true;
}

static void margins(Call *c, char letter, int slot, double margin[2], double outer[2])
{
    int n;
    const double *given = kw_numbers(c, slot, 2, 2, &n);
    const float *own = setting_floats(c, letter, "MARGIN"), *out = setting_floats(c, letter, "OMARGIN");
    for (int i = 0; i < 2; i++) {
        margin[i] = given ? given[i] : own[i];
        outer[i] = out[i];
    }
}

Frame frame_plan(Call *c, const Canvas *v)
{
    Frame f = {0};
    Box position, own_region;
    const int32_t *multi = setting(c, 'P', "MULTI");
    RegionWish w = {.multi = {multi[0], multi[1], multi[2], multi[3], multi[4] != 0}};
    w.keeps_count = kw_or_long(c, G_NOERASE, 'P', "NOERASE") != 0;
    f.char_size = positive(kw_or_float(c, G_CHARSIZE, 'P', "CHARSIZE"));
    if (multi_is_small(&w.multi)) f.char_size /= 2;
    f.char_thick = positive(kw_or_float(c, G_CHARTHICK, 'P', "CHARTHICK"));
    w.char_width = v->char_width * f.char_size / v->width;
    w.char_height = v->char_height * f.char_size / v->height;
    margins(c, 'X', G_XMARGIN, w.x_margin, w.x_outer);
    margins(c, 'Y', G_YMARGIN, w.y_margin, w.y_outer);
    if (asked_position(c, v, &position)) w.position = &position;
    const float *region = setting_floats(c, 'P', "REGION");
    own_region = (Box){region[0], region[1], region[2], region[3]};
    if (region[0] != region[2]) w.region = &own_region;
    f.region = region_plan(&w);
    f.is_new_page = f.region.is_new_page && !w.keeps_count;
    ((int32_t *)setting(c, 'P', "MULTI"))[0] = f.region.left;
    return f;
}

// The longer side is cut, so that a unit has the same length on both; the lower left corner stays.
void frame_isotropic(const Canvas *v, const AxisLook *x, const AxisLook *y, Frame *f)
{
    Box *b = &f->region.window;
    double width = (b->x1 - b->x0) * v->width, height = (b->y1 - b->y0) * v->height;
    double units_x = fabs(x->axis.range[1] - x->axis.range[0]), units_y = fabs(y->axis.range[1] - y->axis.range[0]);
    double per_unit = fmin(width / units_x, height / units_y);
    b->x1 = b->x0 + per_unit * units_x / v->width;
    b->y1 = b->y0 + per_unit * units_y / v->height;
}

Box frame_device_box(const Canvas *v, Box b)
{
    return (Box){b.x0 * v->width, b.y0 * v->height, b.x1 * v->width, b.y1 * v->height};
}

void frame_store(Call *c, const Canvas *v, const Frame *f, const AxisLook *x, const AxisLook *y)
{
    Box w = f->region.window, r = f->region.region, d = frame_device_box(v, w);
    axes_store(c, x, w.x0, w.x1, r.x0, r.x1);
    axes_store(c, y, w.y0, w.y1, r.y0, r.y1);
    int32_t *clip = setting(c, 'P', "CLIP");
    const double corner[4] = {d.x0, d.y0, d.x1, d.y1};
    // on pages where the axes are drawn: symbols end there (seen in IDL's files)
    for (int i = 0; i < 4; i++) {
        double at = fmin(fmax(corner[i], -CLIP_FAR), CLIP_FAR);
        clip[i] = (int32_t)(v->page ? lround(at) : floor(at + 1e-6));
    }
    clip[4] = 0, clip[5] = 1000;
    Gfx *g = gfx_of(c->vm);
    g->clip_window = v->window;
    g->clip_width = (int)v->width;
    g->clip_height = (int)v->height;
}

static void draw_titles(Call *c, Canvas *v, const Frame *f, Box d)
{
    const Str *title = kw_or_text(c, G_TITLE, 'P', "TITLE"), *sub = kw_or_text(c, G_SUBTITLE, 'P', "SUBTITLE");
    double cy = v->char_height * f->char_size, middle = (d.x0 + d.x1) / 2;
    TextStyle big = {TITLE_SIZE * f->char_size, f->char_thick, 0, 0.5}, plain = {f->char_size, f->char_thick, 0, 0.5};
    if (str_len(title))
        canvas_text(v, str_text(title), str_len(title), (Point){middle, d.y1 + TITLE_UP * cy}, &big, false);
    if (str_len(sub))
        canvas_text(v, str_text(sub), str_len(sub), (Point){middle, d.y0 - SUBTITLE_DOWN * cy}, &plain, false);
}

static void draw_box(Canvas *v, const Frame *f, const AxisLook *x, const AxisLook *y, Box d)
{
    if (!(x->style & AXIS_NONE)) {
        axes_draw(v, x, d, SIDE_BOTTOM, true, f->char_thick);
        if (!(x->style & AXIS_NO_BOX)) axes_draw(v, x, d, SIDE_TOP, false, f->char_thick);
    }
    if (!(y->style & AXIS_NONE)) {
        axes_draw(v, y, d, SIDE_LEFT, true, f->char_thick);
        if (!(y->style & AXIS_NO_BOX)) axes_draw(v, y, d, SIDE_RIGHT, false, f->char_thick);
    }
}

void frame_begin(Call *c, Canvas *v, const Frame *f)
{
    if (f->is_new_page) canvas_erase(v, kw_or_long(c, G_BACKGROUND, 'P', "BACKGROUND"));
    canvas_color(v, kw_or_long(c, G_COLOR, 'P', "COLOR"));
}

Plane *frame_plane(Call *c, const Canvas *v)
{
    if (!call_kw_set(c, G_T3D) && !setting_long(c, 'P', "T3D")) return NULL;
    Plane *p = call_alloc(c, sizeof *p);
    *p = (Plane){.origin = {0, 0, call_kw_double(c, G_ZVALUE, 0)}, .right = {1, 0, 0}, .up = {0, 1, 0}};
    memcpy(p->t, setting_doubles(c, 'P', "T"), sizeof p->t);
    p->width = v->width;
    p->height = v->height;
    return p;
}

void frame_unclip(Call *c, const Canvas *v)
{
    int32_t *clip = setting(c, 'P', "CLIP");
    clip[0] = clip[1] = 0;
    clip[2] = (int32_t)v->width - 1;
    clip[3] = (int32_t)v->height - 1;
}

void frame_draw(Call *c, Canvas *v, const Frame *f, const AxisLook *x, const AxisLook *y)
{
    Box d = frame_device_box(v, f->region.window);
    draw_titles(c, v, f, d);
    draw_box(v, f, x, y, d);
}

Box frame_stand(Call *c, Canvas *v, int corner, const double *at)
{
    const float *wx = setting_floats(c, 'X', "WINDOW"), *wy = setting_floats(c, 'Y', "WINDOW"),
                *wz = setting_floats(c, 'Z', "WINDOW");
    Plane *plane = frame_plane(c, v);
    if (!plane) throw_msg(c, E_VALUE, "ZAXIS needs three dimensions (T3D).");
    plane_rightmost(plane->t, plane->right);
    plane->up[1] = 0, plane->up[2] = 1;
    plane->origin[0] = at ? at[0] : (double)wx[corner == 0 || corner == 3];
    plane->origin[1] = at ? at[1] : (double)wy[corner >= 2];
    plane->origin[2] = 0;
    v->plane = plane;
    double z0 = wz[0] * v->height, z1 = wz[1] * v->height, wide = (wx[1] - wx[0]) * v->width;
    return corner == 0 || corner == 3 ? (Box){-wide, z0, 0, z1} : (Box){0, z0, wide, z1};
}

void frame_draw_standing(Call *c, Canvas *v, const AxisLook *z, int corner)
{
    if (z->style & AXIS_NONE) return;
    Box b = frame_stand(c, v, (corner - 1) % 4, NULL);
    double thick = positive(kw_or_float(c, G_CHARTHICK, 'P', "CHARTHICK"));
    axes_draw(v, z, b, corner == 1 || corner == 4 ? SIDE_RIGHT : SIDE_LEFT, true, thick);
    v->plane = NULL;
}
