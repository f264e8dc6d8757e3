// HELP's lines for others that describe variables.
#ifndef HELIO_LIB_CONTROL_HELP_H
#define HELIO_LIB_CONTROL_HELP_H

#include "base/buf.h"
#include "vm/call.h"

// The line of one variable, with its line end.
void help_variable_line(Buf *b, const char *name, const Val *v);

#endif
