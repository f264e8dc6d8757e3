// See variables.c.
#ifndef HELIO_LIB_GRAPHICS_VARIABLES_H
#define HELIO_LIB_GRAPHICS_VARIABLES_H

#include "vm/vm.h"

// Defines !P, !X, !Y, !Z, !MAP, !MOUSE and !ORDER.
void graphics_variables(Vm *vm);

#endif
