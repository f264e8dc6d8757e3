// MAP_PROJ_FORWARD and MAP_PROJ_INVERSE. Start reading at fn_map_proj_forward.
#include "lib/graphics/map_state.h"
#include "lib/graphics/settings.h"

#include <math.h>
#include <string.h>

// clang-format off
#define FORWARD_KEYWORDS(K, R)                                                                                       \
    K(R, MAP_STRUCTURE, "=structure") K(R, RADIANS, FLAG) K(R, CONNECTIVITY, "=vector") K(R, FILL, FLAG)             \
    K(R, POLYGONS, OUT) K(R, POLYLINES, OUT)
#define INVERSE_KEYWORDS(K, R) K(R, MAP_STRUCTURE, "=structure") K(R, RADIANS, FLAG)
// clang-format on
KEYWORDS(FORWARD)
KEYWORDS(INVERSE)
_Static_assert((int)KW_FORWARD_RADIANS == (int)KW_INVERSE_RADIANS, "both read them");

#define DEG (M_PI / 180)

static const Projection *asked(Call *c)
{
    const Val *given = call_kw(c, KW_FORWARD_MAP_STRUCTURE);
    return given ? map_of(c, given) : map_current(c);
}

static double *new_pairs(Call *c, int64_t n, Arr **out)
{
    *out = call_new_array(c, T_DOUBLE, n > 1 ? 2 : 1, (int64_t[]){2, n}, false);
    return (double *)(*out)->data;
}

// --- Clipped lines and polygons

typedef struct Gathered { // what comes out: places, and a list of connections
    Call *c;
    Point *p;
    int32_t *list;
    int64_t n, room, nlist, list_room;
} Gathered;

static void *more_room(Call *c, void *old, int64_t n, int64_t *room, size_t size)
{
    if (n <= *room) return old;
    void *p = call_scratch(c, (size_t)(2 * n) * size);
    if (*room) memcpy(p, old, (size_t)*room * size);
    *room = 2 * n;
    return p;
}

static void gather(void *gathered, const Point *p, int64_t n)
{
    Gathered *g = gathered;
    if (g->n + n > INT32_MAX) throw_no_memory(g->c);
    g->p = more_room(g->c, g->p, g->n + n, &g->room, sizeof *g->p);
    g->list = more_room(g->c, g->list, g->nlist + n + 1, &g->list_room, sizeof *g->list);
    memcpy(g->p + g->n, p, (size_t)n * sizeof *p);
    g->list[g->nlist++] = (int32_t)n;
    for (int64_t i = 0; i < n; i++) g->list[g->nlist++] = (int32_t)(g->n + i);
    g->n += n;
}

// One line or polygon of the input: a run of its list of connections.
static void clip_run(Call *c, const Projection *p, const LonLat *at, int64_t n, bool is_filled, bool is_closed, Gathered *g)
{
    MapScratch *m = map_scratch(c);
    LonLat *ring = call_scratch(c, (size_t)(n + 1) * sizeof *ring);
    memcpy(ring, at, (size_t)n * sizeof *ring);
    ring[n] = ring[0];
    call_poll(c);
    bool is_done = is_filled ? map_polygon(p, at, n, m, gather, g) : map_line(p, ring, n + is_closed, m, gather, g);
    if (!is_done) throw_no_memory(c);
}

static void clip_all(Call *c, const Projection *p, const LonLat *at, int64_t n, bool is_closed, Gathered *g)
{
    bool is_filled = is_closed && call_kw_set(c, KW_FORWARD_FILL);
    const Val *given = call_kw(c, KW_FORWARD_CONNECTIVITY);
    if (!given) {
        clip_run(c, p, at, n, is_filled, is_closed, g);
        return;
    }
    const Val *v = call_convert(c, given, T_LONG);
    const int32_t *list = val_data_peek(v);
    int64_t nlist = val_count(v);
    for (int64_t i = 0; i < nlist && list[i] != -1; i += list[i] + 1) {
        int64_t count = list[i];
        if (count < 0 || i + count >= nlist) throw_msg(c, E_VALUE, "CONNECTIVITY ends within a list of subscripts.");
        LonLat *run = call_scratch(c, (size_t)(count + 1) * sizeof *run);
        for (int64_t k = 0; k < count; k++) {
            int32_t which = list[i + 1 + k];
            if (which < 0 || which >= n) throw_msg(c, E_SUBSCRIPT, "CONNECTIVITY has a subscript out of range: %d.", which);
            run[k] = at[which];
        }
        if (count > 0) clip_run(c, p, run, count, is_filled, is_closed, g);
    }
}

static void return_clipped(Call *c, const Projection *p, const LonLat *at, int64_t n)
{
    bool is_closed = call_kw_given(c, KW_FORWARD_POLYGONS);
    Gathered g = {.c = c};
    Arr *out;
    if (n > 0) clip_all(c, p, at, n, is_closed, &g);
    Arr *list = call_new_array(c, T_LONG, 1, (int64_t[]){g.nlist ? g.nlist : 1}, true);
    if (g.nlist)
        memcpy(list->data, g.list, (size_t)g.nlist * sizeof *g.list);
    else
        *(int32_t *)list->data = -1;
    double *pairs = new_pairs(c, g.n ? g.n : 1, &out);
    pairs[0] = pairs[1] = NAN;
    for (int64_t i = 0; i < g.n; i++) pairs[2 * i] = g.p[i].x, pairs[2 * i + 1] = g.p[i].y;
    call_kw_set_take(c, is_closed ? KW_FORWARD_POLYGONS : KW_FORWARD_POLYLINES, val_arr_take(arr_ref(list)));
    call_return_take(c, val_arr_take(arr_ref(out)));
}

// Result = MAP_PROJ_FORWARD(Longitude [, Latitude] | (2,n) array): places in the map's plane, DOUBLE (2, n); NaN where
// they are not to be seen. The map is MAP_STRUCTURE, of MAP_PROJ_INIT, or !MAP. Degrees, or radians with RADIANS. With
// POLYLINES or POLYGONS the places are lines (of CONNECTIVITY: [n, i0, ..., n, i0, ...]), which are cut where the map
// is, and that variable returns how the result's places are connected (-1: nothing is seen); polygons are closed along
// the edge of the map if FILL is set. Manual: MAP_PROJ_FORWARD.
static void fn_map_proj_forward(Call *c)
{
    int64_t n;
    call_hush_math(c);
    const Projection *p = asked(c);
    double unit = call_kw_set(c, KW_FORWARD_RADIANS) ? 1 / DEG : 1;
    const Place *at = coords_places(c, 0, c->argc, 0, &n);
    LonLat *degrees = call_scratch(c, (size_t)(n + 1) * sizeof *degrees);
    for (int64_t i = 0; i < n; i++) degrees[i] = (LonLat){at[i].x * unit, at[i].y * unit};
    if (call_kw_given(c, KW_FORWARD_POLYGONS) || call_kw_given(c, KW_FORWARD_POLYLINES)) {
        return_clipped(c, p, degrees, n);
        return;
    }
    Arr *out;
    double *pairs = new_pairs(c, n, &out);
    for (int64_t i = 0; i < n; i++) {
        if ((i & 0xFFFF) == 0) call_poll(c);
        bool is_seen = projection_forward(p, degrees[i].lon * DEG, degrees[i].lat * DEG, &pairs[2 * i], &pairs[2 * i + 1]);
        if (!is_seen) pairs[2 * i] = pairs[2 * i + 1] = NAN;
    }
    call_return_take(c, val_arr_take(arr_ref(out)));
}

// Result = MAP_PROJ_INVERSE(X [, Y] | (2,n) array): longitude and latitude of places in the map's plane, DOUBLE (2, n),
// in degrees (RADIANS: radians); NaN where the map shows nothing. The map is MAP_STRUCTURE, of MAP_PROJ_INIT, or !MAP.
// Manual: MAP_PROJ_INVERSE.
static void fn_map_proj_inverse(Call *c)
{
    int64_t n;
    call_hush_math(c);
    const Projection *p = asked(c);
    double unit = call_kw_set(c, KW_INVERSE_RADIANS) ? 1 : 1 / DEG;
    const Place *at = coords_places(c, 0, c->argc, 0, &n);
    Arr *out;
    double *pairs = new_pairs(c, n, &out);
    for (int64_t i = 0; i < n; i++) {
        double lon = NAN, lat = NAN;
        if ((i & 0xFFFF) == 0) call_poll(c);
        if (!projection_inverse(p, at[i].x, at[i].y, &lon, &lat)) lon = lat = NAN;
        pairs[2 * i] = lon * unit;
        pairs[2 * i + 1] = lat * unit;
    }
    call_return_take(c, val_arr_take(arr_ref(out)));
}

static const Routine rows[] = {
    {"MAP_PROJ_FORWARD", FUNCTION, {1, 2}, fn_map_proj_forward, "Longitude [, Latitude]", KEYS(FORWARD)},
    {"MAP_PROJ_INVERSE", FUNCTION, {1, 2}, fn_map_proj_inverse, "X [, Y]", KEYS(INVERSE)},
};
ROUTINE_TABLE(lib_map_proj, rows)
