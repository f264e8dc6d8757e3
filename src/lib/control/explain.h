// ?NAME: how a routine is called and what it does; ?*PART*: which routines there are.
#ifndef HELIO_LIB_CONTROL_EXPLAIN_H
#define HELIO_LIB_CONTROL_EXPLAIN_H

#include "base/buf.h"
#include "vm/vm.h"

// name: upper case. False: there is no such routine.
bool explain(Vm *vm, const char *name, Buf *out);
// A line each of the routines whose names match, * and ? standing for any text and any letter. How many.
int explain_matching(Vm *vm, const char *pattern, Buf *out);

#endif
