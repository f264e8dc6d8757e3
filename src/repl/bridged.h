// The child of an IDL_IDLBridge: this program as the parent has started it (helio --bridge), which runs what it is sent.
#ifndef HELIO_REPL_BRIDGED_H
#define HELIO_REPL_BRIDGED_H

#include "vm/vm.h"

// Runs the startup file, then what comes, until the parent hangs up or EXIT is met. The exit status.
int bridged_run(Vm *vm);

#endif
