// The table of breakpoints, for HELP.
#ifndef HELIO_LIB_CONTROL_BREAKPOINT_H
#define HELIO_LIB_CONTROL_BREAKPOINT_H

#include "base/buf.h"
#include "vm/vm.h"

void breakpoint_lines(Vm *vm, Buf *b);  // HELP, /BREAKPOINTS; nothing when there are none

#endif
