// COMMON blocks.
#ifndef HELIO_VM_COMMONS_H
#define HELIO_VM_COMMONS_H

#include "vm/engine.h"

typedef struct CommonBlock {
    int n;
    Val **cell;  // each its own allocation: they do not move
    char **name;
} CommonBlock;

CommonBlock *common_find(Vm *vm, const CommonSite *s);
int common_names_of(void *vm, const char *block, const char *const **names);  // for Scope
void common_declare(Vm *vm, const Code *code);  // makes the blocks that code just compiled declares
// Member i of a block, as a builtin shares it with programs (COMMON COLORS); made if need be. names: of all n.
Val *common_cell(Vm *vm, const char *block, int i, const char *const *names, int n);

#endif
