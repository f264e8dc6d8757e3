// PLOT, PLOT_IO, PLOT_OI, PLOT_OO, OPLOT. Start reading at pro_plot.
#include "lib/graphics/frame.h"
#include "lib/graphics/map_state.h"
#include "lib/graphics/series.h"
#include "lib/graphics/settings.h"

#include <math.h>

// clang-format off
#define PLOT_KEYWORDS(K, R)                                                                                         \
    GRAPHICS_LIST(K, R) AXES_LIST(K, R) K(R, MAX_VALUE, "=value") K(R, MIN_VALUE, "=value") K(R, NSUM, "=value")     \
    K(R, POLAR, FLAG)
#define OPLOT_KEYWORDS(K, R)                                                                                        \
    GRAPHICS_LIST(K, R) K(R, MAX_VALUE, "=value") K(R, MIN_VALUE, "=value") K(R, NSUM, "=value") K(R, POLAR, FLAG)      \
    K(R, ZVALUE, "=value")
// clang-format on
KEYWORDS(PLOT)
KEYWORDS(OPLOT)
_Static_assert((int)KW_PLOT_MAX_VALUE == (int)G_COUNT, "the common keywords come first");

static const SeriesSlots plot_slots = {KW_PLOT_MAX_VALUE, KW_PLOT_MIN_VALUE, KW_PLOT_NSUM, KW_PLOT_POLAR};
static const SeriesSlots oplot_slots = {KW_OPLOT_MAX_VALUE, KW_OPLOT_MIN_VALUE, KW_OPLOT_NSUM, KW_OPLOT_POLAR};

static void draw_on_map(Call *c, Canvas *v, const Series *s, const Coords *scale)
{
    SeriesLook look = series_look(c);
    Box clip;
    if (series_clip(c, scale, scale->clips_map, &clip)) canvas_clip(v, &clip);
    map_draw_series(v, &look, scale, s->p, s->n);
    canvas_clip(v, NULL);
}

enum { RUN = 1 << 16 };

// The series is then in device coordinates. In three dimensions at the height Z of the data, or ZVALUE in normal coordinates (0).
static void draw_series(Call *c, Canvas *v, Series *s, bool is_3d, int zvalue_slot)
{
    Coords scale = coords_now(c, v->width, v->height, is_3d);
    if (scale.map) {
        draw_on_map(c, v, s, &scale);
        return;
    }
    if (!call_kw(c, G_Z)) scale.s[2][0] = call_kw_double(c, zvalue_slot, 0), scale.s[2][1] = 0, scale.is_log[2] = false;
    for (int64_t i = 0; i < s->n; i += RUN) {
        call_poll(c);
        coords_data_to_device(&scale, s->p + i, s->n - i < RUN ? s->n - i : RUN, s->p + i);
    }
    SeriesLook look = series_look(c);
    Box clip;
    if (series_clip(c, &scale, true, &clip)) canvas_clip(v, &clip);
    series_draw(v, &look, s->p, s->n);
    canvas_clip(v, NULL);
}

// The range of an axis as data; what lies at an end but for the dust that the axis has taken off it is inside.
static void data_range(const Axis *x, double ends[2])
{
    bool is_reversed = x->range[0] > x->range[1];
    double dust = AXIS_DUST * fabs(x->is_log ? 1 : x->step);
    ends[0] = x->range[is_reversed] - dust;
    ends[1] = x->range[!is_reversed] + dust;
    if (x->is_log) ends[0] = pow(10, ends[0]), ends[1] = pow(10, ends[1]);
}

static void plot(Call *c, bool is_log_x, bool is_log_y)
{
    Series s = series_read(c, &plot_slots, true);
    Canvas *v = canvas_open(c);
    Frame f = frame_plan(c, v);
    double y_range[2];
    AxisLook x = axes_plan(c, 'X', s.x_range, is_log_x, false, f.char_size);
    double ends[2];
    data_range(&x.axis, ends);
    series_y_range(&s, ends, y_range);
    AxisLook y = axes_plan(c, 'Y', y_range, is_log_y, !call_kw_set(c, G_YNOZERO), f.char_size);
    canvas_open_again(v);
    if (call_kw_set(c, G_ISOTROPIC)) frame_isotropic(v, &x, &y, &f);
    frame_store(c, v, &f, &x, &y);
    frame_begin(c, v, &f);
    v->plane = frame_plane(c, v);
    if (v->plane) frame_unclip(c, v);
    frame_draw(c, v, &f, &x, &y);
    const Plane *plane = v->plane;
    v->plane = NULL;
    if (!call_kw_set(c, G_NODATA)) draw_series(c, v, &s, plane != NULL, G_ZVALUE);
    canvas_close(v);
}

// PLOT, [X,] Y: a new plot: axes, titles, and the data joined by lines or marked by symbols (PSYM). X and Y are numbers
// of any type; without X the subscripts stand for it. Ranges are those of the data, rounded outwards, unless [XY]RANGE
// and [XY]STYLE say otherwise; MAX_VALUE and MIN_VALUE leave values out, NSUM averages, POLAR takes radius and angle.
// !X, !Y and !P keep the scaling for OPLOT and its kin. Manual: PLOT, Graphics Keywords.
static void pro_plot(Call *c) { plot(c, axes_log(c, 'X', G_XLOG), axes_log(c, 'Y', G_YLOG)); }

// PLOT_IO, [X,] Y: PLOT with a logarithmic y axis.
static void pro_plot_io(Call *c) { plot(c, axes_log(c, 'X', G_XLOG), true); }

// PLOT_OI, [X,] Y: PLOT with a logarithmic x axis.
static void pro_plot_oi(Call *c) { plot(c, true, axes_log(c, 'Y', G_YLOG)); }

// PLOT_OO, [X,] Y: PLOT with two logarithmic axes.
static void pro_plot_oo(Call *c) { plot(c, true, true); }

// OPLOT, [X,] Y: data drawn over the last plot, in its scaling and clipped to its window. Keywords as PLOT's. Manual:
// OPLOT.
static void pro_oplot(Call *c)
{
    Series s = series_read(c, &oplot_slots, false);
    Canvas *v = canvas_open(c);
    canvas_color(v, kw_or_long(c, G_COLOR, 'P', "COLOR"));
    draw_series(c, v, &s, call_kw_set(c, G_T3D), KW_OPLOT_ZVALUE);
    canvas_close(v);
}

static const Routine rows[] = {
    {"OPLOT", PROCEDURE, {1, 2}, pro_oplot, "[X,] Y", KEYS(OPLOT)},
    {"PLOT", PROCEDURE, {1, 2}, pro_plot, "[X,] Y", KEYS(PLOT)},
    {"PLOT_IO", PROCEDURE, {1, 2}, pro_plot_io, "[X,] Y", KEYS(PLOT)},
    {"PLOT_OI", PROCEDURE, {1, 2}, pro_plot_oi, "[X,] Y", KEYS(PLOT)},
    {"PLOT_OO", PROCEDURE, {1, 2}, pro_plot_oo, "[X,] Y", KEYS(PLOT)},
};
ROUTINE_TABLE(lib_plot, rows)
