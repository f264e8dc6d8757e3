// Text that a routine makes line by line (HELP, PROFILER), for a unit or a string array.
#ifndef HELIO_LIB_CONTROL_LINES_H
#define HELIO_LIB_CONTROL_LINES_H

#include "base/buf.h"
#include "vm/call/call.h"

// An empty buffer that lives as long as the call.
Buf *lines_new(Call *c);
// The lines (each ended by a newline) as a string array; '' when there are none.
Val lines_value(Call *c, const Buf *b);
void lines_write(Call *c, int64_t lun, const Buf *b);

#endif
