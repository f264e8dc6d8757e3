// helio --disasm FILE: what the compiler makes of a file.
#ifndef HELIO_REPL_DISASSEMBLE_H
#define HELIO_REPL_DISASSEMBLE_H

#include "vm/vm.h"

// Shows the bytecode of every routine in the file, and of its main program or statements, without running anything. Returns the
// exit status: 1 when the file cannot be read or does not compile (reported).
int disassemble_file(Vm *vm, const char *path);

#endif
