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

// POLYSHADE(Vertices, Polygons) | POLYSHADE(X, Y, Z, Polygons): an image (BYTE) of a body of polygons, [n, i0, ..., n,
// ...], shaded by the light of SET_SHADING, by a shade a point (SHADES) or one a polygon (POLY_SHADES). Points are (3,
// n), in device coordinates, or the data's or normal ones (DATA, NORMAL), seen through !P.T with T3D. The image has the
// window's size, or XSIZE by YSIZE; TOP is its brightest value. Manual: POLYSHADE.
static void fn_polyshade(Call *c)
{
    int64_t n;
    if (c->argc == 3) throw_msg(c, E_ARGS, "Incorrect number of arguments.");
    call_hush_math(c);
    Place *place = coords_places(c, 0, c->argc - 1, 0, &n);
    const Val *list = call_convert(c, call_arg(c, c->argc - 1), T_LONG);
    const Gfx *g = gfx_of(c->vm);
    const GfxWindow *w = gfx_current(g);
    double width = w ? w->frame.width : g->on->width ? g->on->width : g->on->dev->width;
    double height = w ? w->frame.height : g->on->height ? g->on->height : g->on->dev->height;
    int64_t xs = call_kw_int(c, KW_POLYSHADE_XSIZE, (int64_t)width),
            ys = call_kw_int(c, KW_POLYSHADE_YSIZE, (int64_t)height);
    if (xs < 1 || ys < 1 || xs > SIDE_MAX || ys > SIDE_MAX)
        throw_msg(c, E_VALUE, "XSIZE and YSIZE must be from 1 to %d.", SIDE_MAX);
    Coords s = coords_now(c, width, height, call_kw_set(c, G_T3D));
    CoordSystem from = coords_asked(c, COORD_DEVICE);
    if (from == COORD_DEVICE && s.is_3d) from = COORD_NORMAL;
    double(*p)[3] = call_scratch(c, (size_t)(n + 1) * sizeof *p);
    for (int64_t i = 0; i < n; i++) {
        Place q = from == COORD_DEVICE ? place[i] : coords_to_normal(&s, place[i], from);
        p[i][0] = from == COORD_DEVICE ? q.x : q.x * (double)xs;
        p[i][1] = from == COORD_DEVICE ? q.y : q.y * (double)ys;
        p[i][2] = q.z;
    }
    ShadeBuffer *b = shaded_buffer(c, (int)xs, (int)ys);
    ShadeBody body = {.p = (const double(*)[3])p, .points = n, .list = val_data_peek(list), .length = val_count(list)};
    body.depth_scale = from == COORD_DEVICE ? 1 : (double)(xs + ys) / 2;
    body.given = shades_of(c, KW_POLYSHADE_SHADES, n);
    body.facet_given = shades_of(c, KW_POLYSHADE_POLY_SHADES, polygons_in(body.list, body.length));
    ShadeLight light = shaded_light(c);
    shaded_draw(c, b, &body, &light);
    Arr *out = call_new_array(c, T_BYTE, 2, (int64_t[]){xs, ys}, false);
    bool is_direct = body.given || body.facet_given;
    memcpy(out->data, shaded_pixels(c, b, is_direct, (int)call_kw_int(c, KW_POLYSHADE_TOP, 255)), (size_t)out->n);
    call_return_take(c, val_arr_take(arr_ref(out)));
}

static const Routine rows[] = {
    {"POLYSHADE", FUNCTION, {2, 4}, fn_polyshade, "Vertices, Polygons | X, Y, Z, Polygons", KEYS(POLYSHADE)},
};
ROUTINE_TABLE(lib_polyshade, rows)
