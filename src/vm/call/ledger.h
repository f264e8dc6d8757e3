// The end of a builtin's call, as the engine makes it; what fills the ledger is in call.h.
#ifndef HELIO_VM_LEDGER_H
#define HELIO_VM_LEDGER_H

#include "vm/call/call.h"

void call_release(Vm *vm, Call *c);

#endif
