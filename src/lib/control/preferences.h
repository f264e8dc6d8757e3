// What preferences change in the engine, and how HELP lists them.
#ifndef HELIO_LIB_CONTROL_PREFERENCES_H
#define HELIO_LIB_CONTROL_PREFERENCES_H

#include "base/buf.h"
#include "vm/settings/preferences.h"
#include "vm/vm.h"

// Brings the value in force to where it has an effect: a system variable, the graphics.
MUST_USE Status preference_apply(Vm *vm, PrefId id);
// At the start, when the system variables are there: those that are not the defaults. What fails is told.
void preferences_start(Vm *vm);
// HELP, /PREFERENCES: a line each, the name, the value and where it comes from; full: what it does and may be, too.
void preference_lines(Vm *vm, Buf *b, PrefId id, bool full);
// "Default", "User", "Environment", "Command Line".
const char *preference_source_word(PrefSource from);

#endif
