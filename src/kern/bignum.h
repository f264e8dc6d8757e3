// Integers of any size, exported by the module `bignum` (GMP) as helio_bignum_table. A number is its magnitude, digits of
// 32 bits with the lowest first, and a sign.
#ifndef HELIO_KERN_BIGNUM_H
#define HELIO_KERN_BIGNUM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef enum BigOp {
    BIG_ADD, BIG_SUB, BIG_MUL, BIG_DIV, BIG_MOD,  // towards zero, with the sign of a
    BIG_AND, BIG_OR, BIG_XOR, BIG_NOT,
    BIG_POW,     // a to the power b, which is small
    BIG_POWMOD,  // a to the power b modulo c
    BIG_INVERSE, // of a modulo b; found is false when there is none
    BIG_GCD, BIG_LCM, BIG_SQRT,
    BIG_FACTORIAL, BIG_PRIMORIAL,  // of a, which is small
    BIG_NEXT_PRIME,
    BIG_COMPARE, BIG_IS_PRIME,     // number has the answer
    BIG_DOUBLE,                    // number times 2 to the power of exponent
    BIG_TEXT,                      // to the base b: text
    BIG_PARSE,                     // of text to the base b; found is false when it is no number
} BigOp;

typedef struct BigNumber {
    bool is_negative;
    uint32_t *digits;
    size_t n;  // 0 is none
} BigNumber;

typedef struct BigJob {
    BigOp op;
    BigNumber a, b, c;
    BigNumber out;  // digits: room for the result
    size_t room;    // digits in out, or bytes in text
    char *text;
    double number;
    long exponent;
    bool found;
} BigJob;

enum { BIG_NO_MEMORY = -1, BIG_INTERRUPTED = -2 };

typedef struct BigTable {
    int (*work)(BigJob *j, double seconds);  // 0, or one of those
} BigTable;

#define BIGNUM_MODULE "bignum", "helio_bignum_table", "libgmp10"

#endif
