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
    bool is_whole; // all of the outline is kept
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

// An arc begins with the place that comes next.
static bool add_arc(MapScratch *m)
{
    if (m->ncut_arcs == m->cut_arc_room) {
        int64_t wanted = m->cut_arc_room ? 2 * m->cut_arc_room : 16;
        MapCutArc *more = mem_realloc(m->cut_arc, (size_t)wanted * sizeof *more);
        if (!more) return false;
        m->cut_arc = more;
        m->cut_arc_room = wanted;
    }
    m->cut_arc[m->ncut_arcs++] = (MapCutArc){.first = m->ncut};
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

// The shorter way that there is, behind what MapScratch.cut holds; how far it turns, or NaN: there is none.
static double find_way(const Cutting *k, Turned from, Turned to, int *n)
{
    Turned *out = k->m->cut + k->m->ncut;
    double turn = angle_on(&k->circle, to) - angle_on(&k->circle, from);
    turn -= 2 * M_PI * round(turn / (2 * M_PI));
    double other = turn > 0 ? turn - 2 * M_PI : turn + 2 * M_PI;
    if (way_along(k, from, to, turn, out, n)) return fabs(turn);
    bool is_there = way_along(k, from, to, other, out, n) || way_along(k, from, to, -other, out, n); // all round, either way
    return is_there ? fabs(other) : NAN;
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

// What is above the plane of the outline, in MapScratch.cut: one or several arcs.
static bool gather_kept(Cutting *k)
{
    MapScratch *m = k->m;
    int64_t n = m->npolygon, first = 0;
    m->ncut = m->ncut_arcs = 0;
    while (first < n && !is_kept_at(k, m->polygon[first])) first++;
    while (first < n && is_kept_at(k, m->polygon[first])) first++; // to begin with an arc, where there are some
    k->is_whole = first == n && m->npolygon > 0 && is_kept_at(k, m->polygon[0]);
    if (k->is_whole) first = 0;
    for (int64_t i = 0; i < n; i++) {
        Turned a = m->polygon[(first + i) % n], b = m->polygon[(first + i + 1) % n];
        bool is_kept = is_kept_at(k, a), goes_on = is_kept_at(k, b);
        if ((i & 0xFF) == 0xFF && m->poll) m->poll(m->poll_arg);
        if (!room_for(m, MOST_AROUND)) return false;
        if (is_kept) m->cut[m->ncut++] = a;
        if (is_kept == goes_on) continue;
        m->cut[m->ncut] = is_kept ? crossing(k, a, b) : crossing(k, b, a);
        if (is_kept)
            m->cut_arc[m->ncut_arcs - 1].n = m->ncut + 1 - m->cut_arc[m->ncut_arcs - 1].first;
        else if (!add_arc(m))
            return false;
        m->ncut++;
    }
    return room_for(m, MOST_AROUND);
}

// The arc that follows an end along the circle: the next one of the outline, if there is a way, else the one that is nearest.
// The way lies behind what MapScratch.cut holds.
static int64_t next_arc(const Cutting *k, int64_t at, int64_t start, int *n)
{
    MapScratch *m = k->m;
    Turned end = m->cut[m->cut_arc[at].first + m->cut_arc[at].n - 1];
    int64_t best = (at + 1) % m->ncut_arcs;
    bool is_free = best == start || !m->cut_arc[best].is_used;
    if (is_free && !isnan(find_way(k, end, m->cut[m->cut_arc[best].first], n))) return best;
    double least = INFINITY;
    best = start;
    for (int64_t i = 0; i < m->ncut_arcs; i++) {
        if (m->cut_arc[i].is_used && i != start) continue;
        double turn = find_way(k, end, m->cut[m->cut_arc[i].first], n);
        if (turn < least) least = turn, best = i;
    }
    if (isnan(find_way(k, end, m->cut[m->cut_arc[best].first], n))) *n = 0; // straight
    return best;
}

static bool add_points(MapScratch *m, int64_t first, int64_t n)
{
    for (int64_t i = 0; i < n; i++) {
        if (!map_add_polygon(m, m->cut[first + i])) return false;
    }
    return true;
}

// The arcs with the ways between them: rings, which lines there and back join to one polygon.
static bool join_kept(Cutting *k)
{
    MapScratch *m = k->m;
    Turned origin = m->cut[0];
    m->npolygon = 0;
    for (int64_t i = 0; i < m->ncut_arcs; i++) {
        int64_t at = i, next;
        if (m->cut_arc[i].is_used) continue;
        do {
            int n = 0;
            m->cut_arc[at].is_used = true;
            if (!add_points(m, m->cut_arc[at].first, m->cut_arc[at].n)) return false;
            next = next_arc(k, at, i, &n);
            if (!add_points(m, m->ncut, n)) return false;
            at = next;
        } while (at != i);
        if (m->ncut_arcs > 1 && !(map_add_polygon(m, m->cut[m->cut_arc[i].first]) && map_add_polygon(m, origin))) return false;
    }
    return true;
}

static bool keep(Cutting *k)
{
    MapScratch *m = k->m;
    if (!gather_kept(k)) return false;
    if (m->ncut_arcs > 0) return join_kept(k);
    bool has_circle = is_circle_inside(k);
    if (!k->is_whole) m->npolygon = 0;
    if (!has_circle) return true;
    Turned corner = m->polygon[0];
    m->ncut = 0;
    if (!add_circle(k)) return false;
    if (k->is_whole && !map_add_polygon(m, corner)) return false; // to the hole and back
    return add_points(m, 0, m->ncut) && (!k->is_whole || map_add_polygon(m, corner));
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
