// Values of the program as a C function gets them, and back. By reference: an array's own elements where it is a
// variable's, else a copy; strings as IDL's descriptors of 16 bytes. By value: the number itself, a string's text.
#ifndef HELIO_LIB_EXTERNAL_ARGS_H
#define HELIO_LIB_EXTERNAL_ARGS_H

#include "sys/natural_call.h"
#include "vm/call/call.h"

// IDL_STRING, as the manual (External Development Guide) declares it.
typedef struct IdlString {
    int length;
    short is_dynamic;
    char *text;
} IdlString;

typedef struct ExternalArg {
    NaturalKind kind;
    void *address;  // by reference
    uint64_t value; // by value: the bytes, from the lowest on
    Val *variable;  // that is written back; NULL
    void *copy;     // of a scalar, of strings, of records with strings; NULL: `address` is the variable's own
} ExternalArg;

// As C has a scalar of that type; NATURAL_NOTHING: it has none.
NaturalKind external_kind(TypeCode t);
// Argument i of the call, made ready. Throws on what C cannot get: pointers, objects, arrays by value.
ExternalArg external_arg(Call *c, int i, bool by_value);
// After the call: the variable has what the function has left.
void external_write_back(Call *c, const ExternalArg *a);

#endif
