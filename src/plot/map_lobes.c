// Closed lines of turned places as polygons of the plane: one, or, on Goode's map, one in each lobe that they touch.
// Start at map_emit_polygon.
#include "plot/map_clip.h"

#include "base/mem.h"

#include <math.h>

#define DEG  (M_PI / 180)
#define STEP DEG
#define DUST 1e-9
enum { LOBES = 6 };

static bool make_room(Turned **p, int64_t n, int64_t *room)
{
    if (n <= *room) return true;
    Turned *more = mem_realloc(*p, (size_t)(2 * n) * sizeof *more);
    if (!more) return false;
    *p = more;
    *room = 2 * n;
    return true;
}

bool map_add_polygon(MapScratch *m, Turned t)
{
    if (!make_room(&m->polygon, m->npolygon + 1, &m->polygon_room)) return false;
    m->polygon[m->npolygon++] = t;
    return true;
}

bool map_project_polygon(const Projection *p, MapScratch *m)
{
    m->nplane = 0;
    for (int64_t i = 0; i < m->npolygon; i++) {
        if (!map_add_plane(m, p, m->polygon[i])) return false;
    }
    return true;
}

// --- Lobes: each is a rectangle of turned places

typedef struct Side {
    bool is_lon, is_above; // what is kept
    double at;
} Side;

static double over(const Side *s, Turned t)
{
    double x = (s->is_lon ? t.lon : t.lat) - s->at;
    return s->is_above ? x : -x;
}

// Sutherland and Hodgman: keeps what is on one side.
static int64_t keep_side(const Side *s, const Turned *in, int64_t n, Turned *out)
{
    int64_t k = 0;
    for (int64_t i = 0; i < n; i++) {
        Turned a = in[i], b = in[(i + 1) % n];
        double p = over(s, a), q = over(s, b), f = p / (p - q);
        if (p >= 0) out[k++] = a;
        if ((p >= 0) != (q >= 0)) out[k++] = (Turned){a.lon + f * (b.lon - a.lon), a.lat + f * (b.lat - a.lat)};
    }
    return k;
}

// The plane's points of a lobe, whose sides are curves.
static bool project_lobe(const Projection *p, const Turned *t, int64_t n, int lobe, MapScratch *m)
{
    double west, east;
    bool is_north;
    goode_edges(lobe, &west, &east, &is_north);
    m->nplane = 0;
    for (int64_t i = 0; i < n; i++) {
        Turned a = t[i], b = t[(i + 1) % n];
        int steps = (int)fmax(ceil(fmax(fabs(b.lon - a.lon), fabs(b.lat - a.lat)) / STEP), 1);
        for (int k = 0; k < steps; k++) {
            double f = (double)k / steps;
            Turned at = {a.lon + f * (b.lon - a.lon), a.lat + f * (b.lat - a.lat)};
            at.lon = fmax(fmin(at.lon, east - DUST), west + DUST); // within it beyond doubt
            at.lat = is_north ? fmax(at.lat, 0) : fmin(at.lat, -DUST);
            if (!map_add_plane(m, p, at)) return false;
        }
    }
    return true;
}

static bool emit_lobes(const Projection *p, MapScratch *m, MapPiece emit, void *arg)
{
    int64_t most = 4 * m->npolygon + 64; // three cuts, each of which leaves half as many again at most
    if (!make_room(&m->lobe, 2 * most, &m->lobe_room)) return false;
    Turned *half[2] = {m->lobe, m->lobe + most};
    for (int lobe = 0; lobe < LOBES; lobe++) {
        double west, east;
        bool is_north;
        goode_edges(lobe, &west, &east, &is_north);
        Side sides[] = {{true, true, west}, {true, false, east}, {false, is_north, 0}};
        int64_t n = keep_side(&sides[0], m->polygon, m->npolygon, half[0]);
        n = keep_side(&sides[1], half[0], n, half[1]);
        n = keep_side(&sides[2], half[1], n, half[0]);
        if (!project_lobe(p, half[0], n, lobe, m)) return false;
        if (m->nplane >= 3 && !map_boxed_polygon(p, m, emit, arg)) return false;
    }
    return true;
}

bool map_emit_polygon(const Projection *p, MapScratch *m, MapPiece emit, void *arg)
{
    bool has_room = map_keep_polygon(p, m);
    if (has_room && m->npolygon >= 3 && p->kind == GOODES_HOMOLOSINE) {
        has_room = emit_lobes(p, m, emit, arg);
    } else if (has_room && m->npolygon >= 3) {
        has_room = map_project_polygon(p, m) && (m->nplane < 3 || map_boxed_polygon(p, m, emit, arg));
    }
    m->npolygon = m->nplane = 0;
    return has_room;
}
