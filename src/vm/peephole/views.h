// Views (core/arr.h) as temporaries: when an array in a tag, or a run of elements, need not be taken out.
#ifndef HELIO_VM_VIEWS_H
#define HELIO_VM_VIEWS_H

#include "vm/engine.h"

// Smaller ones are copied.
#ifdef HELIO_DEBUG
enum { VIEW_BYTES = 64 };
#else
enum { VIEW_BYTES = 16384 };
#endif

// v is the result of the instruction at f->pc. Whether, being a view, it may stay one: it is large, and what consumes the
// temporary only looks at it. A variable never holds one: it would keep all of its owner.
bool view_may_stay(Vm *vm, const CallFrame *f, const Val *v);

#endif
