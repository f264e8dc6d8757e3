// Executive commands: .RUN .RNEW .COMPILE .GO .CONTINUE .STEP ..., and "$command", "?name".
#ifndef HELIO_REPL_EXECUTIVE_H
#define HELIO_REPL_EXECUTIVE_H

#include "base/buf.h"
#include "repl/batch.h"

// A line that begins with ".", "$" or "?". More lines (the text after .RUN alone) come from the feed.
RunResult executive_run(Vm *vm, LineFeed *feed, const char *p, size_t n);
// Text on standard output, as PRINT would write it.
void executive_show(Vm *vm, const Buf *text);

#endif
