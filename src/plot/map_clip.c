// See map_clip.h. A line is walked in small steps over the turned globe; each step lies on one side of the edge, or is cut. Start
// at map_line and map_trace.
#include "plot/map_clip.h"

#include "base/mem.h"

#include <math.h>

#define DEG       (M_PI / 180)
#define STEP      DEG // how finely lines are walked
#define WIDE      (4 * DEG)
#define OPPOSITE  (-0.95)
#define LOBE_DUST 1e-9
enum { POLL_MASK = 0xFF, HALVINGS = 40, ROOM_FIRST = 256, GOODE_CUTS = 4, STEPS_MAX = 720, HALVES = 10 };

void map_scratch_free(void *scratch)
{
    MapScratch *m = scratch;
    mem_free(m->turned);
    mem_free(m->plane);
    mem_free(m->arc);
    mem_free(m->polygon);
    mem_free(m->lobe);
    mem_free(m->cut);
    mem_free(m->cut_arc);
    mem_free(m->boxed);
    mem_free(m->end);
    *m = (MapScratch){0};
}

static bool grow(void **p, int64_t n, int64_t *room, size_t size)
{
    if (n < *room) return true;
    int64_t wanted = *room ? *room * 2 : ROOM_FIRST;
    void *more = mem_realloc(*p, (size_t)wanted * size);
    if (!more) return false;
    *p = more;
    *room = wanted;
    return true;
}

bool map_add_turned(MapScratch *m, Turned t)
{
    if (!grow((void **)&m->turned, m->nturned, &m->turned_room, sizeof t)) return false;
    m->turned[m->nturned++] = t;
    return true;
}

bool map_add_plane(MapScratch *m, const Projection *p, Turned t)
{
    Point at;
    if (!projection_plane(p, t, &at.x, &at.y)) return true; // at infinity: left out
    if (!grow((void **)&m->plane, m->nplane, &m->plane_room, sizeof at)) return false;
    m->plane[m->nplane++] = at;
    return true;
}

// --- Steps

typedef struct Vector {
    double x, y, z;
} Vector;

static Vector vector_of(Turned t) { return (Vector){cos(t.lat) * cos(t.lon), cos(t.lat) * sin(t.lon), sin(t.lat)}; }

static Turned of_vector(Vector v) { return (Turned){atan2(v.y, v.x), atan2(v.z, hypot(v.x, v.y))}; }

// Between two places that are near each other.
static Turned between(Turned a, Turned b, double f)
{
    Vector u = vector_of(a), v = vector_of(b);
    return of_vector((Vector){u.x + f * (v.x - u.x), u.y + f * (v.y - u.y), u.z + f * (v.z - u.z)});
}

static bool is_cut(const Projection *p) { return p->family == FAMILY_WORLD || p->family == FAMILY_CONIC; }

static bool sees(const MapTracer *m, Turned t) { return projection_sees(m->p, t) && (!m->is_line || projection_keeps(m->p, t)); }

// The last place that is seen on the way from one that is to one that is not.
static Turned last_seen(const MapTracer *m, Turned seen, Turned hidden)
{
    double lo = 0, hi = 1;
    for (int i = 0; i < HALVINGS; i++) {
        double middle = (lo + hi) / 2;
        if (sees(m, between(seen, hidden, middle)))
            lo = middle;
        else
            hi = middle;
    }
    Turned t = between(seen, hidden, lo);
    bool is_torn = is_cut(m->p) && fabs(t.lon - seen.lon) > M_PI; // upon the seam, the other side of it
    return is_torn ? (Turned){copysign(M_PI, seen.lon), t.lat} : t;
}

// The step crosses the meridian where the map is cut: the two sides of that place.
static bool crosses_seam(const Projection *p, Turned a, Turned b, Turned sides[2])
{
    if (!is_cut(p) || fabs(a.lon - b.lon) <= M_PI) return false;
    Vector u = vector_of(a), v = vector_of(b);
    double f = u.y != v.y ? u.y / (u.y - v.y) : 0.5;
    double x = u.x + f * (v.x - u.x), z = u.z + f * (v.z - u.z), lat = atan2(z, fabs(x));
    sides[0] = (Turned){copysign(M_PI, a.lon), lat};
    sides[1] = (Turned){copysign(M_PI, b.lon), lat};
    return true;
}

// The same of the cuts between lobes.
static bool crosses_lobe(const Projection *p, Turned a, Turned b, Turned sides[2])
{
    static const double cuts[GOODE_CUTS] = {-40, -100, -20, 80}; // the first one in the north
    for (int i = 0; p->kind == GOODES_HOMOLOSINE && i < GOODE_CUTS; i++) {
        double at = cuts[i] * DEG;
        if ((a.lon < at) == (b.lon < at)) continue;
        double f = (at - a.lon) / (b.lon - a.lon), lat = a.lat + f * (b.lat - a.lat);
        if ((lat >= 0) != (i == 0)) continue;
        double side = a.lon < at ? LOBE_DUST : -LOBE_DUST;
        sides[0] = (Turned){at - side, lat};
        sides[1] = (Turned){at + side, lat};
        return true;
    }
    return false;
}

static void begin(MapTracer *m, Turned t, bool is_edge)
{
    m->begin(m->sink, is_edge ? map_edge_place(m->p, t) : NAN);
    m->point(m->sink, t);
    m->is_open = true;
}

static void end(MapTracer *m, Turned t)
{
    m->point(m->sink, t);
    m->end(m->sink, map_edge_place(m->p, t));
    m->is_open = false;
}

static void step(MapTracer *m, Turned t)
{
    bool is_seen = sees(m, t), saw = m->has_last && m->is_seen;
    Turned sides[2];
    if (!m->has_last) {
        if (is_seen) begin(m, t, false);
    } else if (saw && is_seen) {
        if (crosses_seam(m->p, m->last, t, sides) || (m->cuts_lobes && crosses_lobe(m->p, m->last, t, sides))) {
            end(m, sides[0]);
            begin(m, sides[1], true);
        }
        m->point(m->sink, t);
    } else if (saw) {
        end(m, last_seen(m, m->last, t));
    } else if (is_seen) {
        begin(m, last_seen(m, t, m->last), true);
        m->point(m->sink, t);
    }
    m->last = t;
    m->has_last = true;
    m->is_seen = is_seen;
}

// Near the place opposite of the centre, and near the pole of a turned globe, a small step can be a wide one on the map.
static bool is_wide(const Projection *p, Turned a, Turned b)
{
    if (p->family == FAMILY_AZIMUTHAL) {
        if (cos(b.lat) * cos(b.lon) > OPPOSITE) return false;
        double ya = cos(a.lat) * sin(a.lon), za = sin(a.lat), yb = cos(b.lat) * sin(b.lon), zb = sin(b.lat);
        return fabs(atan2(ya * zb - za * yb, ya * yb + za * zb)) > WIDE;
    }
    double turn = fabs(a.lon - b.lon);
    return p->is_turned && is_cut(p) && turn > WIDE && turn < 2 * M_PI - WIDE;
}

static void trace_halves(MapTracer *m, Turned t, int depth)
{
    if (depth > 0 && m->has_last && is_wide(m->p, m->last, t)) {
        trace_halves(m, between(m->last, t, 0.5), depth - 1);
        trace_halves(m, t, depth - 1);
    } else {
        step(m, t);
    }
}

void map_trace(MapTracer *m, Turned t) { trace_halves(m, t, HALVES); }

void map_trace_end(MapTracer *m)
{
    if (m->is_open) m->end(m->sink, NAN);
    m->has_last = m->is_open = false;
}

void map_trace_straight(MapTracer *m, LonLat a, LonLat b)
{
    double dlon = b.lon - a.lon, dlat = b.lat - a.lat;
    int steps = (int)fmax(fmin(ceil(fmax(fabs(dlon), fabs(dlat)) * DEG / STEP), STEPS_MAX), 1);
    for (int k = 1; k <= steps; k++) {
        double f = (double)k / steps;
        LonLat next = k < steps ? (LonLat){a.lon + f * dlon, a.lat + f * dlat} : b;
        map_trace(m, projection_turn(m->p, next.lon * DEG, next.lat * DEG));
    }
}

// --- Lines

typedef struct LineSink {
    const Projection *p;
    MapScratch *m;
    MapPiece emit;
    void *arg;
    bool is_short_of_memory;
} LineSink;

static void line_point(void *sink, Turned t)
{
    LineSink *s = sink;
    if (!map_add_plane(s->m, s->p, t)) s->is_short_of_memory = true;
}

static void line_begin(void *sink, double edge)
{
    (void)edge;
    ((LineSink *)sink)->m->nplane = 0;
}

static void line_end(void *sink, double edge)
{
    LineSink *s = sink;
    (void)edge;
    map_boxed_line(s->p, s->m->plane, s->m->nplane, s->emit, s->arg);
    s->m->nplane = 0;
}

// Steps along the great circle, but for its last place, which is given as it is.
static void walk(MapTracer *trace, Turned a, Turned b)
{
    Vector u = vector_of(a), v = vector_of(b);
    double cosine = u.x * v.x + u.y * v.y + u.z * v.z;
    double sine = sqrt(pow(u.y * v.z - u.z * v.y, 2) + pow(u.z * v.x - u.x * v.z, 2) + pow(u.x * v.y - u.y * v.x, 2));
    double angle = atan2(sine, cosine);
    int n = (int)ceil(angle / STEP);
    for (int i = 1; i < n && sine > 1e-9; i++) {
        double f = sin((1 - (double)i / n) * angle) / sine, g = sin((double)i / n * angle) / sine;
        map_trace(trace, of_vector((Vector){f * u.x + g * v.x, f * u.y + g * v.y, f * u.z + g * v.z}));
    }
    map_trace(trace, b);
}

bool map_is_place(LonLat at) { return isfinite(at.lon) && fabs(at.lat) <= 90 + 1e-6; }

bool map_line(const Projection *p, const LonLat *at, int64_t n, MapScratch *m, MapPiece emit, void *arg)
{
    LineSink sink = {p, m, emit, arg, false};
    MapTracer trace = {.p = p, .sink = &sink, .point = line_point, .begin = line_begin, .end = line_end, .cuts_lobes = true,
                       .is_line = true};
    Turned last = {0};
    m->nplane = 0;
    for (int64_t i = 0; i < n && !sink.is_short_of_memory; i++) {
        if ((i & POLL_MASK) == POLL_MASK && m->poll) m->poll(m->poll_arg);
        if (!map_is_place(at[i])) {
            map_trace_end(&trace);
            continue;
        }
        Turned t = projection_turn(p, at[i].lon * DEG, at[i].lat * DEG);
        if (trace.has_last)
            walk(&trace, last, t);
        else
            map_trace(&trace, t);
        last = t;
    }
    map_trace_end(&trace);
    return !sink.is_short_of_memory;
}
