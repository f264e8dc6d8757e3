// What runs while the session waits for its next line: timers.
#ifndef HELIO_REPL_IDLE_H
#define HELIO_REPL_IDLE_H

#include "vm/vm.h"

// Runs what is due; what it printed is shown, on lines of its own. False: it has left the session (EXIT).
bool idle_run(Vm *vm);
// Until standard input can be read. False as above.
bool idle_until_input(Vm *vm);

#endif
