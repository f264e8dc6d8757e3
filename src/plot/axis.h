// One axis in numbers: which range it has and where its ticks are. No device, no drawing.
//
// The rules were measured in PostScript files that licensed IDL wrote (spec graphics.md 1.2, 1.3); what nobody knows is
// listed in doc/unverified.md. All values are those of the data; the range of a log axis is in decades (log10).
#ifndef HELIO_PLOT_AXIS_H
#define HELIO_PLOT_AXIS_H

#include <stdbool.h>

enum { AXIS_TICKS_MAX = 60 }; // as !X.TICKV has
#define AXIS_DUST 1e-6 // of an interval, or of a decade: an end so near to a tick is that tick but for what FLOAT cannot hold

// Bits of [XYZ]STYLE.
enum { AXIS_EXACT = 1, AXIS_EXTEND = 2, AXIS_NONE = 4, AXIS_NO_BOX = 8, AXIS_NO_ZERO = 16 };

// What is asked for.
typedef struct AxisWish {
    bool is_log;
    int style;            // AXIS_ bits
    double data[2];       // smallest and largest value to be shown; data[0] > data[1]: there is none
    double range[2];      // [XYZ]RANGE; both 0: as the data have it
    bool from_zero;       // data above 0 begin at 0 (y of PLOT)
    int intervals;        // [XYZ]TICKS; 0: as they come out
    const double *places; // [XYZ]TICKV
    int nplaces;          // as many as are given
    double interval;      // [XYZ]TICKINTERVAL; 0: automatic
    int minor;            // [XYZ]MINOR: intervals between two ticks; 0: automatic, below 0: none
} AxisWish;

// What it comes to.
typedef struct Axis {
    bool is_log;
    double range[2]; // first and last end, as !X.CRANGE: decades on a log axis; range[0] > range[1] is a reversed one
    int n;           // ticks with a label
    double tick[AXIS_TICKS_MAX]; // in the data's units, in the order of the axis from range[0] to range[1]
    double step;                 // between ticks (decades on a log axis)
    int minor; // intervals between two ticks (1: no marks); on a log axis with step 1 the marks are at 2 to 9
} Axis;

typedef enum AxisFault {
    AXIS_FINE,
    AXIS_ZERO_LENGTH, // "Data range for axis has zero length."
    AXIS_INFINITE,    // "Infinite plot range.": nothing above 0 on a log axis, or values that are not finite
} AxisFault;

// The interval between ticks if `range` is to have about n of them: 1, 2 or 5 times a power of ten (CACM Algorithm
// 463).
double axis_step(double range, int n);

// Ranges and ticks. With a fault there is an axis, too, from 0 to 1 or as far as can be.
AxisFault axis_plan(const AxisWish *wish, Axis *axis);

// Where on the axis a value of the data lies: 0 at range[0], 1 at range[1]. NaN for what a log axis does not have.
double axis_place(const Axis *axis, double value);

// Places (0 to 1) of minor marks from left to right; returns how many, at most `room`.
int axis_minor_places(const Axis *axis, double *place, int room);

#endif
