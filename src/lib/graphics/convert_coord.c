// CONVERT_COORD.
#include "lib/graphics/coords.h"
#include "lib/graphics/keywords.h"

// clang-format off
#define CONVERT_COORD_KEYWORDS(K, R)                                                                                 \
    COORD_LIST(K, R) K(R, DOUBLE, FLAG) K(R, TO_DATA, FLAG) K(R, TO_DEVICE, OR_FLAG) K(R, TO_NORMAL, OR_FLAG)
// clang-format on
KEYWORDS(CONVERT_COORD)
_Static_assert((int)KW_CONVERT_COORD_T3D == (int)G_T3D, "the common keywords come first");

// Result = CONVERT_COORD(X [, Y [, Z]] | (2,n) or (3,n) array): places in other coordinates, (3, n): from DATA
// (default), NORMAL or DEVICE to TO_DATA (default), TO_NORMAL or TO_DEVICE. FLOAT, or DOUBLE if an argument is or
// DOUBLE is set. Manual: CONVERT_COORD.
static void fn_convert_coord(Call *c)
{
    int64_t n;
    call_hush_math(c);
    CoordSystem from = coords_asked(c, COORD_DATA);
    CoordSystem to = call_kw_set(c, KW_CONVERT_COORD_TO_DEVICE)   ? COORD_DEVICE
                     : call_kw_set(c, KW_CONVERT_COORD_TO_NORMAL) ? COORD_NORMAL
                                                                  : COORD_DATA;
    bool is_double = call_kw_set(c, KW_CONVERT_COORD_DOUBLE);
    for (int i = 0; i < c->argc; i++) is_double |= call_arg(c, i)->type == T_DOUBLE;
    Place *p = coords_places(c, 0, c->argc, 0, &n);
    for (int i = 0; i < c->argc && c->argc > 1; i++) { // an array of one element is the shortest one; a scalar stands for all
        if (val_is_array(call_arg(c, i)) && call_arg(c, i)->a->n == 1) n = 1;
    }
    const Gfx *g = gfx_of(c->vm);
    const GfxWindow *w = gfx_current(g);
    double width = w ? w->frame.width : g->on->width ? g->on->width : g->on->dev->width;
    double height = w ? w->frame.height : g->on->height ? g->on->height : g->on->dev->height;
    Coords s = coords_now(c, width, height, call_kw_set(c, G_T3D));
    Arr *out = call_new_array(c, is_double ? T_DOUBLE : T_FLOAT, n > 1 ? 2 : 1, (int64_t[]){3, n}, false);
    for (int64_t i = 0; i < n; i++) {
        Place q = coords_from_normal(&s, coords_to_normal(&s, p[i], from), to);
        const double part[3] = {q.x, q.y, q.z};
        for (int k = 0; k < 3; k++) {
            if (is_double)
                ((double *)out->data)[3 * i + k] = part[k];
            else
                ((float *)out->data)[3 * i + k] = (float)part[k];
        }
    }
    call_return_take(c, val_arr_take(arr_ref(out)));
}

static const Routine rows[] = {
    {"CONVERT_COORD", FUNCTION, {1, 3}, fn_convert_coord, "X [, Y [, Z]]", KEYS(CONVERT_COORD)},
};
ROUTINE_TABLE(lib_convert_coord, rows)
