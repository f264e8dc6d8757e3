// One element behind a path (m[i, j], s.v[3], r[i].p.x), found where it lies: no value is made for what is between.
#ifndef HELIO_VM_ELEMENT_H
#define HELIO_VM_ELEMENT_H

#include "core/arr.h"
#include "vm/engine.h"

// Operand fetch of the running frame: register or constant, references followed.
typedef struct Operands {
    Val *regs;
    const Val *consts;
} Operands;

static inline const Val *operand_at(const Operands *o, uint16_t r)
{
    return r >= K_BASE ? &o->consts[r - K_BASE] : val_deref_const(&o->regs[r]);
}

typedef struct Element {
    char *p;
    TypeCode type;
    const Arr *owner;  // the array whose data it is part of
} Element;

// Where the tag of the step (STEP_TAG) is in the definition, -1 without it. The step remembers the definition last met.
int step_tag(Step *step, const SDef *def);

// False where the path leads to more than one element, to a structure, or to an error.
bool element_find(Vm *vm, const Val *base, Path *path, const Operands *o, Element *out);

// The array of numbers or text in a tag: of the first steps of the path, at most `most`, as many as lead to one. Returns how
// many; 0 where there is none. *window is not counted: its data lies in *owner.
int element_window(Vm *vm, const Val *base, Path *path, int most, const Operands *o, Arr *window, Arr **owner);

#endif
