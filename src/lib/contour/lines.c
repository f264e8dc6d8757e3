// Contour lines, drawn. Start reading at contour_draw_lines.
#include "lib/contour/contour.h"
#include "lib/graphics/map_state.h"
#include "lib/graphics/settings.h"

#include <math.h>

#define TICK_LENGTH 0.7 // of a character's width
#define TICK_APART  3.0

Point contour_device(const ContourPlot *p, Point at, double level)
{
    return coords_to_device(&p->coords, (Place){at.x, at.y, p->is_at_level ? level : 0}, COORD_DATA);
}

Point *contour_map_flat(const ContourPlot *p, const Point *plane, int64_t n)
{
    Point *flat = call_scratch(p->call, (size_t)(n + 1) * sizeof *flat);
    for (int64_t k = 0; k < n; k++) flat[k] = coords_of_plane(&p->coords, plane[k].x, plane[k].y);
    return flat;
}

Point contour_map_device(const ContourPlot *p, Point flat, double level)
{
    return coords_from_plane(&p->coords, flat, p->is_at_level ? level : 0);
}

bool contour_is_line(const IsoPaths *paths, IsoPath path)
{
    for (int64_t k = path.first; k < path.first + path.n; k++) {
        if (paths->p[k].a != paths->p[k].b) return true;
    }
    return false;
}

void contour_trace(ContourPlot *p, double level, bool is_closed)
{
    call_poll(p->call);
    if (!iso_trace((IsoField *)&p->data->field, level, is_closed, &p->paths)) throw_no_memory(p->call);
}

// Short ticks on the side that is lower.
static void draw_downhill(const ContourPlot *p, const Point *at, int64_t n)
{
    bool is_turned = (p->coords.s[0][1] < 0) != (p->coords.s[1][1] < 0),
         is_left = contour_is_mirrored(p->data) != is_turned;
    double apart = TICK_APART * p->canvas->char_width, length = TICK_LENGTH * p->canvas->char_width, left = apart / 2;
    for (int64_t k = 1; k < n; k++) {
        double dx = at[k].x - at[k - 1].x, dy = at[k].y - at[k - 1].y, step = hypot(dx, dy);
        if (!isfinite(step)) continue;
        for (; left <= step && step > 0; left += apart) {
            Point foot = {at[k - 1].x + dx * left / step, at[k - 1].y + dy * left / step, at[k].z};
            double side = (is_left ? 1 : -1) * length / step;
            canvas_path(p->canvas, (Point[]){foot, {foot.x - side * dy, foot.y + side * dx, foot.z}}, 2);
        }
        left -= step;
    }
}

static void draw_points(ContourPlot *p, const Point *at, int64_t n, bool is_closed, const Str *label)
{
    if (label)
        contour_draw_labelled(p, label, at, n, is_closed);
    else
        canvas_path(p->canvas, at, n);
    if (call_kw_set(p->call, KW_CONTOUR_DOWNHILL)) draw_downhill(p, at, n);
}

typedef struct LineDrawing {
    ContourPlot *p;
    const Str *label;
    double level;
} LineDrawing;

static void draw_flat(void *drawing, const Point *flat, int64_t n)
{
    LineDrawing *d = drawing;
    Point *at = call_scratch(d->p->call, (size_t)(n + 1) * sizeof *at);
    for (int64_t k = 0; k < n; k++) at[k] = contour_map_device(d->p, flat[k], d->level);
    bool is_closed = n > 2 && flat[0].x == flat[n - 1].x && flat[0].y == flat[n - 1].y;
    draw_points(d->p, at, n, is_closed, d->label);
}

static void draw_piece(void *drawing, const Point *plane, int64_t n)
{
    LineDrawing *d = drawing;
    map_cut_line(d->p->call, &d->p->coords, contour_map_flat(d->p, plane, n), n, draw_flat, d);
}

static void draw_path(ContourPlot *p, IsoPath path, int i, const Str *label)
{
    double level = p->levels.value[i];
    if (p->coords.map) {
        contour_map_line(p, path, draw_piece, &(LineDrawing){p, label, level});
        return;
    }
    Point *at = call_scratch(p->call, (size_t)(path.n + 1) * sizeof *at);
    for (int64_t k = 0; k < path.n; k++)
        at[k] = contour_device(p, contour_place(p->data, p->paths.p[path.first + k]), level);
    draw_points(p, at, path.n, path.is_closed, label);
}

void contour_draw_lines(ContourPlot *p)
{
    Call *c = p->call;
    bool is_closed = call_kw_set(c, KW_CONTOUR_CLOSED);
    int64_t color = kw_or_long(c, G_COLOR, 'P', "COLOR");
    double thick = kw_or_float(c, G_THICK, 'P', "THICK");
    int style = (int)kw_or_long(c, G_LINESTYLE, 'P', "LINESTYLE");
    for (int i = 0; i < p->levels.n; i++) {
        contour_trace(p, p->levels.value[i], is_closed);
        canvas_color(p->canvas, contour_color(c, i, color));
        p->canvas->pen = (Pen){contour_number(c, KW_CONTOUR_C_THICK, i, thick),
                               contour_int(c, KW_CONTOUR_C_LINESTYLE, i, style)};
        const Str *label = contour_label(c, &p->levels, i);
        for (int64_t k = 0; k < p->paths.paths; k++) {
            if (contour_is_line(&p->paths, p->paths.path[k])) draw_path(p, p->paths.path[k], i, label);
        }
    }
}
