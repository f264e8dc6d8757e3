// Executive commands: .RUN .RNEW .COMPILE .CONTINUE .RETURN .RESET_SESSION and "$command", "?name".
#ifndef HELIO_REPL_EXECUTIVE_H
#define HELIO_REPL_EXECUTIVE_H

#include "vm/statement.h"

// A line that begins with ".", "$" or "?".
RunResult executive_run(Vm *vm, const char *p, size_t n);

#endif
