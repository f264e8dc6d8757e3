// PATH_XY, PATH_INFO, PATH_FILENAME: the contours as numbers; nothing is drawn. Start at contour_return_paths.
#include "base/buf.h"
#include "core/sdef.h"
#include "lib/contour/contour.h"
#include "lib/graphics/settings.h"

#include <math.h>
#include <string.h>

typedef struct Found {
    uint8_t is_closed, is_high;
    int16_t level;
    int32_t n, offset;
    double value;
} Found;

typedef struct Collected {
    Point *p;
    int64_t n, room;
    Found *path;
    int64_t paths, path_room;
} Collected;

static void *more_room(Call *c, void *p, int64_t n, int64_t *room, int64_t wanted, size_t size)
{
    if (wanted <= *room) return p;
    *room = wanted > 2 * *room ? wanted : 2 * *room;
    void *more = call_scratch(c, (size_t)*room * size);
    if (n) memcpy(more, p, (size_t)n * size);
    return more;
}

static double area_of(const Point *p, int64_t n)
{
    double sum = 0;
    for (int64_t k = 0; k < n; k++) {
        Point a = p[k], b = p[k + 1 < n ? k + 1 : 0];
        sum += (a.x - p[0].x) * (b.y - p[0].y) - (a.y - p[0].y) * (b.x - p[0].x);
    }
    return sum;
}

// A path that has been added from point `from` on. A closed one does not say its first point again at the end.
static void close_path(ContourPlot *p, Collected *out, int i, int64_t from, bool is_closed, bool is_mirrored)
{
    Point first = out->p[from], last = out->p[out->n - 1];
    if (is_closed && out->n > from + 1 && first.x == last.x && first.y == last.y) out->n--;
    bool is_high = is_closed && (area_of(out->p + from, out->n - from) > 0) != is_mirrored;
    if (out->n > INT32_MAX) throw_no_memory(p->call);
    out->path = more_room(p->call, out->path, out->paths, &out->path_room, out->paths + 1, sizeof *out->path);
    int32_t n = (int32_t)(out->n - from);
    out->path[out->paths++] = (Found){is_closed, is_high, (int16_t)i, n, (int32_t)from, p->levels.value[i]};
}

// Points that follow one another at the same place are one.
static void add_point(Collected *out, int64_t from, Point at)
{
    if (out->n > from && at.x == out->p[out->n - 1].x && at.y == out->p[out->n - 1].y) return;
    out->p[out->n++] = at;
}

static void collect(ContourPlot *p, Collected *out, int i, IsoPath path, bool is_mirrored)
{
    bool in_data = call_kw_set(p->call, KW_CONTOUR_PATH_DATA_COORDS);
    int64_t from = out->n;
    out->p = more_room(p->call, out->p, out->n, &out->room, out->n + path.n, sizeof *out->p);
    for (int64_t k = 0; k < path.n; k++) add_point(out, from, contour_place(p->data, p->paths.p[path.first + k]));
    close_path(p, out, i, from, path.is_closed, is_mirrored);
    for (int64_t k = from; !in_data && k < out->n; k++) {
        double z = p->is_at_level ? p->levels.value[i] : 0;
        Place at = coords_to_normal(&p->coords, (Place){out->p[k].x, out->p[k].y, z}, COORD_DATA);
        out->p[k] = (Point){at.x, at.y};
    }
}

// --- Over a map, in normal coordinates: what is seen of lines, or areas that are closed along the map's edge

typedef struct PieceCollector {
    ContourPlot *p;
    Collected *out;
    int level;
    bool is_closed, is_mirrored;
} PieceCollector;

static void collect_piece(void *collector, const Point *plane, int64_t n)
{
    PieceCollector *k = collector;
    Collected *out = k->out;
    const Coords *s = &k->p->coords;
    int64_t from = out->n;
    out->p = more_room(k->p->call, out->p, out->n, &out->room, out->n + n, sizeof *out->p);
    for (int64_t i = 0; i < n; i++) add_point(out, from, plane[i]);
    n = out->n - from;
    if (n < 2) out->n = from; // on the edge
    if (n < 2) return;
    bool is_whole = n > 2 && out->p[from].x == out->p[out->n - 1].x && out->p[from].y == out->p[out->n - 1].y;
    close_path(k->p, out, k->level, from, k->is_closed || is_whole, k->is_mirrored);
    const Point *flat = contour_map_flat(k->p, out->p + from, out->n - from);
    for (int64_t i = from; i < out->n; i++) {
        Point at = contour_map_device(k->p, flat[i - from], k->p->levels.value[k->level]);
        out->p[i] = (Point){at.x / s->width, at.y / s->height};
    }
}

static void collect_map(ContourPlot *p, Collected *out, int i, bool is_closed, bool is_mirrored)
{
    PieceCollector k = {p, out, i, is_closed, is_mirrored};
    if (is_closed) {
        contour_map_loops(p, i, CONTOUR_LINED, collect_piece, &k);
        return;
    }
    contour_trace(p, p->levels.value[i], false);
    for (int64_t n = 0; n < p->paths.paths; n++) contour_map_line(p, p->paths.path[n], collect_piece, &k);
}

static SDef *definition(Call *c, bool is_double)
{
    const char *name = is_double ? "CONTOUR_DBL_PATH_STRUCTURE" : "CONTOUR_PATH_STRUCTURE";
    SDef *d = map_get(&c->vm->structs, name);
    if (d) return d;
    d = sdef_new(name);
    sdef_add(d, "TYPE", T_BYTE, 0, NULL, NULL);
    sdef_add(d, "HIGH_LOW", T_BYTE, 0, NULL, NULL);
    sdef_add(d, "LEVEL", T_INT, 0, NULL, NULL);
    sdef_add(d, "N", T_LONG, 0, NULL, NULL);
    sdef_add(d, "OFFSET", T_LONG, 0, NULL, NULL);
    sdef_add(d, "VALUE", is_double ? T_DOUBLE : T_FLOAT, 0, NULL, NULL);
    sdef_close(d);
    map_set(&c->vm->structs, name, d);
    return d;
}

static void put(Arr *a, int64_t i, int tag, const void *p, size_t size)
{
    memcpy((char *)a->data + (size_t)i * a->def->size + a->def->tag[tag].offset, p, size);
}

static void put_value(Arr *a, int64_t i, double value)
{
    float narrow = (float)value;
    bool is_double = a->def->tag[5].type == T_DOUBLE;
    put(a, i, 5, is_double ? (const void *)&value : &narrow, is_double ? sizeof value : sizeof narrow);
}

static Val info(Call *c, const Collected *k, bool is_double)
{
    if (!k->paths) return VAL_UNDEF;
    Arr *a = arr_new_struct(definition(c, is_double), 1, (int64_t[]){k->paths});
    if (!a) throw_no_memory(c);
    for (int64_t i = 0; i < k->paths; i++) {
        const Found *f = &k->path[i];
        put(a, i, 0, &f->is_closed, 1);
        put(a, i, 1, &f->is_high, 1);
        put(a, i, 2, &f->level, sizeof f->level);
        put(a, i, 3, &f->n, sizeof f->n);
        put(a, i, 4, &f->offset, sizeof f->offset);
        put_value(a, i, f->value);
    }
    return val_arr_take(a);
}

static Val places(Call *c, const Collected *k, bool is_double)
{
    if (!k->n) return VAL_UNDEF;
    Arr *a = call_new_array(c, is_double ? T_DOUBLE : T_FLOAT, 2, (int64_t[]){2, k->n}, false);
    for (int64_t i = 0; i < 2 * k->n; i++) {
        double x = i % 2 ? k->p[i / 2].y : k->p[i / 2].x;
        if (is_double)
            ((double *)a->data)[i] = x;
        else
            ((float *)a->data)[i] = (float)x;
    }
    return val_arr_take(arr_ref(a));
}

static void add_number(Buf *b, double x, bool is_double)
{
    float narrow = (float)x;
    buf_put(b, is_double ? (const void *)&x : &narrow, is_double ? sizeof x : sizeof narrow);
}

// Records: the header {BYTE closed, BYTE high, INT level, LONG n, FLOAT value}, then n pairs.
static void write_file(Call *c, const Collected *k, bool is_double)
{
    Buf *b = gfx_new_buf(c);
    for (int64_t i = 0; i < k->paths; i++) {
        const Found *f = &k->path[i];
        buf_put(b, &f->is_closed, 1);
        buf_put(b, &f->is_high, 1);
        buf_put(b, &f->level, sizeof f->level);
        buf_put(b, &f->n, sizeof f->n);
        add_number(b, f->value, is_double);
        for (int64_t at = f->offset; at < f->offset + f->n; at++) {
            add_number(b, k->p[at].x, is_double);
            add_number(b, k->p[at].y, is_double);
        }
    }
    if (!buf_ok(b)) throw_no_memory(c);
    const char *path = gfx_expand(c, str_text(call_kw_str_peek(c, KW_CONTOUR_PATH_FILENAME)));
    gfx_write_file(c, path, b->p, b->len);
}

void contour_return_paths(ContourPlot *p)
{
    Call *c = p->call;
    Collected found = {0};
    bool is_double = call_kw_set(c, KW_CONTOUR_PATH_DOUBLE), is_mirrored = contour_is_mirrored(p->data);
    bool is_closed = !call_kw(c, KW_CONTOUR_CLOSED) || call_kw_set(c, KW_CONTOUR_CLOSED);
    bool is_map = p->coords.map && !call_kw_set(c, KW_CONTOUR_PATH_DATA_COORDS);
    for (int i = 0; i < p->levels.n; i++) {
        if (is_map) collect_map(p, &found, i, is_closed, is_mirrored);
        if (is_map) continue;
        contour_trace(p, p->levels.value[i], is_closed);
        for (int64_t k = 0; k < p->paths.paths; k++) {
            if (contour_is_line(&p->paths, p->paths.path[k])) collect(p, &found, i, p->paths.path[k], is_mirrored);
        }
    }
    if (call_kw(c, KW_CONTOUR_PATH_FILENAME)) write_file(c, &found, is_double);
    if (call_kw_given(c, KW_CONTOUR_PATH_INFO)) call_kw_set_take(c, KW_CONTOUR_PATH_INFO, info(c, &found, is_double));
    if (call_kw_given(c, KW_CONTOUR_PATH_XY)) call_kw_set_take(c, KW_CONTOUR_PATH_XY, places(c, &found, is_double));
}
