// SURFACE: a net over heights, seen in three dimensions. Facets are drawn from the farthest to the nearest, each filled
// with the background before its sides are drawn, so that what lies behind is hidden. Start reading at pro_surface.
#include "lib/graphics/settings.h"
#include "lib/surface/view.h"

#include <math.h>

// clang-format off
#define SURFACE_KEYWORDS(K, R)                                                                                           \
    GRAPHICS_LIST(K, R) AXES_LIST(K, R) VIEW_LIST(K, R) K(R, BOTTOM, "=color") K(R, HORIZONTAL, FLAG) K(R, LEGO, FLAG)     \
    K(R, LOWER_ONLY, FLAG) K(R, UPPER_ONLY, OR_FLAG) K(R, SKIRT, "=value")
// clang-format on
KEYWORDS(SURFACE)
_Static_assert((int)KW_SURFACE_BOTTOM == (int)V_COUNT, "the common keywords come first");

typedef struct Net {
    View *view;
    int64_t background, top, bottom;
    const double *shade; // a colour a point; NULL: none
    int64_t shades;
    bool has_bottom, hides_upper, hides_lower, is_horizontal;
    Pen pen;
} Net;

static Point place_of(const View *v, double x, double y, double z)
{
    return coords_to_device(&v->coords, (Place){x, y, z}, COORD_DATA);
}

static double turn_of(const Point *p, int n)
{
    double sum = 0;
    for (int i = 0; i < n; i++) sum += p[i].x * p[(i + 1) % n].y - p[i].y * p[(i + 1) % n].x;
    return sum;
}

// A facet: `sides` has a bit for each of its sides that is drawn. Counterclockwise corners show the upper side.
static void draw_facet(Net *net, const Point p[4], unsigned sides, int64_t color)
{
    Canvas *v = net->view->canvas;
    for (int i = 0; i < 4; i++) {
        if (!isfinite(p[i].x) || !isfinite(p[i].y)) return;
    }
    bool is_upper = turn_of(p, 4) >= 0;
    canvas_background(v, net->background);
    canvas_fill(v, p, 4);
    if (is_upper ? net->hides_upper : net->hides_lower) return;
    canvas_color(v, is_upper || !net->has_bottom ? color : net->bottom);
    for (int i = 0; i < 4; i++) {
        if (sides & 1u << i) canvas_path(v, (Point[]){p[i], p[(i + 1) % 4]}, 2);
    }
}

static int64_t color_of(const Net *net, int64_t k)
{
    return net->shade && net->shades ? number_whole(net->shade[k % net->shades]) : net->top;
}

static Point grid_point(const View *v, int64_t k)
{
    double p[3];
    view_point(v, k, p);
    return (Point){p[0], p[1], p[2]};
}

// Whether the i-th step from the farthest on goes upwards along an axis of the data.
static bool goes_up(const View *v, int axis) { return (view_away(v, axis) < 0) != (v->coords.s[axis][1] < 0); }

// Along x and y from the farthest cell to the nearest.
static void each_cell(Net *net, int64_t nx, int64_t ny, void (*draw)(Net *net, int64_t x, int64_t y))
{
    const GridPlaces *g = &net->view->grid;
    bool up[2] = {goes_up(net->view, 0), goes_up(net->view, 1)};
    if (grid_x(g, g->nx - 1) < grid_x(g, 0)) up[0] = !up[0];
    if (grid_y(g, g->nx * (g->ny - 1)) < grid_y(g, 0)) up[1] = !up[1];
    for (int64_t i = 0; i < ny; i++) {
        call_poll(net->view->canvas->call);
        for (int64_t k = 0; k < nx; k++) draw(net, up[0] ? k : nx - 1 - k, up[1] ? i : ny - 1 - i);
    }
}

static void draw_cell(Net *net, int64_t x, int64_t y)
{
    const View *v = net->view;
    int64_t nx = v->grid.nx, k = y * nx + x;
    const Point p[4] = {grid_point(v, k), grid_point(v, k + 1), grid_point(v, k + nx + 1), grid_point(v, k + nx)};
    bool is_mirrored = (v->coords.s[0][1] < 0) != (v->coords.s[1][1] < 0);
    const GridPlaces *g = &v->grid;
    is_mirrored ^= (grid_x(g, k + 1) < grid_x(g, k)) != (grid_y(g, k + nx) < grid_y(g, k));
    const Point turned[4] = {p[3], p[2], p[1], p[0]};
    draw_facet(net, is_mirrored ? turned : p, net->is_horizontal ? 5 : 15, color_of(net, k));
}

// --- Columns (LEGO)

// The edges of column i: half way to its neighbours.
static void edges_of(const double *p, int64_t n, int64_t stride, int64_t i, double out[2])
{
    double here = p[i * stride], before = i > 0 ? p[(i - 1) * stride] : here,
           after = i + 1 < n ? p[(i + 1) * stride] : here;
    out[0] = (before + here) / 2;
    out[1] = (here + after) / 2;
}

static void draw_wall(Net *net, const double a[2], const double b[2], double low, double high, int64_t color)
{
    const View *v = net->view;
    Point p[4] = {place_of(v, a[0], a[1], low), place_of(v, b[0], b[1], low), place_of(v, b[0], b[1], high),
                  place_of(v, a[0], a[1], high)};
    if (turn_of(p, 4) < 0) { // it is seen from outside
        Point t = p[0];
        p[0] = p[1], p[1] = t, t = p[2], p[2] = p[3], p[3] = t;
    }
    draw_facet(net, p, 15, color);
}

static void draw_column(Net *net, int64_t x, int64_t y)
{
    const View *v = net->view;
    const GridPlaces *g = &v->grid;
    int64_t k = y * g->nx + x;
    double ex[2], ey[2], base = v->z.axis.range[0], high = v->height[k];
    if (v->z.axis.is_log) base = pow(10, base);
    if (!isfinite(high)) return;
    edges_of(g->x + (g->has_all_x ? y * g->nx : 0), g->nx, 1, x, ex);
    edges_of(g->y + (g->has_all_y ? x : 0), g->ny, g->has_all_y ? g->nx : 1, y, ey);
    int64_t color = color_of(net, k);
    double fx = goes_up(v, 0) ? fmax(ex[0], ex[1]) : fmin(ex[0], ex[1]);
    double fy = goes_up(v, 1) ? fmax(ey[0], ey[1]) : fmin(ey[0], ey[1]);
    draw_wall(net, (double[]){fx, ey[0]}, (double[]){fx, ey[1]}, base, high, color);
    draw_wall(net, (double[]){ex[0], fy}, (double[]){ex[1], fy}, base, high, color);
    Point top[4] = {place_of(v, ex[0], ey[0], high), place_of(v, ex[1], ey[0], high), place_of(v, ex[1], ey[1], high),
                    place_of(v, ex[0], ey[1], high)};
    draw_facet(net, top, 15, color);
}

// --- The skirt

static void draw_skirt(Net *net, int64_t from, int64_t step, int64_t n, double low)
{
    const View *v = net->view;
    for (int64_t i = 0; i + 1 < n; i++) {
        int64_t a = from + i * step, b = a + step;
        double pa[2] = {grid_x(&v->grid, a), grid_y(&v->grid, a)}, pb[2] = {grid_x(&v->grid, b), grid_y(&v->grid, b)};
        Point p[4] = {place_of(v, pa[0], pa[1], low), place_of(v, pb[0], pb[1], low), grid_point(v, b),
                      grid_point(v, a)};
        if (turn_of(p, 4) < 0) {
            Point t = p[0];
            p[0] = p[1], p[1] = t, t = p[2], p[2] = p[3], p[3] = t;
        }
        draw_facet(net, p, 15, color_of(net, a));
    }
}

// The two borders that are far (before the net) or near (after it).
static void draw_skirts(Net *net, bool are_near)
{
    Call *c = net->view->canvas->call;
    const GridPlaces *g = &net->view->grid;
    if (!call_kw(c, KW_SURFACE_SKIRT)) return;
    double low = call_kw_double(c, KW_SURFACE_SKIRT, 0);
    bool up[2] = {goes_up(net->view, 0), goes_up(net->view, 1)}; // the nearest has the largest subscript
    if (grid_x(g, g->nx - 1) < grid_x(g, 0)) up[0] = !up[0];
    if (grid_y(g, g->nx * (g->ny - 1)) < grid_y(g, 0)) up[1] = !up[1];
    draw_skirt(net, up[1] == are_near ? g->nx * (g->ny - 1) : 0, 1, g->nx, low);
    draw_skirt(net, up[0] == are_near ? g->nx - 1 : 0, g->nx, g->ny, low);
}

static void draw_net(Net *net)
{
    const GridPlaces *g = &net->view->grid;
    net->view->canvas->pen = net->pen;
    draw_skirts(net, false);
    if (call_kw_set(net->view->canvas->call, KW_SURFACE_LEGO))
        each_cell(net, g->nx, g->ny, draw_column);
    else
        each_cell(net, g->nx - 1, g->ny - 1, draw_cell);
    draw_skirts(net, true);
}

// SURFACE, Z [, X, Y]: a net over a two-dimensional array, in a new plot; X and Y are the places of its columns and
// rows, or of each element. It is turned by AZ about z and tilted by AX (30 degrees each), or seen through !P.T as it
// is (T3D); SAVE keeps the matrix there, for what is drawn over it (T3D). HORIZONTAL draws only lines along x, LEGO
// columns, SKIRT walls down to a height. BOTTOM is the colour of the lower side, SHADES one a point; UPPER_ONLY and
// LOWER_ONLY draw one side. Axes as PLOT's, in the floor and at the corner ZAXIS. Manual: SURFACE Procedure.
static void pro_surface(Call *c)
{
    int n = 0;
    View *v = view_plan(c);
    Net net = {.view = v,
               .background = kw_or_long(c, V_BACKGROUND, 'P', "BACKGROUND"),
               .top = kw_or_long(c, V_COLOR, 'P', "COLOR")};
    net.bottom = call_kw_int(c, KW_SURFACE_BOTTOM, net.top);
    net.has_bottom = call_kw_given(c, KW_SURFACE_BOTTOM);
    net.shade = kw_numbers(c, V_SHADES, 1, INT32_MAX, &n);
    net.shades = n;
    net.hides_upper = call_kw_set(c, KW_SURFACE_LOWER_ONLY);
    net.hides_lower = call_kw_set(c, KW_SURFACE_UPPER_ONLY);
    net.is_horizontal = call_kw_set(c, KW_SURFACE_HORIZONTAL);
    net.pen = (Pen){kw_or_float(c, V_THICK, 'P', "THICK"), (int)kw_or_long(c, V_LINESTYLE, 'P', "LINESTYLE")};
    view_begin(v);
    if (!call_kw_set(c, V_NODATA)) draw_net(&net);
    canvas_color(v->canvas, net.top);
    view_draw_axes(v);
    canvas_close(v->canvas);
}

static const Routine rows[] = {
    {"SURFACE", PROCEDURE, {1, 3}, pro_surface, "Z [, X, Y]", KEYS(SURFACE)},
};
ROUTINE_TABLE(lib_surface, rows)
