// Handing on a call's arguments and keywords to a routine of the program's choice (OBJ_NEW, CALL_FUNCTION).
#ifndef HELIO_LIB_CONTROL_PASSING_H
#define HELIO_LIB_CONTROL_PASSING_H

#include "vm/call/call.h"

// A routine's, class's or method's name in upper case; lives as long as the call.
char *upper_name(Call *c, const Str *s);
// The arguments from `first` on and the keywords to pass on, variables as references, behind `lead` free places; *n: all.
// For invoke_take. Lives as long as the call.
Val *passed_values(Call *c, int first, int lead, int *n);

#endif
