// System variables by name.
#ifndef HELIO_VM_SYSVAR_H
#define HELIO_VM_SYSVAR_H

#include "vm/vm.h"

SysVar *sysvar_define_take(Vm *vm, const char *name, Val v, bool readonly);  // name with its "!"
SysVar *sysvar_find(Vm *vm, const char *name);
// !NAME = v, converted to the variable's type and shape; throws when that cannot be, or it is read-only.
void sysvar_assign(Vm *vm, const char *name, const Val *v);

#endif
