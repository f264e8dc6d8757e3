// Regular expressions for the string routines: POSIX extended, compiled once a call, over counted strings.
#ifndef HELIO_LIB_STRING_PATTERN_H
#define HELIO_LIB_STRING_PATTERN_H

#include "vm/call.h"

#include <regex.h>

// Freed with the call; throws on a bad expression.
regex_t *pattern_compile(Call *c, const Str *text, bool fold_case);
// The first match in p[from..n): groups[0] is the whole. Offsets count from p. False: none.
bool pattern_match(const regex_t *re, const char *p, size_t from, size_t n, size_t ngroups, regmatch_t *groups);

#endif
