// The threads of a builtin: as many as its TPOOL_ keywords and !CPU say.
#ifndef HELIO_VM_SHARING_H
#define HELIO_VM_SHARING_H

#include "vm/array/threads.h"
#include "vm/call/call.h"

// As threads_for, by the routine's TPOOL_ keywords before !CPU.
int call_threads(Call *c, int64_t n, double ns);
// As threads_run; Ctrl-C throws.
void call_run(Call *c, int threads, size_t items, ThreadTask task, void *arg);

#endif
