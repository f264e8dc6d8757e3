// What an object holds beside its tags: the elements of a LIST, the table of a HASH. Hangs off the heap variable and
// dies with it.
#ifndef HELIO_CORE_NATIVE_H
#define HELIO_CORE_NATIVE_H

#include "core/val.h"

typedef struct Native Native;
typedef void (*NativeVisit)(void *arg, Val *v);

typedef struct NativeKind {
    void (*free)(Native *n);  // drops every value
    void (*each)(Native *n, NativeVisit visit, void *arg);  // every value, for HEAP_GC and its kin
} NativeKind;

struct Native {
    const NativeKind *kind;
    bool is_plain;  // the object's class is the built-in one itself: no method of it can be overridden
};

#endif
