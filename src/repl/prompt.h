// The interactive prompt.
#ifndef HELIO_REPL_PROMPT_H
#define HELIO_REPL_PROMPT_H

#include "vm/vm.h"

// Reads and runs lines until the end of input or EXIT (then true).
bool prompt_run(Vm *vm, bool quiet);

#endif
