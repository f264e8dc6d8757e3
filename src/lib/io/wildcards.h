// Names that match a pattern: *, ?, [a-c], [!a-c], {one,two}, in any part of a path. Work is bounded and can be interrupted.
#ifndef HELIO_LIB_IO_WILDCARDS_H
#define HELIO_LIB_IO_WILDCARDS_H

#include "base/status.h"

#include <stdbool.h>
#include <stdint.h>

enum {
    WILD_FOLD = 1,    // letters stand for both their cases
    WILD_DOTS = 2,    // * and ? match a dot at the beginning of a name, too
    WILD_QUOTE = 4,   // a backslash takes the meaning from the character behind it; else it is a character
    WILD_NOSORT = 8,  // as the folders list them
};

// A growing list of names, owned by it.
typedef struct Names {
    char **p;
    int64_t n, cap;
} Names;

void names_free(void *names);
MUST_USE Status names_add(Names *to, const char *name, bool slash);  // slash: with one at its end
int names_compare(const void *a, const void *b);                     // for qsort

bool has_wildcards(const char *text);
// What there is of that pattern is added to `to`, sorted (of each {} alternative by itself). E_VALUE when the pattern has too
// many alternatives, or too much is found.
MUST_USE Status wildcards_find(const char *pattern, unsigned flags, Names *to);

#endif
