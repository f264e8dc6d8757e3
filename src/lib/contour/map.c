// Contours over a map: lines are cut where the map is, and areas are closed along its edge (plot/map_clip.h). Between points of
// the net all is straight in longitude and latitude. Start at contour_map_area.
#include "lib/contour/contour.h"
#include "lib/graphics/map_state.h"
#include "lib/graphics/settings.h"

#include <math.h>

#define DEG (M_PI / 180)

static MapScratch *scratch_of(ContourPlot *p)
{
    if (!p->scratch) p->scratch = map_scratch(p->call);
    return p->scratch;
}

// Places of a path: from one to the next as the net has it, which may lead beyond 360 degrees.
static LonLat *track(ContourPlot *p, const IsoPoint *point, int64_t n)
{
    LonLat *at = call_scratch(p->call, (size_t)(n + 1) * sizeof *at);
    for (int64_t k = 0; k < n; k++) {
        Point place = contour_place(p->data, point[k]);
        at[k] = (LonLat){place.x, place.y};
        double dlon = k ? at[k].lon - at[k - 1].lon : 0;
        if (p->data->is_round && fabs(dlon) > 180) at[k].lon = at[k - 1].lon + remainder(dlon, 360);
    }
    return at;
}

void contour_map_line(ContourPlot *p, IsoPath path, MapPiece draw, void *arg)
{
    const LonLat *at = track(p, p->paths.p + path.first, path.n);
    if (!map_track(p->coords.map, at, path.n, scratch_of(p), draw, arg)) throw_no_memory(p->call);
}

// --- A place that is seen, and whether it is within the area

typedef struct Known {
    LonLat at;
    bool is_inside;
} Known;

static const double weight[CELL_CORNERS] = {0.31, 0.25, 0.23, 0.21}; // in line with nothing

static Point middle_of(ContourPlot *p, const ContourCell *cell, Point corner[CELL_CORNERS])
{
    Point sum = {0, 0};
    double all = 0;
    for (int s = 0; s < cell->n; s++) {
        corner[s] = contour_place(p->data, (IsoPoint){cell->corner[s], cell->corner[s], 0});
        double dlon = corner[s].x - corner[0].x;
        if (p->data->is_round && fabs(dlon) > 180) corner[s].x = corner[0].x + remainder(dlon, 360);
        sum.x += weight[s] * corner[s].x;
        sum.y += weight[s] * corner[s].y;
        all += weight[s];
    }
    return (Point){sum.x / all, sum.y / all};
}

static bool is_seen(const Projection *map, Point at)
{
    return projection_sees(map, projection_turn(map, at.x * DEG, at.y * DEG));
}

static bool is_within(const Point *p, int n, Point at)
{
    bool is_in = false;
    for (int k = 0; k < n; k++) {
        Point a = p[k], b = p[(k + 1) % n];
        if ((a.y > at.y) == (b.y > at.y)) continue;
        if (a.x + (at.y - a.y) / (b.y - a.y) * (b.x - a.x) > at.x) is_in = !is_in;
    }
    return is_in;
}

// Whether a place of a cell is in the part of it that is at or above a level.
static bool is_above(ContourPlot *p, const ContourCell *cell, Point at, double level)
{
    ContourPart part[CELL_PARTS];
    Point corner[CELL_POINTS];
    bool is_in = false;
    int parts = contour_cell_parts(cell, level, part);
    for (int i = 0; i < parts; i++) {
        for (int k = 0; k < part[i].n; k++) {
            corner[k] = contour_place(p->data, part[i].point[k]);
            double dlon = corner[k].x - at.x;
            if (p->data->is_round && fabs(dlon) > 180) corner[k].x = at.x + remainder(dlon, 360);
        }
        is_in ^= is_within(corner, part[i].n, at);
    }
    return is_in;
}

static double margin(const ContourCell *cell, double level)
{
    if (cell->lo >= level || cell->hi < level) return 1;
    return fabs(cell->mean - level) / (cell->hi - cell->lo);
}

// In the first cell that is seen and that no line crosses, else where lines are furthest away. False: no cell is seen.
static bool find_known(ContourPlot *p, double level, double next, Known *known)
{
    const IsoField *f = &p->data->field;
    double best = -1;
    for (int64_t k = p->seen_cell; k < f->cells && best < 1; k++) {
        Point corner[CELL_CORNERS];
        if ((k & 0xFFF) == 0) call_poll(p->call);
        if (!f->is_cell[k]) continue;
        ContourCell cell = contour_cell(f, k);
        Point at = middle_of(p, &cell, corner);
        if (!is_seen(p->coords.map, at)) continue;
        if (best < 0) p->seen_cell = k;
        double far = fmin(margin(&cell, level), margin(&cell, next));
        if (!(far > best)) continue;
        best = far;
        known->at = (LonLat){at.x, at.y};
        known->is_inside = is_above(p, &cell, at, level) != is_above(p, &cell, at, next);
    }
    if (best < 0) p->seen_cell = f->cells;
    return best >= 0;
}

// --- Areas

typedef struct Gathering {
    ContourPlot *p;
    ContourArea *area;
    double level;
} Gathering;

// Each ring comes back to its first point; NaN stands behind it.
static void gather_flat(void *gathering, const Point *at, int64_t n)
{
    Gathering *g = gathering;
    ContourArea *a = g->area;
    contour_area_room(g->p, a, n + 2);
    for (int64_t k = 0; k <= n; k++) a->p[a->n++] = contour_map_device(g->p, at[k % n], g->level);
    a->p[a->n++] = (Point){NAN, NAN, 0};
}

static void gather(void *gathering, const Point *plane, int64_t n)
{
    ContourPlot *p = ((Gathering *)gathering)->p;
    map_cut_polygon(p->call, &p->coords, contour_map_flat(p, plane, n), n, gather_flat, gathering);
}

static void add_rings(ContourPlot *p, double level)
{
    contour_trace(p, level, true);
    for (int64_t i = 0; i < p->paths.paths; i++) {
        IsoPath path = p->paths.path[i];
        const LonLat *at = track(p, p->paths.p + path.first, path.n);
        if (!map_region_ring(p->coords.map, at, path.n, contour_is_line(&p->paths, path), scratch_of(p)))
            throw_no_memory(p->call);
    }
}

void contour_map_loops(ContourPlot *p, int i, ContourLoops which, MapPiece emit, void *arg)
{
    Known known = {0};
    double level = p->levels.value[i], next = INFINITY;
    if (which == CONTOUR_BAND && i + 1 < p->levels.n) next = p->levels.value[i + 1];
    if (!find_known(p, level, next, &known)) return;
    map_region_begin(scratch_of(p));
    add_rings(p, level);
    if (next < INFINITY) add_rings(p, next);
    scratch_of(p)->only_marked = which == CONTOUR_LINED;
    if (!map_region_end(p->coords.map, known.at, known.is_inside, scratch_of(p), emit, arg)) throw_no_memory(p->call);
}

void contour_map_area(ContourPlot *p, ContourArea *area, int i)
{
    Gathering g = {p, area, p->levels.value[i]};
    contour_map_loops(p, i, contour_is_hatched(p->call) ? CONTOUR_BAND : CONTOUR_ALL, gather, &g);
}

// --- Cells

typedef struct PartFill {
    ContourPlot *p;
    int level;
} PartFill;

static void fill_flat(void *fill, const Point *at, int64_t n)
{
    PartFill *f = fill;
    Point *out = call_scratch(f->p->call, (size_t)n * sizeof *out);
    for (int64_t k = 0; k < n; k++) out[k] = contour_map_device(f->p, at[k], f->p->levels.value[f->level]);
    contour_fill_polygon(f->p, out, n, f->level);
}

static void fill_piece(void *fill, const Point *plane, int64_t n)
{
    ContourPlot *p = ((PartFill *)fill)->p;
    map_cut_polygon(p->call, &p->coords, contour_map_flat(p, plane, n), n, fill_flat, fill);
}

void contour_map_part(ContourPlot *p, const ContourPart *part, int i)
{
    PartFill fill = {p, i};
    if (!map_polygon(p->coords.map, track(p, part->point, part->n), part->n, scratch_of(p), fill_piece, &fill))
        throw_no_memory(p->call);
}
