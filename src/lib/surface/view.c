// See view.h. The matrix was measured in pictures of IDL's (spec graphics.md 3.2): the turned cube is stretched to fill
// the page.
#include "lib/surface/view.h"

#include "lib/graphics/series.h"
#include "lib/graphics/settings.h"

#include <math.h>
#include <string.h>

#define TURN 30.0 // AX and AZ, degrees

// Rows of the matrix that turns the unit cube, then fits it into the plot's region.
static void matrix_of(double ax, double az, const Box *region, double t[4][4])
{
    double a = ax * M_PI / 180, z = az * M_PI / 180, ca = cos(a), sa = sin(a), cz = cos(z), sz = sin(z);
    double wide = fabs(cz) + fabs(sz), high = wide * fabs(sa) + fabs(ca);
    double row[3][3] = {{cz / wide, -sz / wide, 0},
                        {sz * sa / high, cz * sa / high, ca / high},
                        {-sz * ca / sqrt(3), -cz * ca / sqrt(3), sa / sqrt(3)}};
    const double origin[3] = {region->x0, region->y0, 0},
                 size[3] = {region->x1 - region->x0, region->y1 - region->y0, 1};
    memset(t, 0, 16 * sizeof(double));
    for (int i = 0; i < 3; i++) {
        double shift = 0.5;
        for (int k = 0; k < 3; k++) {
            t[i][k] = size[i] * row[i][k] / size[k];
            shift -= row[i][k] * (0.5 + origin[k] / size[k]);
        }
        t[i][3] = origin[i] + size[i] * shift;
        for (int k = 0; k < 4; k++) t[i][k] += 0.0; // no zero below zero
    }
    t[3][3] = 1;
}

static void choose_matrix(Call *c, View *v)
{
    bool is_given = call_kw_set(c, V_T3D) || setting_long(c, 'P', "T3D");
    double *t = setting_doubles(c, 'P', "T");
    v->coords.is_3d = true;
    if (is_given) {
        memcpy(v->coords.t, t, sizeof v->coords.t);
        return;
    }
    matrix_of(call_kw_double(c, V_AX, TURN), call_kw_double(c, V_AZ, TURN), &v->frame.region.region, v->coords.t);
    if (call_kw_set(c, V_SAVE)) memcpy(t, v->coords.t, sizeof v->coords.t);
}

View *view_plan(Call *c)
{
    int64_t n;
    View *v = call_alloc(c, sizeof *v);
    double z_range[2];
    call_hush_math(c);
    v->height = grid_heights(c, V_MAX_VALUE, V_MIN_VALUE, &n);
    v->grid = grid_places(c);
    grid_range(v->height, n, z_range);
    v->canvas = canvas_open(c);
    v->frame = frame_plan(c, v->canvas);
    double size = v->frame.char_size;
    v->x = axes_plan(c, 'X', v->grid.x_range, axes_log(c, 'X', V_XLOG), false, size);
    v->y = axes_plan(c, 'Y', v->grid.y_range, axes_log(c, 'Y', V_YLOG), false, size);
    v->z = axes_plan(c, 'Z', z_range, axes_log(c, 'Z', V_ZLOG), false, size);
    canvas_open_again(v->canvas);
    if (call_kw_set(c, V_ISOTROPIC)) frame_isotropic(v->canvas, &v->x, &v->y, &v->frame);
    frame_store(c, v->canvas, &v->frame, &v->x, &v->y);
    axes_store(c, &v->z, 0, 1, 0, 1);
    frame_unclip(c, v->canvas);
    v->coords = coords_now(c, v->canvas->width, v->canvas->height, true);
    choose_matrix(c, v);
    return v;
}

void view_begin(View *v)
{
    Box clip;
    Coords flat = v->coords;
    frame_begin(v->canvas->call, v->canvas, &v->frame);
    flat.is_3d = false;
    if (call_kw(v->canvas->call, V_CLIP) && series_clip(v->canvas->call, &flat, true, &clip))
        canvas_clip(v->canvas, &clip);
}

void view_point(const View *v, int64_t k, double out[3])
{
    Place p = coords_to_normal(&v->coords, (Place){grid_x(&v->grid, k), grid_y(&v->grid, k), v->height[k]}, COORD_DATA);
    out[0] = p.x * v->coords.width;
    out[1] = p.y * v->coords.height;
    out[2] = p.z;
}

double view_away(const View *v, int axis)
{
    double p[3] = {0.5, 0.5, 0.5}, a[3], b[3];
    p[axis] = 0;
    view_turn(v, p, a);
    p[axis] = 1;
    view_turn(v, p, b);
    return a[2] - b[2];
}
