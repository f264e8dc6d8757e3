// How a routine is called, as text: the usage line made of a table's row, or of a compiled routine's parameters.
#ifndef HELIO_VM_USAGE_H
#define HELIO_VM_USAGE_H

#include "base/buf.h"
#include "vm/call/call.h"
#include "vm/engine.h"

// Appends a line for the procedure and one for the function of that name (upper case), folded at `width` columns; files
// along !PATH are compiled to see. How many there are.
int usage_put(Vm *vm, const char *name, int width, Buf *out);
// A paragraph folded at blanks, `width` columns wide; further lines are indented.
void usage_put_folded(Buf *out, const char *text, size_t width, size_t indent);
void usage_put_routine(const Routine *r, Buf *out);  // Result = NAME(First [, /FLAG] [, KEY=value])
void usage_put_compiled(const Code *code, Buf *out);  // NAME, first, KEY=key
// "NAME            first second KEY": a compiled routine as HELP, /ROUTINES lists it, without line end.
void usage_put_brief(const Code *code, Buf *out);

#endif
