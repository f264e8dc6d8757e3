// Timers (TIMER.SET) that are due are run where the session waits: at the prompt, in WAIT, FILE_POLL_INPUT, and while a statement
// waits at a socket, a pipe or a terminal; and those that are late between two turns of an interpreted loop (Engine.late).
#ifndef HELIO_LIB_CONTROL_TIMER_H
#define HELIO_LIB_CONTROL_TIMER_H

#include "io/unit.h"
#include "vm/call/call.h"
#include "vm/vm.h"

// Others call back at the same places: while `count` (which this changes) is positive these waits look every 0.05 s, so that
// what a pump has posted is soon run.
void timers_expect(Vm *vm, int change);
// The procedure `runner` (a string that stays) is to be called with `number`, at once, but not within a callback.
void timers_post(Vm *vm, const char *runner, int32_t number);
// From within such a runner: a callback begins, and lasts until the call ends.
void timers_callback_begins(Call *c);

// Seconds until the next one is due, at most `most` (negative: no limit). Without timers `most`.
double timers_next(Vm *vm, double most);
// Runs what is due, unless it is a timer's callback that waits: from a routine that waits, as EXECUTE runs its text, or at the
// prompt. An error in one is printed and ends that timer. The first: whether any has run; the second, false: one has left the
// session (EXIT).
bool timers_run(Call *c);
bool timers_run_at_prompt(Vm *vm);

// From here to timers_serve_end what the call waits for in io/ (sys_wait) runs timers, too. `u` (NULL: none) is busy meanwhile: a
// callback cannot close or read it, nor write it while it is being written (TIMERS_WRITE). Callbacks may change or free whatever
// variable there is, so the caller holds no pointer into one: it reads into copies (call_keep_take of val_copy) and has kept what
// it writes (call_keep_arguments). False: no timer is set, or u is a file, which never waits; then none of this matters.
enum { TIMERS_READ = BUSY_READING, TIMERS_WRITE = BUSY_WRITING };
bool timers_serve(Call *c, Unit *u, int how);
// Before the call's own failure is thrown. Throws what a callback has asked for (EXIT, RETALL), and when one has freed a heap
// variable that the call was given by reference.
void timers_serve_end(Call *c);

#endif
