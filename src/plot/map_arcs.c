// What is seen of an outline, as arcs from edge to edge (MapArc in map_clip.h).
#include "plot/map_clip.h"

#include "base/mem.h"

#include <math.h>

#define DEG (M_PI / 180)
enum { POLL_MASK = 0xFF };

static void arc_point(void *sink, Turned t)
{
    MapArcSink *s = sink;
    if (!map_add_turned(s->m, t)) s->is_short_of_memory = true;
    if (s->m->narcs) s->m->arc[s->m->narcs - 1].n++;
}

static void arc_begin(void *sink, double edge)
{
    MapArcSink *s = sink;
    MapScratch *m = s->m;
    if (m->narcs >= m->arc_room) {
        int64_t room = m->arc_room ? 2 * m->arc_room : 64;
        MapArc *more = mem_realloc(m->arc, (size_t)room * sizeof *more);
        if (!more) {
            s->is_short_of_memory = true;
            return;
        }
        m->arc = more;
        m->arc_room = room;
    }
    m->arc[m->narcs++] = (MapArc){.first = m->nturned, .from = edge, .to = NAN};
}

static void arc_end(void *sink, double edge)
{
    MapArcSink *s = sink;
    if (s->m->narcs) s->m->arc[s->m->narcs - 1].to = edge;
}

MapTracer map_arc_tracer(const Projection *p, MapArcSink *sink)
{
    return (MapTracer){.p = p, .sink = sink, .point = arc_point, .begin = arc_begin, .end = arc_end};
}

// An outline began in the middle of an arc: its last one goes on with its first. `from`: its first arc.
bool map_join_ends(MapScratch *m, int64_t from)
{
    if (m->narcs - from < 2 || !isnan(m->arc[from].from) || !isnan(m->arc[m->narcs - 1].to)) return true;
    MapArc first = m->arc[from], *last = &m->arc[m->narcs - 1];
    for (int64_t i = 0; i < first.n; i++) {
        if (!map_add_turned(m, m->turned[first.first + i])) return false;
    }
    last->n += first.n;
    last->to = first.to;
    m->arc[from] = *last;
    m->narcs--;
    return true;
}

static bool is_same(LonLat a, LonLat b) { return a.lat == b.lat && fmod(a.lon - b.lon, 360) == 0; }

bool map_track(const Projection *p, const LonLat *at, int64_t n, MapScratch *m, MapPiece emit, void *arg)
{
    MapArcSink sink = {m, false};
    MapTracer trace = map_arc_tracer(p, &sink);
    trace.is_line = true;
    trace.cuts_lobes = true;
    m->nturned = m->narcs = 0;
    for (int64_t i = 0; i < n; i++) {
        if ((i & POLL_MASK) == POLL_MASK && m->poll) m->poll(m->poll_arg);
        if (!map_is_place(at[i]))
            map_trace_end(&trace);
        else if (trace.has_last)
            map_trace_straight(&trace, at[i - 1], at[i]);
        else
            map_trace(&trace, projection_turn(p, at[i].lon * DEG, at[i].lat * DEG));
    }
    map_trace_end(&trace);
    bool is_ring = n > 2 && is_same(at[0], at[n - 1]);
    if (sink.is_short_of_memory || (is_ring && !map_join_ends(m, 0))) return false;
    for (int64_t i = 0; i < m->narcs; i++) {
        const MapArc *a = &m->arc[i];
        m->nplane = 0;
        for (int64_t k = 0; k < a->n; k++) {
            if (!map_add_plane(m, p, m->turned[a->first + k])) return false;
        }
        map_boxed_line(p, m->plane, m->nplane, emit, arg);
    }
    return true;
}
