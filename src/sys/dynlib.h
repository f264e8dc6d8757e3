// Loadable modules: the wrappers of heavy libraries (JPEG, PNG, X, TLS, ...) are shared objects that each export one
// table, opened on first use and never closed (leak checkers and the libraries' own threads want them to stay).
#ifndef HELIO_SYS_DYNLIB_H
#define HELIO_SYS_DYNLIB_H

#include "base/status.h"

// Finds module NAME (modules/NAME.so beside the binary, one or two folders up, or where `ninja install` put it), and
// stores the address of its exported table SYMBOL. On failure E_MODULE names the Debian package to install.
// Opening a module that is open already costs a look-up only, so that callers need not remember the table.
MUST_USE Status dynlib_table(const char *name, const char *symbol, const char *package, const void **table);
// Every module that is installed, in the order of their names, and whether it has been opened.
void dynlib_each(void (*each)(void *arg, const char *name, const char *path, bool is_open), void *arg);

#endif
