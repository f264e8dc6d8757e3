// What programs have cut off a map (Projection.cut, Projection.box), of polygons of map_clip.h. A cut is a circle of the globe:
// where a polygon leaves what is kept, it goes on along that circle, to where it comes back. Start at map_keep_polygon.
#include "plot/map_clip.h"

#include "base/mem.h"
#include "plot/clip.h"

#include <math.h>

#define DUST   1e-9 // what lies upon the plane is kept
#define BESIDE 1e-7
enum { CIRCLE_STEPS = 720, HALVINGS = 40, MOST_AROUND = CIRCLE_STEPS + 8 };

typedef struct Vector {
    double x, y, z;
} Vector;

static Vector vector_of(Turned t) { return (Vector){cos(t.lat) * cos(t.lon), cos(t.lat) * sin(t.lon), sin(t.lat)}; }
static Turned of_vector(Vector v) { return (Turned){atan2(v.y, v.x), atan2(v.z, hypot(v.x, v.y))}; }
static double dot(Vector a, Vector b) { return a.x * b.x + a.y * b.y + a.z * b.z; }
static Vector cross(Vector a, Vector b) { return (Vector){a.y * b.z - a.z * b.y, a.z * b.x - a.x * b.z, a.x * b.y - a.y * b.x}; }

// The circle of a cut: around an axis, by an angle.
typedef struct Circle {
    Vector axis, e1, e2;
    double height, radius;
} Circle;

static bool circle_of(const ProjectionCut *c, Circle *out)
{
    Vector n = {c->normal[0], c->normal[1], c->normal[2]};
    double length = sqrt(dot(n, n));
    if (!(length > 0) || !isfinite(length) || !(fabs(c->d) < length)) return false;
    out->axis = (Vector){n.x / length, n.y / length, n.z / length};
    out->height = -c->d / length;
    out->radius = sqrt(1 - out->height * out->height);
    Vector aside = fabs(out->axis.z) < 0.9 ? (Vector){0, 0, 1} : (Vector){1, 0, 0}, e = cross(out->axis, aside);
    double size = sqrt(dot(e, e));
    out->e1 = (Vector){e.x / size, e.y / size, e.z / size};
    out->e2 = cross(out->axis, out->e1);
    return true;
}

static double angle_on(const Circle *c, Turned t)
{
    Vector v = vector_of(t);
    return atan2(dot(v, c->e2), dot(v, c->e1));
}

static Turned point_on(const Circle *c, double angle)
{
    double a = c->radius * cos(angle), b = c->radius * sin(angle), h = c->height;
    return of_vector((Vector){h * c->axis.x + a * c->e1.x + b * c->e2.x, h * c->axis.y + a * c->e1.y + b * c->e2.y,
                              h * c->axis.z + a * c->e1.z + b * c->e2.z});
}

typedef struct Cutting {
    const Projection *p;
    MapScratch *m;
    const ProjectionCut *cut;
    Circle circle;
} Cutting;

static bool room_for(MapScratch *m, int64_t n)
{
    if (m->ncut + n <= m->cut_room) return true;
    int64_t wanted = 2 * (m->ncut + n);
    Turned *more = mem_realloc(m->cut, (size_t)wanted * sizeof *more);
    if (!more) return false;
    m->cut = more;
    m->cut_room = wanted;
    return true;
}

// --- Along the circle

static bool has_seam(const Projection *p) { return p->family == FAMILY_WORLD || p->family == FAMILY_CONIC; }

// From one place to another by so much of the circle, not over the map's seam and not through what is not seen.
static bool way_along(const Cutting *k, Turned from, Turned to, double turn, Turned *out, int *n)
{
    double start = angle_on(&k->circle, from);
    int steps = (int)ceil(fabs(turn) / (2 * M_PI) * CIRCLE_STEPS);
    Turned last = from;
    *n = 0;
    for (int i = 1; i <= steps; i++) {
        Turned t = i < steps ? point_on(&k->circle, start + turn * i / steps) : to;
        bool is_on_seam = i < steps && fabs(t.lon) > M_PI * (1 - BESIDE), is_torn = is_on_seam || fabs(t.lon - last.lon) > M_PI;
        if ((has_seam(k->p) && is_torn) || !projection_sees(k->p, t)) return false;
        if (i < steps) out[(*n)++] = t;
        last = t;
    }
    return !has_seam(k->p) || fabs(to.lon - last.lon) <= M_PI;
}

// The shorter way that there is.
static void add_way(Cutting *k, Turned from, Turned to)
{
    MapScratch *m = k->m;
    double turn = angle_on(&k->circle, to) - angle_on(&k->circle, from);
    turn -= 2 * M_PI * round(turn / (2 * M_PI));
    double other = turn > 0 ? turn - 2 * M_PI : turn + 2 * M_PI;
    int n;
    bool is_there = way_along(k, from, to, turn, m->cut + m->ncut, &n) || way_along(k, from, to, other, m->cut + m->ncut, &n) ||
                    way_along(k, from, to, -other, m->cut + m->ncut, &n); // all round, the other way
    if (is_there) m->ncut += n;
}

static bool add_circle(Cutting *k)
{
    MapScratch *m = k->m;
    if (!room_for(m, MOST_AROUND)) return false;
    for (int i = 0; i <= CIRCLE_STEPS; i++) m->cut[m->ncut++] = point_on(&k->circle, 2 * M_PI * i / CIRCLE_STEPS);
    return true;
}

static bool is_circle_inside(const Cutting *k)
{
    const MapScratch *m = k->m;
    Turned on = point_on(&k->circle, 0);
    if (!projection_sees(k->p, on)) return false;
    Point at = map_uncut(k->p, on);
    bool is_in = false;
    for (int64_t i = 0; i < m->npolygon; i++) {
        Point a = map_uncut(k->p, m->polygon[i]), b = map_uncut(k->p, m->polygon[(i + 1) % m->npolygon]);
        if ((a.y > at.y) != (b.y > at.y) && a.x + (at.y - a.y) / (b.y - a.y) * (b.x - a.x) > at.x) is_in = !is_in;
    }
    return is_in;
}

// --- Polygons

static Turned crossing(const Cutting *k, Turned kept, Turned away)
{
    Vector u = vector_of(kept), v = vector_of(away);
    double lo = 0, hi = 1;
    Turned at = kept;
    for (int i = 0; i < HALVINGS; i++) {
        double f = (lo + hi) / 2;
        Turned t = of_vector((Vector){u.x + f * (v.x - u.x), u.y + f * (v.y - u.y), u.z + f * (v.z - u.z)});
        if (fabs(t.lon) > M_PI - 1e-12) t.lon = copysign(M_PI, kept.lon); // along the seam
        if (projection_over(k->cut, t) >= 0)
            lo = f, at = t;
        else
            hi = f;
    }
    return at;
}

// The map's own seam counts as what is just beside it.
static bool is_kept_at(const Cutting *k, Turned t)
{
    if (has_seam(k->p)) t.lon *= 1 - BESIDE;
    return projection_over(k->cut, t) >= -DUST;
}

// Keeps what is above the plane, in MapScratch.cut.
static bool keep(Cutting *k)
{
    MapScratch *m = k->m;
    int64_t n = m->npolygon, first = 0;
    m->ncut = 0;
    while (first < n && !is_kept_at(k, m->polygon[first])) first++;
    bool has_left = false;
    Turned exit = {0};
    for (int64_t i = 0; first < n && i < n; i++) {
        Turned a = m->polygon[(first + i) % n], b = m->polygon[(first + i + 1) % n];
        bool is_kept = is_kept_at(k, a), goes_on = is_kept_at(k, b);
        if ((i & 0xFF) == 0xFF && m->poll) m->poll(m->poll_arg);
        if (!room_for(m, MOST_AROUND)) return false;
        if (is_kept) m->cut[m->ncut++] = a;
        if (is_kept && !goes_on) {
            exit = crossing(k, a, b);
            m->cut[m->ncut++] = exit;
            has_left = true;
        } else if (!is_kept && goes_on) {
            Turned entry = crossing(k, b, a);
            add_way(k, exit, entry);
            m->cut[m->ncut++] = entry;
        }
    }
    if (has_left || !is_circle_inside(k)) return true;
    bool is_hole = m->ncut > 0;
    if (is_hole) m->cut[m->ncut++] = m->polygon[0]; // to the circle and back
    if (!add_circle(k) || !room_for(m, 1)) return false;
    if (is_hole) m->cut[m->ncut++] = m->polygon[0];
    return true;
}

bool map_keep_polygon(const Projection *p, MapScratch *m)
{
    for (int i = 0; i < p->ncuts && m->npolygon >= 3; i++) {
        Cutting k = {.p = p, .m = m, .cut = &p->cut[i]};
        if (!circle_of(k.cut, &k.circle)) { // all of the globe is on one side
            if (k.cut->d < 0) m->npolygon = 0;
            continue;
        }
        if (!keep(&k)) return false;
        m->npolygon = 0;
        for (int64_t j = 0; j < m->ncut; j++) {
            if (!map_add_polygon(m, m->cut[j])) return false;
        }
    }
    return true;
}

// --- The box

static Box box_of(const Projection *p) { return (Box){p->box[0], p->box[1], p->box[2], p->box[3]}; }

bool map_boxed_polygon(const Projection *p, MapScratch *m, MapPiece emit, void *arg)
{
    if (!p->has_box) {
        emit(arg, m->plane, m->nplane);
        return true;
    }
    int64_t wanted = CLIP_ROOM(m->nplane);
    if (2 * wanted > m->boxed_room) {
        Point *more = mem_realloc(m->boxed, (size_t)(4 * wanted) * sizeof *more);
        if (!more) return false;
        m->boxed = more;
        m->boxed_room = 4 * wanted;
    }
    Box box = box_of(p);
    int64_t n = clip_polygon(&box, m->plane, m->nplane, m->boxed, m->boxed + wanted);
    if (n >= 3) emit(arg, m->boxed, n);
    return true;
}

// In runs, so that dashes go on.
void map_boxed_line(const Projection *p, const Point *at, int64_t n, MapPiece emit, void *arg)
{
    enum { RUN = 256 };
    Point run[RUN];
    int k = 0;
    if (n < 1) return;
    if (!p->has_box) {
        emit(arg, at, n);
        return;
    }
    Box box = box_of(p);
    for (int64_t i = 1; i < n; i++) {
        Point a = at[i - 1], b = at[i];
        bool is_seen = clip_line(&box, &a, &b), goes_on = is_seen && k > 0 && a.x == run[k - 1].x && a.y == run[k - 1].y;
        if (k > 0 && (!goes_on || k == RUN)) {
            emit(arg, run, k);
            k = 0;
        }
        if (!is_seen) continue;
        if (k == 0) run[k++] = a;
        run[k++] = b;
    }
    if (k > 0) emit(arg, run, k);
}
