// CELL_FILL: areas cell by cell. Start reading at contour_cell_fill.
#include "lib/contour/contour.h"

#include <math.h>

ContourCell contour_cell(const IsoField *f, int64_t i)
{
    ContourCell cell = {.n = f->mesh ? 3 : 4, .lo = INFINITY, .hi = -INFINITY};
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

static IsoPoint crossing(const ContourCell *cell, int s, double level)
{
    int t = (s + 1) % cell->n;
    bool turns = cell->corner[s] > cell->corner[t];
    int a = turns ? t : s, b = turns ? s : t;
    return (IsoPoint){cell->corner[a], cell->corner[b], (level - cell->z[a]) / (cell->z[b] - cell->z[a])};
}

static IsoPoint corner(const ContourCell *cell, int s) { return (IsoPoint){cell->corner[s], cell->corner[s], 0}; }

int contour_cell_parts(const ContourCell *cell, double level, ContourPart part[CELL_PARTS])
{
    int ups = 0, parts = 0;
    for (int s = 0; s < cell->n; s++) ups += cell->z[s] >= level;
    bool is_saddle = cell->n == 4 && ups == 2 && (cell->z[0] >= level) == (cell->z[2] >= level);
    if (is_saddle && cell->mean < level) {
        for (int s = cell->z[0] >= level ? 0 : 1; s < 4; s += 2)
            part[parts++] = (ContourPart){
                {crossing(cell, (s + 3) % 4, level), corner(cell, s), crossing(cell, s, level)}, 3};
        return parts;
    }
    part[0].n = 0;
    for (int s = 0; s < cell->n; s++) {
        bool is_up = cell->z[s] >= level, is_next_up = cell->z[(s + 1) % cell->n] >= level;
        if (is_up) part[0].point[part[0].n++] = corner(cell, s);
        if (is_up != is_next_up) part[0].point[part[0].n++] = crossing(cell, s, level);
    }
    return part[0].n > 2;
}

static void fill_part(ContourPlot *p, const ContourPart *part, int i)
{
    Point at[CELL_POINTS];
    if (p->coords.map) {
        contour_map_part(p, part, i);
        return;
    }
    for (int k = 0; k < part->n; k++) {
        at[k] = contour_on_page(p, contour_place(p->data, part->point[k]), p->levels.value[i]);
        if (!isfinite(at[k].x) || !isfinite(at[k].y)) return;
    }
    contour_fill_polygon(p, at, part->n, i);
}

void contour_cell_fill(ContourPlot *p)
{
    const IsoField *f = &p->data->field;
    for (int i = 0; i < p->levels.n; i++) {
        double level = p->levels.value[i], next = i + 1 < p->levels.n ? p->levels.value[i + 1] : INFINITY;
        canvas_color(p->canvas, contour_color(p->call, i, contour_table_color(p, i)));
        for (int64_t k = 0; k < f->cells; k++) {
            ContourPart part[CELL_PARTS];
            if ((k & 0xFFF) == 0) call_poll(p->call);
            if (!f->is_cell[k]) continue;
            ContourCell cell = contour_cell(f, k);
            if (cell.hi < level || cell.lo >= next) continue; // the next one covers it
            int parts = contour_cell_parts(&cell, level, part);
            for (int n = 0; n < parts; n++) fill_part(p, &part[n], i);
        }
    }
}
