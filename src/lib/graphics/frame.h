// The frame of a plot: its place on the page, axes on four sides and titles; what PLOT, CONTOUR and their kin begin
// with.
#ifndef HELIO_LIB_GRAPHICS_FRAME_H
#define HELIO_LIB_GRAPHICS_FRAME_H

#include "lib/graphics/axis_look.h"

typedef struct Frame {
    Region region;
    double char_size, char_thick;
    bool is_new_page;
} Frame;

// The next place on the page (!P.MULTI counts on), from keywords and settings.
Frame frame_plan(Call *c, const Canvas *v);
// ISOTROPIC: the longer side is cut.
void frame_isotropic(const Canvas *v, const AxisLook *x, const AxisLook *y, Frame *f);
Box frame_device_box(const Canvas *v, Box b);
// Keeps the scaling in !X, !Y and !P.CLIP.
void frame_store(Call *c, const Canvas *v, const Frame *f, const AxisLook *x, const AxisLook *y);
// Erases a new page and takes the colour of the call.
void frame_begin(Call *c, Canvas *v, const Frame *f);
// With T3D or !P.T3D: the plane at the height ZVALUE (normal coordinates) to draw on, seen through !P.T; else NULL. It
// lives as long as the call.
Plane *frame_plane(Call *c, const Canvas *v);
// In three dimensions !P.CLIP is the whole page.
void frame_unclip(Call *c, const Canvas *v);
// A z axis: a plane that stands at a corner of the window (0 lower right, 1 lower left, 2 upper left, 3 upper right), or
// `at` (normal coordinates), and goes to the right. The box on it whose side the axis is.
Box frame_stand(Call *c, Canvas *v, int corner, const double *at);
// The same drawn; corners from 1 on, as ZAXIS counts them.
void frame_draw_standing(Call *c, Canvas *v, const AxisLook *z, int corner);
void frame_draw(Call *c, Canvas *v, const Frame *f, const AxisLook *x, const AxisLook *y);

#endif
