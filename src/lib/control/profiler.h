// The profiler for TIC and TOC.
#ifndef HELIO_LIB_CONTROL_PROFILER_H
#define HELIO_LIB_CONTROL_PROFILER_H

#include "vm/call/call.h"

void profiler_begin(Call *c);  // anew, of all routines
void profiler_end(Call *c);
Val profiler_data(Call *c);    // a record a routine, as PROFILER's DATA

#endif
