// Where in a statement the cursor stands: what kind of word may come there.
#ifndef HELIO_REPL_COMPLETE_PLACE_H
#define HELIO_REPL_COMPLETE_PLACE_H

#include <stdbool.h>
#include <stddef.h>

typedef struct Place {
    char quote;           // inside a string: which quote; else 0
    bool is_comment;
    bool is_statement;    // a statement begins here
    bool is_argument;     // an argument of `routine` begins here
    bool is_function;     // of a routine called with parentheses
    char routine[129];    // upper case; "" none
} Place;

// The place at line[pos].
Place place_find(const char *line, size_t pos);

#endif
