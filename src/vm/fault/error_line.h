// Lines on the error unit ("% ..."): what has been printed before stands before them, and the journal has them too.
#ifndef HELIO_VM_ERROR_LINE_H
#define HELIO_VM_ERROR_LINE_H

#include "vm/engine.h"

void vm_error_line(Vm *vm, const char *format, ...) PRINTF_LIKE(2, 3);

#endif
