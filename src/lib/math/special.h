// Functions of up to three numbers over arrays: the shortest array sets the result's shape, scalars go with each
// element.
#ifndef HELIO_LIB_MATH_SPECIAL_H
#define HELIO_LIB_MATH_SPECIAL_H

#include "kern/special.h"
#include "vm/call/call.h"

enum { NUMBERS_MAX = 3 };

typedef struct Numbers {
    const double *p[NUMBERS_MAX];
    int64_t step[NUMBERS_MAX];
    const Val *shape; // of the result
    bool wide;
} Numbers;

// The arguments in `order` (argument order[i] is number i of the function, -1 none). Complex ones are an error, or
// their real parts count.
Numbers special_numbers(Call *c, const int *order, bool wide, bool real_parts);
void special_apply(Call *c, SpecialFn fn, const Numbers *x); // its result is what the routine returns

#endif
