// Relaxed structure assignment: tag by tag, by name. STRUCT_ASSIGN does it, RESTORE may.
#ifndef HELIO_VM_RELAXED_H
#define HELIO_VM_RELAXED_H

#include "core/arr.h"
#include "core/errors.h"

typedef struct Relaxed {
    bool zero;  // what the source lacks becomes zero
    void (*say)(void *arg, const char *text);  // what is lost; NULL: nobody wants to know
    void *arg;
} Relaxed;

// The records of dst (unshared) := those of src, as far as there are some. Types are converted.
MUST_USE Status struct_assign_relaxed(Arr *dst, const Arr *src, const Relaxed *how);

#endif
