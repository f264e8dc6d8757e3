// The library of built-in routines as a whole.
#ifndef HELIO_LIB_TABLES_H
#define HELIO_LIB_TABLES_H

#include "vm/vm.h"

// Makes every built-in routine known to the engine.
void lib_add_tables(Vm *vm);
// Defines the system variables that are not a device's (!PI, !ERROR_STATE, !PATH, !NET ...).
void lib_add_system_variables(Vm *vm);
// Both, and what the parts of the library need to start with. Once for each engine.
void lib_start(Vm *vm);

#endif
