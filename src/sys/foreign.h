// Shared libraries of others (CALL_EXTERNAL): opened by name, kept open, and calls into them that may crash.
#ifndef HELIO_SYS_FOREIGN_H
#define HELIO_SYS_FOREIGN_H

#include "base/status.h"

#include <stdbool.h>

typedef void (*ForeignFn)(void);

// The function SYMBOL of the library PATH, as dlopen finds it. What failed stands in *why, which lives until the next
// call (E_EXTERNAL); under --safe it is refused.
MUST_USE Status foreign_find(const char *path, const char *symbol, ForeignFn *fn, const char **why);
void foreign_close(const char *path); // one that is open
// Runs fn(arg) and answers 0, or the signal of its crash. After one the process goes on with what memory there is.
int foreign_run(void (*fn)(void *), void *arg);

#endif
