// Axes of several levels: XTICKUNITS names a unit for each, the first one nearest to the axis.
#ifndef HELIO_LIB_GRAPHICS_AXIS_LEVELS_H
#define HELIO_LIB_GRAPHICS_AXIS_LEVELS_H

#include "lib/graphics/axis_look.h"

enum { AXIS_LEVELS_MAX = 10 };
enum { LAYOUT_AXIS, LAYOUT_LABELS, LAYOUT_BOXES }; // [XYZ]TICKLAYOUT

typedef struct AxisLevel {
    DateUnit unit;
    Axis axis;                        // with its ticks
    const Str *label[AXIS_TICKS_MAX]; // where there are no ticks, label[0] is for the whole axis
} AxisLevel;

// The unit that the program names; throws for what is none.
DateUnit axis_unit(Call *c, char letter, const Str *name);
// How text of level `level` is made for a value; lives as long as the call.
typedef const Str *(*AxisLabeller)(Call *c, const AxisLook *a, int level, int index, double value);
// Plans the levels behind the first one, of which the look has a->nlevels.
void axis_levels_plan(Call *c, AxisLook *a, const DateUnit *unit, AxisLabeller label);
// Draws them, and all boxes of LAYOUT_BOXES.
void axis_levels_draw(Canvas *v, const AxisLook *a, Box box, AxisSide side, double char_thick);
// How far further levels go, from the axis (device coordinates): the title stands behind them.
double axis_levels_depth(Canvas *v, const AxisLook *a, AxisSide side);

#endif
