// Filled areas between contour lines. What is at or above a level is one polygon of all its rings (even-odd), drawn
// over that of the level before, so that no seams show; hatched areas have the next level's rings as well. CELL_FILL
// goes cell by cell.
#include "lib/contour/contour.h"
#include "lib/graphics/hatch.h"
#include "lib/graphics/settings.h"

#include <math.h>
#include <string.h>

enum { CELL_CORNERS = 4, CELL_POINTS = 8, TABLE = 256 };

typedef struct Polygon {
    Point *p;
    int64_t n, room;
} Polygon;

// A log axis has no place for 0 and below: what is there is taken to its end.
static Point on_page(const ContourPlot *p, Point at, double level)
{
    double *part[2] = {&at.x, &at.y};
    for (int i = 0; i < 2; i++) {
        if (!p->coords.is_log[i] || *part[i] > 0) continue;
        const double *range = setting_doubles(p->call, "XY"[i], "CRANGE");
        *part[i] = pow(10, fmin(range[0], range[1]));
    }
    return contour_device(p, at, level);
}

static void make_room(ContourPlot *p, Polygon *out, int64_t more)
{
    if (out->n + more <= out->room) return;
    out->room = 2 * (out->n + more);
    Point *wider = call_scratch(p->call, (size_t)out->room * sizeof *wider);
    if (out->n) memcpy(wider, out->p, (size_t)out->n * sizeof *wider);
    out->p = wider;
}

static void add_place(ContourPlot *p, Polygon *out, int64_t k, double level)
{
    Point at = on_page(p, contour_place(p->data, p->paths.p[k]), level);
    if (isfinite(at.x) && isfinite(at.y)) out->p[out->n++] = at;
}

// Appends the rings that were traced last. Each comes back to its first point, then goes on to the next; the way
// between the rings is gone back at the end, so that it bounds nothing.
static void add_rings(ContourPlot *p, Polygon *out, double level)
{
    const IsoPaths *paths = &p->paths;
    make_room(p, out, paths->n + paths->paths + 2);
    for (int64_t i = 0; i < paths->paths; i++) {
        for (int64_t k = 0; k < paths->path[i].n; k++) {
            if ((k & 0xFFFF) == 0xFFFF) call_poll(p->call);
            add_place(p, out, paths->path[i].first + k, level);
        }
    }
    for (int64_t i = paths->paths - 1; i >= 0; i--) add_place(p, out, paths->path[i].first, level);
}

// Without C_COLORS: evenly through the colour table.
static int64_t table_color(const ContourPlot *p, int i)
{
    const Gfx *g = gfx_of(p->call->vm);
    int index = (int)lround((i + 1) * (TABLE - 1.0) / (p->levels.n + 1));
    bool is_rgb = g->on->bytes == 3 && g->on->is_decomposed;
    return is_rgb ? g->colors.r[index] | g->colors.g[index] << 8 | g->colors.b[index] << 16 : index;
}

static bool is_hatched(Call *c)
{
    return contour_has(c, KW_CONTOUR_C_ORIENTATION) || contour_has(c, KW_CONTOUR_C_SPACING);
}

static void fill_polygon(ContourPlot *p, const Point *at, int64_t n, int i)
{
    Call *c = p->call;
    if (!is_hatched(c)) {
        canvas_fill(p->canvas, at, n);
        return;
    }
    p->canvas->pen = (Pen){contour_number(c, KW_CONTOUR_C_THICK, i, kw_or_float(c, G_THICK, 'P', "THICK")),
                           contour_int(c, KW_CONTOUR_C_LINESTYLE, i, 0)};
    hatch_polygon(p->canvas, at, n, contour_number(c, KW_CONTOUR_C_ORIENTATION, i, 0),
                  contour_number(c, KW_CONTOUR_C_SPACING, i, 0));
}

void contour_fill(ContourPlot *p)
{
    for (int i = 0; i < p->levels.n; i++) {
        Polygon area = {0};
        contour_trace(p, p->levels.value[i], true);
        add_rings(p, &area, p->levels.value[i]);
        if (is_hatched(p->call) && i + 1 < p->levels.n) { // from the first ring to those of the next level and back
            contour_trace(p, p->levels.value[i + 1], true);
            add_rings(p, &area, p->levels.value[i]);
        }
        canvas_color(p->canvas, contour_color(p->call, i, table_color(p, i)));
        if (area.n) fill_polygon(p, area.p, area.n, i);
    }
}

// --- Cell by cell

typedef struct Cell {
    int n;
    int64_t corner[CELL_CORNERS];
    double z[CELL_CORNERS], lo, hi, mean;
} Cell;

static Cell cell_of(const IsoField *f, int64_t i)
{
    Cell cell = {.n = f->mesh ? 3 : 4, .lo = INFINITY, .hi = -INFINITY};
    const int64_t grid[4] = {i, i + 1, i + f->nx + 1, i + f->nx};
    for (int s = 0; s < cell.n; s++) {
        cell.corner[s] = f->mesh ? f->mesh->corner[3 * i + s] : grid[s];
        cell.z[s] = f->z[cell.corner[s]];
        cell.mean += cell.z[s] / cell.n;
        cell.lo = fmin(cell.lo, cell.z[s]);
        cell.hi = fmax(cell.hi, cell.z[s]);
    }
    return cell;
}

static IsoPoint crossing(const Cell *cell, int s, double level)
{
    int t = (s + 1) % cell->n;
    bool turns = cell->corner[s] > cell->corner[t];
    int a = turns ? t : s, b = turns ? s : t;
    return (IsoPoint){cell->corner[a], cell->corner[b], (level - cell->z[a]) / (cell->z[b] - cell->z[a])};
}

static void fill_points(ContourPlot *p, const IsoPoint *point, int n, int i)
{
    Point at[CELL_POINTS];
    for (int k = 0; k < n; k++) {
        at[k] = on_page(p, contour_place(p->data, point[k]), p->levels.value[i]);
        if (!isfinite(at[k].x) || !isfinite(at[k].y)) return;
    }
    if (n > 2) fill_polygon(p, at, n, i);
}

// What of a cell is at or above a level; two parts, where opposite corners are and the middle is not.
static void fill_part(ContourPlot *p, const Cell *cell, int i)
{
    double level = p->levels.value[i];
    IsoPoint point[CELL_POINTS];
    int n = 0, ups = 0;
    for (int s = 0; s < cell->n; s++) ups += cell->z[s] >= level;
    bool is_saddle = cell->n == 4 && ups == 2 && (cell->z[0] >= level) == (cell->z[2] >= level);
    for (int s = 0; s < cell->n; s++) {
        bool is_up = cell->z[s] >= level, is_next_up = cell->z[(s + 1) % cell->n] >= level;
        if (is_saddle && cell->mean < level) {
            if (!is_up) continue;
            IsoPoint tip = {cell->corner[s], cell->corner[s], 0};
            IsoPoint part[3] = {crossing(cell, (s + 3) % 4, level), tip, crossing(cell, s, level)};
            fill_points(p, part, 3, i);
            continue;
        }
        if (is_up) point[n++] = (IsoPoint){cell->corner[s], cell->corner[s], 0};
        if (is_up != is_next_up) point[n++] = crossing(cell, s, level);
    }
    fill_points(p, point, n, i);
}

void contour_cell_fill(ContourPlot *p)
{
    const IsoField *f = &p->data->field;
    for (int i = 0; i < p->levels.n; i++) {
        double level = p->levels.value[i], next = i + 1 < p->levels.n ? p->levels.value[i + 1] : INFINITY;
        canvas_color(p->canvas, contour_color(p->call, i, table_color(p, i)));
        for (int64_t k = 0; k < f->cells; k++) {
            if ((k & 0xFFF) == 0) call_poll(p->call);
            if (!f->is_cell[k]) continue;
            Cell cell = cell_of(f, k);
            if (cell.hi >= level && cell.lo < next) fill_part(p, &cell, i); // else the next one covers it
        }
    }
}
