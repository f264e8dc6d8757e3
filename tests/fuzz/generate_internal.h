// Shared between the files of the grammar. A rule is a list of templates, of which the next choice takes one; in a
// template %X stands for what rule X makes, and %j for a number of the template's own (labels).
#ifndef HELIO_TESTS_FUZZ_GENERATE_INTERNAL_H
#define HELIO_TESTS_FUZZ_GENERATE_INTERNAL_H

#include "generate.h"

#include <stdbool.h>

typedef struct Gen {
    const uint8_t *p, *end;
    uint32_t random;  // what chooses when the bytes are used up
    Buf *out;
    int depth;
    int numbers;      // given out by %j
} Gen;

typedef struct Rule {
    char name;               // the X of %X
    bool is_leaf;            // its templates hold no other rule
    const char *const *way;  // ends with NULL; the first is taken where the program is deep or long enough
} Rule;

// The rules of generate_values.c and generate_statements.c, each list ended by a name of 0.
extern const Rule generate_value_rules[];
extern const Rule generate_statement_rules[];

#endif
