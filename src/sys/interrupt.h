// Ctrl-C as a flag. The handler sets it and wakes sys_wait; long loops poll sys_interrupted(). The flag stays up until
// whoever reports the interruption clears it.
#ifndef HELIO_SYS_INTERRUPT_H
#define HELIO_SYS_INTERRUPT_H

#include <stdbool.h>

// Installs the SIGINT handler, ignores SIGPIPE. Called once by main, before any other sys_ function.
void sys_init(void);
extern volatile int sys_interrupt_flag;  // read it by sys_interrupted
static inline bool sys_interrupted(void) { return sys_interrupt_flag != 0; }
// As if Ctrl-C had been typed (the line editor in raw mode, tests). Safe in a signal handler.
void sys_interrupt(void);
void sys_clear_interrupt(void);
// Also sets *place to 1 from now on, which is nearer to code that looks often; NULL: nothing. Answers the place before.
volatile int *sys_interrupt_tell(volatile int *place);
// The descriptor that is readable while the flag is up; for sys_wait.
int sys_interrupt_fd(void);

// SIGTERM and SIGHUP interrupt as Ctrl-C does. Whoever then reports the interruption (sys_clear_interrupt), or main at its end
// (sys_end_if_asked), ends the process instead: `orderly` is run (units, working files), the terminal gets the modes it had at
// the start, and the signal ends the process as if it had never been caught. When that takes too long, `urgent` is run by a
// signal's handler, wherever the process is: only what is safe there.
void sys_on_ending(void (*orderly)(void *), void (*urgent)(void *), void *arg);
void sys_end_if_asked(void);
// Ends now, orderly, as SIGPIPE does.
void sys_end_by_pipe(void);
// Descriptors 0 to 2 are there, as /dev/null where they were closed, so that no file gets their numbers.
void sys_sure_descriptors(void);

#endif
