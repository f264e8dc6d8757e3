// The lines typed in this session, as RECALL_COMMANDS and HELP, /RECALL_COMMANDS tell them.
#ifndef HELIO_VM_RECALL_H
#define HELIO_VM_RECALL_H

#include "vm/engine.h"

// Remembers a line; the oldest goes when there are more than IDL_RBUF_SIZE.
void recall_add(Vm *vm, const char *text, size_t n);
static inline int recall_count(const Vm *vm) { return vm->engine->typed.len; }
// The line typed i lines ago; 0 is the newest.
static inline const char *recall_line(const Vm *vm, int i) { return vm->engine->typed.p[vm->engine->typed.len - 1 - i]; }

#endif
