// The report and the data of PROFILER, /LINES.
#ifndef HELIO_LIB_CONTROL_PROFILED_LINES_H
#define HELIO_LIB_CONTROL_PROFILED_LINES_H

#include "base/buf.h"
#include "vm/call/call.h"
#include "vm/frame/profile.h"

// Behind the routines' table: for each of the n routines that are written in IDL, its lines that ran.
void profiled_lines_report(Call *c, const ProfileItem *const *item, int n, Buf *b);
// The same as records {NAME, LINE, COUNT, TIME}; !NULL when no line ran.
Val profiled_lines_data(Call *c, const ProfileItem *const *item, int n);

#endif
