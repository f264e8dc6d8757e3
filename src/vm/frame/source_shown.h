// The line of source that a stop is about.
#ifndef HELIO_VM_SOURCE_SHOWN_H
#define HELIO_VM_SOURCE_SHOWN_H

#include "vm/engine.h"

// The line where the frame is, indented, and a caret under its statement. Nothing for what is typed, for routines of our own
// library, and where the text is not known.
void source_shown(Vm *vm, const CallFrame *f);

#endif
