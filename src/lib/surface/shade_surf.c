// SHADE_SURF: a shaded surface. Start reading at pro_shade_surf.
#include "lib/graphics/settings.h"
#include "lib/surface/shaded.h"
#include "lib/surface/view.h"

#include <math.h>
#include <string.h>

#define SHADE_SURF_KEYWORDS(K, R)                                                                                      \
    GRAPHICS_LIST(K, R) AXES_LIST(K, R) VIEW_LIST(K, R) K(R, IMAGE, OUT) K(R, PIXELS, "=value")
KEYWORDS(SHADE_SURF)
_Static_assert((int)KW_SHADE_SURF_IMAGE == (int)V_COUNT, "the common keywords come first");

enum { PAGE_PIXELS = 512, PIXELS_MAX = 8192 };

// The buffer's size: the window's pixels, or on a page so many along its longer side.
static ShadeBuffer *buffer_for(Call *c, const Canvas *v)
{
    double longer = fmax(v->width, v->height), most = v->page ? PAGE_PIXELS : longer;
    int64_t asked = call_kw_int(c, KW_SHADE_SURF_PIXELS, 0);
    if (asked > 0 && v->page) most = (double)(asked < PIXELS_MAX ? asked : PIXELS_MAX);
    return shaded_buffer(c, (int)fmax(1, round(v->width * most / longer)),
                         (int)fmax(1, round(v->height * most / longer)));
}

// The cells of the grid as polygons, counterclockwise seen from above.
static int32_t *cells_of(Call *c, const View *v, int64_t *length)
{
    const GridPlaces *g = &v->grid;
    int64_t n = 0, cells = (g->nx - 1) * (g->ny - 1);
    if (g->nx * g->ny > INT32_MAX / 4) throw_no_memory(c);
    int32_t *list = call_scratch(c, (size_t)(5 * cells + 1) * sizeof *list);
    bool is_turned = (v->coords.s[0][1] < 0) != (v->coords.s[1][1] < 0);
    for (int64_t y = 0; y + 1 < g->ny; y++) {
        for (int64_t a = y * g->nx; a < (y + 1) * g->nx - 1; a++, n += 5) {
            bool is_mirrored = (grid_x(g, a + 1) < grid_x(g, a)) != (grid_y(g, a + g->nx) < grid_y(g, a));
            int32_t *cell = list + n, k = (int32_t)a, up = (int32_t)g->nx;
            bool is_back = is_mirrored != is_turned;
            cell[0] = 4;
            cell[1] = is_back ? k + up : k;
            cell[2] = is_back ? k + up + 1 : k + 1;
            cell[3] = is_back ? k + 1 : k + up + 1;
            cell[4] = is_back ? k : k + up;
        }
    }
    list[n] = -1;
    *length = n;
    return list;
}

static void shade(Call *c, View *v, const double *shades, int64_t n)
{
    ShadeBuffer *b = buffer_for(c, v->canvas);
    int64_t points = v->grid.nx * v->grid.ny, length;
    double(*p)[3] = call_scratch(c, (size_t)(points + 1) * sizeof *p), *given = NULL;
    double fx = b->width / v->canvas->width, fy = b->height / v->canvas->height;
    for (int64_t k = 0; k < points; k++) {
        if ((k & 0xFFFF) == 0) call_poll(c);
        view_point(v, k, p[k]);
        p[k][0] *= fx;
        p[k][1] *= fy;
    }
    if (n) given = call_scratch(c, (size_t)(points + 1) * sizeof *given);
    for (int64_t k = 0; n && k < points; k++) given[k] = shades[k % n];
    int32_t *list = cells_of(c, v, &length);
    ShadeBody body = {.p = (const double(*)[3])p, .points = points, .list = list, .length = length, .given = given};
    body.depth_scale = (b->width + b->height) / 2.0;
    ShadeLight light = shaded_light(c);
    light.rejects_back = false; // a surface has two sides
    shaded_draw(c, b, &body, &light);
    uint8_t *pixels = shaded_pixels(c, b, given != NULL, 255);
    shaded_show(v->canvas, b, pixels);
    if (!call_kw_given(c, KW_SHADE_SURF_IMAGE)) return;
    Arr *image = call_new_array(c, T_BYTE, 2, (int64_t[]){b->width, b->height}, false);
    memcpy(image->data, pixels, (size_t)image->n);
    call_kw_set_take(c, KW_SHADE_SURF_IMAGE, val_arr_take(arr_ref(image)));
}

// SHADE_SURF, Z [, X, Y]: a surface over a two-dimensional array, shaded by the light of SET_SHADING or with a colour a
// point (SHADES), in a new plot with SURFACE's axes and view (AX, AZ, SAVE, T3D). IMAGE returns the pixels; PIXELS is
// how many a page has along its longer side. Manual: SHADE_SURF.
static void pro_shade_surf(Call *c)
{
    int n = 0;
    View *v = view_plan(c);
    const double *shades = kw_numbers(c, V_SHADES, 1, INT32_MAX, &n);
    view_begin(v);
    if (!call_kw_set(c, V_NODATA)) shade(c, v, shades, n);
    canvas_color(v->canvas, kw_or_long(c, V_COLOR, 'P', "COLOR"));
    view_draw_axes(v);
    canvas_close(v->canvas);
}

static const Routine rows[] = {
    {"SHADE_SURF", PROCEDURE, {1, 3}, pro_shade_surf, "Z [, X, Y]", KEYS(SHADE_SURF)},
};
ROUTINE_TABLE(lib_shade_surf, rows)
