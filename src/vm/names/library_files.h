// Files of routines, as library.c reads them.
#ifndef HELIO_VM_LIBRARY_FILES_H
#define HELIO_VM_LIBRARY_FILES_H

#include "vm/engine.h"

// The text of a file of the current folder or along !PATH, with its full path (both owned); NULL: there is none.
char *library_read_found(Vm *vm, const char *file, size_t *len, char **path);
char *library_join(const char *folder, const char *name);  // owned

#endif
