// Polygons of map_clip.h: what is seen of the outline is a number of arcs from edge to edge, which are joined along the
// edge, with the inside on the left. Start at map_polygon.
#include "plot/map_clip.h"

#include <math.h>
#include <stddef.h>

#define DEG  (M_PI / 180)
#define STEP DEG
#define NO_AREA 1e-12
#define LARGE_AREA 1 // of what lies around that which is not shown, at least
enum { POLL_MASK = 0xFF };

// --- The outline, in steps

// The way in longitude from a to b: the shorter one, or all the way round along a parallel.
static double way(LonLat a, LonLat b)
{
    double degrees = b.lon - a.lon;
    bool is_round = fabs(degrees) == 360 && a.lat == b.lat;
    return fabs(degrees) > 180 && !is_round ? remainder(degrees, 360) : degrees;
}

typedef struct Ring {
    const Projection *p;
    const LonLat *at;
    int64_t n;
    const MapScratch *m;
    bool is_backwards;
} Ring;

static LonLat corner(const Ring *r, int64_t i) { return r->at[r->is_backwards ? r->n - 1 - i : i]; }

// Visits the outline in steps; the last one is the first place again.
static void visit(const Ring *r, void (*see)(void *arg, Turned t), void *arg)
{
    for (int64_t i = 0; i < r->n; i++) {
        if ((i & POLL_MASK) == POLL_MASK && r->m->poll) r->m->poll(r->m->poll_arg);
        LonLat a = corner(r, i), b = corner(r, (i + 1) % r->n);
        double dlon = way(a, b), dlat = b.lat - a.lat;
        int steps = (int)fmin(ceil(fmax(fabs(dlon), fabs(dlat)) * DEG / STEP), 720);
        if (i == 0) see(arg, projection_turn(r->p, a.lon * DEG, a.lat * DEG));
        for (int k = 1; k < steps; k++) {
            double f = (double)k / steps;
            see(arg, projection_turn(r->p, (a.lon + f * dlon) * DEG, (a.lat + f * dlat) * DEG));
        }
        see(arg, projection_turn(r->p, b.lon * DEG, b.lat * DEG));
    }
}

typedef struct Vector {
    double x, y, z;
} Vector;

typedef struct Area {
    Vector first, last;
    int n;
    double left; // of the outline, as triangles from its first place
} Area;

static double dot(Vector a, Vector b) { return a.x * b.x + a.y * b.y + a.z * b.z; }

// The triangle's area, positive if it turns to the left.
static double triangle(Vector a, Vector b, Vector c)
{
    Vector ab = {b.x - a.x, b.y - a.y, b.z - a.z}, ac = {c.x - a.x, c.y - a.y, c.z - a.z};
    double volume = a.x * (ab.y * ac.z - ab.z * ac.y) + a.y * (ab.z * ac.x - ab.x * ac.z) + a.z * (ab.x * ac.y - ab.y * ac.x);
    return 2 * atan2(volume, 1 + dot(a, b) + dot(b, c) + dot(c, a));
}

static void add_area(void *arg, Turned t)
{
    Area *a = arg;
    Vector v = {cos(t.lat) * cos(t.lon), cos(t.lat) * sin(t.lon), sin(t.lat)};
    if (a->n == 0) a->first = v;
    if (a->n > 1) a->left += triangle(a->first, a->last, v);
    a->last = v;
    if (a->n < 2) a->n++;
}

static double area_on_left(const Ring *r)
{
    Area a = {0};
    visit(r, add_area, &a);
    double left = fmod(a.left, 4 * M_PI);
    return left < 0 ? left + 4 * M_PI : left;
}

// An outline there and back, or one around all of the globe.
static bool is_flat(double left) { return left < NO_AREA || left > 4 * M_PI - NO_AREA; }

static bool is_clockwise_on_paper(const Ring *r)
{
    double sum = 0;
    for (int64_t i = 0; i < r->n; i++) {
        LonLat p = r->at[i], q = r->at[(i + 1) % r->n];
        sum += p.lon * q.lat - q.lon * p.lat;
    }
    return sum < 0;
}

static void trace_step(void *arg, Turned t) { map_trace(arg, t); }

// --- Joining

typedef struct Joiner {
    const Projection *p;
    MapScratch *m;
    MapPiece emit;
    void *arg;
    bool is_short_of_memory;
} Joiner;

static void add(Joiner *j, Turned t)
{
    if (!map_add_polygon(j->m, t)) j->is_short_of_memory = true;
}

static double ahead(const Joiner *j, double from, double to)
{
    double far = fmod(to - from, map_edge_length(j->p));
    return far < 0 ? far + map_edge_length(j->p) : far;
}

// Along the edge, with its corners.
static void follow_edge(Joiner *j, double from, double far)
{
    double step = map_edge_length(j->p) / 720;
    for (double at = floor(from / step) * step + step; at < from + far; at += step) {
        if (at > from) add(j, map_edge_point(j->p, fmod(at, map_edge_length(j->p))));
    }
}

static MapArc *next_arc(Joiner *j, double from, double *far)
{
    MapArc *best = NULL;
    for (int64_t i = 0; i < j->m->narcs; i++) {
        MapArc *a = &j->m->arc[i];
        double d = a->is_used || isnan(a->from) ? INFINITY : ahead(j, from, a->from);
        if (d < INFINITY && (!best || d < *far)) best = a, *far = d;
    }
    return best;
}

static double area_of(const Turned *t, int64_t n)
{
    double sum = 0;
    for (int64_t i = 0; i < n; i++) {
        Turned a = t[i], b = t[(i + 1) % n];
        sum += a.lon * b.lat - b.lon * a.lat;
    }
    return sum / 2;
}

static double plane_area(const Point *p, int64_t n)
{
    double sum = 0;
    for (int64_t i = 0; i < n; i++) sum += p[i].x * p[(i + 1) % n].y - p[(i + 1) % n].x * p[i].y;
    return sum / 2;
}

static void emit_polygon(Joiner *j)
{
    if (!map_emit_polygon(j->p, j->m, j->emit, j->arg)) j->is_short_of_memory = true;
}

static void add_arc(Joiner *j, const MapArc *a)
{
    for (int64_t i = 0; i < a->n; i++) add(j, j->m->turned[a->first + i]);
}

// The outline meets the edge nowhere: it is seen whole. If what is seen on its left is outside of it, the edge belongs
// to the polygon.
static void emit_whole(Joiner *j, const MapArc *a)
{
    add_arc(j, a);
    bool is_round = j->p->family == FAMILY_AZIMUTHAL || j->p->family == FAMILY_TRANSVERSE;
    if (is_round && !map_project_polygon(j->p, j->m)) j->is_short_of_memory = true;
    double area = is_round ? plane_area(j->m->plane, j->m->nplane) / (j->p->radius * j->p->radius)
                           : area_of(j->m->polygon, j->m->npolygon);
    bool is_outside = area < -LARGE_AREA; // a small one is a sliver that the projection has turned over
    if (is_outside && j->m->npolygon) {
        add(j, j->m->polygon[0]);
        add(j, map_edge_point(j->p, 0));
        follow_edge(j, 0, map_edge_length(j->p));
        add(j, map_edge_point(j->p, 0));
    }
    emit_polygon(j);
}

static void join(Joiner *j)
{
    for (int64_t i = 0; i < j->m->narcs && !j->is_short_of_memory; i++) {
        MapArc *start = &j->m->arc[i];
        if (start->is_used) continue;
        start->is_used = true;
        if (isnan(start->from) || isnan(start->to)) {
            emit_whole(j, start);
            continue;
        }
        add_arc(j, start);
        for (const MapArc *a = start;;) {
            double far = INFINITY, home = ahead(j, a->to, start->from);
            MapArc *next = next_arc(j, a->to, &far);
            bool is_home = !next || home <= far;
            follow_edge(j, a->to, is_home ? home : far);
            if (is_home) break;
            next->is_used = true;
            add_arc(j, next);
            a = next;
        }
        emit_polygon(j);
    }
}

// The outline goes all the way round along a parallel: the latitudes between which it lies.
static bool goes_round(const Ring *r, double *lo, double *hi)
{
    bool is_round = false;
    *lo = INFINITY, *hi = -INFINITY;
    for (int64_t i = 0; i < r->n; i++) {
        is_round |= fabs(way(r->at[i], r->at[(i + 1) % r->n])) == 360;
        *lo = fmin(*lo, r->at[i].lat);
        *hi = fmax(*hi, r->at[i].lat);
    }
    return is_round;
}

static bool is_globe(const Ring *r)
{
    double lo, hi;
    return goes_round(r, &lo, &hi) && lo <= -90 && hi >= 90;
}

// Nothing of the outline is seen, which goes round: all that is seen lies between its parallels.
static bool is_around(const Ring *r)
{
    double lon, lat, lo, hi;
    projection_turn_back(r->p, (Turned){0, 0}, &lon, &lat);
    return goes_round(r, &lo, &hi) && lat / DEG >= lo && lat / DEG <= hi;
}

static void emit_edge(Joiner *j)
{
    add(j, map_edge_point(j->p, 0));
    follow_edge(j, 0, map_edge_length(j->p));
    emit_polygon(j);
}

bool map_polygon(const Projection *p, const LonLat *at, int64_t n, MapScratch *m, MapPiece emit, void *arg)
{
    while (n > 1 && at[0].lon == at[n - 1].lon && at[0].lat == at[n - 1].lat) n--;
    for (int64_t i = 0; i < n; i++) {
        if (!map_is_place(at[i])) return true; // as other polygons with such corners
    }
    if (n < 3) return true;
    Ring r = {p, at, n, m, false};
    double left = area_on_left(&r), lo, hi; // the inside is the smaller part
    if (is_flat(left) && !goes_round(&r, &lo, &hi)) return true;
    r.is_backwards = is_flat(left) ? is_clockwise_on_paper(&r) : left > 2 * M_PI;
    MapArcSink sink = {m, false};
    Joiner j = {.p = p, .m = m, .emit = emit, .arg = arg};
    m->npolygon = 0;
    if (is_globe(&r)) {
        emit_edge(&j);
        return !j.is_short_of_memory;
    }
    MapTracer trace = map_arc_tracer(p, &sink);
    m->nturned = m->narcs = 0;
    visit(&r, trace_step, &trace);
    map_trace_end(&trace);
    if (sink.is_short_of_memory || !map_join_ends(m, 0)) return false;
    if (m->narcs == 0 && is_around(&r)) emit_edge(&j);
    join(&j);
    return !j.is_short_of_memory;
}

bool map_horizon(const Projection *p, MapScratch *m, MapPiece emit, void *arg)
{
    m->nplane = 0;
    double length = map_edge_length(p), step = length / 360;
    for (int i = 0; i <= 360; i++) {
        if (!map_add_plane(m, p, map_edge_point(p, i < 360 ? i * step : 0))) return false;
    }
    if (m->nplane > 0) emit(arg, m->plane, m->nplane);
    return true;
}
