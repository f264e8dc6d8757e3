// The journal of a session: a file with the lines that were typed and, as comments, what was written to the terminal and
// read from it. Everything here does nothing while no journal is open.
#ifndef HELIO_VM_JOURNAL_H
#define HELIO_VM_JOURNAL_H

#include "vm/engine.h"

// Opens the file on a unit of its own (!JOURNAL).
MUST_USE Status journal_open(Vm *vm, const char *path, bool all);
MUST_USE Status journal_close(Vm *vm);
// A line from the prompt, standard input, or (ALL) a batch file. Calls of JOURNAL itself are left out.
void journal_typed(Vm *vm, const char *p, size_t n);
// A batch file's line.
void journal_batch(Vm *vm, const char *p, size_t n);
// What was shown, or read by a program.
void journal_shown(Vm *vm, const char *p, size_t n);

#endif
