// A call of a C function whose arguments are known at run time only: the module `ffi` (natural_call.c, libffi) exports
// one NaturalCallApi named natural_call_api.
#ifndef HELIO_SYS_NATURAL_CALL_H
#define HELIO_SYS_NATURAL_CALL_H

#include "sys/foreign.h"

typedef enum NaturalKind {
    NATURAL_NOTHING,
    NATURAL_U8,
    NATURAL_I16,
    NATURAL_U16,
    NATURAL_I32,
    NATURAL_U32,
    NATURAL_I64,
    NATURAL_U64,
    NATURAL_F32,
    NATURAL_F64,
    NATURAL_ADDRESS,
    NATURAL_KINDS
} NaturalKind;

// What a C function gives back.
typedef union NaturalResult {
    uint64_t bits; // small integers are extended to it
    float f;
    double d;
    char *text;
} NaturalResult;

typedef struct NaturalCallApi {
    // value[i] points at argument i. False: libffi refuses it.
    bool (*call)(ForeignFn fn, int n, const NaturalKind *kind, void *const *value, NaturalKind gives,
                 NaturalResult *result);
} NaturalCallApi;

enum { NATURAL_ARGUMENTS_MAX = 250 };

#endif
