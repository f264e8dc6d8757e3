// Result structures (FSTAT, FILE_INFO) from a list of fields, and lists of file names out of arguments.
#ifndef HELIO_LIB_IO_RECORD_H
#define HELIO_LIB_IO_RECORD_H

#include "vm/call.h"

typedef struct Field {
    const char *name;  // upper case
    TypeCode type;     // BYTE, LONG, LONG64 or STRING
    int64_t i;
    const char *s;     // of a string
} Field;

// Record i of a (made by record_new) := the fields' values.
Arr *record_new(Call *c, const char *struct_name, const Field *fields, int nfields, int rank, const int64_t *dim);
void record_fill(Arr *a, int64_t i, const Field *fields, int nfields);

// The strings of argument i, as text for the system: NULs are refused, names are expanded unless `plain`.
typedef struct Paths {
    const char **p;  // live as long as the call
    int64_t n;
    const Val *shape;  // the argument: scalar or array
} Paths;

Paths paths_of(Call *c, int i, bool plain);
// A result of the same shape, filled by the caller; returned by paths_return.
Arr *paths_result(Call *c, const Paths *paths, TypeCode t);
void paths_return(Call *c, const Paths *paths, Arr *a);

#endif
