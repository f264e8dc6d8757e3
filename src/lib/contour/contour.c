// CONTOUR: lines of equal height, and the areas between them. Start reading at pro_contour.
#include "lib/contour/contour.h"

#include "lib/graphics/frame.h"
#include "lib/graphics/series.h"
#include "lib/graphics/settings.h"

#include <math.h>

static const Keyword keywords_CONTOUR[] = {CONTOUR_KEYWORDS(KW_ROW_, )};
_Static_assert((int)KW_CONTOUR_CELL_FILL == (int)G_COUNT, "the common keywords come first");

typedef struct Axes {
    Frame frame;
    AxisLook x, y, z;
} Axes;

static void free_paths(void *p) { iso_free(p); }

static bool returns_paths(Call *c)
{
    return call_kw_given(c, KW_CONTOUR_PATH_XY) || call_kw_given(c, KW_CONTOUR_PATH_INFO) ||
           call_kw(c, KW_CONTOUR_PATH_FILENAME);
}

// A canvas that nothing is drawn on and that needs no window: the present one's size, else what the device would have.
static Canvas *paper(Call *c)
{
    const Gfx *g = gfx_of(c->vm);
    const GfxWindow *w = gfx_current(g);
    Canvas *v = call_alloc(c, sizeof *v);
    *v = (Canvas){.call = c, .pen = {1, 0}, .char_width = g->on->char_width, .char_height = g->on->char_height};
    v->width = w ? w->frame.width : g->on->width ? g->on->width : g->on->dev->width;
    v->height = w ? w->frame.height : g->on->height ? g->on->height : g->on->dev->height;
    return v;
}

static void plan(Call *c, Canvas *v, const ContourData *d, Axes *a)
{
    a->frame = frame_plan(c, v);
    double size = a->frame.char_size;
    a->x = axes_plan(c, 'X', d->x_range, axes_log(c, 'X', G_XLOG), false, size);
    a->y = axes_plan(c, 'Y', d->y_range, axes_log(c, 'Y', G_YLOG), false, size);
    a->z = axes_plan(c, 'Z', d->z_range, axes_log(c, 'Z', KW_CONTOUR_ZLOG), false, size);
}

static void draw_contours(ContourPlot *p)
{
    Box clip;
    p->clip = (Box){0, 0, p->canvas->width, p->canvas->height};
    if (series_clip(p->call, &p->coords, true, &clip)) {
        p->clip = (Box){fmin(clip.x0, clip.x1), fmin(clip.y0, clip.y1), fmax(clip.x0, clip.x1), fmax(clip.y0, clip.y1)};
        canvas_clip(p->canvas, &clip);
    }
    if (call_kw_set(p->call, KW_CONTOUR_CELL_FILL))
        contour_cell_fill(p);
    else if (call_kw_set(p->call, KW_CONTOUR_FILL))
        contour_fill(p);
    else
        contour_draw_lines(p);
    canvas_clip(p->canvas, NULL);
}

static void take_levels(ContourPlot *p, const AxisLook *z)
{
    Call *c = p->call;
    p->coords = coords_now(c, p->canvas->width, p->canvas->height, call_kw_set(c, G_T3D));
    p->is_at_level = p->coords.is_3d && !call_kw(c, G_ZVALUE);
    if (call_kw(c, G_ZVALUE))
        p->coords.s[2][0] = call_kw_double(c, G_ZVALUE, 0), p->coords.s[2][1] = 0, p->coords.is_log[2] = false;
    p->levels = contour_levels(p->call, z->axis.range, z->axis.is_log, z->axis.tick, z->axis.n);
}

static void overplot(ContourPlot *p)
{
    AxisLook z = axes_plan(p->call, 'Z', p->data->z_range, axes_log(p->call, 'Z', KW_CONTOUR_ZLOG), false, 1);
    if (p->canvas->window) canvas_open_again(p->canvas);
    take_levels(p, &z);
    if (returns_paths(p->call)) {
        contour_return_paths(p);
        return;
    }
    draw_contours(p);
}

static void draw_frame(ContourPlot *p, const Axes *a)
{
    p->canvas->plane = frame_plane(p->call, p->canvas);
    frame_draw(p->call, p->canvas, &a->frame, &a->x, &a->y);
    p->canvas->plane = NULL;
    int corner = (int)call_kw_int(p->call, KW_CONTOUR_ZAXIS, 0);
    if (corner > 0 && p->coords.is_3d) frame_draw_standing(p->call, p->canvas, &a->z, corner);
}

// Areas hide the ticks within: the axes are drawn above them.
static void new_plot(ContourPlot *p)
{
    Call *c = p->call;
    Axes a;
    bool is_path = returns_paths(c);
    int32_t left = ((int32_t *)setting(c, 'P', "MULTI"))[0];
    plan(c, p->canvas, p->data, &a);
    if (is_path)
        ((int32_t *)setting(c, 'P', "MULTI"))[0] = left;
    else
        canvas_open_again(p->canvas);
    if (call_kw_set(c, G_ISOTROPIC)) frame_isotropic(p->canvas, &a.x, &a.y, &a.frame);
    frame_store(c, p->canvas, &a.frame, &a.x, &a.y);
    axes_store(c, &a.z, 0, 1, 0, 1);
    take_levels(p, &a.z);
    if (is_path) {
        contour_return_paths(p);
        return;
    }
    bool is_filled = call_kw_set(c, KW_CONTOUR_FILL) || call_kw_set(c, KW_CONTOUR_CELL_FILL);
    frame_begin(c, p->canvas, &a.frame);
    if (p->coords.is_3d) frame_unclip(c, p->canvas);
    if (!is_filled) draw_frame(p, &a);
    if (!call_kw_set(c, G_NODATA)) draw_contours(p);
    if (!is_filled) return;
    canvas_color(p->canvas, kw_or_long(c, G_COLOR, 'P', "COLOR"));
    draw_frame(p, &a);
}

// CONTOUR, Z [, X, Y]: contours of a two-dimensional array, in a new plot or over the last (OVERPLOT). X and Y are the
// places of its columns and rows, or of each element; with IRREGULAR or TRIANGULATION, X, Y and Z are scattered points.
// LEVELS, or NLEVELS of them between the ends of the z axis; C_COLORS, C_LINESTYLE, C_THICK and their kin belong to the
// levels and are gone through again and again. FILL and CELL_FILL fill what is above each level, by lines with
// C_ORIENTATION and C_SPACING; FOLLOW, C_LABELS and C_ANNOTATION label lines; DOWNHILL has ticks on the lower side.
// MIN_VALUE, MAX_VALUE and NaN leave cells out. PATH_XY, PATH_INFO and PATH_FILENAME return the lines, in normal
// coordinates or PATH_DATA_COORDS, and draw nothing. Axes as PLOT's, in three dimensions a z axis at the corner ZAXIS.
// Over a map (MAP_SET, then OVERPLOT) X and Y are longitudes and latitudes; lines and areas are cut where the map is.
// Manual: CONTOUR Procedure.
static void pro_contour(Call *c)
{
    ContourPlot *p = call_alloc(c, sizeof *p);
    p->call = c;
    p->data = contour_data(c);
    call_defer(c, free_paths, &p->paths);
    p->canvas = returns_paths(c) ? paper(c) : canvas_open(c);
    if (call_kw_set(c, KW_CONTOUR_OVERPLOT)) {
        canvas_color(p->canvas, kw_or_long(c, G_COLOR, 'P', "COLOR"));
        overplot(p);
    } else {
        new_plot(p);
    }
    canvas_close(p->canvas);
}

static const Routine rows[] = {
    {"CONTOUR", PROCEDURE, {1, 3}, pro_contour, "Z [, X, Y]", KEYS(CONTOUR)},
};
ROUTINE_TABLE(lib_contour, rows)
