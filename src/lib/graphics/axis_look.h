// Axes as PLOT, AXIS and their kin draw them: planned from keywords, !X and !Y, then drawn on a side of the plot's
// window.
#ifndef HELIO_LIB_GRAPHICS_AXIS_LOOK_H
#define HELIO_LIB_GRAPHICS_AXIS_LOOK_H

#include "lib/graphics/canvas.h"
#include "plot/dates.h"

// Sides of the window.
typedef enum AxisSide { SIDE_BOTTOM, SIDE_TOP, SIDE_LEFT, SIDE_RIGHT } AxisSide;

typedef struct AxisLook {
    char letter; // 'X' or 'Y'
    Axis axis;
    int style;
    double char_size; // of labels and title
    double tick_length, thick;
    int grid_style;
    const Str *title;
    const Str *label[AXIS_TICKS_MAX]; // by the program or by default
    DateUnit unit;                    // of the ticks
    int layout, nlevels;              // axis_levels.h
    struct AxisLevel *level;          // those behind the first
} AxisLook;

// Whether [XYZ]LOG, or [XYZ]TYPE of old programs, says that the axis is logarithmic, or says anything.
bool axes_log(Call *c, char letter, int log_slot);
bool axes_log_given(Call *c, char letter, int log_slot);
// Data and wishes of one axis; keywords, else the settings, say the rest. Throws IDL's errors for ranges that cannot
// be. The range goes to CRANGE, the ticks to [XY]TICK_GET.
AxisLook axes_plan(Call *c, char letter, const double data[2], bool is_log, bool from_zero, double char_size);
// The same for a range that is to be kept as it is.
AxisLook axes_plan_exactly(Call *c, char letter, const double range[2], bool is_log, double char_size);
// Draws an axis along a side of the window `box` (device coordinates): line, ticks, and with `is_labelled` labels and
// title.
void axes_draw(Canvas *v, const AxisLook *a, Box box, AxisSide side, bool is_labelled, double char_thick);
// Stores the scaling of a window (normal coordinates) in !X or !Y.
void axes_store(Call *c, const AxisLook *a, double w0, double w1, double r0, double r1);

#endif
