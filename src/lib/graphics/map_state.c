// See map_state.h. Start at map_now and map_draw_series.
#include "lib/graphics/map_state.h"

#include "lib/control/system_record.h"
#include "lib/graphics/settings.h"
#include "plot/clip.h"
#include "plot/gctp.h"
#include "sys/dynlib.h"
#include "vm/scope/sysvar.h"

#include <math.h>
#include <string.h>

#define DEG        (M_PI / 180)
#define MAP_AXIS   3 // !X.TYPE
#define PARAMETERS 16

// Elements of !MAP.P; degrees. pro/map_set.pro and pro/map_proj_init.pro fill them in.
enum {
    P_PARALLEL_1,
    P_PARALLEL_2,
    P_SCALE,
    P_HEIGHT,
    P_OMEGA,
    P_GAMMA,
    P_EAST,
    P_NORTH,
    P_NARROW = 12, // half of the globe is seen
    P_POLE,        // what lies beyond that latitude, towards the pole of its sign, is not
    P_FURTHEST,    // nor what is further away from the centre
    P_NOCLIP
};

// Stages of !MAP.PIPELINE, as pro/map_clip_set.pro adds them: a row has the kind, then its numbers.
enum { PIPELINE_STAGES = 12, PIPELINE_ROW = 8, STAGE_PLANE = 1, STAGE_BOX = 2 };

static const void *tag(Call *c, const Arr *a, const char *name, TypeCode type)
{
    int i = sdef_find(a->def, name);
    if (i < 0 || a->def->tag[i].type != type || (type == T_DOUBLE && strcmp(name, "P") == 0 && a->def->tag[i].n < PARAMETERS))
        throw_msg(c, E_STRUCT, "The map structure has not the tags of !MAP: %s.", name);
    return (const char *)a->data + a->def->tag[i].offset;
}

static double number(Call *c, const Arr *a, const char *name) { return *(const double *)tag(c, a, name, T_DOUBLE); }

// A projection of PROJ, whose definition is !MAP.UP_NAME.
static void hook(Call *c, const Arr *a, const double *more, Projection *p)
{
    const GctpTable *table;
    const StrSlot *name = tag(c, a, "UP_NAME", T_STRING);
    TRY(c, dynlib_table(GCTP_MODULE, (const void **)&table));
    p->handle = table->open(str_text(name->p));
    if (!p->handle) throw_msg(c, E_VALUE, "The map's projection cannot be: its parameters are out of range.");
    call_defer(c, table->close, p->handle);
    p->hook = &table->hook;
    p->radius = 1;
    p->is_narrow = more[P_NARROW] != 0;
}

// What MAP_CLIP_SET cuts off. A structure of another size has none of it.
static void add_cuts(const Arr *a, Projection *p)
{
    int i = sdef_find(a->def, "PIPELINE");
    if (i < 0 || a->def->tag[i].type != T_DOUBLE || a->def->tag[i].n != PIPELINE_STAGES * PIPELINE_ROW) return;
    const double *stage = (const double *)((const char *)a->data + a->def->tag[i].offset);
    for (int k = 0; k < PIPELINE_STAGES; k++, stage += PIPELINE_ROW) {
        if (stage[0] == STAGE_PLANE) projection_add_cut(p, stage + 1, stage[4]);
        if (stage[0] != STAGE_BOX) continue;
        p->has_box = true;
        memcpy(p->box, stage + 1, sizeof p->box);
    }
}

static Projection *projection_of(Call *c, const Arr *a)
{
    Projection *p = call_alloc(c, sizeof *p);
    const double *more = tag(c, a, "P", T_DOUBLE);
    p->kind = *(const int32_t *)tag(c, a, "PROJECTION", T_LONG);
    p->lon0 = number(c, a, "P0LON") * DEG;
    p->lat0 = number(c, a, "P0LAT") * DEG;
    p->rotation = number(c, a, "ROTATION") * DEG;
    p->radius = number(c, a, "A");
    p->e2 = number(c, a, "E2");
    p->parallel[0] = more[P_PARALLEL_1] * DEG;
    p->parallel[1] = more[P_PARALLEL_2] * DEG;
    p->k0 = more[P_SCALE];
    p->height = more[P_HEIGHT];
    p->omega = more[P_OMEGA] * DEG;
    p->gamma = more[P_GAMMA] * DEG;
    p->east = more[P_EAST];
    p->north = more[P_NORTH];
    if (p->kind >= PROJECTION_HOOKED) hook(c, a, more, p);
    if (p->kind == PROJECTION_NONE) throw_msg(c, E_VALUE, "Map transform not established.");
    if (!projection_prepare(p)) throw_msg(c, E_VALUE, "The map's projection cannot be: its parameters are out of range.");
    if (more[P_POLE] < 0) p->lat_lo = fmax(p->lat_lo, more[P_POLE] * DEG);
    if (more[P_POLE] > 0) p->lat_hi = fmin(p->lat_hi, more[P_POLE] * DEG);
    if (more[P_FURTHEST] > 0) p->cap = fmax(p->cap, cos(more[P_FURTHEST] * DEG));
    add_cuts(a, p);
    return p;
}

const Projection *map_of(Call *c, const Val *structure)
{
    if (structure->type != T_STRUCT)
        throw_msg(c, E_STRUCT, "MAP_STRUCTURE must be a structure, as MAP_PROJ_INIT returns it.");
    return projection_of(c, structure->a);
}

static const Val *map_variable(Call *c)
{
    SysVar *s = sysvar_find(c->vm, "!MAP");
    if (!s || s->v.type != T_STRUCT) throw_no_memory(c);
    return &s->v;
}

const Projection *map_current(Call *c) { return map_of(c, map_variable(c)); }

const Projection *map_now(Call *c, bool *clips)
{
    *clips = false;
    if (setting_long(c, 'X', "TYPE") != MAP_AXIS) return NULL;
    call_hush_math(c); // places that are not to be seen are no math error
    const Val *map = map_variable(c);
    *clips = ((const double *)tag(c, map->a, "P", T_DOUBLE))[P_NOCLIP] == 0;
    return map_of(c, map);
}

static void poll_call(void *c) { call_poll(c); }

MapScratch *map_scratch(Call *c)
{
    MapScratch *m = call_alloc(c, sizeof *m);
    m->poll = poll_call;
    m->poll_arg = c;
    call_defer(c, map_scratch_free, m);
    return m;
}

// --- In space what leaves the map's window is cut off in the map's plane

static Box window_now(Call *c)
{
    const float *x = setting_floats(c, 'X', "WINDOW"), *y = setting_floats(c, 'Y', "WINDOW");
    return (Box){x[0], y[0], x[1], y[1]};
}

void map_cut_line(Call *c, const Coords *s, const Point *p, int64_t n, MapPiece emit, void *arg)
{
    if (!s->is_3d || !s->clips_map) {
        emit(arg, p, n);
        return;
    }
    Point *run = call_scratch(c, (size_t)(n + 1) * sizeof *run);
    Box window = window_now(c);
    int64_t k = 0;
    for (int64_t i = 1; i < n; i++) {
        Point a = p[i - 1], b = p[i];
        bool is_seen = clip_line(&window, &a, &b), goes_on = k > 0 && a.x == run[k - 1].x && a.y == run[k - 1].y;
        if (k > 0 && !(is_seen && goes_on)) {
            emit(arg, run, k);
            k = 0;
        }
        if (!is_seen) continue;
        if (k == 0) run[k++] = a;
        run[k++] = b;
    }
    if (k > 0) emit(arg, run, k);
}

void map_cut_polygon(Call *c, const Coords *s, const Point *p, int64_t n, MapPiece emit, void *arg)
{
    if (!s->is_3d || !s->clips_map) {
        emit(arg, p, n);
        return;
    }
    size_t room = (size_t)CLIP_ROOM(n) * sizeof(Point);
    Point *out = call_scratch(c, room), *spare = call_scratch(c, room);
    Box window = window_now(c);
    int64_t k = clip_polygon(&window, p, n, out, spare);
    if (k > 2) emit(arg, out, k);
}

// --- MapDrawing

typedef struct MapDrawing {
    Canvas *canvas;
    const Coords *coords;
    double z; // height in the data's units
    Point *device;
    int64_t room;
    MapFill fill; // NULL: lines
    void *arg;
} MapDrawing;

static Point *room_for(MapDrawing *d, int64_t n)
{
    if (n > d->room) {
        d->room = 2 * n;
        d->device = call_scratch(d->canvas->call, (size_t)d->room * sizeof *d->device);
    }
    return d->device;
}

static void draw_flat(void *drawing, const Point *flat, int64_t n)
{
    MapDrawing *d = drawing;
    Point *p = room_for(d, n);
    for (int64_t i = 0; i < n; i++) p[i] = coords_from_plane(d->coords, flat[i], d->z);
    if (d->fill)
        d->fill(d->canvas, p, n, d->arg);
    else
        canvas_path(d->canvas, p, n);
}

static void draw_piece(void *drawing, const Point *p, int64_t n)
{
    MapDrawing *d = drawing;
    Call *c = d->canvas->call;
    Point *flat = room_for(d, n);
    for (int64_t i = 0; i < n; i++) flat[i] = coords_of_plane(d->coords, p[i].x, p[i].y);
    if (d->fill)
        map_cut_polygon(c, d->coords, flat, n, draw_flat, d);
    else
        map_cut_line(c, d->coords, flat, n, draw_flat, d);
}

static LonLat *places(Call *c, const Place *p, int64_t n)
{
    LonLat *at = call_scratch(c, (size_t)(n + 1) * sizeof *at);
    for (int64_t i = 0; i < n; i++) at[i] = (LonLat){p[i].x, p[i].y};
    return at;
}

static bool is_level(const Coords *s, const Place *p, int64_t n)
{
    for (int64_t i = 1; s->is_3d && i < n; i++) {
        if (p[i].z != p[0].z) return false;
    }
    return true;
}

void map_draw_series(Canvas *v, const SeriesLook *look, const Coords *s, const Place *p, int64_t n)
{
    Call *c = v->call;
    bool is_straight = !is_level(s, p, n); // in space, from one height to another
    if (!is_straight && (look->psym <= 0 || look->psym == SYMBOL_HISTOGRAM)) {
        MapDrawing d = {.canvas = v, .coords = s, .z = n > 0 ? p[0].z : 0};
        v->pen = look->pen;
        if (!map_line(s->map, places(c, p, n), n, map_scratch(c), draw_piece, &d)) throw_no_memory(c);
    }
    if (!is_straight && (look->psym == 0 || look->psym == SYMBOL_HISTOGRAM)) return;
    Point *at = call_scratch(c, (size_t)(n + 1) * sizeof *at);
    for (int64_t i = 0; i < n; i++) at[i] = coords_to_device(s, p[i], COORD_DATA);
    SeriesLook symbols = *look;
    if (!is_straight && look->psym < 0) symbols.psym = -look->psym; // the lines are there
    series_draw(v, &symbols, at, n);
}

void map_fill_polygon(Canvas *v, const Coords *s, const Place *p, int64_t n, MapFill fill, void *arg)
{
    MapDrawing d = {.canvas = v, .coords = s, .z = n > 0 ? p[0].z : 0, .fill = fill, .arg = arg};
    Call *c = v->call;
    if (!map_polygon(s->map, places(c, p, n), n, map_scratch(c), draw_piece, &d)) throw_no_memory(c);
}
