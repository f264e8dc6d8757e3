// SHADE_SURF: a shaded surface. Start reading at pro_shade_surf.
#include "lib/graphics/settings.h"
#include "lib/surface/shaded.h"
#include "lib/surface/view.h"
#include "sys/interrupt.h"

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

typedef struct Surface {
    const View *view;
    const double *shades;
    int64_t shades_given;
    double fx, fy; // the buffer's pixels, of the window's
    bool is_turned;
} Surface;

static void read_row(void *context, int64_t y, double (*p)[3], double *shade)
{
    const Surface *s = context;
    int64_t nx = s->view->grid.nx, first = y * nx;
    for (int64_t x = 0; x < nx; x++) {
        view_point(s->view, first + x, p[x]);
        p[x][0] *= s->fx;
        p[x][1] *= s->fy;
        if (s->shades_given) shade[x] = s->shades[(first + x) % s->shades_given];
    }
}

static bool is_back(void *context, int64_t k)
{
    const Surface *s = context;
    const GridPlaces *g = &s->view->grid;
    bool is_mirrored = (grid_x(g, k + 1) < grid_x(g, k)) != (grid_y(g, k + g->nx) < grid_y(g, k));
    return is_mirrored != s->is_turned;
}

static void shade(Call *c, View *v, const double *shades, int64_t n)
{
    ShadeBuffer *b = buffer_for(c, v->canvas);
    Surface s = {v, shades, n, b->width / v->canvas->width, b->height / v->canvas->height,
                 (v->coords.s[0][1] < 0) != (v->coords.s[1][1] < 0)};
    ShadeGrid grid = {.nx = v->grid.nx, .ny = v->grid.ny, .read_row = read_row, .is_back = is_back, .context = &s};
    grid.depth_scale = (b->width + b->height) / 2.0;
    grid.is_given = n > 0;
    ShadeLight light = shaded_light(c);
    light.rejects_back = false; // a surface has two sides
    shaded_end(c, shade_grid(b, &grid, &light, sys_interrupted));
    uint8_t *pixels = shaded_pixels(c, b, n > 0, 255);
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
