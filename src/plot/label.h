// What stands at a tick when the program says nothing else.
#ifndef HELIO_PLOT_LABEL_H
#define HELIO_PLOT_LABEL_H

#include "plot/axis.h"

enum { LABEL_MAX = 64 };

// The label of tick i, with embedded commands for exponents (10!U3!N) and the byte D7 (of Latin-1) for the cross. `out`
// has LABEL_MAX bytes.
void axis_label(const Axis *axis, int i, char *out);

#endif
