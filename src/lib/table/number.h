// Numbers in tables of text: 3, -4.5, 1e5, 1.5d+3, NaN, -Inf, with blanks around them.
#ifndef HELIO_LIB_TABLE_NUMBER_H
#define HELIO_LIB_TABLE_NUMBER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef enum NumberKind { NUMBER_NONE, NUMBER_EMPTY, NUMBER_INTEGER, NUMBER_REAL } NumberKind;

typedef struct Number {
    const char *p; // its text, without blanks
    size_t n;
    uint64_t digits; // as a whole number, the first ones
    int count;       // how many significant ones there are
    int power;       // of ten that belongs to them
    bool is_negative, is_word;
} Number;

NumberKind number_read(const char *p, size_t n, Number *x);
double number_double(const Number *x);
// Of an integer: false, it is beyond LONG64.
bool number_integer(const Number *x, int64_t *out);

#endif
