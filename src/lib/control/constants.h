// See constants.c.
#ifndef HELIO_LIB_CONTROL_CONSTANTS_H
#define HELIO_LIB_CONTROL_CONSTANTS_H

#include "vm/vm.h"

// Defines !COLOR and !CONST.
void constants_define(Vm *vm);

#endif
