// .TIMEIT: how long a statement takes.
#ifndef HELIO_REPL_TIMEIT_H
#define HELIO_REPL_TIMEIT_H

#include "vm/session/statement.h"

// Runs the statement (or several joined by "&") in turns where the prompt stands, and shows best and mean time of a turn.
// Ends early when the statement fails, stops, or Ctrl-C is pressed.
RunResult timeit(Vm *vm, const char *statement);

#endif
