// Result structures (FSTAT, FILE_INFO) from a list of fields, and lists of file names out of arguments.
#ifndef HELIO_LIB_IO_RECORD_H
#define HELIO_LIB_IO_RECORD_H

#include "vm/call/call.h"

typedef struct Field {
    const char *name;  // upper case
    TypeCode type;     // BYTE, LONG, LONG64 or STRING
    int64_t i;
    const char *s;     // of a string
} Field;

// Record i of a (made by record_new) := the fields' values.
Arr *record_new(Call *c, const char *struct_name, const Field *fields, int nfields, int rank, const int64_t *dim);
void record_put_text(Call *c, Arr *a, int64_t i, const char *p, size_t n);  // string i of an array of strings
const char *record_base_part(const char *path, size_t *n);  // last part of a path, without trailing slashes
void record_fill(Arr *a, int64_t i, const Field *fields, int nfields);

// How names are taken: as they stand; with ~ and $NAME expanded; with wildcards too, the first file that matches (the
// shape stays); or all that match. What matches nothing, and what exists under that very name, stays as it is.
typedef enum PathKind { PATHS_PLAIN, PATHS_NAMES, PATHS_FIRST, PATHS_ALL } PathKind;

// The strings of argument i, as text for the system: NULs are refused.
typedef struct Paths {
    const char **p;  // live as long as the call
    int64_t n;
    const Val *shape;  // the argument: scalar or array
} Paths;

Paths paths_of(Call *c, int i, PathKind kind);
static inline PathKind paths_first(Call *c, int noexpand) { return call_kw_set(c, noexpand) ? PATHS_PLAIN : PATHS_FIRST; }
static inline PathKind paths_all(Call *c, int noexpand) { return call_kw_set(c, noexpand) ? PATHS_PLAIN : PATHS_ALL; }
// A result of the same shape, filled by the caller; returned by paths_return.
Arr *paths_result(Call *c, const Paths *paths, TypeCode t);
void paths_return(Call *c, const Paths *paths, Arr *a);

#endif
