// Regular expressions for the string routines: POSIX extended ones, leftmost and longest, compiled once a call, over counted
// strings. Time is bounded by the product of text and pattern for a match, Ctrl-C is looked for, memory is counted.
#ifndef HELIO_LIB_STRING_PATTERN_H
#define HELIO_LIB_STRING_PATTERN_H

#include "vm/call/call.h"

typedef struct Pattern Pattern;

typedef struct Span {
    int64_t from, to;  // from -1: the group took no part
} Span;

// Freed with the call; throws on a bad expression.
Pattern *pattern_compile(Call *c, const Str *text, bool fold_case);
size_t pattern_groups(const Pattern *re);
// The first match in p[from..n): spans[0] is the whole, spans[i] group i. Offsets count from p. With nspans 0 only whether there
// is one. False: none.
bool pattern_match(Call *c, Pattern *re, const char *p, size_t from, size_t n, size_t nspans, Span *spans);

#endif
