// Math errors: collected by the processor and by integer division, told as !EXCEPT says, asked for by CHECK_MATH.
#ifndef HELIO_VM_MATHERR_H
#define HELIO_VM_MATHERR_H

#include "vm/engine.h"

// The KMATH_ bits met since they were last cleared.
unsigned math_status(Vm *vm);
void math_clear(Vm *vm, unsigned bits);
// One line an error, in the order of the bits.
void math_show(Vm *vm, unsigned bits);
// A typed statement has ended: shown and cleared, unless !EXCEPT is 0.
void math_report(Vm *vm);

#endif
