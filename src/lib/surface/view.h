// How SURFACE and SHADE_SURF see the unit cube, and the axes that stand at it.
#ifndef HELIO_LIB_SURFACE_VIEW_H
#define HELIO_LIB_SURFACE_VIEW_H

#include "lib/graphics/coords.h"
#include "lib/graphics/frame.h"
#include "lib/graphics/grid_data.h"
#include "lib/graphics/keywords.h"

// What SURFACE and SHADE_SURF have in common, behind the common keywords.
#define VIEW_LIST(K, R)                                                                                                \
    K(R, AX, "=degrees")                                                                                               \
    K(R, AZ, "=degrees") K(R, MAX_VALUE, "=value") K(R, MIN_VALUE, "=value") K(R, SAVE, FLAG) K(R, SHADES, "=array")   \
        K(R, ZAXIS, "={-1|1|2|3|4}") K(R, ZLOG, FLAG)
enum { GRAPHICS_LIST(KW_SLOT_, V_) AXES_LIST(KW_SLOT_, V_) VIEW_LIST(KW_SLOT_, V_) V_COUNT };

typedef struct View {
    Canvas *canvas;
    Frame frame;
    AxisLook x, y, z;
    GridPlaces grid;
    const double *height;
    Coords coords;
} View;

// Reads the data, plans the page and the axes, stores the scaling, and with SAVE the matrix. Nothing is drawn yet.
View *view_plan(Call *c);
// Erases a new page; what follows is clipped to CLIP.
void view_begin(View *v);
// Space in normal coordinates to the page's, with depth: the larger the nearer.
static inline void view_turn(const View *v, const double p[3], double out[3])
{
    plane_turn((const double *)v->coords.t, p, out);
}
// A point of the grid as device coordinates and depth; NaN where there is none.
void view_point(const View *v, int64_t k, double out[3]);
// Which way is away from the eye along x (0), y (1), z (2) in the middle of the cube.
double view_away(const View *v, int axis);
// Axes and titles, as the styles and ZAXIS have them.
void view_draw_axes(View *v);

#endif
