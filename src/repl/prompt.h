// The interactive prompt.
#ifndef HELIO_REPL_PROMPT_H
#define HELIO_REPL_PROMPT_H

#include "vm/session/statement.h"

// The banner.
void prompt_greet(void);
// Reads and runs lines until the end of input or EXIT.
RunResult prompt_run(Vm *vm);

#endif
