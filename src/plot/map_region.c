// Regions of map_clip.h: what is seen of their rings is a number of arcs from edge to edge and of rings that are seen whole. The
// arcs' ends cut the edge into pieces, of which every second belongs to the region's border; which ones, the place that is known
// decides. So it matters neither which way rings run nor whether they lie upon one another or upon the edge. Start at
// map_region_end.
#include "plot/map_clip.h"

#include "base/mem.h"

#include <math.h>
#include <stdlib.h>

#define DEG (M_PI / 180)
enum { POLL_MASK = 0xFF, EDGE_STEPS = 720 };

typedef struct MapEnd { // of an arc
    double place;       // on the edge
    int64_t arc;
    int side; // 0: where it begins
} MapEnd;

void map_region_begin(MapScratch *m) { m->nturned = m->narcs = m->npolygon = 0; }

bool map_region_ring(const Projection *p, const LonLat *at, int64_t n, bool is_marked, MapScratch *m)
{
    MapArcSink sink = {m, false};
    MapTracer trace = map_arc_tracer(p, &sink);
    int64_t from = m->narcs;
    for (int64_t i = 0; i < n; i++) {
        if ((i & POLL_MASK) == POLL_MASK && m->poll) m->poll(m->poll_arg);
        if (i > 0)
            map_trace_straight(&trace, at[i - 1], at[i]);
        else
            map_trace(&trace, projection_turn(p, at[i].lon * DEG, at[i].lat * DEG));
    }
    map_trace_end(&trace);
    if (sink.is_short_of_memory || !map_join_ends(m, from)) return false;
    for (int64_t i = from; i < m->narcs; i++) m->arc[i].is_marked = is_marked;
    return true;
}

static int by_place(const void *a, const void *b)
{
    const MapEnd *p = a, *q = b;
    if (p->place != q->place) return p->place < q->place ? -1 : 1;
    if (p->arc != q->arc) return p->arc < q->arc ? -1 : 1;
    return p->side - q->side;
}

static bool sort_ends(MapScratch *m)
{
    if (2 * m->narcs > m->end_room) {
        MapEnd *more = mem_realloc(m->end, (size_t)(4 * m->narcs) * sizeof *more);
        if (!more) return false;
        m->end = more;
        m->end_room = 4 * m->narcs;
    }
    m->nends = 0;
    for (int64_t i = 0; i < m->narcs; i++) {
        const MapArc *a = &m->arc[i];
        if (isnan(a->from) || isnan(a->to)) continue;
        m->end[m->nends++] = (MapEnd){a->from, i, 0};
        m->end[m->nends++] = (MapEnd){a->to, i, 1};
    }
    if (m->nends) qsort(m->end, (size_t)m->nends, sizeof *m->end, by_place);
    for (int64_t k = 0; k < m->nends; k++) m->arc[m->end[k].arc].end[m->end[k].side] = k;
    return true;
}

// --- Walks along the region's border

typedef struct Walk {
    const Projection *p;
    MapScratch *m;
    int turn; // whether the edge belongs to the border from ends with even numbers on (0), or with odd ones
    void (*point)(struct Walk *w, Turned t);
    void (*close)(struct Walk *w); // a closed line is complete
    // Which side of the border the known place is on:
    Point known, first, last;
    bool has_first, is_inside;
    // What comes out:
    MapPiece emit;
    void *arg;
    bool is_marked, is_short_of_memory;
} Walk;

static void walk_arc(Walk *w, const MapArc *a, int side)
{
    for (int64_t i = 0; i < a->n; i++) {
        if ((i & 0xFFFF) == 0xFFFF && w->m->poll) w->m->poll(w->m->poll_arg);
        w->point(w, w->m->turned[a->first + (side ? a->n - 1 - i : i)]);
    }
}

// Between two places of the edge, either way.
static void walk_edge(Walk *w, double from, double to)
{
    double length = map_edge_length(w->p), step = length / EDGE_STEPS;
    int64_t a = (int64_t)floor(from / step), b = (int64_t)floor(to / step);
    for (int64_t k = a + 1; k <= b; k++) w->point(w, map_edge_point(w->p, fmod((double)k * step, length)));
    for (int64_t k = a; k > b; k--) w->point(w, map_edge_point(w->p, fmod((double)k * step, length)));
}

// Along the edge from an end to the one that it is joined to.
static int64_t walk_to_partner(Walk *w, int64_t k)
{
    MapScratch *m = w->m;
    bool is_ahead = k % 2 == w->turn;
    int64_t partner = (k + (is_ahead ? 1 : -1) + m->nends) % m->nends;
    double from = m->end[k].place, to = m->end[partner].place, length = map_edge_length(w->p);
    if (is_ahead && partner < k) to += length;
    if (!is_ahead && partner > k) from += length;
    walk_edge(w, from, to);
    return partner;
}

static void walk_border(Walk *w)
{
    MapScratch *m = w->m;
    for (int64_t i = 0; i < m->narcs; i++) m->arc[i].is_used = false;
    for (int64_t i = 0; i < m->narcs; i++) {
        int64_t at = i;
        int side = 0;
        if (m->arc[i].is_used) continue;
        while (!m->arc[at].is_used) {
            MapArc *a = &m->arc[at];
            a->is_used = true;
            w->is_marked |= a->is_marked;
            walk_arc(w, a, side);
            if (isnan(a->from) || isnan(a->to)) break;
            int64_t k = walk_to_partner(w, a->end[!side]);
            at = m->end[k].arc;
            side = m->end[k].side;
        }
        w->close(w);
    }
    if (m->nends || !w->turn) return;
    walk_edge(w, 0, map_edge_length(w->p));
    w->close(w);
}

// --- Inside or outside: how often the border crosses the way to the right

Point map_uncut(const Projection *p, Turned t)
{
    if (p->family != FAMILY_AZIMUTHAL && p->family != FAMILY_TRANSVERSE) return (Point){t.lon, t.lat};
    double x = cos(t.lat) * cos(t.lon), part = 1 / fmax(1 + x, 1e-12);
    return (Point){part * cos(t.lat) * sin(t.lon), part * sin(t.lat)};
}

static void cross(Walk *w, Point a, Point b)
{
    if ((a.y > w->known.y) == (b.y > w->known.y)) return;
    double x = a.x + (w->known.y - a.y) / (b.y - a.y) * (b.x - a.x);
    if (x > w->known.x) w->is_inside = !w->is_inside;
}

static void cross_point(Walk *w, Turned t)
{
    Point at = map_uncut(w->p, t);
    if (w->has_first)
        cross(w, w->last, at);
    else
        w->first = at;
    w->last = at;
    w->has_first = true;
}

static void cross_close(Walk *w)
{
    if (w->has_first) cross(w, w->last, w->first);
    w->has_first = false;
}

// --- What comes out

static void add_point(Walk *w, Turned t)
{
    if (!map_add_polygon(w->m, t)) w->is_short_of_memory = true;
}

static void emit(Walk *w)
{
    bool is_wanted = w->is_marked || !w->m->only_marked;
    w->is_marked = false;
    if (!is_wanted) w->m->npolygon = 0;
    if (w->is_short_of_memory || !is_wanted) return;
    if (!map_emit_polygon(w->p, w->m, w->emit, w->arg)) w->is_short_of_memory = true;
}

bool map_region_end(const Projection *p, LonLat known, bool is_inside, MapScratch *m, MapPiece piece, void *arg)
{
    Walk look = {.p = p, .m = m, .point = cross_point, .close = cross_close};
    if (!sort_ends(m)) return false;
    look.known = map_uncut(p, projection_turn(p, known.lon * DEG, known.lat * DEG));
    walk_border(&look);
    Walk out = {.p = p, .m = m, .point = add_point, .close = emit, .emit = piece, .arg = arg};
    out.turn = look.is_inside != is_inside;
    walk_border(&out);
    return !out.is_short_of_memory;
}
