// Advice: what is said below an error about a name that is not known.
#ifndef HELIO_VM_ADVICE_H
#define HELIO_VM_ADVICE_H

#include "base/buf.h"
#include "vm/engine.h"

typedef enum Documented { DOCUMENTED_NOT, DOCUMENTED_PROCEDURE, DOCUMENTED_FUNCTION, DOCUMENTED_BOTH } Documented;

// Whether IDL's manual has a routine (or class) of that name, upper case.
Documented advice_documented(const char *name);
// One line, with its indentation and without its end; false: nothing is known.
bool advice_put(Vm *vm, const UnknownName *u, Buf *out);
// The same of an error that is about no name, by its text.
bool advice_put_for_text(const char *text, Buf *out);
// Of a name that ?NAME does not find.
bool advice_put_for_routine(Vm *vm, const char *name, Buf *out);

#endif
