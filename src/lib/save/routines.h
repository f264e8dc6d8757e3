// Routines in a SAVE file: ours keep their source text (IDL's compiled form is its own).
#ifndef HELIO_LIB_SAVE_ROUTINES_H
#define HELIO_LIB_SAVE_ROUTINES_H

#include "io/save_file.h"
#include "vm/call/call.h"

// The routines that the call's arguments name, or all that may be saved. Throws for unknown ones and those with
// COMPILE_OPT NOSAVE.
void routines_write(Call *c, SaveOut *out, bool verbose);

#endif
