// Levels of calls as programs count them: 1 is $MAIN$, 0 the routine that asks, negative ones its callers.
#ifndef HELIO_LIB_CONTROL_LEVELS_H
#define HELIO_LIB_CONTROL_LEVELS_H

#include "vm/engine.h"

// The level of the routine that runs (or in which a statement was typed).
int levels_current(Vm *vm);
// The frame of a level; throws when there is none.
int levels_frame(Call *c, int64_t level);
// The names of a frame's variables, sorted, upper case, n of them; lives as long as the call.
const char **levels_variables(Call *c, int frame, int *n);
// The routines that are running, the innermost first: "NAME <file(  12)>". For HELP, CALLS=.
Val levels_trace_lines(Call *c);

#endif
