// The variables of frames: registers, and cells by name.
#ifndef HELIO_VM_VARIABLES_H
#define HELIO_VM_VARIABLES_H

#include "vm/engine.h"

// $MAIN$ and frames that EXECUTE or the prompt has worked in keep named cells.
typedef struct Cells {
    Map map;  // name -> Val *
    VEC(char *) names;  // in order of creation
    int forgotten;      // by DELVAR: still in map, no longer in names
} Cells;

void cells_free(Cells *c);
Val *frame_cell(Vm *vm, int frame, const char *name, bool create);  // variable of a frame by name
void frame_forget(Vm *vm, int frame, const char *name);  // the variable becomes undefined, and its name is no longer listed
void frame_bind_names(Vm *vm, CallFrame *f);  // a statement frame's registers become references to its target's variables
const char *frame_var_name(Vm *vm, const Val *cell);  // name of a variable of the current frame, or NULL
// Where a routine of the embedded library is at work, and those that it calls: its name, and in *name the variable by
// which its caller gave the cell, if it did; else NULL, and *name stays.
const char *frame_blamed(Vm *vm, const Val *cell, const char **name);
_Noreturn void vm_throw_undefined(Vm *vm, const Val *cell);

#endif
