// Start reading at region_plan.
#include "plot/region.h"

enum { CELLS_MAX = 1000 };  // in each direction

static int at_least_one(int n) { return n <= 0 ? 1 : n < CELLS_MAX ? n : CELLS_MAX; }

// Takes margins off a box; one that is smaller than its margins becomes a line at its middle.
static Box shrunk(Box b, double left, double bottom, double right, double top)
{
    Box s = {b.x0 + left, b.y0 + bottom, b.x1 - right, b.y1 - top};
    if (s.x0 > s.x1) s.x0 = s.x1 = (s.x0 + s.x1) / 2;
    if (s.y0 > s.y1) s.y0 = s.y1 = (s.y0 + s.y1) / 2;
    return s;
}

// The cell of !P.MULTI that is next, the upper left one first.
static Box cell(const RegionWish *w, Box page, Region *r)
{
    int columns = at_least_one(w->multi.columns), rows = at_least_one(w->multi.rows),
        stack = at_least_one(w->multi.stack);
    int total = columns * rows * stack, left = w->multi.left;
    r->is_new_page = left <= 0;
    if (left <= 0 || left > total) left = total;
    int at = total - left, place = at % (columns * rows);
    int column = w->multi.by_columns ? place / rows : place % columns;
    int row = w->multi.by_columns ? place % rows : place / columns;
    double width = (page.x1 - page.x0) / columns, height = (page.y1 - page.y0) / rows;
    r->left = w->keeps_count ? w->multi.left : left - 1;
    return (Box){page.x0 + column * width, page.y1 - (row + 1) * height, page.x0 + (column + 1) * width,
                 page.y1 - row * height};
}

Region region_plan(const RegionWish *w)
{
    double cx = w->char_width, cy = w->char_height;
    Region r = {0};
    Box page =
        shrunk((Box){0, 0, 1, 1}, w->x_outer[0] * cx, w->y_outer[0] * cy, w->x_outer[1] * cx, w->y_outer[1] * cy);
    r.region = cell(w, page, &r);
    if (w->position) {
        r.window = *w->position;
        r.region = (Box){r.window.x0 - w->x_margin[0] * cx, r.window.y0 - w->y_margin[0] * cy,
                         r.window.x1 + w->x_margin[1] * cx, r.window.y1 + w->y_margin[1] * cy};
        return r;
    }
    if (w->region) r.region = *w->region;
    r.window = shrunk(r.region, w->x_margin[0] * cx, w->y_margin[0] * cy, w->x_margin[1] * cx, w->y_margin[1] * cy);
    return r;
}
