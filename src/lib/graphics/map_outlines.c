// MAP_CONTINENTS: coasts, borders and states over a map. Start reading at pro_map_continents.
#include "lib/graphics/annotation.h"
#include "lib/graphics/hatch.h"
#include "lib/graphics/map_land.h"
#include "lib/graphics/map_state.h"
#include "lib/graphics/settings.h"
#include "plot/outlines.h"

#include <math.h>
#include <string.h>

// clang-format off
#define MAP_CONTINENTS_KEYWORDS(K, R)                                                                                \
    GRAPHICS_LIST(K, R) K(R, COASTS, FLAG) K(R, CONTINENTS, FLAG) K(R, COUNTRIES, FLAG)                              \
    K(R, FILL_CONTINENTS, "={1|2}") K(R, HIRES, FLAG) K(R, LIMIT, "=[latmin, lonmin, latmax, lonmax]")               \
    K(R, LIMITS, HIDDEN) /* Coyote's programs give it; IDL lets it pass */                                           \
    K(R, MAP_STRUCTURE, "=structure") K(R, MLINESTYLE, "={0|1|2|3|4|5}") K(R, MLINETHICK, "=value")                  \
    K(R, RIVERS, FLAG) K(R, SPACING, "=centimeters") K(R, USA, FLAG) K(R, ZVALUE, "=value")
// clang-format on
KEYWORDS(MAP_CONTINENTS)

typedef struct Outlining {
    Canvas *canvas;
    Coords coords;
    bool is_fine, has_limit;
    double limit[4]; // latitude and longitude, lowest first
    Pen pen;
} Outlining;

static bool is_within(const Outlining *o, LonLat p)
{
    double east = fmod(p.lon - o->limit[1], 360);
    if (east < 0) east += 360;
    return p.lat >= o->limit[0] && p.lat <= o->limit[2] && east <= o->limit[3] - o->limit[1];
}

// The places of the next chain, with the first one again if it is closed and `closes`; those beyond the limit are NaN.
static Place *chain(Outlining *o, OutlineReader *r, int64_t *n)
{
    Call *c = o->canvas->call;
    bool is_closed;
    *n = outlines_next(r, &is_closed);
    if (*n <= 0) return NULL;
    call_poll(c);
    LonLat *at = call_scratch(c, (size_t)*n * sizeof *at);
    Place *p = call_scratch(c, (size_t)(*n + 1) * sizeof *p);
    outlines_read(r, at, *n);
    bool is_seen = !o->has_limit;
    for (int64_t i = 0; i < *n; i++) {
        bool is_in = !o->has_limit || is_within(o, at[i]);
        is_seen |= is_in;
        p[i] = is_in ? (Place){at[i].lon, at[i].lat, 0} : (Place){NAN, NAN, 0};
    }
    if (!is_seen) p[0].x = NAN, *n = 1;
    return p;
}

static void draw_lines(Outlining *o, OutlineKind kind)
{
    OutlineReader r = outlines_open(kind, o->is_fine);
    int64_t n;
    for (Place *p; (p = chain(o, &r, &n));) map_draw_series(o->canvas, &(SeriesLook){0, 1, o->pen}, &o->coords, p, n);
}

static void collect(Canvas *v, const Point *p, int64_t n, void *land) { land_add(v->call, land, p, n); }

// With the colour, or by lines.
static void fill_part(Canvas *v, const Point *p, int64_t n, void *how)
{
    Call *c = v->call;
    if (*(int *)how == 1)
        canvas_fill(v, p, n);
    else
        hatch_polygon(v, p, n, call_kw_double(c, G_ORIENTATION, 0), call_kw_double(c, KW_MAP_CONTINENTS_SPACING, 0.5));
}

static void fill_land(Outlining *o, int how)
{
    OutlineReader r = outlines_open(OUTLINE_COASTS, o->is_fine);
    Land land = {0};
    Outlining whole = *o;
    whole.has_limit = false; // a polygon is not to be broken
    int64_t n;
    for (Place *p; (p = chain(&whole, &r, &n));) map_fill_polygon(o->canvas, &o->coords, p, n, collect, &land);
    o->canvas->pen = o->pen;
    land_fill(o->canvas, &land, fill_part, &how);
}

static void read_limit(Call *c, Outlining *o)
{
    int n;
    const double *limit = kw_numbers(c, KW_MAP_CONTINENTS_LIMIT, 4, 4, &n);
    if (!limit) return;
    o->has_limit = true;
    memcpy(o->limit, limit, sizeof o->limit);
    for (int i = 0; i < 4; i++) {
        if (!(fabs(limit[i]) <= (i & 1 ? 720 : 90))) throw_msg(c, E_VALUE, "LIMIT is out of range.");
    }
    while (o->limit[3] <= o->limit[1]) o->limit[3] += 360;
}

static Outlining outlining(Call *c)
{
    Outlining o = {.is_fine = call_kw_set(c, KW_MAP_CONTINENTS_HIRES)};
    SeriesLook look = series_look(c);
    o.canvas = annotation_open(c, &o.coords);
    if (call_kw(c, KW_MAP_CONTINENTS_MAP_STRUCTURE)) {
        Box clip;
        o.coords.map = map_of(c, call_kw(c, KW_MAP_CONTINENTS_MAP_STRUCTURE));
        if (series_clip(c, &o.coords, true, &clip)) canvas_clip(o.canvas, &clip);
    }
    o.coords.s[2][0] = call_kw_double(c, KW_MAP_CONTINENTS_ZVALUE, 0); // of normal coordinates
    o.coords.s[2][1] = 0;
    o.coords.is_log[2] = false;
    if (!o.coords.map) throw_msg(c, E_VALUE, "Map transform not established.");
    o.pen = look.pen;
    if (call_kw(c, KW_MAP_CONTINENTS_MLINETHICK)) o.pen.thick = call_kw_double(c, KW_MAP_CONTINENTS_MLINETHICK, 1);
    if (call_kw(c, KW_MAP_CONTINENTS_MLINESTYLE))
        o.pen.linestyle = (int)call_kw_int(c, KW_MAP_CONTINENTS_MLINESTYLE, 0);
    read_limit(c, &o);
    return o;
}

// MAP_CONTINENTS: draws the coasts of continents and islands over the map (CONTINENTS, the default, and COASTS mean the
// same), borders of COUNTRIES, those of the states of the USA, RIVERS; HIRES more finely, and more of them.
// FILL_CONTINENTS=1 fills the land, 2 by lines (SPACING, ORIENTATION). MAP_STRUCTURE: the map of MAP_PROJ_INIT over axes in
// its coordinates. With T3D the map lies in space, at ZVALUE in normal coordinates. The outlines are those of Natural Earth.
// Manual: MAP_CONTINENTS.
static void pro_map_continents(Call *c)
{
    Outlining o = outlining(c);
    bool has_countries = call_kw_set(c, KW_MAP_CONTINENTS_COUNTRIES), has_states = call_kw_set(c, KW_MAP_CONTINENTS_USA);
    bool has_rivers = call_kw_set(c, KW_MAP_CONTINENTS_RIVERS);
    bool has_coasts = call_kw_set(c, KW_MAP_CONTINENTS_COASTS) || call_kw_set(c, KW_MAP_CONTINENTS_CONTINENTS);
    int how = gfx_ranged(c, call_kw_int(c, KW_MAP_CONTINENTS_FILL_CONTINENTS, 0), 0, 2, "FILL_CONTINENTS keyword");
    if (how) fill_land(&o, how);
    if (has_coasts || has_countries || !(how || has_states || has_rivers)) draw_lines(&o, OUTLINE_COASTS);
    if (has_countries) draw_lines(&o, OUTLINE_BORDERS);
    if (has_states) draw_lines(&o, OUTLINE_STATES);
    if (has_rivers) draw_lines(&o, OUTLINE_RIVERS);
    canvas_close(o.canvas);
}

static const Routine rows[] = {
    {"MAP_CONTINENTS", PROCEDURE, {0, 0}, pro_map_continents, "", KEYS(MAP_CONTINENTS)},
};
ROUTINE_TABLE(lib_map_outlines, rows)
