// Time: a steady clock for timeouts, the wall clock for SYSTIME.
#ifndef HELIO_SYS_CLOCK_H
#define HELIO_SYS_CLOCK_H

double sys_now(void);   // seconds on a clock that never jumps
double sys_wall(void);  // seconds since 1970

// A moment on sys_now's clock; negative timeouts mean for ever.
double sys_deadline(double timeout);
double sys_remaining(double deadline);  // seconds left, never below 0; -1 for ever

#endif
