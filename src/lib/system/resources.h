// The machine as !CPU describes it.
#ifndef HELIO_LIB_SYSTEM_RESOURCES_H
#define HELIO_LIB_SYSTEM_RESOURCES_H

#include "vm/vm.h"

// !CPU as it is at the start.
Val resources_cpu(Vm *vm);

#endif
