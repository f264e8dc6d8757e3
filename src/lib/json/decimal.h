// Real numbers as JSON has them: 3.14, 1.9e27, 5.0.
#ifndef HELIO_LIB_JSON_DECIMAL_H
#define HELIO_LIB_JSON_DECIMAL_H

#include <stdbool.h>
#include <stddef.h>

enum { DECIMAL_MAX = 64, DECIMAL_DIGITS = 17 };

// A finite number with so many significant digits (0: the fewest that bring it back as FLOAT or DOUBLE), zeros at the
// end left out, with a point or an exponent, so that it is no integer. The length; text is not ended by NUL.
size_t decimal_put(char text[DECIMAL_MAX], double x, bool is_single, int digits);

#endif
