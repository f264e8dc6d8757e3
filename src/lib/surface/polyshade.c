// POLYSHADE: a shaded image of polygons. Start reading at fn_polyshade.
#include "lib/graphics/coords.h"
#include "lib/graphics/keywords.h"
#include "lib/graphics/settings.h"
#include "lib/surface/shaded.h"

#include <math.h>
#include <string.h>

// clang-format off
#define POLYSHADE_KEYWORDS(K, R)                                                                                    \
    COORD_LIST(K, R) K(R, POLY_SHADES, "=array") K(R, SHADES, "=array") K(R, TOP, "=value") K(R, XSIZE, "=value")    \
    K(R, YSIZE, "=value")
// clang-format on
KEYWORDS(POLYSHADE)

enum { SIDE_MAX = 32767 };

static const double *shades_of(Call *c, int slot, int64_t wanted)
{
    int n;
    const double *p = kw_numbers(c, slot, 1, INT32_MAX, &n);
    if (!p) return NULL;
    if (n < wanted) throw_msg(c, E_SHAPE, "%s has too few elements.", c->routine->keywords.p[slot].name);
    return p;
}

static int64_t polygons_in(const int32_t *list, int64_t n)
{
    int64_t count = 0;
    for (int64_t i = 0; i < n && list[i] >= 0; i += (int64_t)list[i] + 1) count++;
    return count;
}

// The size of the image: the device's, or XSIZE and YSIZE; one that is drawn on has its own.
static void image_size(Call *c, const Canvas *v, int64_t size[2], Coords *s)
{
    const Gfx *g = gfx_of(c->vm);
    const GfxWindow *w = gfx_current(g);
    double width = w ? w->frame.width : g->on->width ? g->on->width : g->on->dev->width;
    double height = w ? w->frame.height : g->on->height ? g->on->height : g->on->dev->height;
    size[0] = v ? (int64_t)width : call_kw_int(c, KW_POLYSHADE_XSIZE, (int64_t)width);
    size[1] = v ? (int64_t)height : call_kw_int(c, KW_POLYSHADE_YSIZE, (int64_t)height);
    if (size[0] < 1 || size[1] < 1 || size[0] > SIDE_MAX || size[1] > SIDE_MAX)
        throw_msg(c, E_VALUE, "XSIZE and YSIZE must be from 1 to %d.", SIDE_MAX);
    *s = coords_now(c, width, height, call_kw_set(c, G_T3D));
}

// The canvas of a device that keeps depths, on which the body is drawn; NULL: an image is made.
static Canvas *canvas_for(Call *c)
{
    Gfx *g = gfx_of(c->vm);
    return g->on->dev->flags & DEVICE_DEPTH ? canvas_open_plain(c) : NULL;
}

static void points_of(Call *c, ShadeBody *body, const Place *place, const Coords *s, const int64_t size[2])
{
    CoordSystem from = coords_asked(c, COORD_DATA);
    double(*p)[3] = call_scratch(c, (size_t)(body->points + 1) * sizeof *p);
    for (int64_t i = 0; i < body->points; i++) {
        Place q = from == COORD_DEVICE ? place[i] : coords_to_normal(s, place[i], from);
        p[i][0] = from == COORD_DEVICE ? q.x : q.x * (double)size[0];
        p[i][1] = from == COORD_DEVICE ? q.y : q.y * (double)size[1];
        p[i][2] = q.z;
    }
    body->p = (const double(*)[3])p;
    body->depth_scale = from == COORD_DEVICE ? 1 : (double)(size[0] + size[1]) / 2;
}

// POLYSHADE(Vertices, Polygons) | POLYSHADE(X, Y, Z, Polygons): an image (BYTE) of a body of polygons, [n, i0, ..., n,
// ...], shaded by the light of SET_SHADING, by a shade a point (SHADES) or one a polygon (POLY_SHADES). Points are (3,
// n), in the data's coordinates, or normal or device ones (NORMAL, DEVICE), seen through !P.T with T3D. The image has the
// window's size, or XSIZE by YSIZE; TOP is its brightest value. On the device Z the body is drawn among what is there, and the
// result is 0. Manual: POLYSHADE.
static void fn_polyshade(Call *c)
{
    int64_t size[2];
    Coords s;
    ShadeBody body = {0};
    if (c->argc == 3) throw_msg(c, E_ARGS, "Incorrect number of arguments.");
    call_hush_math(c);
    Place *place = coords_places(c, 0, c->argc - 1, 0, &body.points);
    const Val *list = call_convert(c, call_arg(c, c->argc - 1), T_LONG);
    Canvas *v = canvas_for(c);
    image_size(c, v, size, &s);
    points_of(c, &body, place, &s, size);
    body.list = val_data_peek(list);
    body.length = val_count(list);
    body.given = shades_of(c, KW_POLYSHADE_SHADES, body.points);
    body.facet_given = shades_of(c, KW_POLYSHADE_POLY_SHADES, polygons_in(body.list, body.length));
    ShadeBuffer *b = shaded_buffer(c, (int)size[0], (int)size[1]);
    ShadeLight light = shaded_light(c);
    shaded_draw(c, b, &body, &light);
    bool is_direct = body.given || body.facet_given;
    uint8_t *pixels = shaded_pixels(c, b, is_direct, (int)call_kw_int(c, KW_POLYSHADE_TOP, 255));
    if (v) {
        shaded_show(v, b, pixels);
        canvas_close(v);
        call_return_take(c, val_byte(0));
        return;
    }
    Arr *out = call_new_array(c, T_BYTE, 2, size, false);
    memcpy(out->data, pixels, (size_t)out->n);
    call_return_take(c, val_arr_take(arr_ref(out)));
}

static const Routine rows[] = {
    {"POLYSHADE", FUNCTION, {2, 4}, fn_polyshade, "Vertices, Polygons | X, Y, Z, Polygons", KEYS(POLYSHADE)},
};
ROUTINE_TABLE(lib_polyshade, rows)
