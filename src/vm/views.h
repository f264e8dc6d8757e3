// Views (core/arr.h) as temporaries: when the array in a tag need not be taken out.
#ifndef HELIO_VM_VIEWS_H
#define HELIO_VM_VIEWS_H

#include "vm/engine.h"

// v is the result of the instruction at f->pc. Whether, being a view, it may stay one: it is large, and what consumes the
// temporary only looks at it. A variable never holds one: it would keep the whole structure.
bool view_may_stay(Vm *vm, const CallFrame *f, const Val *v);

#endif
