// Structure literals.
#ifndef HELIO_VM_LITERAL_H
#define HELIO_VM_LITERAL_H

#include "lang/code.h"
#include "vm/vm.h"

// The structure of a literal, which may run a NAME__DEFINE; throws.
void struct_literal(Vm *vm, const StructSite *site, const Val *values, Val *out);

#endif
