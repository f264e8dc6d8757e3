// Timers (TIMER.SET) that are due are run where the session waits: at the prompt, in WAIT, FILE_POLL_INPUT and SOCKET, ACCEPT=.
#ifndef HELIO_LIB_CONTROL_TIMER_H
#define HELIO_LIB_CONTROL_TIMER_H

#include "vm/vm.h"

// Seconds until the next one is due, at most `most` (negative: no limit). Without timers `most`.
double timers_next(Vm *vm, double most);
// Runs what is due, unless it is a timer's callback that waits: from a routine that waits, as EXECUTE runs its text, or at the
// prompt. An error in one is printed and ends that timer. False: one has left the session (EXIT; at the prompt only).
void timers_run(Vm *vm);
bool timers_run_at_prompt(Vm *vm);
// Waits until fd can be read, running timers meanwhile; without timers it returns at once. False: Ctrl-C.
bool timers_wait_fd(Vm *vm, int fd, double timeout);

#endif
