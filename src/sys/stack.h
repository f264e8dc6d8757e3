// The stack of the engine's thread, which may be small (ulimit -s): what recurses asks here before it is spent.
#ifndef HELIO_SYS_STACK_H
#define HELIO_SYS_STACK_H

#include <stdbool.h>
#include <stdint.h>

extern uintptr_t sys_stack_floor;  // 0: not known, or no bound

// By sys_init, in the thread that recurses.
void sys_stack_start(void);
// Whether little is left: enough for a routine that calls nothing back, not for another level. Of that thread only.
static inline bool sys_stack_is_low(void) { return (uintptr_t)__builtin_frame_address(0) < sys_stack_floor; }
// How many levels of nesting there may be, of `levels` that the usual stack (8 MB) has room for.
int sys_stack_levels(int levels);

#endif
