// Values of number and string tokens.
#ifndef HELIO_LANG_LITERAL_H
#define HELIO_LANG_LITERAL_H

#include "core/val.h"

enum {  // COMPILE_OPT options, as bits
    OPT_DEFINT32 = 1,
    OPT_STRICTARR = 2,
    OPT_STRICTARRSUBS = 4,
    OPT_LOGICAL_PREDICATE = 8,
    OPT_HIDDEN = 16,
    OPT_OBSOLETE = 32,
    OPT_STATIC = 64,
    OPT_FLOAT64 = 128,
    OPT_NOSAVE = 256,
    OPT_EMBEDDED = 512, // no word of COMPILE_OPT: of our library
};

// The value of a number as written ("1e3", "17B", "'1A'XL", "\"17"). On failure returns what is wrong with it.
const char *literal_number(const char *p, size_t n, unsigned options, Val *out);
// The text of a quoted string; doubled quotes are one, the closing quote may be missing.
Val literal_string(const char *p, size_t n);

#endif
