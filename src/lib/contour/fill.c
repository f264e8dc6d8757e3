// Filled areas between contour lines. What is at or above a level is one polygon of all its rings (even-odd), drawn
// over that of the level before, so that no seams show; hatched areas have the next level's rings as well. CELL_FILL
// goes cell by cell (cells.c).
#include "lib/contour/contour.h"
#include "lib/graphics/hatch.h"
#include "lib/graphics/settings.h"

#include <math.h>
#include <string.h>

enum { TABLE = 256 };

// A log axis has no place for 0 and below: what is there is taken to its end.
Point contour_on_page(const ContourPlot *p, Point at, double level)
{
    double *part[2] = {&at.x, &at.y};
    for (int i = 0; i < 2; i++) {
        if (!p->coords.is_log[i] || *part[i] > 0) continue;
        const double *range = setting_doubles(p->call, "XY"[i], "CRANGE");
        *part[i] = pow(10, fmin(range[0], range[1]));
    }
    return contour_device(p, at, level);
}

void contour_area_room(ContourPlot *p, ContourArea *out, int64_t more)
{
    if (out->n + more <= out->room) return;
    out->room = 2 * (out->n + more);
    Point *wider = call_scratch(p->call, (size_t)out->room * sizeof *wider);
    if (out->n) memcpy(wider, out->p, (size_t)out->n * sizeof *wider);
    out->p = wider;
}

static void add_place(ContourPlot *p, ContourArea *out, int64_t k, double level)
{
    Point at = contour_on_page(p, contour_place(p->data, p->paths.p[k]), level);
    if (isfinite(at.x) && isfinite(at.y)) out->p[out->n++] = at;
}

// Appends the rings that were traced last. Each comes back to its first point; NaN stands behind it.
static void add_rings(ContourPlot *p, ContourArea *out, double level)
{
    const IsoPaths *paths = &p->paths;
    contour_area_room(p, out, paths->n + paths->paths);
    for (int64_t i = 0; i < paths->paths; i++) {
        for (int64_t k = 0; k < paths->path[i].n; k++) {
            if ((k & 0xFFFF) == 0xFFFF) call_poll(p->call);
            add_place(p, out, paths->path[i].first + k, level);
        }
        out->p[out->n++] = (Point){NAN, NAN, 0};
    }
}

// Without C_COLORS: evenly through the colour table.
int64_t contour_table_color(const ContourPlot *p, int i)
{
    const Gfx *g = gfx_of(p->call->vm);
    int index = (int)lround((i + 1) * (TABLE - 1.0) / (p->levels.n + 1));
    bool is_rgb = g->on->bytes == 3 && g->on->is_decomposed;
    return is_rgb ? g->colors.r[index] | g->colors.g[index] << 8 | g->colors.b[index] << 16 : index;
}

bool contour_is_hatched(Call *c)
{
    return contour_has(c, KW_CONTOUR_C_ORIENTATION) || contour_has(c, KW_CONTOUR_C_SPACING);
}

void contour_fill_polygon(ContourPlot *p, const Point *at, int64_t n, int i)
{
    Call *c = p->call;
    if (!contour_is_hatched(c)) {
        canvas_fill(p->canvas, at, n);
        return;
    }
    p->canvas->pen = (Pen){contour_number(c, KW_CONTOUR_C_THICK, i, kw_or_float(c, G_THICK, 'P', "THICK")),
                           contour_int(c, KW_CONTOUR_C_LINESTYLE, i, 0)};
    hatch_polygon(p->canvas, at, n, contour_number(c, KW_CONTOUR_C_ORIENTATION, i, 0),
                  contour_number(c, KW_CONTOUR_C_SPACING, i, 0));
}

static void trace_area(ContourPlot *p, ContourArea *area, int i)
{
    contour_trace(p, p->levels.value[i], true);
    add_rings(p, area, p->levels.value[i]);
    if (!contour_is_hatched(p->call) || i + 1 >= p->levels.n) return;
    contour_trace(p, p->levels.value[i + 1], true);
    add_rings(p, area, p->levels.value[i]);
}

void contour_fill(ContourPlot *p)
{
    if (p->data->is_folded) {
        contour_cell_fill(p);
        return;
    }
    for (int i = 0; i < p->levels.n; i++) {
        ContourArea area = {0};
        if (p->coords.map)
            contour_map_area(p, &area, i);
        else
            trace_area(p, &area, i);
        canvas_color(p->canvas, contour_color(p->call, i, contour_table_color(p, i)));
        if (area.n) contour_fill_polygon(p, area.p, area.n, i);
    }
}
