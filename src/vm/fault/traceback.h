// Tracebacks: the frames from the innermost outward, those of typed text left out.
#ifndef HELIO_VM_TRACEBACK_H
#define HELIO_VM_TRACEBACK_H

#include "vm/engine.h"

void traceback_print(Vm *vm, const char *first);
void traceback_top(Vm *vm, const char *first);  // its first line only
void traceback_origin(Vm *vm);  // "Error occurred at", each frame on one line
void traceback_remember(Engine *e);  // as that of the last error
void traceback_last(const Engine *e, Buf *b);  // that of the last error (its first TRACE_KEPT lines)
void traceback_forget(Engine *e);

#endif
