// PLOTS: lines and symbols anywhere. Start reading at pro_plots.
#include "lib/graphics/annotation.h"
#include "lib/graphics/map_state.h"

#include <math.h>
#include <string.h>

#define PLOTS_KEYWORDS(K, R) GRAPHICS_LIST(K, R) K(R, CONTINUE, FLAG)
KEYWORDS(PLOTS)
_Static_assert((int)KW_PLOTS_CONTINUE == (int)G_XCHARSIZE, "the common keywords come first");

// COLOR of an array: one a piece of the line, that of its end, or one a symbol.
static void draw_coloured(Canvas *v, const SeriesLook *look, const Point *p, int64_t n, const Val *colors)
{
    const int32_t *color = val_data_peek(call_convert(v->call, colors, T_LONG));
    int64_t count = val_count(colors);
    bool has_line = look->psym <= 0;
    for (int64_t i = 0; i < n; i++) {
        canvas_color(v, color[i % count]);
        SeriesLook one = *look;
        one.psym = look->psym < 0 ? -look->psym : look->psym;
        if (has_line && i > 0) {
            v->pen = look->pen;
            canvas_path(v, p + i - 1, 2);
        }
        if (one.psym) series_draw(v, &one, p + i, 1);
    }
}

// Over a map: lines are great circles. CONTINUE goes on from where the pen is on the globe.
static void plots_map(Canvas *v, const Coords *s, const SeriesLook *look, const Place *p, int64_t n)
{
    Call *c = v->call;
    Gfx *g = gfx_of(c->vm);
    const Val *colors = call_kw(c, G_COLOR);
    int64_t count = colors && val_is_array(colors) ? val_count(colors) : 1;
    const int32_t *color = count > 1 ? val_data_peek(call_convert(c, colors, T_LONG)) : NULL;
    if (call_kw_set(c, KW_PLOTS_CONTINUE)) {
        Place *more = call_scratch(c, (size_t)(n + 1) * sizeof *more);
        more[0] = coords_from_normal(s, (Place){g->pen[0], g->pen[1], 0}, COORD_DATA);
        memcpy(more + 1, p, (size_t)n * sizeof *p);
        p = more;
        n++;
    }
    SeriesLook symbols = *look;
    symbols.psym = look->psym < 0 ? -look->psym : look->psym;
    for (int64_t i = 0; color && i < n; i++) {
        canvas_color(v, color[i % count]);
        if (look->psym <= 0 && i > 0) map_draw_series(v, &(SeriesLook){0, 1, look->pen}, s, p + i - 1, 2);
        if (look->psym) map_draw_series(v, &symbols, s, p + i, 1);
    }
    if (!color) map_draw_series(v, look, s, p, n);
    Point end = n > 0 ? coords_to_device(s, p[n - 1], COORD_DATA) : (Point){0, 0};
    if (n > 0 && isfinite(end.x)) g->pen[0] = end.x / v->width, g->pen[1] = end.y / v->height, g->pen[2] = end.z;
}

// PLOTS, X [, Y [, Z]] | PLOTS, (2,n) or (3,n) array: joins points by lines, or marks them (PSYM). Coordinates are the
// data's, or normal or device ones (NORMAL, DEVICE). CONTINUE begins where the last PLOTS ended; COLOR may have a value
// for each point. Manual: PLOTS.
static void pro_plots(Call *c)
{
    int64_t n;
    Coords s;
    CoordSystem from = coords_asked(c, COORD_DATA);
    Place *places = coords_places(c, 0, c->argc, call_kw_double(c, G_Z, 0), &n);
    SeriesLook look = series_look(c);
    Canvas *v = annotation_open(c, &s);
    Gfx *g = gfx_of(c->vm);
    Point *p = annotation_points(c, &s, places, n, from);
    if (s.map && from == COORD_DATA) {
        plots_map(v, &s, &look, places, n);
        canvas_close(v);
        return;
    }
    if (call_kw_set(c, KW_PLOTS_CONTINUE)) {
        Point *more = call_scratch(c, (size_t)(n + 1) * sizeof *more);
        more[0] = (Point){g->pen[0] * v->width, g->pen[1] * v->height, g->pen[2]};
        memcpy(more + 1, p, (size_t)n * sizeof *p);
        p = more;
        n++;
    }
    const Val *colors = call_kw(c, G_COLOR);
    if (colors && val_is_array(colors) && val_count(colors) > 1)
        draw_coloured(v, &look, p, n, colors);
    else
        series_draw(v, &look, p, n);
    if (n > 0) g->pen[0] = p[n - 1].x / v->width, g->pen[1] = p[n - 1].y / v->height, g->pen[2] = p[n - 1].z;
    canvas_close(v);
}

static const Routine rows[] = {
    {"PLOTS", PROCEDURE, {1, 3}, pro_plots, "X [, Y [, Z]]", KEYS(PLOTS)},
};
ROUTINE_TABLE(lib_plots, rows)
