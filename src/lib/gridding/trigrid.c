// TRIGRID: a regular grid of values between scattered ones. Start reading at fn_trigrid.
#include "lib/graphics/settings.h"
#include "lib/gridding/sphere.h"
#include "plot/patch.h"

#include <math.h>
#include <string.h>

// clang-format off
#define TRIGRID_KEYWORDS(K, R)                                                                                      \
    K(R, DEGREES, FLAG) K(R, EXTRAPOLATE, "=array") K(R, QUINTIC, OR_FLAG) K(R, INPUT, "=variable")                  \
    K(R, MAX_VALUE, "=value") K(R, MIN_VALUE, "=value") K(R, MISSING, "=value") K(R, NX, "=value")                   \
    K(R, NY, "=value") K(R, SPHERE, "=structure") K(R, XGRID, OUT) K(R, XOUT, "=vector") K(R, YGRID, OUT)            \
    K(R, YOUT, "=vector")
// clang-format on
KEYWORDS(TRIGRID)

enum { SAMPLES = 51, SIDE_MAX = 1 << 20 };
#define DUST 1e-9 // of a triangle, of a step

// One direction of the grid.
typedef struct Line {
    double *at;
    int n;
    int *order; // subscripts by increasing place
} Line;

typedef struct Gridding {
    Call *call;
    Line x, y;
    TriangleMesh *mesh;
    Point *p; // divided by the extent of the data
    int points;
    double origin[2], extent[2];
    double *out; // of the grid; values that are not reached stay
} Gridding;

// --- The grid

static void put_in_order(Call *c, Line *l)
{
    l->order = call_scratch(c, (size_t)(l->n + 1) * sizeof *l->order);
    for (int i = 0; i < l->n; i++) {
        int k = i;
        for (; k > 0 && l->at[l->order[k - 1]] > l->at[i]; k--) l->order[k] = l->order[k - 1];
        l->order[k] = i;
    }
}

// Direction `axis` (0: x) from keywords, GS and Limits; lo and hi are what the data have.
static Line line_of(Call *c, int axis, const double *step, const double *limits, double lo, double hi)
{
    int given;
    Line l = {0};
    const double *out = kw_numbers(c, axis ? KW_TRIGRID_YOUT : KW_TRIGRID_XOUT, 1, SIDE_MAX, &given);
    double spacing = step ? fabs(step[axis]) : 0;
    int64_t wanted = call_kw_int(c, axis ? KW_TRIGRID_NY : KW_TRIGRID_NX, 0);
    if (limits) lo = limits[axis], hi = limits[axis + 2];
    if (out) wanted = given;
    if (wanted <= 0) {
        double n = spacing > 0 ? ceil((hi - lo) / spacing - DUST) + 1 : SAMPLES;
        if (!(n >= 1) || n > SIDE_MAX)
            throw_msg(c, E_VALUE, "The grid has too many points; check GS and Limits.");
        wanted = (int64_t)n;
    }
    if (wanted > SIDE_MAX) throw_no_memory(c);
    l.n = (int)wanted;
    l.at = call_scratch(c, (size_t)l.n * sizeof *l.at);
    if (!(spacing > 0)) spacing = l.n > 1 ? (hi - lo) / (l.n - 1) : 0;
    for (int i = 0; i < l.n; i++) l.at[i] = out ? out[i] : lo + i * spacing;
    if (!out && (!step || !(step[axis] != 0)) && l.n > 1) l.at[l.n - 1] = hi;
    put_in_order(c, &l);
    return l;
}

static void return_line(Call *c, int slot, const Line *l, bool is_double)
{
    if (!call_kw_given(c, slot)) return;
    Arr *a = call_new_array(c, is_double ? T_DOUBLE : T_FLOAT, 1, (int64_t[]){l->n}, false);
    for (int i = 0; i < l->n; i++) {
        if (is_double)
            ((double *)a->data)[i] = l->at[i];
        else
            ((float *)a->data)[i] = (float)l->at[i];
    }
    call_kw_set_take(c, slot, val_arr_take(arr_ref(a)));
}

// The first place in the order that is not below x.
static int first_from(const Line *l, double x)
{
    int lo = 0, hi = l->n;
    while (lo < hi) {
        int middle = (lo + hi) / 2;
        if (l->at[l->order[middle]] < x)
            lo = middle + 1;
        else
            hi = middle;
    }
    return lo;
}

// --- In the plane

static void barycentric(const Point p[3], Point at, double part[3])
{
    double area = (p[1].x - p[0].x) * (p[2].y - p[0].y) - (p[1].y - p[0].y) * (p[2].x - p[0].x);
    part[1] = ((at.x - p[0].x) * (p[2].y - p[0].y) - (at.y - p[0].y) * (p[2].x - p[0].x)) / area;
    part[2] = ((p[1].x - p[0].x) * (at.y - p[0].y) - (p[1].y - p[0].y) * (at.x - p[0].x)) / area;
    part[0] = 1 - part[1] - part[2];
}

static Point normalized(const Gridding *g, double x, double y)
{
    return (Point){(x - g->origin[0]) / g->extent[0], (y - g->origin[1]) / g->extent[1]};
}

// All grid points in a triangle.
static void grid_triangle(Gridding *g, int t, const double *z, const Jet *jet, uint8_t *is_done)
{
    const int32_t *c = g->mesh->corner + 3 * t;
    const Point p[3] = {g->p[c[0]], g->p[c[1]], g->p[c[2]]};
    double x0 = fmin(p[0].x, fmin(p[1].x, p[2].x)) - DUST, x1 = fmax(p[0].x, fmax(p[1].x, p[2].x)) + DUST;
    double y0 = fmin(p[0].y, fmin(p[1].y, p[2].y)) - DUST, y1 = fmax(p[0].y, fmax(p[1].y, p[2].y)) + DUST;
    int i0 = first_from(&g->x, g->origin[0] + x0 * g->extent[0]),
        k0 = first_from(&g->y, g->origin[1] + y0 * g->extent[1]);
    Patch patch;
    if (jet) patch = patch_make(p, (Jet[]){jet[c[0]], jet[c[1]], jet[c[2]]});
    for (int k = k0; k < g->y.n; k++) {
        double y = g->y.at[g->y.order[k]];
        if (normalized(g, 0, y).y > y1) break;
        for (int i = i0; i < g->x.n; i++) {
            Point at = normalized(g, g->x.at[g->x.order[i]], y);
            double part[3];
            if (at.x > x1) break;
            barycentric(p, at, part);
            if (!(part[0] >= -DUST && part[1] >= -DUST && part[2] >= -DUST)) continue;
            int64_t place = g->x.order[i] + (int64_t)g->y.order[k] * g->x.n;
            g->out[place] = jet ? patch_at(&patch, part) : part[0] * z[c[0]] + part[1] * z[c[1]] + part[2] * z[c[2]];
            is_done[place] = 1;
        }
    }
}

// The value outside: between the jets of the nearest border side's two ends.
static double beyond(const Gridding *g, const Jet *jet, const double *border, int n, Point at)
{
    double best = INFINITY, value = NAN;
    for (int i = 0; i < n; i++) {
        int a = (int)border[i], b = (int)border[(i + 1) % n];
        Point p = g->p[a], d = {g->p[b].x - p.x, g->p[b].y - p.y};
        double length = d.x * d.x + d.y * d.y;
        double t = length > 0 ? fmin(fmax(((at.x - p.x) * d.x + (at.y - p.y) * d.y) / length, 0), 1) : 0;
        double away = hypot(at.x - p.x - t * d.x, at.y - p.y - t * d.y);
        if (!(away < best)) continue;
        double s = t * t * t * (10 - 15 * t + 6 * t * t);
        best = away;
        value =
            (1 - s) * jet_at(&jet[a], at.x - p.x, at.y - p.y) + s * jet_at(&jet[b], at.x - g->p[b].x, at.y - g->p[b].y);
    }
    return value;
}

static void extrapolate(Gridding *g, const Jet *jet, const uint8_t *is_done)
{
    int n;
    const double *border = kw_numbers(g->call, KW_TRIGRID_EXTRAPOLATE, 3, INT32_MAX, &n);
    for (int i = 0; i < n; i++) {
        if (!(border[i] >= 0 && border[i] < g->points))
            throw_msg(g->call, E_VALUE, "EXTRAPOLATE must have subscripts of points.");
    }
    for (int k = 0; k < g->y.n; k++) {
        call_poll(g->call);
        for (int i = 0; i < g->x.n; i++) {
            int64_t place = i + (int64_t)k * g->x.n;
            if (!is_done[place]) g->out[place] = beyond(g, jet, border, n, normalized(g, g->x.at[i], g->y.at[k]));
        }
    }
}

// z is NaN where a value is not to be used.
static void grid_plane(Gridding *g, const double *z)
{
    Call *c = g->call;
    bool extends = call_kw(c, KW_TRIGRID_EXTRAPOLATE) != NULL,
         is_smooth = extends || call_kw_set(c, KW_TRIGRID_QUINTIC);
    Jet *jet = is_smooth ? call_scratch(c, (size_t)(g->points + 1) * sizeof *jet) : NULL;
    size_t n = (size_t)g->x.n * (size_t)g->y.n;
    uint8_t *is_done = call_alloc(c, n + 1);
    if (is_smooth && !jets_of_mesh(g->mesh, g->p, z, jet)) throw_no_memory(c);
    for (int t = 0; t < g->mesh->n; t++) {
        const int32_t *k = g->mesh->corner + 3 * t;
        if ((t & 0xFF) == 0) call_poll(c);
        if (isfinite(z[k[0]] + z[k[1]] + z[k[2]])) grid_triangle(g, t, z, jet, is_done);
    }
    if (extends) extrapolate(g, jet, is_done);
}

// --- On the sphere

static bool is_inside(const Vector *p, const TriangleMesh *m, int t, Vector at, int *side)
{
    for (int s = 0; s < 3; s++) {
        if (vector_turn(p[m->corner[3 * t + s]], p[m->corner[3 * t + (s + 1) % 3]], at) < -1e-15) {
            *side = s;
            return false;
        }
    }
    return true;
}

// The triangle under a place, from t on; at the border the one where the walk ends.
static int find_triangle(const Vector *p, const TriangleMesh *m, int t, Vector at)
{
    int side;
    for (int steps = 0; steps <= m->n && !is_inside(p, m, t, at, &side); steps++) {
        if (m->twin[3 * t + side] < 0) return t;
        t = m->twin[3 * t + side] / 3;
    }
    return t;
}

// Slopes at all points, as vectors: fitted in the plane that touches there.
static Vector *slopes(Call *c, const Vector *p, const TriangleMesh *m, const double *f)
{
    Vector *out = call_scratch(c, (size_t)(m->points + 1) * sizeof *out);
    for (int i = 0; i < m->points; i++) {
        int32_t around[64];
        double d[64][3];
        int n = mesh_around(m, i, around, 64, NULL), count = 0;
        Vector e = p[i], right = vector_unit(fabs(e.z) < 0.9 ? (Vector){-e.y, e.x, 0} : (Vector){e.z, 0, -e.x}),
               up = vector_cross(e, right);
        for (int k = 0; k < n && k < 64; k++) {
            Vector step = vector_sum(p[around[k]], e, -1);
            if (!isfinite(f[around[k]])) continue;
            d[count][0] = vector_dot(step, right), d[count][1] = vector_dot(step, up);
            d[count++][2] = f[around[k]] - f[i];
        }
        Jet j = jet_fit(d, isfinite(f[i]) ? count : 0, f[i]);
        out[i] = vector_sum((Vector){j.zx * right.x, j.zx * right.y, j.zx * right.z}, up, j.zy);
    }
    return out;
}

static double sphere_value(const Vector *p, const int32_t *k, const double *f, const Vector *slope, Vector at)
{
    double sum = 0, weights = 0;
    for (int s = 0; s < 3; s++) {
        double part = fmax(vector_turn(at, p[k[(s + 1) % 3]], p[k[(s + 2) % 3]]), 0);
        double weight = part * part;
        if (weight == 0) continue;
        weights += weight;
        sum += weight * (f[k[s]] + vector_dot(slope[k[s]], vector_sum(at, p[k[s]], -1)));
    }
    return sum / weights;
}

static void grid_sphere(Gridding *g, const Vector *p, const double *f, double unit)
{
    Vector *slope = slopes(g->call, p, g->mesh, f);
    int t = 0;
    for (int k = 0; k < g->y.n; k++) {
        call_poll(g->call);
        for (int i = 0; i < g->x.n && g->mesh->n; i++) {
            Vector at = sphere_point(g->x.at[i] * unit, g->y.at[k] * unit);
            t = find_triangle(p, g->mesh, t, at);
            double value = sphere_value(p, g->mesh->corner + 3 * t, f, slope, at);
            if (isfinite(value)) g->out[i + (int64_t)k * g->x.n] = value;
        }
    }
}

// --- Arguments and results

static void need_numbers(Call *c, const Val *v, int i)
{
    if (!type_is_numeric(v->type)) (void)arg_numbers(c, i, &(int64_t){0});
}

// Element `part` (1: the imaginary one) of values as DOUBLE; NaN for those that MIN_VALUE and MAX_VALUE leave out.
static double *values_of(Call *c, const Val *v, int part)
{
    int64_t n = val_count(v);
    bool is_complex = v->type == T_COMPLEX || v->type == T_DCOMPLEX;
    const double *p = val_data_peek(call_convert(c, v, is_complex ? T_DCOMPLEX : T_DOUBLE));
    double *out = call_scratch(c, (size_t)(n + 1) * sizeof *out);
    double most = call_kw_double(c, KW_TRIGRID_MAX_VALUE, INFINITY),
           least = call_kw_double(c, KW_TRIGRID_MIN_VALUE, -INFINITY);
    for (int64_t i = 0; i < n; i++) {
        double x = is_complex ? p[2 * i + part] : p[i];
        out[i] = x > most || x < least ? NAN : x;
    }
    return out;
}

// What stands where no triangle is: INPUT's values or MISSING.
static void begin_grid(Gridding *g, int part)
{
    const Val *input = call_kw(g->call, KW_TRIGRID_INPUT);
    int64_t n = (int64_t)g->x.n * g->y.n;
    double missing = call_kw_double(g->call, KW_TRIGRID_MISSING, 0);
    for (int64_t i = 0; i < n; i++) g->out[i] = part ? 0 : missing;
    if (!input || val_count(input) <= 1) return;
    if (val_count(input) != n) throw_msg(g->call, E_SHAPE, "INPUT must have the size of the grid.");
    const double *p = val_data_peek(call_convert(g->call, input, T_DCOMPLEX));
    for (int64_t i = 0; i < n; i++) g->out[i] = p[2 * i + part];
}

static void put_result(const Gridding *g, Arr *a, int part)
{
    for (int64_t i = 0; i < (int64_t)g->x.n * g->y.n; i++) {
        if (a->type == T_FLOAT) ((float *)a->data)[i] = (float)g->out[i];
        if (a->type == T_DOUBLE) ((double *)a->data)[i] = g->out[i];
        if (a->type == T_COMPLEX) ((float *)a->data)[2 * i + part] = (float)g->out[i];
        if (a->type == T_DCOMPLEX) ((double *)a->data)[2 * i + part] = g->out[i];
    }
}

static Gridding plane(Call *c)
{
    int64_t n, ny;
    const double *x = arg_numbers(c, 0, &n), *y = arg_numbers(c, 1, &ny);
    const Val *z = call_arg(c, 2), *tri = call_convert(c, call_arg(c, 3), T_LONG);
    if (n != ny || n != val_count(z)) throw_msg(c, E_SHAPE, "X, Y, and Z must have the same number of elements.");
    if (n < 3 || n > DELAUNAY_POINTS_MAX) throw_msg(c, E_SHAPE, "Not enough valid and unique points specified.");
    Gridding g = {.call = c, .points = (int)n};
    double lo[2] = {INFINITY, INFINITY}, hi[2] = {-INFINITY, -INFINITY};
    for (int64_t i = 0; i < n; i++) {
        if (!isfinite(x[i]) || !isfinite(y[i])) continue;
        lo[0] = fmin(lo[0], x[i]), hi[0] = fmax(hi[0], x[i]), lo[1] = fmin(lo[1], y[i]), hi[1] = fmax(hi[1], y[i]);
    }
    int count = (int)(val_count(tri) / 3);
    int32_t *corner = call_scratch(c, (size_t)(3 * count + 3) * sizeof *corner);
    memcpy(corner, val_data_peek(tri), (size_t)(3 * count) * sizeof *corner);
    for (int h = 0; h < 3 * count; h++) {
        if (corner[h] < 0 || corner[h] >= n) throw_msg(c, E_VALUE, "Triangles must have subscripts of points.");
    }
    for (int k = 0; k < 2; k++) g.origin[k] = lo[k], g.extent[k] = hi[k] > lo[k] ? hi[k] - lo[k] : 1;
    g.p = call_scratch(c, (size_t)(n + 1) * sizeof *g.p);
    for (int64_t i = 0; i < n; i++) g.p[i] = normalized(&g, x[i], y[i]);
    g.mesh = mesh_of_call(c);
    mesh_check(c, mesh_of_triangles(corner, count, g.p, (int)n, g.mesh));
    int ns, nl;
    const double *gs = c->argc > 4 ? arg_numbers(c, 4, &n) : NULL, *limits = NULL;
    ns = gs ? (int)n : 2;
    if (c->argc > 5) limits = arg_numbers(c, 5, &n);
    nl = limits ? (int)n : 4;
    if (ns < 2 || nl < 4) throw_msg(c, E_SHAPE, "GS must have 2 and Limits 4 elements.");
    g.x = line_of(c, 0, gs, limits, lo[0], hi[0]);
    g.y = line_of(c, 1, gs, limits, lo[1], hi[1]);
    return g;
}

static Gridding sphere(Call *c, const Vector **p, double unit)
{
    int64_t n = 2;
    Gridding g = {.call = c};
    g.mesh = sphere_of_record(c, call_kw(c, KW_TRIGRID_SPHERE), p);
    g.points = g.mesh->points;
    if (val_count(call_arg(c, 0)) != g.points)
        throw_msg(c, E_SHAPE, "F must have as many elements as SPHERE has points.");
    double lo[2] = {INFINITY, INFINITY}, hi[2] = {-INFINITY, -INFINITY};
    for (int i = 0; i < g.points; i++) {
        Vector v = (*p)[i];
        double place[2] = {atan2(v.y, v.x) / unit, asin(fmax(fmin(v.z, 1), -1)) / unit};
        for (int k = 0; k < 2; k++) lo[k] = fmin(lo[k], place[k]), hi[k] = fmax(hi[k], place[k]);
    }
    const double *gs = c->argc > 1 ? arg_numbers(c, 1, &n) : NULL, *limits = NULL;
    bool is_short = n < 2;
    n = 4;
    if (c->argc > 2) limits = arg_numbers(c, 2, &n);
    if (is_short || n < 4) throw_msg(c, E_SHAPE, "GS must have 2 and Limits 4 elements.");
    g.x = line_of(c, 0, gs, limits, lo[0], hi[0]);
    g.y = line_of(c, 1, gs, limits, lo[1], hi[1]);
    return g;
}

static TypeCode result_type(TypeCode t) { return t == T_DOUBLE || t == T_COMPLEX || t == T_DCOMPLEX ? t : T_FLOAT; }

// TRIGRID(X, Y, Z, Triangles [, GS, Limits]) | TRIGRID(F [, GS, Limits], SPHERE=S): values of a grid between scattered
// ones, by the triangles of TRIANGULATE: linear, or smooth (QUINTIC). The grid has 51 by 51 points from the smallest to
// the largest X and Y, or those of Limits=[x0, y0, x1, y1] GS=[dx, dy] apart; NX and NY set its size, XOUT and YOUT its
// places; XGRID and YGRID return them. Outside the triangles stands MISSING, or INPUT's values, or with EXTRAPOLATE=B
// what goes on smoothly. MIN_VALUE and MAX_VALUE leave values out. On the sphere (radians, or DEGREES) slopes are taken
// from the neighbours. FLOAT, or DOUBLE or complex if Z is. Manual: TRIGRID.
static void fn_trigrid(Call *c)
{
    bool is_sphere = call_kw_given(c, KW_TRIGRID_SPHERE);
    const Vector *p = NULL;
    call_hush_math(c);
    if (!is_sphere && c->argc < 4) throw_msg(c, E_ARGS, "Incorrect number of arguments.");
    if (is_sphere && c->argc > 3) throw_msg(c, E_ARGS, "Incorrect number of arguments.");
    if (is_sphere && call_kw(c, KW_TRIGRID_EXTRAPOLATE))
        throw_msg(c, E_VALUE, "EXTRAPOLATE is not for spherical gridding.");
    const Val *z = call_arg(c, is_sphere ? 0 : 2);
    need_numbers(c, z, is_sphere ? 0 : 2);
    double unit = call_kw_set(c, KW_TRIGRID_DEGREES) ? M_PI / 180 : 1;
    Gridding g = is_sphere ? sphere(c, &p, unit) : plane(c);
    TypeCode type = result_type(z->type);
    Arr *result = call_new_array(c, type, 2, (int64_t[]){g.x.n, g.y.n}, false);
    g.out = call_scratch(c, (size_t)g.x.n * (size_t)g.y.n * sizeof *g.out);
    for (int part = 0; part < (type == T_COMPLEX || type == T_DCOMPLEX ? 2 : 1); part++) {
        const double *values = values_of(c, z, part);
        begin_grid(&g, part);
        if (is_sphere)
            grid_sphere(&g, p, values, unit);
        else
            grid_plane(&g, values);
        put_result(&g, result, part);
    }
    return_line(c, KW_TRIGRID_XGRID, &g.x, type == T_DOUBLE || type == T_DCOMPLEX);
    return_line(c, KW_TRIGRID_YGRID, &g.y, type == T_DOUBLE || type == T_DCOMPLEX);
    if (call_kw_is_var(c, KW_TRIGRID_INPUT)) call_kw_set_take(c, KW_TRIGRID_INPUT, val_arr_take(arr_ref(result)));
    call_return_take(c, val_arr_take(arr_ref(result)));
}

static const Routine rows[] = {
    {"TRIGRID", FUNCTION, {1, 6}, fn_trigrid, "X [, Y [, Z [, Triangles [, GS [, Limits]]]]]", KEYS(TRIGRID)},
};
ROUTINE_TABLE(lib_trigrid, rows)
